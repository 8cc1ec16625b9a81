"""The inbox of webhooks: who gets in, what is stored, and what follows (B-17, faults 49 to 56)."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from integration import jobs, tasks
from integration.clock import now
from integration.models import Company, CrmChange, Job, Portal, WebhookDelivery, WebhookEvent
from integration.webhooks import inbox
from integration.webhooks.views import LARGEST, REFUSALS_A_MINUTE
from tests import tenants
from tests.webhooks import (
    VERIFIER,
    classic,
    cloud_event,
    deal_event,
    from_hubspot,
    from_intuit,
    minutes_ago,
)

pytestmark = pytest.mark.django_db
DEAL = "20300100001"


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal())


def polls(company: Company) -> list[Job]:
    return list(jobs.open_jobs(company.portal, company).filter(kind="sync.poll"))


def stored() -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.order_by("received_at", "pk"))


# ------------------------------------------------------------------------------------- who gets in
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json", "application/json; charset=utf-8", "application/cloudevents+json",
        "application/cloudevents-batch+json; charset=UTF-8", "text/plain", "",
    ],
)  # fmt: skip
def test_f56_any_content_type_is_taken(company: Company, content_type: str) -> None:
    answer = from_intuit([cloud_event(company.realm_id)], content_type=content_type)
    assert answer.status_code == 200
    [row] = stored()
    assert (row.vendor, row.content_type, row.drained_at) == ("quickbooks", content_type, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "another"}, {"intuit-signature": ""}, {"intuit-signature": "AAAA"},
        {"intuit-signature": "caf\u00e9"}, {"token": ""},
    ],
)  # fmt: skip
def test_f54_a_bad_signature_is_401_and_leaves_no_row(
    company: Company, changes: dict[str, Any]
) -> None:
    assert from_intuit([cloud_event(company.realm_id)], **changes).status_code == 401
    assert stored() == []


@pytest.mark.parametrize("minutes", [-2, 6, 60 * 24])
def test_f54_hubspots_time_must_be_near(minutes: int) -> None:
    answer = from_hubspot([deal_event(1, DEAL)], signed_at=minutes_ago(minutes))
    assert answer.status_code == 401
    assert stored() == []


def test_f54_hubspots_signature_must_be_right() -> None:
    content = [deal_event(1, DEAL)]
    assert from_hubspot(content, secret="another").status_code == 401
    assert from_hubspot(content, **{"X-HubSpot-Signature-v3": ""}).status_code == 401
    assert from_hubspot(content, **{"X-HubSpot-Request-Timestamp": "soon"}).status_code == 401
    assert stored() == []
    assert from_hubspot(content).status_code == 200


def test_c21_two_verifier_tokens_are_valid_at_once(company: Company, settings: Settings) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "QUICKBOOKS_WEBHOOK_TOKENS": ["next", VERIFIER]}
    for token in ("next", VERIFIER):
        assert from_intuit([cloud_event(company.realm_id)], token=token).status_code == 200
    settings.DEALBOOKS = {**settings.DEALBOOKS, "QUICKBOOKS_WEBHOOK_TOKENS": ["next"]}
    assert from_intuit([cloud_event(company.realm_id)]).status_code == 401
    assert len(stored()) == 2


def test_c21_a_delivery_has_at_most_a_megabyte() -> None:
    assert from_intuit(b" " * (LARGEST + 1)).status_code == 413
    assert from_hubspot(b" " * (LARGEST + 1)).status_code == 413
    assert stored() == []


def test_c29_only_post_is_answered() -> None:
    for path in ("/webhooks/quickbooks", "/webhooks/hubspot"):
        assert Client().get(path).status_code == 405
        assert Client().put(path).status_code == 405


def test_c16_whoever_keeps_guessing_is_no_longer_looked_at(company: Company) -> None:
    statuses = [from_intuit([1], token="guess").status_code for _ in range(REFUSALS_A_MINUTE + 2)]
    assert set(statuses[:REFUSALS_A_MINUTE]) == {401}
    assert statuses[-1] == 429
    assert from_intuit([cloud_event(company.realm_id)]).status_code == 200


@pytest.fixture
def database_away() -> Iterator[None]:
    """The address leads to a port where nobody listens."""
    right = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    yield
    connection.close()
    connection.settings_dict.update(HOST=right[0], PORT=right[1])


@pytest.mark.django_db(transaction=True)
def test_f53_while_the_database_is_away_the_vendor_is_told_to_come_again(
    database_away: None,
) -> None:
    answer = from_intuit([cloud_event("1")])
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert from_hubspot([deal_event(1, DEAL)]).status_code == 503


# -------------------------------------------------------------------------------- what follows
def test_b17_a_batch_wakes_the_companies_it_names(company: Company) -> None:
    other = tenants.company(tenants.portal())
    bystander = tenants.company(company.portal)
    events = [cloud_event(company.realm_id), cloud_event(other.realm_id, "payment")]
    assert from_intuit(events).status_code == 200
    assert inbox.drain(now()) == 1
    for named in (company, other):
        [job] = polls(named)
        assert job.parameters["trigger"] == "webhook"
        assert timedelta(0) < job.next_at - now() <= timedelta(seconds=2)
        named.refresh_from_db()
        assert named.last_event_at is not None
    assert polls(bystander) == []
    [row] = stored()
    assert (row.events, row.ignored, row.dropped) == (2, 0, 0)
    assert row.drained_at is not None


def test_b17_the_classic_format_wakes_them_too(company: Company) -> None:
    notices = [classic(company.realm_id, "Invoice", "Payment", "Vendor"), classic("77", "Invoice")]
    assert from_intuit({"eventNotifications": notices}).status_code == 200
    inbox.drain(now())
    assert len(polls(company)) == 1
    [row] = stored()
    assert (row.events, row.ignored, row.dropped) == (3, 1, 1)


def test_f49_the_same_bytes_again_are_answered_and_do_nothing(company: Company) -> None:
    content = [cloud_event(company.realm_id)]
    assert from_intuit(content).status_code == 200
    inbox.drain(now())
    jobs.cancel(company.portal, company)
    assert from_intuit(content).status_code == 200
    assert inbox.drain(now()) == 0
    assert polls(company) == []
    assert len(stored()) == 1


def test_f49_the_same_event_in_another_delivery_is_ignored(company: Company) -> None:
    event = cloud_event(company.realm_id)
    from_intuit([event])
    inbox.drain(now())
    jobs.cancel(company.portal, company)
    from_intuit([event, event, cloud_event("77")])
    inbox.drain(now())
    assert polls(company) == []
    assert [(row.events, row.ignored) for row in stored()] == [(1, 0), (1, 2)]


def test_f49_a_retry_of_hubspot_is_ignored(company: Company) -> None:
    hub_id = company.portal.hub_id
    first = deal_event(hub_id, DEAL)
    from_hubspot([first])
    from_hubspot([{**first, "attemptNumber": 1}])
    inbox.drain(now())
    assert sorted(row.events for row in stored()) == [0, 1]
    assert CrmChange.objects.for_portal(company.portal).count() == 1


def test_f55_unknown_and_disconnected_companies_are_counted_and_dropped(company: Company) -> None:
    gone = tenants.company(company.portal, disconnected_at=now())
    elsewhere = tenants.company(company.portal, environment="live")
    realms = [gone.realm_id, elsewhere.realm_id, "77"]
    assert from_intuit([cloud_event(realm) for realm in realms]).status_code == 200
    inbox.drain(now())
    [row] = stored()
    assert (row.events, row.dropped) == (3, 3)
    assert not Job.objects.everywhere("test").filter(kind="sync.poll").exists()


def test_f55_an_unknown_portal_is_counted_and_dropped(company: Company) -> None:
    Portal.objects.filter(pk=company.portal_id).update(disconnected_at=now())
    content = [deal_event(company.portal.hub_id, DEAL), deal_event(5, DEAL)]
    assert from_hubspot(content).status_code == 200
    inbox.drain(now())
    assert stored()[0].dropped == 2
    assert not CrmChange.objects.everywhere("test").exists()


def test_b17_what_cannot_be_read_is_kept_and_holds_nothing_up(company: Company) -> None:
    assert from_intuit(b"not json").status_code == 200
    assert from_intuit([cloud_event(company.realm_id)]).status_code == 200
    assert inbox.drain(now()) == 2
    assert sorted(row.unreadable for row in stored()) == [False, True]
    assert len(polls(company)) == 1


# ------------------------------------------------------------------------------------- waiting
def test_d29_news_that_keeps_coming_is_read_after_fifteen_seconds_at_the_latest(
    company: Company,
) -> None:
    start = now()
    times = []
    for second in range(0, 30, 1):
        instant = start + timedelta(seconds=second)
        inbox.receive("quickbooks", _body(company), "application/json", instant)
        inbox.drain(instant)
        [job] = polls(company)
        times.append((job.next_at - start).total_seconds())
        if job.next_at <= instant:
            break
    assert times[:3] == [2.0, 3.0, 4.0]
    assert max(times) == 15.0


def test_d29_a_poll_that_somebody_asked_for_is_not_pushed_away(company: Company) -> None:
    start = now()
    jobs.enqueue("sync.poll", portal=company.portal, company=company, at=start)
    inbox.receive("quickbooks", _body(company), "application/json", start)
    inbox.drain(start)
    [job] = polls(company)
    assert job.next_at == start


def _body(company: Company) -> bytes:
    return json.dumps([cloud_event(company.realm_id)]).encode()


def test_f52_ten_thousand_events_become_one_poll(company: Company) -> None:
    other = tenants.company(tenants.portal())
    realms = [company.realm_id, other.realm_id]
    client = Client()
    seconds = []
    for _ in range(100):
        events = [cloud_event(realm) for realm in realms * 50]
        began = time.perf_counter()
        assert from_intuit(events, client=client).status_code == 200
        seconds.append(time.perf_counter() - began)
    assert sorted(seconds)[98] < 3
    assert inbox.drain(now()) == 100
    assert (len(polls(company)), len(polls(other))) == (1, 1)
    assert WebhookEvent.objects.count() == 10_000


# ----------------------------------------------------------------------------- HubSpot's events
def test_e02_records_to_look_at_are_noted_once(company: Company) -> None:
    hub_id = company.portal.hub_id
    rows = [
        deal_event(hub_id, DEAL, occurredAt=1),
        deal_event(hub_id, DEAL, occurredAt=2),
        deal_event(hub_id, DEAL, "deletion"),
        deal_event(hub_id, "9", "creation"),
    ]
    from_hubspot(rows)
    inbox.drain(now())
    noted = CrmChange.objects.for_portal(company.portal).order_by("change")
    assert [(row.hubspot_id, row.change) for row in noted] == [(DEAL, "changed"), (DEAL, "deleted")]
    [job] = jobs.open_jobs(company.portal).filter(kind="deals.changed")
    assert job.queue == "webhook"
    company.portal.refresh_from_db()
    assert company.portal.last_event_at is not None


# ----------------------------------------------------------------------------- in the worker
@pytest.mark.django_db(transaction=True)
def test_b17_the_worker_of_the_webhook_queue_reads_what_waits() -> None:
    company = tenants.company(tenants.portal())
    from_intuit([cloud_event(company.realm_id)])
    assert inbox.is_waiting()
    tasks.work("webhook")
    assert not inbox.is_waiting()
    assert len(polls(company)) == 1


def test_c26_deliveries_are_deleted_after_fourteen_days(company: Company) -> None:
    from_intuit([cloud_event(company.realm_id)])
    from_hubspot([deal_event(company.portal.hub_id, DEAL)])
    inbox.drain(now())
    assert inbox.forget_old(now() + timedelta(days=13, hours=23)) == 0
    assert inbox.forget_old(now() + timedelta(days=14, seconds=5)) == 2
    assert not WebhookEvent.objects.exists()
    assert not CrmChange.objects.everywhere("test").exists()
