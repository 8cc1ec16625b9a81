"""What a rep has typed into the wizard so far, exactly as typed (D-07, S-25 to S-45). Pure.

Numbers and dates stay the text the person wrote: a wrong one is shown again beside its problem,
never dropped. ``invoices.draft.problems`` judges; the properties here only read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Self

from integration.records.quickbooks import Address
from invoices.currencies import round_money
from invoices.taxes import line_amount
from invoices.typed_values import read_date as read_date
from invoices.typed_values import read_number as read_number

NAME_SHOWN = 80
EXEMPT = "exempt"
TOO_MUCH = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """Fields of "Create new QuickBooks customer" (S-31). ``parent_id``: a sub-customer of it.

    ``tax`` is empty (taxable as QuickBooks has it), ``exempt``, or the id of its default tax code.
    """

    display_name: str = ""
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    parent_id: str = ""
    parent_name: str = ""
    bill_with_parent: bool = False
    terms_id: str = ""
    tax: str = ""

    @property
    def is_exempt(self) -> bool:
        return self.tax == EXEMPT

    @property
    def tax_code_id(self) -> str:
        return "" if self.is_exempt else self.tax

    @property
    def address(self) -> Address:
        lines = tuple(line for line in (self.line1, self.line2) if line)
        return Address(lines, self.city, self.region, self.postcode, self.country)


FEE = "fee"
DEDUCTION = "deduction"
TEXT = "text"
FREE = "free"


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line. ``key`` names it on the page and never changes.

    From a quote it also has ``quote_line_id`` (the ledger's key), ``product_id`` (HubSpot's),
    ``wanted`` and ``wanted_sku`` as long as no QuickBooks product was found, with ``why_not``
    (``product_matching.WhyNot``), and the price that makes the quote's amount. ``kind`` is empty,
    ``fee``, ``deduction``: a line's discount on a line of its own, with a price below zero,
    ``text``: words without an amount, or ``free``: priced words on the company's stand-in product.
    ``creates``: the product is made in QuickBooks together with the invoice.

    ``discount`` is off the line, as typed: a percentage or an amount. ``class_name`` is what was
    typed, ``class_id`` the class of that name. ``tax_rate_id`` and ``tax_rate_name`` are HubSpot's
    tax of a quote's line, as long as no tax code is known for it (B-25).
    """

    key: str = ""
    item_id: str = ""
    item_name: str = ""
    description: str = ""
    quantity: str = "1"
    unit_price: str = ""
    tax_code_id: str = ""
    kind: str = ""
    quote_line_id: str = ""
    product_id: str = ""
    wanted: str = ""
    wanted_sku: str = ""
    why_not: str = ""
    creates: bool = False
    quoted_price: str = ""
    discount: str = ""
    discount_is_percent: bool = True
    service_date: str = ""
    class_id: str = ""
    class_name: str = ""
    tax_rate_id: str = ""
    tax_rate_name: str = ""

    @property
    def is_deduction(self) -> bool:
        return self.kind == DEDUCTION

    @property
    def is_text(self) -> bool:
        return self.kind == TEXT

    @property
    def service_date_value(self) -> date | None:
        return read_date(self.service_date)

    @property
    def is_free(self) -> bool:
        return self.kind == FREE

    @property
    def name(self) -> str:
        """The product's, or what the quote calls it; of free words their beginning."""
        if self.is_text or self.is_free:
            return self.description.strip().partition("\n")[0][:NAME_SHOWN]
        return self.item_name or self.wanted

    @property
    def quantity_value(self) -> Decimal | None:
        return read_number(self.quantity)

    @property
    def price_value(self) -> Decimal | None:
        return read_number(self.unit_price)

    def amount(self, currency: str) -> Decimal | None:
        """The listed amount less the line's discount; None while a number is unreadable."""
        listed, off = self.listed(currency), self.taken_off(currency)
        return None if listed is None or off is None else listed - off

    def listed(self, currency: str) -> Decimal | None:
        """Quantity times price, rounded as QuickBooks does; words alone are worth nothing."""
        if self.is_text:
            return Decimal(0)
        quantity, price = self.quantity_value, self.price_value
        if quantity is None or price is None:
            return None
        if abs(quantity) >= TOO_MUCH or abs(price) >= TOO_MUCH:
            return None
        return line_amount(quantity, price, currency)

    def taken_off(self, currency: str) -> Decimal | None:
        """The line's discount as an amount; zero without one, None while it is unreadable."""
        if not self.discount.strip() or self.is_text or self.is_deduction:
            return Decimal(0)
        value, listed = read_number(self.discount), self.listed(currency)
        if value is None or listed is None or abs(value) >= TOO_MUCH:
            return None
        return round_money(listed * value / 100 if self.discount_is_percent else value, currency)


