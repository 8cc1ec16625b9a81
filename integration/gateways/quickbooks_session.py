"""python-quickbooks over our channel, with its answers read by our JSON: a thousand invoices are read
so in half the time.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from quickbooks.client import QuickBooks as Library
from quickbooks.exceptions import QuickbooksException

from integration import exact_json
from integration.gateways.channel import Channel
from integration.gateways.transport import Answer, Kind


class Session:
    """What python-quickbooks takes for its OAuth session; every exchange goes through the channel."""

    access_token = ""
    """The library reads it; the channel sends the real one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.last: Answer | None = None

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        params: Any = None,
        data: Any = None,
    ) -> "Response":
        given = dict(headers or {})
        given.pop("Authorization", None)
        accept = given.pop("Accept", "application/json")
        self.last = self._channel.call(
            method,
            url,
            kind=_kind(method, url),
            params={name: str(value) for name, value in dict(params or {}).items()},
            body=self._channel.transport.encode(data) if isinstance(data, str) else data or None,
            headers=given,
            accept=accept,
        )
        return Response(self.last)


class Response:
    """The few members of an answer that python-quickbooks reads."""

    status_code = 200

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.content = answer.body

    @property
    def text(self) -> str:
        return self._answer.text


HEADERS = {"Accept": "application/json", "User-Agent": "python-quickbooks V3 library"}


class Client(Library):  # type: ignore[misc]
    """The library's addresses and faults. Raises its exceptions, code 10000 for what is no JSON."""

    def make_request(
        self,
        request_type: str,
        url: str,
        request_body: Any = None,
        content_type: str = "application/json",
        params: dict[str, Any] | None = None,
        file_path: None = None,
        file_bytes: None = None,
        request_id: str | None = None,
    ) -> Any:
        asked = {**(params or {}), "minorversion": self.minorversion}
        if request_id:
            asked["requestid"] = request_id
        headers = {**HEADERS, "Content-Type": content_type}
        body = request_body or {}
        answer = self.process_request(request_type, url, headers=headers, params=asked, data=body)
        content = _read(answer)
        return self.handle_exceptions(content["Fault"]) if "Fault" in content else content


def _read(answer: Response) -> Any:
    try:
        return exact_json.read(answer.content)
    except (ValueError, RecursionError):
        pass
    try:  # a NaN spoils its own record only, bytes that are no UTF-8 only their own text
        return json.loads(answer.text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise QuickbooksException("no JSON", 10000) from None


def _kind(method: str, url: str) -> Kind:
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    if last == "batch":
        return "batch"
    return "read" if method == "GET" or last == "query" else "write"
