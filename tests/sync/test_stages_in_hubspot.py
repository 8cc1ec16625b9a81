"""What happens to an invoice in QuickBooks, seen on the deal and on HubSpot's invoice (C and D rows)."""

import pytest

from tests.sync.books import DEAL, Books


def stage(books: Books) -> str | None:
    return books.deal().get("invoice_status")


def test_s49_s50_s55_an_added_invoice_awaits_sending_and_fills_the_deal(books: Books) -> None:
    raw = books.make("120.00", DueDate=books.day(20))
    books.add(raw)
    deal = books.deal()
    assert deal["amount_invoiced"] == "120.00"
    assert deal["invoice_recipient"] == "Amy's Bird Sanctuary"
    assert deal["invoice_number"] == raw["DocNumber"]
    assert deal["invoice_status"] == "awaiting_sending"
    assert deal["invoice_due_date"] == books.day(20)
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["dealbooks_key"] == f"{books.company.realm_id}:Invoice:{raw['Id']}"
    assert invoice["properties"]["hs_invoice_status"] == "open"
    assert invoice["properties"]["hs_invoice_billable"] == "false"
    assert DEAL in invoice["associations"]["deals"]


def test_s51_to_s53_sent_partially_paid_paid(books: Books) -> None:
    raw = books.make("100.00", DueDate=books.day(20))
    books.add(raw)
    books.do("send", invoice_id=raw["Id"], address="amy@amysbirds.example")
    books.sync()
    assert stage(books) == "sent"
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    assert stage(books) == "partially_paid"
    assert books.deal()["open_balance"] == "60.00"
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    assert stage(books) == "paid"
    deal = books.deal()
    assert (deal["total_paid"], deal["open_balance"]) == ("100.00", "0.00")
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == "paid"
    assert invoice["properties"]["dealbooks_cash"] == "100.00"


def test_s54_overdue_appears_when_the_day_turns_though_quickbooks_changed_nothing(
    books: Books,
) -> None:
    raw = books.make("100.00", DueDate=books.day(2))
    books.add(raw)
    books.sync()
    assert stage(books) == "awaiting_sending"
    books.turn(days=2)
    books.sync("poll")
    assert stage(books) == "awaiting_sending"
    books.turn(days=1)
    books.forget()
    run = books.sync("poll")
    assert stage(books) == "overdue"
    assert (run.seen, run.written) == (1, 2)
    assert len(books.calls("quickbooks")) == 1
    books.forget()
    books.sync("poll")
    assert books.calls("hubspot", writes=True) == []


def test_s54_paid_late_is_paid_and_stays_paid(books: Books) -> None:
    raw = books.make("100.00", DueDate=books.day(2))
    books.add(raw)
    books.turn(days=5)
    books.sync()
    assert stage(books) == "overdue"
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    assert stage(books) == "paid"
    books.turn(days=20)
    books.sync()
    assert stage(books) == "paid"


def test_b10_a_voided_invoice_is_voided_everywhere(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.sync()
    books.do("void", invoice_id=raw["Id"])
    books.sync()
    deal = books.deal()
    assert (deal["invoice_status"], deal["amount_invoiced"]) == ("voided", "0.00")
    assert (deal["total_invoiced"], deal["invoice_count"]) == ("0.00", "0")
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == "voided"
    assert invoice["properties"]["dealbooks_status"] == "voided"


def test_b10_f41_a_deleted_invoice_is_marked_and_leaves_the_sums(books: Books) -> None:
    kept, gone = books.make("100.00"), books.make("50.00")
    books.add(kept)
    books.add(gone)
    books.sync()
    assert books.deal()["total_invoiced"] == "150.00"
    books.do("delete", invoice_id=gone["Id"])
    books.sync()
    deal = books.deal()
    assert (deal["total_invoiced"], deal["invoice_count"]) == ("100.00", "1")
    assert deal["invoice_number"] == kept["DocNumber"]
    [invoice] = [
        each
        for each in books.hubspot_invoices()
        if each["properties"]["hs_number"] == gone["DocNumber"]
    ]
    assert invoice["properties"]["hs_invoice_status"] == "voided"
    assert invoice["properties"]["dealbooks_status"] == "deleted"
    assert invoice["properties"]["dealbooks_deleted_at"]
    assert books.row(gone).customer_name == "Amy's Bird Sanctuary"


def test_f42_a_delete_marker_on_a_living_invoice_is_not_believed(books: Books) -> None:
    raw = books.make("100.00")
    row = books.add(raw)
    books.sync()
    books.sandbox.switch(cdc_false_deleted=f"Invoice:{raw['Id']}")
    books.do("edit", invoice_id=raw["Id"], due_date=books.day(60))
    books.sync()
    row.refresh_from_db()
    assert row.deleted_at is None
    assert books.deal()["invoice_due_date"] == books.day(60)


@pytest.mark.parametrize("days", [1, 40])
def test_f40_a_change_after_a_long_pause_is_found(books: Books, days: int) -> None:
    paid, deleted = books.make("100.00", DueDate=books.day(200)), books.make("70.00")
    books.add(paid)
    books.add(deleted)
    books.sync()
    books.do("pay", invoice_id=paid["Id"], amount="30")
    books.do("delete", invoice_id=deleted["Id"])
    books.turn(days=days)
    books.sync()
    deal = books.deal()
    assert (deal["invoice_status"], deal["total_paid"]) == ("partially_paid", "30.00")
    assert deal["invoice_count"] == "1"
    assert books.row(deleted).deleted_at is not None
