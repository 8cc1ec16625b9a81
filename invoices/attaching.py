"""Hanging invoices on HubSpot records and taking them off (S-69 to S-71, D-22).

Both only store what is wanted and owe the rest: sync makes HubSpot's invoice object and its
association (or takes the association away), and tells the deals. Doing either twice changes
nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from integration import audit, jobs, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import one_of
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.gateways.quickbooks_transactions import payment as parse_payment
from integration.models import Company, Portal
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Invoice as Entry
from integration.records.quickbooks import Payment, Raw
from invoices.crm_records import DEALS
from invoices.mirror import mirror_invoices
from invoices.models import AttachmentSuggestion, Invoice, InvoiceAttachment, PaymentApplication
from invoices.models.invoices import NoteState, Origin
from invoices.models.suggestions import SuggestionState

MOST_AT_ONCE = 100
DEAL_REFRESH, RECORD_REFRESH = "deal.refresh", "record.refresh"
PAYMENT = "Payment"
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Target:
    """A record that the caller knows to be in reach; ``name`` is for the history."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """``already`` hung there before; ``missing`` are ids that QuickBooks no longer has or that
    cannot be read."""

    added: tuple[Invoice, ...] = ()
    already: tuple[Invoice, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consequences:
    """What taking an invoice off a record means: shown before it is done.

    ``heir`` is the HubSpot id of the deal that counts it from then on; ``left`` how many invoices
    stay on the record.
    """

    counted: bool
    heir: str
    left: int


def attach(
    actor: Actor, target: Target, company: Company, qbo_ids: Sequence[str], now: datetime
) -> Added:
    """Read these invoices from QuickBooks (two calls at most), keep them, hang them on the record.

    The first deal counts an invoice, later ones reference it (D-22). Raises Forbidden, and
    GatewayError with nothing stored.
    """
    actor.require(Right.DRAFT, company)
    ids = list(dict.fromkeys(qbo_ids))[:MOST_AT_ONCE]
    if not ids:
        return Added()
    entries, payments = _read(sessions.quickbooks(company, urgent=True), ids)
    with transaction.atomic():
        mirror_invoices(company, entries, payments, now, origin=Origin.ATTACHED)
        rows = _locked(company, [each.id for each in entries])
        added = [row for row in rows if _tie(actor, target, row, now)]
        _close_suggestions(company, target, [row.qbo_id for row in rows], actor, now)
        if added:
            refresh(actor.portal, target.kind, target.id, now)
    fresh = {row.pk for row in added}
    return Added(
        tuple(added),
        tuple(row for row in rows if row.pk not in fresh),
        tuple(sorted(set(ids) - {row.qbo_id for row in rows})),
    )


def consequences(invoice: Invoice, kind: str, hubspot_id: str) -> Consequences | None:
    """None when the invoice does not hang there."""
    tie = _ties(invoice).filter(object_kind=kind, hubspot_id=hubspot_id).first()
    if tie is None:
        return None
    heir = _heir(invoice, tie) if tie.counts else None
    rows = InvoiceAttachment.objects.for_portal(invoice.portal_id)
    there = rows.filter(object_kind=kind, hubspot_id=hubspot_id, detached_at=None)
    return Consequences(tie.counts, heir.hubspot_id if heir else "", there.count() - 1)


def detach(actor: Actor, target: Target, invoice: Invoice, now: datetime) -> bool:
    """Take the invoice off the record; False when it did not hang there.

    HubSpot's object and the invoice in QuickBooks stay. Another deal it hangs on counts it from
    now on. Raises Forbidden.
    """
    actor.require(Right.DRAFT, invoice.company)
    with transaction.atomic():
        _locked(invoice.company, [invoice.qbo_id])
        tie = _ties(invoice).filter(object_kind=target.kind, hubspot_id=target.id).first()
        if tie is None:
            return False
        heir = _heir(invoice, tie) if tie.counts else None
        counted, tie.counts, tie.detached_at = tie.counts, False, now
        tie.save(update_fields=["counts", "detached_at"])
        if counted:
            _forget_notes(invoice)
        if heir is not None:
            heir.counts = True
            heir.save(update_fields=["counts"])
            refresh(actor.portal, DEALS, heir.hubspot_id, now)
        _record("invoice.detached", actor, target, invoice, now)
        refresh(actor.portal, target.kind, target.id, now)
    return True


def refresh(portal: Portal, kind: str, hubspot_id: str, now: datetime) -> None:
    """Owe HubSpot the news about this record's invoices; the rows say what is to be done."""
    is_deal = kind == DEALS
    jobs.enqueue(
        DEAL_REFRESH if is_deal else RECORD_REFRESH,
        portal=portal,
        subject=hubspot_id if is_deal else f"{kind}:{hubspot_id}",
        parameters={"deal_id": hubspot_id} if is_deal else {"kind": kind, "id": hubspot_id},
        at=now,
        queue=jobs.Queue.INTERACTIVE,
        priority=20,
    )


