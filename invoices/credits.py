"""Credit memos that settle an invoice, and refund receipts that may belong to it (D-19, P-28).

Only payments link: a credit memo is found through the payment that used it. A refund receipt links
nothing; it is suggested by customer, currency, day and amount, and counts once a person accepts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from integration.gateways.quickbooks_transactions import reference
from integration.gateways.values import amount, day, text
from integration.models import Record
from integration.models.tenancy import PortalQuerySet
from invoices.models import AcceptedRefund, Invoice, PaymentApplication

MEMO, REFUND, ESTIMATE = "CreditMemo", "RefundReceipt", "Estimate"
MOST_LOOKED_AT = 500
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit memo; ``open`` is what the customer still has of it."""

    qbo_id: str
    number: str
    dated: date | None
    total: Decimal
    open: Decimal
    payment_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the invoice was made from; ``total`` None and no number: not seen by sync yet."""

    number: str
    dated: date | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund receipt; ``accepted``: it belongs to this invoice."""

    qbo_id: str
    number: str
    dated: date | None
    amount: Decimal
    accepted: AcceptedRefund | None = None


def credits_of(invoice: Invoice) -> list[Credit]:
    """Those whose payment settles it now, the newest first."""
    rows = PaymentApplication.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, reversed_at=None
    )
    paid = set(rows.values_list("payment_id", flat=True))
    if not paid:
        return []
    found = [_credit(raw) for raw in _forms(invoice, MEMO)]
    mine = [credit for credit in found if credit.payment_ids & paid]
    return sorted(mine, key=lambda credit: credit.dated or date.min, reverse=True)


def _credit(raw: dict[str, Any]) -> Credit:
    links = raw.get("LinkedTxn") or ()
    return Credit(
        qbo_id=text(raw.get("Id")),
        number=text(raw.get("DocNumber")) or text(raw.get("Id")),
        dated=day(raw.get("TxnDate")),
        total=amount(raw.get("TotalAmt")),
        open=amount(raw.get("Balance")),
        payment_ids=frozenset(
            text(link.get("TxnId")) for link in links if text(link.get("TxnType")) == "Payment"
        ),
    )


def estimates_of(invoice: Invoice) -> list[Estimate]:
    """Estimates it was made from in QuickBooks; number and amount where sync has seen them."""
    links = invoice.raw.get("LinkedTxn") or ()
    ids = [text(link.get("TxnId")) for link in links if text(link.get("TxnType")) == ESTIMATE]
    if not ids:
        return []
    rows = Record.objects.for_portal(invoice.portal_id).filter(
        company=invoice.company_id, kind=ESTIMATE, qbo_id__in=ids
    )
    known = dict(rows.values_list("qbo_id", "raw"))
    return [_estimate(known.get(each, {})) for each in ids]


def _estimate(raw: dict[str, Any]) -> Estimate:
    return Estimate(
        number=text(raw.get("DocNumber")),
        dated=day(raw.get("TxnDate")),
        total=amount(raw.get("TotalAmt")) if raw else None,
    )


def refunds_of(invoice: Invoice) -> list[Refund]:
    """Accepted ones, the oldest first."""
    rows = accepted(invoice).order_by("refunded_on", "accepted_at")
    return [
        Refund(row.refund_id, row.number or row.refund_id, row.refunded_on, row.amount, row)
        for row in rows
    ]


def accepted(invoice: Invoice) -> PortalQuerySet:
    rows = AcceptedRefund.objects.for_portal(invoice.portal_id)
    return rows.filter(invoice=invoice, withdrawn_at=None)


def suggested(invoice: Invoice) -> list[Refund]:
    """Receipts that could be this invoice's: same customer and currency, not before it, not more
    than was paid, and nobody else's."""
    if invoice.cash <= ZERO or invoice.deleted_at is not None:
        return []
    rows = AcceptedRefund.objects.for_portal(invoice.portal_id)
    taken = set(
        rows.filter(company=invoice.company_id, withdrawn_at=None).values_list(
            "refund_id", flat=True
        )
    )
    found = [refund_of(raw) for raw in _forms(invoice, REFUND)]
    fitting = [each for each in found if each.qbo_id not in taken and _fits(each, invoice)]
    return sorted(fitting, key=lambda each: each.dated or date.min)


def _fits(refund: Refund, invoice: Invoice) -> bool:
    too_early = bool(refund.dated and invoice.txn_date and refund.dated < invoice.txn_date)
    return ZERO < refund.amount <= invoice.cash and not too_early


def refund_of(raw: dict[str, Any]) -> Refund:
    return Refund(
        qbo_id=text(raw.get("Id")),
        number=text(raw.get("DocNumber")) or text(raw.get("Id")),
        dated=day(raw.get("TxnDate")),
        amount=amount(raw.get("TotalAmt")),
    )


def _forms(invoice: Invoice, kind: str) -> Iterator[dict[str, Any]]:
    """Raw forms of the invoice's customer in its currency."""
    rows = Record.objects.for_portal(invoice.portal_id).filter(
        company=invoice.company_id,
        kind=kind,
        deleted_at=None,
        raw__CustomerRef__value=invoice.customer_id,
    )
    home = invoice.company.home_currency
    for raw in rows.order_by("-updated_at").values_list("raw", flat=True)[:MOST_LOOKED_AT]:
        if (reference(raw.get("CurrencyRef")) or home) == invoice.currency:
            yield raw
