"""The draft of a won deal: from its latest published quote, else from its own line items (E-01).

It is the wizard's draft, filled in as far as it goes without a person. Nothing is posted: whoever
it belongs to looks at Review and creates the invoice, or discards it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from integration import sessions
from integration.access import actors
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.errors import NotFound
from integration.models import Company, Membership, Person
from invoices import deals, draft_quotes, drafts, quote_records, quote_source
from invoices.calendar import company_day, portal_day
from invoices.deals import OpenedDeal
from invoices.draft import DraftContent
from invoices.models import DealAutomation, Draft
from invoices.quote_lines import plan
from invoices.quotes import Quote
from invoices.wizard import choices, defaults, quote_filling
from invoices.wizard.quote_filling import Unusable
from invoices.wizard.quote_products import Shop, lines_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.source_page import DECIDED
from invoices.won_rules import usable


def drafter(automation: DealAutomation, owner_id: str) -> Actor | None:
    """The deal's owner where they may draft, else whoever turned the automation on."""
    for person in (owner_of(automation, owner_id), automation.made_by):
        if person is None:
            continue
        actor = actors.of_person(person, automation.portal, origin="worker")
        if actor is not None and actor.may(Right.DRAFT, automation.company):
            return actor
    return None


def owner_of(automation: DealAutomation, owner_id: str) -> Person | None:
    """The member whose HubSpot user owns the deal."""
    if not owner_id:
        return None
    rows = Membership.objects.for_portal(automation.portal_id).filter(hubspot_owner_id=owner_id)
    found = rows.select_related("person").order_by("pk").first()
    return found.person if found else None


def filled(actor: Actor, opened: OpenedDeal, company: Company, now: datetime) -> Draft:
    """Not stored yet. HubSpot is asked for quotes and lines; raises ReferenceMissing while the
    company's data is still being read, and GatewayError."""
    draft = drafts.unsaved(actor, opened, company, now)
    content = defaults.for_company(drafts.content_of(draft), company, opened.row, now)
    taken = _from_quote(content, opened, company, now)
    content = taken or _from_deal(content, opened, company, now)
    draft.content = content.to_json()
    content = _with_customer(Sitting.of(actor, draft, now))
    is_ready = bool(content.customer_id and content.lines)
    extras = {**content.extras, "furthest": "review", **({} if taken else {DECIDED: True})}
    draft.content = replace(content, extras=extras).to_json()
    draft.quote_id = draft_quotes.quote_id(content)
    draft.step = "review" if is_ready else "customer"
    return draft


def _from_quote(
    content: DraftContent, opened: OpenedDeal, company: Company, now: datetime
) -> DraftContent | None:
    """The first that can be taken over whole; None when there is none."""
    portal = company.portal
    listed = quote_source.listed(portal, opened.deal.quote_ids)
    currencies = quote_source.billable_currencies([company])
    for known in usable(listed, portal_day(portal, now), currencies):
        try:
            quote = quote_source.read(portal, known.id, known)
            people = quote_filling.people_of(portal, quote, opened.people)
            today = company_day(company, now)
            return quote_filling.fill(content, quote, people, company, today)
        except (Unusable, NotFound):
            continue
    return None


def _from_deal(
    content: DraftContent, opened: OpenedDeal, company: Company, now: datetime
) -> DraftContent:
    """Line items that cannot be billed as they stand are left to the person."""
    if not opened.deal.line_item_ids:
        return content
    hubspot = sessions.hubspot(company.portal)
    ids: Sequence[str] = opened.deal.line_item_ids
    found = hubspot.read("line_items", ids, quote_records.LINE_PROPERTIES)
    read = quote_records.lines(found.values(), {})
    whole = Quote(id="", currency=content.currency, lines=read)
    today = content.txn_date_value or company_day(company, now)
    planned = plan(whole, content.currency, today).lines
    due = [line for line in planned if line.is_due]
    made = lines_of(due, Shop.of(company, content), content.currency)
    return replace(content, lines=tuple(replace(line, quote_line_id="") for line in made))


def _with_customer(sitting: Sitting) -> DraftContent:
    """D-06: a customer linked to the deal's company or contact; else the person is asked."""
    if sitting.content.customer_id or sitting.content.new_customer is not None:
        return sitting.content
    certain = choices.preselected(sitting)
    if certain is None or sitting.company is None:
        return sitting.content
    today = company_day(sitting.company, sitting.now)
    return defaults.with_customer(sitting.content, certain.customer, sitting.reference, today)


def open_deal(actor: Actor, deal_id: str, now: datetime) -> OpenedDeal:
    """With its people. Raises DealUnknown when the actor may not see it."""
    return deals.open_deal(actor, deal_id, now, with_people=True)
