"""The single checks behind ``invoices.draft.problems``; each yields what is wrong. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from integration.records.quickbooks import Item
from invoices import customer_checks
from invoices.currencies import decimals, exponent
from invoices.draft_content import DraftContent
from invoices.draft_customer import NewCustomer
from invoices.draft_facts import DraftFacts, Problem, blocker, warning
from invoices.draft_lines import DraftLine
from invoices.quote_checks import missing_product
from invoices.taxes import NOT_TAXABLE, TAXABLE, US_MODES, TaxMode
from invoices.typed_values import read_number

Found = Iterator[Problem]

MESSAGE_LIMIT, DESCRIPTION_LIMIT = 1000, 4000
DISPLAY_NAME_LIMIT, NAME_LIMIT = 500, 100
PLACE_LIMIT, STREET_LIMIT = 255, 500
CUSTOMER_LIMITS = {
    **dict.fromkeys(("company_name", "given_name", "family_name"), NAME_LIMIT),
    **dict.fromkeys(("line1", "line2"), STREET_LIMIT),
    **dict.fromkeys(("city", "region", "country"), PLACE_LIMIT),
    **dict.fromkeys(("phone", "postcode"), 30),
}
"""How many characters QuickBooks takes in the fields of a new customer (fault 83)."""
EMAIL_LIMIT = 100
PO_NUMBER_LIMIT = 31
LINE_LIMIT = 750
"""QuickBooks takes 750 lines on a taxed invoice."""
QUANTITY_DECIMALS = 5
LARGEST_AMOUNT = Decimal(10) ** 11
UNSELLABLE = frozenset({"Category", "Group"})
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")


# ----------------------------------------------------------------------------- company and deal
def company(content: DraftContent, facts: DraftFacts) -> Found:
    if not facts.company_connected:
        yield blocker("draft.company_disconnected", "company", company=facts.company_name)
    if facts.preferences.custom_numbers and not facts.series_ready:
        yield blocker("draft.custom_numbers", "numbering", company=facts.company_name)
    if facts.deal_archived:
        yield blocker("draft.deal_archived", "deal")


def currency(content: DraftContent, facts: DraftFacts) -> Found:
    home = facts.preferences.home_currency
    if content.currency != home and not facts.preferences.multicurrency:
        yield blocker("draft.multicurrency_off", "currency", currency=content.currency, home=home)
    if facts.deal_currency and facts.deal_currency != content.currency:
        yield warning(
            "draft.deal_currency_differs",
            "currency",
            deal_currency=facts.deal_currency,
            currency=content.currency,
        )


# ------------------------------------------------------------------------------------- customer
def prices(content: DraftContent, facts: DraftFacts) -> Found:
    """D-23: item prices are home currency; converted ones are confirmed on Review."""
    home, priced_in = facts.preferences.home_currency, content.priced_in
    if not content.lines or not priced_in:
        return
    if priced_in != content.currency:
        yield warning(
            "draft.priced_in_other", "lines", priced_in=priced_in, currency=content.currency
        )
    elif content.price_rate and priced_in != home:
        yield warning(
            "draft.prices_converted", "lines", home=home, currency=priced_in,
            rate=content.price_rate,
        )  # fmt: skip


def customer(content: DraftContent, facts: DraftFacts) -> Found:
    if content.new_customer is not None:
        yield from _new_customer(content.new_customer, facts)
        yield from customer_checks.new_customer(content.new_customer, content, facts)
    elif not content.customer_id:
        yield blocker("draft.customer_missing", "customer")
    elif facts.customer is None:
        yield blocker("draft.customer_unknown", "customer", name=content.customer_name)
    elif not facts.customer.active:
        yield blocker("draft.customer_inactive", "customer", name=facts.customer.display_name)
    elif facts.customer.currency and facts.customer.currency != content.currency:
        yield blocker(
            "draft.currency_mismatch",
            "customer",
            name=facts.customer.display_name,
            customer_currency=facts.customer.currency,
            currency=content.currency,
        )


def _new_customer(new: NewCustomer, facts: DraftFacts) -> Found:
    field = "new_customer.display_name"
    if not new.display_name.strip():
        yield blocker("draft.new_customer_name_missing", field)
    elif re.search(r"[:\t\r\n]", new.display_name):
        yield blocker("draft.new_customer_name_characters", field)
    if len(new.display_name) > DISPLAY_NAME_LIMIT:
        yield _too_long(field, new.display_name, DISPLAY_NAME_LIMIT)
    if facts.name_taken_by is not None:
        yield blocker("draft.name_taken", field, name=facts.name_taken_by.display_name)
    for name, limit in CUSTOMER_LIMITS.items():
        if len(getattr(new, name)) > limit:
            yield _too_long(f"new_customer.{name}", getattr(new, name), limit)
    if new.email:
        yield from _emails(new.email, "new_customer.email")


def _too_long(field: str, text: str, limit: int) -> Problem:
    return blocker("draft.too_long", field, length=len(text), limit=limit)


def _emails(text: str, field: str) -> Found:
    """QuickBooks takes several addresses split by commas, 100 characters in all."""
    for address in (part.strip() for part in text.split(",")):
        if not EMAIL.fullmatch(address):
            yield blocker("draft.email_invalid", field, email=address)
    if len(text) > EMAIL_LIMIT:
        yield _too_long(field, text, EMAIL_LIMIT)


# ---------------------------------------------------------------------------------------- lines
def lines(content: DraftContent, facts: DraftFacts) -> Found:
    if all(line.is_text for line in content.lines):
        yield blocker("draft.no_lines", "lines")
    if len(content.lines) > LINE_LIMIT:
        yield blocker("draft.too_many_lines", "lines", count=len(content.lines), limit=LINE_LIMIT)
    mode = facts.tax_mode(content.tax_mode)
    for number, line in enumerate(content.lines, start=1):
        field, item = f"lines.{line.key}", facts.items.get(line.item_id)
        if len(line.description) > DESCRIPTION_LIMIT:
            yield _too_long(f"{field}.description", line.description, DESCRIPTION_LIMIT)
        if line.is_text:
            continue
        yield from _item(line, item, facts, field, number)
        yield from _quantity(line, field, number)
        yield from _price(line, item, content.currency, field, number)
        yield from _tax_code(line, mode, facts, field, number)
        amount = line.amount(content.currency)
        if amount is not None and abs(amount) >= LARGEST_AMOUNT:
            yield blocker("draft.amount_too_large", f"{field}.unit_price", number=number)


def _item(line: DraftLine, item: Item | None, facts: DraftFacts, field: str, number: int) -> Found:
    at = f"{field}.item"
    if line.wanted and not line.item_id:
        yield from missing_product(line, facts, at, number)
    elif not line.item_id:
        yield blocker("draft.item_missing", at, number=number)
    elif item is None:
        yield blocker("draft.item_unknown", at, number=number, name=line.item_name)
    elif not item.active:
        yield blocker("draft.item_inactive", at, number=number, name=item.name)
    elif item.kind in UNSELLABLE:
        yield blocker("draft.item_kind", at, number=number, name=item.name)


def _quantity(line: DraftLine, field: str, number: int) -> Found:
    at, value = f"{field}.quantity", line.quantity_value
    if not line.quantity.strip():
        yield blocker("draft.quantity_missing", at, number=number)
    elif value is None:
        yield blocker("draft.not_a_number", at, number=number, typed=line.quantity)
    elif value <= 0:
        yield blocker("draft.quantity_not_positive", at, number=number, typed=line.quantity)
    elif decimals(value) > QUANTITY_DECIMALS:
        yield blocker(
            "draft.quantity_decimals", at, number=number, typed=line.quantity,
            allowed=QUANTITY_DECIMALS,
        )  # fmt: skip


def _price(line: DraftLine, item: Item | None, currency: str, field: str, number: int) -> Found:
    """More decimals than the currency has are refused unless QuickBooks' or the quote's price has them."""
    at, value = f"{field}.unit_price", line.price_value
    if not line.unit_price.strip():
        yield blocker("draft.price_missing", at, number=number)
    elif value is None:
        yield blocker("draft.not_a_number", at, number=number, typed=line.unit_price)
    elif value < 0 and not line.is_deduction:
        yield blocker("draft.price_negative", at, number=number, typed=line.unit_price)
    elif decimals(value) > exponent(currency) and not _is_known(value, line, item):
        yield blocker(
            "draft.price_decimals", at, number=number, typed=line.unit_price,
            currency=currency, allowed=exponent(currency),
        )  # fmt: skip


def _is_known(price: Decimal, line: DraftLine, item: Item | None) -> bool:
    return price == read_number(line.quoted_price) or (
        item is not None and price == item.unit_price
    )


def _tax_code(line: DraftLine, mode: TaxMode, facts: DraftFacts, field: str, number: int) -> Found:
    """S-36 outside the US; inside, lines are TAX or NON and default when empty (D-09)."""
    at = f"{field}.tax_code"
    if mode in US_MODES:
        if line.tax_code_id not in ("", TAXABLE, NOT_TAXABLE):
            yield blocker("draft.us_tax_code", at, number=number)
        return
    if mode is TaxMode.NOT_APPLICABLE:
        return
    code = facts.tax_codes.get(line.tax_code_id)
    if not line.tax_code_id:
        if not line.tax_rate_id:  # else the tax map's own sentence says it
            yield blocker("draft.tax_code_missing", at, number=number)
    elif code is None or not code.usable_for_sales:
        name = code.name if code else ""
        yield blocker("draft.tax_code_inactive", at, number=number, name=name)


# ------------------------------------------------------------------------------ details and sums
def dates(content: DraftContent, facts: DraftFacts) -> Found:
    txn_date, due_date = content.txn_date_value, content.due_date_value
    for name, value in (("txn_date", txn_date), ("due_date", due_date)):
        if value is None:
            code = "draft.date_unreadable" if getattr(content, name) else "draft.date_missing"
            yield blocker(code, name, typed=getattr(content, name))
    if txn_date is not None:
        yield from _open_period(txn_date, facts)
        if due_date is not None and due_date < txn_date:
            yield blocker("draft.due_before_date", "due_date", due=due_date, date=txn_date)


def _open_period(txn_date: date, facts: DraftFacts) -> Found:
    """D-13: after the books were closed and after the period whose tax was filed."""
    closed = facts.preferences.book_close_date
    if closed is not None and txn_date <= closed:
        yield blocker("draft.books_closed", "txn_date", date=txn_date, closed=closed)
    filed = facts.tax_filed_up_to
    if filed is not None and txn_date <= filed:
        yield blocker("draft.tax_filed", "txn_date", date=txn_date, filed=filed)


def details(content: DraftContent, facts: DraftFacts) -> Found:
    if len(content.message) > MESSAGE_LIMIT:
        yield _too_long("message", content.message, MESSAGE_LIMIT)
    if len(content.po_number) > PO_NUMBER_LIMIT:
        yield _too_long("po_number", content.po_number, PO_NUMBER_LIMIT)
    term = facts.terms.get(content.terms_id)
    if content.terms_id and (term is None or not term.active):
        yield blocker("draft.terms_inactive", "terms", name=term.name if term else "")
    if content.bill_email:
        yield from _emails(content.bill_email, "bill_email")
    else:
        yield warning("draft.email_missing", "bill_email")
    if content.bill_email_cc:
        yield from _emails(content.bill_email_cc, "bill_email_cc")


def us_address(content: DraftContent, facts: DraftFacts) -> Found:
    """D-09: sales tax is worked out from state and ZIP code of the ship-to address."""
    mode = facts.tax_mode(content.tax_mode)
    taxed = any(line.tax_code_id == TAXABLE for line in content.lines)
    if mode not in (TaxMode.US_MANUAL, TaxMode.US_AUTOMATED) or not taxed:
        return
    if content.new_customer is not None:
        address, field = content.new_customer.address, "new_customer.region"
    elif facts.customer is not None:
        shipped, billed = facts.customer.ship_address, facts.customer.bill_address
        address, field = (shipped if shipped.region or shipped.postcode else billed), "customer"
    else:
        return
    if not address.region or not address.postcode:
        yield warning("draft.us_address_missing", field, name=content.recipient)


def amounts(content: DraftContent, facts: DraftFacts) -> Found:
    """Nothing below zero; a zero invoice and one beyond the deal's amount (E-02) are only warned
    about."""
    found = [line.amount(content.currency) for line in content.lines]
    if not found or any(amount is None for amount in found):
        return
    if any(line.quantity_value is not None and line.quantity_value <= 0 for line in content.lines):
        return  # the quantity has its own sentence
    net = content.subtotal - content.discount_amount
    if content.subtotal < 0 and any(line.is_deduction for line in content.lines):
        yield blocker(
            "draft.total_negative", "lines", total=content.subtotal, currency=content.currency
        )
    elif net == 0:
        yield warning("draft.total_zero", "lines")
    same = facts.deal_currency in ("", content.currency)
    if facts.deal_amount and same and facts.invoiced_so_far + net > facts.deal_amount:
        left = max(facts.deal_amount - facts.invoiced_so_far, Decimal(0))
        yield warning(
            "draft.over_deal_amount", "lines", currency=content.currency, net=net,
            deal=facts.deal_amount, so_far=facts.invoiced_so_far, left=left,
        )  # fmt: skip
