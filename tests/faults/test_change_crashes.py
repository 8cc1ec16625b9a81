"""A worker killed at any step of a change (fault 59): one edit, one void, one credit memo."""

import pytest
from django.db import connection

from integration.clock import now
from integration.models import Job
from invoices import changes
from invoices.models import InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint
from tests.faults.test_sync_crashes import in_a_process
from tests.invoices.change_desk import fresh, made, state_of, there
from tests.invoices.conftest import books, desk, unlimited  # noqa: F401
from tests.invoices.desk import Desk

pytestmark = pytest.mark.faults


def owed(desk: Desk, kind: ChangeKind) -> InvoiceChange:  # noqa: F811
    """Stored and owed, not walked: a killed process shall do it."""
    invoice = made(desk)
    if kind == ChangeKind.CORRECT:
        desk.books.do("send", invoice_id=invoice.qbo_id, address="a@example.com")
        desk.books.sync()
        invoice = fresh(invoice)
    change = InvoiceChange(kind=kind, base=invoice.raw, deal_id="")
    return changes.owe(desk.actor, invoice, change, now())


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        (ChangeKind.VOID, "change.before_post"),
        (ChangeKind.VOID, "change.after_post"),
        (ChangeKind.CORRECT, "change.after_post"),
        (ChangeKind.CORRECT, "change.before_apply"),
        (ChangeKind.CORRECT, "change.after_apply"),
    ],
)
def test_f59_b04_a_killed_change_is_finished_by_the_next(
    desk: Desk,  # noqa: F811
    kind: ChangeKind,
    step: str,
) -> None:
    change = owed(desk, kind)
    payments, memos = len(state_of(desk, "Payment")), len(state_of(desk, "CreditMemo"))
    job = changes.job_of(change)
    assert job is not None
    assert in_a_process(job, CRASH_AT=f"{step}:1") == -9, f"{step} was not passed"
    connection.cursor().execute(
        f"UPDATE {Job._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second'"
    )
    assert in_a_process(job) == 0
    change.refresh_from_db()
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    corrected = kind == ChangeKind.CORRECT
    assert len(state_of(desk, "CreditMemo")) == memos + corrected
    assert len(state_of(desk, "Payment")) == payments + corrected
    raw = there(desk, fresh(change.invoice))
    assert raw["Balance"] == 0
    assert str(raw.get("PrivateNote", "")).count("Voided") == (not corrected)
