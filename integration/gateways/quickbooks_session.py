"""The session that python-quickbooks is given: each of its requests goes through our channel."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

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
        self.content = answer.body
        self.text = answer.text


def _kind(method: str, url: str) -> Kind:
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    if last == "batch":
        return "batch"
    return "read" if method == "GET" or last == "query" else "write"
