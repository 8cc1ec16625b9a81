"""Invoices: the list with its filters, one invoice, its PDF, and drafts (S-47, S-71)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import csv_files, display, listing, messages, sessions
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_url
from integration.access.rights import Right
from integration.gateways.errors import GatewayError
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.listing import Column, DateFilter, Filter
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import InvoiceLine
from invoices import history, links, reach
from invoices.drafts import content_of
from invoices.models import DealRef, Invoice, InvoiceAttachment
from invoices.models.drafts import DraftState
from invoices.models.invoices import Stage
from invoices.wizard.answers import with_sentences

PRICED = frozenset({"SalesItemLineDetail", "GroupLineDetail", "DiscountLineDetail"})


def _filters(actor: Actor) -> list[Filter | DateFilter]:
    companies = [(each.pk, each.name) for each in actor.companies().order_by("name")]
    found: list[Filter | DateFilter] = [
        Filter("stage", _("Stage"), Stage.choices),
        DateFilter("due", _("Due"), "due_date"),
        DateFilter("date", _("Invoice date"), "txn_date"),
    ]
    if len(companies) > 1:
        found.append(Filter("company", _("Company"), companies))
    found.append(
        Filter("differs", _("Total"), [("1", _("Total differs"))], lookup="total_differs__in")
    )
    return found


SEARCH = ("doc_number", "customer_name")


def _columns(actor: Actor) -> list[Column]:
    several = actor.companies().count() > 1
    return [
        Column("number", _("Number"), "doc_number"),
        Column("customer", _("Customer"), "customer_name"),
        *([Column("company", _("Company"), "company__name")] if several else []),
        Column("stage", _("Stage"), "stage"),
        Column("date", _("Date"), "txn_date"),
        Column("due", _("Due"), "due_date"),
        Column("total", _("Total"), "billed", "number"),
        Column("open", _("Open"), "open", "number"),
    ]


@portal_page(Right.VIEW)
@require_GET
def invoice_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Filters live in the address; the export is exactly what they show."""
    columns = _columns(actor)
    may_export = actor.may(Right.EXPORT)
    page = listing.build(
        request.GET,
        reach.visible_invoices(actor).select_related("company").defer("raw"),
        columns=columns,
        filters=_filters(actor),
        search=SEARCH,
        search_label=_("Number or customer"),
        order="-txn_date",
        export_url=reverse("invoices-csv", args=[actor.portal.pk]) if may_export else "",
        caption=_("Invoices"),
    )
    context = {
        "actor": actor,
        "listing": page,
        "several_companies": any(column.name == "company" for column in columns),
        "tabs": tabs(actor, "invoices"),
    }
    return render(request, "invoices/invoices.html", context)


def tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """Invoices and drafts."""
    count = reach.visible_drafts(actor).filter(state=DraftState.OPEN).count()
    return [
        {
            "label": _("Invoices"),
            "url": reverse("invoices", args=[actor.portal.pk]),
            "is_current": current == "invoices",
        },
        {
            "label": _("Drafts"),
            "url": reverse("drafts", args=[actor.portal.pk]),
            "is_current": current == "drafts",
            "count": count,
        },
    ]


@portal_page(Right.EXPORT)
@require_GET
def invoice_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same rows as the list, without its pages."""
    rows = listing.narrow(
        request.GET,
        reach.visible_invoices(actor).select_related("company").defer("raw"),
        filters=_filters(actor),
        search=SEARCH,
    )
    header = (
        "number", "customer", "company", "stage", "date", "due", "currency", "total", "paid",
        "credited", "open", "quickbooks_id",
    )  # fmt: skip
    return csv_files.answer("invoices", header, _csv_rows(rows))


def _csv_rows(rows: PortalQuerySet) -> Iterator[tuple[Any, ...]]:
    for row in rows.order_by("-txn_date", "-pk").iterator(chunk_size=500):
        yield (
            *(row.doc_number, row.customer_name, row.company.name, row.get_stage_display()),
            *(row.txn_date, row.due_date, row.currency),
            *(row.billed, row.cash, row.credited, row.open, row.qbo_id),
        )


@portal_page(Right.VIEW)
@require_GET
def invoice_detail(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    invoice = reach.invoice_of(actor, invoice_id)
    pdf_url = reverse("invoice-pdf", args=[actor.portal.pk, invoice.pk])
    return _invoice_page(request, actor, invoice, pdf_url)


@record_page(Right.VIEW)
@require_GET
@with_sentences
def deal_invoice(
    request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID
) -> HttpResponse:
    """The same on its deal, also inside HubSpot's frame."""
    invoice = reach.invoice_of(actor, invoice_id)
    pdf_url = record_url(actor, "deal-invoice-pdf", deal_id, invoice_id=invoice.pk)
    deal_url = record_url(actor, "panel", deal_id)
    return _invoice_page(request, actor, invoice, pdf_url, deal_url)


