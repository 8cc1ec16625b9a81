"""What a chosen quote fills in: currency, lines, discount, people, terms (S-27, D-07, D-08)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from integration import company_settings, sessions
from integration.models import Company, Portal
from invoices import draft_estimates, draft_quotes, quote_ledger
from invoices.deals import COMPANY_PROPERTIES, CONTACT_PROPERTIES, People, company_of, contact_of
from invoices.draft import DraftContent, DraftDiscount
from invoices.draft_quotes import DraftQuote
from invoices.facts import wording
from invoices.quote_amounts import order_discount
from invoices.quote_lines import (
    Billed,
    DiscountStyle,
    PlannedLine,
    QuotePlan,
    Timing,
    plan,
)
from invoices.quote_terms import terms_meant
from invoices.quotes import Obstacle, Quote
from invoices.wizard import defaults
from invoices.wizard.quote_products import Shop, fee_lines, lines_of, price_text


class Unusable(Exception):
    """No invoice can be made from the quote in this company; ``obstacles`` has every reason."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        super().__init__(obstacles[0].code)
        self.obstacles = obstacles


def planned(
    content: DraftContent, quote: Quote, company: Company, today: date
) -> tuple[QuotePlan, dict[str, Billed]]:
    """The quote as of the invoice's day, with what earlier invoices took of it."""
    currency = quote.currency or content.currency
    ledger = quote_ledger.of_quote(company.portal_id, quote.id, currency)
    style = company_settings.of_company(company).discount_style
    found = plan(
        quote,
        currency,
        content.txn_date_value or today,
        style=DiscountStyle(style),
        wording=wording(quote.language),
        billed=ledger,
    )
    return found, ledger


def fill(
    content: DraftContent, quote: Quote, people: People, company: Company, today: date
) -> DraftContent:
    """The draft made from this quote; what the rep added by hand stays. Raises Unusable."""
    shop = Shop.of(company, content)
    preferences = shop.reference.preferences()
    if preferences is None:
        return content
    currency = quote.currency or content.currency
    if currency != preferences.home_currency and not preferences.multicurrency:
        reason = {"currency": currency, "company": company.name}
        raise Unusable((Obstacle("quote.currency_company", reason),))
    base = draft_quotes.let_go(draft_estimates.let_go(content, with_lines=True), with_lines=True)
    found, ledger = planned(base, quote, company, today)
    if found.all_troubles:
        raise Unusable(found.all_troubles)
    due = [line for line in found.lines if line.is_due]
    lines = [*lines_of(due, shop, currency), *fee_lines(found, shop, currency)]
    filled = replace(
        base,
        currency=currency,
        lines=(*lines, *base.lines),
        discount=discount_of(quote, found, {line.line.id for line in due}, ledger, currency),
        priced_in=currency,
        price_rate="",
        po_number=quote.po_number or base.po_number,
        extras={**base.extras, "people": people.to_json()},
    )
    filled = _with_terms(_with_contact(filled, quote, people), quote, shop, today)
    return draft_quotes.kept(_without_foreign_customer(filled, shop), DraftQuote(quote))


def discount_of(
    quote: Quote,
    found: QuotePlan,
    chosen: set[str],
    ledger: Mapping[str, Billed],
    currency: str,
) -> DraftDiscount | None:
    """On these lines; the invoice that bills the last of the quote takes what is left of it."""
    lines = [line for line in found.lines if line.line.id in chosen]
    rest = [line for line in found.lines if line.line.id not in chosen]
    ends = bool(ledger) and all(line.timing is Timing.BILLED for line in rest)
    taken = ledger.get(quote_ledger.DISCOUNT, Billed()).amount
    fees = sum((fee.amount for fee in found.fees if not fee.is_billed), Decimal(0))
    made = order_discount(
        quote,
        sum((line.net for line in lines), Decimal(0)),
        fees,
        currency,
        used=taken if ends else None,
    )
    if made is None:
        return None
    value = f"{made.value.normalize():f}" if made.is_percent else price_text(made.value, currency)
    return DraftDiscount(value, made.is_percent, made.label)


