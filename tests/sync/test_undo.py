"""Undoing a run in HubSpot against the sandbox (D-31)."""

from typing import Any

import pytest

from integration import jobs
from integration.access import actors
from integration.access.actors import Actor
from integration.clock import now
from integration.jobs import Lease
from integration.models import EndedLink
from integration.models.people import Role
from integration.records.hubspot import Write
from sync import undo_work, undos
from sync.models import (
    HeldRecord,
    SyncEntry,
    SyncObject,
    SyncRun,
    Undo,
    UndoItem,
    UndoState,
)
from sync.undos import UndoRefused
from tests import tenants
from tests.sync.books import Books
from tests.sync.people import change, customer, in_hubspot, latest, link, reasons, turn_on
from workflows.models import Task


def admin(books: Books) -> Actor:
    person = tenants.member(books.portal, Role.ADMIN).person
    return actors.of_person(person, books.portal, origin="session")


def work_off(undo: Undo) -> Undo:
    """Turn after turn, as the worker takes them."""
    for _ in range(30):
        job = undos.WORK.job(undo)
        if job is None:
            break
        if undo_work.undo(job, Lease(job.pk, job.epoch), now()) is None:
            job.delete()
    undo.refresh_from_db()
    return undo


def looked_at(actor: Actor, run: SyncRun) -> Undo:
    undo = work_off(undos.ask(actor, run, now()))
    assert undo.state == UndoState.READY
    return undo


def undone(actor: Actor, run: SyncRun) -> Undo:
    undo = looked_at(actor, run)
    assert undos.confirm(actor, undo, now())
    assert work_off(undo).state == UndoState.DONE
    return undo


def lines(undo: Undo, among: str) -> list[tuple[str, str]]:
    rows = UndoItem.objects.for_portal(undo.portal_id).filter(undo=undo, list=among)
    return [(each.action, each.subject_kind) for each in rows.order_by("number")]


def invoice_object(books: Books) -> dict[str, Any]:
    [found] = books.hubspot_invoices()
    return dict(found["properties"])


@pytest.fixture
def told(books: Books) -> tuple[Books, dict[str, Any], dict[str, Any]]:
    """A deal, its invoice and its customer's contact, all in HubSpot."""
    turn_on(books)
    ada = customer(books, "Ada Byron", "ada@looms.example", GivenName="Ada", FamilyName="Byron")
    raw = books.make("100.00", customer=ada["Id"])
    books.add(raw)
    books.sync()
    return books, ada, raw


def test_d31_deal_invoice_and_contact_go_back_to_what_they_said(
    told: tuple[Books, dict[str, Any], dict[str, Any]],
) -> None:
    books, ada, raw = told
    deal, invoice = books.deal(), invoice_object(books)
    change(books, ada, FamilyName="King")
    books.do("pay", invoice_id=raw["Id"], amount="40.00")
    run = books.sync()
    assert len(books.notes()) == 1
    customer(books, "Grace Hopper", "grace@looms.example", GivenName="Grace")
    books.sync()
    books.forget()
    actor = admin(books)
    undo = looked_at(actor, run)
    assert books.calls("hubspot", writes=True) == []
    assert set(lines(undo, "restore")) == {
        ("restore", "Customer"), ("restore", "Invoice"), ("restore", "Deal"),
        ("archive_note", "Payment"),
    }  # fmt: skip
    assert lines(undo, "cannot") == lines(undo, "changed") == []
    assert undos.confirm(actor, undo, now())
    work_off(undo)
    assert (undo.state, undo.error) == (UndoState.DONE, "")
    assert books.deal() == deal
    now_there = invoice_object(books)
    moved = {"hs_lastmodifieddate", "hs_object_id"}
    assert {k: v for k, v in now_there.items() if k not in moved and v} == {
        k: v for k, v in invoice.items() if k not in moved and v
    }
    [contact] = in_hubspot(books, "contacts", email="ada@looms.example")
    assert contact["properties"]["lastname"] == "Byron"
    assert books.notes() == []
    assert in_hubspot(books, "contacts", email="grace@looms.example")
    assert not books.calls("quickbooks", writes=True)
    history = SyncEntry.objects.for_portal(books.portal).filter(run=undo.undo_run)
    assert {each.outcome for each in history} == {"succeeded"}
    assert undo.undo_run is not None
    assert undo.undo_run.written == history.count() >= 4


