"""Filters of list pages: chips whose values live in the address."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from integration.display import zone_of

WORDS_LIMIT = 8
LETTERS_LIMIT = 100


@dataclass(frozen=True)
class Filter:
    """A chip of choices: the chosen ones stand in the address as ``?name=value&name=value``."""

    name: str
    label: Any
    choices: Iterable[tuple[str, Any]]
    lookup: str = ""
    """Django lookup for the chosen values; ``<name>__in`` when empty."""
    condition: Callable[[list[str]], Q] | None = None
    """For what one lookup cannot say: the chosen values in, a condition out."""
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", [(str(value), label) for value, label in self.choices])
        object.__setattr__(self, "names", (self.name,))

    def narrow(self, query: QueryDict, rows: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self._chosen(query)
        if not chosen:
            return rows
        if self.condition is not None:
            return rows.filter(self.condition(chosen))
        return rows.filter(**{self.lookup or f"{self.name}__in": chosen})

    def chip(self, query: QueryDict, remove_url: str) -> "Chip":
        chosen = set(self._chosen(query))
        options = [ChipOption(value, label, value in chosen) for value, label in self.choices]
        shown = ", ".join(str(option.label) for option in options if option.is_chosen)
        return Chip(self.name, self.label, remove_url, shown, options=options)

    def _chosen(self, query: QueryDict) -> list[str]:
        known = {value for value, _label in self.choices}
        return [value for value in query.getlist(self.name) if value in known]


@dataclass(frozen=True)
class DateFilter:
    """A chip with a first and a last day: ``?name_from=2026-11-01&name_to=2026-11-30``.

    ``zone`` is given for instants, whose days are those of that time zone.
    """

    name: str
    label: Any
    field: str
    zone: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def narrow(self, query: QueryDict, rows: QuerySet[Any]) -> QuerySet[Any]:
        first, last = self._days(query)
        if first is not None:
            rows = rows.filter(**{f"{self.field}__gte": self._start(first)})
        if last is not None:
            rows = rows.filter(**{f"{self.field}__lt": self._start(last + timedelta(days=1))})
        return rows

    def chip(self, query: QueryDict, remove_url: str) -> "Chip":
        first, last = self._days(query)
        return Chip(
            self.name,
            self.label,
            remove_url,
            _range_text(first, last),
            is_dates=True,
            first=first.isoformat() if first else "",
            last=last.isoformat() if last else "",
        )

    def _start(self, day: date) -> date | datetime:
        return datetime.combine(day, time.min, zone_of(self.zone)) if self.zone else day

    def _days(self, query: QueryDict) -> tuple[date | None, date | None]:
        first, last = (_day(query.get(name, "")) for name in self.names)
        return first, last


@dataclass(frozen=True)
class ChipOption:
    value: str
    label: Any
    is_chosen: bool


@dataclass(frozen=True)
class Chip:
    """What the table shows of a filter; ``chosen`` is empty while it filters nothing."""

    name: str
    label: Any
    remove_url: str
    chosen: str
    options: list[ChipOption] = field(default_factory=list)
    is_dates: bool = False
    first: str = ""
    last: str = ""


AnyFilter = Filter | DateFilter
Search = Sequence[str] | Callable[[list[str]], Q]
"""Fields to look for each word in, or what makes a condition of the words."""


def narrow(
    query: QueryDict,
    rows: QuerySet[Any],
    *,
    filters: Sequence[AnyFilter] = (),
    search: Search = (),
) -> QuerySet[Any]:
    """The rows a page and its export show: filters and search applied, no order, no page."""
    for each in filters:
        rows = each.narrow(query, rows)
    words = query.get("q", "").split()[:WORDS_LIMIT] if search else []
    if callable(search):
        return rows.filter(search([word[:LETTERS_LIMIT] for word in words])) if words else rows
    for word in words:
        either = Q()
        for name in search:
            either |= Q(**{f"{name}__icontains": word[:LETTERS_LIMIT]})
        rows = rows.filter(either)
    return rows


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _range_text(first: date | None, last: date | None) -> str:
    shown = {
        "first": formats.date_format(first, "SHORT_DATE_FORMAT") if first else "",
        "last": formats.date_format(last, "SHORT_DATE_FORMAT") if last else "",
    }
    if first and last:
        return gettext("%(first)s to %(last)s") % shown
    if first:
        return gettext("since %(first)s") % shown
    return gettext("until %(last)s") % shown if last else ""
