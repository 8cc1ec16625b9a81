"""Sync > Matching: which HubSpot record each customer and product is, or could be (B-24, D-06)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from integration import csv_files, listing
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from integration.models import Company
from integration.models.words import begins
from sync.linking import actions, lists
from sync.linking.lists import ENTITIES, Line
from sync.match_models import MatchSearch, MatchSuggestion
from sync.views import words
from sync.views.common import Tab, tabs
from sync.views.match_words import guess, linked, shown

STATES: tuple[tuple[str, Promise], ...] = (
    (lists.UNLINKED, gettext_lazy("Not linked")),
    (lists.SUGGESTED, gettext_lazy("With a suggestion")),
    (lists.LINKED, gettext_lazy("Linked")),
    (lists.LOST, gettext_lazy("Lost in HubSpot")),
)
COLUMNS = [
    Column("name", gettext_lazy("In QuickBooks"), "name"),
    Column("hubspot", gettext_lazy("In HubSpot")),
    Column("why", gettext_lazy("How it came about, or why")),
    Column("actions", ""),
]
CSV_CHUNK = 500


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
    export = reverse("sync_matching_csv", args=[actor.portal.pk, company.pk, object])
    page = listing.build(
        request.GET,
        lists.records(actor, company, kind),
        columns=COLUMNS,
        filters=_filters(company, kind),
        search=_wordy,
        export_url=export if actor.may(Right.EXPORT) else "",
        search_label=gettext_lazy("Name, e-mail or SKU"),
        order="name",
        caption=gettext_lazy("Records and what they are in HubSpot"),
    )
    context = {
        **frame(actor, company, object),
        "listing": page,
        "lines": [shown(line) for line in lists.lines(company, page.rows)],
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


@portal_page(Right.EXPORT, all_deals=True)
@require_GET
def matching_csv(
    request: HttpRequest, actor: Actor, company_id: UUID, object: str
) -> HttpResponseBase:
    """Exactly the records the page shows with the same filters, a line for each link or guess."""
    company = actor.company(company_id, Right.MAP)
    kind = entity(object)
    rows = listing.narrow(
        request.GET,
        lists.records(actor, company, kind),
        filters=_filters(company, kind),
        search=_wordy,
    )
    header = ("record", "active", "state", "hubspot_kind", "hubspot", "how", "score", "why")
    return csv_files.answer(f"matching-{object}", header, _csv_rows(company, rows))


def _csv_rows(company: Company, rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    found = rows.order_by("name", "pk").iterator(chunk_size=CSV_CHUNK)
    while some := list(islice(found, CSV_CHUNK)):
        for line in lists.lines(company, some):
            yield from _csv_lines(line)


def _csv_lines(line: Line) -> Iterator[tuple[Any, ...]]:
    record = (line.record.name, line.record.active)
    for each in map(linked, line.links):
        state = lists.LOST if each.row.lost_at else lists.LINKED
        yield (*record, state, each.kind, each.name, each.source, "", "")
    if line.is_linked:
        return
    for each_guess in map(guess, line.suggestions):
        why = "; ".join(each.title for each in (*each_guess.reasons, *each_guess.doubts))
        row = each_guess.row
        yield (*record, lists.SUGGESTED, each_guess.kind, row.label, "", row.score, why)
    if not line.links and not line.suggestions:
        yield (*record, lists.UNLINKED, "", "", "", "", "")


def _filters(company: Company, kind: str) -> list[Filter]:
    return [
        Filter(
            "state",
            gettext_lazy("State"),
            STATES,
            condition=lambda chosen: lists.condition(company, kind, chosen),
        )
    ]


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


def _progress(search: MatchSearch | None) -> dict[str, Any] | None:
    if search is None:
        return None
    return {"row": search, "trouble": words.reason(search.error, search.error_parameters)}
