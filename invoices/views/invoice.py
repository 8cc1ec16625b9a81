"""One invoice: what stands on it, what was paid, what happened, and its PDF (S-06, S-47, S-48)."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from integration import messages, sessions
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_url
from integration.access.rights import Right
from integration.access.throttles import throttled
from integration.clock import now
from integration.display import amount_text
from integration.gateways.errors import GatewayError, NotFound
from integration.messages import Message
from invoices import delivery, history, links, reach
from invoices.contents import contents
from invoices.made_by import made_by
from invoices.models import DealRef, Invoice, InvoiceOperation, PaymentApplication
from invoices.views import change_acts, quote_pdf, sending, settlements
from invoices.views.rows import badge_text
from invoices.wizard.answers import with_sentences


@portal_page(Right.VIEW)
@require_GET
def invoice_detail(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    invoice = reach.invoice_of(actor, invoice_id)
    return render(request, "invoices/invoice.html", invoice_context(request, actor, invoice))


@record_page(Right.VIEW)
@require_GET
@with_sentences
def deal_invoice(
    request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID
) -> HttpResponse:
    """The same on its deal, also inside HubSpot's frame."""
    invoice = reach.invoice_of(actor, invoice_id, deal_id)
    return render(
        request, "invoices/invoice.html", invoice_context(request, actor, invoice, deal_id)
    )