def left_out(content: DraftContent, company: Company, today: date) -> list[PlannedLine]:
    """The quote's lines that are not on the invoice, each with why."""
    found = draft_quotes.of(content)
    if found is None:
        return []
    plan_of_quote, _ledger = planned(content, found.quote, company, today)
    there = {line.quote_line_id for line in content.lines}
    return [line for line in plan_of_quote.lines if line.line.id not in there]


def with_quote_line(
    content: DraftContent, line_id: str, company: Company, today: date
) -> DraftContent:
    """A left-out line put on the invoice after all: what is left of it, else all of it again."""
    found = draft_quotes.of(content)
    wanted = next(
        (one for one in left_out(content, company, today) if one.line.id == line_id), None
    )
    if found is None or wanted is None or wanted.trouble is not None:
        return content
    if wanted.timing is Timing.BILLED:
        alone = replace(found.quote, lines=(wanted.line,))
        wanted = plan(alone, content.currency, today, wording=wording(alone.language)).lines[0]
    lines = lines_of([wanted], Shop.of(company, content), content.currency)
    return refreshed(content, replace(content, lines=(*content.lines, *lines)), company, today)


def refreshed(
    before: DraftContent, after: DraftContent, company: Company, today: date
) -> DraftContent:
    """The quote's discount follows its lines as long as nobody typed another one."""
    found = draft_quotes.of(after)
    old, new = _from_quote(before), _from_quote(after)
    if found is None or old == new:
        return after
    plan_of_quote, ledger = planned(after, found.quote, company, today)

    def made(chosen: set[str]) -> DraftDiscount | None:
        return discount_of(found.quote, plan_of_quote, chosen, ledger, after.currency)

    return replace(after, discount=made(new)) if before.discount == made(old) else after


def _from_quote(content: DraftContent) -> set[str]:
    return {line.quote_line_id for line in content.lines if line.quote_line_id}


# ---------------------------------------------------------------------------------------- people
def people_of(portal: Portal, quote: Quote, people: People) -> People:
    """D-07: the quote's company and contacts first; one call each for those the deal has not."""
    known = {contact.id for contact in people.contacts}
    missing = [id for id in quote.contact_ids if id not in known]
    other = next(iter(quote.company_ids), "")
    company = people.company
    if missing or (other and (company is None or company.id != other)):
        hubspot = sessions.hubspot(portal, urgent=True)
        read = hubspot.read("contacts", missing, CONTACT_PROPERTIES) if missing else {}
        contacts = (*people.contacts, *(contact_of(one) for one in read.values()))
        if other and (company is None or company.id != other):
            found = hubspot.read("companies", [other], COMPANY_PROPERTIES).get(other)
            company = company_of(found) if found else company
    else:
        contacts = people.contacts
    first = [one for id in quote.contact_ids for one in contacts if one.id == id]
    rest = [one for one in contacts if one.id not in quote.contact_ids]
    return People(company, (*first, *rest))


def _with_contact(content: DraftContent, quote: Quote, people: People) -> DraftContent:
    """The quote's only contact; of several the rep keeps the one chosen or is asked."""
    if len(quote.contact_ids) == 1:
        found = next((one for one in people.contacts if one.id == quote.contact_ids[0]), None)
        return defaults.with_contact(content, found) if found else content
    if quote.contact_ids and content.contact_id not in quote.contact_ids:
        return defaults.with_contact(content, None)
    return content


def _with_terms(content: DraftContent, quote: Quote, shop: Shop, today: date) -> DraftContent:
    """What the customer signed goes before the customer's usual terms."""
    term = terms_meant(quote.terms, shop.reference.terms())
    extras = {name: value for name, value in content.extras.items() if name != defaults.AGREED}
    if term is None:
        return replace(content, extras=extras)
    agreed = replace(content, terms_id=term.id, extras={**extras, defaults.AGREED: term.id})
    return defaults.with_due_date(agreed, shop.reference, today)


def _without_foreign_customer(content: DraftContent, shop: Shop) -> DraftContent:
    """A customer billed in another currency than the quote's was the wrong one."""
    customer = shop.reference.customer(content.customer_id) if content.customer_id else None
    if customer is None or customer.currency in ("", content.currency):
        return content
    return replace(content, customer_id="", customer_name="", customer_confirmed=False)