def test_d31_undone_records_are_held_until_released_and_twice_does_nothing_more(
    told: tuple[Books, dict[str, Any], dict[str, Any]],
) -> None:
    books, ada, raw = told
    change(books, ada, FamilyName="King")
    books.do("pay", invoice_id=raw["Id"], amount="40.00")
    run = books.sync()
    actor = admin(books)
    undo = undone(actor, run)
    assert undos.ask(actor, run, now()).pk == undo.pk
    assert not undos.confirm(actor, undo, now())
    books.forget()
    books.sync()
    change(books, ada, FamilyName="Lovelace")
    books.do("pay", invoice_id=raw["Id"], amount="10.00")
    books.sync()
    assert books.refresh()
    assert books.calls("hubspot", writes=True) == []
    assert "sync.held_after_undo" in reasons(books, ada)
    tasks = Task.objects.for_portal(books.portal).filter(kind="sync.undo_differs")
    assert [(each.state, each.subject_id) for each in tasks] == [("open", str(undo.pk))]
    held = undos.held_records(actor)
    assert held.count() == HeldRecord.objects.for_portal(books.portal).count() >= 3
    assert undos.release(actor, held, now()) >= 3
    assert [each.state for each in tasks.all()] == ["done"]
    books.sync()
    [contact] = in_hubspot(books, "contacts", email="ada@looms.example")
    assert contact["properties"]["lastname"] == "Lovelace"
    assert books.deal()["open_balance"] == "50.00"
    assert len(books.notes()) == 2
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_d31_what_somebody_changed_since_is_left_and_what_is_archived_cannot_come_back(
    told: tuple[Books, dict[str, Any], dict[str, Any]],
) -> None:
    books, ada, _ = told
    bob = customer(books, "Bob Cray", "bob@looms.example", GivenName="Bob", FamilyName="Cray")
    books.sync()
    change(books, ada, FamilyName="King", GivenName="Augusta")
    change(books, bob, FamilyName="Kray")
    run = books.sync()
    contact = link(books, ada).hubspot_id
    [done] = books.hubspot().update("contacts", [Write("x", {"lastname": "Mine"}, contact)])
    assert done.error is None
    books.hubspot().archive("contacts", [link(books, bob).hubspot_id])
    actor = admin(books)
    undo = looked_at(actor, run)
    [changed] = UndoItem.objects.for_portal(books.portal).filter(undo=undo, list="changed")
    assert (changed.after, changed.found) == ({"lastname": "King"}, {"lastname": "Mine"})
    [cannot] = UndoItem.objects.for_portal(books.portal).filter(undo=undo, list="cannot")
    assert (cannot.label, cannot.reason) == ("Bob Cray", "sync.undo_deleted_since")
    assert undos.confirm(actor, undo, now())
    work_off(undo)
    [there] = in_hubspot(books, "contacts", email="ada@looms.example")
    assert (there["properties"]["firstname"], there["properties"]["lastname"]) == ("Ada", "Mine")
    assert [each.label for each in undos.held_records(actor)] == ["Ada Byron"]


def test_d31_what_the_run_made_is_archived_unless_something_hangs_on_it(books: Books) -> None:
    turn_on(books)
    customer(books, "Free", "free@looms.example", GivenName="Free")
    busy = customer(books, "Busy", "busy@looms.example", GivenName="Busy")
    run = books.sync()
    [deal] = books.hubspot().create("deals", [Write("x", {"dealname": "Looms"})])
    books.hubspot().associate("contacts", "deals", [(link(books, busy).hubspot_id, deal.id)], 4)
    actor = admin(books)
    undo = undone(actor, run)
    assert in_hubspot(books, "contacts", email="free@looms.example") == []
    assert in_hubspot(books, "contacts", email="busy@looms.example")
    [cannot] = UndoItem.objects.for_portal(books.portal).filter(undo=undo, list="cannot")
    assert cannot.reason == "sync.undo_against_open_deal"
    [ended] = EndedLink.objects.for_portal(books.portal)
    assert (ended.reason, ended.hubspot_kind) == ("archived", "contacts")
    assert undo.undo_run is not None
    with pytest.raises(UndoRefused):
        undos.ask(actor, undo.undo_run, now())
    undos.release(actor, undos.held_records(actor), now())
    books.sync()
    assert in_hubspot(books, "contacts", email="free@looms.example")


