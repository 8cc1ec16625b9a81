"""Somebody changed the invoice in QuickBooks meanwhile (fault 77, 5010, P-31): a person sees both."""

from decimal import Decimal
from typing import Any

import pytest

from integration.clock import now
from invoices import changes, conflicts, drafts, editing
from invoices.change_compare import Difference
from invoices.models import InvoiceChange
from invoices.models.changes import ChangePoint
from invoices.models.drafts import DraftState
from tests.invoices.change_desk import edited, fault, fresh, made, run_again, there
from tests.invoices.desk import Desk

UPDATE = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/invoice$"}


def shown(change: InvoiceChange) -> dict[str, Difference]:
    return {row.name: row for row in editing.differences(change)}


def clash(desk: Desk, **theirs: Any) -> tuple[Any, Any]:
    """The rep wants 5 of it, while the bookkeeper did something else."""
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.books.do("edit", invoice_id=invoice.qbo_id, **theirs)
    return invoice, editing.submit(desk.actor, draft, draft.version, now())


def test_f77_both_versions_are_shown_side_by_side(desk: Desk) -> None:
    invoice, change = clash(desk, due_date="2027-05-05", quantity="3")
    assert change.point == ChangePoint.CONFLICT
    rows = shown(change)
    line = next(row for name, row in rows.items() if name.startswith("line:"))
    assert line.is_clash
    assert (": 2 ×" in line.before, ": 5 ×" in line.mine, ": 3 ×" in line.theirs) == (True,) * 3
    due = rows["due_date"]
    assert not due.is_clash
    assert (due.mine, due.theirs) == (due.before, "2027-05-05")
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 3, "nothing written"
    assert fresh(invoice).due_date.isoformat() == "2027-05-05", "our copy has theirs"


def test_f77_mine_goes_on_top_and_keeps_what_i_did_not_touch(desk: Desk) -> None:
    invoice, change = clash(desk, due_date="2027-05-05", quantity="3")
    change = conflicts.apply_mine(desk.actor, change, now())
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    raw = there(desk, invoice)
    assert raw["Line"][0]["SalesItemLineDetail"]["Qty"] == 5
    assert raw["DueDate"] == "2027-05-05"
    assert not fresh(invoice).total_differs
    assert change.expected_total == Decimal(str(raw["TotalAmt"]))


def test_f77_theirs_stays_and_the_edit_ends(desk: Desk) -> None:
    invoice, change = clash(desk, quantity="3")
    change = conflicts.take_theirs(desk.actor, change, now())
    assert (change.point, change.finished_at is not None) == (ChangePoint.DROPPED, True)
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 3
    change.draft.refresh_from_db()
    assert change.draft.state == DraftState.DISCARDED
    assert conflicts.apply_mine(desk.actor, change, now()).point == ChangePoint.DROPPED


def test_f77_a_line_the_bookkeeper_added_survives(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    raw = there(desk, invoice)
    text = {"DetailType": "DescriptionOnly", "Description": "Delivered on site"}
    fields = {"Line": [*raw["Line"], text]}
    desk.books.do("edit", invoice_id=invoice.qbo_id, fields=fields)
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.CONFLICT
    change = conflicts.apply_mine(desk.actor, change, now())
    assert change.point == ChangePoint.DONE
    lines = there(desk, invoice)["Line"]
    assert "Delivered on site" in [line.get("Description") for line in lines]
    assert lines[0]["SalesItemLineDetail"]["Qty"] == 5


def test_p26_a_new_note_in_quickbooks_disturbs_nobody_and_stays(desk: Desk) -> None:
    invoice, change = clash(desk, private_note="Ask Tom first")
    assert change.point == ChangePoint.DONE
    raw = there(desk, invoice)
    assert raw["PrivateNote"] == "Ask Tom first"
    assert raw["Line"][0]["SalesItemLineDetail"]["Qty"] == 5


def test_f77_5010_between_look_and_save_is_seen_too(desk: Desk) -> None:
    """The bookkeeper saves after our look: QuickBooks itself refuses the old version."""
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.sandbox.faults(fault(UPDATE, "status", "before", status=503))
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.CHECKED
    desk.books.do("edit", invoice_id=invoice.qbo_id, quantity="3")
    change = run_again(change)
    assert change.point == ChangePoint.CONFLICT
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 3


def test_f77_a_note_between_look_and_save_is_gone_on_top_of(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.sandbox.faults(fault(UPDATE, "status", "before", status=503))
    change = editing.submit(desk.actor, draft, draft.version, now())
    desk.books.do("edit", invoice_id=invoice.qbo_id, private_note="Ask Tom first")
    change = run_again(change)
    assert (change.point, change.retries, change.payload_version) == (ChangePoint.DONE, 1, 2)
    raw = there(desk, invoice)
    assert (raw["PrivateNote"], raw["Line"][0]["SalesItemLineDetail"]["Qty"]) == (
        "Ask Tom first",
        5,
    )


def test_f77_an_invoice_paid_meanwhile_is_not_edited(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.books.do("pay", invoice_id=invoice.qbo_id)
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert (change.point, change.problem) == (ChangePoint.FAILED, "change.paid")
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert drafts.content_of(draft).lines[0].quantity == "5", "what was typed is kept"


def test_f77_a_void_of_a_changed_invoice_asks_first(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.do("edit", invoice_id=invoice.qbo_id, quantity="3")
    change = changes.void(desk.actor, invoice, now())
    assert change.point == ChangePoint.CONFLICT
    assert there(desk, invoice)["TotalAmt"] != 0
    change = conflicts.apply_mine(desk.actor, change, now())
    assert change.point == ChangePoint.DONE
    assert there(desk, invoice)["TotalAmt"] == 0


@pytest.mark.parametrize("kind", ["reset", "truncate", "html", "empty"])
def test_f21_a_lost_answer_edits_once(desk: Desk, kind: str) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.sandbox.faults(fault(UPDATE, kind))
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.CHECKED
    token = there(desk, invoice)["SyncToken"]
    change = run_again(change)
    assert change.point == ChangePoint.DONE
    assert there(desk, invoice)["SyncToken"] == token


def test_f25_an_edit_that_quickbooks_forgot_is_recognised(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5", due_date="2027-05-05")
    desk.sandbox.faults(fault(UPDATE, "reset"))
    change = editing.submit(desk.actor, draft, draft.version, now())
    change.payload_version += 1  # another request id: the old one is forgotten
    change.save(update_fields=["payload_version"])
    token = there(desk, invoice)["SyncToken"]
    change = run_again(change)
    assert (change.point, there(desk, invoice)["SyncToken"]) == (ChangePoint.DONE, token)
