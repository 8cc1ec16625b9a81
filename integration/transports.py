"""The process's one transport to each vendor, made from the settings when first needed.

``DEALBOOKS["LIMITER"]`` chooses who limits: ``redis`` (all processes together), ``local`` (this
process alone) or ``none`` (simulated mode only, for tests against the sandbox).
"""

import os
import threading
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from redis.driver_info import DriverInfo

from integration.gateways.in_flight import AnyNumber, LocalSlots, RedisSlots, Slots
from integration.gateways.throttle import Limiter, LocalLimiter, RedisLimiter, Unlimited
from integration.gateways.transport import Timeouts, Transport
from integration.usage import UsageMeter

REDIS_SECONDS = 1.0
_lock = threading.Lock()
_made: dict[tuple[int, str], Any] = {}


def to(vendor: str) -> Transport:
    """``quickbooks`` or ``hubspot``."""
    return _once(vendor, lambda: Transport(vendor, limiter(), meter(), timeouts(), slots()))


def limiter() -> Limiter:
    return _once("limiter", _new_limiter)


def slots() -> Slots:
    """How many calls may be under way at once, by whom the limiter is."""
    return _once("slots", _new_slots)  # type: ignore[no-any-return]


def meter() -> UsageMeter:
    return _once("meter", lambda: UsageMeter(_client()))


def timeouts() -> Timeouts:
    chosen = settings.DEALBOOKS["TRANSPORT"]
    return Timeouts(
        connect=chosen["CONNECT_SECONDS"],
        read=chosen["READ_SECONDS"],
        total=chosen["TOTAL_SECONDS"],
        max_bytes=chosen["MAX_BYTES"],
        proxy=chosen["PROXY"],
    )


def start_over() -> None:
    """Forget connections and what the limiter learned, e.g. when the sandbox was reset."""
    with _lock:
        for made in _made.values():
            if isinstance(made, Transport):
                made.close()
        _made.clear()


def _new_limiter() -> Limiter:
    chosen = settings.DEALBOOKS["LIMITER"]
    if chosen == "redis":
        return RedisLimiter(_client())
    if chosen == "local":
        return LocalLimiter()
    if chosen == "none" and settings.DEALBOOKS["VENDORS"] == "simulated":
        return Unlimited()
    raise ImproperlyConfigured(
        f"DEALBOOKS_LIMITER is {chosen!r}. Set it to redis, or to local for one process alone."
    )


def _new_slots() -> Slots:
    chosen = settings.DEALBOOKS["LIMITER"]
    if chosen == "none":
        return AnyNumber()
    return LocalSlots() if chosen == "local" else RedisSlots(_client())


def _client() -> Any:
    """The cache's database: the limits are as expendable as a cache."""
    return _once(
        "redis",
        lambda: redis.Redis.from_url(
            settings.CACHES["default"]["LOCATION"],
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            driver_info=DriverInfo(),  # else each connection looks through all packages for it
        ),
    )


def _once(name: str, make: Any) -> Any:
    """Made once in each process: sockets must not be shared with a forked child."""
    key = (os.getpid(), name)
    found = _made.get(key)
    if found is None:
        made = make()
        with _lock:
            found = _made.setdefault(key, made)
    return found
