"""Customers and items that go in QuickBooks: D-28, merges (B-10, faults 42, 58, 75)."""

from typing import Any

import pytest

from integration.access import actors
from integration.access.actors import Actor
from integration.records.hubspot import Write
from sync.deletions import decide_deletions
from sync.models import HeldDeletion, HoldState, SyncObject, SyncSetting
from tests import tenants
from tests.sync.books import Books
from tests.sync.people import (
    change,
    customer,
    in_hubspot,
    in_hubspot_by_id,
    item,
    link,
    links,
    reasons,
    turn_on,
)

MAIL = "ada@lovelace-looms.example"
KEPT_OUT = {"GivenName": "Ada", "FamilyName": "Byron"}


def synced(books: Books, policy: str, **facts: Any) -> dict[str, Any]:
    """A customer that is a contact made here."""
    turn_on(books, delete_policy=policy)
    raw = customer(books, "Ada Byron", MAIL, **{**KEPT_OUT, **facts})
    books.sync()
    return raw


def test_s81_d28_keep_leaves_the_contact_and_says_so(books: Books) -> None:
    raw = synced(books, "keep")
    change(books, raw, Active=False)
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []
    assert reasons(books, raw) == ["sync.record_kept"]


def test_s81_s86_d28_mark_tells_when_it_went_and_takes_it_back(books: Books) -> None:
    raw = synced(books, "mark")
    change(books, raw, Active=False)
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["dealbooks_deleted_at"]
    assert contact["properties"]["lastname"] == "Byron"
    change(books, raw, Active=True)
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert not contact["properties"].get("dealbooks_deleted_at")


def test_s81_d28_archive_takes_only_what_nothing_speaks_against(books: Books) -> None:
    raw = synced(books, "archive")
    change(books, raw, Active=False)
    books.sync()
    assert in_hubspot(books, "contacts", email=MAIL) == []
    assert links(books, raw) == set()
    [entry] = books.entries(operation="archive_record")
    assert entry.before["lastname"] == "Byron"


def _edited(books: Books, contact: str) -> None:
    [done] = books.hubspot().update("contacts", [Write("x", {"lastname": "King"}, contact)])
    assert done.error is None


def _with_deal(books: Books, contact: str) -> None:
    [deal] = books.hubspot().create("deals", [Write("x", {"dealname": "Looms"})])
    books.hubspot().associate("contacts", "deals", [(contact, deal.id)], 4)


def _with_strangers_company(books: Books, contact: str) -> None:
    [made] = books.hubspot().create("companies", [Write("x", {"name": "Looms"})])
    books.hubspot().associate("contacts", "companies", [(contact, made.id)], 279)


@pytest.mark.parametrize(
    ("hurdle", "why"),
    [
        (_edited, "sync.not_archived_edited"),
        (_with_deal, "sync.not_archived_open_deal"),
        (_with_strangers_company, "sync.not_archived_other_link"),
    ],
)
def test_d28_archive_marks_instead_with_a_line(books: Books, hurdle: Any, why: str) -> None:
    raw = synced(books, "archive")
    contact = link(books, raw).hubspot_id
    hurdle(books, contact)
    change(books, raw, Active=False)
    books.sync()
    assert in_hubspot_by_id(books, "contacts", contact)["properties"]["dealbooks_deleted_at"]
    assert not in_hubspot_by_id(books, "contacts", contact)["archived"]
    assert reasons(books, raw) == [why]


def test_d28_archive_never_takes_what_we_did_not_make(books: Books) -> None:
    [there] = books.hubspot().create("contacts", [Write("x", {"email": MAIL})])
    raw = synced(books, "archive")
    assert link(books, raw).hubspot_id == there.id
    change(books, raw, Active=False)
    books.sync()
    assert in_hubspot_by_id(books, "contacts", there.id)["properties"]["dealbooks_deleted_at"]
    assert reasons(books, raw) == ["sync.not_archived_not_ours"]


def test_f75_d28_the_deal_of_an_inactive_customer_keeps_its_plain_name(books: Books) -> None:
    raw = customer(books, "Ada Byron", MAIL)
    made = books.make("100.00", customer=raw["Id"])
    books.add(made)
    change(books, raw, Active=False)
    books.do("edit", invoice_id=made["Id"], amount="120.00")
    books.sync()
    deal = books.deal()
    assert (deal["invoice_recipient"], deal["amount_invoiced"]) == ("Ada Byron", "120.00")


