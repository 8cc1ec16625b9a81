"""List pages: filters that live in the address, sorting, keyset paging with a count.

A view describes its columns and filters and gives a portal-scoped queryset; ``listing`` of
``dealbooks_forms`` draws the table.

    page = listing.build(
        request.GET,
        Invoice.objects.for_portal(actor.portal),
        columns=[Column("number", _("Number"), "doc_number"), …],
        filters=[Filter("stage", _("Stage"), Stage.choices)],
        order="-txn_date",
    )
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
"""Counting stops here; a page then says "more than 10,000"."""
POSITION = ("after", "before")


@dataclass(frozen=True)
class Column:
    """``sort`` names the model field behind it; empty means the column does not sort."""

    name: str
    label: Any
    sort: str = ""
    css: str = ""
    """``number`` for amounts, ``at-…`` as the cells."""


@dataclass(frozen=True)
class Filter:
    """A chip: the chosen values stand in the address as ``?name=value&name=value``."""

    name: str
    label: Any
    choices: Iterable[tuple[str, Any]]
    lookup: str = ""
    """Django lookup for the chosen values, ``<name>__in`` when empty."""

    @property
    def options(self) -> list[tuple[str, Any]]:
        return [(str(value), label) for value, label in self.choices]


@dataclass(frozen=True)
class ChipOption:
    value: str
    label: Any
    is_chosen: bool


@dataclass(frozen=True)
class Chip:
    name: str
    label: Any
    options: list[ChipOption]
    remove_url: str

    @property
    def chosen(self) -> str:
        return ", ".join(str(option.label) for option in self.options if option.is_chosen)


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
    is_filtered: bool = field(default=False)
    caption: Any = ""


@dataclass(frozen=True)
class _Order:
    name: str
    is_descending: bool

    @classmethod
    def of(cls, text: str) -> "_Order":
        return cls(text.removeprefix("-"), text.startswith("-"))

    @property
    def text(self) -> str:
        return f"-{self.name}" if self.is_descending else self.name

    def clauses(self, is_backward: bool) -> list[Any]:
        """Nulls last, the key as tie-breaker; all turned round to read a previous page."""
        down = self.is_descending != is_backward
        places = {"nulls_first": True} if is_backward else {"nulls_last": True}
        name = F(self.name)
        return [name.desc(**places) if down else name.asc(**places), "-pk" if down else "pk"]

    def beyond(self, value: Any, key: str, is_backward: bool) -> Q:
        """Rows that follow (value, key) in that direction."""
        ahead = "lt" if self.is_descending != is_backward else "gt"
        null = Q(**{f"{self.name}__isnull": True})
        if value is None:
            later_nulls = null & Q(**{f"pk__{ahead}": key})
            return later_nulls | ~null if is_backward else later_nulls
        here = Q(**{self.name: value, f"pk__{ahead}": key})
        found = Q(**{f"{self.name}__{ahead}": value}) | here
        return found if is_backward else found | null


def build(
    query: QueryDict,
    rows: QuerySet[Any],
    *,
    columns: Sequence[Column],
    order: str,
    filters: Sequence[Filter] = (),
    search: Sequence[str] = (),
    search_label: Any = "",
    size: int = PAGE_SIZE,
    export_url: str = "",
    caption: Any = "",
) -> Listing:
    """One page of ``rows`` as the address asks; values it does not know are ignored.

    ``order`` is the field sorted by when the address names none; ``search`` the fields that
    ``?q=`` looks into.
    """
    narrowed = narrow(query, rows, filters=filters, search=search)
    sort = _sort(query, columns, order)
    found, has_more, position = _page(query, narrowed, sort, size)
    total = narrowed.order_by()[: COUNT_LIMIT + 1].count()
    return Listing(
        rows=found,
        heads=[_head(query, column, sort) for column in columns],
        chips=[_chip(query, each) for each in filters],
        total=min(total, COUNT_LIMIT),
        total_is_more=total > COUNT_LIMIT,
        query=query.get("q", "").strip(),
        search_label=search_label if search else "",
        hidden=_pairs(query, without=("q",)),
        next_url=_turn(query, "after", found[-1:], sort, has_more or position == "before"),
        previous_url=_turn(
            query,
            "before",
            found[:1],
            sort,
            position == "after" or (position == "before" and has_more),
        ),
        clear_url=_url(query, without=("q", *(each.name for each in filters))),
        export_url=f"{export_url}{_url(query)}" if export_url else "",
        is_filtered=bool(query.get("q", "").strip()) or any(each.name in query for each in filters),
        caption=caption,
    )


def narrow(
    query: QueryDict,
    rows: QuerySet[Any],
    *,
    filters: Sequence[Filter] = (),
    search: Sequence[str] = (),
) -> QuerySet[Any]:
    """The same rows a page and its export show: filters and search applied, no order, no page."""
    for each in filters:
        known = {value for value, _label in each.options}
        chosen = [value for value in query.getlist(each.name) if value in known]
        if chosen:
            rows = rows.filter(**{each.lookup or f"{each.name}__in": chosen})
    words = query.get("q", "").split()[:8]
    for word in words if search else []:
        either = Q()
        for name in search:
            either |= Q(**{f"{name}__icontains": word[:100]})
        rows = rows.filter(either)
    return rows


def _sort(query: QueryDict, columns: Sequence[Column], order: str) -> _Order:
    asked = _Order.of(query.get("sort", ""))
    field_of = {column.name: column.sort for column in columns if column.sort}
    if asked.name in field_of:
        return _Order(field_of[asked.name], asked.is_descending)
    return _Order.of(order)


def _page(
    query: QueryDict, rows: QuerySet[Any], sort: _Order, size: int
) -> tuple[list[Any], bool, str]:
    """(rows in reading order, whether there are more in that direction, after/before/"")."""
    position = next((name for name in POSITION if query.get(name)), "")
    mark = _read_mark(query.get(position, ""), rows, sort) if position else None
    is_backward = position == "before" and mark is not None
    if mark is not None:
        rows = rows.filter(sort.beyond(*mark, is_backward))
    found = list(rows.order_by(*sort.clauses(is_backward))[: size + 1])
    has_more = len(found) > size
    kept = found[:size]
    return (kept[::-1] if is_backward else kept), has_more, position if mark else ""


def _turn(query: QueryDict, name: str, edge: list[Any], sort: _Order, is_there: bool) -> str:
    if not is_there or not edge:
        return ""
    value = _value(edge[0], sort.name)
    mark = json.dumps([None if value is None else str(value), str(edge[0].pk)])
    text = base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")
    return _url(query, {name: text}, without=POSITION)


def _read_mark(text: str, rows: QuerySet[Any], sort: _Order) -> tuple[Any, str] | None:
    """(value of the sorted field, key) of the row a page continues at; None for a spoilt one."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        model_field = _model_field(rows, sort.name)
        return (
            None if value is None else model_field.to_python(value),
            rows.model._meta.pk.to_python(key),
        )
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None


def _model_field(rows: QuerySet[Any], path: str) -> "Field[Any, Any]":
    model = rows.model
    *relations, last = path.split("__")
    for name in relations:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _head(query: QueryDict, column: Column, sort: _Order) -> Head:
    if not column.sort:
        return Head(column.label, column.css, "", "")
    is_here = column.sort == sort.name
    turned = not sort.is_descending if is_here else "number" in column.css
    asked = f"-{column.name}" if turned else column.name
    direction = ("descending" if sort.is_descending else "ascending") if is_here else ""
    return Head(column.label, column.css, _url(query, {"sort": asked}, POSITION), direction)


def _chip(query: QueryDict, each: Filter) -> Chip:
    chosen = set(query.getlist(each.name))
    options = [ChipOption(value, label, value in chosen) for value, label in each.options]
    return Chip(each.name, each.label, options, _url(query, without=(each.name, *POSITION)))


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
    """``?…`` of this page with some of it changed."""
    changed = query.copy()
    for name in (*without, *(POSITION if without else ())):
        changed.pop(name, None)
    for name, value in (changes or {}).items():
        changed[name] = value
    return f"?{changed.urlencode()}"
