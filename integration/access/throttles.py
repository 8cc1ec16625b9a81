"""How often something may be done (control 16): counted in Redis, and here while Redis is away."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from integration.access import error_pages
from integration.accounts import client_address

log = structlog.stdlib.get_logger(__name__)

KEPT = 10_000
"""Windows remembered in this process while Redis is away; the oldest are forgotten."""

_local: dict[str, int] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Allowance:
    """``remaining`` more in this window; the next window starts in ``wait`` seconds."""

    limit: int
    remaining: int
    wait: int

    @property
    def is_free(self) -> bool:
        return self.remaining >= 0

    def headers(self) -> dict[str, str]:
        """Rate-limit headers for an answer; ``Retry-After`` only on a refusal."""
        found = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.remaining, 0)),
            "RateLimit-Reset": str(self.wait),
        }
        return found if self.is_free else {**found, "Retry-After": str(self.wait)}


def allowance(scope: str, who: str, limit: int, seconds: int) -> Allowance:
    """Count one use by ``who`` in the current window of ``seconds`` and say what is left."""
    instant = time.time()
    window, passed = divmod(int(instant), seconds)
    used = _count(f"throttle:{scope}:{who}:{window}", seconds)
    return Allowance(limit, limit - used, seconds - passed)


def throttled(
    scope: str, limit: int, seconds: int
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Limit a page by person, or by address for people who are not signed in."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            person = getattr(request, "user", None)
            who = str(person.pk) if person and person.is_authenticated else client_address(request)
            left = allowance(scope, who, limit, seconds)
            if left.is_free:
                return view(request, *arguments, **named)
            response = error_pages.show(request, 429, "generic.too_many", seconds=left.wait)
            response["Retry-After"] = str(left.wait)
            return response

        return page

    return wrap


def _count(key: str, seconds: int) -> int:
    try:
        cache.add(key, 0, timeout=seconds * 2)
        return int(cache.incr(key))
    except (RedisError, ValueError) as trouble:  # ValueError: the key vanished in between
        log.warning("throttle counts in this process", trouble=type(trouble).__name__)
        return _count_here(key)


def _count_here(key: str) -> int:
    with _lock:
        if len(_local) >= KEPT:
            for old in list(_local)[: KEPT // 2]:
                del _local[old]
        _local[key] = _local.get(key, 0) + 1
        return _local[key]
