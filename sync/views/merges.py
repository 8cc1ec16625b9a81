"""Sync > Matching > Merged: what merges on either side did to links, and choosing afterwards (B-24)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from integration import listing
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from integration.models import Company, EndedLink
from integration.models.matching import EndReason
from sync.linking import lists, tying
from sync.views.match_words import ended_name
from sync.views.matching import frame

COLUMNS = [
    Column("ended", gettext_lazy("When"), "ended_at"),
    Column("record", gettext_lazy("Record")),
    Column("what", gettext_lazy("What happened")),
    Column("actions", ""),
]


@dataclass(frozen=True)
class Merged:
    """``is_open``: two HubSpot records, of which a person may choose the other."""

    row: EndedLink
    name: str
    survivor: str
    what: str
    is_open: bool


@portal_page(Right.MAP, all_deals=True)
@require_GET
def merges(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    sides = [(each.value, each.label) for each in lists.MERGES]
    page = listing.build(
        request.GET,
        lists.merges(actor, company),
        columns=COLUMNS,
        filters=[Filter("reason", gettext_lazy("Where"), sides)],
        order="-ended_at",
        caption=gettext_lazy("Merged records"),
    )
    lines = [_line(company, row) for row in page.rows]
    context = {**frame(actor, company, "merges"), "listing": page, "lines": lines}
    return render(request, "sync/merges.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def settle_merge(
    request: HttpRequest, actor: Actor, company_id: UUID, ended_id: UUID
) -> HttpResponse:
    """``keep`` what is linked now, or take the one that was given up ``instead``."""
    company = actor.company(company_id, Right.MAP)
    rows = lists.merges(actor, company).filter(moved=False)
    row = get_object_or_404(rows.select_related("company"), pk=ended_id)
    if request.POST.get("go") != "instead":
        tying.settle(actor, row, now())
        notices.success(request, _("What is linked now stays."))
    elif tying.choose(actor, company, row, now()) is None:
        notices.error(request, _("The record that stayed in QuickBooks is gone too."))
    else:
        notices.success(request, _("The other HubSpot record is linked now; none was deleted."))
    return redirect("sync_merges", actor.portal.pk, company.pk)


def _line(company: Company, row: EndedLink) -> Merged:
    named = lists.names(company, row.kind, [row.qbo_id, row.other_id])
    name = named.get(row.qbo_id, (None, row.qbo_id))[1]
    survivor = named.get(row.other_id, (None, row.other_id))[1]
    is_open = row.reason == EndReason.MERGED_QUICKBOOKS and not row.moved and not row.settled_at
    facts = {"name": name, "survivor": survivor, "object": ended_name(row), "other": row.other_id}
    if row.reason == EndReason.MERGED_HUBSPOT:
        what = _("%(object)s was merged into %(other)s in HubSpot; the link went along.")
    elif row.moved:
        what = _("It became part of %(survivor)s in QuickBooks; %(object)s is linked to that now.")
    else:
        what = _(
            "It became part of %(survivor)s in QuickBooks, which has a HubSpot record of its own. "
            "%(object)s is linked to nothing and stays as it is."
        )
    return Merged(row, name, survivor, what % facts, is_open)
