"""Walks the product's routes and fills their addresses, for tests that ask every one of them."""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from integration.access.routes import Door, Entrance, entrance_of

SAMPLES: Mapping[str, Any] = {
    "UUIDConverter": uuid.UUID(int=7), "IntConverter": 1, "StringConverter": "x",
    "SlugConverter": "x", "PathConverter": "x",
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """``parts`` are the patterns of all levels, ``view`` the callback."""

    parts: tuple[Any, ...]
    view: Any

    @property
    def text(self) -> str:
        return "/" + "".join(str(part) for part in self.parts)

    @property
    def entrance(self) -> Entrance | None:
        return entrance_of(self.view)

    @property
    def door(self) -> Door | None:
        return self.entrance.door if self.entrance else None

    @property
    def names(self) -> set[str]:
        return {name for part in self.parts for name in converters_of(part)}

    def address(self, **values: Any) -> str:
        """The address with these values; a sample where none is given."""
        text = self.text
        for part in self.parts:
            for name, converter in converters_of(part).items():
                # Converters of our own list what they take: their first word will do.
                sample = SAMPLES.get(type(converter).__name__) or converter.regex.split("|")[0]
                text = re.sub(rf"<(\w+:)?{name}>", str(values.get(name, sample)), text)
        return text


def converters_of(part: Any) -> dict[str, Any]:
    return dict(part.converters) if isinstance(part, RoutePattern) else {}


def all_routes() -> list[Route]:
    return list(_walk(get_resolver("integration.urls").url_patterns, ()))


def routes_by(*doors: Door) -> list[Route]:
    return [route for route in all_routes() if route.door in doors]


def _walk(patterns: list[Any], above: tuple[Any, ...]) -> Iterator[Route]:
    for pattern in patterns:
        parts = (*above, pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, parts)
        elif isinstance(pattern, URLPattern):
            yield Route(parts, pattern.callback)


@contextmanager
def forgotten() -> Iterator[None]:
    """What one route does, the next one never sees."""
    cache.clear()
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def answers_of(routes: list[Route], ask_one: Callable[[Route], object]) -> dict[str, object]:
    """What each route answered that is not as it should be: ``ask_one`` says None when all is well."""
    found = {}
    for route in routes:
        with forgotten():
            found[route.text] = ask_one(route)
    return {text: wrong for text, wrong in found.items() if wrong is not None}
