"""Broken answers, broken records and killed runs (reliability.md A.6)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from integration.gateways.errors import NeedsReconnect, RateLimited, Unavailable
from invoices.models import DealRef
from mappings.models import PropertyTarget
from sync.models import Cursor, ParkedRecord, RunState, SyncRun
from tests.sync.books import DEAL, OTHER_DEAL, Books
from tests.sync.people import change, customer, in_hubspot_by_id, link, turn_on


def fault(
    books: Books, path: str, kind: str = "reset", vendor: str = "hubspot", **more: Any
) -> None:
    """The next request to this path goes wrong."""
    books.sandbox.faults(
        {
            "match": {"vendor": vendor, "path": path},
            "fault": {"kind": kind, **more},
            "times": 1,
        }
    )


def parked(books: Books) -> list[ParkedRecord]:
    return list(ParkedRecord.objects.for_portal(books.portal))


def test_f23_a_lost_answer_to_an_upsert_makes_no_second_invoice(books: Books) -> None:
    row = books.add(books.make("10.00"))
    books.forget_hubspot(row)
    fault(books, "/invoices/batch/upsert$", when="after_commit")
    with pytest.raises(Unavailable):
        books.refresh()
    books.sandbox.faults()
    assert books.refresh()
    assert len(books.hubspot_invoices()) == 1
    row.refresh_from_db()
    assert row.hubspot_id


@pytest.mark.parametrize("path", ["invoices", "deals", "contacts"])
def test_f23_i2_content_that_goes_back_after_a_lost_answer_is_told_again(
    books: Books, path: str
) -> None:
    turn_on(books)
    ada = customer(books, "Ada Back", "ada@back.example", GivenName="Ada")
    raw = books.make("100.00")
    books.add(raw)
    books.sync()
    token = books.do("pay", invoice_id=raw["Id"], amount="40.00")["Payment"]["Id"]
    changed = change(books, ada, GivenName="Augusta")
    fault(books, f"/{path}/batch/update$", when="after_commit")
    with pytest.raises(Unavailable):
        books.sync()
    books.sandbox.faults()
    books.do("delete_payment", payment_id=token)
    change(books, changed, GivenName="Ada")
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["dealbooks_open"] == "100.00"
    assert books.deal()["open_balance"] == "100.00"
    contact = in_hubspot_by_id(books, "contacts", link(books, ada).hubspot_id)
    assert contact["properties"]["firstname"] == "Ada"
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


@pytest.mark.parametrize("when", ["before", "after_commit"])
@pytest.mark.parametrize("path", ["/invoices/batch/upsert$", "/companies/batch/create$"])
def test_f23_d24_a_new_object_gets_its_customers_ties_whatever_is_lost(
    books: Books, path: str, when: str
) -> None:
    row = books.add(books.make("10.00"))
    books.forget_hubspot(row)
    company = "20200100001"
    books.link_customer("1", "companies", company)
    fault(books, path, when=when)
    with pytest.raises(Unavailable):
        books.refresh()
    books.sandbox.faults()
    assert books.refresh()
    [invoice] = books.hubspot_invoices()
    assert company in invoice["associations"]["companies"]
    assert DEAL in invoice["associations"]["deals"]
    books.forget()
    assert books.refresh()
    assert books.calls("hubspot", writes=True) == []


@pytest.mark.parametrize(
    "path", ["/invoices/batch/update$", "/deals/batch/update$", "/notes/batch/create$"]
)
@pytest.mark.parametrize("when", ["before", "after_commit"])
def test_f21_f23_whatever_call_is_lost_the_next_run_ends_right(
    books: Books, path: str, when: str
) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.sync()
    books.do("pay", invoice_id=raw["Id"], amount="40")
    position = books.cursor().position
    fault(books, path, when=when)
    error = books.fails()
    [run] = SyncRun.objects.for_portal(books.portal).filter(state=RunState.FAILED)
    assert run.error == error.code
    assert books.cursor().position == position
    books.sandbox.faults()
    books.sync()
    assert books.deal()["total_paid"] == "40.00"
    assert len(books.notes()) == 1
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["dealbooks_cash"] == "40.00"
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_i4_a_run_that_was_killed_is_finished_by_the_next(books: Books) -> None:
    """Stored and not told: without the mark the unchanged rows would be passed over."""
    raw = books.make("100.00")
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"])
    fault(books, "/invoices/batch/update$", when="before")
    books.fails()
    assert books.cursor().unfinished
    assert books.row(raw).stage == "paid"
    assert books.deal()["invoice_status"] == "awaiting_sending"
    books.sandbox.faults()
    SyncRun.objects.for_portal(books.portal).update(state=RunState.RUNNING)
    books.sync()
    assert books.deal()["invoice_status"] == "paid"
    assert not books.cursor().unfinished
    states = SyncRun.objects.for_portal(books.portal).values_list("state", "error")
    assert (RunState.FAILED, "sync.interrupted") in states


def test_f13_too_fast_is_not_the_records_fault(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"])
    fault(books, "/cdc$", "status", "quickbooks", status=429, body="{}")
    assert isinstance(books.fails(), RateLimited)
    assert parked(books) == []
    books.sandbox.faults()
    books.sync()
    assert books.deal()["invoice_status"] == "paid"


def test_f05_a_lost_connection_ends_the_run_and_is_said(books: Books) -> None:
    books.add(books.make("100.00"))
    books.sandbox.admin("POST", "quickbooks/disconnect", {"realm": books.company.realm_id})
    assert isinstance(books.fails(), NeedsReconnect)


def test_f34_f76_an_archived_deal_stops_nobody_else(books: Books) -> None:
    lost, fine = books.make("10.00"), books.make("20.00")
    books.add(lost)
    books.add(fine, OTHER_DEAL)
    books.hubspot().archive("deals", [DEAL])
    for raw in (lost, fine):
        books.do("pay", invoice_id=raw["Id"])
    books.sync()
    assert books.deal(OTHER_DEAL)["invoice_status"] == "paid"
    row = DealRef.objects.for_portal(books.portal).get(hubspot_id=DEAL)
    assert row.archived_at is not None
    failed = books.entries(outcome="failed")
    assert {each.reason for each in failed} <= {"hubspot.OBJECT_NOT_FOUND", "hubspot.http_404"}
    assert failed
    assert len(books.hubspot_invoices()) == 2


def test_f76_an_invoice_deleted_in_hubspot_is_made_anew_and_tied(books: Books) -> None:
    raw = books.make("10.00")
    row = books.add(raw)
    books.sandbox.switch(delete_open_invoices=True)
    books.hubspot().archive("invoices", [row.hubspot_id])
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert invoice["id"] != row.hubspot_id
    assert invoice["properties"]["hs_invoice_status"] == "paid"
    books.turn(seconds=5)
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert DEAL in invoice["associations"]["deals"]
    assert parked(books) == []


def test_f76_an_object_made_anew_gets_its_ties_back_though_one_is_taken_off(books: Books) -> None:
    raw = books.make("10.00")
    row = books.add(raw)
    books.attach(row, OTHER_DEAL, counts=False)
    assert books.refresh(OTHER_DEAL)
    books.sandbox.switch(delete_open_invoices=True)
    books.hubspot().archive("invoices", [row.hubspot_id])
    books.detach(row, OTHER_DEAL)
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    books.turn(seconds=5)
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert set(invoice["associations"].get("deals", {})) == {DEAL}
    assert parked(books) == []


def test_f80_a_missing_property_keeps_the_others_flowing(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.delete_property("deals", "dealbooks_worst_status")
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    deal = books.deal()
    assert (deal["invoice_status"], deal["total_paid"]) == ("paid", "100.00")
    assert deal["worst_status"] == "awaiting_sending"  # what HubSpot had when it was deleted
    assert parked(books) == []
    assert books.owed("hubspot.setup")


def test_d24_a_portal_that_refuses_amounts_gets_ours_alone(books: Books) -> None:
    books.sandbox.switch(non_billable_invoice_direct_writes=False)
    raw = books.make("100.00")
    books.add(raw)
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["dealbooks_billed"] == "100.00"
    off = PropertyTarget.objects.for_portal(books.portal).filter(property_name="")
    assert set(off.values_list("value", flat=True)) == {
        "hs_amount_billed",
        "hs_balance_due",
        "hs_invoice_status",
        "hs_number",
    }
    books.do("pay", invoice_id=raw["Id"])
    books.forget()
    books.sync()
    assert len(books.calls("hubspot", writes=True)) == 3
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["dealbooks_status"] == "paid"


def test_f87_a_record_that_hubspot_refuses_waits_and_is_tried_again(books: Books) -> None:
    good, bad = books.make("10.00"), books.make("20.00")
    books.add(good)
    books.add(bad, OTHER_DEAL)
    PropertyTarget.objects.create(
        portal=books.portal,
        object_kind="deals",
        value="invoice_recipient",
        property_name="closedate",
    )
    for raw in (good, bad):
        books.do("pay", invoice_id=raw["Id"])
    books.sync()
    waiting = {each.subject_id: each for each in parked(books)}
    assert set(waiting) == {DEAL, OTHER_DEAL}
    assert all(each.next_at is None for each in waiting.values())
    assert all(each.reason.startswith("hubspot.") for each in waiting.values())
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []
    PropertyTarget.objects.for_portal(books.portal).delete()
    ParkedRecord.objects.for_portal(books.portal).update(next_at=books.turn(seconds=1))
    books.sync()
    assert parked(books) == []
    assert books.deal(OTHER_DEAL)["invoice_status"] == "paid"


def test_f47_the_first_poll_of_a_company_makes_one_call(books: Books) -> None:
    books.forget()
    run = books.sync("poll")
    assert len(books.calls("quickbooks")) == 1
    assert books.calls("hubspot") == []
    books.sync("poll")
    later = books.sync("poll")
    kept = SyncRun.objects.for_portal(books.portal)
    assert [each.pk for each in kept] == [later.pk]
    assert run.pk != later.pk


def test_f43_the_cursor_is_quickbooks_own_clock(books: Books) -> None:
    books.sync()
    cursor: Cursor = books.cursor()
    assert abs(cursor.position - books.turn()) < timedelta(seconds=5)
    before = cursor.position
    books.turn(seconds=600)
    books.sync()
    assert books.cursor().position - before >= timedelta(seconds=599)


def test_f46_what_quickbooks_shows_late_is_still_found(books: Books) -> None:
    raw = books.make("10.00")
    books.add(raw)
    books.sandbox.switch(cdc_lag_seconds=30)
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    assert books.deal()["invoice_status"] == "awaiting_sending"
    books.turn(seconds=60)
    books.sync()
    assert books.deal()["invoice_status"] == "paid"


def test_f27_a_record_nobody_can_read_is_parked_alone(books: Books) -> None:
    good, bad = books.make("10.00"), books.make("20.00")
    books.add(good)
    books.add(bad)
    paid = books.do("pay", invoice_id=good["Id"])["Invoice"]
    broken = {**books.do("edit", invoice_id=bad["Id"], private_note="Hm")["Invoice"]}
    changed = {"Invoice": [paid, {**broken, "TotalAmt": "twenty"}]}
    answer = {"CDCResponse": [{"QueryResponse": [changed]}], "time": books.turn().isoformat()}
    fault(books, "/cdc$", "status", "quickbooks", status=200, body=json.dumps(answer))
    books.sync()
    assert books.deal()["invoice_number"] == good["DocNumber"]
    [waiting] = parked(books)
    assert (waiting.subject_kind, waiting.subject_id) == ("QuickBooks Invoice", bad["Id"])
    assert waiting.reason == "sync.unreadable"
    books.sandbox.faults()
    books.turn(seconds=600)
    books.sync()
    assert parked(books) == []
