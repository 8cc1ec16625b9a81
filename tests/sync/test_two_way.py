"""Contacts and products both ways (P-47): updates, conflicts, crashes, creations, and no echo."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from integration import jobs
from integration.clock import now
from integration.jobs import Lease
from integration.models import Company
from integration.records.hubspot import Write
from sync import dry_runs, handlers
from sync.apply.history import Journal
from sync.engine.names import Names
from sync.engine.push import Push
from sync.engine.two_way_forecast import foresee_back
from sync.models import (
    ParkedRecord,
    PlannedEntry,
    QuickBooksWrite,
    SyncEntry,
    SyncObject,
    SyncSetting,
)
from sync.plan_creation import IN_HUBSPOT
from tests.sync.books import Books
from tests.sync.people import (
    change,
    customer,
    in_hubspot_by_id,
    income,
    item,
    latest,
    link,
    links,
    make_in_hubspot,
    turn_on,
)
from tests.sync.test_dry_run import look

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


@pytest.mark.parametrize(
    ("rule", "hubspot_last", "wins"),
    [
        ("quickbooks", True, "quickbooks"),
        ("hubspot", False, "hubspot"),
        ("newest", True, "hubspot"),
        ("newest", False, "quickbooks"),
    ],
)
def test_p47_where_both_changed_a_field_the_rule_decides_and_the_history_says_so(
    books: Books, rule: str, hubspot_last: bool, wins: str
) -> None:
    both_ways(books, conflict_rule=rule)
    raw, contact = ada(books)

    def in_quickbooks() -> None:
        change(books, raw, PrimaryPhone={"FreeFormNumber": "1"}, FamilyName="Lovelace")
        settle(books)

    if not hubspot_last:
        in_hubspot_change(books, "contacts", contact, phone="2", firstname="Augusta")
    in_quickbooks()
    if hubspot_last:
        in_hubspot_change(books, "contacts", contact, phone="2", firstname="Augusta")
    books.sync()
    agreed = {"quickbooks": "1", "hubspot": "2"}[wins]
    there = in_hubspot_by_id(books, "contacts", contact)["properties"]
    here = latest(books, "Customer", raw["Id"])
    assert (there["phone"], here["PrimaryPhone"]["FreeFormNumber"]) == (agreed, agreed)
    assert (here["GivenName"], there["lastname"]) == ("Augusta", "Lovelace")
    [line] = books.entries(operation="settle_conflict")
    assert line.reason == f"sync.conflict_{wins}"
    assert (line.reason_parameters["quickbooks"], line.reason_parameters["hubspot"]) == ("1", "2")
    assert_no_echo(books)


def test_p47_hubspot_to_quickbooks_alone_tells_hubspot_nothing(books: Books) -> None:
    raw, contact = _linked_before(books)
    row = turn_on(books, direction="to_quickbooks", to_quickbooks_at=now() - timedelta(seconds=1))
    change(books, raw, GivenName="Augusta", PrimaryPhone={"FreeFormNumber": "1"})
    books.forget()
    books.sync()
    assert books.calls(writes=True) == []
    in_hubspot_change(books, "contacts", contact, phone="2")
    books.sync()
    here = latest(books, "Customer", raw["Id"])
    assert (here["PrimaryPhone"]["FreeFormNumber"], here["GivenName"]) == ("2", "Augusta")
    assert_no_echo(books)
    row.direction = "to_hubspot"
    row.save()
    in_hubspot_change(books, "contacts", contact, phone="3")
    books.forget()
    books.sync()
    assert books.calls("hubspot") == []
    assert books.calls("quickbooks", writes=True) == []


def _linked_before(books: Books) -> tuple[dict[str, Any], str]:
    """Synced one way, then the tab was taken away."""
    row = turn_on(books)
    raw, contact = ada(books)
    row.delete()
    return raw, contact


def test_b22_f45_products_keep_exact_prices_and_an_idle_poll_asks_hubspot_once_a_kind(
    books: Books,
) -> None:
    both_ways(books, SyncObject.PRODUCTS)
    raw = item(books, "Brass lamp", "LAMP-1", "10.10", Description="Polished")
    books.sync()
    settle(books)
    product = link(books, raw, "products").hubspot_id
    in_hubspot_change(books, "products", product, price="1234567.89", description="")
    books.sync()
    found = latest(books, "Item", raw["Id"])
    assert str(found["UnitPrice"]) == "1234567.89"
    assert (found["Description"], found["Type"]) == ("Polished", "Service")
    assert_no_echo(books)
    books.forget()
    books.sync("poll")
    assert len(books.calls("quickbooks")) == 1
    assert len(books.calls("hubspot")) == 1


def test_f12_a_stale_record_is_read_and_merged_again_and_a_taken_name_is_parked(
    books: Books,
) -> None:
    both_ways(books, SyncObject.PRODUCTS)
    first = item(books, "Brass lamp", "LAMP-1")
    second = item(books, "Iron lamp", "LAMP-2")
    books.sync()
    settle(books)
    lamp = link(books, first, "products").hubspot_id
    other = link(books, second, "products").hubspot_id
    change(books, first, "Item", Description="Polished", PurchaseCost="4.50")
    settle(books)
    in_hubspot_change(books, "products", lamp, price="11", hs_cost_of_goods_sold="5")
    before_quickbooks_is_asked(books)
    found = latest(books, "Item", first["Id"])
    assert (found["Description"], str(found["UnitPrice"])) == ("Polished", "11")
    assert str(found["PurchaseCost"]) == "4.5"
    assert in_hubspot_by_id(books, "products", lamp)["properties"]["description"] == "Polished"
    in_hubspot_change(books, "products", other, name="Brass lamp", price="12")
    books.sync()
    [parked] = _parked(books)
    assert parked.reason == "sync.name_taken"
    assert parked.reason_parameters["suggestion"] == "Brass lamp 2"
    assert latest(books, "Item", second["Id"])["Name"] == "Iron lamp"
    in_hubspot_change(books, "products", other, name="Brass lamp 2")
    books.sync()
    found = latest(books, "Item", second["Id"])
    assert (found["Name"], str(found["UnitPrice"])) == ("Brass lamp 2", "12")
    assert _parked(books) == []
    assert_no_echo(books)


def test_f38_several_changes_are_one_call_and_survive_its_lost_answer(books: Books) -> None:
    both_ways(books)
    raws = [customer(books, f"Customer {n}", f"{n}@a.example", **PHONE) for n in range(3)]
    books.sync()
    settle(books)
    for number, raw in enumerate(raws):
        in_hubspot_change(books, "contacts", link(books, raw).hubspot_id, phone=f"555-{number}")
    before = [latest(books, "Customer", raw["Id"])["SyncToken"] for raw in raws]
    books.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "path": "/batch"},
            "fault": {"kind": "reset", "when": "after_commit"},
        }
    )
    books.forget()
    books.fails()
    assert len(books.calls("quickbooks", writes=True)) == 1
    books.sandbox.faults()
    books.sync()
    after = [latest(books, "Customer", raw["Id"]) for raw in raws]
    phones = [each["PrimaryPhone"]["FreeFormNumber"] for each in after]
    assert phones == ["555-0", "555-1", "555-2"]
    assert [int(each["SyncToken"]) for each in after] == [int(token) + 1 for token in before]
    assert len(books.entries(operation="update_quickbooks")) == 3
    assert_no_echo(books)
    forecast = foresee_back(books.company, SyncObject.CONTACTS, now())
    assert (forecast.linked, forecast.differing) == (3, 0)
    change(books, raws[0], GivenName="New")
    in_hubspot_change(books, "contacts", link(books, raws[0]).hubspot_id, phone="9")
    assert foresee_back(books.company, SyncObject.CONTACTS, now()).differing == 1


def test_p47_a_kind_that_hubspot_does_not_show_holds_up_nothing(books: Books) -> None:
    both_ways(books)
    both_ways(books, SyncObject.PRODUCTS)
    raw, contact = ada(books)
    refused = {"status": "error", "category": "MISSING_SCOPES", "message": "no", "errors": []}
    books.sandbox.faults(
        {
            "match": {"vendor": "hubspot", "path": "/products/search"},
            "fault": {"kind": "status", "status": 403, "body": json.dumps(refused)},
        }
    )
    in_hubspot_change(books, "contacts", contact, phone="2")
    run = books.sync()
    assert run.state == "done"
    assert latest(books, "Customer", raw["Id"])["PrimaryPhone"]["FreeFormNumber"] == "2"
    [parked] = _parked(books)
    assert (parked.subject_kind, parked.next_at) == ("HubSpot products", None)
    books.sandbox.faults()
    books.sync()
    assert _parked(books) == []


def test_d29_quickbooks_webhooks_do_not_slow_down_a_company_that_follows_hubspot(
    books: Books, settings: Settings
) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "POLL_SECONDS": 300}
    pauses = []
    for direction in ("to_hubspot", "both"):
        SyncSetting.objects.for_portal(books.portal).delete()
        both_ways(books, direction=direction)
        rows = Company.objects.for_portal(books.portal)
        rows.update(last_event_at=now() - timedelta(minutes=10))
        job = jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=now())
        again = handlers.poll(job, Lease(job.pk, job.epoch), now())
        assert again is not None
        pauses.append(again.at - now())
    assert pauses[0] > timedelta(minutes=30)
    assert pauses[1] <= timedelta(minutes=15)


def before_quickbooks_is_asked(books: Books) -> None:
    """HubSpot's part of a run, with a mirror that is behind."""
    job = jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=now())
    journal = Journal(books.portal, books.company)
    push = Push(books.portal, journal, Lease(job.pk, job.epoch), now())
    Names(books.company, push, now()).from_hubspot()


