"""Path templates such as ``/v3/company/{realm}/invoice`` to handlers, matched segment by segment."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.messages import Request

Handler = Callable[..., Any]


@dataclass(slots=True)
class Match:
    handler: Handler | None
    parameters: dict[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


class Router:
    """Handlers are called as ``handler(request, **parameters)`` and return a Response, or an
    awaitable of one.

    A parameter takes one path segment; ``{name:path}`` takes the rest. Routes without
    parameters win over those with, then the first added wins.
    """

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, Handler]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Handler]]] = []
        self._index: dict[str, dict[str, Handler]] = {}

    def add(self, methods: str, template: str, handler: Handler) -> None:
        """``methods`` is one or several names separated by spaces."""
        if template not in self._index:
            self._index[template] = {}
            if "{" not in template:
                self._exact[template] = self._index[template]
            else:
                pattern = re.sub(r"\{(\w+):path\}", r"(?P<\1>.+)", template)
                pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
                self._patterns.append((re.compile(pattern), self._index[template]))
        for method in methods.split():
            self._index[template][method] = handler

    def match(self, request: Request) -> Match | None:
        """None when no route has this path; ``handler`` None when only the method is wrong."""
        path = request.path if len(request.path) == 1 else request.path.rstrip("/") or "/"
        handlers = self._exact.get(path)
        if handlers is not None:
            return Match(handlers.get(request.method), {}, tuple(handlers))
        for pattern, candidates in self._patterns:
            found = pattern.fullmatch(path)
            if found:
                return Match(candidates.get(request.method), found.groupdict(), tuple(candidates))
        return None
