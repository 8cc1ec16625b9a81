"""Webhooks of the sandbox, delivered over loopback, and what they change (B-17, D-29, faults 49-58)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from integration import jobs
from integration.clock import now
from integration.models import Company, Job, WebhookDelivery
from integration.webhooks import inbox
from integration.webhooks.looking import look_soon
from sync.models import Cursor, SyncRun
from tests.sync.books import OTHER_DEAL, Books, connect
from tests.webhooks import VERIFIER

SECOND = "9341450000000002"
FIVE_MINUTES = 300
PATIENCE = 30.0


@pytest.fixture
def hour(settings: Settings) -> None:
    """Companies are polled as seldom as in life."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "POLL_SECONDS": FIVE_MINUTES}


@pytest.fixture
def books(committed_books: Books, live_server: LiveServer, hour: None) -> Books:
    subscribe(committed_books, live_server.url)
    return committed_books


def subscribe(books: Books, url: str, **manner: Any) -> None:
    address = f"{url}/webhooks/quickbooks" if url else ""
    books.sandbox.admin(
        "POST", "quickbooks/webhooks", {"url": address, "verifier_token": VERIFIER, **manner}
    )


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def heard(books: Books, deliveries: int = 1) -> None:
    """Wait until so many deliveries were stored in all, and read them."""
    until(lambda: WebhookDelivery.objects.count() >= deliveries)
    inbox.drain(now())


def poll(books: Books) -> Job:
    [job] = books.owed("sync.poll")
    return job


def run_poll(books: Books) -> Job:
    """As the worker does when its time has come; the job with its next time."""
    books.turn(seconds=max((poll(books).next_at - now()).total_seconds(), 0) + 0.1)
    assert jobs.run_one(poll(books).pk, now())
    return poll(books)


def wait(books: Books) -> timedelta:
    return poll(books).next_at - now()


def a_paid_invoice(books: Books, deal: str = "20300100001") -> Any:
    raw = books.make("100.00")
    row = books.add(raw, deal)
    books.do("pay", invoice_id=raw["Id"])
    return row


@pytest.mark.parametrize("format", ["cloudevents", "classic"])
def test_b17_a_batch_with_two_companies_updates_the_right_ones(books: Books, format: str) -> None:
    other = connect(books.sandbox, realm=SECOND, portal=books.portal)
    first = books.add(books.make("100.00"))
    second = other.add(other.make("80.00"), OTHER_DEAL)
    books.sandbox.switch(webhook_format=format, webhook_content_type="application/cloudevents+json")
    url = settings.DEALBOOKS["PUBLIC_URL"]
    subscribe(books, url, window_seconds=3600)
    before = WebhookDelivery.objects.count()
    books.do("pay", invoice_id=first.qbo_id)
    other.do("pay", invoice_id=second.qbo_id)
    books.sandbox.admin("POST", "quickbooks/webhooks/flush")
    heard(books, before + 1)
    row = WebhookDelivery.objects.latest("received_at")
    assert row.events >= 2
    for each in (books, other):
        [job] = [one for one in books.owed("sync.poll") if one.company_id == each.company.pk]
        assert job.parameters["trigger"] == "webhook"
        assert jobs.run_one(job.pk, now())
    assert books.deal()["invoice_status"] == "paid"
    assert books.deal(OTHER_DEAL)["invoice_status"] == "paid"
    runs = SyncRun.objects.for_portal(books.portal).filter(trigger="webhook")
    assert {run.company_id for run in runs} == {books.company.pk, other.company.pk}


def test_b17_with_webhooks_off_for_an_hour_the_next_pass_finds_every_change(books: Books) -> None:
    rows = [books.add(books.make(f"{amount}.00")) for amount in (10, 20, 30)]
    heard(books)
    run_poll(books)
    subscribe(books, "")
    for row in rows:
        books.do("pay", invoice_id=row.qbo_id)
        books.turn(seconds=20 * 60)
    run_poll(books)
    assert {each["properties"]["hs_invoice_status"] for each in books.hubspot_invoices()} == {
        "paid"
    }


