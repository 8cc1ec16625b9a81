"""At most eight calls of a company at once, over all processes; two while Redis is away (C.1, B-27)."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
import redis
from django.conf import settings

from integration.gateways.errors import RateLimited
from integration.gateways.in_flight import LocalSlots, RedisSlots, allowed
from tests.unit.test_throttle import Gone


@pytest.fixture
def client() -> Any:
    found = redis.Redis.from_url(settings.REDIS_URL)
    found.delete(*(found.keys("test-flight:*") or ["test-flight:none"]))
    yield found
    found.close()


@pytest.fixture(params=["local", "redis"])
def slots(request: pytest.FixtureRequest) -> Any:
    """Where a job gives up after a second."""
    patience = {True: 5.0, False: 1.0}
    if request.param == "local":
        return LocalSlots(1.0, patience)
    return RedisSlots(request.getfixturevalue("client"), "test-flight", patience)


def most_at_once(hold: Callable[[], Any], threads: int) -> int:
    """How many of so many threads were inside together: each stays until no other comes."""
    inside, seen, lock = 0, 0, threading.Lock()
    start = threading.Barrier(threads)

    def work() -> None:
        nonlocal inside, seen
        start.wait()
        with hold():
            with lock:
                inside += 1
                seen = max(seen, inside)
            time.sleep(0.15)
            with lock:
                inside -= 1

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    return seen


def test_b27_places_by_vendor_and_who_asks() -> None:
    assert [allowed("quickbooks", urgent) for urgent in (True, False)] == [8, 6]
    assert allowed("quickbooks", True, 0.25) == 2
    assert allowed("quickbooks", False, 0.01) == 1
    assert allowed("hubspot", False) == 0


def test_b27_never_more_than_the_places_are_under_way(slots: Any) -> None:
    assert most_at_once(lambda: slots.hold("quickbooks", "r1", False, 60), 12) == 6
    assert most_at_once(lambda: slots.hold("quickbooks", "r1", True, 60), 16) == 8
    assert most_at_once(lambda: slots.hold("hubspot", "p1", False, 60), 10) == 10


def test_b27_people_find_a_place_and_others_are_told_to_wait(
    slots: Any,
) -> None:
    with ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(slots.hold("quickbooks", "r2", False, 60))
        with pytest.raises(RateLimited) as caught, slots.hold("quickbooks", "r2", False, 60):
            pass
        assert not caught.value.sent
        stack.enter_context(slots.hold("quickbooks", "r2", True, 60))
        stack.enter_context(slots.hold("quickbooks", "another realm", False, 60))


def test_f59_a_killed_process_gives_its_places_back(client: Any) -> None:
    killed, other = RedisSlots(client, "test-flight"), RedisSlots(client, "test-flight")
    held = [killed.hold("quickbooks", "r3", True, 0.2) for _ in range(8)]
    for each in held:
        each.__enter__()
    started = time.monotonic()
    with other.hold("quickbooks", "r3", True, 60):
        assert 0.1 < time.monotonic() - started < 2


def test_f66_without_redis_there_are_fewer_places_and_never_any_number() -> None:
    slots = RedisSlots(Gone(), "test-flight")
    assert most_at_once(lambda: slots.hold("quickbooks", "r", True, 60), 8) == 2


def test_b27_a_place_costs_little(client: Any) -> None:
    slots = RedisSlots(client, "test-flight")
    started = time.process_time()
    for _ in range(200):
        with slots.hold("quickbooks", "r4", False, 60):
            pass
    assert (time.process_time() - started) / 200 < 0.002
