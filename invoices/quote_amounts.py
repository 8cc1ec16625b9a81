"""Sums of a quote in the invoice's currency, exact to its smallest unit (B-13). Pure.

HubSpot's order is lines, order discounts, fees, taxes; every percentage is of the sum before its
own kind. QuickBooks has one discount on the sum of all lines, fees among them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from invoices.currencies import decimals, exponent, round_money
from invoices.quotes import Adjustment, Quote, QuoteLine

ZERO = Decimal(0)
HUNDRED = Decimal(100)
PRICE_DECIMALS = 7
"""The finest unit price we send; QuickBooks rounds Amount, not UnitPrice."""
QUANTITY_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """What DiscountLineDetail carries: ``value`` is a percentage or equals ``amount``."""

    value: Decimal
    is_percent: bool
    amount: Decimal
    label: str = ""


def net(line: QuoteLine, currency: str) -> Decimal | None:
    """One period's price after the line's discount: HubSpot's own figure, else worked out."""
    if line.amount is not None:
        return line.amount
    if line.quantity is None or line.price is None:
        return None
    return round_money(line.quantity * discounted_price(line), currency)


def discounted_price(line: QuoteLine) -> Decimal:
    """Of one unit, unrounded. HubSpot lets the unit discount win over the percentage."""
    price = line.price or ZERO
    if line.discount:
        return price - line.discount
    return price * (1 - (line.discount_percent or ZERO) / HUNDRED)


def unit_price(
    quantity: Decimal, amount: Decimal, preferred: Decimal, currency: str
) -> Decimal | None:
    """A price that times the quantity gives the amount to the smallest unit (6070 otherwise).

    The preferred one where it does, else the one with the fewest decimals. None: there is no such
    price, or QuickBooks does not take the quantity.
    """
    if quantity <= 0 or decimals(quantity) > QUANTITY_DECIMALS:
        return None
    places = range(exponent(currency), PRICE_DECIMALS + 1)
    shares = (round(amount / quantity, place) for place in places)
    for price in (preferred, *shares):
        fits = price >= 0 and decimals(price) <= PRICE_DECIMALS
        if fits and round_money(quantity * price, currency) == amount:
            return price
    return None


def order_discount(
    quote: Quote, chosen: Decimal, fees: Decimal, currency: str, used: Decimal | None = None
) -> OrderDiscount | None:
    """The discount on an invoice of lines that come to ``chosen``, besides ``fees``.

    A percentage stays one unless fees stand beside it, which HubSpot does not discount. A fixed
    discount is shared out by what the lines are worth. ``used``: this invoice bills all that is
    left, and earlier ones took so much of the discount already.
    """
    given = [one for one in quote.discounts if one.value]
    if not given or chosen <= 0:
        return None
    label = ", ".join(dict.fromkeys(one.label for one in given if one.label))
    percent = _sum(one for one in given if one.is_percent)
    fixed = _sum(one for one in given if not one.is_percent)
    of_all = lines_sum(quote, currency)
    if used is not None:
        amount = max(whole_discount(quote, currency) - used, ZERO)
    elif chosen == of_all or not of_all:
        amount = whole_discount(quote, currency)
    else:
        amount = round_money(chosen * percent / HUNDRED + fixed * chosen / of_all, currency)
    exact = round_money(chosen * percent / HUNDRED, currency) == amount
    if percent and not fixed and not fees and exact:
        return OrderDiscount(percent, True, amount, label)
    return OrderDiscount(amount, False, amount, label) if amount else None


def whole_discount(quote: Quote, currency: str) -> Decimal:
    """What the order discounts take off the whole quote.

    HubSpot's printed total decides where it differs by one smallest unit only, so that both ways
    of rounding half a cent lead to the customer's figure.
    """
    worked_out = _discount_of(quote, currency)
    if quote.amount is None or not is_comparable(quote):
        return worked_out
    printed = lines_sum(quote, currency) + fees_sum(quote, currency) - quote.amount
    unit = Decimal(1).scaleb(-exponent(currency))
    return printed if abs(printed - worked_out) == unit and worked_out else worked_out


def _discount_of(quote: Quote, currency: str) -> Decimal:
    whole = lines_sum(quote, currency)
    percent = _sum(one for one in quote.discounts if one.is_percent)
    fixed = _sum(one for one in quote.discounts if not one.is_percent)
    return round_money(whole * percent / HUNDRED + fixed, currency)


def fee_amount(quote: Quote, fee: Adjustment, base: Decimal, currency: str) -> Decimal:
    """``base``: lines less discounts, which a percentage is of."""
    value = fee.value or ZERO
    return round_money(base * value / HUNDRED if fee.is_percent else value, currency)


def fees_sum(quote: Quote, currency: str) -> Decimal:
    base = lines_sum(quote, currency) - _discount_of(quote, currency)
    return sum((fee_amount(quote, fee, base, currency) for fee in quote.fees), ZERO)


def lines_sum(quote: Quote, currency: str) -> Decimal:
    """All lines, one period of the recurring ones; lines without a figure count as nothing."""
    return sum((net(line, currency) or ZERO for line in quote.lines), ZERO)


def whole(quote: Quote, currency: str) -> Decimal:
    """The quote before tax, as an invoice of all its lines would come to."""
    return lines_sum(quote, currency) + fees_sum(quote, currency) - whole_discount(quote, currency)


def is_comparable(quote: Quote) -> bool:
    """Whether HubSpot's printed total means the same as ours: one-off lines without any tax."""
    taxed = quote.taxes or any(line.has_tax for line in quote.lines)
    return not taxed and not any(line.is_recurring for line in quote.lines)


def _sum(found: Iterable[Adjustment]) -> Decimal:
    return sum((one.value or ZERO for one in found), ZERO)
