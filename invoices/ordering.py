"""An invoice as a program orders it: the wizard's draft, filled in at once (B-30).

The same draft, checks and submit as the wizard's; only where the content comes from differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from integration.reference import Reference
from invoices import deals, drafts, services
from invoices.calendar import company_day
from invoices.draft import DraftContent, DraftDiscount, DraftLine, NewCustomer, Problem
from invoices.draft_lines import TEXT
from invoices.drafts import DraftChanged
from invoices.models import Draft, InvoiceOperation
from invoices.models.drafts import DraftState
from invoices.taxes import Totals
from invoices.wizard import defaults


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """Empty texts take the product's own description, list price and tax code."""

    item_id: str = ""
    text: str = ""
    """Words without an amount, instead of a product."""
    quantity: str = "1"
    unit_price: str = ""
    description: str = ""
    tax_code_id: str = ""
    service_date: str = ""
    class_id: str = ""
    discount: DraftDiscount | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Numbers and dates are texts as the wizard's forms send them. Either a customer's id or a new one.

    ``fields`` are members of ``DraftContent`` that replace the defaults: terms, dates, message,
    addresses, purchase order number, tax mode.
    """

    deal_id: str
    company_id: UUID
    lines: Sequence[OrderedLine]
    customer_id: str = ""
    new_customer: NewCustomer | None = None
    contact_id: str = ""
    discount: DraftDiscount | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What would be created, and all that speaks for or against it."""

    content: DraftContent
    problems: Sequence[Problem]
    totals: Totals

    @property
    def is_ready(self) -> bool:
        return not any(found.is_blocker for found in self.problems)


def check(actor: Actor, order: Order, now: datetime) -> Judged:
    """Nothing is stored; HubSpot is asked for the deal and its people."""
    company, opened = _opened(actor, order, now)
    draft = drafts.unsaved(actor, opened, company, now)
    content, _facts, found, totals = services.judged(draft, _filled(draft, order, now), now)
    return Judged(content, found, totals)


def place(actor: Actor, order: Order, now: datetime, id: UUID) -> InvoiceOperation:
    """Create the invoice; with the same ``id`` again the first one's operation.

    Raises NotReady with every problem (nothing is stored then), DraftChanged when a person went on
    with the draft after QuickBooks had refused it, DealUnknown, ReferenceMissing,
    Forbidden, Http404 for a company of another portal, and GatewayError.
    """
    held = Draft.objects.for_portal(actor.portal).filter(pk=id).first()
    if held is not None and held.state != DraftState.OPEN:
        return services.submit(actor, held, held.version, now)
    if held is not None and _went_on(actor, held):
        raise DraftChanged(held)
    company, opened = _opened(actor, order, now)
    actor.require(Right.POST, company)
    draft = held or drafts.unsaved(actor, opened, company, now, id)
    content, _facts, found, _totals = services.judged(draft, _filled(draft, order, now), now)
    if any(problem.is_blocker for problem in found):
        raise services.NotReady(found)
    draft.content, draft.step = content.to_json(), "review"
    drafts.keep_new(actor, draft, now)
    return services.submit(actor, draft, draft.version, now)


def _went_on(actor: Actor, draft: Draft) -> bool:
    """Whether somebody edited what this order left behind: that is never overwritten."""
    return draft.edited_at > draft.created_at or draft.edited_by_id != draft.created_by_id


def _opened(actor: Actor, order: Order, now: datetime) -> tuple[Company, deals.OpenedDeal]:
    company = actor.company(order.company_id, Right.DRAFT)
    return company, deals.open_deal(actor, order.deal_id, now, with_people=True)


def _filled(draft: Draft, order: Order, now: datetime) -> DraftContent:
    """Defaults of company, deal and customer first; then what the order says."""
    company = draft.company
    reference, today = Reference.of(company), company_day(company, now)
    content = defaults.for_company(drafts.content_of(draft), company, draft.deal, now)
    people = deals.People.from_json(dict(content.extras.get("people") or {}))
    if people.wants_labels and not order.contact_id:
        told = deals.with_labels(draft.portal, order.deal_id, people)
        content = defaults.with_only_contact(content, told)
    if order.contact_id:
        named = next((one for one in people.contacts if one.id == order.contact_id), None)
        content = defaults.with_contact(content, named)
    content = _with_customer(content, order, reference, today)
    lines = tuple(
        _line(line, f"a{place}", content, company, reference)
        for place, line in enumerate(order.lines)
    )
    content = replace(content, lines=lines, discount=order.discount)
    content = replace(content, **{name: text for name, text in order.fields.items() if text})
    if order.fields.get("due_date"):
        return replace(content, due_date_typed=True)
    return defaults.with_due_date(content, reference, today)


def _with_customer(
    content: DraftContent, order: Order, reference: Reference, today: date
) -> DraftContent:
    if order.new_customer is not None:
        return replace(content, new_customer=order.new_customer)
    found = reference.customer(order.customer_id) if order.customer_id else None
    if found is None:
        return replace(content, customer_id=order.customer_id)
    return defaults.with_customer(content, found, reference, today)


def _line(
    line: OrderedLine, key: str, content: DraftContent, company: Company, reference: Reference
) -> DraftLine:
    if line.text:
        return DraftLine(key=key, kind=TEXT, description=line.text)
    item = reference.item(line.item_id)
    if item is None:
        made = DraftLine(key=key, item_id=line.item_id, item_name=line.item_id)
    else:
        made = defaults.line_of(item, key, content, company, reference)
    said = {
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "description": line.description,
        "tax_code_id": line.tax_code_id,
        "service_date": line.service_date,
        "class_id": line.class_id,
    }
    made = replace(made, **{name: text for name, text in said.items() if text})
    off = line.discount
    if off is None:
        return made
    return replace(made, discount=off.value, discount_is_percent=off.is_percent)
