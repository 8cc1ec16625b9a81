"""Sending at a time: looked at again at the minute, exactly once, or called off and told (D-17)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from integration import connections, jobs
from integration.access.pages import record_url
from integration.clock import now
from integration.models import AuditEvent, Grant, Job, Membership
from integration.models.grants import GrantState
from integration.models.people import Role
from invoices import changes, sending
from invoices.models import InvoiceChange, InvoiceSending
from invoices.models.changes import ChangeKind
from invoices.models.sending import SendState
from invoices.send_times import TimeRefused
from invoices.sending import NotSendable
from invoices.sending_kept import Walk
from invoices.sending_rules import Reason
from invoices.sending_walk import run, send
from tests.invoices.desk import Desk
from tests.invoices.mails import (
    SEND,
    TO,
    allow,
    ask,
    fresh,
    in_quickbooks,
    job_of,
    made,
    mails,
    work,
)
from tests.invoices.test_creation_faults import fault
from workflows.models import Task, TaskState

HOUR = timedelta(hours=1)


@pytest.fixture
def allowed(desk: Desk) -> Desk:
    allow(desk)
    return desk


def schedule(desk: Desk, row: Any, after: timedelta = HOUR, **more: Any) -> InvoiceSending:
    return ask(desk, row, at=now() + after, **more)


def due(desk: Desk, waiting: InvoiceSending) -> InvoiceSending:
    """The minute has come, and a worker does what is due."""
    left = waiting.send_at - now()
    desk.books.turn(seconds=max(left.total_seconds(), 0) + 1)
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())
    waiting.refresh_from_db()
    return waiting


def why_told(desk: Desk) -> list[str]:
    rows = Task.objects.for_portal(desk.books.portal).filter(
        kind="sending.not_sent", state=TaskState.OPEN
    )
    return [row.parameters["reason"] for row in rows]


def test_b16_it_goes_out_once_at_the_set_minute(allowed: Desk) -> None:
    row = made(allowed)
    waiting = schedule(allowed, row)
    assert waiting.state == SendState.WAITING
    assert waiting.send_at.second == 0
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())
    assert mails(allowed) == []
    assert due(allowed, waiting).state == SendState.SENT
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())
    assert [each["to"] for each in mails(allowed)] == [TO]
    allowed.books.turn(days=2)
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())
    assert len(mails(allowed)) == 1
    assert in_quickbooks(allowed, row)["EmailStatus"] == "EmailSent"


def test_d17_the_time_is_chosen_on_the_companys_clock(allowed: Desk) -> None:
    row = made(allowed)
    zone = sending.zone_of(allowed.company)
    local = datetime.fromisoformat(f"{allowed.books.day(2)}T09:30")
    waiting = ask(allowed, row, at=local)
    assert waiting.time_zone == zone == "America/Los_Angeles"
    assert waiting.send_at == local.replace(tzinfo=ZoneInfo(zone))
    with pytest.raises(TimeRefused):
        ask(allowed, row, at=now() - HOUR)


@pytest.mark.parametrize(
    ("action", "more", "reason"),
    [
        ("pay", {}, Reason.NOTHING_OPEN),
        ("void", {}, Reason.VOIDED),
        ("delete", {}, Reason.DELETED),
        ("edit", {"doc_number": "9999"}, Reason.CHANGED),
        ("edit", {"fields": {"BillEmail": {"Address": "new@x.example"}}}, Reason.CHANGED),
    ],
)
def test_d17_what_happened_meanwhile_calls_it_off_and_tells(
    allowed: Desk, action: str, more: dict[str, Any], reason: Reason
) -> None:
    row = made(allowed)
    waiting = schedule(allowed, row)
    allowed.books.do(action, invoice_id=row.qbo_id, **more)
    done = due(allowed, waiting)
    assert (done.state, done.problem) == (SendState.REFUSED, reason)
    assert mails(allowed) == []
    assert why_told(allowed) == [reason]
    events = AuditEvent.objects.for_portal(row.portal_id).filter(action="invoice.not_sent")
    assert [event.after["reason"] for event in events] == [reason]


def test_d17_a_part_payment_changes_nothing_and_is_booked(allowed: Desk) -> None:
    row = made(allowed)
    waiting = schedule(allowed, row)
    allowed.books.do("pay", invoice_id=row.qbo_id, amount="40")
    assert due(allowed, waiting).state == SendState.SENT
    row = fresh(row)
    assert (row.cash, row.credited, row.open) == (40, 0, 60)


def test_d17_rights_and_the_setting_are_asked_again(allowed: Desk) -> None:
    waiting = schedule(allowed, made(allowed))
    other = schedule(allowed, made(allowed))
    allowed.books.configure(sending_allowed=False)
    assert due(allowed, waiting).problem == Reason.NOT_ALLOWED
    other.refresh_from_db()
    assert other.problem == Reason.NOT_ALLOWED
    allowed.books.configure(sending_allowed=True)
    third = schedule(allowed, made(allowed))
    Membership.objects.for_portal(allowed.books.portal).update(role=Role.READ_ONLY)
    assert due(allowed, third).problem == Reason.RIGHT_MISSING
    assert mails(allowed) == []


def test_d17_a_schedule_can_be_changed_and_called_off(allowed: Desk) -> None:
    row = made(allowed)
    first = schedule(allowed, row)
    second = schedule(allowed, row, 2 * HOUR, to="other@x.example")
    first.refresh_from_db()
    assert (first.state, first.problem) == (SendState.CANCELLED, "sending.replaced")
    assert due(allowed, first).state == SendState.CANCELLED
    assert mails(allowed) == []
    assert sending.cancel(allowed.actor, fresh(row), now())
    assert not sending.cancel(allowed.actor, fresh(row), now())
    assert due(allowed, second).state == SendState.CANCELLED
    assert mails(allowed) == []


def test_d17_sending_at_once_takes_the_place_of_the_schedule(allowed: Desk) -> None:
    row = made(allowed)
    waiting = schedule(allowed, row)
    assert ask(allowed, row).state == SendState.SENT
    assert due(allowed, waiting).state == SendState.CANCELLED
    assert len(mails(allowed)) == 1


def test_d17_a_minute_that_passed_a_day_ago_is_let_go(allowed: Desk) -> None:
    waiting = schedule(allowed, made(allowed))
    allowed.books.turn(days=2)
    assert work(waiting).problem == Reason.TOO_LATE
    assert mails(allowed) == []
    assert why_told(allowed) == [Reason.TOO_LATE]


def test_f01_quickbooks_away_at_the_minute_delays_it(allowed: Desk) -> None:
    waiting = schedule(allowed, made(allowed))
    read = {"vendor": "quickbooks", "method": "GET", "path": "/invoice/[0-9]+$"}
    allowed.sandbox.faults({**fault(read, "status", "before", status=503), "times": 99})
    assert due(allowed, waiting).state == SendState.WAITING
    allowed.sandbox.faults()
    assert work(waiting).state == SendState.SENT
    assert len(mails(allowed)) == 1


def test_b03_a_lost_connection_lets_it_wait_for_the_new_one(allowed: Desk) -> None:
    waiting = schedule(allowed, made(allowed))
    Grant.objects.for_portal(allowed.books.portal).filter(company=allowed.company).update(
        state=GrantState.NEEDS_RECONNECT
    )
    assert due(allowed, waiting).state == SendState.WAITING
    assert job_of(waiting).paused_reason == "connect.needs_reconnect"
    grants = Grant.objects.for_portal(allowed.books.portal).filter(company=allowed.company)
    grants.update(state=GrantState.ACTIVE)
    jobs.resume(allowed.books.portal, allowed.company, "quickbooks")
    assert jobs.run_one(job_of(waiting).pk, now())
    waiting.refresh_from_db()
    assert waiting.state == SendState.SENT


def test_d03_a_schedule_ends_with_its_company(allowed: Desk) -> None:
    waiting = schedule(allowed, made(allowed))
    connections.disconnect_company(allowed.actor, allowed.company, "keep", now())
    (job,) = allowed.books.owed("invoices.settle")
    assert jobs.run_one(job.pk, now())
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == (SendState.REFUSED, Reason.COMPANY_DISCONNECTED)


def test_f62_a_lease_that_was_lost_writes_nothing(allowed: Desk) -> None:
    """Somebody else took the work over between the call and its answer: that one finds it sent."""
    row = made(allowed)
    allowed.sandbox.faults(fault(SEND, "reset"))
    done = ask(allowed, row)
    job = job_of(done)
    assert done.state == SendState.SENDING
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Job._meta.db_table} SET epoch = epoch + 1")
    with pytest.raises(jobs.LeaseLost):
        run(job, jobs.Lease(job.pk, job.epoch), now())
    done.refresh_from_db()
    assert done.state == SendState.SENDING
    assert work(done).state == SendState.SENT
    assert len(mails(allowed)) == 1


def test_the_page_of_the_deal_says_when_it_goes_out(allowed: Desk, rep: Any) -> None:
    row = made(allowed)
    schedule(allowed, row)
    deal_id = row.attachments.get(object_kind="deals").hubspot_id
    page = record_url(allowed.actor, "deal-invoice", deal_id, invoice_id=row.pk)
    rep.see(page)
    assert f"It goes to {TO} on" in rep.text
    assert "America/Los_Angeles" in rep.text


def walked(waiting: InvoiceSending) -> Walk:
    """As a worker holds it that began before anything else happened."""
    rows = InvoiceSending.objects.for_portal(waiting.portal_id).select_related(
        "invoice__company", "invoice__portal", "company", "portal", "created_by"
    )
    return Walk(rows.get(pk=waiting.pk), None, waiting.send_at)


def test_d17_what_is_called_off_while_quickbooks_is_asked_is_not_mailed(allowed: Desk) -> None:
    """The person was told that nothing leaves, so nothing does; a newer mail replaces it whole."""
    row = made(allowed)
    walk = walked(schedule(allowed, row))
    assert sending.cancel(allowed.actor, fresh(row), now())
    assert send(walk) is None
    walk.row.refresh_from_db()
    assert (walk.row.state, mails(allowed)) == (SendState.CANCELLED, [])

    walk = walked(schedule(allowed, row))
    assert ask(allowed, row).state == SendState.SENT
    assert send(walk) is None
    walk.row.refresh_from_db()
    assert walk.row.state == SendState.CANCELLED
    assert len(mails(allowed)) == 1


def test_d17_called_off_before_it_is_refused_stays_called_off(allowed: Desk) -> None:
    row = made(allowed)
    walk = walked(schedule(allowed, row))
    allowed.books.do("void", invoice_id=row.qbo_id)
    assert sending.cancel(allowed.actor, fresh(row), now())
    assert send(walk) is None
    walk.row.refresh_from_db()
    assert (walk.row.state, why_told(allowed)) == (SendState.CANCELLED, [])


def test_d17_an_invoice_that_is_being_changed_is_not_mailed(allowed: Desk) -> None:
    row = made(allowed)
    waiting = schedule(allowed, row)
    change = InvoiceChange(kind=ChangeKind.VOID, base=fresh(row).raw)
    changes.owe(allowed.actor, fresh(row), change, now())
    with pytest.raises(NotSendable) as caught:
        ask(allowed, row)
    assert caught.value.reasons == [Reason.CHANGE_UNDER_WAY]
    assert send(walked(waiting)) is None
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == (SendState.REFUSED, Reason.CHANGE_UNDER_WAY)
    assert mails(allowed) == []
