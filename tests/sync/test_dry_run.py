"""Dry runs against the sandbox: no write leaves, and the real run writes what was listed (B-22)."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from integration import jobs
from integration.access import actors
from integration.access.actors import Actor
from integration.clock import now
from integration.jobs import Lease
from integration.models import Record, RecordLink
from integration.models.people import Role
from invoices.models import Invoice
from sync import backfill, dry_run_work, dry_runs, services
from sync.dry_runs import DryRunRefused, Look
from sync.models import (
    DryRun,
    DryRunState,
    EntryOutcome,
    ParkedRecord,
    PlannedEntry,
    SyncEntry,
    SyncObject,
    SyncRun,
    SyncSetting,
)
from sync.planned import WHOLE
from sync.services import Tab
from tests import tenants
from tests.sync.books import Books
from tests.sync.people import change, customer, in_hubspot, item, turn_on
from tests.sync.test_backfill import finish, old_customers, since
from tests.sync.test_faults_in_sync import fault


def admin(books: Books) -> Actor:
    person = tenants.member(books.portal, Role.ADMIN).person
    return actors.of_person(person, books.portal, origin="session")


def look(books: Books, ahead: Look, actor: Actor | None = None) -> DryRun:
    """Started, and its job worked off as the worker does."""
    row = dry_runs.start(actor or admin(books), books.company, ahead, now())
    for _ in range(20):
        job = dry_runs.WORK.job(row)
        assert job is not None
        if dry_run_work.work(job, Lease(job.pk, job.epoch), now()) is None:
            job.delete()
            break
    row.refresh_from_db()
    assert (row.state, row.error) == (DryRunState.DONE, "")
    return row


def listed(row: DryRun) -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]:
    """{(operation, record): (before, after)} of property writes."""
    rows = PlannedEntry.objects.for_portal(row.portal_id).filter(dry_run=row, operation__in=WHOLE)
    assert {each.outcome for each in rows} <= {"planned"}
    return {(each.operation, each.label): (each.before, each.after) for each in rows}


def written(run: SyncRun) -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]:
    rows = SyncEntry.objects.for_portal(run.portal_id).filter(run=run, operation__in=WHOLE)
    assert {each.outcome for each in rows} <= {EntryOutcome.SUCCEEDED}
    return {(each.operation, each.label): (each.before, each.after) for each in rows}


def world(books: Books) -> tuple[int, ...]:
    models = (Invoice, Record, RecordLink, SyncRun, SyncEntry, ParkedRecord)
    return tuple(model.objects.for_portal(books.portal).count() for model in models)


def test_b22_a_dry_run_writes_nothing_and_the_real_run_exactly_what_it_listed(
    books: Books,
) -> None:
    turn_on(books)
    turn_on(books, SyncObject.INVOICES)
    turn_on(books, SyncObject.PRODUCTS)
    known = books.make("100.00")
    books.add(known)
    raw = customer(books, "Ada Byron", "ada@looms.example", GivenName="Ada", FamilyName="Byron")
    books.sync()
    change(books, raw, FamilyName="King")
    customer(books, "Grace Hopper", "grace@looms.example", GivenName="Grace")
    customer(books, "Nobody's address")
    item(books, "Loom", "LOOM-1")
    books.do("pay", invoice_id=known["Id"], amount="40.00")
    books.make("70.00", customer=raw["Id"])
    before, cursor = world(books), books.cursor()
    books.forget()
    slowly = {"status": 429, "body": "{}", "headers": {"Retry-After": "0.5"}}
    fault(books, "/contacts/batch/read$", "status", **slowly)

    row = look(books, dry_runs.of_sync())

    assert books.calls("hubspot", writes=True) == books.calls("quickbooks", writes=True) == []
    assert world(books) == before
    after = books.cursor()
    assert (after.position, after.unfinished) == (cursor.position, cursor.unfinished)
    assert in_hubspot(books, "contacts", email="grace@looms.example") == []
    planned = listed(row)
    was, becomes = planned["write_contact", "Ada Byron"]
    assert (was["lastname"], becomes["lastname"]) == ("Byron", "King")
    assert len(planned) >= 6
    reasons = PlannedEntry.objects.for_portal(books.portal).filter(outcome="skipped")
    assert [each.reason for each in reasons] == ["sync.no_email"]
    operations = set(row.counts)
    run = books.sync()
    assert written(run) == planned
    done = SyncEntry.objects.for_portal(books.portal).filter(run=run, outcome="succeeded")
    assert {each.operation for each in done} == operations
    assert sum(row.counts.values()) == row.planned == done.count()
    assert look(books, dry_runs.of_sync()).lines == 0


def test_b22_a_choice_that_is_not_saved_is_listed_and_stays_unsaved(books: Books) -> None:
    raw = customer(books, "Ada Byron", "ada@looms.example", GivenName="Ada", FamilyName="Byron")
    books.sync()
    chosen = Tab(True, "create_and_update", "keep")
    books.forget()
    row = look(books, dry_runs.of_tab(books.company, SyncObject.CONTACTS, chosen))
    assert books.calls("hubspot", writes=True) == []
    assert not SyncSetting.objects.for_portal(books.portal).exists()
    assert row.seen == row.total
    planned = listed(row)
    assert planned["write_contact", "Ada Byron"][1]["lastname"] == "Byron"
    services.save_tab(admin(books), books.company, SyncObject.CONTACTS, chosen, now())
    books.turn(seconds=2)
    change(books, raw, Notes="touched")
    run = books.sync()
    mine = {key: value for key, value in planned.items() if key[1] == "Ada Byron"}
    assert mine == written(run)
    off = look(
        books,
        dry_runs.of_tab(
            books.company, SyncObject.CONTACTS, Tab(False, "create_and_update", "keep")
        ),
    )
    assert off.lines == 0


def test_b22_b21_a_backfill_is_listed_page_by_page(books: Books) -> None:
    old_customers(books, 5)
    turn_on(books)
    actor, wanted = admin(books), since(books, -1)
    books.forget()
    ahead = dry_runs.of_backfill(actor, books.company, wanted)
    row = dry_runs.start(actor, books.company, ahead, now())
    DryRun.objects.for_portal(books.portal).filter(pk=row.pk).update(cursor={"size": 2})
    jobs.open_jobs(books.portal).filter(kind="sync.poll").delete()
    job = dry_runs.WORK.job(row)
    assert job is not None
    turns = 1
    while dry_run_work.work(job, Lease(job.pk, job.epoch), now()) is not None:
        turns += 1
    row.refresh_from_db()
    assert turns > 2
    assert (row.seen, row.total, row.planned) == (5, 5, 5)
    assert books.calls("hubspot", writes=True) == []
    done = finish(backfill.start(actor, books.company, wanted, now()))
    assert done.run is not None
    assert written(done.run) == listed(row)


def test_b22_one_at_a_time_and_the_day_after_it_is_forgotten(books: Books) -> None:
    actor = admin(books)
    first = dry_runs.start(actor, books.company, dry_runs.of_sync(), now())
    with pytest.raises(DryRunRefused) as refused:
        dry_runs.start(actor, books.company, dry_runs.of_sync(), now())
    assert refused.value.code == "sync.dry_run_one_at_a_time"
    job = dry_runs.WORK.job(first)
    assert job is not None
    job.delete()
    second = look(books, dry_runs.of_sync(), actor)
    first.refresh_from_db()
    assert first.state == DryRunState.FAILED
    for job in jobs.open_jobs(books.portal).filter(kind=dry_run_work.FORGET):
        assert job.next_at > now()
        dry_run_work.forget(job, Lease(job.pk, job.epoch), now())
    assert not DryRun.objects.for_portal(books.portal).filter(pk=second.pk).exists()


def test_b22_what_takes_too_long_is_ended_and_said(books: Books, settings: Settings) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "DRY_RUN_SECONDS": 0}
    row = dry_runs.start(admin(books), books.company, dry_runs.of_sync(), now())
    job = dry_runs.WORK.job(row)
    assert job is not None
    assert dry_run_work.work(job, Lease(job.pk, job.epoch), now()) is None
    row.refresh_from_db()
    assert (row.state, row.error) == (DryRunState.FAILED, "sync.dry_run_too_much")


def test_b22_the_command_prints_every_field_for_programs(committed_books: Books) -> None:
    books = committed_books
    turn_on(books)
    customer(books, "Grace Hopper", "grace@looms.example", GivenName="Grace")
    books.forget()
    out = StringIO()
    call_command("sync_dry_run", company=books.company.realm_id, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["state"], told["problem"]) == ("done", "")
    mine = [each for each in told["entries"] if each["operation"] == "write_contact"]
    assert [each["after"]["firstname"] for each in mine] == ["Grace"]
    assert books.calls("hubspot", writes=True) == []
    with pytest.raises(CommandError):
        call_command("sync_dry_run", company="1", stdout=out)
