"""Sync > Matching > one record: link it, unlink it, move its contact (B-24, D-06)."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.models import Company, Record, RecordLink
from sync.linking import actions, lists, searching, tying
from sync.linking.preview import ObjectUnknown, kinds_for, preview
from sync.match_models import MatchSuggestion
from sync.records import CONTACTS, ITEM
from sync.views import words
from sync.views.match_words import KINDS, detail_of, ended_name, guess, linked
from sync.views.matching import frame

UNKNOWN = "sync.match_unknown"


@portal_page(Right.MAP, all_deals=True)
@require_http_methods(["GET", "POST"])
def match_record(
    request: HttpRequest, actor: Actor, company_id: UUID, record_id: UUID
) -> HttpResponse:
    """What it is, what it could be, what it was; a search without JavaScript posts here."""
    company, record = _record(actor, company_id, record_id)
    [line] = lists.lines(company, [record])
    kind = request.POST.get("kind", "")
    query, found, trouble = "", [], None
    if request.method == "POST" and kind in kinds_for(company, record):
        query = request.POST.get("hubspot_id_query", "")
        chosen = request.POST.get("hubspot_id", "")
        if chosen and "find" not in request.POST:
            return redirect(_link_address(actor, company, record, kind, chosen))
        try:
            found = searching.find(actor, kind, query)
        except GatewayError as error:
            trouble = words.reason(error.code, {**error.parameters, "vendor": error.vendor})
    context = {
        **_frame(actor, company, record),
        "links": [linked(each) for each in line.links],
        "guesses": [guess(each) for each in line.suggestions],
        "history": [(row, ended_name(row)) for row in lists.history(company, record)[:50]],
        "pickers": [
            (
                each,
                str(KINDS[each]),
                reverse("sync_match_options", args=[actor.portal.pk, company.pk, each]),
                query if each == kind else "",
                found if each == kind else [],
            )
            for each in kinds_for(company, record)
        ],
        "trouble": trouble,
    }
    return render(request, "sync/match_record.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_GET
def match_options(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    """Type-ahead over HubSpot's records of a kind."""
    actor.company(company_id, Right.MAP)
    try:
        options, hint = searching.find(actor, kind, request.GET.get("q", "")), ""
    except GatewayError as error:
        facts = {**error.parameters, "vendor": error.vendor}
        options, hint = [], messages.sentence(error.code, **facts)
    if not options and not hint and len(request.GET.get("q", "").strip()) < searching.LEAST:
        hint = _("Type at least two letters.")
    context = {"options": options, **({"hint": hint} if hint else {})}
    return render(request, "components/combobox_options.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_http_methods(["GET", "POST"])
def link_record(
    request: HttpRequest,
    actor: Actor,
    company_id: UUID,
    record_id: UUID,
    kind: str,
    hubspot_id: str,
) -> HttpResponse:
    """Before and after, what speaks against it, then the question."""
    company, record = _record(actor, company_id, record_id)
    back = reverse("sync_match_record", args=[actor.portal.pk, company.pk, record.pk])
    if kind not in kinds_for(company, record):
        notices.error(request, messages.sentence("sync.match_kind"))
        return redirect(back)
    try:
        shown = preview(actor, company, record, kind, hubspot_id, now())
    except ObjectUnknown:
        notices.error(request, messages.sentence(UNKNOWN))
        return redirect(back)
    except GatewayError as error:
        facts = {**error.parameters, "vendor": error.vendor}
        notices.error(request, messages.sentence(error.code, **facts))
        return redirect(back)
    must_accept = bool(shown.warnings) and request.POST.get("accepted") != "on"
    if request.method == "POST" and not must_accept:
        pair = (kind, hubspot_id)
        actions.link(actor, company, record, pair, now(), label=shown.label)
        said = _("%(name)s is linked to %(object)s.")
        notices.success(request, said % {"name": record.name, "object": shown.label})
        return redirect(back)
    context = {
        **_frame(actor, company, record),
        "kind": str(KINDS[kind]),
        "shown": shown,
        "warnings": [
            messages.message(f"match.{each.code}", **each.parameters) for each in shown.warnings
        ],
        "reasons": [messages.message(f"match.{each}") for each in shown.score.reasons],
        "changes": [
            {"field": words.field(each.name), "before": each.before, "after": each.after}
            for each in shown.changes
        ],
        "refused": messages.message("sync.match_accept") if request.method == "POST" else None,
        "back_url": back,
    }
    return render(request, "sync/confirm_link.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_http_methods(["GET", "POST"])
def unlink_record(
    request: HttpRequest, actor: Actor, company_id: UUID, link_id: UUID
) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    row = _link(actor, company, link_id)
    record = actions.record_of(company, row.kind, row.qbo_id)
    back = _back(actor, company, record)
    if request.method == "POST":
        if actions.unlink(actor, company, row, now()):
            notices.success(request, _("Unlinked. Both records stay as they are."))
        return redirect(back)
    context = {
        "actor": actor,
        "company": company,
        "record": record,
        "link": linked(row),
        "back_url": back,
        "danger": True,
    }
    return render(request, "sync/confirm_unlink.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def decline_match(
    request: HttpRequest, actor: Actor, company_id: UUID, suggestion_id: UUID
) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    rows = MatchSuggestion.objects.for_portal(actor.portal).filter(company=company)
    row = rows.filter(pk=suggestion_id).first()
    if row is None:
        return redirect("sync_matching_of", actor.portal.pk, company.pk, "customers")
    actions.decline(actor, company, row, now())
    notices.info(request, _("It is not suggested again."))
    return redirect(_back(actor, company, actions.record_of(company, row.kind, row.qbo_id)))


@portal_page(Right.MAP, all_deals=True)
@require_http_methods(["GET", "POST"])
def retie_contact(
    request: HttpRequest, actor: Actor, company_id: UUID, link_id: UUID
) -> HttpResponse:
    """Move the contact to another HubSpot company; QuickBooks is not touched."""
    company = actor.company(company_id, Right.MAP)
    row = _link(actor, company, link_id)
    if row.hubspot_kind != CONTACTS:
        raise Http404
    record = actions.record_of(company, row.kind, row.qbo_id)
    back = _back(actor, company, record)
    query, options, trouble = request.POST.get("hubspot_id_query", ""), [], None
    chosen = request.POST.get("hubspot_id", "")
    if request.method == "POST":
        try:
            if chosen and "find" not in request.POST:
                name = tying.retie(actor, company, row, chosen, now())
                notices.success(request, _("The contact is at %(name)s now.") % {"name": name})
                return redirect(back)
            options = searching.find(actor, "companies", query)
        except ObjectUnknown:
            trouble = messages.message(UNKNOWN)
        except tying.NotTied as error:
            trouble = words.reason(error.code, error.parameters)
        except GatewayError as error:
            trouble = words.reason(error.code, {**error.parameters, "vendor": error.vendor})
    context: dict[str, Any] = {
        "actor": actor,
        "company": company,
        "record": record,
        "link": linked(row),
        "options_url": reverse(
            "sync_match_options", args=[actor.portal.pk, company.pk, "companies"]
        ),
        "query": query,
        "options": options,
        "trouble": trouble,
        "back_url": back,
    }
    return render(request, "sync/retie.html", context)


def _record(actor: Actor, company_id: UUID, record_id: UUID) -> tuple[Company, Record]:
    company = actor.company(company_id, Right.MAP)
    rows = Record.objects.for_portal(actor.portal).filter(company=company)
    record = get_object_or_404(rows.filter(kind__in=lists.ENTITIES.values()), pk=record_id)
    return company, record


def _link(actor: Actor, company: Company, link_id: UUID) -> RecordLink:
    rows = RecordLink.objects.for_portal(actor.portal).filter(company=company)
    found: RecordLink = get_object_or_404(rows.filter(kind__in=lists.ENTITIES.values()), pk=link_id)
    return found


def _back(actor: Actor, company: Company, record: Record | None) -> str:
    if record is None:
        return reverse("sync_matching_of", args=[actor.portal.pk, company.pk, "customers"])
    return reverse("sync_match_record", args=[actor.portal.pk, company.pk, record.pk])


def _link_address(
    actor: Actor, company: Company, record: Record, kind: str, hubspot_id: str
) -> str:
    if not hubspot_id.isalnum():
        return _back(actor, company, record)
    place = [actor.portal.pk, company.pk, record.pk, kind, hubspot_id]
    return reverse("sync_link_record", args=place)


def _frame(actor: Actor, company: Company, record: Record) -> dict[str, Any]:
    object = "products" if record.kind == ITEM else "customers"
    return {
        **frame(actor, company, object),
        "record": record,
        "detail": detail_of(record),
    }
