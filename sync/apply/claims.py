"""Who writes a payment's note: polls and refreshes may meet at one deal, HubSpot has no key (I1)."""

from collections.abc import Collection, Sequence

from integration import leases
from integration.leases import Lease
from integration.models import Portal
from invoices.models import PaymentApplication
from invoices.models.invoices import NoteState
from sync.apply.notes import NewNote
from sync.operations import WriteReversalNote


def claim_notes(portal: Portal, lease: Lease, operations: Sequence[NewNote]) -> list[NewNote]:
    """The notes that are ours to write; call it in a transaction of their own before they leave.

    From here on they may exist although we know no id (decision 7). Left out are those that
    somebody wrote or began since the plan was made: whoever began them also finishes them.
    """
    ledger = PaymentApplication.objects.for_portal(portal)
    found = ledger.filter(pk__in=[each.subject.id for each in operations])
    rows = {str(row.pk): row for row in found.select_for_update().order_by("pk")}
    on_their_way = leases.held({row.note_hash for row in rows.values()}) - {lease.name}
    mine = [
        each
        for each in operations
        if each.subject.id in rows and _is_free(rows[each.subject.id], each, on_their_way)
    ]
    ledger.filter(pk__in=[each.subject.id for each in mine]).update(
        note_state=NoteState.OWED, note_hash=lease.name
    )
    return mine


def _is_free(row: PaymentApplication, operation: NewNote, on_their_way: Collection[str]) -> bool:
    """Not written, and as the plan saw it: a try that the plan knows of is looked for first."""
    is_reversal = isinstance(operation, WriteReversalNote)
    note_id = row.reversal_note_id if is_reversal else row.note_id
    was_tried = row.note_state == NoteState.OWED
    if note_id or was_tried != operation.look_first:
        return False
    return not (was_tried and row.note_hash in on_their_way)
