"""A month of a company's books, and what adds up in it by currency (E-11). Pure.

Amounts of different currencies are never added together (D-23).
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """``number`` counts from 1; as text ``2026-10``."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def previous(self) -> "Month":
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    @property
    def next(self) -> "Month":
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)


def read(text: str) -> Month | None:
    """From ``2026-10``; None for anything else and for years outside this century."""
    found = WRITTEN.fullmatch(text)
    return Month(int(found[1]), int(found[2])) if found else None


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def before(day: date) -> Month:
    """The month that ended last, seen from this day."""
    return month_of(day).previous


@dataclass(frozen=True, slots=True)
class Sum:
    """Of one currency. ``tax`` and ``expected`` (shown before posting) where they are known."""

    currency: str
    count: int
    total: Decimal
    tax: Decimal | None = None
    expected: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A payment or credit memo in QuickBooks of which ``open`` settles nothing yet."""

    qbo_id: str
    number: str
    customer: str
    dated: date | None
    currency: str
    total: Decimal
    open: Decimal


def still_open(found: Iterable[Unsettled]) -> list[Unsettled]:
    """Those with something left, in order of their day."""
    left = [each for each in found if each.open > ZERO]
    return sorted(left, key=lambda each: (each.dated or date.min, each.qbo_id))


def sums(found: Iterable[Unsettled]) -> list[Sum]:
    """What is open of them, by currency in alphabetical order."""
    amounts: dict[str, list[Decimal]] = {}
    for each in found:
        amounts.setdefault(each.currency, []).append(each.open)
    return [Sum(name, len(each), sum(each, ZERO)) for name, each in sorted(amounts.items())]
