"""What an undo leaves in the database (D-31): what HubSpot says now, and lines of the history.

Every function runs inside a transaction. Hashes are forgotten, so that a released record is told
again whatever QuickBooks says by then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from integration import link_history
from integration.bulk import insert_rows
from integration.models import RecordLink
from integration.models.matching import EndReason
from integration.models.tenancy import PortalQuerySet
from invoices.models import DealRef, Invoice, InvoiceAttachment, PaymentApplication
from invoices.models.invoices import NoteState
from sync.apply.putting_back import Ended
from sync.models import EntryOutcome, SyncEntry, Undo, UndoItem, UndoList
from sync.undoing import Action

UNDONE = "undone"
"""Where a hash stood: equal to none, and not empty, which would mean that nothing was ever told."""
SINCE = "sync.undo_changed_since"


def save(undo: Undo, ended: Sequence[Ended], now: datetime) -> None:
    for each in ended:
        if each.ok:
            _remember(undo, each.item, each.restored, now)
        _close(each, now)
    insert_rows(undo.portal_id, [_entry(undo, each, now) for each in ended])


def _close(ended: Ended, now: datetime) -> None:
    item = ended.item
    if ended.ok:
        item.done_at = now
        item.before = {name: item.before[name] for name in ended.restored} or item.before
    elif ended.reason:
        item.list, item.reason = UndoList.CANNOT, ended.reason
        item.reason_parameters = dict(ended.parameters)
    else:
        item.list, item.found = UndoList.CHANGED, dict(ended.changed)
    item.save()


def _entry(undo: Undo, ended: Ended, now: datetime) -> SyncEntry:
    item = ended.item
    reason = ended.reason or (SINCE if ended.changed and not ended.ok else "")
    failed = EntryOutcome.FAILED if ended.reason else EntryOutcome.SKIPPED
    names = ended.restored if item.action == Action.RESTORE else item.after
    return SyncEntry(
        portal_id=undo.portal_id,
        run_id=undo.undo_run_id,
        company_id=undo.company_id,
        operation=f"undo_{item.action}",
        subject_kind=item.subject_kind,
        subject_id=item.subject_id,
        label=item.label,
        outcome=EntryOutcome.SUCCEEDED if ended.ok else failed,
        reason=reason,
        reason_parameters={"name": item.label, **ended.parameters},
        before={name: item.after.get(name) for name in names},
        after={name: item.before.get(name, "") for name in names} if ended.ok else {},
        trace_id=ended.trace_id,
        at=now,
        object_kind=item.object_kind,
        object_id=item.object_id,
    )


# ------------------------------------------------------------------------ what HubSpot has now


def _remember(undo: Undo, item: UndoItem, restored: Mapping[str, Any], now: datetime) -> None:
    if item.action == Action.RESTORE:
        _restored(undo, item, restored)
    elif item.action == Action.ARCHIVE:
        _archived(undo, item, now)
    elif item.action == Action.ARCHIVE_NOTE:
        rows = PaymentApplication.objects.for_portal(undo.portal_id)
        told = rows.filter(note_id=item.object_id)
        told.update(note_id="", note_hash="", note_state=NoteState.NONE)
        rows.filter(reversal_note_id=item.object_id).update(reversal_note_id="")
    elif item.object_kind == "contacts":
        _links(undo, item).update(tied_to="" if item.action == Action.UNTIE else item.other_id)
    else:
        ties = InvoiceAttachment.objects.for_portal(undo.portal_id).filter(
            invoice__hubspot_id=item.object_id,
            object_kind=item.other_kind,
            hubspot_id=item.other_id,
        )
        ties.update(associated_at=None if item.action == Action.UNTIE else now)


def _restored(undo: Undo, item: UndoItem, restored: Mapping[str, Any]) -> None:
    if item.object_kind == "deals":
        for deal in _locked(DealRef, undo, item):
            deal.written, deal.written_hash = {**deal.written, **restored}, UNDONE
            deal.save(update_fields=["written", "written_hash"])
    elif item.object_kind == "invoices":
        for row in _locked(Invoice, undo, item):
            row.written, row.mapped_hash = {**row.written, **restored}, ""
            row.save(update_fields=["written", "mapped_hash"])
    else:
        for link in _links(undo, item).select_for_update().order_by("pk"):
            link.written, link.mapped_hash = {**link.written, **restored}, ""
            link.save(update_fields=["written", "mapped_hash"])


def _archived(undo: Undo, item: UndoItem, now: datetime) -> None:
    """Released, it is made anew and tied again."""
    if item.object_kind != "invoices":
        links = _links(undo, item)
        link_history.ended(links, EndReason.ARCHIVED, now)
        links.delete()
        return
    ties = InvoiceAttachment.objects.for_portal(undo.portal_id)
    ties.filter(invoice__hubspot_id=item.object_id).update(associated_at=None)
    for row in _locked(Invoice, undo, item):
        row.hubspot_id, row.mapped_hash, row.written = "", "", {}
        row.save(update_fields=["hubspot_id", "mapped_hash", "written"])


def _locked(model: Any, undo: Undo, item: UndoItem) -> PortalQuerySet:
    rows: PortalQuerySet = model.objects.for_portal(undo.portal_id).filter(
        hubspot_id=item.object_id
    )
    return rows.select_for_update(of=("self",)).order_by("pk")


def _links(undo: Undo, item: UndoItem) -> PortalQuerySet:
    rows: PortalQuerySet = RecordLink.objects.for_portal(undo.portal_id).filter(
        hubspot_kind=item.object_kind, hubspot_id=item.object_id
    )
    return rows
