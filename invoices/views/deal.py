"""The page of one deal, in the product and in HubSpot's frame: its facts, the Integration invoices
section (S-24, S-71), open drafts and the payments on its invoices (S-07)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import crm_record_url, record_page, record_url
from integration.access.rights import WORDS, Right
from integration.clock import now
from integration.display import amount_text
from integration.hubspot_properties import DEALS as DEAL_PROPERTIES
from integration.records.hubspot import PropertyDefinition
from invoices import approvals, history, links, reach, suggestions
from invoices.deal_look import look
from invoices.models import DealRef, Draft, Invoice, PaymentApplication
from invoices.models.drafts import DraftState
from invoices.models.invoices import Stage
from invoices.references import reference
from invoices.typed_values import read_date, read_number
from invoices.views import suggested
from invoices.views.draft_list import draft_line
from invoices.views.rows import NO_SUMS, badge_text, invoice_url, sums_of
from invoices.wizard.answers import with_sentences

MOST_INVOICES = 200
MOST_PAYMENTS = 50
MOST_SUGGESTED = 20
WAITING = (DraftState.OPEN, DraftState.SUBMITTED)
NOT_SHOWN = ("dealbooks_launch_link", "dealbooks_bulk")


@dataclass(frozen=True, slots=True)
class Line:
    """An invoice in the deal's section. ``counts``: it is in the deal's sums (D-22)."""

    invoice: Invoice
    url: str
    badge: str
    counts: bool
    detach_url: str


@record_page(Right.VIEW)
@require_GET
@with_sentences
def panel(request: HttpRequest, actor: Actor, deal_id: str) -> HttpResponse:
    instant = now()
    seen = look(actor, deal_id, instant)
    rows = reach.with_attachments(reach.invoices_of_deal(actor, deal_id))
    invoices: list[Invoice] = list(rows.defer("raw", "written")[:MOST_INVOICES])
    why_not = _why_not(actor, seen.row)
    context: dict[str, Any] = {
        "actor": actor,
        "deal": seen.row,
        "close_date": seen.close_date,
        "trouble": messages.of_error(seen.trouble) if seen.trouble else None,
        "lines": [_line(actor, deal_id, each) for each in invoices],
        "sums": sums_of(actor, [deal_id]).get(deal_id, NO_SUMS),
        "several_companies": len({each.company_id for each in invoices}) > 1,
        "drafts": [draft_line(actor, each, instant) for each in _drafts(actor, deal_id)],
        "approved": approvals.told(actor, deal_id, instant),
        "properties": _properties(seen.row),
        "payments": _payments(actor, invoices),
        "may_draft": not why_not,
        "why_not": why_not,
        "create_url": record_url(actor, "wizard", deal_id),
        "add_url": crm_record_url(actor, "existing-invoices", reach.DEALS, deal_id),
        "suggested": _suggested(actor, deal_id) if not why_not else [],
        "decide_url": record_url(actor, "deal-suggestions", deal_id),
        "reference": reference(deal_id),
        "hubspot_url": links.deal_in_hubspot(actor.portal, deal_id),
    }
    return render(request, "invoices/deal.html", context)


def _line(actor: Actor, deal_id: str, invoice: Invoice) -> Line:
    ties = invoice.attached  # type: ignore[attr-defined]
    counts = any(each.counts and each.hubspot_id == deal_id for each in ties)
    here = {"kind": reach.DEALS, "record_id": deal_id, "invoice_id": invoice.pk}
    detach_url = crm_record_url(actor, "detach-invoice", **here)
    url = invoice_url(actor, invoice, deal_id)
    return Line(invoice, url, badge_text(invoice), counts, detach_url)


def _suggested(actor: Actor, deal_id: str) -> list[suggested.Line]:
    """Invoices made in QuickBooks that seem to belong here (B-23)."""
    rows = suggestions.waiting_for(actor, deal_id).order_by("-created_at")
    return [suggested.line_of(actor, each) for each in rows[:MOST_SUGGESTED]]


def _drafts(actor: Actor, deal_id: str) -> list[Draft]:
    """Open ones, and those that are being created this moment."""
    if not actor.may(Right.DRAFT):
        return []
    found = reach.visible_drafts(actor).filter(deal__hubspot_id=deal_id, state__in=WAITING)
    rows = found.select_related("deal", "company", "edited_by", "operation")
    return list(rows.order_by("-edited_at"))


def _payments(actor: Actor, invoices: list[Invoice]) -> list[history.Event]:
    """S-07 as our own timeline: payments of the deal's invoices, reversed ones too."""
    rows = PaymentApplication.objects.for_portal(actor.portal).filter(invoice__in=invoices)
    newest = rows.select_related("invoice").order_by("-paid_on", "-seen_at", "-pk")
    return history.of_payments(newest[:MOST_PAYMENTS], named=len(invoices) > 1)


def _properties(deal: DealRef) -> list[tuple[str, str]]:
    """What sync last wrote to the deal, in words (D-25), in the order HubSpot has them."""
    return [
        (each.label, _value(each, str(deal.written[each.name])))
        for each in DEAL_PROPERTIES
        if deal.written.get(each.name) and each.name not in NOT_SHOWN
    ]


def _value(definition: PropertyDefinition, text: str) -> str:
    if definition.type == "enumeration":
        return str(dict(Stage.choices).get(text, text))
    if definition.type == "date" and (day := read_date(text[:10])):
        return date_format(day, "DATE_FORMAT")
    if definition.type == "number" and "." in text and (number := read_number(text)) is not None:
        return amount_text(number)
    return text


def _why_not(actor: Actor, deal: DealRef) -> str:
    """Why no invoice can be made now (E-05); empty when one can."""
    if deal.archived_at is not None:
        return messages.sentence("draft.deal_archived")
    if not actor.may(Right.DRAFT):
        return messages.sentence("access.forbidden", right=WORDS[Right.DRAFT])
    if not actor.companies().exists():
        return messages.sentence("deal.no_company")
    return ""
