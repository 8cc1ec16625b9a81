"""Searching: rules 17 and 18 of the HubSpot reference."""

from collections.abc import Iterator

import pytest

from tests.sandbox.hubspot_client import HubSpotSandbox, eq, to


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def one(name: str = "amount", value: str = "1") -> dict[str, str]:
    return {"propertyName": name, "operator": "EQ", "value": value}


def total(hubspot: HubSpotSandbox, name: str, operator: str, **given: object) -> int:
    rule = {"propertyName": name, "operator": operator, **given}
    reply = hubspot.search("deals", filterGroups=[{"filters": [rule]}])
    assert reply.status == 200, reply.body
    return int(reply.body["total"])


@pytest.mark.parametrize(
    "body",
    [
        {"filterGroups": [{"filters": [one()]}] * 6},
        {"filterGroups": [{"filters": [one()] * 7}]},
        {"filterGroups": [{"filters": [one()] * 4}] * 5},
        {"sorts": ["amount", "dealname"]},
        {"limit": 201},
        {"limit": 0.5},
        {"after": "abc"},
        {"after": "9999"},
        {"query": "x" * 3001},
        {"filterGroups": [{"filters": [{"propertyName": "nope", "operator": "EQ", "value": 1}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "IS", "value": 1}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "IN"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "EQ"}]}]},
        {"filterGroups": "all"},
        {"sorts": ["nope"]},
    ],
)
def test_hubspot_rule_17_limits(hubspot: HubSpotSandbox, body: dict[str, object]) -> None:
    reply = hubspot.search("deals", **body)
    assert (reply.status, reply.category) == (400, "VALIDATION_ERROR")


def test_hubspot_rule_17_just_within_the_limits(hubspot: HubSpotSandbox) -> None:
    groups = [{"filters": [one()] * 3}] * 4 + [{"filters": [one()] * 6}]
    assert hubspot.search("deals", filterGroups=groups).status == 200
    assert hubspot.search("deals", after="9800", limit=200).status == 200


def test_hubspot_rule_17_operators(hubspot: HubSpotSandbox) -> None:
    for name, amount in (("Alpha one", "10"), ("Beta two", "20.50"), ("Gamma", None)):
        hubspot.create("deals", dealname=name, amount=amount, description="opcheck")
    base = {"propertyName": "description", "operator": "EQ", "value": "opcheck"}

    def names(**rule: object) -> set[str]:
        groups = [{"filters": [base, rule]}]
        rows = hubspot.search("deals", filterGroups=groups, properties=["dealname"])
        return {row["properties"]["dealname"][:1] for row in rows.body["results"]}

    def by_amount(operator: str, **given: object) -> set[str]:
        return names(propertyName="amount", operator=operator, **given)

    assert by_amount("EQ", value="20.5") == {"B"}
    assert by_amount("NEQ", value="10") == {"B"}
    assert by_amount("GT", value="10") == {"B"}
    assert by_amount("GTE", value="10") == {"A", "B"}
    assert by_amount("LT", value="20.50") == {"A"}
    assert by_amount("LTE", value="20.50") == {"A", "B"}
    assert by_amount("BETWEEN", value="5", highValue="15") == {"A"}
    assert by_amount("IN", values=["10", "11"]) == {"A"}
    assert by_amount("HAS_PROPERTY") == {"A", "B"}
    assert by_amount("NOT_HAS_PROPERTY") == {"G"}
    assert names(propertyName="dealname", operator="CONTAINS_TOKEN", value="al*") == {"A"}
    assert names(propertyName="dealname", operator="NOT_CONTAINS_TOKEN", value="two") == {"A", "G"}


def test_hubspot_rule_17_letter_case(hubspot: HubSpotSandbox) -> None:
    hubspot.create("deals", dealname="Case Check", dealtype="newbusiness", description="cc")
    assert total(hubspot, "dealname", "EQ", value="CASE check") == 1
    assert total(hubspot, "dealname", "IN", values=["case check"]) == 1
    assert total(hubspot, "dealname", "IN", values=["Case Check"]) == 0
    assert total(hubspot, "dealtype", "EQ", value="NewBusiness") == 0


def test_hubspot_rule_17_order_pages_and_associations(hubspot: HubSpotSandbox) -> None:
    sort = [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]
    first = hubspot.search("deals", sorts=sort, limit=25)
    assert first.body["total"] == 40
    assert first.body["paging"]["next"]["after"] == "25"
    rest = hubspot.search("deals", sorts=sort, limit=25, after="25")
    ids = [int(row) for row in first.ids + rest.ids]
    assert ids == sorted(ids, reverse=True)
    assert "paging" not in rest.body
    deal = hubspot.first("deals")
    found = hubspot.search("contacts", filterGroups=eq("associations.deal", deal))
    assert found.body["total"] == 1
    assert hubspot.search("companies", query="bird sanct").body["total"] == 1


def test_hubspot_rule_17_the_first_sort_field_orders_missing_values_last(
    hubspot: HubSpotSandbox,
) -> None:
    rows = hubspot.search("deals", sorts=["-amount"], limit=200, properties=["amount"]).body
    amounts = [row["properties"]["amount"] for row in rows["results"]]
    assert amounts[-1] is None
    numbers = [float(amount) for amount in amounts if amount]
    assert numbers == sorted(numbers, reverse=True)


def test_hubspot_rule_18_the_index_lags_behind_writes(hubspot: HubSpotSandbox) -> None:
    hubspot.world.clock.freeze(True)
    hubspot.switch(search_lag_seconds=5)
    deal = hubspot.create("deals", dealname="Lagging")
    assert hubspot.read("deals", deal)["properties"]["dealname"] == "Lagging"
    assert hubspot.search("deals", query="lagging").ids == []
    hubspot.advance(4)
    hubspot.patch("deals", deal, dealname="Renamed")
    hubspot.advance(1)
    assert hubspot.search("deals", query="lagging").ids == [deal]
    assert hubspot.search("deals", query="renamed").ids == []
    hubspot.advance(4)
    assert hubspot.search("deals", query="renamed").ids == [deal]
    hubspot.call("DELETE", f"/crm/v3/objects/deals/{deal}")
    assert hubspot.search("deals", query="renamed").ids == [deal]
    hubspot.advance(5)
    assert hubspot.search("deals", query="renamed").ids == []


def test_hubspot_rule_18_without_lag_writes_show_at_once(hubspot: HubSpotSandbox) -> None:
    contact = hubspot.first("contacts")
    deal = hubspot.create("deals", [to(contact, 3)], dealname="Prompt")
    assert hubspot.search("deals", query="prompt").ids == [deal]
    found = hubspot.search("deals", filterGroups=eq("associations.contact", contact))
    assert deal in found.ids
