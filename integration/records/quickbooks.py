"""What QuickBooks Online says, as values. Amounts are Decimal in the record's own currency."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Raw = dict[str, Any]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Address:
    """Lines are in the vendor's order; ``region`` is a state or county, ``country`` as given."""

    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """``country`` is ISO 3166 alpha-2; ``time_zone`` an IANA name (from CompanyInfo)."""

    realm_id: str
    name: str
    legal_name: str
    country: str
    time_zone: str
    offering_sku: str
    subscription_status: str
    email: str
    raw: Raw = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_advanced(self) -> bool:
        return "advanced" in self.offering_sku.lower()

    @property
    def is_us(self) -> bool:
        return self.country == "US"


@dataclass(frozen=True, slots=True)
class Preferences:
    """``partner_tax_enabled``: None means no automated sales tax, True set up, False not set up."""

    custom_numbers: bool
    home_currency: str
    multicurrency: bool
    sales_tax: bool
    partner_tax_enabled: bool | None
    tax_group_code_id: str
    default_terms_id: str
    default_message: str
    allow_discount: bool
    auto_apply_credit: bool
    class_tracking: bool
    location_tracking: bool
    book_close_date: date | None
    custom_fields: tuple[tuple[str, str], ...] = ()
    """(DefinitionId, name) of the enabled sales custom fields."""
    class_per_line: bool = False
    class_per_transaction: bool = False
    service_dates: bool = False
    raw: Raw = field(default_factory=dict, repr=False, compare=False)

    @property
    def automated_sales_tax(self) -> bool:
        return self.partner_tax_enabled is not None


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    sync_token: str
    display_name: str
    company_name: str
    given_name: str
    family_name: str
    emails: tuple[str, ...]
    phone: str
    active: bool
    currency: str
    taxable: bool
    terms_id: str
    default_tax_code_id: str
    parent_id: str
    is_project: bool
    balance: Decimal
    bill_address: Address
    ship_address: Address
    updated_at: datetime | None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """``kind`` is QuickBooks' Type: Service, NonInventory, Inventory, Group, Category."""

    id: str
    sync_token: str
    name: str
    full_name: str
    sku: str
    description: str
    kind: str
    active: bool
    taxable: bool
    unit_price: Decimal | None
    sales_tax_code_id: str
    updated_at: datetime | None
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """Either ``due_days`` (standard) or ``day_of_month`` with ``next_month_days`` (date driven)."""

    id: str
    name: str
    active: bool
    due_days: int | None
    day_of_month: int | None
    next_month_days: int | None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A Class or a Department (which QuickBooks' pages call a location)."""

    id: str
    name: str
    full_name: str
    active: bool


@dataclass(frozen=True, slots=True)
class TaxCode:
    """``sales_rates`` are (TaxRate id, percent) in the code's order; percents are Decimals."""

    id: str
    name: str
    active: bool
    hidden: bool
    taxable: bool
    group: bool
    sales_rates: tuple[tuple[str, Decimal], ...]

    @property
    def usable_for_sales(self) -> bool:
        return self.active and not self.hidden and (bool(self.sales_rates) or not self.group)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One priced or text line. ``net`` is before tax; ``detail`` the vendor's DetailType."""

    id: str
    detail: str
    description: str
    net: Decimal
    item_id: str = ""
    item_name: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax_code_id: str = ""
    service_date: date | None = None
    class_name: str = ""


@dataclass(frozen=True, slots=True)
class LinkedTransaction:
    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """``deleted`` records carry id and update time only; dates are company-local."""

    id: str
    sync_token: str
    updated_at: datetime
    deleted: bool = False
    created_at: datetime | None = None
    doc_number: str = ""
    txn_date: date | None = None
    due_date: date | None = None
    customer_id: str = ""
    customer_name: str = ""
    currency: str = ""
    exchange_rate: Decimal | None = None
    total: Decimal = ZERO
    balance: Decimal = ZERO
    total_tax: Decimal = ZERO
    deposit: Decimal = ZERO
    home_total: Decimal | None = None
    email_status: str = ""
    print_status: str = ""
    delivered_at: datetime | None = None
    delivery_error: str = ""
    einvoice_status: str = ""
    bill_email: str = ""
    private_note: str = ""
    customer_memo: str = ""
    terms_id: str = ""
    linked: tuple[LinkedTransaction, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    class_name: str = ""
    location_name: str = ""
    custom_fields: tuple[tuple[str, str], ...] = ()
    """(name, text) of those that are filled in."""
    raw: Raw = field(default_factory=dict, repr=False, compare=False)

    @property
    def version(self) -> tuple[int, datetime]:
        """Grows with every change in QuickBooks; a smaller one is older and ignored."""
        return (int(self.sync_token or 0), self.updated_at)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """What one line of a payment settles: an Invoice, or a CreditMemo, JournalEntry, … it uses up."""

    amount: Decimal
    txn_id: str
    txn_kind: str


@dataclass(frozen=True, slots=True)
class Payment:
    id: str
    sync_token: str
    updated_at: datetime
    deleted: bool = False
    txn_date: date | None = None
    customer_id: str = ""
    currency: str = ""
    total: Decimal = ZERO
    unapplied: Decimal = ZERO
    method_id: str = ""
    method_name: str = ""
    reference: str = ""
    private_note: str = ""
    lines: tuple[PaymentLine, ...] = ()
    raw: Raw = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """One answer of change data capture.

    ``as_of`` is QuickBooks' own time of the answer; ``truncated`` names the entities that came
    with 1,000 or more rows (or all of them), where more may be waiting; then only deleted invoices
    and payments are here.
    """

    as_of: datetime
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    others: tuple[tuple[str, Raw], ...] = ()
    """(entity name, raw object) of Customer, Item, Term, CreditMemo, Preferences, …"""
    truncated: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, Raw], ...] = ()
    """(entity name, raw object) of records with an amount or date that nobody can read: park them."""
    failed: tuple[str, ...] = ()
    """Entities that QuickBooks answered with a fault instead: nothing is known about them."""