def test_s86_d28_an_inactive_item_counts_as_deleted_and_keeps_its_name(books: Books) -> None:
    turn_on(books, SyncObject.PRODUCTS, delete_policy="mark")
    raw = item(books, "Oak lamp", "OAK-1")
    books.sync()
    change(books, raw, "Item", Active=False)
    books.sync()
    [product] = in_hubspot(books, "products", hs_sku="OAK-1")
    assert product["properties"]["name"] == "Oak lamp"
    assert product["properties"]["dealbooks_deleted_at"]


def test_d28_with_the_toggle_off_nothing_is_marked(books: Books) -> None:
    raw = synced(books, "mark")
    SyncSetting.objects.for_portal(books.portal).update(enabled=False)
    change(books, raw, Active=False)
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


# --------------------------------------------------------------------------- many at once


def many_gone(books: Books, policy: str = "mark", count: int = 12) -> list[dict[str, Any]]:
    turn_on(books, SyncObject.PRODUCTS, delete_policy=policy)
    raws = [item(books, f"Lamp {number}", f"LAMP-{number}") for number in range(count)]
    books.sync()
    for raw in raws:
        change(books, raw, "Item", Active=False)
    books.forget()
    books.sync()
    return raws


def test_d28_more_than_ten_in_one_run_stop_and_ask(books: Books) -> None:
    raws = many_gone(books)
    assert books.calls("hubspot", writes=True) == []
    hold = HeldDeletion.objects.for_portal(books.portal).get()
    assert (hold.state, len(hold.record_ids), hold.linked) == (HoldState.WAITING, 12, 12)
    assert reasons(books, raws[0], "Item") == ["sync.deletion_held"]
    books.sync()
    assert HeldDeletion.objects.for_portal(books.portal).count() == 1


def test_d28_confirmed_deletions_are_carried_out(books: Books) -> None:
    raws = many_gone(books, "archive")
    hold = HeldDeletion.objects.for_portal(books.portal).get()
    decide_deletions(owner(books), hold, confirm=True, now=books.turn())
    books.sync()
    assert [each for each in in_hubspot(books, "products") if _is_lamp(each)] == []
    assert links(books, raws[0]) == set()
    hold.refresh_from_db()
    assert hold.state == HoldState.DONE


def test_d28_cancelled_deletions_leave_hubspot_alone(books: Books) -> None:
    raws = many_gone(books)
    hold = HeldDeletion.objects.for_portal(books.portal).get()
    decide_deletions(owner(books), hold, confirm=False, now=books.turn())
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []
    product = in_hubspot_by_id(books, "products", link(books, raws[0], "products").hubspot_id)
    assert not product["properties"].get("dealbooks_deleted_at")


def owner(books: Books) -> Actor:
    membership = tenants.member(books.portal)
    found = actors.of_person(membership.person, membership.portal, origin="session")
    assert found is not None
    return found


def _is_lamp(product: dict[str, Any]) -> bool:
    return str(product["properties"].get("name", "")).startswith("Lamp ")


# ----------------------------------------------------------------------------------- merges


def test_b10_f58_a_merged_customer_moves_its_link_and_loses_no_contact(books: Books) -> None:
    turn_on(books, delete_policy="archive")
    loser = customer(books, "Ada Byron", MAIL, **KEPT_OUT)
    survivor = customer(books, "Augusta King", GivenName="Augusta", FamilyName="King")
    made = books.make("100.00", customer=loser["Id"])
    books.add(made)
    books.sync()
    contact = link(books, loser).hubspot_id
    books.do("merge", loser=loser["Id"], survivor=survivor["Id"])
    books.sync()
    assert not in_hubspot_by_id(books, "contacts", contact)["archived"]
    assert links(books, loser) == set()
    assert link(books, survivor).hubspot_id == contact
    [entry] = [each for each in books.entries() if each.reason == "sync.merged"]
    assert entry.reason_parameters["survivor"] == "Augusta King"


def test_f75_a_merge_that_nothing_explains_changes_nothing(books: Books) -> None:
    turn_on(books, delete_policy="archive")
    loser = customer(books, "Ada Byron", MAIL, **KEPT_OUT)
    survivor = customer(books, "Augusta King", GivenName="Augusta")
    books.sync()
    contact = link(books, loser).hubspot_id
    books.do("merge", loser=loser["Id"], survivor=survivor["Id"])
    books.sync()
    assert not in_hubspot_by_id(books, "contacts", contact)["archived"]
    assert [each.reason for each in books.entries() if each.reason.startswith("sync.merged")] == [
        "sync.merged_unknown"
    ]


def test_f42_a_wrong_delete_marker_is_looked_at_once_more(books: Books) -> None:
    raw = synced(books, "archive")
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sandbox.switch(cdc_false_deleted=f"Customer:{raw['Id']}")
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["phone"] == "(650) 555-0111"
    assert not contact["properties"].get("dealbooks_deleted_at")
