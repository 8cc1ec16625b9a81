"""Deals: the known ones, and a search in HubSpot for all others."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.access.throttles import throttled
from integration.gateways.errors import GatewayError
from integration.listing import Column, Filter
from integration.messages import Message
from invoices import deal_search, reach
from invoices.deal_search import LETTERS, Found
from invoices.models import DealRef
from invoices.views.rows import NO_SUMS, Sums, sums_of

SEARCH = ("name", "company_name")
COLUMNS = [
    Column("name", _("Deal"), "name"),
    Column("company", _("HubSpot company"), "company_name"),
    Column("stage", _("Stage"), "stage_label"),
    Column("owner", _("Owner"), "owner_name"),
    Column("amount", _("Amount"), "amount", "number"),
    Column("invoiced", _("Invoiced"), css="number"),
    Column("open", _("Open"), css="number"),
]


@dataclass(frozen=True, slots=True)
class DealRow:
    deal: DealRef
    sums: Sums


@dataclass(frozen=True, slots=True)
class HubSpotSearch:
    """What was typed and what came of it; ``is_too_short``: HubSpot was not asked."""

    words: str = ""
    is_too_short: bool = False
    found: Found | None = None
    trouble: Message | None = None


@portal_page(Right.VIEW)
@require_GET
@throttled("deals", 120, 60)
def deal_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Deals we have met; ``?hubspot=words`` asks HubSpot for others."""
    page = listing.build(
        request.GET,
        reach.visible_deals(actor),
        columns=COLUMNS,
        filters=_filters(actor),
        search=SEARCH,
        search_label=_("Deal or company"),
        order="name",
        caption=_("Deals"),
    )
    sums = sums_of(actor, [row.hubspot_id for row in page.rows])
    portal = actor.portal
    context = {
        "actor": actor,
        "listing": page,
        "rows": [DealRow(row, sums.get(row.hubspot_id, NO_SUMS)) for row in page.rows],
        "search": _search(actor, " ".join(request.GET.get("hubspot", "").split())),
        "is_connected": portal.connected_at is not None and portal.disconnected_at is None,
    }
    return render(request, "invoices/deals.html", context)


def _search(actor: Actor, words: str) -> HubSpotSearch:
    """One call to HubSpot when two letters or more were typed."""
    if len(words) < LETTERS:
        return HubSpotSearch(words, is_too_short=bool(words))
    try:
        return HubSpotSearch(words, found=deal_search.search(actor, words))
    except GatewayError as error:
        return HubSpotSearch(words, trouble=messages.of_error(error))


def _filters(actor: Actor) -> list[Filter]:
    """Chips of the stages and owners that the known deals have."""
    rows = reach.visible_deals(actor)
    stages = rows.exclude(stage="").order_by("stage_label")
    owners = rows.exclude(owner_id="").order_by("owner_name")
    return [
        Filter("stage", _("Stage"), _choices(stages.values_list("stage", "stage_label"))),
        Filter(
            "owner",
            _("Owner"),
            _choices(owners.values_list("owner_id", "owner_name")),
            lookup="owner_id__in",
        ),
    ]


def _choices(pairs: QuerySet[Any]) -> list[tuple[str, str]]:
    return [(value, label or value) for value, label in pairs.distinct()]
