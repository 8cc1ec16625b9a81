"""Short builders of QuickBooks records for the tests of the pure invoice modules."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from integration.records.quickbooks import Address, Customer, Item, Preferences, TaxCode, Term
from invoices.draft import DraftContent, DraftFacts, DraftLine

TODAY = date(2026, 11, 23)

ADDRESS = Address(("4581 Finch St.",), "Bayshore", "CA", "94326", "US")

AMY = Customer(
    id="1",
    sync_token="0",
    display_name="Amy's Bird Sanctuary",
    company_name="Amy's Bird Sanctuary",
    given_name="Amy",
    family_name="Lauterbach",
    emails=("birds@amys.example",),
    phone="",
    active=True,
    currency="USD",
    taxable=True,
    terms_id="3",
    default_tax_code_id="",
    parent_id="",
    is_project=False,
    balance=Decimal(0),
    bill_address=ADDRESS,
    ship_address=ADDRESS,
    updated_at=None,
)

DESIGN = Item(
    id="4",
    sync_token="0",
    name="Design",
    full_name="Design",
    sku="DES-1",
    description="Custom design",
    kind="Service",
    active=True,
    taxable=False,
    unit_price=Decimal("75"),
    sales_tax_code_id="",
    updated_at=None,
)

PREFERENCES = Preferences(
    custom_numbers=False,
    home_currency="USD",
    multicurrency=False,
    sales_tax=True,
    partner_tax_enabled=None,
    tax_group_code_id="2",
    default_terms_id="3",
    default_message="",
    allow_discount=True,
    auto_apply_credit=False,
    class_tracking=False,
    location_tracking=False,
    book_close_date=None,
)

NET_30 = Term("3", "Net 30", True, 30, None, None)


def code(id: str, name: str, *rates: tuple[str, str], **more: Any) -> TaxCode:
    """Rates as (TaxRate id, percent)."""
    plain = {"active": True, "hidden": False, "taxable": True, "group": bool(rates)}
    sales = tuple((rate_id, Decimal(percent)) for rate_id, percent in rates)
    return TaxCode(id=id, name=name, sales_rates=sales, **{**plain, **more})


CODES = {
    entry.id: entry
    for entry in (
        code("TAX", "Taxable"),
        code("NON", "Not taxable", taxable=False),
        code("2", "California", ("3", "8")),
        code("6", "20.0% S", ("11", "20")),
        code("7", "5.0% R", ("12", "5")),
        code("8", "0.0% Z", ("13", "0")),
        code("9", "GST/PST", ("21", "5"), ("22", "7")),
    )
}

CONTENT = DraftContent(
    currency="USD",
    customer_id="1",
    customer_name="Amy's Bird Sanctuary",
    lines=(DraftLine("a", "4", "Design", "Custom design", "2", "75.00", "NON"),),
    terms_id="3",
    txn_date="2026-11-23",
    due_date="2026-12-23",
    bill_email="birds@amys.example",
)

FACTS = DraftFacts(
    is_us=True,
    preferences=PREFERENCES,
    today=TODAY,
    company_name="Craig's Landscaping",
    customer=AMY,
    items={"4": DESIGN},
    terms={"3": NET_30},
    tax_codes=CODES,
)


def with_line(**changes: str) -> DraftContent:
    """The usual draft with its one line changed."""
    return replace(CONTENT, lines=(replace(CONTENT.lines[0], **changes),))  # type: ignore[arg-type]


def preferences(**changes: Any) -> Preferences:
    return replace(PREFERENCES, **changes)
