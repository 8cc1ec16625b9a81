"""Totals of one company by month and currency, three sides beside each other, to the cent. Pure.

An invoice counts in the month of its date. A voided one counts with zeros, a deleted one not at all
(D-18, D-28). What HubSpot may not have by the settings stands apart, so that a difference is one
that nobody chose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from invoices.amounts import Amounts

QUICKBOOKS, DEALBOOKS, HUBSPOT, LEFT_OUT = "quickbooks", "dealbooks", "hubspot", "left_out"
NAMES = ("billed", "cash", "credited", "open")
ZERO = Decimal(0)
NOWHERE = date(1, 1, 1)
"""The month of invoices without a date."""


@dataclass(frozen=True, slots=True)
class Sum:
    count: int = 0
    billed: Decimal = ZERO
    cash: Decimal = ZERO
    credited: Decimal = ZERO
    open: Decimal = ZERO

    def __add__(self, other: "Sum") -> "Sum":
        added = {name: getattr(self, name) + getattr(other, name) for name in NAMES}
        return Sum(self.count + other.count, **added)

    def __sub__(self, other: "Sum") -> "Sum":
        left = {name: getattr(self, name) - getattr(other, name) for name in NAMES}
        return Sum(self.count - other.count, **left)

    @property
    def is_zero(self) -> bool:
        return not self.count and not any(getattr(self, name) for name in NAMES)


NOTHING = Sum()
Key = tuple[date, str, str]
"""First day of the month, currency, side."""


@dataclass(slots=True)
class Sums:
    """What a page adds; ``found`` by (month, currency, side)."""

    found: dict[Key, Sum] = field(default_factory=dict)

    def add(self, day: date | None, currency: str, side: str, amounts: Amounts) -> None:
        key = (month_of(day), currency, side)
        one = Sum(1, amounts.billed, amounts.cash, amounts.credited, amounts.open)
        self.found[key] = self.found.get(key, NOTHING) + one


def month_of(day: date | None) -> date:
    return day.replace(day=1) if day else NOWHERE


@dataclass(frozen=True, slots=True)
class Month:
    """One line of the table. ``in_books``: QuickBooks less Dealbooks; ``in_hubspot``: HubSpot less
    Dealbooks without what is left out on purpose."""

    month: date
    currency: str
    quickbooks: Sum = NOTHING
    dealbooks: Sum = NOTHING
    hubspot: Sum = NOTHING
    left_out: Sum = NOTHING

    @property
    def is_dated(self) -> bool:
        return self.month != NOWHERE

    @property
    def in_books(self) -> Sum:
        return self.quickbooks - self.dealbooks

    @property
    def in_hubspot(self) -> Sum:
        return self.hubspot - (self.dealbooks - self.left_out)

    @property
    def agrees(self) -> bool:
        return self.in_books.is_zero and self.in_hubspot.is_zero


def by_month(found: Mapping[Key, Sum] | Iterable[tuple[Key, Sum]]) -> list[Month]:
    """The newest month first, currencies in alphabetical order."""
    pairs = found.items() if isinstance(found, Mapping) else found
    lines: dict[tuple[date, str], Month] = {}
    for (month, currency, side), amount in pairs:
        line = lines.get((month, currency), Month(month, currency))
        lines[month, currency] = replace(line, **{side: getattr(line, side) + amount})
    return sorted(lines.values(), key=lambda each: (-each.month.toordinal(), each.currency))
