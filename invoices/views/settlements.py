"""Credits and refunds on an invoice's page, and accepting a refund for it (D-19, P-28)."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from integration import messages
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.clock import now
from invoices import credits, refunds
from invoices.change_places import invoice_place
from invoices.models import Invoice
from invoices.refunds import RefundUnknown
from invoices.views.changing import pages


def context(actor: Actor, invoice: Invoice, deal_id: str = "") -> dict[str, Any]:
    """For the invoice's page, which includes ``_settlements.html``."""
    may_accept = actor.may(Right.CORRECT, invoice.company)
    return {
        "estimates": credits.estimates_of(invoice),
        "credits": credits.credits_of(invoice),
        "refunds": credits.refunds_of(invoice),
        "suggested_refunds": credits.suggested(invoice) if may_accept else [],
        "may_accept": may_accept,
        "refund_url": invoice_place(actor, "invoice-refunds", invoice, deal_id),
    }


@pages(Right.CORRECT, "POST")
def decide(request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str) -> HttpResponse:
    """``refund`` counts for this invoice, or with ``choice`` "withdraw" no longer."""
    refund_id = request.POST.get("refund", "")[:32]
    if request.POST.get("choice") == "withdraw":
        held = credits.accepted(invoice).filter(refund_id=refund_id).first()
        if held is not None:
            refunds.withdraw(actor, held, now())
            notices.success(request, _("The refund no longer lowers what is paid."))
    else:
        try:
            refunds.accept(actor, invoice, refund_id, now())
        except RefundUnknown as unknown:
            notices.error(request, messages.sentence(unknown.code))
        else:
            notices.success(request, _("The refund lowers what is paid of this invoice."))
    return redirect(invoice_place(actor, "invoice", invoice, deal_id))
