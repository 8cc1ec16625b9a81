"""Correct this invoice (D-14, D-19): a credit memo dated today, applied, and a new draft."""

from decimal import Decimal
from typing import Any

import pytest

from integration.clock import now
from integration.models import AuditEvent
from invoices import changes
from invoices.calendar import company_day
from invoices.changes import NotAllowed
from invoices.creating_invoice import REQUEST_MEMORY
from invoices.drafts import content_of
from invoices.models import Invoice, InvoiceChange
from invoices.models.changes import ChangePoint
from invoices.models.invoices import Stage
from invoices.views.rows import badge_text
from tests.invoices.change_desk import fault, fresh, made, run_again, state_of, there
from tests.invoices.desk import DEAL, Desk

MEMO = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/creditmemo$"}
PAYMENT = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/payment$"}


def memos(desk: Desk, change: InvoiceChange) -> list[dict[str, Any]]:
    mark = f"Ref {change.number}"
    return [
        row
        for row in state_of(desk, "CreditMemo")
        if mark in str(row.get("CustomField")) + str(row.get("PrivateNote"))
    ]


def sent(desk: Desk) -> Invoice:
    """An invoice that the customer has."""
    invoice = made(desk)
    desk.books.do("send", invoice_id=invoice.qbo_id, address="a@example.com")
    desk.books.sync()
    return fresh(invoice)


def test_d14_a_sent_invoice_is_credited_and_begun_anew(desk: Desk) -> None:
    invoice = sent(desk)
    change = changes.correct(desk.actor, invoice, now(), reason="Wrong price")
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    (memo,) = memos(desk, change)
    assert memo["TotalAmt"] == there(desk, invoice)["TotalAmt"]
    assert memo["TxnDate"] == company_day(desk.company, now()).isoformat()
    assert memo["Balance"] == 0
    assert there(desk, invoice)["Balance"] == 0
    row = fresh(invoice)
    assert (row.stage, row.cash, row.open) == (Stage.PAID, Decimal(0), Decimal(0))
    assert row.credited == row.billed == change.applied == change.credit_total
    assert "credit" in badge_text(row)
    assert change.draft is not None
    assert change.draft.deal.hubspot_id == DEAL
    copied = content_of(change.draft)
    assert [(line.item_id, line.quantity) for line in copied.lines] == [
        (line["SalesItemLineDetail"]["ItemRef"]["value"], "2")
        for line in there(desk, invoice)["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
    ]
    actions = AuditEvent.objects.for_portal(desk.books.portal).values_list("action", flat=True)
    assert {"invoice.credited", "invoice.credit_applied"} <= set(actions)


def test_d19_of_a_paid_invoice_the_credit_stays_open(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.do("pay", invoice_id=invoice.qbo_id)
    desk.books.sync()
    change = changes.correct(desk.actor, fresh(invoice), now())
    assert (change.point, change.applied) == (ChangePoint.DONE, Decimal(0))
    (memo,) = memos(desk, change)
    assert memo["Balance"] == memo["TotalAmt"]
    row = fresh(invoice)
    assert (row.cash, row.credited) == (row.billed, Decimal(0))


def test_d19_of_a_part_paid_invoice_the_rest_is_credited(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.do("pay", invoice_id=invoice.qbo_id, amount="10.00")
    desk.books.sync()
    change = changes.correct(desk.actor, fresh(invoice), now())
    row = fresh(invoice)
    assert (row.cash, row.open) == (Decimal(10), Decimal(0))
    assert row.credited == row.billed - 10 == change.applied


def test_d14_an_unsent_unpaid_invoice_is_edited_instead(desk: Desk) -> None:
    with pytest.raises(NotAllowed) as refused:
        changes.correct(desk.actor, made(desk), now())
    assert refused.value.code == "change.edit_instead"


@pytest.mark.parametrize("call", [MEMO, PAYMENT], ids=["memo", "payment"])
@pytest.mark.parametrize("kind", ["reset", "html"])
def test_f21_a_lost_answer_credits_once(desk: Desk, call: dict[str, str], kind: str) -> None:
    invoice = sent(desk)
    payments = len(state_of(desk, "Payment"))
    desk.sandbox.faults(fault(call, kind))
    change = changes.correct(desk.actor, invoice, now())
    assert change.point != ChangePoint.DONE
    change = run_again(change)
    assert change.point == ChangePoint.DONE
    assert len(memos(desk, change)) == 1
    assert len(state_of(desk, "Payment")) == payments + 1
    assert there(desk, invoice)["Balance"] == 0


def test_f25_a_credit_memo_that_quickbooks_forgot_is_found(desk: Desk) -> None:
    invoice = sent(desk)
    desk.sandbox.faults(fault(MEMO, "reset"))
    change = changes.correct(desk.actor, invoice, now())
    change.first_posted_at = now() - REQUEST_MEMORY * 2
    change.payload_version += 1  # another request id: the old one is forgotten
    change.save(update_fields=["first_posted_at", "payload_version"])
    change = run_again(change)
    assert change.point == ChangePoint.DONE
    assert len(memos(desk, change)) == 1


def test_b04_a_corrected_invoice_is_not_corrected_again(desk: Desk) -> None:
    invoice = sent(desk)
    change = changes.correct(desk.actor, invoice, now())
    with pytest.raises(NotAllowed) as refused:
        changes.correct(desk.actor, fresh(invoice), now())
    assert refused.value.code == "change.corrected"
    assert refused.value.parameters["credit"] == change.credit_number


def test_d13_a_credit_is_dated_in_an_open_period(desk: Desk) -> None:
    invoice = sent(desk)
    closed = {"AccountingInfoPrefs": {"BookCloseDate": "2099-12-31"}}
    desk.books.do("preferences", preferences=closed)
    change = changes.correct(desk.actor, invoice, now())
    assert (change.point, change.problem) == (ChangePoint.FAILED, "change.today_closed")
    assert memos(desk, change) == []
