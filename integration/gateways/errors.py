"""The eight ways a vendor call can end badly (reliability.md A.3); nothing else leaves a gateway.

``code`` and ``parameters`` are for ``integration.messages``, which makes the sentence. ``str()`` of
an error holds the code and the trace id only, so that a log never carries a vendor's text.
"""

from collections.abc import Mapping


class GatewayError(Exception):
    """Base; never raised itself.

    ``parameters`` are plain strings: detail, element, field, value, existing_id, scopes …
    ``retry_after`` is in seconds. ``sent`` is False only when the request certainly never left.
    """

    def __init__(
        self,
        code: str,
        *,
        vendor: str,
        parameters: Mapping[str, str] | None = None,
        status: int | None = None,
        trace_id: str = "",
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.vendor = vendor
        self.parameters = dict(parameters or {})
        self.status = status
        self.trace_id = trace_id
        self.retry_after = retry_after
        self.sent = sent

    def __str__(self) -> str:
        return f"{self.code} (trace {self.trace_id})" if self.trace_id else self.code


class Unavailable(GatewayError):
    """No answer, or none that can be read. Retry reads freely, writes with the same key only."""


class RateLimited(GatewayError):
    """Too fast: wait ``retry_after`` seconds. It does not count as an attempt."""


class QuotaExhausted(GatewayError):
    """The day's or month's allowance is used up: reads pause until it is reset."""


class NeedsReconnect(GatewayError):
    """The permission is gone: a person must connect again."""


class AccountBlocked(GatewayError):
    """The account, plan, period or scope forbids it: a person must change something there."""


class Conflict(GatewayError):
    """Somebody was faster, or the name or number is taken: read again, then merge or adopt."""


class NotFound(GatewayError):
    """The record does not exist any more."""


class Rejected(GatewayError):
    """The vendor refuses these values; the same request will never work."""
