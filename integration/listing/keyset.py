"""Keyset paging: a page continues at a row, not at a count, so that new rows never shift it."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Q, QuerySet
from django.http import QueryDict

AFTER, BEFORE = POSITION = ("after", "before")
"""Names in the address: the mark of the row a page follows or ends before."""


@dataclass(frozen=True)
class Order:
    """One model field (or path), the primary key as tie-breaker, nulls last."""

    name: str
    is_descending: bool

    @classmethod
    def of(cls, text: str) -> "Order":
        """``-due_date`` or ``due_date``."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def clauses(self, is_backward: bool) -> list[Any]:
        """For ``order_by``; all turned round to read a previous page."""
        down = self.is_descending != is_backward
        places: dict[str, Any] = {"nulls_first": True} if is_backward else {"nulls_last": True}
        name = F(self.name)
        return [name.desc(**places) if down else name.asc(**places), "-pk" if down else "pk"]

    def beyond(self, value: Any, key: Any, is_backward: bool) -> Q:
        """Rows that follow (value, key) in that direction."""
        ahead = "lt" if self.is_descending != is_backward else "gt"
        null = Q(**{f"{self.name}__isnull": True})
        if value is None:
            nulls_ahead = null & Q(**{f"pk__{ahead}": key})
            return nulls_ahead | ~null if is_backward else nulls_ahead
        here = Q(**{self.name: value, f"pk__{ahead}": key})
        found = Q(**{f"{self.name}__{ahead}": value}) | here
        return found if is_backward else found | null


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    has_next: bool
    has_previous: bool


def read_page(query: QueryDict, rows: QuerySet[Any], order: Order, size: int) -> Page:
    """The page that the address asks for; the first one when its mark is spoilt."""
    position = next((name for name in POSITION if query.get(name)), "")
    mark = read_mark(query.get(position, ""), rows, order) if position else None
    is_backward = position == BEFORE and mark is not None
    if mark is not None:
        rows = rows.filter(order.beyond(*mark, is_backward))
    found = list(rows.order_by(*order.clauses(is_backward))[: size + 1])
    has_more, kept = len(found) > size, found[:size]
    if is_backward:
        return Page(kept[::-1], has_next=True, has_previous=has_more)
    return Page(kept, has_next=has_more, has_previous=mark is not None)


def write_mark(row: Any, order: Order) -> str:
    value = row
    for name in order.name.split("__"):
        value = getattr(value, name)
    mark = json.dumps([None if value is None else str(value), str(row.pk)])
    return base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")


def read_mark(text: str, rows: QuerySet[Any], order: Order) -> tuple[Any, Any] | None:
    """(value of the sorted field, key) of the row a page continues at; None for a spoilt one."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        field = _model_field(rows, order.name)
        found = None if value is None else field.to_python(value)
        return found, rows.model._meta.pk.to_python(key)
    except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist):
        return None


def _model_field(rows: QuerySet[Any], path: str) -> "Field[Any, Any]":
    model = rows.model
    *relations, last = path.split("__")
    for name in relations:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last)
