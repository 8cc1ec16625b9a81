"""Older records brought in with a preview (B-21, D-30, S-82, S-87, P-07)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from integration import jobs
from integration.access import actors
from integration.access.actors import Actor
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.jobs import Lease
from integration.models import MeteredDay, RecordLink
from integration.models.people import Role
from sync import backfill
from sync.api_backfills import BackfillFields
from sync.backfill import BackfillRefused, Wanted
from sync.backfill_work import work
from sync.models import Backfill, BackfillBy, BackfillState, SyncObject
from tests import tenants
from tests.invoices.pages import BACKEND
from tests.sync.books import Books
from tests.sync.people import change, customer, in_hubspot, item, turn_on

CONTACTS, PRODUCTS, INVOICES = SyncObject.CONTACTS, SyncObject.PRODUCTS, SyncObject.INVOICES


def admin(books: Books, role: Role = Role.ADMIN) -> Actor:
    person = tenants.member(books.portal, role).person
    return actors.of_person(person, books.portal, origin="session")


def old_customers(books: Books, count: int) -> list[dict[str, Any]]:
    """Made before the tab went on, after everything the company began with."""
    made = [
        customer(books, f"Old customer {n}", f"old{n}@backfill.example", GivenName="Old")
        for n in range(count)
    ]
    books.turn(days=1)
    return made


def since(books: Books, days: int = 0, object: SyncObject = CONTACTS) -> Wanted:
    """What was made from that day on; nothing the company began with."""
    return Wanted(object, first_day=_day(books, days))


def _day(books: Books, days: int = 0) -> date:
    return date.fromisoformat(books.day(days))


def finish(row: Backfill, most: int = 60) -> Backfill:
    """Turn after turn of its job, as the worker takes them; no poll is due meanwhile."""
    jobs.open_jobs(row.portal).filter(kind="sync.poll").delete()
    for _ in range(most):
        found = jobs.open_jobs(row.portal, row.company).filter(kind=backfill.JOB).first()
        if found is None:
            break
        if work(found, Lease(found.pk, found.epoch), now()) is None:
            found.delete()
    row.refresh_from_db()
    return row


def of_the_test(books: Books, kind: str = "contacts") -> Sequence[dict[str, Any]]:
    everything = books._hubspot(kind).values()
    return [each for each in everything if "@backfill.example" in str(each["properties"])]


def small(row: Backfill, size: int = 20) -> Backfill:
    """Pages of so many records instead of 1,000."""
    Backfill.objects.for_portal(row.portal_id).filter(pk=row.pk).update(cursor={"size": size})
    return row


def test_b21_s82_the_preview_is_right_and_writes_nothing(books: Books) -> None:
    old_customers(books, 7)
    turn_on(books)
    books.forget()
    found = backfill.preview(admin(books), books.company, since(books, -1))
    assert (found.total, found.linked, found.fresh) == (7, 0, 7)
    assert books.calls("hubspot") == []
    queries = [each for each in books.calls("quickbooks") if each.endswith("/query")]
    assert len(queries) == len(books.calls("quickbooks", writes=True)) + 1 == 1


def test_b21_s82_p07_old_customers_arrive_once_each_and_marked(books: Books) -> None:
    old_customers(books, 60)
    turn_on(books)
    books.sync()
    assert of_the_test(books) == []
    row = finish(small(backfill.start(admin(books), books.company, since(books, -1), now())))
    assert (row.state, row.total, row.seen) == (BackfillState.DONE, 60, 60)
    assert (row.created, row.updated, row.skipped, row.failed, row.unchanged) == (60, 0, 0, 0, 0)
    contacts = of_the_test(books)
    assert len({each["properties"]["email"] for each in contacts}) == len(contacts) == 60
    assert {each["properties"]["dealbooks_bulk"] for each in contacts} == {"true"}
    assert row.run.state == "done"
    assert row.run.seen == 60


def test_b21_what_hubspot_has_already_counts_as_linked_and_is_not_written(books: Books) -> None:
    turn_on(books)
    for n in range(3):
        customer(books, f"Known {n}", f"known{n}@backfill.example")
    books.sync()
    actor, wanted = admin(books), since(books)
    assert backfill.preview(actor, books.company, wanted).linked == 3
    books.forget()
    row = finish(backfill.start(actor, books.company, wanted, now()))
    assert (row.seen, row.unchanged, row.created) == (3, 3, 0)
    assert books.calls("hubspot", writes=True) == []


def test_b21_d27_policies_hold_and_reasons_stand_in_the_history(books: Books) -> None:
    old_customers(books, 2)
    customer(books, "Nobody's address")
    turn_on(books, save_policy="update_only")
    row = finish(backfill.start(admin(books), books.company, since(books, -1), now()))
    assert (row.seen, row.created, row.skipped) == (3, 0, 3)
    lines = books.entries(run=row.run)
    assert {each.reason for each in lines} == {"sync.no_email", "sync.record_create_not_allowed"}
    assert len({each.subject_id for each in lines}) == 3


def test_b21_s87_old_products_arrive(books: Books) -> None:
    for n in range(5):
        item(books, f"Old lamp {n}", f"OLD-{n}")
    books.turn(days=1)
    turn_on(books, PRODUCTS)
    row = finish(backfill.start(admin(books), books.company, since(books, -1, PRODUCTS), now()))
    assert (row.total, row.created) == (5, 5)
    [lamp] = in_hubspot(books, "products", hs_sku="OLD-3")
    assert lamp["properties"]["dealbooks_bulk"] == "true"


@pytest.mark.parametrize("by", list(BackfillBy))
def test_b21_old_invoices_arrive_by_either_date(books: Books, by: BackfillBy) -> None:
    for n in range(12):
        books.make(f"{100 + n}.00", TxnDate=books.day(-400))
    books.make("7.00", TxnDate=books.day(-90))
    books.turn(days=1)
    turn_on(books, INVOICES)
    wanted = Wanted(INVOICES, by, _day(books, -1))
    if by is BackfillBy.DATED:
        wanted = Wanted(INVOICES, by, _day(books, -402), _day(books, -400))
    count = 12 if by is BackfillBy.DATED else 13
    actor = admin(books)
    assert backfill.preview(actor, books.company, wanted).total == count
    row = finish(small(backfill.start(actor, books.company, wanted, now()), 5))
    assert (row.state, row.seen, row.created) == (BackfillState.DONE, count, count)
    invoices = books.hubspot_invoices()
    assert len(invoices) == count
    assert {each["properties"]["dealbooks_bulk"] for each in invoices} == {"true"}
    assert backfill.preview(actor, books.company, wanted).linked == count


def test_d30_the_mark_goes_with_the_next_ordinary_write(books: Books) -> None:
    raw = books.make("40.00")
    books.turn(days=1)
    turn_on(books, INVOICES)
    finish(backfill.start(admin(books), books.company, since(books, -1, INVOICES), now()))
    books.do("pay", invoice_id=raw["Id"], amount="10")
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert not invoice["properties"].get("dealbooks_bulk")
    assert invoice["properties"]["dealbooks_cash"] == "10.00"
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_b21_pause_resume_and_cancel(books: Books) -> None:
    old_customers(books, 50)
    turn_on(books)
    actor = admin(books)
    row = small(backfill.start(actor, books.company, since(books, -1), now()))
    finish(row, most=1)
    assert row.seen == 20
    assert backfill.pause(actor, row, now())
    assert not backfill.pause(actor, row, now())
    finish(row)
    assert (row.state, row.seen) == (BackfillState.PAUSED, 20)
    assert backfill.resume(actor, row, now())
    while row.seen == 20:
        finish(row, most=1)
    done = row.seen
    assert done <= 40
    assert backfill.cancel(actor, row, now())
    finish(row)
    assert (row.state, row.seen, len(of_the_test(books))) == (BackfillState.CANCELLED, done, done)
    assert not backfill.resume(actor, row, now())
    again = finish(backfill.start(actor, books.company, since(books, -1), now()))
    assert (again.created, again.unchanged) == (50 - done, done)
    assert len(of_the_test(books)) == 50


def test_b21_one_at_a_time_for_each_company(books: Books) -> None:
    turn_on(books)
    turn_on(books, PRODUCTS)
    actor = admin(books)
    row = backfill.start(actor, books.company, since(books), now())
    with pytest.raises(BackfillRefused) as refused:
        backfill.start(actor, books.company, since(books, 0, PRODUCTS), now())
    assert refused.value.code == "sync.backfill_one_at_a_time"
    backfill.cancel(actor, row, now())
    assert backfill.start(actor, books.company, since(books, 0, PRODUCTS), now())


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted(PRODUCTS), "sync.backfill_tab_off"),
        (Wanted(CONTACTS, BackfillBy.DATED), "sync.backfill_no_date"),
        (Wanted(CONTACTS, first_day=date(2026, 2, 2), last_day=date(2026, 2, 1)),
         "sync.backfill_reversed"),
    ],
)  # fmt: skip
def test_b21_what_cannot_be_done_says_why(books: Books, wanted: Wanted, code: str) -> None:
    turn_on(books)
    with pytest.raises(BackfillRefused) as refused:
        backfill.start(admin(books), books.company, wanted, now())
    assert refused.value.code == code
    assert not Backfill.objects.for_portal(books.portal).exists()


def test_b21_a_tab_turned_off_meanwhile_stops_it_with_a_reason(books: Books) -> None:
    old_customers(books, 3)
    setting = turn_on(books)
    actor = admin(books)
    row = backfill.start(actor, books.company, since(books, -1), now())
    setting.enabled = False
    setting.save()
    finish(row)
    assert (row.state, row.error, row.seen) == (BackfillState.PAUSED, "sync.backfill_tab_off", 0)
    setting.enabled = True
    setting.save()
    backfill.resume(actor, row, now())
    assert finish(row).created == 3


def test_b21_a_poll_that_is_due_goes_first_and_leaves_the_backfills_run_alone(books: Books) -> None:
    old_customers(books, 3)
    turn_on(books)
    row = backfill.start(admin(books), books.company, since(books, -1), now())
    jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=now())
    [job] = books.owed(backfill.JOB)
    again = work(job, Lease(job.pk, job.epoch), now())
    assert again is not None
    assert again.at > now()
    row.refresh_from_db()
    assert row.seen == 0
    books.sync()
    row.run.refresh_from_db()
    assert row.run.state == "running"
    assert finish(row).created == 3


def test_b21_a_vendors_failure_is_told_and_the_page_comes_again(books: Books) -> None:
    old_customers(books, 3)
    turn_on(books)
    row = backfill.start(admin(books), books.company, since(books, -1), now())
    [job] = books.owed(backfill.JOB)
    rule = {
        "match": {"vendor": "quickbooks", "path": "/query$"},
        "fault": {"kind": "status", "status": 503},
    }
    books.sandbox.faults({**rule, "times": 20})
    with pytest.raises(GatewayError):
        work(job, Lease(job.pk, job.epoch), now())
    row.refresh_from_db()
    assert row.error.startswith("net.") or row.error.startswith("quickbooks.")
    assert (row.state, row.seen) == (BackfillState.RUNNING, 0)
    books.sandbox.faults()
    finish(row)
    assert (row.error, row.created) == ("", 3)


def test_d30_the_mark_of_a_record_found_again_goes_with_the_next_ordinary_write(
    books: Books,
) -> None:
    """As after a crash between HubSpot's answer and ours: the link is lost, the object is there."""
    [raw] = old_customers(books, 1)
    turn_on(books)
    actor, wanted = admin(books), since(books, -1)
    finish(backfill.start(actor, books.company, wanted, now()))
    RecordLink.objects.for_portal(books.portal).filter(qbo_id=raw["Id"]).delete()
    row = finish(backfill.start(actor, books.company, wanted, now()))
    assert (row.created, row.updated, len(of_the_test(books))) == (0, 1, 1)
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sync()
    [contact] = of_the_test(books)
    assert contact["properties"]["phone"] == "(650) 555-0111"
    assert not contact["properties"].get("dealbooks_bulk")


