"""Token buckets: limits kept, people first, halved after a 429, slow without Redis (C.1, faults 14, 66)."""

import time
from typing import Any

import pytest
import redis
from django.conf import settings

from integration.gateways.errors import RateLimited
from integration.gateways.throttle import (
    RULES,
    LocalLimiter,
    RedisLimiter,
    learned_rule,
)


class Gone:
    """A Redis that is away."""

    def eval(self, *arguments: Any) -> Any:
        raise ConnectionError

    def hset(self, *arguments: Any, **options: Any) -> Any:
        raise ConnectionError


@pytest.fixture
def client() -> Any:
    found = redis.Redis.from_url(settings.REDIS_URL)
    found.delete(*(found.keys("test-limit:*") or ["test-limit:none"]))
    yield found
    found.close()


@pytest.fixture(params=["local", "redis"])
def limiter(request: pytest.FixtureRequest) -> Any:
    if request.param == "local":
        return LocalLimiter()
    return RedisLimiter(request.getfixturevalue("client"), "test-limit")


def seconds(work: Any) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


@pytest.mark.parametrize(
    ("vendor", "window", "limit"), [("quickbooks", 1, 10), ("hubspot", 10, 100)]
)
def test_b27_rules_stay_below_the_vendors_limits(vendor: str, window: int, limit: int) -> None:
    rule = RULES[(vendor, "rest")]
    assert rule.rate * window + rule.burst <= limit
    assert RULES[("hubspot", "search")].rate + RULES[("hubspot", "search")].burst <= 5
    assert RULES[("quickbooks", "batch")].rate * 60 + RULES[("quickbooks", "batch")].burst <= 40


def test_b27_a_burst_is_spread_over_time(limiter: Any) -> None:
    taken = seconds(lambda: [limiter.take("quickbooks", "r1", "read", True) for _ in range(6)])
    assert 0.3 < taken < 1.5
    assert seconds(lambda: limiter.take("quickbooks", "other realm", "read", True)) < 0.1


def test_b27_a_fifth_is_kept_for_people(limiter: Any) -> None:
    for _ in range(3):
        limiter.take("quickbooks", "r2", "read", True)
    job = seconds(lambda: limiter.take("quickbooks", "r2", "read", False))
    for _ in range(2):
        limiter.take("quickbooks", "r2", "read", True)
    person = seconds(lambda: limiter.take("quickbooks", "r2", "read", True))
    assert job > person


def test_f14_a_429_stops_and_halves(limiter: Any) -> None:
    limiter.pushback("hubspot", "p1", "rest", 0.3)
    assert seconds(lambda: limiter.take("hubspot", "p1", "read", True)) >= 0.25
    limiter.pushback("hubspot", "p1", "rest", 60)
    with pytest.raises(RateLimited) as caught:
        limiter.take("hubspot", "p1", "read", True)
    assert caught.value.retry_after is not None
    assert 50 < caught.value.retry_after <= 60
    assert not caught.value.sent


def test_b27_search_has_a_bucket_of_its_own(limiter: Any) -> None:
    limiter.pushback("hubspot", "p2", "search", 60)
    assert seconds(lambda: limiter.take("hubspot", "p2", "write", True)) < 0.1


def test_f66_without_redis_the_rate_is_slower_and_never_unlimited() -> None:
    limiter = RedisLimiter(Gone(), "test-limit")
    limiter.learn("hubspot", "p", "read", {})
    taken = seconds(lambda: [limiter.take("quickbooks", "r", "read", True) for _ in range(3)])
    assert taken > 0.8
    limiter.pushback("quickbooks", "r", "rest", 60)
    with pytest.raises(RateLimited):
        limiter.take("quickbooks", "r", "read", True)


def test_f17_limits_told_by_answers_are_taken_over(limiter: Any) -> None:
    headers = {
        "X-HubSpot-RateLimit-Max": "190",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
    }
    limiter.learn("hubspot", "p3", "read", headers)
    rule = learned_rule(headers)
    assert rule is not None
    assert rule.rate * 10 + rule.burst <= 190
    assert seconds(lambda: [limiter.take("hubspot", "p3", "read", True) for _ in range(25)]) < 1
    assert learned_rule({"X-HubSpot-RateLimit-Max": "soon"}) is None
