"""Ctrl-K: invoices by number or customer, deals, customers, settings pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.access.throttles import throttled
from integration.frame import SECTIONS
from integration.models import Record
from integration.models.people import Role
from integration.models.words import contains
from integration.views.settings_pages import settings_tabs
from invoices.reach import visible_deals
from invoices.searching import number_or_customer
from workflows import money

LETTERS = 2
"""A search asks the database from two letters on (D-05)."""
EACH = 6
"""Hits of each kind."""
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str
    icon: str
    stage: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    hits: list[Hit]


@portal_page(Right.VIEW)
@require_GET
@throttled("search", 120, 60)
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page, or only its results for the dialog."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    context = {"actor": actor, "text": text, "groups": find(actor, text), "letters": LETTERS}
    is_dialog = request.headers.get("HX-Request") == "true"
    template = "workflows/search_results.html" if is_dialog else "workflows/search.html"
    return render(request, template, context)


def find(actor: Actor, text: str) -> list[Group]:
    """Groups with hits, in the order people look for them; pages only for an empty search."""
    kinds: list[tuple[str, Callable[[Actor, list[str]], list[Hit]]]] = [
        (_("Invoices"), _invoices),
        (_("Deals"), _deals),
        (_("Customers"), _customers),
    ]
    words = text.lower().split()
    found = [Group(title, look(actor, words)) for title, look in kinds if len(text) >= LETTERS]
    found.append(Group(_("Pages"), _pages(actor, words)))
    reachable = [Group(each.title, [hit for hit in each.hits if hit.url]) for each in found]
    return [group for group in reachable if group.hits]


def _invoices(actor: Actor, words: list[str]) -> list[Hit]:
    rows = money.invoices_of(actor).filter(number_or_customer(words))
    rows = rows.only("doc_number", "customer_name", "stage")
    last_first = (F("txn_date").desc(nulls_last=True), "-pk")  # as the index has them
    return [
        Hit(
            row.doc_number or _("without number"),
            row.customer_name,
            _url(actor, "invoice", invoice_id=row.pk),
            "invoice",
            row.stage,
        )
        for row in rows.order_by(*last_first)[:EACH]
    ]


def _deals(actor: Actor, words: list[str]) -> list[Hit]:
    rows = visible_deals(actor).filter(archived_at=None)
    for word in words:
        rows = rows.filter(Q(name__icontains=word) | Q(company_name__icontains=word))
    return [
        Hit(
            row.name,
            ", ".join(part for part in (row.company_name, row.stage_label) if part),
            _url(actor, "deal", deal_id=row.hubspot_id),
            "deal",
        )
        for row in rows.order_by("name")[:EACH]
    ]


def _customers(actor: Actor, words: list[str]) -> list[Hit]:
    """Customers lead to their invoices. Reps see names only (D-05)."""
    rows = Record.objects.for_portal(actor.portal).filter(
        actor.company_condition(), kind="Customer", active=True, deleted_at=None
    )
    is_rep = actor.membership is not None and actor.membership.role == Role.SALES_REP
    if contains(" ".join(words)):
        rows = rows.filter(words__having=contains(" ".join(words)))
    for word in words:
        rows = rows.filter(**{"name__icontains" if is_rep else "search_text__icontains": word})
    listing = _url(actor, "invoices")
    return [
        Hit(row.name, row.company.name, _with(listing, q=row.name), "person")
        for row in rows.select_related("company")
        .only("name", "company__name")
        .order_by("name")[:EACH]
    ]


def _pages(actor: Actor, words: list[str]) -> list[Hit]:
    sections = [
        Hit(str(label), "", _url(actor, name), icon)
        for name, label, icon in SECTIONS
        if name != "settings" and _url(actor, name)
    ]
    tabs = [Hit(tab.label, _("Settings"), tab.url, "settings") for tab in settings_tabs(actor, "")]
    return [hit for hit in [*sections, *tabs] if all(word in hit.title.lower() for word in words)]


def _with(url: str, **query: Any) -> str:
    return f"{url}?{urlencode(query)}" if url else ""


def _url(actor: Actor, route: str, **named: Any) -> str:
    try:
        return reverse(route, kwargs={"portal_id": actor.portal.pk, **named})
    except NoReverseMatch:
        return ""
