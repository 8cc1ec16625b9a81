"""A worker killed while it brings in older records (B-21, fault 59): all of them, none twice."""

import pytest
from django.db import connection

from integration.access import actors
from integration.clock import now
from integration.models import Job
from invoices.calendar import company_day
from sync import backfill
from sync.backfill import Wanted
from sync.models import Backfill, BackfillState
from tests import tenants
from tests.faults.test_sync_crashes import in_a_process
from tests.sync.books import Books
from tests.sync.conftest import committed_books, unlimited  # noqa: F401
from tests.sync.people import customer, turn_on

pytestmark = pytest.mark.faults
COUNT = 250
STEPS = [
    "backfill.read:3",
    "backfill.stored:2",
    "sync.before_write_contact:2",
    "sync.after_write_contact:2",
    "backfill.told:2",
    "backfill.counted:2",
]


def go_on(job: Job) -> None:
    """Each turn in a process of its own, as after a restart."""
    connection.cursor().execute(
        f"UPDATE {Job._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second'"
        " WHERE lease_until IS NOT NULL"
    )
    while Job.objects.for_portal(job.portal_id).filter(pk=job.pk).exists():
        assert in_a_process(job) == 0


@pytest.mark.parametrize("step", STEPS)
def test_b21_f59_a_killed_backfill_ends_complete_without_duplicates(
    committed_books: Books,  # noqa: F811
    step: str,
) -> None:
    books = committed_books
    for n in range(COUNT):
        customer(books, f"Old {n}", f"old{n}@backfill.example", GivenName="Old")
    turn_on(books)
    person = tenants.member(books.portal).person
    actor = actors.of_person(person, books.portal, origin="session")
    first = company_day(books.company, books.company.connected_at)
    wanted = Wanted(backfill.SyncObject.CONTACTS, first_day=first)
    row = backfill.start(actor, books.company, wanted, now())
    assert row.total == COUNT
    Backfill.objects.for_portal(books.portal).filter(pk=row.pk).update(cursor={"size": 1000})
    [job] = books.owed(backfill.JOB)
    if not step.endswith("contact:2"):
        Backfill.objects.for_portal(books.portal).filter(pk=row.pk).update(cursor={"size": 90})
        step = run_turns(job, step)
    assert in_a_process(job, CRASH_AT=step) == -9, f"{step} was not passed"
    go_on(job)
    row.refresh_from_db()
    told = (row.state, row.seen, row.created + row.updated, row.unchanged, row.failed)
    assert told == (BackfillState.DONE, COUNT, COUNT, 0, 0)
    # Made just before the end and found again afterwards: that counts as updated.
    assert row.updated == 0 or step.startswith("sync.after_write")
    contacts = [
        each["properties"]["email"]
        for each in books._hubspot("contacts").values()
        if "@backfill.example" in (each["properties"].get("email") or "")
    ]
    assert len(set(contacts)) == len(contacts) == COUNT


def run_turns(job: Job, step: str) -> str:
    """So many turns go well; the crash of the next one."""
    name, _, count = step.partition(":")
    for _ in range(int(count) - 1):
        assert in_a_process(job) == 0
    return f"{name}:1"
