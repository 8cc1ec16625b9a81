"""Deals: the list of known ones, search in HubSpot, and the deal's own page (S-24, S-55, S-71)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import directory, display, listing, messages, sessions
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_url
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.listing import Column
from integration.records.hubspot import Object
from invoices import deals, links, reach
from invoices.history import Event
from invoices.models import DealRef, Draft, Invoice, PaymentApplication
from invoices.models.drafts import DraftState
from invoices.models.invoices import Stage
from invoices.wizard.answers import with_sentences

FRESH = timedelta(minutes=5)
"""A deal read so recently is shown as we have it; older, HubSpot is asked again."""
MOST_FOUND = 25
SEARCHED = ("dealname", "amount", "deal_currency_code", "dealstage", "hubspot_owner_id")

PROPERTIES: tuple[tuple[str, Promise], ...] = (
    ("amount_invoiced", _("Amount invoiced")),
    ("invoice_recipient", _("Invoice recipient")),
    ("invoice_number", _("Invoice number")),
    ("invoice_status", _("Invoice status")),
    ("invoice_due_date", _("Invoice due date")),
    ("total_invoiced", _("Total invoiced")),
    ("total_paid", _("Total paid")),
    ("open_balance", _("Open balance")),
    ("invoice_count", _("Number of invoices")),
)
"""What sync wrote to the deal, as HubSpot shows it (D-25)."""


@dataclass(frozen=True)
class Found:
    """A deal of a search in HubSpot."""

    id: str
    name: str
    amount: str
    currency: str
    stage: str
    owner: str


@portal_page(Right.VIEW)
@require_GET
def deal_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Deals we have met; ``?hubspot=1&q=`` asks HubSpot for others."""
    page = listing.build(
        request.GET,
        reach.visible_deals(actor),
        columns=[
            Column("name", _("Deal"), "name"),
            Column("company", _("HubSpot company"), "company_name"),
            Column("stage", _("Stage"), "stage_label"),
            Column("owner", _("Owner"), "owner_name"),
            Column("amount", _("Amount"), "amount", "number"),
        ],
        search=["name", "company_name"],
        search_label=_("Deal or company"),
        order="-fetched_at",
        caption=_("Deals"),
    )
    words = request.GET.get("q", "").strip()
    wants = bool(request.GET.get("hubspot")) and bool(words)
    context: dict[str, Any] = {"actor": actor, "listing": page, "words": words, "searched": wants}
    if wants:
        context |= _search(actor, words)
    return render(request, "invoices/deals.html", context)


def _search(actor: Actor, words: str) -> dict[str, Any]:
    """One call. Reps only see what they may open (D-05)."""
    try:
        rows, total, _after = sessions.hubspot(actor.portal, urgent=True).search(
            "deals", query=words, properties=SEARCHED, limit=MOST_FOUND
        )
    except GatewayError as error:
        return {"trouble": messages.of_error(error)}
    found = [_found(actor, row) for row in rows if _is_in_reach(actor, row)]
    return {"found": found, "has_more": total > MOST_FOUND}


def _is_in_reach(actor: Actor, row: Object) -> bool:
    owner = directory.owner(actor.portal, row.text("hubspot_owner_id"))
    teams = owner.team_ids if owner else ()
    return actor.sees_deal_of(row.id, row.text("hubspot_owner_id"), teams)


def _found(actor: Actor, row: Object) -> Found:
    return Found(
        id=row.id,
        name=row.text("dealname") or gettext("Deal without a name"),
        amount=row.text("amount"),
        currency=row.text("deal_currency_code") or actor.portal.currency,
        stage=directory.stage_label(actor.portal, row.text("dealstage")),
        owner=directory.owner_name(actor.portal, row.text("hubspot_owner_id")),
    )


