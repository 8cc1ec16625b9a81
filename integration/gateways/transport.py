"""One HTTP exchange with a vendor, ending in an ``Answer`` or one of the eight errors.

Deadlines for connecting, reading and the whole; a size cap; no redirects (a token never follows
one); limiter before, meter after; errors told from status and body before any library parses.
Bodies and tokens are never logged.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import requests
import structlog
import urllib3

from integration import exact_json
from integration.gateways import hubspot_faults, quickbooks_faults
from integration.gateways.deadline import new_session, total_deadline
from integration.gateways.errors import (
    GatewayError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from integration.gateways.in_flight import AnyNumber, Slots
from integration.gateways.network import network_error, retry_after_seconds
from integration.gateways.quota import ReadQuota
from integration.gateways.throttle import Limiter, Meter

Kind = Literal["read", "write", "search", "batch", "token"]
ERROR_READERS = {"quickbooks": quickbooks_faults.from_body, "hubspot": hubspot_faults.from_body}
TRACE_HEADERS = ("intuit_tid", "X-HubSpot-Correlation-Id")
THROTTLE_SECONDS = 60.0
QUOTA_SECONDS = 600.0
CHUNK = 64 * 1024
POOL_SIZE = 32
log = structlog.stdlib.get_logger("dealbooks.vendor")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds, the largest decoded answer in bytes, and the way out."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    max_bytes: int = 25 * 1024 * 1024
    quota_over: float = 120.0
    """Reads refused for so long are not throttled but used up (``quota``)."""
    proxy: str = field(default="", repr=False)
    """Through which https calls go; it may hold a password."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; ``trace_id`` is the vendor's own id of the exchange."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    trace_id: str
    vendor: str = ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body with Decimals for fractions; raises ``Unavailable`` when it is not JSON."""
        try:
            return exact_json.read(self.body)
        except (ValueError, RecursionError):
            raise self.unreadable() from None

    def object(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            raise self.unreadable()
        return value

    def unreadable(self) -> Unavailable:
        return Unavailable(
            "net.unreadable", vendor=self.vendor, status=self.status, trace_id=self.trace_id
        )


class Transport:
    """One for each vendor and process. Thread-safe; connections are kept and shared."""

    def __init__(
        self,
        vendor: str,
        limiter: Limiter,
        meter: Meter,
        timeouts: Timeouts,
        slots: Slots | None = None,
    ) -> None:
        self.vendor = vendor
        self.limiter = limiter
        self.slots = slots or AnyNumber()
        self.meter = meter
        self.timeouts = timeouts
        self._quota = ReadQuota(timeouts.quota_over)
        self._session = new_session(POOL_SIZE, timeouts.proxy)

    def call(
        self,
        method: str,
        url: str,
        *,
        account: str,
        kind: Kind,
        token: str = "",
        params: Mapping[str, str] | None = None,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        accept: str = "application/json",
        urgent: bool = False,
    ) -> Answer:
        """One exchange. ``token`` is sent as a bearer; ``json`` may hold Decimals.

        A read whose kept connection had gone stale is repeated once; nothing else is.
        """
        sent = {"Accept": accept, **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if json is not None:
            body = self._as_json(json)
            sent.setdefault("Content-Type", "application/json")
        if kind != "token":
            self.limiter.take(self.vendor, account, kind, urgent)
        exchange = _Exchange(method, url, dict(params or {}), body, sent)
        if kind == "token":
            return self._ended(exchange, account, kind)
        with self.slots.hold(self.vendor, account, urgent, self.timeouts.total):
            return self._ended(exchange, account, kind)

    def _ended(self, exchange: "_Exchange", account: str, kind: Kind) -> Answer:
        """The answer or the typed error, told to limiter and meter."""
        started = time.monotonic()
        try:
            answer = self._exchange(exchange, account, kind)
        except GatewayError as error:
            told = self._slowed_down(account, kind, error)
            self._finished(account, kind, error.status or 0, started, told)
            raise told from None
        if kind == "read":
            self._quota.answered(account)
        self.limiter.learn(self.vendor, account, kind, answer.headers)
        self._finished(account, kind, answer.status, started, None)
        return answer

    def _slowed_down(self, account: str, kind: Kind, error: GatewayError) -> GatewayError:
        """Pass a 429 on to the limiter: which calls it stops depends on what it means."""
        if isinstance(error, RateLimited) and self.vendor == "quickbooks" and kind == "read":
            error = self._quota.judge(account, error)
        if isinstance(error, QuotaExhausted):
            bucket = "read" if self.vendor == "quickbooks" else "rest"
            wait = error.retry_after or QUOTA_SECONDS
        elif isinstance(error, RateLimited):
            bucket = kind if kind in ("search", "batch") else "rest"
            wait = error.retry_after or THROTTLE_SECONDS
        else:
            return error
        self.limiter.pushback(self.vendor, account, bucket, wait)
        return error

    def encode(self, text: str) -> bytes:
        """UTF-8; a lone surrogate is refused here because no vendor could store it."""
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            raise Rejected("net.unencodable_text", vendor=self.vendor, sent=False) from None

    def _as_json(self, value: Any) -> bytes:
        try:
            return exact_json.written(value)
        except UnicodeEncodeError:
            raise Rejected("net.unencodable_text", vendor=self.vendor, sent=False) from None

    def close(self) -> None:
        self._session.close()

    def _finished(
        self, account: str, kind: Kind, status: int, started: float, error: GatewayError | None
    ) -> None:
        self.meter.count(self.vendor, account, kind, status)
        log.info(
            "vendor call" if error is None else "vendor call failed",
            vendor=self.vendor,
            kind=kind,
            status=status,
            error_code=error.code if error else "",
            vendor_trace=error.trace_id if error else "",
            milliseconds=round((time.monotonic() - started) * 1000),
        )

    def _exchange(self, exchange: "_Exchange", account: str, kind: Kind) -> Answer:
        try:
            return self._send(exchange)
        except Unavailable as error:
            if kind not in ("read", "search") or error.code != "net.reset":
                raise
        self.meter.count(self.vendor, account, kind, 0)
        return self._send(exchange)

    def _send(self, exchange: "_Exchange") -> Answer:
        try:
            with total_deadline(self.timeouts.total):
                response = self._session.request(
                    exchange.method,
                    exchange.url,
                    params=exchange.params,
                    data=exchange.body,
                    headers=exchange.headers,
                    timeout=(self.timeouts.connect, self.timeouts.read),
                    allow_redirects=False,
                    stream=True,
                )
                try:
                    body = self._read(response)
                finally:
                    response.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise network_error(self.vendor, error) from None
        except UnicodeError:
            raise Rejected("net.unencodable_text", vendor=self.vendor, sent=False) from None
        return self._judge(response, body, exchange.headers["Accept"])

    def _read(self, response: requests.Response) -> bytes:
        """The decoded body, given up as soon as it grows past the cap (fault 30)."""
        chunks: list[bytes] = []
        size = 0
        for chunk in response.raw.stream(CHUNK, decode_content=True):
            size += len(chunk)
            if size > self.timeouts.max_bytes:
                raise Unavailable("net.too_large", vendor=self.vendor, status=response.status_code)
            chunks.append(chunk)
        return b"".join(chunks)

    def _judge(self, response: requests.Response, body: bytes, accept: str) -> Answer:
        status = response.status_code
        trace_id = next(
            (response.headers[name] for name in TRACE_HEADERS if name in response.headers), ""
        )
        if 300 <= status < 400:
            raise Unavailable("net.redirect", vendor=self.vendor, status=status, trace_id=trace_id)
        if not 200 <= status < 300 or _is_fault(body):
            error = ERROR_READERS[self.vendor](status, response.headers, body, trace_id=trace_id)
            error.retry_after = retry_after_seconds(response.headers, error)
            raise error
        answer = Answer(status, response.headers, body, trace_id, self.vendor)
        if (
            accept.startswith("application/json")
            and status != 204
            and body.lstrip()[:1] not in (b"{", b"[")
        ):
            raise answer.unreadable()
        return answer


@dataclass(frozen=True, slots=True)
class _Exchange:
    method: str
    url: str
    params: dict[str, str]
    body: bytes | None
    headers: dict[str, str]


def _is_fault(body: bytes) -> bool:
    """QuickBooks may answer 200 with a Fault at the top; batch items keep theirs inside."""
    start = body[:200].lstrip()
    return start.startswith((b'{"Fault"', b'{"fault"')) or (
        b'"fault":{' in start and not start.startswith(b'{"BatchItemResponse"')
    )
