"""One page of a list: heads that sort, chips, search, keyset paging with a count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from integration.listing.filters import AnyFilter, Chip, Search, narrow
from integration.listing.keyset import AFTER, BEFORE, POSITION, Order, Page, read_page, write_mark

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
"""Counting stops here; a page then says "more than 10,000"."""


@dataclass(frozen=True)
class Column:
    """``sort`` names the model field behind it; empty means the column does not sort."""

    name: str
    label: Any
    sort: str = ""
    css: str = ""
    """``number`` for amounts."""


@dataclass(frozen=True)
class Head:
    label: Any
    css: str
    url: str
    direction: str
    """``ascending``, ``descending`` or empty."""


@dataclass(frozen=True)
class Listing:
    rows: list[Any]
    heads: list[Head]
    chips: list[Chip]
    total: int
    total_is_more: bool
    query: str
    search_label: Any
    hidden: list[tuple[str, str]]
    """What of the address a search or a chip's form must carry on."""
    next_url: str
    previous_url: str
    clear_url: str
    export_url: str
    is_filtered: bool
    caption: Any


def build(
    query: QueryDict,
    rows: QuerySet[Any],
    *,
    columns: Sequence[Column],
    order: str,
    filters: Sequence[AnyFilter] = (),
    search: Search = (),
    search_label: Any = "",
    size: int = PAGE_SIZE,
    export_url: str = "",
    caption: Any = "",
) -> Listing:
    """One page of ``rows`` as the address asks; values it does not know are ignored.

    ``order`` is the field sorted by when the address names none; ``search`` the fields that
    ``?q=`` looks into. With ``export_url`` a link to it carries the same filters.
    """
    narrowed = narrow(query, rows, filters=filters, search=search)
    sort = _sort(query, columns, order)
    page = read_page(query, narrowed, sort, size)
    total = narrowed.order_by()[: COUNT_LIMIT + 1].count()
    chips = [each.chip(query, _url(query, without=each.names)) for each in filters]
    text = query.get("q", "").strip() if search else ""
    return Listing(
        rows=page.rows,
        heads=[_head(query, column, sort) for column in columns],
        chips=chips,
        total=min(total, COUNT_LIMIT),
        total_is_more=total > COUNT_LIMIT,
        query=text,
        search_label=search_label if search else "",
        hidden=_pairs(query, without=("q",)),
        next_url=_turn(query, AFTER, page, sort),
        previous_url=_turn(query, BEFORE, page, sort),
        clear_url=_url(query, without=("q", *(name for each in filters for name in each.names))),
        export_url=f"{export_url}{_url(query, without=POSITION)}" if export_url else "",
        is_filtered=bool(text) or any(chip.chosen for chip in chips),
        caption=caption,
    )


def _sort(query: QueryDict, columns: Sequence[Column], order: str) -> Order:
    asked = Order.of(query.get("sort", ""))
    field_of = {column.name: column.sort for column in columns if column.sort}
    if asked.name in field_of:
        return Order(field_of[asked.name], asked.is_descending)
    return Order.of(order)


def _turn(query: QueryDict, name: str, page: Page, sort: Order) -> str:
    is_there = page.has_next if name == AFTER else page.has_previous
    if not is_there or not page.rows:
        return ""
    edge = page.rows[-1] if name == AFTER else page.rows[0]
    return _url(query, {name: write_mark(edge, sort)})


def _head(query: QueryDict, column: Column, sort: Order) -> Head:
    if not column.sort:
        return Head(column.label, column.css, "", "")
    is_here = column.sort == sort.name
    down_next = not sort.is_descending if is_here else "number" in column.css
    url = _url(query, {"sort": f"-{column.name}" if down_next else column.name})
    direction = ("descending" if sort.is_descending else "ascending") if is_here else ""
    return Head(column.label, column.css, url, direction)


def _pairs(query: QueryDict, without: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in query.lists()
        if name not in (*without, *POSITION)
        for value in values
    ]


def _url(
    query: QueryDict, changes: Mapping[str, str] | None = None, without: Sequence[str] = ()
) -> str:
    """``?…`` of this page with some of it changed; always from the first page on."""
    changed = query.copy()
    for name in (*without, *POSITION):
        changed.pop(name, None)
    for name, value in (changes or {}).items():
        changed[name] = value
    return f"?{changed.urlencode()}"
