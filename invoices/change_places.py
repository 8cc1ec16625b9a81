"""Addresses of a change's pages, on the side the person is on."""

from django.urls import reverse

from integration.access.actors import Actor
from integration.access.pages import record_url
from invoices import editing
from invoices.models import Draft, Invoice, InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint


def invoice_place(actor: Actor, name: str, invoice: Invoice, deal_id: str = "", **more: str) -> str:
    """``name`` such as ``invoice-void``; below the deal, or in HubSpot's frame, where that is."""
    if deal_id:
        return record_url(actor, f"deal-{name}", deal_id, invoice_id=invoice.pk, **more)
    return reverse(name, kwargs={"portal_id": actor.portal.pk, "invoice_id": invoice.pk, **more})


def change_url(actor: Actor, change: InvoiceChange, deal_id: str = "") -> str:
    return invoice_place(actor, "invoice-change", change.invoice, deal_id, change_id=str(change.pk))


def after_change(actor: Actor, change: InvoiceChange, deal_id: str = "") -> str:
    """Done: the invoice. Refused: an edit's Review with the reason. Else the change's own page."""
    if change.point == ChangePoint.FAILED and change.kind == ChangeKind.EDIT and change.draft:
        draft = change.draft
        return record_url(
            actor, "wizard-step", draft.deal.hubspot_id, draft_id=draft.pk, step="review"
        )
    if change.point == ChangePoint.DONE and change.kind != ChangeKind.CORRECT:
        return f"{invoice_place(actor, 'invoice', change.invoice, deal_id)}?changed={change.pk}"
    return change_url(actor, change, deal_id)


def url_of_edit(actor: Actor, draft: Draft) -> str:
    """Where a submitted edit goes on."""
    change = editing.last_change(draft)
    if change is None:
        return invoice_place(actor, "invoice", draft.edits, draft.deal.hubspot_id)
    return after_change(actor, change, draft.deal.hubspot_id)
