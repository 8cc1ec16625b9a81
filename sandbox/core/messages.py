"""Requests and responses as the vendors' handlers see them."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote

import simplejson


class BadJson(ValueError):
    """The body is not JSON; each vendor answers this in its own words."""


@dataclass(slots=True)
class Request:
    """One parsed HTTP request. Header names are lower-case; ``path`` is percent-decoded."""

    vendor: str
    method: str
    raw_path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    port: int = 0
    path: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = unquote(self.raw_path)
        if self.query_string:
            self.query = dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """Numbers with a fraction arrive as Decimal. Raises BadJson."""
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            raise BadJson(str(error)) from error

    def form(self) -> dict[str, str]:
        """Fields of an urlencoded body; a repeated name keeps its last value."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def form_pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    def bearer(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def cookies(self) -> dict[str, str]:
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs if name}


@dataclass(slots=True)
class Response:
    """``body`` is what goes over the wire; use ``json_response`` and friends to make one."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


_encode = simplejson.JSONEncoder(
    use_decimal=True,
    ensure_ascii=False,
    separators=(",", ":"),
    # Looking for named tuples and circles takes half of the time; there are none.
    namedtuple_as_object=False,
    check_circular=False,
).encode


def dump_json(value: Any) -> bytes:
    """JSON with Decimals as numbers, no spaces, non-ASCII kept; half a character as an escape."""
    return _encode(value).encode("utf-8", "backslashreplace")


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        status,
        dump_json(value),
        {"content-type": "application/json;charset=UTF-8", **(headers or {})},
    )


def html_response(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        status, page.encode(), {"content-type": "text/html; charset=utf-8", **(headers or {})}
    )


def redirect(location: str, status: int = 302) -> Response:
    return Response(status, b"", {"location": location})
