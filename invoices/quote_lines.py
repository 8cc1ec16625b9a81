"""A quote's lines as an invoice bills them (D-08, B-13). Pure.

One-off lines now; recurring lines that started, one billing period; later starts wait. What an
earlier invoice billed is taken off. Every planned line comes to HubSpot's own net price to the
smallest unit of the currency, or says why it cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from invoices.billing_periods import count, period_start
from invoices.currencies import decimals, exponent, round_money
from invoices.quote_amounts import (
    ZERO,
    discounted_price,
    fee_amount,
    is_comparable,
    lines_sum,
    net,
    unit_price,
    whole,
    whole_discount,
)
from invoices.quotes import Adjustment, Obstacle, Quote, QuoteLine


class DiscountStyle(StrEnum):
    """How a line's discount stands on the invoice; the values of ``CompanySettings``."""

    NET_PRICE = "net_price"
    ITEM_LINE = "item_line"


class Timing(StrEnum):
    NOW = "now"
    PERIOD = "period"
    """Recurring: one billing period."""
    LATER = "later"
    """Recurring: bills from a later day."""
    BILLED = "billed"
    """Nothing is left of it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Phrases for the line's description, in the words of the invoice's readers."""

    percent_off: str = "list %(price)s less %(percent)s %%"
    amount_off: str = "list %(price)s less %(amount)s"
    pieces: str = "%(quantity)s × %(price)s"


@dataclass(frozen=True, slots=True)
class Billed:
    """What earlier invoices took of one line: amounts net of discount, ``times`` invoices."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    times: int = 0


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """``amount`` is quantity times price; ``deduction`` stands on a line of its own (a discount
    item) and is positive. Their difference is what the quote says, less ``billed``.

    ``trouble``: it cannot be billed, and why. ``bills_from``: the day a line that waits begins.
    """

    line: QuoteLine
    timing: Timing
    quantity: Decimal = ZERO
    unit_price: Decimal = ZERO
    amount: Decimal = ZERO
    deduction: Decimal = ZERO
    note: str = ""
    bills_from: date | None = None
    billed: Billed = field(default_factory=Billed)
    trouble: Obstacle | None = None

    @property
    def net(self) -> Decimal:
        return self.amount - self.deduction

    @property
    def is_due(self) -> bool:
        """On the invoice unless the rep takes it off."""
        return self.timing in (Timing.NOW, Timing.PERIOD) and self.trouble is None


@dataclass(frozen=True, slots=True)
class PlannedFee:
    fee: Adjustment
    amount: Decimal
    is_billed: bool = False


@dataclass(frozen=True, slots=True)
class QuotePlan:
    """``troubles`` of the whole quote: nothing can be taken over while there is one."""

    lines: tuple[PlannedLine, ...]
    fees: tuple[PlannedFee, ...]
    troubles: tuple[Obstacle, ...] = ()

    @property
    def all_troubles(self) -> tuple[Obstacle, ...]:
        """Every line that would make the total another one, then what is wrong on the whole."""
        bad = (line.trouble for line in self.lines if line.trouble and line.line.amount != 0)
        return (*bad, *self.troubles)


def plan(
    quote: Quote,
    currency: str,
    on: date,
    *,
    style: DiscountStyle = DiscountStyle.NET_PRICE,
    wording: Wording | None = None,
    billed: Mapping[str, Billed] | None = None,
) -> QuotePlan:
    """``on`` is the invoice's day where the company is. ``billed`` by the id of line or fee."""
    taken, words = billed or {}, wording or Wording()
    lines = tuple(
        _planned(line, currency, on, style, words, taken.get(line.id, Billed()))
        for line in quote.lines
    )
    base = lines_sum(quote, currency) - whole_discount(quote, currency)
    fees = tuple(
        PlannedFee(fee, fee_amount(quote, fee, base, currency), fee_key(fee) in taken)
        for fee in quote.fees
        if fee.value
    )
    return QuotePlan(lines, fees, tuple(_troubles(quote, currency)))


def fee_key(fee: Adjustment) -> str:
    """Fees share the ledger with lines; ids of different objects may be equal."""
    return f"fee:{fee.id}"


