"""What happened to an invoice, newest first: audit events, and what other apps add.

``sync`` stands above this app, so it brings its entries itself: it registers a function with
``add_source`` in its ``AppConfig.ready``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from integration import messages
from integration.models import AuditEvent
from invoices.models import Invoice

MOST_SHOWN = 50


@dataclass(frozen=True)
class Event:
    """As the ``timeline`` tag wants it."""

    title: str
    at: datetime
    icon: str = "log"
    detail: str = ""
    who: str = ""
    url: str = ""
    changes: tuple[object, ...] = ()


Source = Callable[[Invoice], Iterable[Event]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Another app's events of an invoice; the newest fifty are enough."""
    if source not in _sources:
        _sources.append(source)


def of_invoice(invoice: Invoice) -> list[Event]:
    found = [*_audited(invoice), *(event for source in _sources for event in source(invoice))]
    return sorted(found, key=lambda event: event.at, reverse=True)[:MOST_SHOWN]


def _audited(invoice: Invoice) -> Iterable[Event]:
    """The invoice's own events and those of the draft it came from."""
    about = Q(subject_kind="invoice", subject_id=str(invoice.pk))
    operation = getattr(invoice, "operation", None)
    if operation is not None:
        about |= Q(subject_kind="draft", subject_id=str(operation.draft_id))
    events = AuditEvent.objects.for_portal(invoice.portal_id).filter(about)
    for event in events.select_related("person").order_by("-at")[:MOST_SHOWN]:
        who = str(event.person) if event.person else ""
        said = messages.message(f"audit.{event.action}", **{**event.after, "person": who})
        yield Event(said.title, event.at, _icon(event.action), said.what, who)


def _icon(action: str) -> str:
    icons = {"invoice.created": "invoice", "invoice.associated": "deal", "draft.started": "edit"}
    return icons.get(action, "log")
