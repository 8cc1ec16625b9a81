"""Sending an invoice now: once, to the right people, and never when it should not (D-17, B-16)."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connections as database_connections

from integration import connections, jobs
from integration.access.actors import Forbidden
from integration.clock import now
from integration.models import AuditEvent, Membership
from integration.models.people import Role
from invoices import delivery, sending
from invoices.addresses import recipients
from invoices.mail_status import MailStatus
from invoices.models import Invoice, InvoiceSending
from invoices.models.invoices import Stage
from invoices.models.sending import SendState
from invoices.sending import NotSendable, Wish
from invoices.sending_rules import Reason
from tests.invoices.desk import DEAL, Desk
from tests.invoices.mails import SEND, TO, allow, ask, fresh, in_quickbooks, made, mails, work
from tests.invoices.test_creation_faults import fault
from workflows.models import Task, TaskState


@pytest.fixture
def allowed(desk: Desk) -> Desk:
    allow(desk)
    return desk


def refused(desk: Desk, row: Invoice, to: str = TO) -> list[Reason]:
    with pytest.raises(NotSendable) as caught:
        ask(desk, row, to)
    assert mails(desk) == []
    return caught.value.reasons


def tasks(desk: Desk, kind: str = "") -> list[Task]:
    rows = Task.objects.for_portal(desk.books.portal).filter(state=TaskState.OPEN)
    return list(rows.filter(kind=kind) if kind else rows)


# -------------------------------------------------------------------------------------- the policy
def test_s48_sending_is_off_until_an_admin_allows_it(desk: Desk) -> None:
    row = made(desk)
    assert refused(desk, row) == [Reason.NOT_ALLOWED]
    allow(desk)
    assert ask(desk, row).state == SendState.SENT


def test_d17_without_the_right_nobody_sends(allowed: Desk) -> None:
    row = made(allowed)
    Membership.objects.for_portal(allowed.books.portal).update(role=Role.SALES_REP)
    with pytest.raises(Forbidden):
        ask(allowed, row)
    assert sending.why_not(allowed.actor, fresh(row)) == [Reason.RIGHT_MISSING]


# ------------------------------------------------------------------------------------------- once
def test_b16_an_invoice_is_mailed_and_everybody_hears_of_it(allowed: Desk) -> None:
    row = made(allowed)
    done = ask(allowed, row)
    assert (done.state, done.problem) == (SendState.SENT, "")
    assert [(each["invoice"], each["to"]) for each in mails(allowed)] == [(row.qbo_id, TO)]
    row = fresh(row)
    assert (row.stage, row.is_sent, row.mail_status) == (Stage.SENT, True, MailStatus.SENT)
    assert [job.subject for job in allowed.books.owed("deal.refresh")] == [DEAL]
    events = AuditEvent.objects.for_portal(row.portal_id).filter(subject_id=str(row.pk))
    assert {"invoice.send_asked", "invoice.sent"} <= set(events.values_list("action", flat=True))


def test_b16_a_double_click_is_one_mail(allowed: Desk) -> None:
    row, key = made(allowed), uuid.uuid4()
    first, second = ask(allowed, row, id=key), ask(allowed, row, id=key)
    assert first.pk == second.pk
    assert len(mails(allowed)) == 1


def test_f89_two_people_at_once_are_one_mail(allowed: Desk) -> None:
    row = made(allowed)
    outcomes: list[Any] = []

    def press() -> None:
        try:
            wish = Wish(recipients(TO), after="")
            outcomes.append(sending.ask(allowed.actor, fresh(row), wish, now()).state)
        except NotSendable as refusal:
            outcomes.append(refusal.reasons[0])
        finally:
            database_connections.close_all()

    people = [threading.Thread(target=press) for _ in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert len(mails(allowed)) == 1
    assert len(outcomes) == 4


def test_d17_a_page_opened_before_somebody_else_sent_it_asks_again(allowed: Desk) -> None:
    row = made(allowed)
    ask(allowed, row)
    with pytest.raises(NotSendable) as caught:
        sending.ask(allowed.actor, fresh(row), Wish(recipients(TO), after=""), now())
    assert caught.value.reasons == [Reason.SENT_MEANWHILE]
    again = Wish(recipients(TO), after=sending.last_sent(row))
    assert sending.ask(allowed.actor, fresh(row), again, now()).state == SendState.SENT
    assert len(mails(allowed)) == 2


@pytest.mark.parametrize("kind", ["reset", "truncate", "html", "empty"])
def test_f21_a_lost_answer_is_looked_up_and_one_mail(allowed: Desk, kind: str) -> None:
    row = made(allowed)
    allowed.sandbox.faults(fault(SEND, kind))
    done = ask(allowed, row)
    assert done.state == SendState.SENDING
    assert work(done).state == SendState.SENT
    assert len(mails(allowed)) == 1


def test_f20_a_call_that_did_nothing_is_made_again(allowed: Desk) -> None:
    row = made(allowed)
    allowed.sandbox.faults(fault(SEND, "status", "before", status=503))
    done = ask(allowed, row)
    assert done.state == SendState.SENDING
    assert mails(allowed) == []
    assert work(done).state == SendState.SENT
    assert len(mails(allowed)) == 1


def test_f21_a_second_mail_of_the_same_invoice_is_told_from_the_first(allowed: Desk) -> None:
    """It was EmailSent before: only the time of delivery tells whether the call went through."""
    row = made(allowed)
    ask(allowed, row)
    allowed.books.turn(seconds=90)
    allowed.sandbox.faults(fault(SEND, "status", "before", status=503))
    second = ask(allowed, row)
    assert second.state == SendState.SENDING
    assert work(second).state == SendState.SENT
    assert len(mails(allowed)) == 2


def test_f25_after_a_day_without_an_answer_a_person_looks(allowed: Desk) -> None:
    row = made(allowed)
    allowed.sandbox.faults(fault(SEND, "status", "before", status=503))
    done = ask(allowed, row)
    allowed.books.turn(days=1, seconds=60)
    assert work(done).state == SendState.UNKNOWN
    assert mails(allowed) == []
    assert [each.parameters["to"] for each in tasks(allowed, "sending.unknown")] == [TO]


# ------------------------------------------------------------------------------------ to whom
def test_d07_copies_go_on_the_invoice_and_the_customer_keeps_its_address(allowed: Desk) -> None:
    row = made(allowed)
    customer = next(each for each in allowed.reference.customers() if each.id == row.customer_id)
    done = ask(
        allowed, row, "new@x.example, two@x.example", cc="boss@x.example", bcc="me@us.example"
    )
    assert done.state == SendState.SENT
    (mail,) = mails(allowed)
    assert (mail["to"], mail["cc"], mail["bcc"]) == (
        "new@x.example,two@x.example", "boss@x.example", "me@us.example",
    )  # fmt: skip
    held = in_quickbooks(allowed, row)
    assert held["BillEmail"]["Address"] == "new@x.example,two@x.example"
    (named,) = allowed.customers_named(customer.display_name)
    assert (named.get("PrimaryEmailAddr") or {}).get("Address", "") == ",".join(customer.emails)
    assert fresh(row).bill_email == "new@x.example,two@x.example"


def test_d07_the_default_is_what_stands_on_the_invoice(allowed: Desk) -> None:
    row = made(allowed, BillEmailCc={"Address": "cc@x.example"})
    given = sending.default_recipients(fresh(row))
    assert (given.to, given.cc, given.bcc) == (TO, "cc@x.example", "")


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("", Reason.NO_ADDRESS),
        ("nobody", Reason.ADDRESS_INVALID),
        (", ".join(f"person-{n}@customer.example" for n in range(5)), Reason.ADDRESS_TOO_LONG),
    ],
)
def test_d17_an_address_that_will_not_do(allowed: Desk, to: str, reason: Reason) -> None:
    assert refused(allowed, made(allowed), to) == [reason]


# ------------------------------------------------------------------------------ when it must not
def test_d17_paid_voided_and_deleted_are_not_sent(allowed: Desk) -> None:
    for action, reason in (
        ("pay", Reason.NOTHING_OPEN), ("void", Reason.VOIDED), ("delete", Reason.DELETED),
    ):  # fmt: skip
        row = made(allowed)
        allowed.books.do(action, invoice_id=row.qbo_id)
        done = ask(allowed, row)  # our copy does not know yet
        assert (done.state, done.problem) == (SendState.REFUSED, reason), action
        assert reason in {each.parameters["reason"] for each in tasks(allowed, "sending.not_sent")}
    assert mails(allowed) == []


def test_d17_changed_in_quickbooks_since_it_was_seen(allowed: Desk) -> None:
    row = made(allowed)
    allowed.books.do("edit", invoice_id=row.qbo_id, quantity="1", unit_price="90", amount="90")
    done = ask(allowed, row)
    assert (done.state, done.problem) == (SendState.REFUSED, Reason.CHANGED)
    assert ask(allowed, row).state == SendState.SENT  # seen as it is now
    assert len(mails(allowed)) == 1
    assert tasks(allowed) == []  # settled by the mail


def test_d11_a_differing_total_is_not_sent(allowed: Desk) -> None:
    row = made(allowed)
    Invoice.objects.for_portal(row.portal_id).filter(pk=row.pk).update(
        total_differs=True, expected_total="90"
    )
    assert refused(allowed, row) == [Reason.TOTAL_DIFFERS]


def test_d17_quickbooks_own_refusal_is_told(allowed: Desk) -> None:
    row = made(allowed)
    allowed.sandbox.switch(emails_per_day=1)
    ask(allowed, made(allowed))
    done = ask(allowed, row)
    assert (done.state, done.problem) == (SendState.REFUSED, "quickbooks.6000")
    assert len(mails(allowed)) == 1


# ------------------------------------------------------------------------------------- bounces
@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("Bounced Email", MailStatus.BOUNCED),
        ("Undeliverable", MailStatus.UNDELIVERABLE),
        ("Delivery Server Down", MailStatus.SERVER_DOWN),
        ("Missing Info", MailStatus.MISSING_INFO),
    ],
)
def test_b16_a_mail_that_comes_back_is_told_once(
    allowed: Desk, error: str, status: MailStatus
) -> None:
    row = made(allowed)
    done = ask(allowed, row)
    allowed.books.turn(seconds=60)
    allowed.books.do("mail", invoice_id=row.qbo_id, error=error)
    allowed.books.sync()
    allowed.books.sync()
    assert fresh(row).mail_status == status
    (task,) = tasks(allowed)
    assert task.kind == f"sending.{status}"
    events = AuditEvent.objects.for_portal(row.portal_id).filter(action="invoice.mail_failed")
    assert events.count() == 1
    assert work(done).state == SendState.SENT
    ask(allowed, row, "right@x.example")
    assert fresh(row).mail_status == MailStatus.SENT
    assert tasks(allowed) == []


def test_b16_a_bounce_that_moves_no_time_is_found_by_looking_after(allowed: Desk) -> None:
    allowed.sandbox.switch(mail_news_touch="none")
    row = made(allowed)
    done = ask(allowed, row)
    allowed.books.do("mail", invoice_id=row.qbo_id, error="Bounced Email")
    allowed.books.sync()
    allowed.books.turn(seconds=16 * 60)
    work(done)
    assert fresh(row).mail_status == MailStatus.BOUNCED
    allowed.books.turn(days=1)
    work(done)
    assert sending.job_of(done) is None


def test_b16_a_mail_refused_at_once(allowed: Desk) -> None:
    allowed.sandbox.switch(mail_outcome="Undeliverable")
    row = made(allowed)
    assert ask(allowed, row).state == SendState.SENT
    assert fresh(row).mail_status == MailStatus.UNDELIVERABLE
    assert [each.kind for each in tasks(allowed)] == ["sending.undeliverable"]


# ----------------------------------------------------------------------------- the connection
def test_d03_a_mail_that_never_left_is_called_off_with_the_company(allowed: Desk) -> None:
    row = made(allowed)
    wish = Wish(recipients(TO))
    done, _job = sending.owe(allowed.actor, fresh(row), wish, now())
    connections.disconnect_company(allowed.actor, allowed.company, "keep", now())
    (job,) = allowed.books.owed("invoices.settle")
    assert jobs.run_one(job.pk, now())
    done.refresh_from_db()
    assert (done.state, done.problem) == (SendState.REFUSED, Reason.COMPANY_DISCONNECTED)
    assert mails(allowed) == []


# ----------------------------------------------------------------------- told on every record
def test_d18_an_invoice_on_a_contact_alone_gets_its_status_in_hubspot(allowed: Desk) -> None:
    row = made(allowed)
    ties = row.attachments.filter(object_kind="deals")
    ties.update(object_kind="contacts", hubspot_id="20200100001", counts=False)
    delivery.mark_delivered(allowed.actor, fresh(row), now())
    (job,) = allowed.books.owed("invoice.refresh")
    assert jobs.run_one(job.pk, now())
    shown = [
        each["properties"] for each in allowed.books.hubspot_invoices()
        if each["properties"].get("dealbooks_key", "").endswith(f":{row.qbo_id}")
    ]  # fmt: skip
    assert [each["dealbooks_status"] for each in shown] == [Stage.SENT]


def test_the_states_of_a_sending_are_the_closed_list() -> None:
    assert set(InvoiceSending._meta.get_field("state").choices or ()) == set(SendState.choices)
