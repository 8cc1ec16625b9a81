"""Payments in QuickBooks as notes on the deal's timeline (S-07, D-19, D-20)."""

from decimal import Decimal
from typing import Any

from invoices.models import PaymentApplication
from tests.sync.books import OTHER_DEAL, Books


def paid(books: Books, amount: str = "40", **facts: Any) -> tuple[dict[str, Any], str]:
    """An invoice of 100.00 with a payment that the deal was told about; and the payment's id."""
    raw = books.make("100.00")
    books.add(raw)
    payment = books.do("pay", invoice_id=raw["Id"], amount=amount)["Payment"]
    books.sync()
    return raw, payment["Id"]


def test_s07_d20_a_payment_is_told_once(books: Books) -> None:
    raw, _ = paid(books)
    [note] = books.notes()
    assert "Payment received: 40.00 USD" in note
    assert f"Invoice {raw['DocNumber']} for Amy&#x27;s Bird Sanctuary" in note
    deal = books.deal()
    assert deal["last_payment_amount"] == "40.00"
    assert deal["last_payment_date"] == books.day()
    books.forget()
    books.sync()
    assert books.refresh()
    assert books.calls("hubspot", writes=True) == []


def test_d20_a_changed_amount_changes_the_note(books: Books) -> None:
    raw, payment_id = paid(books)
    line = {"Amount": "55.00", "LinkedTxn": [{"TxnId": raw["Id"], "TxnType": "Invoice"}]}
    books.do(
        "save",
        kind="Payment",
        body={
            "Id": payment_id,
            "SyncToken": "0",
            "CustomerRef": {"value": "1"},
            "TotalAmt": "55.00",
            "Line": [line],
            "PaymentRefNum": "2041",
        },
    )
    books.sync()
    [note] = books.notes()
    assert "Payment received: 55.00 USD" in note
    assert "2041" in note
    assert books.deal()["open_balance"] == "45.00"


def test_d20_a_voided_payment_is_reversed_on_the_timeline(books: Books) -> None:
    _, payment_id = paid(books, "100")
    assert books.deal()["invoice_status"] == "paid"
    books.do("void_payment", payment_id=payment_id)
    books.sync()
    received, reversal = books.notes()
    assert "Payment received: 100.00 USD" in received
    assert "Payment reversed: 100.00 USD" in reversal
    deal = books.deal()
    assert (deal["invoice_status"], deal["open_balance"]) == ("awaiting_sending", "100.00")
    assert "last_payment_date" not in deal
    [row] = PaymentApplication.objects.for_portal(books.portal)
    assert row.reversed_at is not None
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_d20_a_deleted_payment_is_reversed_too(books: Books) -> None:
    _, payment_id = paid(books)
    books.do("delete_payment", payment_id=payment_id)
    books.sync()
    assert ["reversed" in note for note in books.notes()] == [False, True]
    assert books.deal()["total_paid"] == "0.00"


def test_d20_a_payment_taken_off_and_put_back_leaves_one_note(books: Books) -> None:
    raw, payment_id = paid(books)
    body: dict[str, Any] = {"CustomerRef": {"value": "1"}, "TotalAmt": "40.00", "Id": payment_id}
    books.do("save", kind="Payment", body={**body, "SyncToken": "0", "Line": []})
    books.sync()
    assert len(books.notes()) == 2
    line = {"Amount": "40.00", "LinkedTxn": [{"TxnId": raw["Id"], "TxnType": "Invoice"}]}
    books.do("save", kind="Payment", body={**body, "SyncToken": "1", "Line": [line]})
    books.sync()
    [note] = books.notes()
    assert "Payment received: 40.00 USD" in note
    assert books.deal()["total_paid"] == "40.00"


def test_d19_a_credit_is_not_called_a_payment(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": "30.00",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    memo = books.do(
        "save", kind="CreditMemo", body={"CustomerRef": {"value": "1"}, "Line": [line]}
    )["CreditMemo"]
    links = [
        {"Amount": "30.00", "LinkedTxn": [{"TxnId": raw["Id"], "TxnType": "Invoice"}]},
        {"Amount": "30.00", "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]},
    ]
    books.do(
        "save",
        kind="Payment",
        body={"CustomerRef": {"value": "1"}, "TotalAmt": "0", "Line": links},
    )
    books.sync()
    [note] = books.notes()
    assert "Credit applied: 30.00 USD" in note
    row = books.row(raw)
    assert (row.cash, row.credited, row.open) == (Decimal(0), Decimal(30), Decimal(70))
    assert "last_payment_date" not in books.deal()


def test_d20_payments_made_before_the_invoice_was_added_are_told_when_it_is(
    books: Books,
) -> None:
    raw = books.make("100.00")
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    books.add(raw)
    books.do("edit", invoice_id=raw["Id"], private_note="Thank you")
    books.sync()
    [note] = books.notes()
    assert "Payment received: 40.00 USD" in note


def test_d22_only_the_deal_that_counts_the_invoice_hears_of_payments(books: Books) -> None:
    raw = books.make("100.00")
    row = books.add(raw)
    books.attach(row, OTHER_DEAL, counts=False)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    assert len(books.notes()) == 1
    assert books.notes(OTHER_DEAL) == []
    assert books.deal(OTHER_DEAL)["invoice_number"] == raw["DocNumber"]
    assert books.deal(OTHER_DEAL)["total_paid"] == "0.00"


def test_d20_notes_off_writes_properties_only(books: Books) -> None:
    books.configure(payment_notes=False)
    paid(books)
    assert books.notes() == []
    assert books.deal()["total_paid"] == "40.00"


def test_c36_what_quickbooks_users_type_is_text_in_the_note(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    line = {"Amount": "10.00", "LinkedTxn": [{"TxnId": raw["Id"], "TxnType": "Invoice"}]}
    books.do(
        "save",
        kind="Payment",
        body={
            "CustomerRef": {"value": "1"},
            "TotalAmt": "10.00",
            "Line": [line],
            "PaymentRefNum": "<img src=x>",
        },
    )
    books.sync()
    [note] = books.notes()
    assert "<img" not in note
    assert "&lt;img src=x&gt;" in note


def test_f23_a_note_whose_answer_was_lost_is_found_again(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sandbox.faults(
        {
            "match": {"vendor": "hubspot", "path": "/notes/batch/create$"},
            "fault": {"kind": "reset", "when": "after_commit"},
            "times": 1,
        }
    )
    books.fails()
    [lost] = books.notes()
    books.sandbox.faults()
    books.sync()
    [note] = books.notes()
    assert note == lost
    [row] = PaymentApplication.objects.for_portal(books.portal)
    assert row.note_id


def test_f23_a_note_that_never_arrived_is_written_once(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sandbox.faults(
        {
            "match": {"vendor": "hubspot", "path": "/notes/batch/create$"},
            "fault": {"kind": "reset", "when": "before"},
            "times": 1,
        }
    )
    books.fails()
    assert books.notes() == []
    books.sandbox.faults()
    books.sync()
    assert len(books.notes()) == 1
