"""Customers that reps asked for: the list, and one to accept or reject (E-10)."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from integration import listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_url
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from integration.reference import Reference
from invoices import customer_requests
from invoices.customer_requests import DecisionRefused
from invoices.draft import NewCustomer
from invoices.models import CustomerRequest
from invoices.models.customer_requests import CustomerRequestState
from invoices.views.invoices import tabs
from invoices.wizard.choices import customer_option

COLUMNS = [
    Column("customer", _("Customer"), "name"),
    Column("deal", _("Deal"), "draft__deal__name"),
    Column("company", _("Company"), "company__name"),
    Column("who", _("Asked by")),
    Column("since", _("Asked"), "asked_at"),
]
MOST_FOUND = 12


@portal_page(Right.DRAFT)
@require_GET
def request_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, the longest first; decided ones by filter. Reps see those of their deals."""
    rows = customer_requests.visible(actor)
    page = listing.build(
        request.GET,
        rows if request.GET.get("state") else rows.filter(state=CustomerRequestState.WAITING),
        columns=COLUMNS,
        filters=_filters(actor),
        search=["name", "draft__deal__name", "asked_by__name"],
        search_label=_("Customer, deal or person"),
        order="asked_at",
        caption=_("Requested customers"),
    )
    context = {"actor": actor, "tabs": tabs(actor, "customer-requests"), "listing": page}
    return render(request, "invoices/customer_requests.html", context)


def _filters(actor: Actor) -> list[Filter]:
    found = [Filter("state", _("Decision"), CustomerRequestState.choices)]
    companies = [(str(each.pk), each.name) for each in actor.companies().order_by("name")]
    if len(companies) > 1:
        found.append(Filter("company", _("Company"), companies))
    return found


@portal_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
def customer_request(request: HttpRequest, actor: Actor, request_id: UUID) -> HttpResponse:
    found = customer_requests.find(actor, request_id)
    if request.method == "GET" or "find" in request.POST:
        return _show(request, actor, found)
    actor.require(Right.APPROVE, found.company)
    try:
        said = _decide(request, actor, found)
    except DecisionRefused as refused:
        fresh = customer_requests.find(actor, request_id)
        status = 409 if refused.code.endswith((".decided", ".own")) else 422
        return _show(request, actor, fresh, refused, status)
    notices.success(request, said % {"name": found.name, "person": found.asked_by})
    return redirect("customer-requests", actor.portal.pk)


def _decide(request: HttpRequest, actor: Actor, found: CustomerRequest) -> str:
    go, comment = request.POST.get("go", ""), request.POST.get("comment", "")
    comment = comment.strip()[: customer_requests.LONGEST_COMMENT]
    if go == "reject":
        customer_requests.reject(actor, found.pk, comment, now())
        return _now("Rejected. %(person)s reads your comment in the draft.")
    if go == "existing":
        customer_id = request.POST.get("customer_id", "")
        customer_requests.use_existing(actor, found.pk, customer_id, now())
        return _now("The draft of %(person)s goes on with the customer you chose.")
    customer_requests.accept(actor, found.pk, now(), comment)
    return _now("Accepted. %(name)s is created in QuickBooks together with the invoice.")


def _show(
    request: HttpRequest,
    actor: Actor,
    found: CustomerRequest,
    refused: DecisionRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    new, currency = customer_requests.asked(found)
    is_waiting = found.state == CustomerRequestState.WAITING
    why_not = customer_requests.why_not(actor, found) if is_waiting else ""
    said = messages.message(refused.code, **refused.parameters) if refused else None
    reference = Reference.of(found.company)
    query = request.POST.get("customer_id_query", "")
    searched = reference.search_customers(query, MOST_FOUND) if "find" in request.POST else []
    term = next((each for each in reference.terms() if each.id == new.terms_id), None)
    context: dict[str, Any] = {
        "actor": actor,
        "found": found,
        "new": new,
        "address": _address(new),
        "term": term.name if term else "",
        "currency": currency,
        "similar": _similar(reference, found, currency),
        "options": [customer_option(each, currency) for each in searched],
        "query": query,
        "options_url": reverse("customer-request-options", args=[actor.portal.pk, found.pk]),
        "is_waiting": is_waiting,
        "why_not": messages.message(why_not, name=found.name) if why_not else None,
        "refused": said,
        "comment": request.POST.get("comment", found.comment),
        "deal_url": record_url(actor, "deal", found.draft.deal.hubspot_id),
        "most": customer_requests.LONGEST_COMMENT,
    }  # fmt: skip
    return render(request, "invoices/customer_request.html", context, status=status)


def _address(new: NewCustomer) -> list[str]:
    town = " ".join(part for part in (new.city, new.region, new.postcode) if part)
    return [line for line in (*new.address.lines, town, new.country) if line]


def _similar(reference: Reference, found: CustomerRequest, currency: str) -> list[Any]:
    """Customers with the longest word of the name: is it there already?"""
    word = max(found.name.split(), key=len, default="")
    near = reference.search_customers(word, 4) if len(word) > 2 else []
    return [customer_option(each, currency) for each in near]


@portal_page(Right.APPROVE)
@require_GET
def request_options(request: HttpRequest, actor: Actor, request_id: UUID) -> HttpResponse:
    """Type-ahead of the customer to take instead."""
    found = customer_requests.find(actor, request_id)
    actor.require(Right.APPROVE, found.company)
    _new, currency = customer_requests.asked(found)
    text = request.GET.get("q", "").strip()
    near = Reference.of(found.company).search_customers(text, MOST_FOUND) if len(text) > 1 else []
    options = [customer_option(each, currency) for each in near]
    return render(request, "components/combobox_options.html", {"options": options})
