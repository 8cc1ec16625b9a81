"""Contacts and products both ways (P-47): updates, conflicts, crashes, creations, and no echo."""

from datetime import timedelta
from typing import Any

from integration.clock import now
from integration.records.hubspot import Write
from sync.models import SyncObject
from tests.sync.books import Books
from tests.sync.people import (
    change,
    customer,
    in_hubspot_by_id,
    latest,
    link,
    turn_on,
)

MAIL = "ada@lovelace-looms.example"
ADA = {"GivenName": "Ada", "FamilyName": "Byron"}
PHONE = {"PrimaryPhone": {"FreeFormNumber": "(650) 555-0100"}}


def both_ways(books: Books, object: SyncObject = SyncObject.CONTACTS, **policies: Any) -> None:
    given = {"direction": "both", "to_quickbooks_at": now() - timedelta(seconds=1), **policies}
    turn_on(books, object, **given)


def ada(books: Books, **facts: Any) -> tuple[dict[str, Any], str]:
    """A customer that HubSpot has: (QuickBooks' JSON, the contact's id)."""
    raw = customer(books, "Ada Byron", MAIL, **{**ADA, **PHONE, **facts})
    books.sync()
    settle(books)
    return raw, link(books, raw).hubspot_id


def settle(books: Books) -> None:
    """HubSpot's index catches up."""
    books.turn(seconds=5)


def in_hubspot_change(books: Books, kind: str, id: str, **properties: str) -> None:
    """As a person does there."""
    [done] = books.hubspot().update(kind, [Write("it", dict(properties), id)])
    assert done.error is None, done
    settle(books)


def assert_no_echo(books: Books) -> None:
    """Two more runs write nothing anywhere."""
    settle(books)
    books.forget()
    for _ in range(2):
        books.sync("poll")
        settle(books)
    assert books.calls(writes=True) == []


def test_p47_a_change_in_hubspot_reaches_quickbooks_once_and_comes_not_back(books: Books) -> None:
    both_ways(books)
    raw, contact = ada(books)
    in_hubspot_change(books, "contacts", contact, phone="(650) 555-0111", city="Oxford")
    books.forget()
    books.sync()
    now_there = latest(books, "Customer", raw["Id"])
    assert now_there["PrimaryPhone"]["FreeFormNumber"] == "(650) 555-0111"
    assert now_there["BillAddr"]["City"] == "Oxford"
    assert (now_there["GivenName"], now_there["PrimaryEmailAddr"]["Address"]) == ("Ada", MAIL)
    assert len(books.calls("quickbooks", writes=True)) == 1
    assert books.calls("hubspot", writes=True) == []
    [entry] = books.entries(operation="update_quickbooks")
    assert entry.before == {"phone": "(650) 555-0100", "city": ""}
    assert entry.after == {"phone": "(650) 555-0111", "city": "Oxford"}
    assert_no_echo(books)
    change(books, raw, GivenName="Augusta")
    books.sync()
    assert in_hubspot_by_id(books, "contacts", contact)["properties"]["firstname"] == "Augusta"
    assert_no_echo(books)
