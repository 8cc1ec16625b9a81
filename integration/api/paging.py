"""Cursor paging of the API: a page follows a row, so new rows never shift or double one."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from integration.api.errors import ApiProblem
from integration.listing.keyset import Order, read_mark, write_mark

CURSOR, LIMIT = "cursor", "limit"
DEFAULT, MOST = 50, 200


class CursorPages(BasePagination):
    """``?limit=50&cursor=…`` gives ``{"results": […], "next": "…" or null}``.

    ``order`` is one field, the primary key breaks ties; ``pages("-updated_at")`` makes a class.
    """

    order = "pk"

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        order, size = Order.of(self.order), self._size(request)
        cursor = request.query_params.get(CURSOR, "")
        if cursor:
            mark = read_mark(cursor, queryset, order)
            if mark is None:
                raise ApiProblem("api.cursor")
            queryset = queryset.filter(order.beyond(*mark, False))
        found = list(queryset.order_by(*order.clauses(False))[: size + 1])
        rows = found[:size]
        self.next = write_mark(rows[-1], order) if len(found) > size else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "description": "Give it back as cursor for the next page; null on the last.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": "`next` of the page before.",
                "schema": {"type": "string"},
            },
            {
                "name": LIMIT,
                "in": "query",
                "required": False,
                "description": f"Rows a page, at most {MOST}.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
            },
        ]

    def _size(self, request: Request) -> int:
        text = request.query_params.get(LIMIT, "")
        if not text:
            return DEFAULT
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST:
            wrong = {"field": LIMIT, "detail": f"1 to {MOST}"}
            raise ApiProblem("api.invalid", errors=[wrong])
        return int(text)


def pages(order: str) -> type[CursorPages]:
    """A paging class for one order, such as ``-updated_at``."""
    return type("Pages", (CursorPages,), {"order": order})