def _invoice_page(
    request: HttpRequest, actor: Actor, invoice: Invoice, pdf_url: str, deal_url: str = ""
) -> HttpResponse:
    record = parse_invoice(invoice.raw)
    context = {
        "actor": actor,
        "invoice": invoice,
        "record": record,
        "lines": [line for line in record.lines if _is_shown(line)],
        "payments": invoice.payments.order_by("-paid_on", "-seen_at"),
        "deals": _deals(actor, invoice),
        "badge_text": _paid_with_credit(invoice),
        "events": history.of_invoice(invoice),
        "quickbooks_url": links.in_quickbooks(invoice),
        "hubspot_url": links.invoice_in_hubspot(invoice),
        "pdf_url": "" if invoice.deleted_at else pdf_url,
        "deal_url": deal_url,
        "was_created": "created" in request.GET,
        "differs": _differs(invoice),
    }
    return render(request, "invoices/invoice.html", context)


def _is_shown(line: InvoiceLine) -> bool:
    return line.detail in PRICED or bool(line.description)


def _paid_with_credit(invoice: Invoice) -> str:
    """D-19: "Paid (credit 40.00)" when cash is less than what was billed."""
    if invoice.stage != Stage.PAID or not invoice.credited:
        return ""
    amount = display.amount_text(invoice.credited, invoice.currency)
    return gettext("Paid (credit %(amount)s)") % {"amount": amount}


def _differs(invoice: Invoice) -> messages.Message | None:
    if not invoice.total_differs or invoice.expected_total is None:
        return None
    return messages.message(
        "invoice.total_differs",
        actual=f"{display.amount_text(invoice.total, invoice.currency)} {invoice.currency}",
        expected=f"{display.amount_text(invoice.expected_total, invoice.currency)} {invoice.currency}",
    )


def _deals(actor: Actor, invoice: Invoice) -> list[tuple[InvoiceAttachment, DealRef, str]]:
    """Deals the invoice is on that this person may open."""
    ties = InvoiceAttachment.objects.for_portal(actor.portal).filter(
        invoice=invoice, object_kind="deals", detached_at=None
    )
    by_id = {tie.hubspot_id: tie for tie in ties}
    rows = reach.visible_deals(actor).filter(hubspot_id__in=by_id).order_by("name")
    return [
        (by_id[row.hubspot_id], row, record_url(actor, "panel", row.hubspot_id)) for row in rows
    ]


# ------------------------------------------------------------------------------------------- PDF
@portal_page(Right.VIEW)
@require_GET
def invoice_pdf(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    return _pdf(request, actor, reach.invoice_of(actor, invoice_id))


@record_page(Right.VIEW)
@require_GET
@with_sentences
def deal_invoice_pdf(
    request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID
) -> HttpResponse:
    return _pdf(request, actor, reach.invoice_of(actor, invoice_id))


def _pdf(request: HttpRequest, actor: Actor, invoice: Invoice) -> HttpResponse:
    """S-47: QuickBooks' own PDF through our server; the browser shows it, nothing is stored."""
    try:
        body = sessions.quickbooks(invoice.company, urgent=True).invoice_pdf(invoice.qbo_id)
    except GatewayError as error:
        context = {
            "actor": actor,
            "message": messages.message("invoice.pdf_unavailable"),
            "why": messages.of_error(error, name=str(invoice)),
            "again_url": request.get_full_path(),
        }
        return render(request, "invoices/explained.html", context, status=503)
    name = slugify(str(invoice)) or "invoice"
    return HttpResponse(
        body,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="invoice-{name}.pdf"'},
    )


# ---------------------------------------------------------------------------------------- drafts
@portal_page(Right.VIEW)
@require_GET
def draft_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open drafts of the deals in reach."""
    page = listing.build(
        request.GET,
        reach.visible_drafts(actor)
        .filter(state=DraftState.OPEN)
        .select_related("deal", "company", "edited_by"),
        columns=[
            Column("deal", _("Deal"), "deal__name"),
            Column("customer", _("Customer")),
            Column("company", _("Company"), "company__name"),
            Column("edited", _("Last edited"), "edited_at"),
            Column("who", _("By")),
        ],
        search=["deal__name"],
        search_label=_("Deal"),
        order="-edited_at",
        caption=_("Drafts"),
    )
    rows = [
        (
            draft,
            content_of(draft),
            record_url(actor, "wizard-draft", draft.deal.hubspot_id, draft_id=draft.pk),
        )
        for draft in page.rows
    ]
    context = {"actor": actor, "listing": page, "rows": rows, "tabs": tabs(actor, "drafts")}
    return render(request, "invoices/drafts.html", context)