@record_page(Right.VIEW)
@require_GET
@with_sentences
def panel(request: HttpRequest, actor: Actor, deal_id: str) -> HttpResponse:
    """The deal with its Integration invoices, drafts and payments; in our frame and in HubSpot's."""
    deal, trouble = _deal(actor, deal_id, now())
    invoices = list(reach.invoices_of_deal(actor, deal_id))
    drafts = Draft.objects.for_portal(actor.portal).filter(deal=deal, state=DraftState.OPEN)
    shown = drafts.filter(pk__in=reach.visible_drafts(actor).values("pk"))
    may_draft = actor.may(Right.DRAFT) and deal.archived_at is None
    context = {
        "actor": actor,
        "deal": deal,
        "trouble": trouble,
        "invoices": [(row, _url_of(actor, deal_id, row)) for row in invoices],
        "drafts": [
            (draft, record_url(actor, "wizard-draft", deal_id, draft_id=draft.pk))
            for draft in shown.select_related("company", "edited_by").order_by("-edited_at")
        ],
        "properties": _properties(deal),
        "payments": _payments(actor, invoices),
        "may_draft": may_draft,
        "several_companies": actor.companies().count() > 1,
        "why_not": "" if may_draft else _why_not(actor, deal),
        "create_url": record_url(actor, "wizard", deal_id),
        "hubspot_url": links.deal_in_hubspot(actor.portal, deal_id),
    }
    return render(request, "invoices/deal.html", context)


def _deal(actor: Actor, deal_id: str, instant: datetime) -> tuple[DealRef, messages.Message | None]:
    """The deal, asked anew unless we have just read it; with HubSpot away, as we knew it."""
    try:
        known = deals.known_deal(actor, deal_id)
    except deals.DealUnknown:
        return deals.open_deal(actor, deal_id, instant).row, None
    if instant - known.fetched_at < FRESH:
        return known, None
    try:
        return deals.open_deal(actor, deal_id, instant).row, None
    except GatewayError as error:
        return known, messages.of_error(error)


def _why_not(actor: Actor, deal: DealRef) -> str:
    """E-05: a missing button says why."""
    if deal.archived_at is not None:
        return messages.sentence("draft.deal_archived")
    return messages.sentence("access.forbidden", right=gettext("draft invoices"))


def _url_of(actor: Actor, deal_id: str, invoice: Invoice) -> str:
    return record_url(actor, "deal-invoice", deal_id, invoice_id=invoice.pk)


def _properties(deal: DealRef) -> list[tuple[Promise, str]]:
    """Those that have a value, with the stage in words."""
    stages = dict(Stage.choices)
    found = []
    for name, label in PROPERTIES:
        value = str(deal.written.get(f"dealbooks_{name}") or "")
        if value:
            found.append((label, str(stages.get(value, value))))
    return found


def _payments(actor: Actor, invoices: Iterable[Invoice]) -> list[Event]:
    """S-07 as our own timeline: payments of the deal's invoices, reversed ones too."""
    by_pk = {invoice.pk: invoice for invoice in invoices}
    rows = PaymentApplication.objects.for_portal(actor.portal).filter(invoice__in=by_pk)
    found = []
    for row in rows.order_by("-paid_on", "-seen_at")[:20]:
        invoice = by_pk[row.invoice_id]
        said = _payment_words(row, invoice)
        found.append(Event(said[0], row.reversed_at or row.seen_at, "money", said[1]))
    return found


def _payment_words(row: PaymentApplication, invoice: Invoice) -> tuple[str, str]:
    amount = Decimal(row.cash if row.cash else row.applied)
    text = f"{display.amount_text(amount, row.currency)} {row.currency}"
    title = gettext("Payment received") if row.cash else gettext("Credit applied")
    if row.reversed_at is not None:
        title = gettext("Payment reversed")
    detail = gettext("%(amount)s on invoice %(number)s, %(day)s") % {
        "amount": text,
        "number": str(invoice),
        "day": formats.date_format(row.paid_on, "SHORT_DATE_FORMAT"),
    }
    return title, " · ".join(part for part in (detail, row.method) if part)
