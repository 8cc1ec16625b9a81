"""A line's discount as QuickBooks gets it, by the company's style (B-13, D-08). Pure.

QuickBooks has no discount of a single line: either the price is the net one and the description
keeps "list 100.00 less 10 %", or a line below takes the discount off with a product of its own.
Both come to the same amount to the currency's smallest unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from invoices.currencies import decimals, exponent
from invoices.draft_content import DraftContent
from invoices.draft_lines import DEDUCTION, DraftLine
from invoices.quote_amounts import unit_price
from invoices.quote_lines import DiscountStyle, Wording
from invoices.typed_values import read_number


@dataclass(frozen=True, slots=True)
class LineDiscounts:
    """How the company wants them. ``item_id``: the product of discount lines, "" without one."""

    style: DiscountStyle = DiscountStyle.NET_PRICE
    item_id: str = ""
    item_name: str = ""
    wording: Wording = field(default_factory=Wording)


def posted_lines(content: DraftContent, discounts: LineDiscounts) -> tuple[DraftLine, ...]:
    """The lines as they are sent: none has a discount any more."""
    return tuple(
        posted for line in content.lines for posted in _posted(line, content.currency, discounts)
    )


def posted(content: DraftContent, discounts: LineDiscounts) -> DraftContent:
    return replace(content, lines=posted_lines(content, discounts))


def _posted(line: DraftLine, currency: str, discounts: LineDiscounts) -> Iterator[DraftLine]:
    off, listed = line.taken_off(currency), line.listed(currency)
    plain = replace(line, discount="") if line.discount else line
    if not off or listed is None:
        yield plain
        return
    note = _note(line, currency, discounts.wording)
    if discounts.style is DiscountStyle.ITEM_LINE:
        yield plain
        yield _deduction(plain, -off, note, currency, discounts)
    else:
        yield _at_net_price(plain, listed - off, note, currency)


def _deduction(
    line: DraftLine, amount: Decimal, note: str, currency: str, discounts: LineDiscounts
) -> DraftLine:
    return replace(
        line, key=f"{line.key}-off", kind=DEDUCTION, quantity="1", unit_price=_text(amount, currency),
        item_id=discounts.item_id, item_name=discounts.item_name,
        description=", ".join(part for part in (line.name, note) if part),
    )  # fmt: skip


def _at_net_price(line: DraftLine, net: Decimal, note: str, currency: str) -> DraftLine:
    """The price that makes the net amount; where none does, one piece at the whole amount."""
    quantity = line.quantity_value or Decimal(1)
    price = unit_price(quantity, net, _preferred(line, net, quantity), currency)
    described = "\n".join(part for part in (line.description.strip(), note) if part)
    if price is None:
        return replace(line, quantity="1", unit_price=_text(net, currency), description=described)
    return replace(line, unit_price=_text(price, currency), description=described)


def _preferred(line: DraftLine, net: Decimal, quantity: Decimal) -> Decimal:
    """What a person would expect to read: 90.00 for ten percent off 100.00."""
    value, price = read_number(line.discount), line.price_value
    if line.discount_is_percent and value is not None and price is not None:
        return price * (100 - value) / 100
    return net / quantity if quantity else net


def _note(line: DraftLine, currency: str, words: Wording) -> str:
    """ "list 100.00 less 10 %"; of several pieces "list 2 × 100.00 less 15.00"."""
    price = _text(line.price_value or Decimal(0), currency)
    value = line.discount.strip()
    if line.discount_is_percent:
        return words.percent_off % {"price": price, "percent": value}
    if line.quantity_value != 1:
        price = words.pieces % {"quantity": line.quantity.strip(), "price": price}
    return words.amount_off % {
        "price": price,
        "amount": _text(line.taken_off(currency) or Decimal(0), currency),
    }


def _text(amount: Decimal, currency: str) -> str:
    return f"{amount:.{max(exponent(currency), decimals(amount))}f}"