def test_f49_a_delivery_that_comes_three_times_is_processed_once(books: Books) -> None:
    row = books.add(books.make("100.00"))
    heard(books)
    inbox.drain(now())
    before = WebhookDelivery.objects.count()
    subscribe(books, settings.DEALBOOKS["PUBLIC_URL"], duplicate=2)
    books.do("pay", invoice_id=row.qbo_id)
    shown = lambda: books.sandbox.admin("GET", "quickbooks/webhooks")["deliveries"]  # noqa: E731
    until(lambda: sum(one["state"] == "delivered" for one in shown()[-3:]) == 3)
    assert {status for one in shown()[-3:] for status in one["statuses"]} == {200}
    heard(books, before + 1)
    run_poll(books)
    assert books.deal()["invoice_status"] == "paid"
    assert len(books.notes()) == 1
    assert books.owed("sync.poll")[0].parameters == {}


def test_f50_events_out_of_order_end_in_the_right_state(books: Books) -> None:
    row = books.add(books.make("100.00"))
    heard(books)
    url = settings.DEALBOOKS["PUBLIC_URL"]
    subscribe(books, url, reorder=True, seed=3)
    before = WebhookDelivery.objects.count()
    books.do("pay", invoice_id=row.qbo_id, amount="40.00")
    books.do("pay", invoice_id=row.qbo_id, amount="60.00")
    heard(books, before + 2)
    run_poll(books)
    heard(books)
    run_poll(books)
    assert books.deal()["invoice_status"] == "paid"
    assert books.row({"Id": row.qbo_id}).open == 0


def test_f51_a_sweep_finds_what_lost_webhooks_did_not_tell(books: Books) -> None:
    row = books.add(books.make("100.00"))
    heard(books)
    run_poll(books)
    run_poll(books)
    assert timedelta(hours=1) < wait(books) <= timedelta(hours=6)
    subscribe(books, settings.DEALBOOKS["PUBLIC_URL"], drop=1.0)
    books.turn(seconds=600)
    books.do("pay", invoice_id=row.qbo_id)
    run_poll(books)
    assert books.deal()["invoice_status"] == "paid"
    assert books.cursor().missed_at is not None
    assert wait(books) <= timedelta(minutes=5)


def test_d29_webhooks_come_back_by_themselves(books: Books) -> None:
    row = books.add(books.make("100.00"))
    heard(books)
    run_poll(books)
    Cursor.objects.for_portal(books.portal).update(missed_at=now())
    assert wait_after_poll(books) <= timedelta(minutes=5)
    before = WebhookDelivery.objects.count()
    books.turn(seconds=600)
    books.do("pay", invoice_id=row.qbo_id)
    heard(books, before + 1)
    assert wait(books) <= timedelta(seconds=2)
    run_poll(books)
    assert wait(books) <= timedelta(minutes=1)
    run_poll(books)
    assert wait(books) > timedelta(hours=1)


def wait_after_poll(books: Books) -> timedelta:
    run_poll(books)
    return wait(books)


def test_d29_an_idle_company_with_webhooks_costs_at_most_five_reads_a_day(books: Books) -> None:
    books.make("100.00")
    heard(books)
    run_poll(books)
    run_poll(books)
    end = now() + timedelta(days=1)
    books.forget()
    while poll(books).next_at < end:
        run_poll(books)
    assert 3 <= len(books.calls("quickbooks")) <= 5  # by the hour at which the day begins


def test_d29_overdue_appears_just_after_the_companys_midnight(books: Books) -> None:
    row = books.add(books.make("100.00", DueDate=books.day()))
    heard(books)
    run_poll(books)
    run_poll(books)
    midnight = now() + timedelta(days=1)
    while (
        books.day() == row.due_date.isoformat() or books.deal().get("invoice_status") != "overdue"
    ):
        assert now() < midnight + timedelta(hours=1)
        run_poll(books)
    assert books.company.time_zone == "America/Los_Angeles"
    local = now().astimezone(_zone(books.company))
    assert (local.hour, local.minute < 10) == (0, True)


def _zone(company: Company) -> ZoneInfo:
    return ZoneInfo(company.time_zone)


def test_f57_the_echo_of_our_own_write_writes_nothing(books: Books) -> None:
    a_paid_invoice(books)
    heard(books)
    run_poll(books)
    books.forget()
    look_soon(books.company, now(), now())
    run_poll(books)
    assert books.calls("hubspot", writes=True) == []
    assert not SyncRun.objects.for_portal(books.portal).filter(trigger="poll", seen__gt=0).exists()