def test_b27_a_backfill_that_waits_for_the_months_reads_says_so(
    books: Books, settings: Settings
) -> None:
    turn_on(books)
    actor = admin(books)
    row = backfill.start(actor, books.company, since(books), now())
    assert backfill.trouble(row, now()) == ("", {})
    MeteredDay.objects.update_or_create(day=now().date(), defaults={"reads": 1000})
    settings.DEALBOOKS = {**settings.DEALBOOKS, "READS_A_MONTH": 1000}
    job = jobs.open_jobs(books.portal).get(kind=backfill.JOB)
    assert jobs.run_one(job.pk, now())
    row.refresh_from_db()
    assert (row.state, row.seen) == (BackfillState.RUNNING, 0)
    client = Client()
    client.force_login(actor.person, backend=BACKEND)
    page = client.get(reverse("sync_backfill", args=[books.portal.pk, books.company.pk, row.pk]))
    said = page.content.decode()
    assert "It waits for the new month: reads are kept for people." in said
    assert reverse("sync_budget", args=[books.portal.pk]) in said
    assert BackfillFields(row).data["problem"].startswith("It waits for the new month")
    settings.DEALBOOKS = {**settings.DEALBOOKS, "READS_A_MONTH": 100_000}
    assert backfill.trouble(row, now()) == ("", {})
