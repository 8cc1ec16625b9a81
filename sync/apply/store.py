"""What an operation's outcome leaves in the database. Every function runs inside a transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection

from integration.bulk import update_values
from integration.models import Portal
from integration.webhooks.looking import notice_gone, notice_merge
from invoices.models import DealRef, Invoice, InvoiceAttachment, PaymentApplication
from invoices.models.invoices import NoteState
from sync.apply.links import save_links
from sync.apply.notes import NEVER_TOLD
from sync.apply.outcomes import Outcome
from sync.apply.paid_deals import save_paid
from sync.operations import (
    ArchiveInvoice,
    AssociateInvoice,
    DissociateInvoice,
    UpdatePaymentNote,
    UpsertHubSpotInvoice,
    WithdrawReversalNote,
    WriteDealProperties,
    WritePaymentNote,
    WriteReversalNote,
)

Kind = TypeVar("Kind")
MOST = (UpsertHubSpotInvoice, WriteDealProperties)
"""Nearly all that a run writes."""
TOLD = (
    f'SELECT id::text, mapped_hash FROM "{Invoice._meta.db_table}" '  # noqa: S608  our own table name
    "WHERE portal_id = %s AND id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE"
)
"""Asked for each hundred and of nothing but texts, so it is asked plainly."""


def save(portal: Portal, outcomes: Sequence[Outcome], mark: str, now: datetime) -> set[str]:
    """Remember what HubSpot has now. Answers deals that must be looked at once more.

    ``mark``: what ``leaving.mark`` left on the rows before the writes left.
    """
    again = _invoices(portal, outcomes, mark)
    _made_anew(portal, outcomes)
    _lost_deals(portal, outcomes, now)
    others = [each for each in outcomes if not isinstance(each.operation, MOST)]
    if others:
        _archived(portal, others)
        _associations(portal, others, now)
        _notes(portal, others)
        save_links(portal, others, now)
        save_paid(portal, others, now)
    return again | _deals(portal, outcomes, mark, now)


def _with(outcomes: Iterable[Outcome], kind: type[Kind]) -> list[tuple[Kind, Outcome]]:
    return [(each.operation, each) for each in outcomes if isinstance(each.operation, kind)]


def _invoices(portal: Portal, outcomes: Sequence[Outcome], mark: str) -> set[str]:
    """One that somebody else wrote meanwhile may show the older of two states: its deals' ids."""
    done = [(each, out) for each, out in _with(outcomes, UpsertHubSpotInvoice) if out.ok]
    if not done:
        return set()
    told = _told(portal, [each.subject.id for each, _ in done])
    written, crossed = [], []
    for operation, outcome in done:
        key, mapped_hash = operation.subject.id, outcome.content_hash
        if told.get(key) not in (mark, operation.read_hash, outcome.content_hash):
            mapped_hash = ""
            crossed.append(key)
        written.append((key, outcome.object_id, mapped_hash, operation.properties))
    update_values(portal, Invoice, ("hubspot_id", "mapped_hash", "written"), written)
    return _deals_of(portal, crossed) if crossed else set()


