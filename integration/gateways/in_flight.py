"""How many calls of one company are under way at once (performance.md C.1).

Intuit speaks of ten concurrent requests for each company and app. Eight are used, over all
processes together, and of those some are kept for people. The places are held in Redis, each until
its call must have ended, so that a killed process gives them back; while Redis is away every
process allows itself two.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import structlog

from integration.gateways.errors import RateLimited
from integration.gateways.throttle import LOCAL_SHARE, PATIENCE, REDIS_PAUSE, RESERVED

MOST = {"quickbooks": 8}
LOOK_AGAIN = (0.01, 0.1)
"""Seconds between two looks for a free place: the first, and the longest they grow to."""
log = structlog.stdlib.get_logger("dealbooks.throttle")


class Slots(Protocol):
    def hold(
        self, vendor: str, account: str, urgent: bool, seconds: float
    ) -> AbstractContextManager[None]:
        """One place while the block runs, at most ``seconds``; raises ``RateLimited`` without one."""


class AnyNumber:
    """No limit."""

    @contextmanager
    def hold(self, vendor: str, account: str, urgent: bool, seconds: float) -> Iterator[None]:
        yield


def allowed(vendor: str, urgent: bool, share: float = 1.0) -> int:
    """Places for a call; 0 means any number. A fifth is kept for people."""
    most = MOST.get(vendor, 0)
    return most and max(1, int(most * share * (1 if urgent else 1 - RESERVED)))


def _wait(enter: Callable[[], bool | None], vendor: str, patience: float) -> bool:
    """What ``enter()`` answers once it is not None; raises ``RateLimited`` when patience ends."""
    gives_up_at = time.monotonic() + patience
    pause, longest = LOOK_AGAIN
    while (entered := enter()) is None:
        if time.monotonic() + pause > gives_up_at:
            raise RateLimited("net.own_limit", vendor=vendor, retry_after=longest, sent=False)
        time.sleep(pause)
        pause = min(longest, pause * 1.5)
    return entered


class LocalSlots:
    """Places of this process."""

    def __init__(self, share: float = 1.0, patience: Mapping[bool, float] = PATIENCE) -> None:
        self._share = share
        self._patience = patience
        self._busy: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, vendor: str, account: str, urgent: bool, seconds: float) -> Iterator[None]:
        most = allowed(vendor, urgent, self._share)
        if not most:
            yield
            return
        _wait(lambda: self._enter((vendor, account), most), vendor, self._patience[urgent])
        try:
            yield
        finally:
            with self._lock:
                self._busy[vendor, account] -= 1

    def _enter(self, whose: tuple[str, str], most: int) -> bool | None:
        with self._lock:
            if self._busy[whose] >= most:
                return None
            self._busy[whose] += 1
        return True


ENTER = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], math.ceil(tonumber(ARGV[2])) + 1)
return 1
"""


class RedisSlots:
    """Places shared by all processes. ``client`` is a redis client."""

    def __init__(
        self,
        client: Any,
        prefix: str = "dealbooks:in-flight",
        patience: Mapping[bool, float] = PATIENCE,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._patience = patience
        self._fallback = LocalSlots(LOCAL_SHARE, patience)
        self._away_until = 0.0

    @contextmanager
    def hold(self, vendor: str, account: str, urgent: bool, seconds: float) -> Iterator[None]:
        most = allowed(vendor, urgent)
        if not most:
            yield
            return
        key, ticket = f"{self._prefix}:{vendor}:{account}", secrets.token_hex(8)
        patience = self._patience[urgent]
        is_shared = _wait(lambda: self._enter(key, most, seconds, ticket), vendor, patience)
        if not is_shared:
            with self._fallback.hold(vendor, account, urgent, seconds):
                yield
            return
        try:
            yield
        finally:
            self._guarded(lambda: self._client.zrem(key, ticket))

    def _enter(self, key: str, most: int, seconds: float, ticket: str) -> bool | None:
        """None while there is no free place; False when Redis cannot be asked."""
        found = self._guarded(lambda: self._client.eval(ENTER, 1, key, most, seconds, ticket))
        if found is None:
            return False
        return True if int(found) else None

    def _guarded(self, ask: Any) -> Any:
        if time.monotonic() < self._away_until:
            return None
        try:
            return ask()
        except Exception as error:  # any client error means the same: limit locally
            self._away_until = time.monotonic() + REDIS_PAUSE
            log.warning("calls in flight are limited locally", error=type(error).__name__)
            return None
