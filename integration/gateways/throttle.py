"""How fast we may speak: token buckets by vendor, account and kind (performance.md C.1, C.5.6).

The shared bucket lives in Redis; when Redis is away each process falls back to a quarter of the
rate, never to no limit (fault 66). A 429 halves the rate and stops calls for the time asked;
the rate then grows back by 5 % every 10 s. A fifth of each bucket is kept for people waiting in
the wizard (``urgent``).
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from integration.gateways.errors import RateLimited

log = structlog.stdlib.get_logger("dealbooks.throttle")


@dataclass(frozen=True, slots=True)
class Rule:
    """``rate`` calls a second, ``burst`` at once; rate * window + burst stays below the limit."""

    rate: float
    burst: float


RULES: dict[tuple[str, str], Rule] = {
    ("quickbooks", "rest"): Rule(rate=7.0, burst=3.0),  # 10 a second, 500 a minute
    ("quickbooks", "read"): Rule(rate=7.0, burst=3.0),  # stopped alone when reads are used up
    ("quickbooks", "batch"): Rule(rate=0.5, burst=8.0),  # 40 a minute
    ("hubspot", "rest"): Rule(rate=6.5, burst=30.0),  # 100 in 10 seconds (the smallest plan)
    ("hubspot", "search"): Rule(rate=4.0, burst=1.0),  # 5 a second
}
BUCKETS = {
    ("quickbooks", "read"): ("rest", "read"),
    ("quickbooks", "batch"): ("rest", "batch"),
    ("hubspot", "search"): ("rest", "search"),
}
RESERVED = 0.2
REGROWTH = 0.05 / 10
SMALLEST_FACTOR = 1 / 64
LOCAL_SHARE = 0.25
PATIENCE = {True: 5.0, False: 20.0}
"""Seconds a call may wait for its turn: a person's, a job's."""
REDIS_PAUSE = 5.0


class Limiter(Protocol):
    def take(self, vendor: str, account: str, kind: str, urgent: bool) -> None:
        """Wait for a turn, or raise ``RateLimited`` when it would take too long."""

    def pushback(self, vendor: str, account: str, bucket: str, seconds: float) -> None:
        """The vendor said "too fast": stop for ``seconds`` and go on at half the rate."""

    def learn(self, vendor: str, account: str, kind: str, headers: Mapping[str, str]) -> None:
        """Take over the limits an answer tells (``X-HubSpot-RateLimit-*``)."""


class Meter(Protocol):
    def count(self, vendor: str, account: str, kind: str, status: int) -> None:
        """One call ended; status 0 means there was no answer."""


class MemoryMeter:
    """Counts in this process only, by (vendor, account, kind, status)."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str, str, int]] = Counter()

    def count(self, vendor: str, account: str, kind: str, status: int) -> None:
        self.calls[(vendor, account, kind, status)] += 1


class Unlimited:
    """No limits and no waiting, for tests against the sandbox."""

    def take(self, vendor: str, account: str, kind: str, urgent: bool) -> None:
        """Always at once."""

    def pushback(self, vendor: str, account: str, bucket: str, seconds: float) -> None:
        """The caller has the error; nothing is remembered."""

    def learn(self, vendor: str, account: str, kind: str, headers: Mapping[str, str]) -> None:
        """Nothing to learn."""


def buckets_of(vendor: str, kind: str) -> tuple[str, ...]:
    """A batch call also counts as a call; the narrow bucket is asked last."""
    return BUCKETS.get((vendor, kind), ("rest",))


def learned_rule(headers: Mapping[str, str]) -> Rule | None:
    """HubSpot's own window, kept at nine tenths of it with three tenths as burst."""
    try:
        most = float(headers["X-HubSpot-RateLimit-Max"])
        seconds = float(headers["X-HubSpot-RateLimit-Interval-Milliseconds"]) / 1000
    except (KeyError, ValueError):
        return None
    if most < 10 or seconds <= 0:
        return None
    return Rule(rate=0.6 * most / seconds, burst=0.3 * most)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    factor: float = 1.0
    factor_at: float = 0.0
    blocked_until: float = 0.0


class LocalLimiter:
    """Buckets of this process. ``share`` scales every rule; 0 or less means no waiting at all."""

    def __init__(self, share: float = 1.0) -> None:
        self._share = share
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}
        self._rules: dict[tuple[str, str], Rule] = {}
        self._lock = threading.Lock()

    def take(self, vendor: str, account: str, kind: str, urgent: bool) -> None:
        for bucket in buckets_of(vendor, kind):
            wait_for_turn(
                lambda name=bucket: self._ask(vendor, account, name, urgent), vendor, urgent
            )

    def pushback(self, vendor: str, account: str, bucket: str, seconds: float) -> None:
        with self._lock:
            now = time.monotonic()
            found = self._bucket(vendor, account, bucket, now)
            found.factor = max(SMALLEST_FACTOR, self._factor(found, now) / 2)
            found.factor_at = now
            found.blocked_until = max(found.blocked_until, now + seconds)

    def learn(self, vendor: str, account: str, kind: str, headers: Mapping[str, str]) -> None:
        rule = learned_rule(headers)
        if rule is not None:
            self._rules[(vendor, account)] = rule

    def _ask(self, vendor: str, account: str, name: str, urgent: bool) -> float:
        """0 when a token was taken, else the seconds until one may be there."""
        rule = self._rules.get((vendor, account)) if name == "rest" else None
        rule = rule or RULES[(vendor, name)]
        with self._lock:
            now = time.monotonic()
            bucket = self._bucket(vendor, account, name, now)
            if now < bucket.blocked_until:
                return bucket.blocked_until - now
            if self._share <= 0:
                return 0.0
            rate = rule.rate * self._share * self._factor(bucket, now)
            burst = max(1.0, rule.burst * self._share)
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * rate)
            bucket.filled_at = now
            needed = 1.0 if urgent else min(burst, 1.0 + RESERVED * burst)
            if bucket.tokens >= needed:
                bucket.tokens -= 1.0
                return 0.0
            return (needed - bucket.tokens) / rate

    def _bucket(self, vendor: str, account: str, name: str, now: float) -> _Bucket:
        key = (vendor, account, name)
        if key not in self._buckets:
            burst = max(1.0, RULES[(vendor, name)].burst * max(self._share, 0.0))
            self._buckets[key] = _Bucket(tokens=burst, filled_at=now)
        return self._buckets[key]

    @staticmethod
    def _factor(bucket: _Bucket, now: float) -> float:
        return min(1.0, bucket.factor + (now - bucket.factor_at) * REGROWTH)