def _told(portal: Portal, keys: list[str]) -> dict[str, str]:
    """Of which content HubSpot was told last, by key as text; the rows are locked in one order."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [portal.pk, keys])
        return dict(cursor.fetchall())


def _deals_of(portal: Portal, invoice_ids: Sequence[str]) -> set[str]:
    found = InvoiceAttachment.objects.for_portal(portal).filter(
        invoice__in=invoice_ids, object_kind="deals", detached_at=None
    )
    return set(found.values_list("hubspot_id", flat=True))


def _archived(portal: Portal, outcomes: Sequence[Outcome]) -> None:
    """HubSpot has no object of it any more; should the invoice come back, a new one is made."""
    gone = [each.subject.id for each, outcome in _with(outcomes, ArchiveInvoice) if outcome.ok]
    if gone:
        rows = Invoice.objects.for_portal(portal).filter(pk__in=gone)
        rows.update(hubspot_id="", mapped_hash="", written={})
        _untied(portal, gone)


def _made_anew(portal: Portal, outcomes: Sequence[Outcome]) -> None:
    """Somebody deleted the object in HubSpot: the new one is tied to nothing yet."""
    anew = [each.operation.subject.id for each in outcomes if each.made_anew]
    if anew:
        _untied(portal, anew)


def _untied(portal: Portal, invoice_ids: Sequence[str]) -> None:
    """What an object of HubSpot was tied to went with it."""
    ties = InvoiceAttachment.objects.for_portal(portal).filter(invoice__in=invoice_ids)
    ties.update(associated_at=None)


def _associations(portal: Portal, outcomes: Sequence[Outcome], now: datetime) -> None:
    confirmed = [
        operation.attachment_id
        for operation, outcome in _with(outcomes, AssociateInvoice)
        if outcome.ok and operation.attachment_id
    ]
    if confirmed:
        found = InvoiceAttachment.objects.for_portal(portal).filter(pk__in=confirmed)
        found.update(associated_at=now)
    parted = [
        operation.attachment_id
        for operation, outcome in _with(outcomes, DissociateInvoice)
        if outcome.ok or outcome.is_gone
    ]
    if parted:
        gone = InvoiceAttachment.objects.for_portal(portal).filter(pk__in=parted)
        gone.update(associated_at=None)


# ----------------------------------------------------------------------------------------- notes


def _notes(portal: Portal, outcomes: Sequence[Outcome]) -> None:
    rows = PaymentApplication.objects.for_portal(portal)
    for told, outcome in _with(outcomes, WritePaymentNote) + _with(outcomes, UpdatePaymentNote):
        if outcome.ok:
            rows.filter(pk=told.subject.id).update(
                note_id=outcome.object_id,
                note_hash=outcome.content_hash,
                note_state=NoteState.WRITTEN,
            )
        else:
            _not_written(portal, outcome)
    for reversal, outcome in _with(outcomes, WriteReversalNote):
        if outcome.ok:
            rows.filter(pk=reversal.subject.id).update(
                reversal_note_id=outcome.object_id, note_state=NoteState.WRITTEN
            )
        else:
            _not_written(portal, outcome)
    for withdrawn, outcome in _with(outcomes, WithdrawReversalNote):
        if outcome.ok:
            rows.filter(pk=withdrawn.subject.id).update(reversal_note_id="")


def _not_written(portal: Portal, outcome: Outcome) -> None:
    """HubSpot said no: certainly not there. Without an answer the row stays as it was marked."""
    subject = outcome.operation.subject
    row = PaymentApplication.objects.for_portal(portal).filter(pk=subject.id)
    if outcome.reason == NEVER_TOLD:
        row.update(note_state=NoteState.NONE)
    elif not outcome.passes:
        row.exclude(note_id="").update(note_state=NoteState.WRITTEN)
        row.filter(note_id="").update(note_state=NoteState.NONE)


# ----------------------------------------------------------------------------------------- deals


def _deals(portal: Portal, outcomes: Sequence[Outcome], mark: str, now: datetime) -> set[str]:
    """A deal that somebody else wrote meanwhile may show the older of two states: look again."""
    written = [
        (each, outcome) for each, outcome in _with(outcomes, WriteDealProperties) if outcome.ok
    ]
    if not written:
        return set()
    for operation, outcome in written:
        if outcome.object_id not in ("", operation.subject.id):
            notice_merge(portal, "deals", operation.subject.id, outcome.object_id, now)
    rows = _rows_of(portal, [each for each, _ in written], now)
    told = {}
    for operation, outcome in written:
        key, written_hash = rows[operation.subject.id]
        is_known = written_hash in (mark, operation.read_hash)
        found = outcome.content_hash if is_known else ""
        told[operation.subject.id] = (key, operation.properties, found)
    update_values(portal, DealRef, ("written", "written_hash"), told.values())
    return {deal for deal, (_, _, written_hash) in told.items() if not written_hash}


def _rows_of(
    portal: Portal, operations: Sequence[WriteDealProperties], now: datetime
) -> dict[str, tuple[UUID, str]]:
    """Key and ``written_hash`` of the deals' rows, locked in one order; a deal met for the first
    time gets one."""
    ids = sorted({each.subject.id for each in operations})
    rows = _locked(portal, ids)
    missing = [each for each in ids if each not in rows]
    if missing:
        DealRef.objects.for_portal(portal).bulk_create(
            [
                DealRef(portal=portal, hubspot_id=each, name=each, fetched_at=now)
                for each in missing
            ],
            ignore_conflicts=True,
        )
        rows = _locked(portal, ids)
    return rows


def _locked(portal: Portal, ids: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    rows = DealRef.objects.for_portal(portal).filter(hubspot_id__among=ids)
    locked = rows.select_for_update().order_by("hubspot_id")
    return {
        deal: (pk, told)
        for deal, pk, told in locked.values_list("hubspot_id", "pk", "written_hash")
    }


def _lost_deals(portal: Portal, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Archived, merged away or deleted in HubSpot: never written to again until it is met anew."""
    lost = [
        operation.subject.id
        for operation, outcome in _with(outcomes, WriteDealProperties)
        if outcome.is_gone
    ]
    if lost:
        notice_gone(portal, "deals", lost, now)
        DealRef.objects.for_portal(portal).filter(hubspot_id__in=lost).update(archived_at=now)
