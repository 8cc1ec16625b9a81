"""Settings > Audit log: who changed what, when and from where (control 25)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import csv_files, listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.listing import Column, DateFilter, Filter
from integration.models import AuditEvent, Company, Membership
from integration.views.settings_pages import settings_tabs

ORIGINS = [
    ("session", _("Website")),
    ("embed", _("HubSpot frame")),
    ("token", _("API token")),
    ("worker", _("Dealbooks itself")),
    ("command", _("Command line")),
]
AREAS = [
    ("connection company grant portal", _("Connections")),
    ("settings mapping hubspot keys", _("Settings")),
    ("membership", _("People")),
    ("token embed", _("Access")),
    ("draft invoice operation number", _("Invoices")),
    ("sync job", _("Sync")),
]


@dataclass(frozen=True)
class AuditLine:
    """An event in words."""

    event: AuditEvent
    title: str
    what: str
    who: str
    origin: str

    @property
    def changes(self) -> list[dict[str, Any]]:
        names = [*self.event.before, *(n for n in self.event.after if n not in self.event.before)]
        return [
            {
                "field": name.replace("_", " "),
                "before": _shown(self.event.before.get(name)),
                "after": _shown(self.event.after.get(name)),
            }
            for name in names
            if self.event.before.get(name) != self.event.after.get(name)
        ]


@portal_page(Right.AUDIT)
@require_GET
def audit_log(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    page = listing.build(
        request.GET,
        _events(actor),
        columns=[
            Column("at", _when(actor), "at"),
            Column("what", _("What")),
            Column("who", _("Who")),
            Column("origin", _("Origin")),
        ],
        filters=_filters(actor),
        order="-at",
        export_url=reverse("audit_log_csv", args=[actor.portal.pk]) if _may_export(actor) else "",
        caption=_("Audit log"),
    )
    context = {
        "actor": actor,
        "listing": page,
        "lines": [_line(event, actor) for event in page.rows],
        "tabs": settings_tabs(actor, "audit_log"),
    }
    return render(request, "integration/audit_log.html", context)


@portal_page(Right.EXPORT)
@require_GET
def audit_log_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    actor.require(Right.AUDIT)
    events = listing.narrow(request.GET, _events(actor), filters=_filters(actor))
    header = ("at", "action", "what", "who", "from", "company", "subject", "ip", "request")
    return csv_files.answer("audit-log", header, _csv_rows(events, actor))


def _csv_rows(events: QuerySet[Any], actor: Actor) -> Iterator[tuple[Any, ...]]:
    for event in events.order_by("-at", "-pk").iterator(chunk_size=500):
        line = _line(event, actor)
        yield (
            *(event.at, event.action, line.what, line.who, line.origin),
            *(event.company or "", f"{event.subject_kind} {event.subject_id}".strip()),
            *(event.ip or "", event.request_id),
        )


def _events(actor: Actor) -> QuerySet[Any]:
    found = AuditEvent.objects.for_portal(actor.portal).select_related("person", "company")
    if actor.company_ids is None:
        return found
    return found.filter(Q(company=None) | Q(company__in=actor.company_ids))


def _filters(actor: Actor) -> list[Filter | DateFilter]:
    members = Membership.objects.for_portal(actor.portal).select_related("person")
    people = [(each.person_id, str(each.person)) for each in members]
    companies = Company.objects.for_portal(actor.portal).filter(actor.company_condition("pk"))
    return [
        DateFilter("at", _("When"), "at", zone=actor.portal.time_zone),
        Filter("area", _("About"), AREAS, condition=_areas),
        Filter("person", _("Who"), people),
        Filter("company", _("Company"), [(each.pk, each.name) for each in companies]),
        Filter("origin", _("Origin"), ORIGINS),
    ]


def _areas(chosen: list[str]) -> Q:
    either = Q()
    for prefix in " ".join(chosen).split():
        either |= Q(action__startswith=f"{prefix}.")
    return either


def _line(event: AuditEvent, actor: Actor) -> AuditLine:
    origins = dict(ORIGINS)
    who = str(event.person) if event.person else str(origins.get(event.origin, event.origin))
    facts = {
        name: value for name, value in {**event.before, **event.after}.items() if value is not None
    }
    if event.subject_kind == "vendor":
        facts["vendor"] = event.subject_id
    said = messages.message(
        f"audit.{event.action}",
        **{
            **{name: value for name, value in facts.items() if isinstance(value, str | int)},
            "person": who,
            "portal": actor.portal.domain or actor.portal.name,
            "company": event.company.name if event.company else facts.get("company", ""),
        },
    )
    return AuditLine(
        event, said.title, said.what, who, str(origins.get(event.origin, event.origin))
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)


def _may_export(actor: Actor) -> bool:
    return actor.may(Right.EXPORT)


def _when(actor: Actor) -> str:
    """The zone stands in the head once, not in every line."""
    return gettext("When (%(zone)s)") % {"zone": actor.portal.time_zone}
