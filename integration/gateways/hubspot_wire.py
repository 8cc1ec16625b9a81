"""One exchange with HubSpot: the address, the dated version, and answers read or called unreadable."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from integration.gateways.channel import Channel
from integration.gateways.errors import Unavailable
from integration.gateways.transport import Answer, Kind

VERSION = "2026-03"
Parsed = TypeVar("Parsed")


class HubSpotWire:
    """What the parts of ``HubSpot`` share."""

    def __init__(self, channel: Channel, api_url: str) -> None:
        self.channel = channel
        self._url = api_url

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self.channel.call("GET", f"{self._url}/{path}", kind="read", params=params).object()

    def _post(self, path: str, body: Any, kind: Kind) -> Answer:
        return self.channel.call("POST", f"{self._url}/crm/{path}", kind=kind, json=body)

    def _parsed(self, read: Callable[..., Parsed], *given: Any) -> Parsed:
        try:
            return read(*given)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unavailable("net.unreadable", vendor="hubspot") from None
