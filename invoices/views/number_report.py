"""The gap report: every number taken from a company's series, and what became of it (D-12)."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from integration import csv_files, listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, DateFilter, Filter
from integration.models import Company
from invoices import number_report
from invoices.models import NumberReservation, NumberSeries

STATES = {
    "reserved": _("Reserved"),
    "used": _("Used"),
    "returned": _("Given back"),
    "taken": _("Used by somebody else"),
    "gap": _("Gap"),
    "explained": _("Gap, explained"),
}
COLUMNS = [
    Column("number", _("Number"), "number"),
    Column("state", _("What became of it")),
    Column("deal", _("Deal"), "operation__draft__deal__name"),
    Column("who", _("Who")),
    Column("at", _("Taken"), "reserved_at"),
    Column("why", _("Why, and explanation")),
]
CSV_HEADER = (
    "number", "state", "invoice", "deal", "who", "taken_at", "ended_at", "why", "explanation",
    "explained_by", "explained_at",
)  # fmt: skip


@portal_page(Right.APPROVE)
@require_GET
def report(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.APPROVE)
    export = reverse("number-report-csv", args=[actor.portal.pk, company.pk])
    page = listing.build(
        request.GET,
        number_report.rows_of(company),
        columns=COLUMNS,
        filters=_filters(company),
        search=["text", "operation__draft__deal__name"],
        search_label=_("Number or deal"),
        order="-number",
        export_url=export if actor.may(Right.EXPORT, company) else "",
        caption=_("Numbers"),
    )
    context = {
        "actor": actor,
        "company": company,
        "listing": page,
        "lines": [_line(row) for row in page.rows],
        "series": NumberSeries.objects.for_portal(actor.portal).filter(company=company).first(),
    }
    return render(request, "invoices/number_report.html", context)


@portal_page(Right.APPROVE)
@require_GET
def report_csv(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponseBase:
    """The same rows as the page shows, without its pages."""
    company = actor.company(company_id, Right.EXPORT)
    rows = listing.narrow(
        request.GET,
        number_report.rows_of(company),
        filters=_filters(company),
        search=["text", "operation__draft__deal__name"],
    )
    found = rows.order_by("number", "reserved_at").iterator(chunk_size=500)
    return csv_files.answer("invoice-numbers", CSV_HEADER, _csv_rows(found))


def _csv_rows(rows: Iterator[NumberReservation]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield (
            *(row.text, _state(row), row.operation.invoice or "", row.operation.draft.deal.name),
            *(row.operation.created_by, row.reserved_at, row.ended_at, _why(row)),
            *(row.explanation, row.explained_by or "", row.explained_at),
        )


@portal_page(Right.APPROVE)
@require_POST
def explain(
    request: HttpRequest, actor: Actor, company_id: UUID, reservation_id: UUID
) -> HttpResponse:
    """A sentence to the gap; the page says what is missing when there is none."""
    company = actor.company(company_id, Right.APPROVE)
    text = request.POST.get("explanation", "")
    try:
        row = number_report.explain(actor, company, reservation_id, text, now())
    except number_report.NotExplained as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
    else:
        notices.success(request, gettext("The gap %(number)s is explained.") % {"number": row.text})
    return redirect("number-report", actor.portal.pk, company.pk)


def _line(row: NumberReservation) -> dict[str, Any]:
    state = _state(row)
    return {"row": row, "state": state, "label": STATES.get(state, state), "why": _why(row)}


def _state(row: NumberReservation) -> str:
    return "explained" if row.state == "gap" and row.explained_at else row.state


def _why(row: NumberReservation) -> str:
    return messages.message(row.reason, **row.reason_parameters).what if row.reason else ""


def _filters(company: Company) -> list[Filter | DateFilter]:
    return [
        Filter("state", _("What became of it"), STATES.items(), condition=_in_states),
        DateFilter("taken", _("Taken"), "reserved_at", company.time_zone or "UTC"),
    ]


def _in_states(chosen: list[str]) -> Q:
    found = Q(state__in=[name for name in chosen if name not in ("gap", "explained")])
    if "gap" in chosen:
        found |= Q(state="gap", explained_at=None)
    if "explained" in chosen:
        found |= Q(state="gap", explained_at__isnull=False)
    return found