# --------------------------------------------------------------------------------------- reading
def _read(qbo: QuickBooks, ids: Sequence[str]) -> tuple[list[Entry], list[Payment]]:
    """The invoices and the payments that settle them, so that their amounts are right at once."""
    entries = list(_parsed(qbo.query("Invoice", one_of("Id", ids)), parse_invoice))
    paid = {link.id for each in entries for link in each.linked if link.kind == PAYMENT}
    raws = qbo.query(PAYMENT, one_of("Id", sorted(paid))) if paid else []
    return entries, list(_parsed(raws, parse_payment))


def _parsed(raws: Iterable[Raw], parse: Callable[[Raw], Parsed]) -> Iterator[Parsed]:
    """One that cannot be read counts as missing; the others are still added."""
    for raw in raws:
        try:
            yield parse(raw)
        except (ValueError, KeyError, TypeError):
            continue


# -------------------------------------------------------------------------------------- the rows
def _locked(company: Company, qbo_ids: Iterable[str]) -> list[Invoice]:
    rows = Invoice.objects.for_portal(company.portal_id).filter(
        company=company, qbo_id__in=list(qbo_ids), deleted_at=None
    )
    return list(rows.select_for_update().order_by("pk"))


def _ties(invoice: Invoice) -> PortalQuerySet:
    rows = InvoiceAttachment.objects.for_portal(invoice.portal_id)
    return rows.filter(invoice=invoice, detached_at=None)


def _heir(invoice: Invoice, tie: InvoiceAttachment) -> InvoiceAttachment | None:
    """The deal that has had it longest, apart from the one that loses it."""
    others = _ties(invoice).filter(object_kind=DEALS).exclude(pk=tie.pk)
    return others.order_by("attached_at", "pk").first()  # type: ignore[no-any-return]


def _tie(actor: Actor, target: Target, row: Invoice, now: datetime) -> bool:
    """Whether it is new there. A synced invoice becomes one that is always followed (D-26)."""
    if row.origin == Origin.SYNCED:
        row.origin = Origin.ATTACHED
        row.save(update_fields=["origin"])
    ties = list(_ties(row))
    if any((each.object_kind, each.hubspot_id) == (target.kind, target.id) for each in ties):
        return False
    InvoiceAttachment.objects.create(
        portal_id=row.portal_id,
        company_id=row.company_id,
        invoice=row,
        object_kind=target.kind,
        hubspot_id=target.id,
        counts=target.kind == DEALS and not any(each.counts for each in ties),
        attached_by=actor.person,
        attached_at=now,
    )
    _record("invoice.attached", actor, target, row, now)
    return True


def _forget_notes(invoice: Invoice) -> None:
    """The deal that counts it next hears of its payments; notes it may have already are adopted."""
    told = PaymentApplication.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, note_state=NoteState.WRITTEN, reversed_at=None
    )
    told.update(note_id="", note_hash="", note_state=NoteState.OWED)


def _close_suggestions(
    company: Company, target: Target, qbo_ids: Sequence[str], actor: Actor, now: datetime
) -> None:
    """What a person just did is no longer to be suggested, and other deals neither."""
    if target.kind != DEALS:
        return
    waiting = AttachmentSuggestion.objects.for_portal(company.portal_id).filter(
        company=company, qbo_id__in=qbo_ids, state=SuggestionState.OPEN
    )
    waiting.filter(deal_id=target.id).update(
        state=SuggestionState.ACCEPTED, decided_at=now, decided_by=actor.person
    )
    waiting.delete()


def _record(action: str, actor: Actor, target: Target, row: Invoice, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=row.company,
        subject=("invoice", str(row.pk)),
        after={"record": target.name or target.id, "kind": target.kind, "number": str(row)},
        now=now,
    )
