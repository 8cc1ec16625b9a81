"""What the Invoices tab lets in and what it leaves alone (S-20, S-21, S-111, S-112, D-26 to D-28)."""

from datetime import timedelta
from typing import Any

import pytest

from integration.clock import now
from sync.models import SyncObject, SyncSetting
from tests.sync.books import Books


def turn_on(books: Books, **policies: Any) -> None:
    SyncSetting.objects.create(
        portal=books.portal,
        company=books.company,
        object=SyncObject.INVOICES,
        enabled=True,
        enabled_at=now() - timedelta(seconds=1),
        **{"delete_policy": "mark", **policies},
    )


def test_s20_s21_an_invoice_nobody_added_stays_out(books: Books) -> None:
    raw = books.make("100.00")
    books.do("pay", invoice_id=raw["Id"])
    books.forget()
    run = books.sync("poll")
    assert books.hubspot_invoices() == []
    assert books.calls("hubspot") == []
    assert run.seen == 0


def test_s111_s114_with_the_tab_on_it_appears_in_hubspots_invoices(books: Books) -> None:
    turn_on(books)
    raw = books.make("100.00")
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_number"] == raw["DocNumber"]
    assert "deals" not in invoice["associations"]
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == "paid"
    assert books.notes() == []


def test_d26_older_invoices_stay_out_until_they_change(books: Books) -> None:
    raw = books.make("100.00")
    books.turn(seconds=30)
    turn_on(books)
    books.sync()
    assert books.hubspot_invoices() == []
    books.turn(seconds=30)
    books.do("edit", invoice_id=raw["Id"], private_note="Changed")
    books.sync()
    assert len(books.hubspot_invoices()) == 1


@pytest.mark.parametrize(
    ("policy", "made", "updated"),
    [
        ("create_and_update", 1, "paid"),
        ("create_only", 1, "open"),
        ("update_only", 0, ""),
        ("do_nothing", 0, ""),
    ],
)
def test_s112_d27_create_and_update_policies(
    books: Books, policy: str, made: int, updated: str
) -> None:
    turn_on(books, save_policy=policy)
    raw = books.make("100.00")
    books.sync()
    assert len(books.hubspot_invoices()) == made
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    statuses = [each["properties"]["hs_invoice_status"] for each in books.hubspot_invoices()]
    assert statuses == [updated] * made


@pytest.mark.parametrize(("policy", "status"), [("mark", "voided"), ("keep", "open")])
def test_s112_d28_delete_policies(books: Books, policy: str, status: str) -> None:
    turn_on(books, delete_policy=policy)
    raw = books.make("100.00")
    books.sync()
    books.do("delete", invoice_id=raw["Id"])
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == status


def test_d26_turned_off_again_it_is_left_as_it_is(books: Books) -> None:
    turn_on(books)
    raw = books.make("100.00")
    books.sync()
    SyncSetting.objects.for_portal(books.portal).update(enabled=False)
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == "open"
    [entry] = books.entries(outcome="skipped")
    assert entry.reason == "sync.update_not_allowed"


def test_d24_a_synced_invoice_is_tied_to_what_its_customer_is_linked_to(books: Books) -> None:
    turn_on(books)
    company = "20200100001"
    books.link_customer("1", "companies", company)
    books.make("100.00")
    books.sync()
    [invoice] = books.hubspot_invoices()
    assert company in invoice["associations"]["companies"]