def wait_for_turn(ask: Any, vendor: str, urgent: bool) -> None:
    """Sleep until ``ask()`` answers 0; raise ``RateLimited`` when patience would run out."""
    gives_up_at = time.monotonic() + PATIENCE[urgent]
    while (wait := ask()) > 0:
        if time.monotonic() + wait > gives_up_at:
            raise RateLimited("net.own_limit", vendor=vendor, retry_after=wait, sent=False)
        time.sleep(wait)


TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local b = redis.call('HMGET', KEYS[1], 'tokens', 'filled', 'factor', 'factor_at', 'blocked', 'rate', 'burst')
local blocked = tonumber(b[5] or '0')
if now < blocked then return tostring(blocked - now) end
local rate = tonumber(b[6] or ARGV[1])
local burst = tonumber(b[7] or ARGV[2])
local factor = math.min(1, tonumber(b[3] or '1') + (now - tonumber(b[4] or '0')) * tonumber(ARGV[4]))
local tokens = math.min(burst, tonumber(b[1] or burst) + (now - tonumber(b[2] or now)) * rate * factor)
local needed = 1
if ARGV[3] == '0' then needed = math.min(burst, 1 + tonumber(ARGV[5]) * burst) end
local wait = 0
if tokens >= needed then tokens = tokens - 1 else wait = (needed - tokens) / (rate * factor) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'filled', tostring(now))
redis.call('EXPIRE', KEYS[1], 3600)
return tostring(wait)
"""
PUSHBACK = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local b = redis.call('HMGET', KEYS[1], 'factor', 'factor_at', 'blocked')
local factor = math.min(1, tonumber(b[1] or '1') + (now - tonumber(b[2] or '0')) * tonumber(ARGV[2]))
factor = math.max(tonumber(ARGV[3]), factor / 2)
local blocked = math.max(tonumber(b[3] or '0'), now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'factor', tostring(factor), 'factor_at', tostring(now), 'blocked', tostring(blocked))
redis.call('EXPIRE', KEYS[1], math.ceil(tonumber(ARGV[1])) + 3600)
return '0'
"""


class RedisLimiter:
    """Buckets shared by all processes. ``client`` is a redis client (or anything with ``eval``)."""

    def __init__(self, client: Any, prefix: str = "dealbooks:limit") -> None:
        self._client = client
        self._prefix = prefix
        self._fallback = LocalLimiter(LOCAL_SHARE)
        self._away_until = 0.0

    def take(self, vendor: str, account: str, kind: str, urgent: bool) -> None:
        for name in buckets_of(vendor, kind):
            rule = RULES[(vendor, name)]
            arguments = (rule.rate, rule.burst, int(urgent), REGROWTH, RESERVED)

            def ask(name: str = name, arguments: tuple[float, ...] = arguments) -> float:
                wait = self._run(TAKE, vendor, account, name, *arguments)
                return self._fallback._ask(vendor, account, name, urgent) if wait is None else wait

            wait_for_turn(ask, vendor, urgent)

    def pushback(self, vendor: str, account: str, bucket: str, seconds: float) -> None:
        self._run(PUSHBACK, vendor, account, bucket, seconds, REGROWTH, SMALLEST_FACTOR)
        self._fallback.pushback(vendor, account, bucket, seconds)

    def learn(self, vendor: str, account: str, kind: str, headers: Mapping[str, str]) -> None:
        rule = learned_rule(headers)
        if rule is None or self._fallback._rules.get((vendor, account)) == rule:
            return
        self._fallback.learn(vendor, account, kind, headers)
        self._guarded(
            lambda: self._client.hset(
                self._key(vendor, account, "rest"), mapping={"rate": rule.rate, "burst": rule.burst}
            )
        )

    def _key(self, vendor: str, account: str, name: str) -> str:
        return f"{self._prefix}:{vendor}:{account}:{name}"

    def _run(
        self, script: str, vendor: str, account: str, name: str, *arguments: float
    ) -> float | None:
        """Seconds to wait; None when Redis cannot be asked."""
        answer = self._guarded(
            lambda: self._client.eval(script, 1, self._key(vendor, account, name), *arguments)
        )
        return None if answer is None else float(answer)

    def _guarded(self, ask: Any) -> Any:
        if time.monotonic() < self._away_until:
            return None
        try:
            return ask()
        except Exception as error:  # any client error means the same: limit locally
            self._away_until = time.monotonic() + REDIS_PAUSE
            log.warning("limiter falls back to local rates", error=type(error).__name__)
            return None
