"""Invoices deleted in QuickBooks: archive, mark, and the question before many (S-112, D-26, D-28)."""

from typing import Any

from integration.records.hubspot import Write
from sync.deletions import decide_deletions
from sync.models import HeldDeletion, HoldState
from tests.sync.books import Books
from tests.sync.test_delete_policy import owner
from tests.sync.test_toggles import turn_on


def synced(books: Books, count: int, policy: str = "archive") -> list[dict[str, Any]]:
    """Invoices that are in HubSpot because the tab is on."""
    turn_on(books, delete_policy=policy)
    raws = [books.make("100.00") for _ in range(count)]
    books.sync()
    return raws


def in_hubspot(books: Books) -> dict[str, str]:
    """Status by number, of what is not archived."""
    found = [each["properties"] for each in books.hubspot_invoices()]
    return {each["hs_number"]: each["hs_invoice_status"] for each in found}


def reasons(books: Books, raw: dict[str, Any]) -> list[str]:
    rows = books.entries(subject_id=str(books.row(raw).pk))
    return [each.reason for each in rows if each.reason]


def test_s112_d28_archive_takes_what_nobody_touched(books: Books) -> None:
    books.sandbox.switch(delete_open_invoices=True)
    [raw] = synced(books, 1)
    books.do("delete", invoice_id=raw["Id"])
    books.sync()
    assert in_hubspot(books) == {}
    assert books.row(raw).hubspot_id == ""
    [entry] = books.entries(operation="archive_invoice")
    assert entry.before["hs_number"] == raw["DocNumber"]
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_s112_d28_where_hubspot_deletes_no_open_invoice_it_is_marked(books: Books) -> None:
    books.sandbox.switch(delete_open_invoices=False)
    [raw] = synced(books, 1)
    books.do("delete", invoice_id=raw["Id"])
    books.sync()
    assert in_hubspot(books) == {raw["DocNumber"]: "voided"}
    assert reasons(books, raw) == ["sync.invoice_not_archived_refused"]


def test_s112_d28_edited_hung_and_linked_ones_are_marked_with_a_line(books: Books) -> None:
    books.sandbox.switch(delete_open_invoices=True)
    edited, hung = synced(books, 2)
    linked = books.make("70.00")
    row = books.add(linked)
    hubspot = books.hubspot()
    [done] = hubspot.update(
        "invoices", [Write("x", {"hs_title": "Mine"}, books.row(edited).hubspot_id)]
    )
    assert done.error is None
    [deal] = hubspot.create("deals", [Write("x", {"dealname": "Looms"})])
    hubspot.associate("invoices", "deals", [(books.row(hung).hubspot_id, deal.id)], 175)
    for raw in (edited, hung, linked):
        books.do("delete", invoice_id=raw["Id"])
        books.sync()
    assert set(in_hubspot(books).values()) == {"voided"}
    assert reasons(books, edited) == ["sync.invoice_not_archived_edited"]
    assert reasons(books, hung) == ["sync.invoice_not_archived_open_deal"]
    assert reasons(books, linked) == ["sync.invoice_not_archived_linked"]
    assert row.hubspot_id


def test_d28_d26_many_at_once_ask_first_while_the_deals_follow_the_books(books: Books) -> None:
    """The linked one is followed, but it waits with the others; its deal does not."""
    raws = synced(books, 11, "mark")
    linked = books.make("70.00")
    books.add(linked)
    raws.append(linked)
    kept = books.make("30.00")
    books.add(kept)
    assert books.deal()["total_invoiced"] == "100.00"
    for raw in raws:
        books.do("delete", invoice_id=raw["Id"])
    books.sync()
    hold = HeldDeletion.objects.for_portal(books.portal).get()
    assert (hold.object, len(hold.record_ids), hold.linked) == ("invoices", 12, 13)
    assert set(in_hubspot(books).values()) == {"open"}
    assert reasons(books, linked) == ["sync.invoice_deletion_held"]
    assert books.deal()["total_invoiced"] == "30.00"
    assert books.refresh()
    books.sync()
    assert HeldDeletion.objects.for_portal(books.portal).count() == 1
    assert set(in_hubspot(books).values()) == {"open"}
    decide_deletions(owner(books), hold, confirm=True, now=books.turn())
    books.sync()
    found = in_hubspot(books)
    assert found.pop(kept["DocNumber"]) == "open"
    assert set(found.values()) == {"voided"}
    hold.refresh_from_db()
    assert hold.state == HoldState.DONE


def test_d28_cancelled_invoice_deletions_stay_as_they_are(books: Books) -> None:
    raws = synced(books, 3)
    for raw in raws:
        books.do("delete", invoice_id=raw["Id"])
    books.sync()
    hold = HeldDeletion.objects.for_portal(books.portal).get()
    decide_deletions(owner(books), hold, confirm=False, now=books.turn())
    books.sync()
    assert list(in_hubspot(books).values()) == ["open"] * 3
