"""What the pickers offer: customers (D-05, D-06), products (S-33), tax codes (S-37)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from django.utils.translation import gettext

from integration import company_settings, link_history, messages
from integration.models.company_settings import CustomerModel
from integration.records.quickbooks import Customer, Item, TaxCode
from integration.reference import Reference
from invoices import deals, matching
from invoices.currencies import exponent
from invoices.draft_checks import UNSELLABLE
from invoices.matching import Suggestion, plain_name
from invoices.taxes import NOT_TAXABLE, TAXABLE, US_MODES, TaxMode
from invoices.wizard.sitting import Sitting

MOST_FOUND = 12
MOST_SUGGESTED = 3
LEAST_LETTERS = 2
WORD_JOINER = "\u2060"
"""No line break after the dots."""


@dataclass(frozen=True)
class Option:
    """For ``combobox`` and radio cards."""

    value: str
    label: str
    detail: str = ""
    note: str = ""


def customers(sitting: Sitting, text: str) -> list[Option]:
    """Active customers by name, e-mail or town; those in another currency say so."""
    if len(text.strip()) < LEAST_LETTERS:
        return []
    found = sitting.reference.search_customers(text.strip(), MOST_FOUND * 2)
    able = [each for each in found if each.active and not each.is_project]
    able.sort(key=lambda each: each.currency not in ("", sitting.currency))
    return [customer_option(each, sitting.currency) for each in able[:MOST_FOUND]]


def customer_option(customer: Customer, currency: str, why: str = "") -> Option:
    """Name, town and a masked address: enough to tell two customers apart (D-05)."""
    place = customer.bill_address.city
    mail = masked(customer.emails[0]) if customer.emails else ""
    foreign = customer.currency if customer.currency not in ("", currency) else ""
    parts = [part for part in (why, place, mail) if part]
    return Option(customer.id, customer.display_name, " · ".join(parts), foreign)


def masked(email: str) -> str:
    """``b…s@amys.example``: recognised by who knows it, useless to who does not."""
    name, _at, domain = email.partition("@")
    ends = f"{name[:1]}…{WORD_JOINER}{name[-1:]}" if len(name) > 2 else f"{name[:1]}…"
    return f"{ends}@{domain}"


def suggestions(sitting: Sitting) -> list[Suggestion]:
    """S-29: the customers that the deal's company or contacts probably are, best first."""
    company = sitting.company
    if company is None:
        return []
    settings = company_settings.of_company(company)
    company_side, contact_sides = deals.sides(company, sitting.people)
    as_contact = settings.customer_model == CustomerModel.CONTACT
    of_deal = deals.customers_of(company, sitting.deal)
    pairs = [("companies", company_side.id), *(("contacts", each.id) for each in contact_sides)]
    refused = link_history.refused_customers(company.portal, company, "Customer", pairs)
    pool = _pool(sitting.reference, company_side, contact_sides, as_contact, of_deal)
    linked = {
        *of_deal,
        *chain(*(each.linked_customer_ids for each in (company_side, *contact_sides))),
    }
    pool = [each for each in pool if each.id in linked or each.id not in refused]
    found = matching.suggest(
        company_side,
        contact_sides,
        pool,
        sitting.currency,
        contact_is_customer=as_contact,
        deal_customer_ids=of_deal,
    )
    return found[:MOST_SUGGESTED]


def is_sub_customer_model(sitting: Sitting) -> bool:
    """D-06: each deal is a sub-customer of its company's customer."""
    company = sitting.company
    if company is None:
        return False
    return bool(company_settings.of_company(company).customer_model == CustomerModel.SUB_CUSTOMER)


def preselected(sitting: Sitting) -> Suggestion | None:
    """A hit by link; where each deal is a sub-customer only one that was made for this deal."""
    certain = [found for found in suggestions(sitting) if found.is_certain]
    if is_sub_customer_model(sitting):
        certain = [found for found in certain if found.reason is matching.Reason.DEAL_LINK]
    return certain[0] if certain else None


def parent_of_deal(sitting: Sitting) -> Customer | None:
    """Whom a new sub-customer of the deal would stand under: the best match that is no sub itself."""
    if not is_sub_customer_model(sitting):
        return None
    found = (each.customer for each in suggestions(sitting) if not each.customer.parent_id)
    return next(found, None)


def _pool(
    reference: Reference,
    company: matching.CompanySide,
    contacts: Iterable[matching.ContactSide],
    as_contact: bool,
    linked: tuple[str, ...],
) -> list[Customer]:
    """Customers that could match: the linked ones, those sharing a word or an address."""
    people = list(contacts)
    found: dict[str, Customer] = {}
    sides = (side.linked_customer_ids for side in (company, *people))
    for customer_id in chain(linked, *sides):
        customer = reference.customer(customer_id)
        if customer is not None:
            found[customer.id] = customer
    names = [person.name for person in people] if as_contact else [company.name]
    words = {" ".join(set(plain_name(name).split()) - {"and"}) for name in names}
    emails = {mail for person in people for mail in person.emails}
    for text in sorted((words | emails) - {""}):
        for customer in reference.search_customers(text, 50):
            found.setdefault(customer.id, customer)
    return list(found.values())


def suggestion_option(found: Suggestion, currency: str) -> Option:
    why = messages.sentence(f"matching.{found.reason.value}", detail=found.detail)
    return customer_option(found.customer, currency, why.rstrip(".。"))


def products(sitting: Sitting, text: str) -> list[Option]:
    """S-33, S-34: active products and services; nothing typed shows the first ones."""
    found = sitting.reference.search_items(text.strip(), MOST_FOUND * 2)
    able = [item for item in found if item.active and item.kind not in UNSELLABLE]
    home = sitting.facts.preferences.home_currency
    return [_product(item, home) for item in able[:MOST_FOUND]]


def _product(item: Item, currency: str) -> Option:
    detail = " · ".join(part for part in (item.sku, item.description.split("\n")[0][:80]) if part)
    price = "" if item.unit_price is None else list_price(item.unit_price, currency)
    return Option(item.id, item.full_name or item.name, detail, price)


def list_price(price: Decimal, currency: str) -> str:
    places = max(exponent(currency), -int(price.normalize().as_tuple().exponent))
    return f"{price:,.{places}f} {currency}"


def tax_codes(sitting: Sitting) -> list[Option]:
    """S-37: what a line can carry; in the US only taxable or not."""
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    if mode in (TaxMode.US_OFF, TaxMode.NOT_APPLICABLE):
        return []
    if mode in US_MODES:
        return [Option(TAXABLE, gettext("Taxable")), Option(NOT_TAXABLE, gettext("Not taxable"))]
    codes = sitting.facts.tax_codes.values()
    usable = [
        code for code in codes if code.usable_for_sales and code.id not in (TAXABLE, NOT_TAXABLE)
    ]
    return [Option(code.id, code.name, _rates(code)) for code in sorted(usable, key=_by_name)]


def _by_name(code: TaxCode) -> str:
    return code.name.casefold()


def _rates(code: TaxCode) -> str:
    percents = [f"{percent.normalize():f} %" for _rate_id, percent in code.sales_rates]
    return " + ".join(percents)
