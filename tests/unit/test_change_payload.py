"""What an edit sends (D-14, fault 77): only what was changed, on top of QuickBooks' own lines."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from invoices.change_compare import differences, matters, mine_of, news, of_record, rebased
from invoices.change_content import read
from invoices.change_payload import applying_body, credit_body, edit_body
from invoices.draft_content import DraftContent
from invoices.draft_facts import blocker
from invoices.draft_lines import DraftLine
from invoices.edit_checks import about_the_change
from invoices.payload_places import Places
from invoices.taxes import TaxMode

BASIS = {"Id": "238", "SyncToken": "3", "sparse": True}


def sale(id: str, quantity: str, price: str, **more: Any) -> dict[str, Any]:
    detail = {
        "ItemRef": {"value": "4", "name": "Design"}, "Qty": Decimal(quantity),
        "UnitPrice": Decimal(price), "TaxCodeRef": {"value": "NON"},
        "ItemAccountRef": {"value": "82", "name": "Design income"}, **more.pop("detail", {}),
    }  # fmt: skip
    return {
        "Id": id, "LineNum": int(id), "Amount": Decimal(quantity) * Decimal(price),
        "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail, **more,
    }  # fmt: skip


def raw(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Id": "238", "SyncToken": "3", "DocNumber": "1069", "TxnDate": "2026-11-20",
        "DueDate": "2026-12-20", "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"},
        "CurrencyRef": {"value": "USD"}, "SalesTermRef": {"value": "3", "name": "Net 30"},
        "PrivateNote": "Ask Tom", "CustomerMemo": {"value": "Thanks"},
        "BillEmail": {"Address": "a@b.example"}, "TotalAmt": Decimal(150), "Balance": Decimal(150),
        "CustomField": [{"DefinitionId": "1", "Name": "Crew #", "Type": "StringType",
                         "StringValue": "B"}],
        "MetaData": {"CreateTime": "2026-11-20T10:00:00-08:00",
                     "LastUpdatedTime": "2026-11-20T10:00:00-08:00"},
        "Line": [*lines, {"Amount": Decimal(150), "DetailType": "SubTotalLineDetail",
                          "SubTotalLineDetail": {}}],
        **more,
    }  # fmt: skip


PLAIN = raw(sale("1", "2", "75"), sale("2", "1", "20.5", Description="Nails"))


def content(of: dict[str, Any]) -> DraftContent:
    return read(parse_invoice(of), currency="USD").content


def with_first(found: DraftContent, **changes: Any) -> DraftContent:
    first, *rest = found.lines
    return replace(found, lines=(replace(first, **changes), *rest))


def sent(of: dict[str, Any], after: DraftContent, **more: Any) -> dict[str, Any]:
    return edit_body(of, content(of), after, mode=TaxMode.US_MANUAL, **more)


def test_d14_nothing_changed_sends_nothing() -> None:
    assert sent(PLAIN, content(PLAIN)) == BASIS


def test_d14_a_new_due_date_sends_no_line() -> None:
    after = replace(content(PLAIN), due_date="2027-01-15")
    assert sent(PLAIN, after) == {**BASIS, "DueDate": "2027-01-15"}


def test_d14_other_terms_take_the_shown_due_date_along() -> None:
    after = replace(content(PLAIN), terms_id="5", due_date="2026-12-05")
    assert sent(PLAIN, after) == {
        **BASIS, "SalesTermRef": {"value": "5"}, "DueDate": "2026-12-05",
    }  # fmt: skip
    kept = sent(PLAIN, replace(content(PLAIN), terms_id=""))
    assert (kept["SalesTermRef"], kept["DueDate"]) == (None, "2026-12-20")


def test_d14_a_changed_line_keeps_what_we_do_not_know_of_it() -> None:
    own = {"detail": {"ClassRef": {"value": "9"}, "ServiceDate": "2026-11-19", "DiscountAmt": 5}}
    basis = raw(sale("1", "2", "75", **deepcopy(own)), sale("2", "1", "20.5"))
    lines = sent(basis, with_first(content(basis), quantity="5"))["Line"]
    detail = lines[0]["SalesItemLineDetail"]
    assert (lines[0]["Id"], lines[0]["Amount"], detail["Qty"]) == ("1", Decimal(375), Decimal(5))
    assert detail["ClassRef"] == {"value": "9"}
    assert (detail["ServiceDate"], detail["DiscountAmt"]) == ("2026-11-19", 5)
    assert "ItemAccountRef" not in detail
    assert lines[1] == basis["Line"][1], "the other line as QuickBooks has it"
    assert all(line["DetailType"] != "SubTotalLineDetail" for line in lines)


def test_b20_a_class_that_was_taken_away_goes() -> None:
    basis = raw(sale("1", "2", "75", detail={"ClassRef": {"value": "9", "name": "North"}}))
    after = with_first(content(basis), class_id="", class_name="")
    (line,) = sent(basis, after, places=Places(class_per_line=True))["Line"]
    assert "ClassRef" not in line["SalesItemLineDetail"]


def test_d14_lines_that_no_draft_shows_stay_where_they_are() -> None:
    shipping = {"Id": "9", "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}}
    basis = raw(sale("1", "2", "75"), shipping, sale("2", "1", "20.5"))
    after = with_first(content(basis), quantity="3")
    after = replace(after, lines=(*after.lines, DraftLine("n", "4", "Design", unit_price="10")))
    lines = sent(basis, after)["Line"]
    assert [line.get("Id") for line in lines] == ["1", "9", "2", None]


def test_d14_a_removed_line_goes_alone() -> None:
    after = content(PLAIN)
    lines = sent(PLAIN, replace(after, lines=after.lines[1:]))["Line"]
    assert [line["Id"] for line in lines] == ["2"]


def test_d14_another_order_is_sent_in_that_order() -> None:
    after = content(PLAIN)
    lines = sent(PLAIN, replace(after, lines=after.lines[::-1]))["Line"]
    assert [line["Id"] for line in lines] == ["2", "1"]


def test_d14_one_custom_field_keeps_the_others() -> None:
    after = replace(content(PLAIN), po_number="4711")
    found = sent(PLAIN, after, po_field="2")["CustomField"]
    assert [(each["DefinitionId"], each["StringValue"]) for each in found] == [
        ("1", "B"), ("2", "4711"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "more", "code"),
    [
        ([{"Id": "1", "DetailType": "GroupLineDetail", "GroupLineDetail": {}}], {}, "change.bundle"),
        ([sale("1", "-2", "75")], {}, "change.line_unlike"),
        (
            [sale("1", "2", "75", detail={"ItemRef": {"value": "SHIPPING_ITEM_ID"}})],
            {}, "change.line_unlike",
        ),
        (
            [sale("1", "2", "75"), {"DetailType": "DiscountLineDetail", "Amount": Decimal(5),
             "DiscountLineDetail": {"PercentBased": False}}],
            {"ApplyTaxAfterDiscount": False, "TxnTaxDetail": {"TotalTax": Decimal(9)}},
            "change.discount_after_tax",
        ),
    ],
)  # fmt: skip
def test_d14_what_cannot_be_kept_whole_is_not_edited(
    lines: list[dict[str, Any]], more: dict[str, Any], code: str
) -> None:
    assert read(parse_invoice(raw(*lines, **more)), currency="USD").uneditable == code


def test_d10_a_gross_line_is_read_at_its_gross_price() -> None:
    basis = raw(
        sale("1", "2", "83.3333333", detail={"TaxInclusiveAmt": Decimal("200.00")}),
        GlobalTaxCalculation="TaxInclusive",
    )
    (line,) = content(basis).lines
    assert (line.quantity, line.unit_price) == ("2", "100")
    assert content(basis).subtotal == Decimal(200)


# ------------------------------------------------------------------------------------- conflicts
def test_f77_a_note_is_no_news_and_a_date_is() -> None:
    before = of_record(parse_invoice(PLAIN), "USD")
    noted = of_record(parse_invoice({**PLAIN, "PrivateNote": "Tom says yes"}), "USD")
    moved = of_record(parse_invoice({**PLAIN, "DueDate": "2027-01-01"}), "USD")
    assert (matters(news(before, noted)), matters(news(before, moved))) == (False, True)


def test_f77_my_change_goes_on_top_of_theirs() -> None:
    mine = with_first(content(PLAIN), quantity="5")
    theirs = raw(sale("1", "2", "75"), sale("2", "4", "20.5"), sale("3", "1", "7"),
                 DueDate="2027-01-01")  # fmt: skip
    found = rebased(content(PLAIN), mine, content(theirs))
    assert [(line.key, line.quantity) for line in found.lines] == [
        ("q1", "5"), ("q2", "4"), ("q3", "1"),
    ]  # fmt: skip
    assert found.due_date == "2027-01-01"


def test_f77_only_members_that_are_not_the_same_are_shown() -> None:
    began, mine = content(PLAIN), replace(content(PLAIN), message="Hello")
    before = of_record(parse_invoice(PLAIN), "USD")
    theirs = of_record(parse_invoice({**PLAIN, "CustomerMemo": {"value": "Bye"}}), "USD")
    (row,) = differences(before, mine_of(before, began, mine), theirs)
    assert (row.name, row.before, row.mine, row.theirs) == ("message", "Thanks", "Hello", "Bye")
    assert row.is_clash


numbers = st.decimals(min_value="0.01", max_value="9999", places=2)


@given(st.lists(st.tuples(st.integers(1, 999), numbers), min_size=1, max_size=6), st.data())
def test_f77_putting_mine_on_what_did_not_change_is_mine(
    rows: list[tuple[int, Decimal]], data: st.DataObject
) -> None:
    basis = raw(*(sale(str(n), str(q), str(p)) for n, (q, p) in enumerate(rows, 1)))
    began = content(basis)
    place = data.draw(st.integers(0, len(rows) - 1))
    lines = list(began.lines)
    lines[place] = replace(lines[place], quantity="7")
    mine = replace(began, lines=tuple(lines))
    assert rebased(began, mine, content(basis)) == mine
    body = sent(basis, mine)
    assert len(body.get("Line", rows)) == len(rows)
    assert content({**basis, **body}).subtotal == mine.subtotal


# ------------------------------------------------------------------------------- credits, checks
def test_d14_a_credit_memo_is_the_invoice_taken_back() -> None:
    record = parse_invoice(raw(sale("1", "2", "75"), TxnTaxDetail={
        "TotalTax": Decimal(9), "TxnTaxCodeRef": {"value": "2"}, "TaxLine": [{"Amount": 9}]}))  # fmt: skip
    body = credit_body(
        record, day=date(2026, 11, 23), reference="Ref DC-7F3K9", note="Takes it back.", field_id=""
    )
    assert (body["TxnDate"], body["CustomerRef"]["value"]) == ("2026-11-23", "1")
    assert body["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "2"}}
    assert body["PrivateNote"] == "Takes it back. Ref DC-7F3K9"
    (line,) = body["Line"]
    assert "Id" not in line
    assert line["Amount"] == 150
    assert not {"DocNumber", "DueDate", "SalesTermRef", "Balance", "LinkedTxn"} & set(body)


def test_d19_applying_is_a_payment_of_nothing() -> None:
    body = applying_body(
        parse_invoice(PLAIN), "300", Decimal(40), day=date(2026, 11, 23), reference="Ref DC-1"
    )
    assert body["TotalAmt"] == 0
    assert [(line["Amount"], line["LinkedTxn"][0]["TxnType"]) for line in body["Line"]] == [
        (40, "Invoice"),
        (40, "CreditMemo"),
    ]


def test_d14_only_problems_of_what_was_changed_block_an_edit() -> None:
    before = content(PLAIN)
    after = with_first(before, quantity="")
    found = [
        blocker("draft.item_inactive", "lines.q2.item"),
        blocker("draft.quantity_missing", "lines.q1.quantity"),
        blocker("draft.customer_inactive", "customer"),
        blocker("draft.terms_inactive", "terms"),
        blocker("draft.books_closed", "txn_date"),
    ]
    assert [each.code for each in about_the_change(found, before, after)] == [
        "draft.quantity_missing", "draft.books_closed",
    ]  # fmt: skip
