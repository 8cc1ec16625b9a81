"""Invoices: the list with its filters, and the same rows as CSV (S-06, S-18)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import csv_files, listing, saved_views
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.listing import Column, DateFilter, Filter
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from invoices import approvals, customer_requests, reach, suggestions
from invoices.currencies import round_money
from invoices.marks import MARKS
from invoices.models.drafts import DraftState
from invoices.models.invoices import Stage
from invoices.searching import number_or_customer
from invoices.views.rows import InvoiceRow, invoice_rows

ORDER = "-txn_date"
COLUMNS = [
    Column("number", _("Number"), "doc_number"),
    Column("customer", _("Customer"), "customer_name"),
    Column("deal", _("Deal")),
    Column("stage", _("Stage"), "stage"),
    Column("date", _("Date"), "txn_date"),
    Column("due", _("Due"), "due_date"),
    Column("total", _("Total"), "billed", "number"),
    Column("open", _("Open"), "open", "number"),
]
CSV_HEADER = (
    "number", "customer", "company", "stage", "date", "due", "currency", "total", "tax", "paid",
    "credited", "open", "sent", "deals", "email", "origin", "quickbooks_id", "updated",
)  # fmt: skip
CSV_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Tab:
    label: Any
    url: str
    is_current: bool
    count: int = 0


def tabs(actor: Actor, current: str) -> list[Tab]:
    """Invoices, drafts, suggestions, approvals, month end; ``current`` is the route of the page."""
    count = reach.visible_drafts(actor).filter(state=DraftState.OPEN).count()
    found = [
        Tab(_("Invoices"), reverse("invoices", args=[actor.portal.pk]), current == "invoices"),
        Tab(_("Drafts"), reverse("drafts", args=[actor.portal.pk]), current == "drafts", count),
    ]
    if actor.may(Right.DRAFT):
        url = reverse("suggestions", args=[actor.portal.pk])
        waiting = suggestions.waiting(actor).count()
        found.append(Tab(_("Suggestions"), url, current == "suggestions", waiting))
    if actor.may(Right.APPROVE):
        url = reverse("approvals", args=[actor.portal.pk])
        asked = approvals.waiting(actor).count()
        found.append(Tab(_("Waiting for approval"), url, current == "approvals", asked))
        url = reverse("month-end", args=[actor.portal.pk])
        found.append(Tab(_("Month end"), url, current == "month-end"))
    is_here = current == "customer-requests"
    if actor.may(Right.DRAFT):
        wanted = customer_requests.waiting(actor).count()
        if wanted or is_here:
            url = reverse("customer-requests", args=[actor.portal.pk])
            found.append(Tab(_("Requested customers"), url, is_here, wanted))
    return found


@portal_page(Right.VIEW)
@require_GET
def invoice_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Filters live in the address; the export is exactly what they show."""
    companies = _companies(actor)
    export = reverse("invoices-csv", args=[actor.portal.pk]) if actor.may(Right.EXPORT) else ""
    page = listing.build(
        request.GET,
        _rows(actor),
        columns=COLUMNS,
        filters=_filters(companies),
        search=number_or_customer,
        search_label=_("Number or customer"),
        order=ORDER,
        export_url=export,
        caption=_("Invoices"),
    )
    context = {
        "actor": actor,
        "tabs": tabs(actor, "invoices"),
        "listing": page,
        "rows": invoice_rows(actor, page.rows),
        "has_company": bool(companies),
        "several_companies": len(companies) > 1,
        **saved_views.shown(actor, "invoices", request.GET),
    }
    return render(request, "invoices/invoices.html", context)


@portal_page(Right.EXPORT)
@require_GET
def invoice_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same rows as the list, without its pages (control 20 in the cells)."""
    rows = listing.narrow(
        request.GET, _rows(actor), filters=_filters(_companies(actor)), search=number_or_customer
    )
    return csv_files.answer("invoices", CSV_HEADER, _csv_rows(actor, rows))


def _csv_rows(actor: Actor, rows: PortalQuerySet) -> Iterator[Sequence[Any]]:
    found = rows.order_by(ORDER, "-pk").iterator(chunk_size=CSV_CHUNK)
    while chunk := list(islice(found, CSV_CHUNK)):
        yield from map(_csv_row, invoice_rows(actor, chunk))


def _csv_row(row: InvoiceRow) -> Sequence[Any]:
    invoice = row.invoice
    amounts = (invoice.billed, invoice.total_tax, invoice.cash, invoice.credited, invoice.open)
    return (
        *(invoice.doc_number, invoice.customer_name, invoice.company.name),
        *(invoice.get_stage_display(), invoice.txn_date, invoice.due_date, invoice.currency),
        *(round_money(amount, invoice.currency) for amount in amounts),
        "yes" if invoice.is_sent else "no",
        "; ".join(deal.name for deal in row.deals),
        *(invoice.bill_email, invoice.origin, invoice.qbo_id, invoice.updated_at),
    )


def _rows(actor: Actor) -> PortalQuerySet:
    rows = reach.visible_invoices(actor).select_related("company").defer("raw", "written")
    return reach.with_attachments(rows)


def _companies(actor: Actor) -> list[Company]:
    """Also those no longer connected: their invoices stay."""
    found = Company.objects.for_portal(actor.portal).filter(actor.company_condition("pk"))
    return list(found.order_by("name"))


def _filters(companies: list[Company]) -> list[Filter | DateFilter]:
    marks = [(name, label) for name, (label, _condition) in MARKS.items()]
    found: list[Filter | DateFilter] = [
        Filter("stage", _("Stage"), Stage.choices),
        DateFilter("due", _("Due"), "due_date"),
        DateFilter("date", _("Date"), "txn_date"),
        Filter("mark", _("Marked"), marks, condition=_marked),
    ]
    if len(companies) > 1:
        choices = [(str(each.pk), each.name) for each in companies]
        found.append(Filter("company", _("Company"), choices))
    return found


def _marked(chosen: list[str]) -> Q:
    """All the chosen marks together."""
    condition = Q()
    for name in chosen:
        condition &= MARKS[name][1]
    return condition
