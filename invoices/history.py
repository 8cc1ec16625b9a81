"""Everything that happened to an invoice, newest first: who or what did what, and when.

``sync`` stands above this app, so it brings its entries itself: it registers a function with
``add_source`` in its ``AppConfig.ready``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integration import messages
from integration.access.actors import Actor
from integration.display import amount_text
from integration.models import AuditEvent
from invoices import reach
from invoices.models import Invoice, InvoiceChange, PaymentApplication
from invoices.models.changes import ChangeKind, ChangePoint

MOST_SHOWN = 50
"""Events of each source."""
ICONS = {  # in the order in which things happen
    "draft.started": "edit",
    "draft.discarded": "trash",
    "draft.reopened": "undo",
    "invoice.submitted": "send",
    "approval.asked": "clock",
    "approval.withdrawn": "undo",
    "approval.rejected": "cross",
    "approval.approved": "check",
    "invoice.created": "invoice",
    "invoice.refused": "error",
    "invoice.total_differs": "warning",
    "invoice.associated": "deal",
    "invoice.delivered": "send",
    "edit.started": "edit",
    "edit.submitted": "edit",
    "edit.refused": "error",
    "invoice.edited": "edit",
    "void.submitted": "stage-voided",
    "void.refused": "error",
    "invoice.voided": "stage-voided",
    "correct.submitted": "undo",
    "correct.refused": "error",
    "invoice.credited": "undo",
    "invoice.credit_applied": "money",
    "invoice.copied": "copy",
    "change.conflict": "warning",
    "refund.accepted": "undo",
    "refund.withdrawn": "undo",
    "invoice.send_asked": "send",
    "invoice.send_scheduled": "clock",
    "invoice.send_cancelled": "cross",
    "invoice.sent": "send",
    "invoice.not_sent": "warning",
    "invoice.send_unknown": "warning",
    "invoice.mail_failed": "error",
}

NAMES = {"deal": gettext_lazy("a deal"), "record": gettext_lazy("a record")}
"""Facts of audit events that name a HubSpot record, and what is said instead out of reach."""


@dataclass(frozen=True, slots=True)
class Event:
    """As the ``timeline`` tag wants it."""

    title: str
    at: datetime
    icon: str = "log"
    detail: str = ""
    who: str = ""
    url: str = ""
    changes: Sequence[dict[str, Any]] = ()
    place: int = 0
    """Of events of the same instant the greater came later."""


Source = Callable[[Invoice], Iterable[Event]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Another app's events of an invoice; the newest fifty are enough."""
    if source not in _sources:
        _sources.append(source)


def of_invoice(actor: Actor, invoice: Invoice) -> list[Event]:
    """What the actor may read: names of records out of reach are left out (D-05)."""
    payments = PaymentApplication.objects.for_portal(invoice.portal_id).filter(invoice=invoice)
    found = [*_audited(actor, invoice), *_told_by_quickbooks(invoice)]
    found += of_payments(payments.order_by("-seen_at")[:MOST_SHOWN], named=False)
    found += [event for source in _sources for event in source(invoice)]
    return sorted(found, key=lambda event: (event.at, event.place), reverse=True)


def of_payments(rows: Iterable[PaymentApplication], *, named: bool) -> list[Event]:
    """Newest first; ``named`` says which invoice each payment settled (rows with ``invoice``)."""
    found = [_payment(row, str(row.invoice) if named else "") for row in rows]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _payment(row: PaymentApplication, invoice: str) -> Event:
    """D-20: received or taken back; without cash it is a credit (D-19)."""
    detail = [_("dated %(day)s") % {"day": date_format(row.paid_on, "DATE_FORMAT")}]
    if row.cash:
        detail += [part for part in (row.method, row.reference) if part]
    if invoice:
        detail.insert(0, _("invoice %(number)s") % {"number": invoice})
    amount = f"{amount_text(row.cash or row.applied, row.currency)} {row.currency}"
    said, icon = _("Payment received: %(amount)s"), "money"
    if not row.cash:
        said = _("Credit applied: %(amount)s")
    if row.reversed_at is not None:
        said, icon = _("Payment reversed: %(amount)s"), "undo"
    at = row.reversed_at or row.seen_at
    return Event(said % {"amount": amount}, at, icon, _sentence(", ".join(detail)), "QuickBooks")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _audited(actor: Actor, invoice: Invoice) -> Iterator[Event]:
    """The invoice's own events and those of the draft it came from."""
    about = Q(subject_kind="invoice", subject_id=str(invoice.pk))
    operation = getattr(invoice, "operation", None)
    if operation is not None:
        about |= Q(subject_kind="draft", subject_id=str(operation.draft_id))
    events = AuditEvent.objects.for_portal(invoice.portal_id).filter(about)
    found: list[AuditEvent] = list(events.select_related("person").order_by("-at")[:MOST_SHOWN])
    hidden = _out_of_reach(actor, found)
    for event in found:
        yield _audit_event(event, hidden)


def _out_of_reach(actor: Actor, events: Iterable[AuditEvent]) -> frozenset[str]:
    """Names in these events that are no deal within the actor's reach."""
    if actor.sees_all_deals:
        return frozenset()
    names = {str(e.after[name]) for e in events for name in NAMES if e.after.get(name)}
    known = reach.visible_deals(actor).filter(name__in=names).values_list("name", flat=True)
    return frozenset(names - set(known))


def _audit_event(event: AuditEvent, hidden: frozenset[str]) -> Event:
    """The sentence of the catalogue; who did it only where the sentence does not say so."""
    who = str(event.person) if event.person else _("Dealbooks")
    code = f"audit.{event.action}"
    facts = {**event.before, **event.after}
    texts = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    texts |= {name: str(NAMES[name]) for name in NAMES if texts.get(name) in hidden}
    reason = str(event.after.get("reason") or "")
    return Event(
        messages.message(code, **{**texts, "person": who}).what,
        event.at,
        ICONS.get(event.action, "log"),
        messages.message(reason).title if reason else str(event.after.get("why") or ""),
        "" if "person" in messages.placeholders(code) else who,
        place=list(ICONS).index(event.action) if event.action in ICONS else 0,
    )


def _voided_here(invoice: Invoice) -> bool:
    """It has a line of its own, with who and why."""
    rows = InvoiceChange.objects.for_portal(invoice.portal_id).filter(invoice=invoice)
    return rows.filter(kind=ChangeKind.VOID, point=ChangePoint.DONE).exists()


def _told_by_quickbooks(invoice: Invoice) -> Iterator[Event]:
    """What happened there and nobody did here."""
    if invoice.first_sent_at and not invoice.delivered_by_hand_at:
        yield Event(_("Sent to the customer"), invoice.first_sent_at, "send", who="QuickBooks")
    if invoice.voided_at and not _voided_here(invoice):
        yield Event(_("Voided"), invoice.voided_at, "stage-voided", who="QuickBooks")
    if invoice.deleted_at:
        yield Event(_("Deleted"), invoice.deleted_at, "trash", who="QuickBooks")
