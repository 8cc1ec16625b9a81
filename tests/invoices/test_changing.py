"""Editing an invoice that QuickBooks has: only while unsent and unpaid, and only what was changed."""

from decimal import Decimal

import pytest

from integration.clock import now
from integration.models import AuditEvent, Job
from invoices import changes, editing
from invoices.changes import NotAllowed
from invoices.models.changes import ChangePoint
from invoices.models.drafts import DraftState
from tests.invoices.change_desk import edited, fresh, made, there
from tests.invoices.desk import Desk


def test_d14_an_edit_changes_the_line_and_keeps_the_rest(desk: Desk) -> None:
    invoice = made(desk, message="Thank you!")
    before = there(desk, invoice)
    draft = edited(desk, invoice, quantity="5")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    after = there(desk, invoice)
    line, was = after["Line"][0], before["Line"][0]
    assert line["SalesItemLineDetail"]["Qty"] == 5
    assert line["Id"] == was["Id"]
    for name in ("CustomField", "CustomerMemo", "DocNumber", "DueDate", "CustomerRef"):
        assert after.get(name) == before.get(name), name
    row = fresh(invoice)
    assert row.billed == Decimal(str(after["TotalAmt"])) == change.expected_total
    assert not row.total_differs
    draft.refresh_from_db()
    assert draft.state == DraftState.DONE


def test_d14_an_edit_of_the_due_date_sends_no_lines(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, due_date="2027-03-01")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert set(editing.body(change, editing.base_of(drafted(draft)))) == {
        "Id", "SyncToken", "sparse", "DueDate",
    }  # fmt: skip
    assert there(desk, invoice)["DueDate"] == "2027-03-01"


def drafted(draft):
    from invoices.drafts import content_of

    return content_of(draft)
