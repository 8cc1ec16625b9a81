"""Celery is the doorbell: a broker that is slow, empty or gone loses nothing (faults 63 to 65, 70)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

from integration import jobs, watchdog
from integration.clock import now
from integration.doorbell import Doorbell, send
from integration.tasks import tick
from tests import tenants
from tests.flows import job_kinds

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
QUEUES = "interactive,webhook,periodic,backfill"


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture(autouse=True)
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "marks"
    file.touch()
    monkeypatch.setenv(job_kinds.MARKS, str(file))
    return file


def environment() -> dict[str, str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
    }


@contextmanager
def celery(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "integration.celery", *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def worker() -> AbstractContextManager[subprocess.Popen[bytes]]:
    return celery(
        "worker", "--pool", "threads", "-c", "4", "-Q", QUEUES, "-l", "WARNING",
        "--include", "tests.flows.job_kinds", "--without-gossip", "--without-mingle",
    )  # fmt: skip


def beat(tmp_path: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return celery("beat", "-l", "WARNING", "--pidfile", str(tmp_path / "beat.pid"))


def words(marks: Path) -> list[str]:
    return [" ".join(line.split(" ")[:2]) for line in marks.read_text().splitlines()]


def until_marked(marks: Path, word: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while word not in words(marks):
        assert time.monotonic() < deadline, f"{word!r} never came: {words(marks)}"
        time.sleep(0.05)


@pytest.mark.flow
@pytest.mark.timeout(180)
def test_f63_f70_a_flushed_broker_and_a_killed_worker_lose_nothing(
    broker: redis.Redis, marks: Path, tmp_path: Path
) -> None:
    portal = tenants.portal()
    with beat(tmp_path), worker() as first:
        jobs.enqueue("test.quick", portal=portal, subject="rung", at=now())
        until_marked(marks, "ran rung")

        for number in range(20):
            jobs.enqueue("test.quick", portal=portal, subject=f"flushed{number}", at=now())
            broker.flushdb()
        for number in range(20):
            until_marked(marks, f"ran flushed{number}")

        jobs.enqueue(
            "test.sleepy", portal=portal, parameters={"seconds": 60}, subject="x", at=now()
        )
        until_marked(marks, "began x")
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed = time.monotonic()
        jobs.open_jobs(portal).update(parameters={"seconds": 0})
        with worker():
            until_marked(marks, "ended x")
            assert time.monotonic() - killed < settings.DEALBOOKS["JOB_LEASE_SECONDS"] + 15
    counted = Counter(words(marks))
    assert counted.pop("began x") == 2
    assert set(counted.values()) == {1}


def test_f63_the_tick_rings_again_for_what_a_flush_forgot(broker: redis.Redis) -> None:
    portal = tenants.portal()
    jobs.enqueue("test.quick", portal=portal, at=now())
    jobs.enqueue("test.steps", portal=portal, at=now())
    broker.flushdb()
    tick()
    assert broker.llen("interactive") >= 1
    assert broker.llen("periodic") >= 1
    assert broker.llen("backfill") == 0


def test_f70_two_ticks_ring_twice_and_that_is_all(broker: redis.Redis) -> None:
    portal = tenants.portal()
    job = jobs.enqueue("test.quick", portal=portal, at=now())
    tick()
    tick()
    assert jobs.run_due("interactive", 10, now()) == 1
    assert not jobs.open_jobs(portal).filter(pk=job.pk).exists()
    broker.flushdb()
    tick()
    assert broker.llen("interactive") == 0


def test_many_due_jobs_do_not_flood_the_broker(broker: redis.Redis) -> None:
    portal = tenants.portal()
    for number in range(60):
        jobs.enqueue("test.steps", portal=portal, subject=str(number), at=now())
    time.sleep(0.5)
    broker.flushdb()
    tick()
    assert broker.llen("periodic") <= 8


def test_f64_a_broker_that_never_answers_does_not_slow_a_page() -> None:
    """Enqueued in another process, whose broker accepts connections and then says nothing."""
    script = (
        "import time, django; django.setup(); from integration import jobs; "
        "from integration.clock import now; from integration.models import Portal; "
        "portal = Portal.objects.get(); began = time.monotonic(); "
        "jobs.enqueue('test.quick', portal=portal, at=now(), queue='interactive'); "
        "print(time.monotonic() - began)"
    )
    portal = tenants.portal()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        ran = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**environment(), "CELERY_BROKER_URL": address},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert float(ran.stdout.splitlines()[-1]) < 2
    assert jobs.open_jobs(portal).count() == 1


def test_a_ring_is_published_by_a_thread_of_its_own(broker: redis.Redis) -> None:
    bell = Doorbell()
    bell.ring("webhook")
    assert bell.wait(10)
    assert broker.llen("webhook") == 1


def test_a_forked_process_rings_for_itself(broker: redis.Redis) -> None:
    assert send("backfill")
    assert broker.llen("backfill") == 1


def test_f65_silence_is_deafness_only_while_work_is_due() -> None:
    portal = tenants.portal()
    assert not watchdog.is_deaf(1000, ["interactive"], now())
    jobs.enqueue("test.quick", portal=portal, at=now())
    assert watchdog.is_deaf(1000, ["interactive"], now())
    assert not watchdog.is_deaf(10, ["interactive"], now())
    assert not watchdog.is_deaf(1000, ["backfill"], now())
