"""The quote's PDF on the invoice's page: attached, waiting, or why not (E-04)."""

from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from integration import messages
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.clock import now
from invoices import quote_pdf
from invoices.change_places import invoice_place
from invoices.models import Invoice, QuotePdf
from invoices.models.quote_pdf import PdfState
from invoices.views.changing import pages


@dataclass(frozen=True, slots=True)
class Shown:
    """``why`` is a sentence; empty where nothing went wrong. ``again_url`` empty: no button."""

    row: QuotePdf
    why: str
    again_url: str

    @property
    def is_attached(self) -> bool:
        return bool(self.row.state == PdfState.ATTACHED)

    @property
    def is_waiting(self) -> bool:
        return self.row.state in (PdfState.WAITING, PdfState.UPLOADING)


def shown(actor: Actor, invoice: Invoice, deal_id: str = "") -> Shown | None:
    """None: nothing was wanted of this invoice."""
    row = quote_pdf.of_invoice(invoice)
    if row is None:
        return None
    why = _why(row)
    is_open = row.state != PdfState.ATTACHED and bool(why) and invoice.company.is_connected
    may = is_open and actor.may(Right.POST, invoice.company)
    again_url = invoice_place(actor, "invoice-quote-pdf", invoice, deal_id) if may else ""
    return Shown(row, why, again_url)


def _why(row: QuotePdf) -> str:
    """Why it failed, or what the work that waits ran into last."""
    if row.state == PdfState.ATTACHED:
        return ""
    if row.problem:
        return messages.sentence(row.problem, **row.problem_parameters)
    job = quote_pdf.job_of(row)
    if job is None or not job.last_error:
        return ""
    return messages.sentence(job.last_error, **job.last_error_parameters)


@pages(Right.POST, "POST")
def again(request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str) -> HttpResponse:
    """ "Try again": the work goes on in a moment, with the settings of now."""
    if quote_pdf.try_again(actor, invoice, now()):
        notices.success(request, _("Dealbooks fetches the quote's PDF and attaches it."))
    else:
        notices.success(request, _("The quote's PDF is attached already; nothing was done."))
    return redirect(invoice_place(actor, "invoice", invoice, deal_id))
