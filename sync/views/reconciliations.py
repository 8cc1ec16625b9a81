"""Sync > Reconciliation: both sides compared, totals by month, what differs, and fixing it (B-26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.listing import Column, DateFilter, Filter
from integration.messages import Message
from sync import reconciliations as service
from sync.reconciliation_models import (
    ReconciledBy,
    Reconciliation,
    ReconciliationState,
)
from sync.reconciliation_store import months
from sync.reconciliations import ReconcileRefused
from sync.views import drift_words, words
from sync.views.common import tabs
from sync.views.reconciliation_csv import line_filters, row_of, rows

COLUMNS = [
    Column("started", _("Started"), "started_at"),
    Column("company", _("Company")),
    Column("trigger", _("Why")),
    Column("state", _("Result")),
    Column("drift", _("Differences"), "drift", "number"),
]
LINE_COLUMNS = [
    Column("record", _("Record"), "label"),
    Column("what", _("What differs")),
    Column("state", _("State")),
]
SHOWN_MONTHS = 6


@dataclass(frozen=True)
class ReportLine:
    """A report in words. ``is_polled``: the page asks again in a moment."""

    row: Reconciliation
    trouble: Message | None
    is_stuck: bool
    is_fixing: bool = False
    open: int = 0
    """Lines that nobody settled yet."""

    @property
    def is_polled(self) -> bool:
        is_running = self.row.state == ReconciliationState.RUNNING
        return (is_running and not self.is_stuck) or self.is_fixing

    @property
    def total(self) -> int:
        return max(self.row.to_check, self.row.checked)


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def index(request: HttpRequest, actor: Actor) -> HttpResponse:
    companies = list(actor.companies().order_by("name"))
    page = listing.build(
        request.GET,
        rows(actor),
        columns=COLUMNS,
        filters=[
            DateFilter("day", _("Day"), "started_at", zone=actor.portal.time_zone),
            Filter("company", _("Company"), [(str(each.pk), each.name) for each in companies]),
            Filter("state", _("Result"), ReconciliationState.choices),
            Filter("trigger", _("Why"), ReconciledBy.choices),
        ],
        order="-started_at",
        size=20,
        caption=_("Reports"),
    )
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync_reconciliations"),
        "companies": [each for each in companies if actor.may(Right.RUN_SYNC, each)],
        "listing": page,
        "lines": [_report(row) for row in page.rows],
    }
    return render(request, "sync/reconciliations.html", context)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def start(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.RUN_SYNC)
    try:
        row = service.start(actor, company, now())
    except ReconcileRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
        return redirect("sync_reconciliations", actor.portal.pk)
    return redirect("sync_reconciliation", actor.portal.pk, row.pk)


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def detail(request: HttpRequest, actor: Actor, report_id: UUID) -> HttpResponse:
    """The report; while it is made or fixed, the part that changes is asked again."""
    row = row_of(actor, report_id)
    line = _report(row, fixing=True)
    context: dict[str, Any] = {
        "actor": actor,
        "line": line,
        "row": row,
        "tabs": tabs(actor, "sync_reconciliations"),
    }
    if getattr(request, "htmx", False):
        response = render(request, "sync/_reconciliation.html", context)
        if not line.is_polled:
            response["HX-Refresh"] = "true"
        return response
    export = reverse("sync_reconciliation_csv", args=[actor.portal.pk, row.pk])
    page = _listing(request.GET, row, export if actor.may(Right.EXPORT) else "")
    found = months(row)
    context |= {
        "listing": page,
        "lines": [drift_words.line(each) for each in page.rows],
        "counts": drift_words.counts(row),
        "months": drift_words.month_lines(
            m for n, m in enumerate(found) if n < SHOWN_MONTHS or not m.agrees
        ),
        "older": drift_words.month_lines(m for m in found[SHOWN_MONTHS:] if m.agrees),
        "sums_agree": all(each.agrees for each in found),
        "own_amounts_differ": service.own_amounts_differ(row),
        "may_fix": actor.may(Right.RUN_SYNC, row.company) and not line.is_polled,
        "fixable": service.chosen(row, None).count(),
        "export_months": reverse("sync_reconciliation_months", args=[actor.portal.pk, row.pk]),
        "may_export": actor.may(Right.EXPORT),
    }
    return render(request, "sync/reconciliation.html", context)


def _listing(query: QueryDict, row: Reconciliation, export: str) -> listing.Listing:
    return listing.build(
        query,
        service.lines_of(row),
        columns=LINE_COLUMNS,
        filters=line_filters(),
        search=["label"],
        search_label=_("Number or name"),
        order="label",
        export_url=export,
        caption=_("Differences"),
    )


# --------------------------------------------------------------------------------------- fixing


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_http_methods(["GET", "POST"])
def fix(request: HttpRequest, actor: Actor, report_id: UUID) -> HttpResponse:
    """D-31: what would be restored, what cannot be and what changed since; posted, it is done."""
    row = row_of(actor, report_id, Right.RUN_SYNC)
    ids = _chosen(request.POST if request.method == "POST" else request.GET)
    if ids == []:
        notices.error(request, messages.sentence("sync.reconcile_none_chosen"))
        return redirect("sync_reconciliation", actor.portal.pk, row.pk)
    try:
        if request.method == "POST":
            return _fixed(request, actor, row, ids)
        found = service.preview(actor, row, ids, now())
    except ReconcileRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
        return redirect("sync_reconciliation", actor.portal.pk, row.pk)
    except GatewayError as error:
        facts = {**error.parameters, "vendor": error.vendor}
        notices.error(request, messages.sentence(error.code, **facts))
        return redirect("sync_reconciliation", actor.portal.pk, row.pk)
    context = {
        "actor": actor,
        "row": row,
        "tabs": tabs(actor, "sync_reconciliations"),
        "found": found,
        "restored": [drift_words.looked(each) for each in found.restored],
        "cannot": [drift_words.looked(each) for each in found.cannot],
        "changed": [drift_words.looked(each) for each in found.changed],
    }
    return render(request, "sync/reconciliation_fix.html", context)


def _fixed(
    request: HttpRequest, actor: Actor, row: Reconciliation, ids: Sequence[UUID] | None
) -> HttpResponse:
    count = service.fix(actor, row, ids or [], now())
    said = ngettext(
        "%(count)d record is written to HubSpot again now.",
        "%(count)d records are written to HubSpot again now.",
        count,
    )
    notices.info(request, said % {"count": count})
    return redirect("sync_reconciliation", actor.portal.pk, row.pk)


def _chosen(query: QueryDict) -> list[UUID] | None:
    """None for all; what is no id is ignored."""
    if query.get("all"):
        return None
    found = []
    for text in query.getlist("line"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _report(row: Reconciliation, *, fixing: bool = False) -> ReportLine:
    return ReportLine(
        row=row,
        trouble=words.reason(row.error, row.error_parameters),
        is_stuck=service.is_stuck(row, now()),
        is_fixing=fixing and service.is_fixing(row),
        open=service.open_lines(row) if fixing else 0,
    )
