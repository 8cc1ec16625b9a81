"""A worker killed at any step of a sending (fault 59): one mail, and the copies on it."""

import pytest
from django.db import connection

from integration.clock import now
from integration.models import Job
from invoices import sending
from invoices.addresses import recipients
from invoices.models.sending import SendState
from invoices.sending import Wish
from tests.faults.test_sync_crashes import in_a_process
from tests.invoices.conftest import books, desk, unlimited  # noqa: F401
from tests.invoices.desk import Desk
from tests.invoices.mails import TO, allow, fresh, made, mails

pytestmark = pytest.mark.faults
STEPS = ["send.before_copies", "send.after_copies", "send.before_call", "send.after_call"]


@pytest.mark.parametrize("step", STEPS)
def test_f59_b16_a_killed_sending_is_one_mail(desk: Desk, step: str) -> None:  # noqa: F811
    allow(desk)
    row = made(desk)
    wish = Wish(recipients(TO, "cc@x.example"))
    waiting, job = sending.owe(desk.actor, fresh(row), wish, now())
    assert job is not None
    assert in_a_process(job, CRASH_AT=f"{step}:1") == -9, f"{step} was not passed"
    connection.cursor().execute(
        f"UPDATE {Job._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second'"
    )
    assert in_a_process(job) == 0
    waiting.refresh_from_db()
    assert waiting.state == SendState.SENT
    assert [(each["to"], each["cc"]) for each in mails(desk)] == [(TO, "cc@x.example")]
