"""Notes about payments on the deal timeline (D-20).

HubSpot has no key for notes, so a create is not safe to repeat: the ledger row is marked before
the call, and where an earlier call may have arrived the deal's notes are searched for our marker.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time

from django.utils.html import escape
from django.utils.translation import gettext as _

from integration.display import amount_text
from integration.gateways.errors import NotFound
from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_associations import NOTE_TO_DEAL
from integration.records.hubspot import Properties, Write
from mappings import transforms
from sync.apply.outcomes import Ending, Outcome, of_result
from sync.operations import (
    Note,
    NoteKind,
    UpdatePaymentNote,
    WithdrawReversalNote,
    WritePaymentNote,
    WriteReversalNote,
)

NOTES = "notes"
BODY = "hs_note_body"
NewNote = WritePaymentNote | WriteReversalNote
NEVER_TOLD = "sync.payment_never_told"


def properties(note: Note) -> Properties:
    """What HubSpot stores; everything QuickBooks' users typed is escaped (control 36)."""
    at = note.at or datetime.combine(note.on, time(12), tzinfo=UTC)
    lines = [f"<strong>{escape(_title(note))}</strong>", escape(_about(note))]
    details = " · ".join(part for part in (note.method, note.reference) if part)
    lines += [escape(details)] if details else []
    lines.append(escape(_("Reference %(marker)s") % {"marker": note.marker}))
    body = "".join(f"<p>{line}</p>" for line in lines)
    return {"hs_timestamp": transforms.instant(at), BODY: transforms.text(body)}


def _title(note: Note) -> str:
    amount = f"{amount_text(note.amount, note.currency)} {note.currency}"
    titles: dict[NoteKind, str] = {
        NoteKind.RECEIVED: _("Payment received: %(amount)s"),
        NoteKind.CREDIT: _("Credit applied: %(amount)s"),
        NoteKind.REVERSED: _("Payment reversed: %(amount)s"),
    }
    return titles[note.kind] % {"amount": amount}


def _about(note: Note) -> str:
    return _("Invoice %(number)s for %(customer)s, paid on %(day)s, in %(company)s") % {
        "number": note.invoice_number,
        "customer": note.customer,
        "day": note.on.isoformat(),
        "company": note.company,
    }


def find(hubspot: HubSpot, deal_id: str, markers: Sequence[str]) -> dict[str, str]:
    """Marker to note id, of those that stand on the deal."""
    try:
        notes = hubspot.notes_of(deal_id)
    except NotFound:
        return {}
    return {
        marker: note.id
        for note in notes
        for marker in markers
        if f"{marker}<" in f"{note.text(BODY)}<"
    }


def create(hubspot: HubSpot, operations: Sequence[NewNote]) -> list[Outcome]:
    """Adopt what is there already, create the rest in one call a hundred."""
    adopted: dict[str, str] = {}
    settled: list[Outcome] = []
    for deal_id in sorted({each.deal_id for each in operations if _must_look(each)}):
        here = [each for each in operations if each.deal_id == deal_id]
        markers = [mark for each in here for mark in (each.note.marker, _told(each)) if mark]
        adopted |= find(hubspot, deal_id, markers)
    missing: list[NewNote] = []
    for operation in operations:
        if operation.note.marker in adopted:
            settled.append(_adopt(hubspot, operation, adopted[operation.note.marker]))
        elif _told(operation) and _told(operation) not in adopted:
            settled.append(Outcome(operation, Ending.SKIPPED, reason=NEVER_TOLD))
        else:
            missing.append(operation)
    return settled + list(_created(hubspot, missing))


def _must_look(operation: NewNote) -> bool:
    return operation.look_first or bool(_told(operation))


def _told(operation: NewNote) -> str:
    return operation.told_marker if isinstance(operation, WriteReversalNote) else ""


def _adopt(hubspot: HubSpot, operation: NewNote, note_id: str) -> Outcome:
    """The note of an earlier try whose answer was lost; its text is brought up to date."""
    write = Write(operation.subject.id, properties(operation.note), note_id)
    [result] = hubspot.update(NOTES, [write])
    return of_result(operation, result, _hash(operation))


def _created(hubspot: HubSpot, operations: Sequence[NewNote]) -> Iterator[Outcome]:
    if not operations:
        return
    writes = [
        Write(
            each.note.marker,
            properties(each.note),
            associations=((each.deal_id, NOTE_TO_DEAL),),
        )
        for each in operations
    ]
    for operation, result in zip(operations, hubspot.create(NOTES, writes), strict=True):
        yield of_result(operation, result, _hash(operation))


def _hash(operation: NewNote) -> str:
    return operation.content_hash if isinstance(operation, WritePaymentNote) else ""


def update(hubspot: HubSpot, operations: Sequence[UpdatePaymentNote]) -> list[Outcome]:
    writes = [Write(each.subject.id, properties(each.note), each.note_id) for each in operations]
    return [
        of_result(operation, result, operation.content_hash)
        for operation, result in zip(operations, hubspot.update(NOTES, writes), strict=True)
    ]


def withdraw(hubspot: HubSpot, operations: Sequence[WithdrawReversalNote]) -> list[Outcome]:
    hubspot.archive(NOTES, [each.note_id for each in operations])
    return [Outcome(each, Ending.SUCCEEDED, each.note_id) for each in operations]