def _parked(books: Books, kind: str = "") -> list[ParkedRecord]:
    rows = ParkedRecord.objects.for_portal(books.portal).filter(company=books.company)
    return list(rows.filter(subject_kind__startswith=kind))


def test_p47_a_record_of_hubspot_is_made_in_quickbooks_only_where_an_admin_ticked_it(
    books: Books,
) -> None:
    both_ways(books)
    both_ways(books, SyncObject.PRODUCTS)
    settle(books)
    before = make_in_hubspot(books, "contacts", email="before@a.example", lastname="Before")
    settle(books)
    books.sync()
    assert not _customers(books, "Before")
    rows = SyncSetting.objects.for_portal(books.portal)
    rows.update(creates_in_quickbooks=True, to_quickbooks_at=now())
    books.turn(seconds=60)
    in_hubspot_change(books, "contacts", before, phone="1")
    make_in_hubspot(books, "contacts", email="grace@a.example", firstname="Grace", lastname="Hop")
    make_in_hubspot(books, "companies", name="Analytical Engines", phone="2", city="London")
    known = customer(books, "Known already", "known@a.example")
    make_in_hubspot(books, "contacts", email="known@a.example", firstname="Known")
    settle(books)
    books.sync()
    assert not _customers(books, "Before")
    [grace] = _customers(books, "Grace Hop")
    [engines] = _customers(books, "Analytical Engines")
    assert grace["PrimaryEmailAddr"]["Address"] == "grace@a.example"
    assert (engines["PrimaryPhone"]["FreeFormNumber"], engines["BillAddr"]["City"]) == (
        "2",
        "London",
    )
    assert len(_customers(books, "Known already")) == 1
    assert links(books, known) >= {"contacts"}
    assert links(books, engines) == {"companies"}
    assert_no_echo(books)


