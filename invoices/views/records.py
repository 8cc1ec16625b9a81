"""The page of a contact or company, and taking an invoice off any record (S-64, S-71)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import crm_record_url, record_page
from integration.access.rights import WORDS, Right
from integration.access.throttles import throttled
from integration.clock import now
from invoices import attaching, crm_records, links, reach
from invoices.attaching import Target
from invoices.crm_records import DEALS, CrmRecord
from invoices.models import DealRef, Invoice
from invoices.views.existing import with_record
from invoices.views.invoice import invoice_context, pdf_answer
from invoices.views.rows import amounts_of, badge_text

MOST_INVOICES = 200


@record_page(Right.VIEW)
@require_GET
@throttled("records", 240, 60)
@with_record
def record(request: HttpRequest, actor: Actor, object_kind: str, record_id: str) -> HttpResponse:
    """A contact or company with its invoices; a deal has a page of its own at this address."""
    found = crm_records.look(actor, object_kind, record_id, now())
    rows = reach.invoices_of_record(actor, found.kind, found.id)
    invoices: list[Invoice] = list(rows.defer("raw", "written")[:MOST_INVOICES])
    context: dict[str, Any] = {
        "actor": actor,
        "record": found,
        "trouble": messages.of_error(found.trouble) if found.trouble else None,
        "lines": [_line(actor, found, each) for each in invoices],
        "sums": amounts_of(invoices),
        "several_companies": len({each.company_id for each in invoices}) > 1,
        "add_url": crm_record_url(actor, "existing-invoices", found.kind, found.id),
        "why_not": _why_not(actor, found),
        "hubspot_url": links.record_in_hubspot(actor.portal, found.kind, found.id),
    }
    return render(request, "invoices/record.html", context)


def _line(actor: Actor, found: CrmRecord, invoice: Invoice) -> dict[str, Any]:
    here = {"kind": found.kind, "record_id": found.id, "invoice_id": invoice.pk}
    return {
        "invoice": invoice,
        "badge": badge_text(invoice),
        "url": crm_record_url(actor, "record-invoice", **here),
        "detach_url": crm_record_url(actor, "detach-invoice", **here),
    }


def _why_not(actor: Actor, found: CrmRecord) -> str:
    """Why nothing can be added now; empty when it can."""
    if not actor.may(Right.DRAFT):
        return messages.sentence("access.forbidden", right=WORDS[Right.DRAFT])
    if not actor.companies().exists():
        return messages.sentence("deal.no_company")
    return messages.sentence("draft.deal_archived") if found.is_archived else ""


# ------------------------------------------------------------------------------------- one invoice
@record_page(Right.VIEW)
@require_GET
@with_record
def record_invoice(
    request: HttpRequest, actor: Actor, object_kind: str, record_id: str, invoice_id: UUID
) -> HttpResponse:
    found = crm_records.look(actor, object_kind, record_id, now())
    invoice = reach.invoice_of_record(actor, found.kind, found.id, invoice_id)
    here = {"kind": found.kind, "record_id": found.id}
    context = {
        **invoice_context(request, actor, invoice),
        "deal": found,
        "deal_url": crm_record_url(actor, "record", **here),
        "pdf_url": ""
        if invoice.deleted_at
        else crm_record_url(actor, "record-invoice-pdf", **here, invoice_id=invoice.pk),
    }
    return render(request, "invoices/invoice.html", context)


@record_page(Right.VIEW)
@require_GET
@throttled("pdf", 60, 60)
@with_record
def record_invoice_pdf(
    request: HttpRequest, actor: Actor, object_kind: str, record_id: str, invoice_id: UUID
) -> HttpResponse:
    """In HubSpot's frame it is downloaded: there it would take the place of the page."""
    found = crm_records.look(actor, object_kind, record_id, now())
    invoice = reach.invoice_of_record(actor, found.kind, found.id, invoice_id)
    back = crm_record_url(actor, "record", found.kind, found.id)
    return pdf_answer(request, invoice, back if actor.origin == "embed" else "")


# --------------------------------------------------------------------------------------- taking off
@record_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
@with_record
def detach_invoice(
    request: HttpRequest, actor: Actor, object_kind: str, record_id: str, invoice_id: UUID
) -> HttpResponse:
    """Says what it means first; pressing twice is harmless."""
    instant = now()
    found = crm_records.look(actor, object_kind, record_id, instant)
    back_url = crm_record_url(actor, "record", found.kind, found.id)
    if request.method == "POST":
        rows = Invoice.objects.for_portal(actor.portal).filter(actor.company_condition())
        invoice = rows.filter(pk=invoice_id).select_related("company").first()
        if invoice is None:
            raise Http404
        target = Target(found.kind, found.id, found.name)
        attaching.detach(actor, target, invoice, instant)
        return redirect(back_url)
    invoice = reach.invoice_of_record(actor, found.kind, found.id, invoice_id)
    meant = attaching.consequences(invoice, found.kind, found.id)
    if meant is None:
        raise Http404
    context = {
        "actor": actor,
        "record": found,
        "invoice": invoice,
        "meant": meant,
        "heir": _heir_name(actor, meant.heir) if meant.heir else "",
        "is_deal": found.kind == DEALS,
        "has_notes": meant.counted and _has_notes(invoice),
        "danger": True,
        "form_action": request.path,
        "back_url": back_url,
    }
    return render(request, "invoices/detach.html", context)


def _heir_name(actor: Actor, deal_id: str) -> str:
    row: DealRef | None = reach.visible_deals(actor).filter(hubspot_id=deal_id).first()
    return row.name if row else _("another deal")


def _has_notes(invoice: Invoice) -> bool:
    return bool(invoice.payments.exclude(note_id="").exists())