@portal_page(Right.SEND)
@require_POST
def mark_delivered(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    """D-18: it went out some other way."""
    invoice = reach.invoice_of(actor, invoice_id)
    try:
        delivery.mark_delivered(actor, invoice, now())
    except delivery.NotDeliverable as refused:
        notices.error(request, messages.sentence(refused.code))
    else:
        said = _("Invoice %(number)s counts as sent from now on.")
        notices.success(request, said % {"number": str(invoice)})
    return redirect("invoice", actor.portal.pk, invoice.pk)


# ------------------------------------------------------------------------------------- the PDF
@portal_page(Right.VIEW)
@require_GET
@throttled("pdf", 60, 60)
def invoice_pdf(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    return pdf_answer(request, reach.invoice_of(actor, invoice_id))


@record_page(Right.VIEW)
@require_GET
@throttled("pdf", 60, 60)
@with_sentences
def deal_invoice_pdf(
    request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID
) -> HttpResponse:
    """In HubSpot's frame a PDF would take the place of the page: there it is downloaded."""
    invoice = reach.invoice_of(actor, invoice_id, deal_id)
    back_url = record_url(actor, "panel", deal_id) if actor.origin == "embed" else ""
    return pdf_answer(request, invoice, back_url)


def pdf_answer(request: HttpRequest, invoice: Invoice, back_url: str = "") -> HttpResponse:
    """S-47: QuickBooks' own PDF through our server; nothing is stored.

    ``back_url``: it is asked for in HubSpot's frame, where a problem needs the way back.
    """
    gone = messages.message("invoice.gone")
    try:
        if invoice.deleted_at is not None:
            return _no_pdf(request, gone, 404, back_url)
        body = sessions.quickbooks(invoice.company, urgent=True).invoice_pdf(invoice.qbo_id)
    except NotFound:
        return _no_pdf(request, gone, 404, back_url)
    except GatewayError as error:
        said = messages.of_error(error, company=invoice.company.name)
        return _no_pdf(request, said, 503, back_url)
    kind = "attachment" if back_url else "inline"
    headers = {"Content-Disposition": f'{kind}; filename="{_file_name(invoice)}"'}
    return _framed(HttpResponse(body, content_type="application/pdf", headers=headers))


def _no_pdf(request: HttpRequest, why: Message, status: int, back_url: str) -> HttpResponse:
    context = {
        "message": messages.message("invoice.pdf_unavailable"),
        "why": why,
        "again_url": request.get_full_path() if status != 404 else "",
        "back_url": back_url,
    }
    return _framed(render(request, "invoices/pdf_problem.html", context, status=status))


def _framed(response: HttpResponse) -> HttpResponse:
    """Our own page shows it in a frame; nobody else may."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
    return response


def _file_name(invoice: Invoice) -> str:
    """Numbers may hold anything (control 36): letters, digits, dots and dashes stay."""
    number = re.sub(r"[^A-Za-z0-9.-]+", "-", str(invoice)).strip("-.")
    return f"invoice-{number or invoice.qbo_id}.pdf"


# ------------------------------------------------------------------------------------ the page
def invoice_context(
    request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str = ""
) -> dict[str, Any]:
    deals = _deals(actor, invoice)
    operation = _operation(invoice)
    payments = PaymentApplication.objects.for_portal(actor.portal).filter(invoice=invoice)
    return {
        "actor": actor,
        "invoice": invoice,
        "company": invoice.company,
        "badge_text": badge_text(invoice),
        "contents": contents(invoice),
        "payments": payments.order_by("-paid_on", "-seen_at", "-pk"),
        "events": history.of_invoice(actor, invoice),
        "deals": deals,
        "deal": next((deal for deal, _url, _counts in deals if deal.hubspot_id == deal_id), None),
        "deal_url": record_url(actor, "panel", deal_id) if deal_id else "",
        "operation": operation,
        "made_by": made_by(operation) if operation else "",
        "differs": _differs(invoice, operation),
        "not_in_hubspot": _not_in_hubspot(invoice, operation),
        "pdf_url": _pdf_url(actor, invoice, deal_id),
        "quickbooks_url": "" if invoice.deleted_at else links.in_quickbooks(invoice),
        "hubspot_url": links.invoice_in_hubspot(invoice),
        "may_sync": invoice.company.is_connected and actor.may(Right.RUN_SYNC, invoice.company),
        "may_deliver": delivery.may_mark(actor, invoice),
        "was_created": "created" in request.GET,
        **change_acts.context(request, actor, invoice, deal_id),
        **settlements.context(actor, invoice, deal_id),
        "quote_pdf": quote_pdf.shown(actor, invoice, deal_id),
        "sending": sending.panel(actor, invoice, deal_id),
    }


def _pdf_url(actor: Actor, invoice: Invoice, deal_id: str) -> str:
    if invoice.deleted_at is not None:
        return ""
    if deal_id:
        return record_url(actor, "deal-invoice-pdf", deal_id, invoice_id=invoice.pk)
    return reverse("invoice-pdf", args=[actor.portal.pk, invoice.pk])


def _deals(actor: Actor, invoice: Invoice) -> list[tuple[DealRef, str, bool]]:
    """Deals in reach that it is on: the deal, its address, and whether it counts there (D-22)."""
    rows = reach.visible_invoices(actor).filter(pk=invoice.pk).only("pk", "portal")
    found: list[Invoice] = list(reach.with_attachments(rows))
    known = reach.deals_of(actor, found)
    return [
        (known[tie.hubspot_id], record_url(actor, "panel", tie.hubspot_id), tie.counts)
        for row in found
        for tie in row.attached  # type: ignore[attr-defined]
        if tie.object_kind == reach.DEALS and tie.hubspot_id in known
    ]


def _operation(invoice: Invoice) -> InvoiceOperation | None:
    """How it was made here (E-09)."""
    rows = InvoiceOperation.objects.for_portal(invoice.portal_id).filter(invoice=invoice)
    return rows.select_related("created_by", "draft__created_by").first()  # type: ignore[no-any-return]


def _differs(invoice: Invoice, operation: InvoiceOperation | None) -> Message | None:
    """D-11: both numbers; net where tax is QuickBooks' own work."""
    if not invoice.total_differs or invoice.expected_total is None:
        return None
    net_only = operation is not None and operation.total_is_net
    actual = invoice.total - invoice.total_tax if net_only else invoice.total
    shown = [
        f"{amount_text(each, invoice.currency)} {invoice.currency}"
        for each in (actual, invoice.expected_total)
    ]
    return messages.message("invoice.total_differs", actual=shown[0], expected=shown[1])


def _not_in_hubspot(invoice: Invoice, operation: InvoiceOperation | None) -> Message | None:
    """Why HubSpot's own invoice object is missing, where we know it (D-24)."""
    if invoice.hubspot_id or operation is None or not operation.problem:
        return None
    return messages.message(operation.problem, **operation.problem_parameters)
