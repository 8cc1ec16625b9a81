"""Edit, void, correct and copy from an invoice's page, in the product and on its deal (D-14)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_url
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from invoices import change_facts, changes, conflicts, reach
from invoices.change_places import after_change, change_url, invoice_place
from invoices.change_rules import Act
from invoices.changes import NotAllowed
from invoices.copying import LEFT_OUT
from invoices.drafts import content_of
from invoices.models import Draft, Invoice, InvoiceChange
from invoices.views.change_page import change_page

View = Callable[..., HttpResponse]
Work = Callable[[HttpRequest, Actor, Invoice, str], HttpResponse]


def pages(right: Right, *methods: str) -> Callable[[Work], tuple[View, View]]:
    """The same work as a page of the portal and as one of the deal, which HubSpot's frame shows.

    What may not be done, and a QuickBooks that does not answer, is said on the invoice's page.
    """
    allowed = require_http_methods(list(methods or ("GET", "POST")))

    def wrap(work: Work) -> tuple[View, View]:
        @wraps(work)
        def answered(
            request: HttpRequest, actor: Actor, invoice_id: UUID, deal_id: str = ""
        ) -> HttpResponse:
            invoice = reach.invoice_of(actor, invoice_id, deal_id)
            try:
                return work(request, actor, invoice, deal_id)
            except NotAllowed as refused:
                notices.error(request, messages.sentence(refused.code, **refused.parameters))
            except GatewayError as error:
                said = messages.of_error(error, company=invoice.company.name)
                notices.error(request, said.sentence)
            return redirect(invoice_place(actor, "invoice", invoice, deal_id))

        def of_portal(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
            return answered(request, actor, invoice_id)

        def of_deal(
            request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID
        ) -> HttpResponse:
            return answered(request, actor, invoice_id, deal_id)

        return portal_page(right)(allowed(of_portal)), record_page(right)(allowed(of_deal))

    return wrap


# ----------------------------------------------------------------------------------- edit and copy
@pages(Right.POST, "POST")
def edit(request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str) -> HttpResponse:
    """On to the wizard's steps, with what stands on the invoice now."""
    draft = changes.begin_edit(actor, invoice, now(), deal_id)
    return redirect(_draft_url(actor, draft))


@pages(Right.DRAFT, "POST")
def copy(request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str) -> HttpResponse:
    draft = changes.copy(actor, invoice, now(), deal_id)
    tell_left_out(request, draft)
    return redirect(_draft_url(actor, draft))


def tell_left_out(request: HttpRequest, draft: Draft) -> None:
    """What the copy could not carry."""
    left = [text for text in content_of(draft).extras.get(LEFT_OUT) or () if text]
    if left:
        said = _("Not copied, because a draft has no place for it: %(lines)s.")
        notices.warning(request, said % {"lines": ", ".join(left)})


def _draft_url(actor: Actor, draft: Draft) -> str:
    return record_url(actor, "wizard-draft", draft.deal.hubspot_id, draft_id=draft.pk)


# -------------------------------------------------------------------------------- void and correct
@pages(Right.CORRECT)
def void(request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str) -> HttpResponse:
    """Ask, then void."""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        change = changes.void(actor, invoice, now(), reason=reason, deal_id=deal_id)
        return redirect(after_change(actor, change, deal_id))
    return _ask(request, actor, Act.VOID, invoice, deal_id)


@pages(Right.CORRECT)
def correct(request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str) -> HttpResponse:
    """Ask, then make the credit memo and the new draft."""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        change = changes.correct(actor, invoice, now(), reason=reason, deal_id=deal_id)
        return redirect(after_change(actor, change, deal_id))
    return _ask(request, actor, Act.CORRECT, invoice, deal_id)


def _ask(
    request: HttpRequest, actor: Actor, act: Act, invoice: Invoice, deal_id: str
) -> HttpResponse:
    """Raises NotAllowed: nobody is asked about what may not be done."""
    changes.require(actor, act, invoice, now(), deal_id)
    context: dict[str, Any] = {
        "actor": actor,
        "invoice": invoice,
        "company": invoice.company,
        "deal": change_facts.deal_of(actor, invoice, deal_id),
        "rest": invoice.billed - invoice.open,
        "back_url": invoice_place(actor, "invoice", invoice, deal_id),
        "danger": act is Act.VOID,
    }
    return render(request, f"invoices/{act.value}.html", context)


# ---------------------------------------------------------------------------------- the change page
def _change(
    request: HttpRequest, actor: Actor, invoice_id: UUID, change_id: UUID, deal_id: str = ""
) -> HttpResponse:
    invoice = reach.invoice_of(actor, invoice_id, deal_id)
    change = changes.find(actor, invoice, change_id)
    if change is None:
        raise Http404
    if request.method == "POST":
        return _chosen(request, actor, change, deal_id)
    return change_page(request, actor, change, deal_id)


def _chosen(
    request: HttpRequest, actor: Actor, change: InvoiceChange, deal_id: str
) -> HttpResponse:
    """The choice between two versions; a second one finds what became of the first."""
    choice = request.POST.get("choice", "")
    if choice == "mine":
        conflicts.apply_mine(actor, change, now())
        return redirect(after_change(actor, change, deal_id))
    if choice == "theirs":
        conflicts.take_theirs(actor, change, now())
        notices.info(request, _("QuickBooks' version stays; your change was dropped."))
        return redirect(invoice_place(actor, "invoice", change.invoice, deal_id))
    if choice == "take_back":
        conflicts.take_back(change, actor, now())
        return redirect(after_change(actor, change, deal_id))
    return redirect(change_url(actor, change, deal_id))


@portal_page(Right.VIEW)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, actor: Actor, invoice_id: UUID, change_id: UUID) -> HttpResponse:
    """How far it is; two versions side by side where QuickBooks has a newer one."""
    return _change(request, actor, invoice_id, change_id)


@record_page(Right.VIEW)
@require_http_methods(["GET", "POST"])
def deal_change(
    request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID, change_id: UUID
) -> HttpResponse:
    return _change(request, actor, invoice_id, change_id, deal_id)
