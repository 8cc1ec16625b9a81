"""What the network did to a request, as one of the eight errors; and how long to wait."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

import requests
import urllib3

from integration.gateways.errors import (
    AccountBlocked,
    GatewayError,
    QuotaExhausted,
    RateLimited,
    Unavailable,
)

LONGEST_WAIT = 24 * 3600.0
"""HubSpot's 477 may ask for a day (hubspot.md 8)."""
LONGEST_THROTTLE = 600.0
"""A 429 that asks for more than ten minutes is believed for ten (fault 12)."""


def retry_after_seconds(headers: Mapping[str, str], error: GatewayError) -> float | None:
    """What ``Retry-After`` asks (seconds, or a date counted from the answer's own Date).

    The error's own default where the header is absent, unreadable or means nothing for it.
    """
    given = headers.get("Retry-After", "").strip()
    if not given or not isinstance(error, Unavailable | RateLimited | QuotaExhausted):
        return error.retry_after
    try:
        seconds = float(given)
    except ValueError:
        try:
            sent_at = parsedate_to_datetime(headers.get("Date", ""))
            seconds = (parsedate_to_datetime(given) - sent_at).total_seconds()
        except (ValueError, TypeError):
            return error.retry_after
    longest = LONGEST_THROTTLE if isinstance(error, RateLimited) else LONGEST_WAIT
    return min(max(seconds, 0.0), longest)


NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ConnectTimeoutError,
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidURL,
    urllib3.exceptions.ProxyError,
)
"""The proxy's too: it is raised only until the tunnel stands."""


def network_error(vendor: str, error: Exception) -> GatewayError:
    """``Unavailable`` with a code for what the network did; ``sent`` says if it may have arrived."""
    chain = list(_chain(error))
    if any(
        isinstance(one, requests.exceptions.SSLError | urllib3.exceptions.SSLError) for one in chain
    ):
        return AccountBlocked("net.tls", vendor=vendor, sent=False)
    code, sent = "net.reset", True
    if any(isinstance(one, NEVER_SENT) for one in chain):
        code, sent = "net.unreachable", False
    elif any(
        isinstance(one, TimeoutError | urllib3.exceptions.TimeoutError | requests.Timeout)
        for one in chain
    ):
        code = "net.timeout"
    elif any(isinstance(one, urllib3.exceptions.IncompleteRead) for one in chain):
        code = "net.truncated"
    elif any(isinstance(one, urllib3.exceptions.DecodeError) for one in chain):
        code = "net.unreadable"
    return Unavailable(code, vendor=vendor, sent=sent)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, its causes and the errors it wraps, each once."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        waiting += [other for other in inner if isinstance(other, BaseException)]
