"""A transport together with whose account and which token it speaks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from integration.gateways.errors import NeedsReconnect
from integration.gateways.transport import Answer, Kind, Transport


class Tokens(Protocol):
    def current(self) -> str:
        """A token that lives long enough for a call; refreshed ahead of its expiry."""

    def renew(self, rejected: str) -> str:
        """Another token than the one that was refused; raises ``NeedsReconnect`` if there is none."""

    def give_up(self, error: NeedsReconnect) -> None:
        """Even the renewed token was refused: remember it and stop the connection's work."""


class FixedToken:
    """A token that nobody can renew: fresh from a consent page, or a service key."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renew(self, rejected: str) -> str:
        raise NeedsReconnect("net.token_refused", vendor="", status=401)

    def give_up(self, error: NeedsReconnect) -> None:
        """Nothing is stored about it."""


def _nothing() -> None:
    """The check before a call where none is needed."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Calls for one account (realm or hub id); ``check`` runs before each one leaves."""

    transport: Transport
    account: str
    tokens: Tokens
    urgent: bool = False
    check: Callable[[], None] = _nothing

    @property
    def vendor(self) -> str:
        return self.transport.vendor

    def call(self, method: str, url: str, *, kind: Kind, **options: Any) -> Answer:
        """One exchange; an unforeseen 401 is answered by one renewal and the same call once more."""
        self.check()
        token = self.tokens.current()
        try:
            return self._send(method, url, kind, token, options)
        except NeedsReconnect as refused:
            if refused.status != 401:
                raise
            fresh = self.tokens.renew(token)
        try:
            return self._send(method, url, kind, fresh, options)
        except NeedsReconnect as refused:
            self.tokens.give_up(refused)
            raise

    def _send(
        self, method: str, url: str, kind: Kind, token: str, options: dict[str, Any]
    ) -> Answer:
        return self.transport.call(
            method, url, account=self.account, kind=kind, token=token, urgent=self.urgent, **options
        )
