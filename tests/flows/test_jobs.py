"""Jobs as rows (decision 5): one owner at a time, nothing lost, nobody starves."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from integration import jobs, leases
from integration.gateways.errors import NeedsReconnect, RateLimited, Rejected, Unavailable
from integration.jobs import Job, Lease, LeaseLost
from integration.models import Portal
from tests import tenants
from tests.flows import job_kinds
from tests.tenants import NOON

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[str]]]:
    """Lines that the kinds of ``job_kinds`` left: word, subject, epoch, process."""
    file = tmp_path / "marks"
    file.touch()
    monkeypatch.setenv(job_kinds.MARKS, str(file))
    return lambda: [line.split(" ") for line in file.read_text().splitlines()]


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


@contextmanager
def worker(**environment: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that does interactive jobs on the same database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    database = urlunsplit(parts._replace(path=f"/{name}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.flows.job_worker"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "DATABASE_URL": database, **environment},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(condition: Callable[[], Any], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def row(job: Job) -> Job:
    return Job.objects.for_portal(job.portal_id).get(pk=job.pk)


def in_threads(count: int, act: Callable[[], Any]) -> list[Any]:
    def call() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [each.result() for each in [pool.submit(call) for _ in range(count)]]


# --------------------------------------------------------------------------------- once and done
def test_a_one_shot_runs_once_and_is_gone(portal: Portal, marks: Any) -> None:
    job = jobs.enqueue("test.quick", portal=portal, subject="a", at=NOON)
    assert jobs.run_due("interactive", 10, NOON) == 1
    assert jobs.run_due("interactive", 10, NOON) == 0
    assert [line[:3] for line in marks()] == [["ran", "a", "1"]]
    assert not jobs.open_jobs(portal).filter(pk=job.pk).exists()


def test_nothing_runs_before_its_time_nor_in_another_queue(portal: Portal) -> None:
    jobs.enqueue("test.quick", portal=portal, at=NOON + timedelta(seconds=1))
    assert jobs.run_due("interactive", 10, NOON) == 0
    assert jobs.run_due("periodic", 10, NOON + timedelta(days=1)) == 0
    assert jobs.run_due("interactive", 10, NOON + timedelta(seconds=1)) == 1


def test_work_in_steps_goes_on_at_the_time_it_names(portal: Portal, marks: Any) -> None:
    job = jobs.enqueue("test.steps", portal=portal, parameters={"done": 0}, at=NOON)
    assert jobs.run_due("periodic", 10, NOON) == 1
    assert row(job).next_at >= NOON + timedelta(seconds=60)
    assert jobs.run_due("periodic", 10, NOON + timedelta(minutes=2)) == 1
    assert jobs.run_due("periodic", 10, NOON + timedelta(minutes=5)) == 1
    assert len(marks()) == 3
    assert not jobs.open_jobs(portal).exists()


def test_the_same_work_is_owed_once_and_pulled_forward(portal: Portal) -> None:
    later = jobs.enqueue("test.quick", portal=portal, subject="a", at=NOON + timedelta(hours=1))
    sooner = jobs.enqueue(
        "test.quick", portal=portal, subject="a", parameters={"x": 1}, at=NOON, priority=10
    )
    other = jobs.enqueue("test.quick", portal=portal, subject="b", at=NOON)
    assert sooner.pk == later.pk != other.pk
    assert (sooner.next_at, sooner.priority, sooner.parameters) == (NOON, 10, {"x": 1})


def test_a_company_of_another_portal_is_refused(portal: Portal) -> None:
    with pytest.raises(ValueError, match="company"):
        jobs.enqueue(
            "test.quick", portal=portal, company=tenants.company(tenants.portal()), at=NOON
        )


def test_an_unknown_kind_waits_for_a_process_that_knows_it(portal: Portal) -> None:
    job = jobs.enqueue("test.from_the_future", portal=portal, at=NOON, queue="periodic")
    assert jobs.run_due("periodic", 10, NOON) == 0
    assert not jobs.run_one(job.pk, NOON)
    assert row(job).attempts == 0


def test_work_owed_in_a_rolled_back_transaction_is_not_owed(portal: Portal) -> None:
    with transaction.atomic():
        jobs.enqueue("test.quick", portal=portal, at=NOON)
        transaction.set_rollback(True)
    assert not jobs.open_jobs(portal).exists()


# ------------------------------------------------------------------------------------ recurring
def test_f70_beat_down_for_two_hours_is_one_run_to_catch_up(portal: Portal, marks: Any) -> None:
    every = timedelta(minutes=5)
    job = jobs.ensure_recurring(
        "test.quick", portal=portal, every=every, at=NOON - timedelta(hours=2)
    )
    assert jobs.run_due("interactive", 50, NOON) == 1
    kept = row(job)
    assert NOON + every <= kept.next_at < NOON + every + timedelta(seconds=10)
    assert kept.last_success_at is not None
    assert jobs.run_due("interactive", 50, NOON) == 0
    assert len(marks()) == 1


def test_asking_for_a_recurring_row_again_keeps_its_time(portal: Portal) -> None:
    first = jobs.ensure_recurring("test.quick", portal=portal, every=timedelta(hours=1), at=NOON)
    second = jobs.ensure_recurring(
        "test.quick", portal=portal, every=timedelta(hours=2), at=NOON + timedelta(days=1)
    )
    assert second.pk == first.pk
    assert (second.next_at, second.every) == (NOON, timedelta(hours=2))


def test_sync_now_pulls_the_recurring_row_forward(portal: Portal) -> None:
    job = jobs.ensure_recurring(
        "test.quick", portal=portal, every=timedelta(hours=1), at=NOON + timedelta(hours=1)
    )
    pulled = jobs.enqueue("test.quick", portal=portal, at=NOON)
    assert (pulled.pk, pulled.next_at, pulled.every) == (job.pk, NOON, timedelta(hours=1))


# ----------------------------------------------------------------------------- several at once
def test_two_workers_never_run_one_job(portal: Portal, marks: Any) -> None:
    for number in range(40):
        jobs.enqueue("test.quick", portal=portal, subject=str(number), at=NOON)
    done = in_threads(8, lambda: jobs.run_due("interactive", 40, NOON))
    assert sum(done) == 40
    assert set(Counter(line[1] for line in marks()).values()) == {1}


def test_f71_a_message_delivered_twice_finds_nothing_left(portal: Portal, marks: Any) -> None:
    from integration.tasks import work

    jobs.enqueue("test.quick", portal=portal, at=NOON)
    in_threads(4, lambda: work("interactive"))
    assert len(marks()) == 1


def test_f72_asked_for_eight_times_while_running_is_one_more_run(
    portal: Portal, marks: Any
) -> None:
    ask = {"portal": portal, "subject": "a", "parameters": {"seconds": 1}, "at": NOON}
    jobs.enqueue("test.sleepy", **ask)
    running = threading.Thread(
        target=lambda: (jobs.run_due("interactive", 1, NOON), connections.close_all())
    )
    running.start()
    until(lambda: marks())
    in_threads(8, lambda: jobs.enqueue("test.sleepy", **ask))
    assert jobs.run_due("interactive", 10, NOON) == 0, "it runs already"
    running.join()
    assert jobs.run_due("interactive", 10, NOON) == 1
    assert jobs.run_due("interactive", 10, NOON) == 0
    assert [line[0] for line in marks()] == ["began", "ended"] * 2


def test_heavy_work_runs_once_at_a_time_for_each_company(portal: Portal) -> None:
    ours, theirs = tenants.company(portal), tenants.company(portal)
    for subject in "abc":
        jobs.enqueue("test.heavy", portal=portal, company=ours, subject=subject, at=NOON)
    jobs.enqueue("test.heavy", portal=portal, company=theirs, at=NOON)
    heavy = ["test.heavy"]
    claimed = [leases.claim("periodic", heavy, heavy, NOON) for _ in range(3)]
    companies = [row_of(each[0], portal).company_id for each in claimed if each]
    assert sorted(companies, key=str) == sorted([ours.pk, theirs.pk], key=str)


def row_of(job_id: Any, portal: Portal) -> Job:
    return Job.objects.for_portal(portal).get(pk=job_id)


def test_a_whale_does_not_starve_the_small(marks: Any) -> None:
    whale, *small = [tenants.portal() for _ in range(6)]
    for number in range(30):
        jobs.enqueue(
            "test.quick", portal=whale, subject=f"whale{number}", at=NOON - timedelta(hours=1)
        )
    for each in small:
        jobs.enqueue("test.quick", portal=each, subject="small", at=NOON)
    jobs.run_due("interactive", 12, NOON)
    assert [line[1] for line in marks()].count("small") == 5


# ------------------------------------------------------------------------------ crashes and zombies
@pytest.mark.parametrize("place", ["before_write", "before_commit", "after_commit"])
def test_f59_a_killed_worker_is_resumed_within_its_lease(
    portal: Portal, marks: Any, place: str
) -> None:
    job = jobs.enqueue("test.crashing", portal=portal, subject="a", at=NOON)
    with worker(CRASH_AT=f"test.{place}") as process:
        until(lambda: process.poll() is not None)
        assert process.returncode == -signal.SIGKILL
    killed = time.monotonic()
    assert jobs.run_due("interactive", 1, NOON) == 0, "the lease still stands"
    until(lambda: jobs.run_due("interactive", 1, NOON) == 1)
    assert time.monotonic() - killed < settings.DEALBOOKS["JOB_LEASE_SECONDS"] + 2
    assert [line[0] for line in marks()] == ["began", "began", "ended"]
    assert Portal.objects.get(pk=portal.pk).name == "epoch 2"
    assert not jobs.open_jobs(portal).filter(pk=job.pk).exists()


def test_f60_work_that_kills_every_process_is_set_aside(portal: Portal) -> None:
    job = jobs.enqueue("test.quick", portal=portal, at=NOON)
    mine = Job.objects.for_portal(portal).filter(pk=job.pk)
    mine.update(attempts=12, lease_until=NOON - timedelta(days=1), lease_owner="dead:1")
    assert jobs.run_due("interactive", 1, NOON) == 1
    assert row(job).paused_reason == jobs.SET_ASIDE
    assert row(job).last_error == leases.LOST


def test_f62_a_worker_that_slept_through_its_lease_writes_nothing(
    portal: Portal, marks: Any
) -> None:
    jobs.enqueue("test.sleepy", portal=portal, subject="a", parameters={"seconds": 0.3}, at=NOON)
    with worker() as zombie:
        until(lambda: marks())
        os.kill(zombie.pid, signal.SIGSTOP)
        until(lambda: jobs.run_due("interactive", 1, NOON) == 1)
        assert Portal.objects.get(pk=portal.pk).name == "epoch 2"
        jobs.enqueue("test.quick", portal=portal, subject="after", at=NOON)
        os.kill(zombie.pid, signal.SIGCONT)
        until(lambda: marks()[-1][:2] == ["ran", "after"])
    assert [line[0] for line in marks()].count("ended") == 1
    assert Portal.objects.get(pk=portal.pk).name == "epoch 2"


def test_a_lease_is_renewed_while_the_work_lasts(portal: Portal, marks: Any) -> None:
    seconds = settings.DEALBOOKS["JOB_LEASE_SECONDS"] + 1.5
    jobs.enqueue("test.sleepy", portal=portal, parameters={"seconds": seconds}, at=NOON)
    running = threading.Thread(
        target=lambda: (jobs.run_due("interactive", 1, NOON), connections.close_all())
    )
    running.start()
    until(lambda: marks())
    while running.is_alive():
        assert jobs.run_due("interactive", 1, NOON) == 0
        time.sleep(0.2)
    assert [line[0] for line in marks()] == ["began", "ended"]


def test_f61_a_worker_asked_to_end_gives_its_job_back(portal: Portal, marks: Any) -> None:
    job = jobs.enqueue("test.units", portal=portal, at=NOON)
    running = threading.Thread(
        target=lambda: (jobs.run_due("interactive", 1, NOON), connections.close_all())
    )
    running.start()
    until(lambda: marks())
    leases.stopping.set()
    try:
        running.join(5)
        assert not running.is_alive()
        assert jobs.run_due("interactive", 1, NOON) == 0
    finally:
        leases.stopping.clear()
    assert (row(job).lease_until, row(job).attempts) == (None, 0)


def test_the_fence_refuses_an_older_epoch(portal: Portal) -> None:
    job = jobs.enqueue("test.quick", portal=portal, at=NOON)
    claimed = leases.claim_one(job.pk, ["test.quick"])
    assert claimed is not None
    old = Lease(*claimed)
    old.check()
    Job.objects.for_portal(portal).filter(pk=job.pk).update(epoch=claimed[1] + 1)
    with pytest.raises(LeaseLost), old.fenced():
        raise AssertionError("never entered")
    with pytest.raises(LeaseLost):
        old.check()


# --------------------------------------------------------------------------------- failures
def test_f87_poison_is_set_aside_while_the_rest_flows(portal: Portal, marks: Any) -> None:
    poison = jobs.enqueue("test.unlucky", portal=portal, at=NOON)
    jobs.enqueue("test.books_only", portal=portal, at=NOON)
    for day in range(7):
        jobs.run_due("periodic", 10, NOON + timedelta(days=day))
    kept = row(poison)
    assert (kept.paused_reason, kept.attempts) == (jobs.SET_ASIDE, 5)
    assert kept.last_error == "job.crashed"
    assert kept.last_error_parameters["error"] == "RuntimeError"
    assert kept.last_trace_id
    assert [line[0] for line in marks()].count("failed") == 5
    assert [line[0] for line in marks()].count("ran") == 1


def test_a_recurring_row_never_ends_up_set_aside(portal: Portal) -> None:
    job = jobs.ensure_recurring("test.unlucky", portal=portal, every=timedelta(minutes=5), at=NOON)
    for day in range(8):
        jobs.run_due("periodic", 10, NOON + timedelta(days=day))
    assert row(job).paused_reason == ""
    assert row(job).attempts == 8


def test_retry_and_asking_again_give_work_that_was_set_aside_a_new_chance(portal: Portal) -> None:
    job = jobs.enqueue("test.quick", portal=portal, at=NOON)
    mine = Job.objects.for_portal(portal).filter(pk=job.pk)
    mine.update(paused_reason=jobs.SET_ASIDE, attempts=5)
    assert jobs.run_due("interactive", 1, NOON) == 0
    jobs.retry(row(job), NOON)
    assert (row(job).paused_reason, row(job).attempts) == ("", 0)
    mine.update(paused_reason=jobs.SET_ASIDE, attempts=5)
    assert jobs.enqueue("test.quick", portal=portal, at=NOON).attempts == 0
    assert jobs.run_due("interactive", 1, NOON) == 1


FAILURES = {
    "limited": RateLimited("quickbooks.3001", vendor="quickbooks", retry_after=30.0),
    "down": Unavailable("net.timeout", vendor="hubspot"),
    "refused": Rejected("quickbooks.2020", vendor="quickbooks", parameters={"element": "Line"}),
    "gone": NeedsReconnect("quickbooks.invalid_grant", vendor="quickbooks"),
}


def failing(job: Job, lease: Lease, now: Any) -> None:
    raise FAILURES[job.subject]


def test_a_rate_limit_is_no_attempt(portal: Portal) -> None:
    jobs.register("test.failing", failing, queue="interactive")
    job = jobs.enqueue("test.failing", portal=portal, subject="limited", at=NOON)
    jobs.run_due("interactive", 1, NOON)
    assert row(job).attempts == 0
    assert timedelta(seconds=29) < row(job).next_at - NOON < timedelta(seconds=40)


def test_an_outage_is_an_attempt_and_waits(portal: Portal) -> None:
    jobs.register("test.failing", failing, queue="interactive")
    job = jobs.enqueue("test.failing", portal=portal, subject="down", at=NOON)
    jobs.run_due("interactive", 1, NOON)
    assert (row(job).attempts, row(job).last_error) == (1, "net.timeout")


def test_a_refusal_is_set_aside_with_its_reason(portal: Portal) -> None:
    jobs.register("test.failing", failing, queue="interactive")
    job = jobs.enqueue("test.failing", portal=portal, subject="refused", at=NOON)
    jobs.run_due("interactive", 1, NOON)
    assert row(job).paused_reason == jobs.SET_ASIDE
    assert row(job).last_error_parameters == {"element": "Line", "vendor": "quickbooks"}


def asked_while_failing(job: Job, lease: Lease, now: Any) -> None:
    jobs.enqueue(job.kind, portal=job.portal, subject=job.subject, at=now + timedelta(seconds=1))
    raise FAILURES[job.subject]


@pytest.mark.parametrize(("subject", "attempts"), [("refused", 0), ("limited", 0), ("down", 1)])
def test_f72_asked_for_during_a_run_that_fails_is_still_owed_soon(
    portal: Portal, subject: str, attempts: int
) -> None:
    jobs.register("test.asked", asked_while_failing, queue="interactive")
    job = jobs.enqueue("test.asked", portal=portal, subject=subject, at=NOON)
    jobs.run_due("interactive", 1, NOON)
    kept = row(job)
    assert (kept.paused_reason, kept.again, kept.attempts) == ("", False, attempts)
    assert kept.last_error
    assert kept.next_at - NOON < timedelta(seconds=10)


def test_f05_a_lost_connection_pauses_its_company_only(portal: Portal) -> None:
    jobs.register("test.failing", failing, queue="interactive")
    ours, theirs = tenants.company(portal), tenants.company(portal)
    lost = jobs.enqueue("test.failing", portal=portal, company=ours, subject="gone", at=NOON)
    same = jobs.enqueue("test.quick", portal=portal, company=ours, at=NOON + timedelta(days=1))
    other = jobs.enqueue("test.quick", portal=portal, company=theirs, at=NOON)
    jobs.run_due("interactive", 10, NOON)
    assert row(lost).paused_reason == row(same).paused_reason == "connect.needs_reconnect"
    assert row(lost).attempts == 0
    assert not jobs.open_jobs(portal).filter(pk=other.pk).exists(), "it ran"
    assert jobs.resume(portal, ours, "quickbooks") == 2
    assert row(lost).paused_reason == ""


def test_hubspot_gone_lets_work_that_needs_only_quickbooks_go_on(portal: Portal) -> None:
    waits = jobs.enqueue("test.quick", portal=portal, at=NOON)
    jobs.enqueue("test.books_only", portal=portal, at=NOON)
    assert jobs.pause(portal, None, "connect.needs_reconnect", "hubspot") == 1
    assert jobs.run_due("interactive", 10, NOON) == 0
    assert jobs.run_due("periodic", 10, NOON) == 1
    assert jobs.resume(portal, None, "quickbooks") == 0
    assert jobs.resume(portal, None, "hubspot") == 1
    assert row(waits).paused_vendor == ""


def test_b19_cancelled_work_stops_even_while_it_runs(portal: Portal, marks: Any) -> None:
    company = tenants.company(portal)
    for number in range(50):
        jobs.enqueue("test.quick", portal=portal, company=company, subject=str(number), at=NOON)
    jobs.enqueue("test.units", portal=portal, company=company, at=NOON, priority=1)
    running = threading.Thread(
        target=lambda: (jobs.run_due("interactive", 1, NOON), connections.close_all())
    )
    running.start()
    until(lambda: marks())
    assert jobs.cancel(portal, company) == 51
    running.join(5)
    assert [line[0] for line in marks()] == ["began"]
    assert jobs.run_due("interactive", 100, NOON) == 0