def test_p47_a_product_without_an_account_waits_until_one_is_chosen(books: Books) -> None:
    both_ways(books, SyncObject.PRODUCTS, creates_in_quickbooks=True)
    settle(books)
    make_in_hubspot(books, "products", name="Punched: card", hs_sku="CARD", price="0.35")
    settle(books)
    books.sync()
    [waiting] = _parked(books)
    assert (waiting.reason, waiting.next_at) == ("sync.back_no_account", None)
    books.configure(new_item_account_id=income(books))
    ParkedRecord.objects.for_portal(books.portal).update(next_at=now())
    books.sync()
    assert _parked(books) == []
    [card] = [each for each in everyone(books, "Item") if each["Name"] == "Punched - card"]
    assert (card["Sku"], str(card["UnitPrice"]), card["Type"]) == ("CARD", "0.35", "Service")


def test_p47_where_quickbooks_has_several_it_waits_and_a_retry_looks_again(books: Books) -> None:
    both_ways(books, creates_in_quickbooks=True)
    settle(books)
    first = customer(books, "Twin one", "twin@a.example")
    second = customer(books, "Twin two", "twin@a.example")
    contact = make_in_hubspot(books, "contacts", email="twin@a.example", firstname="Twin")
    settle(books)
    books.sync()
    [waiting] = _parked(books, IN_HUBSPOT)
    assert (waiting.subject_id, waiting.next_at) == (contact, None)
    assert waiting.reason == "sync.back_several"
    change(books, second, PrimaryEmailAddr={"Address": "other@a.example"})
    settle(books)
    books.sync()
    settle(books)
    [waiting] = _parked(books, IN_HUBSPOT)
    ParkedRecord.objects.for_portal(books.portal).filter(pk=waiting.pk).update(next_at=now())
    books.sync()
    assert _parked(books, IN_HUBSPOT) == []
    assert link(books, first).hubspot_id == contact


