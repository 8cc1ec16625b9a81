"""Sync > Matching: which HubSpot record each customer and product is, or could be (B-24, D-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from integration import listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from integration.messages import Message
from integration.models import Company, EndedLink, Portal, Record, RecordLink
from integration.models.words import begins
from invoices.links import TYPES, record_in_hubspot
from sync.linking import actions, lists
from sync.linking.lists import ENTITIES, Line
from sync.match_models import MatchSearch, MatchSuggestion
from sync.views import words
from sync.views.common import Tab, tabs

STATES: tuple[tuple[str, Promise], ...] = (
    (lists.UNLINKED, gettext_lazy("Not linked")),
    (lists.SUGGESTED, gettext_lazy("With a suggestion")),
    (lists.LINKED, gettext_lazy("Linked")),
    (lists.LOST, gettext_lazy("Lost in HubSpot")),
)
SOURCES = {
    "created": gettext_lazy("Created in HubSpot"),
    "confirmed": gettext_lazy("Confirmed"),
    "matched": gettext_lazy("Found by itself"),
    "manual": gettext_lazy("Linked by hand"),
}
KINDS = {
    "contacts": gettext_lazy("Contact"),
    "companies": gettext_lazy("Company"),
    "products": gettext_lazy("Product"),
    "deals": gettext_lazy("Deal"),
}
COLUMNS = [
    Column("name", gettext_lazy("In QuickBooks"), "name"),
    Column("hubspot", gettext_lazy("In HubSpot")),
    Column("why", gettext_lazy("How it came about, or why")),
    Column("actions", ""),
]
STRONG, FAIR = 80, 60


@dataclass(frozen=True)
class Guess:
    """A suggestion in words."""

    row: MatchSuggestion
    kind: str
    tone: str
    reasons: list[Message]
    doubts: list[Message]
    url: str


@dataclass(frozen=True)
class Linked:
    """A link in words."""

    row: RecordLink
    kind: str
    name: str
    source: str
    url: str
    """Of the object in HubSpot; empty where it has no page."""


@dataclass(frozen=True)
class Shown:
    """One line of the page."""

    record: Record
    detail: str
    links: list[Linked]
    guess: Guess | None
    more: int
    """Further suggestions."""


@portal_page(Right.MAP, all_deals=True)
@require_GET
def matching_index(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The companies; straight to the only one when there is one."""
    companies = list(actor.companies().order_by("name"))
    if len(companies) == 1:
        return redirect("sync_matching_of", actor.portal.pk, companies[0].pk, "customers")
    context = {"actor": actor, "tabs": tabs(actor, "sync_matching"), "companies": companies}
    return render(request, "sync/matching_companies.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_GET
def matching(request: HttpRequest, actor: Actor, company_id: UUID, object: str) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    kind = entity(object)
    page = listing.build(
        request.GET,
        lists.records(actor, company, kind),
        columns=COLUMNS,
        filters=[
            Filter(
                "state",
                gettext_lazy("State"),
                STATES,
                condition=lambda chosen: lists.condition(company, kind, chosen),
            )
        ],
        search=_wordy,
        search_label=gettext_lazy("Name, e-mail or SKU"),
        order="name",
        caption=gettext_lazy("Records and what they are in HubSpot"),
    )
    context = {
        **frame(actor, company, object),
        "listing": page,
        "lines": [_shown(line) for line in lists.lines(company, page.rows)],
        "search": _progress(lists.search(company)),
        "merges": lists.merges(actor, company).filter(moved=False, settled_at=None).count(),
    }
    return render(request, "sync/matching.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_GET
def match_progress(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """How far the search for suggestions is, asked again while it runs."""
    company = actor.company(company_id, Right.MAP)
    search = _progress(lists.search(company))
    context = {"actor": actor, "company": company, "search": search, "was_running": True}
    return render(request, "sync/_match_search.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def search_matches(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    actions.search_now(actor, company, now())
    notices.info(request, _("HubSpot is searched now. Suggestions appear here as they are found."))
    return redirect("sync_matching_of", actor.portal.pk, company.pk, _object(request))


@portal_page(Right.MAP, all_deals=True)
@require_POST
def confirm_matches(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """The ticked suggestions; doubtful ones are left for a closer look."""
    company = actor.company(company_id, Right.MAP)
    chosen = _uuids(request.POST.getlist("chosen"))
    rows = MatchSuggestion.objects.for_portal(actor.portal).filter(company=company, pk__in=chosen)
    done = actions.confirm(actor, company, rows, now())
    if done.linked:
        said = ngettext("%(count)d record is linked.", "%(count)d records are linked.", done.linked)
        notices.success(request, said % {"count": done.linked})
    if done.left:
        said = _("Left for a closer look: %(names)s.")
        notices.warning(request, said % {"names": ", ".join(done.left[:5])})
    if not done.linked and not done.left:
        notices.info(request, _("Nothing was ticked."))
    return redirect("sync_matching_of", actor.portal.pk, company.pk, _object(request))


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for each in texts:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def _object(request: HttpRequest) -> str:
    asked = request.POST.get("object", "")
    return asked if asked in ENTITIES else "customers"


def entity(object: str) -> str:
    if object not in ENTITIES:
        raise Http404
    return ENTITIES[object]


def frame(actor: Actor, company: Company, object: str) -> dict[str, Any]:
    """What every page of matching shows around its own part."""
    labels = {"customers": _("Customers"), "products": _("Products"), "merges": _("Merged")}
    addresses = {
        "merges": reverse("sync_merges", args=[actor.portal.pk, company.pk]),
        **{
            name: reverse("sync_matching_of", args=[actor.portal.pk, company.pk, name])
            for name in ENTITIES
        },
    }
    return {
        "actor": actor,
        "company": company,
        "object": object,
        "companies": list(actor.companies().order_by("name")),
        "tabs": tabs(actor, "sync_matching"),
        "objects": [Tab(label, addresses[name], name == object) for name, label in labels.items()],
    }


def _wordy(asked: list[str]) -> Q:
    """By the index of words, as the pickers search."""
    tokens = begins(" ".join(asked))
    return Q(words__having=tokens) if tokens else Q(name__icontains=" ".join(asked))


def _shown(line: Line) -> Shown:
    return Shown(
        record=line.record,
        detail=detail_of(line.record),
        links=[linked(each) for each in line.links],
        guess=guess(line.best) if line.best else None,
        more=max(len(line.suggestions) - 1, 0) if line.best else 0,
    )


def detail_of(record: Record) -> str:
    """What tells a record from its namesakes."""
    raw = record.raw
    parts = (
        (raw.get("PrimaryEmailAddr") or {}).get("Address"),
        (raw.get("BillAddr") or {}).get("City"),
        raw.get("Sku"),
    )
    return " · ".join(str(each) for each in parts if each)


def linked(link: RecordLink) -> Linked:
    return Linked(
        row=link,
        kind=str(KINDS[link.hubspot_kind]),
        name=name_of(link),
        source=str(SOURCES[link.source]),
        url=_address(link.portal, link.hubspot_kind, link.hubspot_id),
    )


def _address(portal: Portal, kind: str, hubspot_id: str) -> str:
    return record_in_hubspot(portal, kind, hubspot_id) if kind in TYPES else ""


def name_of(link: RecordLink) -> str:
    """As HubSpot was told it; a link that nobody ever named has a number only."""
    return link.name or f"{KINDS[link.hubspot_kind]} {link.hubspot_id}"


def ended_name(row: EndedLink) -> str:
    return row.label or f"{KINDS[row.hubspot_kind]} {row.hubspot_id}"


def guess(row: MatchSuggestion) -> Guess:
    tone = "ok" if row.score >= STRONG else "info" if row.score >= FAIR else "warn"
    return Guess(
        row=row,
        kind=str(KINDS[row.hubspot_kind]),
        tone="warn" if row.doubts else tone,
        reasons=[messages.message(f"match.{each}") for each in row.reasons],
        doubts=[messages.message(f"match.{each}") for each in row.doubts],
        url=_address(row.portal, row.hubspot_kind, row.hubspot_id),
    )


def _progress(search: MatchSearch | None) -> dict[str, Any] | None:
    if search is None:
        return None
    return {"row": search, "trouble": words.reason(search.error, search.error_parameters)}
