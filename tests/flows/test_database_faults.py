"""PostgreSQL breaks off, refuses or only reads; the disk of the logs is full (faults 67 to 69, 74)."""

import errno
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from django.db import DatabaseError, connection
from django.test import Client

from integration import jobs
from integration.jobs import Job, Lease, register
from integration.models import Portal
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(minutes=5)
REFUSALS = ["40P01", "40001", "53300", "53100", "25006", "57P01"]
"""Deadlock, serialization, too many connections, disk full, read-only, administrator's restart."""
called: list[str] = []
log = structlog.stdlib.get_logger("dealbooks.test")


def cut(job: Job, lease: Lease, now: object) -> None:
    """The server ends the connection in the middle of the first transaction."""
    called.append("cut")
    with lease.fenced():
        Portal.objects.filter(pk=job.portal_id).update(name=f"run {len(called)}")
        if len(called) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def refused(job: Job, lease: Lease, now: object) -> None:
    """As the server says it, by its code."""
    called.append("refused")
    if len(called) == 1:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{job.subject}'; END $$")


register("test.cut", cut, queue="interactive")
register("test.refused", refused, queue="interactive")


class Full(StringIO):
    """A file on a disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def portal() -> Iterator[Portal]:
    called.clear()
    yield tenants.portal()
    connection.close()


def test_f67_a_connection_that_breaks_in_a_transaction_costs_seconds_and_nothing_twice(
    portal: Portal,
) -> None:
    job = jobs.enqueue("test.cut", portal=portal, at=NOON)
    assert jobs.run_due("interactive", 1, NOON) == 1
    row = Job.objects.everywhere("test").get(pk=job.pk)
    assert (row.last_error, row.lease_until, row.paused_reason) == ("job.database", None, "")
    assert row.next_at <= NOON + timedelta(minutes=1)
    assert Portal.objects.get(pk=portal.pk).name == portal.name, "nothing half done stays"
    assert jobs.run_due("interactive", 1, LATER) == 1
    assert Portal.objects.get(pk=portal.pk).name == "run 2"
    assert not jobs.open_jobs(portal).exists()


def test_f68_while_the_database_only_reads_nothing_is_begun_and_health_is_red(
    portal: Portal,
) -> None:
    jobs.enqueue("test.refused", portal=portal, subject="25006", at=NOON)
    assert Client().get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    with pytest.raises(DatabaseError):
        jobs.run_due("interactive", 1, NOON)
    assert called == [], "no work begins, so no vendor is written to"
    assert Client().get("/readyz").status_code == 503
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
    assert Client().get("/readyz").status_code == 200
    assert jobs.run_due("interactive", 1, LATER) == 1


@pytest.mark.parametrize("code", REFUSALS)
def test_f69_what_the_database_refuses_for_a_moment_is_tried_again_soon(
    portal: Portal, code: str
) -> None:
    job = jobs.enqueue("test.refused", portal=portal, subject=code, at=NOON)
    Job.objects.everywhere("test").filter(pk=job.pk).update(attempts=40)
    assert jobs.run_due("interactive", 1, NOON) == 1
    row = Job.objects.everywhere("test").get(pk=job.pk)
    assert (row.last_error, row.paused_reason) == ("job.database", ""), "it is never set aside"
    assert row.next_at <= NOON + timedelta(minutes=2)
    assert jobs.run_due("interactive", 1, LATER) == 1
    assert not jobs.open_jobs(portal).exists()


def test_f74_a_log_that_cannot_be_written_stops_nothing(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, Full())
    log.error("lost", password="hunter2")
    assert Client().get("/readyz").status_code == 200
    called.append("once")
    jobs.enqueue("test.refused", portal=portal, subject="53100", at=NOON)
    assert jobs.run_due("interactive", 1, NOON) == 1
    monkeypatch.undo()


def test_f74_a_lost_line_is_not_written_elsewhere_with_its_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def __str__(self) -> str:
            raise ValueError("no words")

    log.error("lost", password="hunter2", thing=Broken())
    told = capsys.readouterr()
    assert "hunter2" not in told.out + told.err
    assert "a log line was lost: dealbooks.test ERROR" in told.err
