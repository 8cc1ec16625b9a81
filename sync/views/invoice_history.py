"""What sync did for one invoice, as events of its history; ``invoices`` asks through its registry."""

from collections.abc import Iterator

from django.db.models import Q

from invoices.history import MOST_SHOWN, Event, add_source
from invoices.models import Invoice
from sync.models import EntryOutcome, SyncEntry
from sync.operations import INVOICE, PAYMENT
from sync.views import words

ICONS = {
    EntryOutcome.SUCCEEDED: "sync",
    EntryOutcome.SKIPPED: "minus",
    EntryOutcome.FAILED: "error",
    EntryOutcome.WAITING: "clock",
}


def events(invoice: Invoice) -> Iterator[Event]:
    """Of the invoice and its payments, newest first."""
    payments = [str(pk) for pk in invoice.payments.values_list("pk", flat=True)]
    about = Q(subject_kind=INVOICE, subject_id=str(invoice.pk))
    about |= Q(subject_kind=PAYMENT, subject_id__in=payments)
    entries = SyncEntry.objects.for_portal(invoice.portal_id).filter(about)
    for line in words.lines(entries.order_by("-at")[:MOST_SHOWN]):
        entry = line.entry
        title = line.what
        if entry.outcome != EntryOutcome.SUCCEEDED:
            title = f"{line.what}: {entry.get_outcome_display()}"
        yield Event(
            title,
            entry.at,
            ICONS[EntryOutcome(entry.outcome)],
            line.reason.sentence if line.reason else "",
            "Dealbooks",
            changes=line.changes,
        )


def register() -> None:
    add_source(events)
