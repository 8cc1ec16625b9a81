"""Every method of the HubSpot gateway against the sandbox."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from integration.gateways.channel import Channel, FixedToken
from integration.gateways.errors import (
    AccountBlocked,
    NeedsReconnect,
    NotFound,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_associations import (
    DEAL_TO_CONTACT,
    INVOICE_TO_COMPANY,
    INVOICE_TO_DEAL,
    NOTE_TO_DEAL,
)
from integration.gateways.hubspot_objects import modified_property
from integration.gateways.transport import Transport
from integration.records.hubspot import PropertyDefinition, Write
from tests.gateways.conftest import HUB, calls, repeat
from tests.sandbox_process import SandboxProcess

GROUP = ("dealbooks", "QuickBooks invoices")


def text_property(name: str, unique: bool = False) -> PropertyDefinition:
    return PropertyDefinition(name, name.title(), "dealbooks", "string", "text", unique=unique)


def a_deal(hub: HubSpot) -> str:
    rows, _, _ = hub.search("deals", sort="hs_object_id", limit=1)
    return rows[0].id


def test_d23_portal_facts_and_rates(hub: HubSpot) -> None:
    facts = hub.portal_facts()
    assert (facts.hub_id, facts.currency, facts.domain) == (int(HUB), "USD", "")
    assert set(facts.additional_currencies) >= {"EUR"}
    assert facts.ui_domain
    rates = {rate.from_currency: rate for rate in hub.exchange_rates()}
    assert rates["EUR"].to_currency == "USD"
    assert rates["EUR"].rate > 0


def test_d08_percentages_of_the_portals_tax_rates(hub: HubSpot) -> None:
    rates = {rate.name: rate for rate in hub.tax_rates()}
    assert rates["California sales tax"].percent == Decimal("8.25")
    assert sorted(rate.percent for rate in rates.values()) == [0, Decimal("8.25"), 20]
    assert all(rate.id and rate.active for rate in rates.values())


def test_d05_owners_and_stages(hub: HubSpot) -> None:
    owners = hub.owners()
    assert all("@" in owner.email and owner.user_id for owner in owners)
    assert hub.deal_pipelines()["closedwon"].endswith("Closed won")


def test_hubspot_rule_23_a_deal_in_one_call(sandbox: SandboxProcess, hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    [company], [contact] = (
        [row.id for row in hub.search(kind, limit=1)[0]] for kind in ("companies", "contacts")
    )
    hub.associate("deals", "companies", [(deal_id, company)], 5)
    hub.associate("deals", "contacts", [(deal_id, contact)], DEAL_TO_CONTACT)
    [line] = hub.create(
        "line_items", [Write("l", {"name": "Chair", "price": "10"}, associations=((deal_id, 20),))]
    )
    sandbox.forget_history()
    deal = hub.deal(deal_id)
    assert len(calls(sandbox)) == 1
    assert deal.name
    assert isinstance(deal.amount, Decimal | None)
    assert isinstance(deal.close_date, date | None)
    assert deal.primary_company_id == company
    assert contact in deal.contact_ids
    assert line.id in deal.line_item_ids
    assert len(set(deal.company_ids)) == len(deal.company_ids)


def test_hubspot_rule_35_an_unknown_deal_is_not_found(hub: HubSpot) -> None:
    with pytest.raises(NotFound):
        hub.deal("99999999999")
    with pytest.raises(NotFound):
        hub.get("deals", "1/../../x?y=")


def test_f36_reads_drop_doubles_and_what_is_gone(sandbox: SandboxProcess, hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    sandbox.forget_history()
    found = hub.read("deals", [deal_id, deal_id, "99999999999", ""], ["dealname"])
    assert list(found) == [deal_id]
    assert found[deal_id].text("dealname")
    assert len(calls(sandbox)) == 1
    assert hub.read("deals", [], ["dealname"]) == {}


def test_perf_contacts_are_read_by_e_mail_in_any_case(hub: HubSpot) -> None:
    [made] = hub.create(
        "contacts", [Write("a", {"email": "zoe.q@example.com", "firstname": "Zoe"})]
    )
    found = hub.read(
        "contacts", ["ZOE.Q@example.com", "none@example.com"], ["firstname"], id_property="email"
    )
    assert {key: one.id for key, one in found.items()} == {"ZOE.Q@example.com": made.id}


def test_hubspot_rule_17_search_filters_sorts_and_pages(hub: HubSpot) -> None:
    hub.create(
        "products", [Write(str(n), {"name": f"Widget {n}", "price": str(n)}) for n in range(5)]
    )
    rows, total, after = hub.search(
        "products",
        filters=[("name", "CONTAINS_TOKEN", "widget*")],
        properties=["price"],
        sort="-price",
        limit=2,
    )
    assert (total, [row.text("price") for row in rows]) == (5, ["4", "3"])
    rest, _, _ = hub.search(
        "products",
        filters=[("name", "CONTAINS_TOKEN", "widget*")],
        sort="-price",
        limit=2,
        after=after,
    )
    assert not {row.id for row in rest} & {row.id for row in rows}
    _, total, _ = hub.search("products", filters=[("price", "BETWEEN", (1, 2)), ("name", "HAS_PROPERTY", None),
                                                        ("hs_object_id", "IN", [row.id for row in rows + rest])])  # fmt: skip
    assert total <= 2
    with pytest.raises(ValueError):
        hub.search("products", filters=[("name", "EQ", "x")] * 7)


def test_b27_each_page_of_a_long_search_begins_anew(sandbox: SandboxProcess, hub: HubSpot) -> None:
    for first in range(0, 450, 100):
        count = min(100, 450 - first)
        hub.create(
            "products", [Write(str(first + n), {"name": f"Bulk {first + n}"}) for n in range(count)]
        )
    sandbox.forget_history()
    since = (modified_property("products"), "GTE", 1_500_000_000_000)
    bulk = ("name", "CONTAINS_TOKEN", "bulk")
    pages = list(hub.search_all("products", [since, bulk], ["name"]))
    names = [row.text("name") for page in pages for row in page]
    assert len(names) == len(set(names)) == 450
    asked = calls(sandbox)
    assert len(asked) == len(pages) == 3
    assert not any("after" in json.loads(one["request_body"]) for one in asked)


@pytest.mark.long
def test_b27_a_search_returns_all_12000_rows(sandbox: SandboxProcess, hub: HubSpot) -> None:
    data = json.loads(Path("sandbox/scenarios/many.hubspot.json").read_text())
    data["portals"][0]["generate"] = {"contacts": 12_000}
    sandbox.admin("POST", "reset", {"data": {"hubspot": data}})
    sandbox.switch(search_lag_seconds=0, search_limit_per_second=0, burst_limit=0)
    pages = list(hub.search_all("contacts", (), ["email"]))
    emails = {row.text("email") for page in pages for row in page}
    assert emails == {f"customer{number}@generated.example" for number in range(1, 12_001)}
    assert sum(map(len, pages)) == 12_000
    assert len(calls(sandbox)) == 60


def test_f34_bad_records_fail_alone(sandbox: SandboxProcess, hub: HubSpot) -> None:
    writes = [
        Write(f"key-{n}", {"dealname": f"Deal {n}", "dealstage": "qualifiedtobuy"})
        for n in range(20)
    ]
    writes[7] = Write("key-7", {"dealname": "Bad", "amount": "ten"})
    sandbox.forget_history()
    results = {one.key: one for one in hub.create("deals", writes)}
    assert len(calls(sandbox)) == 1
    bad = results.pop("key-7")
    assert bad.error is not None
    assert bad.error[0].startswith("hubspot.")
    assert all(one.id and one.created and one.error is None for one in results.values())


def test_f35_a_refused_batch_is_halved_until_the_bad_record_stands_alone(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    sandbox.faults(
        {
            "match": {"path": "/contacts/batch/create", "body": "poison"},
            "fault": {
                "kind": "status",
                "status": 400,
                "body": '{"message":"bad","category":"VALIDATION_ERROR"}',
            },
            "times": -1,
        }
    )
    writes = [Write(f"key-{n}", {"email": f"person{n}@example.com"}) for n in range(100)]
    writes[37] = Write("key-37", {"email": "poison@example.com"})
    sandbox.forget_history()
    results = {one.key: one for one in hub.create("contacts", writes)}
    assert len(calls(sandbox)) <= 15
    assert results.pop("key-37").error == ("hubspot.VALIDATION_ERROR", "bad")
    assert all(one.id and one.error is None for one in results.values())


def test_hubspot_rule_15_a_taken_e_mail_names_its_contact(hub: HubSpot) -> None:
    [made] = hub.create("contacts", [Write("a", {"email": "taken@example.com"})])
    [again] = hub.create("contacts", [Write("b", {"email": "Taken@Example.com"})])
    assert (again.id, again.existing_id) == ("", made.id)
    assert again.error is not None
    assert again.error[0] == "hubspot.CONFLICT"


def test_f36_the_last_of_two_writes_to_one_record_wins(hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    results = hub.update(
        "deals",
        [Write("old", {"dealname": "Old"}, id=deal_id), Write("new", {"dealname": "New"}, id=deal_id),
         Write("gone", {"dealname": "Gone"}, id="99999999999")],
    )  # fmt: skip
    assert [one.key for one in results] == ["old", "new", "gone"]
    assert results[0].id == results[1].id == deal_id
    assert results[2].error is not None
    assert results[2].error[0] == "hubspot.OBJECT_NOT_FOUND"
    assert hub.get("deals", deal_id, ["dealname"]).text("dealname") == "New"


def test_d25_upsert_by_our_key_creates_once(hub: HubSpot) -> None:
    hub.ensure_properties("invoices", GROUP, [text_property("dealbooks_key", unique=True)])
    writes = [
        Write(
            f"w{n}",
            {
                "dealbooks_key": f"9341:Invoice:{n}",
                "hs_currency": "USD",
                "hs_invoice_billable": "false",
            },
        )
        for n in range(3)
    ]
    first = hub.upsert("invoices", writes, "dealbooks_key")
    second = hub.upsert("invoices", writes, "dealbooks_key")
    assert [one.created for one in first] == [True] * 3
    assert [one.created for one in second] == [False] * 3
    assert [one.id for one in first] == [one.id for one in second]


def test_f23_a_lost_answer_is_healed_by_the_same_upsert(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    hub.ensure_properties("invoices", GROUP, [text_property("dealbooks_key", unique=True)])
    writes = [Write("w", {"dealbooks_key": "9341:Invoice:9", "hs_currency": "USD"})]
    sandbox.faults(
        {
            "match": {"path": "/invoices/batch/upsert"},
            "fault": {"kind": "reset", "when": "after_commit"},
        }
    )
    with pytest.raises(Unavailable) as caught:
        hub.upsert("invoices", writes, "dealbooks_key")
    assert caught.value.sent
    [again] = hub.upsert("invoices", writes, "dealbooks_key")
    assert not again.created


def test_f34_what_was_written_before_an_outage_is_told(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    sandbox.faults(
        {"match": {"path": "/products/batch/create", "nth": 2}, "fault": {"kind": "html"}}
    )
    results = hub.create("products", [Write(f"k{n}", {"name": f"P {n}"}) for n in range(150)])
    assert all(one.id for one in results[:100])
    assert {one.error for one in results[100:]} == {("hubspot.http_502", "")}


def test_hubspot_rule_06_an_empty_value_clears(hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    hub.update("deals", [Write("a", {"description": "text"}, id=deal_id)])
    hub.update("deals", [Write("a", {"description": None}, id=deal_id)])
    assert hub.get("deals", deal_id, ["description"]).text("description") == ""


def test_hubspot_rule_35_archived_objects_are_gone(hub: HubSpot) -> None:
    made = hub.create("products", [Write("a", {"name": "Gone soon"})])[0].id
    hub.archive("products", [made, made, "99999999999"])
    assert hub.read("products", [made], ["name"]) == {}
    hub.archive("products", [made])


def test_d24_associations_both_ways(hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    [invoice] = hub.create(
        "invoices", [Write("i", {"hs_currency": "USD", "hs_invoice_billable": "false"})]
    )
    [company] = [row.id for row in hub.search("companies", limit=1)[0]]
    results = hub.associate(
        "invoices", "deals", [(invoice.id, deal_id), (invoice.id, "99999999999")], INVOICE_TO_DEAL
    )
    assert [one.key for one in results] == [f"{invoice.id}:{deal_id}", f"{invoice.id}:99999999999"]
    assert results[0].error is None
    assert results[1].error is not None
    hub.associate("invoices", "companies", [(invoice.id, company)], INVOICE_TO_COMPANY)
    assert hub.associations("invoices", "deals", [invoice.id]) == {invoice.id: (deal_id,)}
    assert invoice.id in hub.associations("deals", "invoices", [deal_id])[deal_id]
    again = hub.associate("invoices", "deals", [(invoice.id, deal_id)], INVOICE_TO_DEAL)
    assert again[0].error is None
    hub.dissociate("invoices", "deals", [(invoice.id, deal_id)])
    assert hub.associations("invoices", "deals", [invoice.id]) == {invoice.id: ()}


def test_hubspot_rule_24_a_wrong_direction_is_refused(hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    [contact] = [row.id for row in hub.search("contacts", limit=1)[0]]
    [result] = hub.associate("deals", "contacts", [(deal_id, contact)], 4)
    assert result.error is not None


def test_s07_notes_of_a_deal(hub: HubSpot) -> None:
    deal_id = a_deal(hub)
    before = len(hub.notes_of(deal_id))
    body: dict[str, Any] = {
        "hs_timestamp": "2026-11-23T10:00:00Z",
        "hs_note_body": "<b>Payment</b> ref DB-1",
    }
    [made] = hub.create("notes", [Write("n", body, associations=((deal_id, NOTE_TO_DEAL),))])
    notes = {note.id: note for note in hub.notes_of(deal_id)}
    assert len(notes) == before + 1
    assert "DB-1" in notes[made.id].text("hs_note_body")


def test_d25_properties_are_made_once_and_options_added(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    wanted = [text_property("dealbooks_a"), PropertyDefinition(
        "dealbooks_status", "Status", "dealbooks", "enumeration", "select", options=(("sent", "Sent"),))]  # fmt: skip
    assert hub.ensure_properties("deals", GROUP, wanted) == ["dealbooks_a", "dealbooks_status"]
    sandbox.forget_history()
    assert hub.ensure_properties("deals", GROUP, wanted) == []
    assert [one["method"] for one in calls(sandbox)] == ["GET"]
    more = PropertyDefinition(
        "dealbooks_status",
        "Status",
        "dealbooks",
        "enumeration",
        "select",
        options=(("paid", "Paid"),),
    )
    assert hub.ensure_properties("deals", GROUP, [more]) == []
    found = {one.name: one for one in hub.properties("deals")}["dealbooks_status"]
    assert [value for value, _ in found.options] == ["sent", "paid"]


def test_d25_a_full_portal_gets_what_fits_and_says_so(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    sandbox.switch(custom_property_limit=2)
    wanted = [text_property(f"dealbooks_{letter}") for letter in "abcd"]
    with pytest.raises(AccountBlocked) as caught:
        hub.ensure_properties("deals", GROUP, wanted)
    assert caught.value.code == "hubspot.property_limit"
    assert caught.value.parameters == {
        "kind": "deals",
        "missing": "2",
        "detail": "dealbooks_c dealbooks_d",
    }
    names = {one.name for one in hub.properties("deals")}
    assert {"dealbooks_a", "dealbooks_b"} <= names
    assert "dealbooks_c" not in names


def test_d25_a_property_of_another_type_is_left_to_a_person(hub: HubSpot) -> None:
    hub.ensure_properties("deals", GROUP, [text_property("dealbooks_key")])
    with pytest.raises(Rejected) as caught:
        hub.ensure_properties("deals", GROUP, [text_property("dealbooks_key", unique=True)])
    assert (caught.value.code, caught.value.parameters["field"]) == (
        "hubspot.property_mismatch",
        "dealbooks_key",
    )


def test_hubspot_rule_02_an_unknown_token_needs_a_reconnect(
    sandbox: SandboxProcess, hubspot_transport: Transport
) -> None:
    hub = HubSpot(Channel(hubspot_transport, HUB, FixedToken("nobody")), sandbox.hubspot)
    for ask in (hub.portal_facts, hub.owners):
        with pytest.raises(NeedsReconnect):
            ask()


def test_hubspot_rule_19_throttled_by_second_window_and_day(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    sandbox.switch(search_limit_per_second=1)
    with pytest.raises(RateLimited) as caught:
        repeat(3, lambda: hub.search("deals"))
    assert caught.value.retry_after == 1
    sandbox.switch(daily_limit=1)
    with pytest.raises(QuotaExhausted):
        repeat(3, hub.portal_facts)


def test_hubspot_rule_11_the_library_meets_the_same_faults(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    for kind, code in (
        ("html", "hubspot.http_502"),
        ("malformed", "net.unreadable"),
        ("truncate", "net.truncated"),
    ):
        sandbox.faults({"match": {"path": "/owners"}, "fault": {"kind": kind}, "times": 2})
        with pytest.raises(Unavailable) as caught:
            hub.owners()
        assert caught.value.code == code
