"""Accepting refund receipts (D-19, B-29): each lowers what is paid, with one event."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from integration import audit, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.display import amount_text
from integration.gateways.values import text
from integration.models import Company
from integration.records.quickbooks import Raw
from invoices import credits, deal_news
from invoices.mirror import restage
from invoices.models import AcceptedRefund, Invoice


class RefundUnknown(Exception):
    """It is not (any more) a receipt that could belong to this invoice."""

    code = "refund.unknown"


def accept(actor: Actor, invoice: Invoice, refund_id: str, now: datetime) -> AcceptedRefund:
    """It belongs to this invoice. Twice is once. Raises Forbidden or RefundUnknown."""
    actor.require(Right.CORRECT, invoice.company)
    held: AcceptedRefund | None = credits.accepted(invoice).filter(refund_id=refund_id).first()
    if held is not None:
        return held
    found = next((each for each in credits.suggested(invoice) if each.qbo_id == refund_id), None)
    if found is None:
        raise RefundUnknown(refund_id)
    row = AcceptedRefund(
        portal=invoice.portal, company=invoice.company, invoice=invoice, refund_id=refund_id,
        number=found.number, amount=found.amount, currency=invoice.currency,
        refunded_on=found.dated or invoice.txn_date, accepted_by=actor.person, accepted_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _count(row, "refund.accepted", actor, now)
    except IntegrityError:  # somebody else took it for another invoice
        raise RefundUnknown(refund_id) from None
    return row


def withdraw(actor: Actor, refund: AcceptedRefund, now: datetime) -> None:
    """It does not belong to the invoice after all. Raises Forbidden."""
    actor.require(Right.CORRECT, refund.company)
    _withdraw(refund, now, actor)


def _withdraw(refund: AcceptedRefund, now: datetime, actor: Actor | None = None) -> None:
    with transaction.atomic():
        rows = AcceptedRefund.objects.for_portal(refund.portal_id).filter(withdrawn_at=None)
        if rows.filter(pk=refund.pk).update(withdrawn_at=now):
            _count(refund, "refund.withdrawn", actor, now)


def follow(company: Company, receipts: Iterable[Raw], now: datetime) -> None:
    """What QuickBooks says of receipts that were accepted: voided and deleted ones are withdrawn,
    another amount counts at once."""
    by_id = {text(raw.get("Id")): raw for raw in receipts}
    rows = AcceptedRefund.objects.for_portal(company.portal_id).filter(
        company=company, refund_id__in=list(by_id), withdrawn_at=None
    )
    for row in rows.select_related("invoice__company", "company", "portal"):
        raw = by_id[row.refund_id]
        found = credits.refund_of(raw)
        if text(raw.get("status")).lower() == "deleted" or not found.amount:
            _withdraw(row, now)
        elif found.amount != row.amount:
            with transaction.atomic():
                row.amount = found.amount
                row.save(update_fields=["amount"])
                _recount(row.invoice, now)


def _count(row: AcceptedRefund, action: str, actor: Actor | None, now: datetime) -> None:
    """The amounts anew, the event, and the news for HubSpot; inside the caller's transaction."""
    _recount(row.invoice, now)
    audit.record(
        action,
        actor=actor,
        portal=row.portal,
        company=row.company,
        subject=("invoice", str(row.invoice_id)),
        after={
            "refund": row.number or row.refund_id,
            "amount": f"{amount_text(row.amount, row.currency)} {row.currency}",
            "number": str(row.invoice),
        },
        now=now,
    )


def _recount(invoice: Invoice, now: datetime) -> None:
    rows = Invoice.objects.for_portal(invoice.portal_id).select_for_update(of=("self",))
    held: Invoice = rows.select_related("company").get(pk=invoice.pk)
    restage(held.company, [held], now)
    deal_news.tell(held, now)
    jobs.enqueue("sync.poll", portal=invoice.portal, company=held.company, at=now)