def test_b22_a_dry_run_lists_what_quickbooks_would_take_over_and_writes_nothing(
    books: Books,
) -> None:
    both_ways(books, creates_in_quickbooks=True)
    raw, contact = ada(books)
    other = customer(books, "Boole", "boole@a.example", FamilyName="Boole")
    books.sync()
    settle(books)
    make_in_hubspot(books, "contacts", email="grace@a.example", firstname="Grace", lastname="Hop")
    in_hubspot_change(books, "contacts", contact, phone="2")
    in_hubspot_change(books, "contacts", link(books, other).hubspot_id, lastname="Everest")
    change(books, raw, PrimaryPhone={"FreeFormNumber": "1"}, FamilyName="Lovelace")
    books.forget()
    row = look(books, dry_runs.of_sync())
    assert books.calls(writes=True) == []
    assert QuickBooksWrite.objects.for_portal(books.portal).count() == 0
    books.sync()
    listed, done = (
        {
            (each.operation, each.label, str(each.before), str(each.after))
            for each in model.objects.for_portal(books.portal).filter(**of)
            if each.operation in ("update_quickbooks", "create_in_quickbooks", "settle_conflict")
        }
        for model, of in ((PlannedEntry, {"dry_run": row}), (SyncEntry, {}))
    )
    assert {operation for operation, *_ in listed} == {
        "update_quickbooks",
        "create_in_quickbooks",
        "settle_conflict",
    }
    assert listed == done


def everyone(books: Books, kind: str) -> list[dict[str, Any]]:
    state = books.sandbox.state("quickbooks")["quickbooks"]["companies"]
    return list(state[books.company.realm_id][kind])


def _customers(books: Books, name: str) -> list[dict[str, Any]]:
    return [each for each in everyone(books, "Customer") if each["DisplayName"] == name]


def test_f22_what_a_crash_interrupted_is_finished_once(books: Books) -> None:
    both_ways(books, creates_in_quickbooks=True)
    settle(books)
    make_in_hubspot(books, "contacts", email="grace@a.example", firstname="Grace", lastname="Hop")
    settle(books)
    books.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "path": "/customer", "method": "POST"},
            "fault": {"kind": "reset", "when": "after_commit"},
        }
    )
    books.fails()
    assert QuickBooksWrite.objects.for_portal(books.portal).count() == 1
    books.sandbox.faults()
    books.sync()
    [grace] = _customers(books, "Grace Hop")
    assert links(books, grace) == {"contacts"}
    assert QuickBooksWrite.objects.for_portal(books.portal).count() == 0
    assert len(books.entries(operation="create_in_quickbooks")) == 1
    assert_no_echo(books)
