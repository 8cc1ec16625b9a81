"""Payments and credit memos that settle nothing yet, asked of QuickBooks on the page (E-11)."""

import re
from decimal import Decimal
from typing import Any

from tests.invoices.desk import Desk
from tests.invoices.test_month_end import browser, place


def paid_too_much(desk: Desk, amount: str) -> None:
    raw = desk.books.make("100.00")
    desk.books.do("pay", invoice_id=raw["Id"], amount=amount)


def memo(desk: Desk, amount: str) -> None:
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    body = {"CustomerRef": {"value": "1"}, "Line": [line]}
    desk.books.do("save", kind="CreditMemo", body=body)


def looked(desk: Desk) -> Any:
    today = desk.books.day(0)
    client = browser(desk.member)
    return client.get(place(desk.company, month=today[:7], look=1))


def test_e11_unapplied_payments_and_open_credit_memos_are_read_when_asked_for(desk: Desk) -> None:
    before = looked(desk).context["in_quickbooks"]
    paid_too_much(desk, "130.25")
    paid_too_much(desk, "100.00")
    memo(desk, "40.40")
    after = looked(desk)
    there = after.context["in_quickbooks"]
    added = {each.qbo_id: each.open for each in there.payments.rows}
    for each in before.payments.rows:
        added.pop(each.qbo_id)
    assert list(added.values()) == [Decimal("30.25")]
    known = {each.qbo_id for each in before.credit_memos.rows}
    fresh = [each.open for each in there.credit_memos.rows if each.qbo_id not in known]
    assert len(fresh) == 1
    assert fresh[0] >= Decimal("40.40")
    assert re.search(r"30\.25\s*<span class=\"money-currency\">USD", after.content.decode())


def test_e11_without_the_button_quickbooks_is_not_asked(desk: Desk) -> None:
    desk.books.forget()
    browser(desk.member).get(place(desk.company))
    assert desk.books.calls("quickbooks") == []


def test_e11_quickbooks_out_of_reach_leaves_the_rest_of_the_page(desk: Desk) -> None:
    sandbox = desk.books.sandbox
    rule = {"match": {"path": "/query"}, "fault": {"kind": "status", "status": 503}, "times": 20}
    sandbox.faults(rule)
    answer = looked(desk)
    assert answer.status_code == 200
    assert answer.context["trouble"] is not None
    assert "Created here" in answer.content.decode()
    assert "Look again" in answer.content.decode()