@dataclass(frozen=True, slots=True)
class DraftDiscount:
    """The discount on the sum of all lines (DiscountLineDetail): a percentage or an amount."""

    value: str = ""
    is_percent: bool = True
    description: str = ""

    @property
    def percent(self) -> Decimal | None:
        return read_number(self.value) if self.is_percent else None

    def amount(self, subtotal: Decimal, currency: str) -> Decimal | None:
        """None while the value is unreadable."""
        value = read_number(self.value)
        if value is None:
            return None
        return round_money(subtotal * value / 100 if self.is_percent else value, currency)


@dataclass(frozen=True, slots=True)
class DraftContent:
    """``currency`` is the invoice's. Either ``customer_id`` or ``new_customer`` is set.

    ``due_date_typed``: the rep chose the date; otherwise it follows the terms and the invoice date.
    ``customer_confirmed``: a guess was confirmed by a person (D-06) and will be remembered.
    """

    source: str = "scratch"
    currency: str = ""
    customer_id: str = ""
    customer_name: str = ""
    customer_confirmed: bool = False
    new_customer: NewCustomer | None = None
    contact_id: str = ""
    contact_name: str = ""
    lines: tuple[DraftLine, ...] = ()
    discount: DraftDiscount | None = None
    tax_mode: str = ""
    terms_id: str = ""
    txn_date: str = ""
    due_date: str = ""
    due_date_typed: bool = False
    message: str = ""
    bill_email: str = ""
    bill_email_cc: str = ""
    po_number: str = ""
    class_id: str = ""
    """Where the company has one class for the whole invoice."""
    location_id: str = ""
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    """DefinitionId to text, of the company's own fields (B-20)."""
    priced_in: str = ""
    """The invoice's currency when its first product was added."""
    price_rate: str = ""
    """D-23: home units for one unit of ``priced_in``, at which list prices were converted."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What later sources (quotes) keep beside the form fields."""

    @property
    def txn_date_value(self) -> date | None:
        return read_date(self.txn_date)

    @property
    def due_date_value(self) -> date | None:
        return read_date(self.due_date)

    @property
    def recipient(self) -> str:
        """The customer's name, existing or new."""
        if self.new_customer is not None:
            return self.new_customer.display_name
        return self.customer_name if self.customer_id else ""

    @property
    def subtotal(self) -> Decimal:
        """All lines as typed; those that cannot be read count as nothing."""
        amounts = (line.amount(self.currency) for line in self.lines)
        return sum((amount for amount in amounts if amount is not None), Decimal(0))

    @property
    def discount_amount(self) -> Decimal:
        found = self.discount.amount(self.subtotal, self.currency) if self.discount else None
        return found or Decimal(0)

    def with_line(self, changed: DraftLine) -> Self:
        """The line of the same key replaced, or added at the end."""
        if any(line.key == changed.key for line in self.lines):
            lines = tuple(changed if line.key == changed.key else line for line in self.lines)
        else:
            lines = (*self.lines, changed)
        return replace(self, lines=lines)

    def without_line(self, key: str) -> Self:
        return replace(self, lines=tuple(line for line in self.lines if line.key != key))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; ``from_json(to_json(x)) == x``."""
        found = _plain(self)
        found["lines"] = [_plain(line) for line in self.lines]
        found["discount"] = _plain(self.discount) if self.discount else None
        found["new_customer"] = _plain(self.new_customer) if self.new_customer else None
        found["extras"] = dict(self.extras)
        found["custom_fields"] = dict(self.custom_fields)
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Unknown names are ignored and missing ones default, so older drafts keep opening."""
        known = _known(cls, stored)
        if known.get("new_customer") is not None:
            known["new_customer"] = NewCustomer(**_known(NewCustomer, known["new_customer"]))
        if known.get("discount") is not None:
            known["discount"] = DraftDiscount(**_known(DraftDiscount, known["discount"]))
        known["lines"] = tuple(
            DraftLine(**_known(DraftLine, line)) for line in known.get("lines") or ()
        )
        return cls(**known)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(kind))


def _plain(found: Any) -> dict[str, Any]:
    """Its own members as they are; ``asdict`` would copy all that hangs on them."""
    return {name: getattr(found, name) for name in _names(found.__class__)}


def _known(kind: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(kind)
    return {name: value for name, value in stored.items() if name in names}
