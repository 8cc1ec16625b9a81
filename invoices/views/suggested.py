"""Suggested attachments: add, dismiss, undo (B-23, D-32)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_url
from integration.access.rights import Right
from integration.access.throttles import throttled
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.listing.keyset import Order, read_page, write_mark
from integration.models import Company
from integration.models.company_settings import AutomaticAttachment
from invoices import deal_look, suggestions
from invoices.models import AttachmentSuggestion
from invoices.models.suggestions import SuggestionReason, SuggestionState
from invoices.noticing import setting_of
from invoices.views.invoices import tabs
from invoices.wizard.answers import with_sentences

PAGE = 25
NEWEST = Order.of("-created_at")
MOST_ALONE = 25


@dataclass(frozen=True, slots=True)
class Line:
    """``why``: what speaks for the deal; ``missing``: why it did not attach alone."""

    row: AttachmentSuggestion
    deal_url: str
    why: str
    missing: list[str]
    undo_url: str = ""


def line_of(actor: Actor, row: AttachmentSuggestion) -> Line:
    if row.reason == SuggestionReason.REFERENCE:
        why = _("The deal's reference stands on the invoice.")
    else:
        why = _("Customer, amount and date agree with the deal.")
    missing = [messages.message(code).what for code in row.obstacles if code != "attach.only_alike"]
    undo = ""
    if row.state == SuggestionState.ACCEPTED:
        undo = reverse("undo-suggestion", args=[actor.portal.pk, row.pk])
    return Line(row, record_url(actor, "deal", row.deal_id), why, missing, undo)


@portal_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
@throttled("suggestions", 120, 60)
def suggestion_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, and what was added without asking lately."""
    if request.method == "POST":
        _decide(request, actor, suggestions.waiting(actor).filter(pk__in=_chosen(request)))
        return redirect("suggestions", actor.portal.pk)
    instant = now()
    waiting = suggestions.waiting(actor)
    page = read_page(request.GET, waiting, NEWEST, PAGE)
    companies = list(actor.companies().order_by("name"))
    alone = suggestions.added_alone(actor, instant).order_by("-decided_at")[:MOST_ALONE]
    context = {
        "actor": actor,
        "tabs": tabs(actor, "suggestions"),
        "lines": [line_of(actor, row) for row in page.rows],
        "total": waiting.count(),
        "next_url": f"?after={write_mark(page.rows[-1], NEWEST)}" if page.has_next else "",
        "has_previous": page.has_previous,
        "alone": [line_of(actor, row) for row in alone],
        "watched": [each for each in companies if setting_of(each) != AutomaticAttachment.OFF],
        "companies": companies,
        "several_companies": len(companies) > 1,
        "may_set": actor.may(Right.MAP),
        "days": suggestions.LOOK_BACK_DAYS,
    }
    return render(request, "invoices/suggestions.html", context)


@record_page(Right.DRAFT)
@require_POST
@with_sentences
def decide_on_deal(request: HttpRequest, actor: Actor, deal_id: str) -> HttpResponse:
    """The same from the deal's own page, also inside HubSpot's frame."""
    deal_look.look(actor, deal_id, now())
    rows = suggestions.waiting_for(actor, deal_id)
    _decide(request, actor, rows.filter(pk__in=_chosen(request)))
    return redirect(record_url(actor, "panel", deal_id))


@portal_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
def undo_suggestion(request: HttpRequest, actor: Actor, suggestion_id: UUID) -> HttpResponse:
    instant = now()
    row = suggestions.added_alone(actor, instant).filter(pk=suggestion_id).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        if suggestions.undo(actor, row, instant):
            said = _("Invoice %(number)s is no longer on %(deal)s.")
            notices.success(request, said % {"number": str(row), "deal": row.deal_name})
        return redirect("suggestions", actor.portal.pk)
    context = {
        "actor": actor,
        "line": line_of(actor, row),
        "danger": True,
        "form_action": request.path,
        "back_url": reverse("suggestions", args=[actor.portal.pk]),
    }
    return render(request, "invoices/undo_suggestion.html", context)


@portal_page(Right.DRAFT)
@require_POST
@throttled("look-back", 10, 60)
def look_back(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company: Company = actor.company(company_id, Right.DRAFT)
    if not company.is_connected or setting_of(company) == AutomaticAttachment.OFF:
        raise Http404
    suggestions.look_back(actor, company, now())
    said = _("Dealbooks looks through the invoices of %(company)s. What it finds appears here.")
    notices.success(request, said % {"company": company.name})
    return redirect("suggestions", actor.portal.pk)


# ---------------------------------------------------------------------------------------- deciding
def _chosen(request: HttpRequest) -> list[UUID]:
    """One row's own button, or every ticked row."""
    one = request.POST.get("go", "").partition(":")[2]
    values = [one] if one else request.POST.getlist("chosen")
    return [found for found in map(_uuid, values[:PAGE]) if found is not None]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _decide(request: HttpRequest, actor: Actor, rows: Iterable[AttachmentSuggestion]) -> None:
    chosen = list(rows)
    verb = request.POST.get("go", "").partition(":")[0]
    if not chosen:
        notices.warning(request, _("Nothing was ticked that still waits."))
    elif verb == "dismiss":
        count = suggestions.dismiss(actor, chosen, now())
        notices.success(
            request,
            ngettext("%(count)s suggestion dismissed.", "%(count)s suggestions dismissed.", count)
            % {"count": count},
        )
    elif verb == "add":
        _accept(request, actor, chosen)


def _accept(request: HttpRequest, actor: Actor, chosen: list[AttachmentSuggestion]) -> None:
    try:
        done = suggestions.accept(actor, chosen, now())
    except GatewayError as error:
        notices.error(request, messages.of_error(error).sentence)
        return
    if done.added:
        said = ngettext("%(count)s invoice added.", "%(count)s invoices added.", done.added)
        notices.success(request, said % {"count": done.added})
    if done.gone:
        said = ngettext(
            "%(count)s suggestion is gone: its invoice or deal no longer exists.",
            "%(count)s suggestions are gone: their invoices or deals no longer exist.",
            done.gone,
        )
        notices.warning(request, said % {"count": done.gone})
