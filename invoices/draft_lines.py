"""The lines of a draft and their discounts, exactly as typed (S-34 to S-41, B-05). Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from invoices.currencies import round_money
from invoices.taxes import line_amount
from invoices.typed_values import read_date, read_number

NAME_SHOWN = 80
TOO_MUCH = Decimal(10) ** 15
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