def _troubles(quote: Quote, currency: str) -> list[Obstacle]:
    given = (*quote.discounts, *quote.fees)
    unreadable = [one for one in given if one.value is None or one.value < 0]
    if unreadable:
        return [Obstacle("quote.adjustment_unreadable", {"name": unreadable[0].label})]
    ours = whole(quote, currency)
    if ours < 0:
        return [Obstacle("quote.discount_above_lines", {"currency": currency})]
    if quote.amount is not None and is_comparable(quote) and quote.amount != ours:
        shown = {"quote": _money(quote.amount, currency), "lines": _money(ours, currency)}
        return [Obstacle("quote.total_differs", {**shown, "currency": currency})]
    return []


# -------------------------------------------------------------------------------------- one line
def _planned(
    line: QuoteLine, currency: str, on: date, style: DiscountStyle, words: Wording, billed: Billed
) -> PlannedLine:
    trouble = _trouble(line, currency)
    timing, bills_from = _timing(line, on, billed)
    found = PlannedLine(line, timing, bills_from=bills_from, billed=billed, trouble=trouble)
    amount, quantity = net(line, currency), line.quantity
    if trouble is not None or amount is None or quantity is None:
        return found
    if timing is Timing.NOW:
        amount -= billed.amount
        if amount <= 0 and billed.times:
            return replace(found, timing=Timing.BILLED)
        rest = quantity - billed.quantity
        quantity = rest if rest > 0 else Decimal(1)
    return _priced(found, quantity, amount, currency, style, words)


def _trouble(line: QuoteLine, currency: str) -> Obstacle | None:
    amount = net(line, currency)
    if amount is None or line.quantity is None or line.price is None:
        return Obstacle("quote.line_unreadable", {"name": line.name})
    if line.quantity <= 0:
        return Obstacle(
            "quote.line_quantity", {"name": line.name, "quantity": f"{line.quantity:f}"}
        )
    shown = {"name": line.name, "amount": f"{amount:f}", "currency": currency}
    if amount < 0:
        return Obstacle("quote.line_negative", shown)
    if decimals(amount) > exponent(currency):
        return Obstacle("quote.line_decimals", {**shown, "allowed": str(exponent(currency))})
    return None


def _timing(line: QuoteLine, on: date, billed: Billed) -> tuple[Timing, date | None]:
    """A recurring line is due when a period began that no invoice has billed."""
    if not line.is_recurring:
        return Timing.NOW, None
    periods = count(line.frequency, line.period)
    if periods is not None and billed.times >= periods:
        return Timing.BILLED, None
    if line.starts_on is None:
        return Timing.PERIOD, None
    begins = period_start(line.starts_on, line.frequency, billed.times) or line.starts_on
    return (Timing.LATER, begins) if begins > on else (Timing.PERIOD, None)


def _priced(
    found: PlannedLine,
    quantity: Decimal,
    amount: Decimal,
    currency: str,
    style: DiscountStyle,
    words: Wording,
) -> PlannedLine:
    """Quantity and price for the amount; where no price fits, one piece at the whole amount."""
    line = found.line
    whole_price = line.price or ZERO
    listed = round_money(quantity * whole_price, currency)
    off = listed - amount if not found.billed.times or line.is_recurring else ZERO
    if style is DiscountStyle.ITEM_LINE and off > 0:
        price = unit_price(quantity, listed, whole_price, currency)
        if price is not None:
            return replace(found, quantity=quantity, unit_price=price, amount=listed, deduction=off,
                         note=_note(line, currency, words))  # fmt: skip
    note = _note(line, currency, words) if off > 0 else ""
    price = unit_price(quantity, amount, discounted_price(line), currency)
    if price is not None:
        return replace(found, quantity=quantity, unit_price=price, amount=amount, note=note)
    pieces = words.pieces % {
        "quantity": f"{quantity:f}",
        "price": _money(whole_price, currency),
    }
    note = ", ".join(part for part in (pieces, note) if part)
    return replace(found, quantity=Decimal(1), unit_price=amount, amount=amount, note=note)


def _note(line: QuoteLine, currency: str, words: Wording) -> str:
    """ "list 100.00 less 10 %": only what the quote itself says of the line's discount."""
    price = _money(line.price or ZERO, currency)
    if line.discount:
        return words.amount_off % {"price": price, "amount": _money(line.discount, currency)}
    if line.discount_percent:
        percent = f"{line.discount_percent.normalize():f}"
        return words.percent_off % {"price": price, "percent": percent}
    return ""


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:.{max(exponent(currency), decimals(amount))}f}"
