"""Drafts that nobody has created in QuickBooks yet, with the way back into each."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import listing
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_url
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from integration.messages import Message
from invoices import editing, reach
from invoices.drafts import content_of
from invoices.models import Draft
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.refusals import REJECTED, refusal_of
from invoices.views.invoices import tabs

SHOWN = Q(state=DraftState.OPEN) | Q(
    state=DraftState.SUBMITTED, operation__point=RecoveryPoint.WAITING
)
COLUMNS = [
    Column("deal", _("Deal"), "deal__name"),
    Column("customer", _("Customer")),
    Column("company", _("Company"), "company__name"),
    Column("edited", _("Last edited"), "edited_at"),
    Column("who", _("By")),
    Column("total", _("Before tax"), css="number"),
    Column("actions", ""),
]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """``refused``: why it came back, by an approver if ``is_rejected``. ``is_going_on``: it is
    being created now, or waits for approval (``is_waiting``)."""

    draft: Draft
    customer: str
    lines: int
    net: Decimal | None
    currency: str
    url: str
    discard_url: str
    is_expired: bool
    is_going_on: bool
    refused: Message | None
    is_rejected: bool = False
    is_waiting: bool = False


def draft_line(actor: Actor, draft: Draft, now: datetime) -> DraftLine:
    """``draft`` with its deal and operation."""
    content, deal_id = content_of(draft), draft.deal.hubspot_id
    operation = editing.last_change(draft) if draft.edits_id else getattr(draft, "operation", None)
    is_going_on = draft.state == DraftState.SUBMITTED
    is_waiting = is_going_on and operation is not None and operation.point == RecoveryPoint.WAITING
    route = "wizard-result" if is_going_on else "wizard-draft"
    amounts = [line.amount(content.currency) for line in content.lines]
    known = [amount for amount in amounts if amount is not None]
    return DraftLine(
        draft=draft,
        customer=content.recipient,
        lines=len(content.lines),
        net=sum(known, Decimal(0)) if known else None,
        currency=content.currency,
        url=record_url(actor, route, deal_id, draft_id=draft.pk),
        discard_url=record_url(actor, "wizard-discard", deal_id, draft_id=draft.pk),
        is_expired=not is_going_on and draft.expires_at <= now,
        is_going_on=is_going_on,
        refused=refusal_of(draft, operation),
        is_rejected=operation is not None and operation.problem == REJECTED,
        is_waiting=is_waiting,
    )


@portal_page(Right.VIEW)
@require_GET
def draft_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Drafts of the deals in reach that are open, or wait for approval."""
    rows = reach.visible_drafts(actor).filter(SHOWN)
    page = listing.build(
        request.GET,
        rows.select_related("deal", "company", "edited_by", "operation"),
        columns=COLUMNS,
        filters=_filters(actor),
        search=["deal__name", "deal__company_name"],
        search_label=_("Deal"),
        order="-edited_at",
        caption=_("Drafts"),
    )
    instant = now()
    context = {
        "actor": actor,
        "tabs": tabs(actor, "drafts"),
        "listing": page,
        "lines": [draft_line(actor, draft, instant) for draft in page.rows],
        "may_draft": actor.may(Right.DRAFT),
    }
    return render(request, "invoices/drafts.html", context)


def _filters(actor: Actor) -> list[Filter]:
    mine = Q(created_by=actor.person)
    found = [Filter("whose", _("Started by"), [("me", _("Me"))], condition=lambda chosen: mine)]
    companies = [(str(each.pk), each.name) for each in actor.companies().order_by("name")]
    if len(companies) > 1:
        found.append(Filter("company", _("Company"), companies))
    return found
