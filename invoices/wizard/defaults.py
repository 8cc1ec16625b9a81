"""What the wizard fills in before the rep does: currency, dates, terms, recipient (E-04, D-07)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from integration import company_settings, sessions
from integration.gateways.errors import GatewayError
from integration.models import Company
from integration.records.quickbooks import Customer, Item, Preferences
from integration.reference import Reference
from invoices import draft_quotes
from invoices.calendar import company_day
from invoices.currencies import exponent, round_money
from invoices.deals import Contact, People
from invoices.draft import DraftContent, DraftLine, read_number
from invoices.due_dates import due_date
from invoices.facts import currencies_of
from invoices.models import DealRef
from invoices.taxes import US_MODES, mode_of

AGREED = "agreed_terms"
"""In the draft's extras: the terms a quote agreed on, which no customer's own replace."""


def for_company(
    content: DraftContent, company: Company, deal: DealRef, now: datetime
) -> DraftContent:
    """A company was chosen: what belongs to another company goes, its own defaults come."""
    reference = Reference.of(company)
    preferences = reference.preferences()
    if preferences is None:
        return content
    settings = company_settings.of_company(company)
    today = company_day(company, now)
    begun = replace(
        draft_quotes.let_go(content, with_lines=True),
        currency=first_currency(preferences, deal, company),
        customer_id="",
        customer_name="",
        customer_confirmed=False,
        new_customer=None,
        lines=(),
        tax_mode="",
        terms_id=settings.default_terms_id or preferences.default_terms_id,
        txn_date=content.txn_date or today.isoformat(),
        message=content.message or preferences.default_message,
    )
    people = People.from_json(dict(content.extras.get("people") or {}))
    return with_due_date(with_only_contact(begun, people), reference, today)


def first_currency(preferences: Preferences, deal: DealRef, company: Company) -> str:
    """The deal's where the company can bill in it (D-06), else the company's own."""
    if preferences.multicurrency and deal.currency in currencies_of(company):
        return deal.currency
    return preferences.home_currency


def with_only_contact(content: DraftContent, people: People) -> DraftContent:
    """D-07: the deal's only contact, else the one labelled "Billing contact"; else the rep is asked."""
    if content.contact_id:
        return content
    able = people.contacts
    if len(able) > 1:
        able = tuple(each for each in able if each.is_billing)
    return with_contact(content, able[0]) if len(able) == 1 else content


def with_contact(content: DraftContent, contact: Contact | None) -> DraftContent:
    """The contact's address goes on the invoice, unless the rep typed another one."""
    if contact is None:
        return replace(content, contact_id="", contact_name="")
    return replace(
        content,
        contact_id=contact.id,
        contact_name=contact.name,
        bill_email=contact.email or content.bill_email,
    )


def with_customer(
    content: DraftContent, customer: Customer, reference: Reference, today: date
) -> DraftContent:
    """An existing customer: its currency, its terms, and its address where the deal gave none."""
    same = content.customer_id == customer.id and content.new_customer is None
    chosen = replace(
        content,
        customer_id=customer.id,
        customer_name=customer.display_name,
        new_customer=None,
        customer_confirmed=True,
        currency=customer.currency or content.currency,
        bill_email=content.bill_email or ", ".join(customer.emails),
    )
    if same or not customer.terms_id or AGREED in content.extras:
        return chosen
    return with_due_date(replace(chosen, terms_id=customer.terms_id), reference, today)


def with_due_date(content: DraftContent, reference: Reference, today: date) -> DraftContent:
    """The terms decide, as long as the rep did not choose the date."""
    if content.due_date_typed and content.due_date:
        return content
    term = next((term for term in reference.terms() if term.id == content.terms_id), None)
    found = due_date(term, content.txn_date_value or today)
    return replace(content, due_date=found.isoformat(), due_date_typed=False)


def line_of(
    item: Item, key: str, content: DraftContent, company: Company, reference: Reference
) -> DraftLine:
    """A product as a line: its description, price and tax code."""
    preferences = reference.preferences()
    home = preferences.home_currency if preferences else company.home_currency
    return DraftLine(
        key=key,
        item_id=item.id,
        item_name=item.name,
        description=item.description,
        quantity="1",
        unit_price=first_price(item.unit_price, content, home),
        tax_code_id=_default_code(item, content, company, preferences),
    )


def first_price(list_price: Decimal | None, content: DraftContent, home: str) -> str:
    """The list price; in another currency converted at the draft's rate, or empty without one."""
    if list_price is None:
        return ""
    if content.currency == home:
        places = max(exponent(home), -int(list_price.normalize().as_tuple().exponent))
        return f"{list_price:.{places}f}"
    rate = read_number(content.price_rate)
    if not rate:
        return ""
    return str(round_money(list_price / rate, content.currency))


def rate_for(content: DraftContent, company: Company, home: str, today: date) -> str:
    """D-23: the rate of the books for the invoice date, asked once (one call); "" without one."""
    if content.currency == home:
        return ""
    if content.priced_in == content.currency and content.lines:
        return content.price_rate
    day = content.txn_date_value or today
    try:
        rate = sessions.quickbooks(company, urgent=True).exchange_rate(content.currency, day)
    except GatewayError:
        return ""
    return f"{rate.normalize():f}"


def _default_code(
    item: Item, content: DraftContent, company: Company, preferences: Preferences | None
) -> str:
    """US lines stay open: item and customer decide (D-09). Elsewhere the item's, then the company's."""
    if preferences is None or mode_of(company.is_us, preferences, content.tax_mode) in US_MODES:
        return ""
    default = company_settings.of_company(company).default_tax_code_id
    return item.sales_tax_code_id or default
