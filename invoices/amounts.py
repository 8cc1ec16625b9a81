"""The four amounts of an invoice (D-19): billed, cash, credited, open. Pure.

Always ``billed == cash + credited + open``. Cash is money that came in: a payment's own total,
not the credit memos and journal entries it uses up; a deposit taken on the invoice counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from integration.records.quickbooks import Invoice, Payment
from invoices.currencies import exponent

ZERO = Decimal(0)
INVOICE = "Invoice"
PAYMENT = "Payment"


@dataclass(frozen=True, slots=True)
class Amounts:
    """In the invoice's currency."""

    billed: Decimal
    cash: Decimal
    credited: Decimal
    open: Decimal


@dataclass(frozen=True, slots=True)
class Application:
    """What one payment settled of one invoice; ``cash`` is never more than ``applied``."""

    payment_id: str
    invoice_id: str
    applied: Decimal
    cash: Decimal


def applications(payment: Payment) -> dict[str, Application]:
    """By invoice id. The payment's cash is shared by the lines' amounts; the last takes the rest."""
    applied: dict[str, Decimal] = {}
    for line in payment.lines:
        if line.txn_kind == INVOICE:
            applied[line.txn_id] = applied.get(line.txn_id, ZERO) + line.amount
    if payment.deleted or not applied:
        return {}
    shares = _share(_cash_for_invoices(payment, sum(applied.values(), ZERO)), applied, payment)
    return {
        invoice_id: Application(payment.id, invoice_id, amount, shares[invoice_id])
        for invoice_id, amount in applied.items()
    }


def _cash_for_invoices(payment: Payment, applied: Decimal) -> Decimal:
    """Money received less what stays unapplied; credits in the same payment made up the rest."""
    return min(max(payment.total - payment.unapplied, ZERO), applied)


def _share(cash: Decimal, applied: Mapping[str, Decimal], payment: Payment) -> dict[str, Decimal]:
    """Cents lost by rounding down go to the lines that still have room, in the lines' order."""
    whole = sum(applied.values(), ZERO)
    unit = Decimal(1).scaleb(-exponent(payment.currency))
    shares = {
        key: (cash * amount / whole if whole else ZERO).quantize(unit, rounding=ROUND_DOWN)
        for key, amount in applied.items()
    }
    left = cash - sum(shares.values(), ZERO)
    for key, amount in applied.items():
        more = min(left, amount - shares[key])
        shares[key] += more
        left -= more
    return shares


def split(invoice: Invoice, payments: Iterable[Payment]) -> Amounts:
    """``payments``: every payment linked to the invoice; others are ignored.

    A deleted invoice has four zeros. What was settled without cash is ``credited``.
    """
    if invoice.deleted:
        return Amounts(ZERO, ZERO, ZERO, ZERO)
    shares = (applications(payment).get(invoice.id) for payment in payments)
    received = sum((share.cash for share in shares if share is not None), ZERO)
    return from_ledger(invoice.total, invoice.balance, invoice.deposit + received)


def from_ledger(total: Decimal, balance: Decimal, received: Decimal) -> Amounts:
    """``received``: all cash known, the deposit included; never more than what was settled."""
    settled = max(total - balance, ZERO)
    cash = min(received, settled)
    return Amounts(total, cash, settled - cash, balance)


def missing_payments(invoice: Invoice, known: Iterable[Payment]) -> tuple[str, ...]:
    """Ids of payments the invoice names that are not among ``known``: fetch them before ``split``."""
    have = {payment.id for payment in known}
    named = (link.id for link in invoice.linked if link.kind == PAYMENT)
    return tuple(dict.fromkeys(found for found in named if found not in have))