def test_d31_what_came_to_hang_on_a_made_object_after_the_preview_keeps_it(books: Books) -> None:
    turn_on(books)
    customer(books, "Free", "free@looms.example", GivenName="Free", CompanyName="Free Looms")
    busy = customer(books, "Busy", "busy@looms.example", GivenName="Busy")
    run = books.sync()
    actor = admin(books)
    undo = looked_at(actor, run)
    assert set(lines(undo, "restore")) == {("archive", "Customer")}
    contact = link(books, busy).hubspot_id
    [deal] = books.hubspot().create("deals", [Write("x", {"dealname": "Looms"})])
    books.hubspot().associate("contacts", "deals", [(contact, deal.id)], 4)
    assert undos.confirm(actor, undo, now())
    assert work_off(undo).state == UndoState.DONE
    assert in_hubspot(books, "contacts", email="busy@looms.example")
    assert in_hubspot(books, "contacts", email="free@looms.example") == []
    assert in_hubspot(books, "companies", name="Free Looms") == []
    [kept] = UndoItem.objects.for_portal(books.portal).filter(undo=undo, list="cannot")
    assert (kept.object_id, kept.reason) == (contact, "sync.undo_against_open_deal")


def test_d31_an_undo_that_was_killed_goes_on_and_writes_nothing_twice(
    told: tuple[Books, dict[str, Any], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from integration.crashpoints import Crashed, start_over

    books, ada, _ = told
    change(books, ada, FamilyName="King")
    run = books.sync()
    actor = admin(books)
    undo = looked_at(actor, run)
    assert undos.confirm(actor, undo, now())
    start_over()
    monkeypatch.setenv("CRASH_BY", "raise")
    monkeypatch.setenv("CRASH_AT", "undo.after:1")
    with pytest.raises(Crashed):
        work_off(undo)
    monkeypatch.delenv("CRASH_AT")
    [contact] = in_hubspot(books, "contacts", email="ada@looms.example")
    assert contact["properties"]["lastname"] == "Byron"
    books.forget()
    assert work_off(undo).state == UndoState.DONE
    assert books.calls("hubspot", writes=True) == []
    [line] = SyncEntry.objects.for_portal(books.portal).filter(run=undo.undo_run)
    assert (line.before, line.after) == ({"lastname": "King"}, {"lastname": "Byron"})
    assert jobs.open_jobs(books.portal).filter(kind=undo_work.JOB).count() == 0


def test_d31_p47_what_is_held_reaches_quickbooks_from_hubspot_as_little(books: Books) -> None:
    turn_on(books, direction="both")
    ada = customer(books, "Ada Byron", "ada@looms.example", GivenName="Ada", FamilyName="Byron")
    books.sync()
    change(books, ada, FamilyName="King")
    actor = admin(books)
    undone(actor, books.sync())
    contact = link(books, ada).hubspot_id
    [done] = books.hubspot().update("contacts", [Write("x", {"lastname": "Mine"}, contact)])
    assert done.error is None
    books.turn(seconds=60)
    books.forget()
    books.sync()
    assert books.calls("quickbooks", writes=True) == books.calls("hubspot", writes=True) == []
    assert latest(books, "Customer", ada["Id"])["FamilyName"] == "King"


@pytest.mark.parametrize("deletes", [True, False])
def test_d31_an_invoice_the_run_made_goes_where_hubspot_lets_it(
    books: Books, deletes: bool
) -> None:
    turn_on(books, SyncObject.INVOICES)
    books.sandbox.switch(delete_open_invoices=deletes)
    raw = books.make("100.00")
    run = books.sync()
    actor = admin(books)
    undo = undone(actor, run)
    assert len(books.hubspot_invoices()) == (0 if deletes else 1)
    [item] = UndoItem.objects.for_portal(books.portal).filter(undo=undo, action="archive")
    assert (item.list, bool(item.reason)) == (("restore", False) if deletes else ("cannot", True))
    assert HeldRecord.objects.for_portal(books.portal).count() == int(deletes)
    assert bool(books.row(raw).hubspot_id) is not deletes
    undos.release(actor, undos.held_records(actor), now())
    books.sync()
    assert len(books.hubspot_invoices()) == 1
    assert books.row(raw).hubspot_id
