"""Pages for people, scenarios, and the portal's own validation rules."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox, problems, to


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def page(hubspot: HubSpotSandbox, path: str, status: int = 200) -> str:
    reply = hubspot.call("GET", path, token="")
    assert reply.status == status
    assert "HubSpot (sandbox)</title>" in reply.body
    return str(reply.body)


def test_accounts_and_deal_list(hubspot: HubSpotSandbox) -> None:
    assert "harborlight-europe.example" in page(hubspot, "/")
    deals = page(hubspot, f"/contacts/{PORTAL}/objects/0-3/views/all/list")
    assert deals.count("/record/0-3/") == 40
    assert "Zephyr “Wind” Energy" in deals
    assert "3,002.00 GBP" in deals


def test_the_deal_record_shows_what_the_product_writes(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.first("deals")
    path = f"/contacts/{PORTAL}/record/0-3/{deal}"
    assert "QuickBooks invoices" not in page(hubspot, path)
    group = {"name": "dealbooks", "label": "QuickBooks invoices"}
    hubspot.post("/crm/v3/properties/deals/groups", group)
    definition = {
        "name": "dealbooks_amount_invoiced", "label": "Amount invoiced", "groupName": "dealbooks",
        "type": "number", "fieldType": "number", "numberDisplayHint": "currency",
    }  # fmt: skip
    hubspot.post("/crm/v3/properties/deals", definition)
    hubspot.patch("deals", deal, dealbooks_amount_invoiced="1200.5")
    for hour, text in (
        (9, "First <b>note</b> of O&#x27;Hara &lt;i&gt;"),
        (11, "Second <script>alert(1)</script>"),
    ):
        stamp = f"2026-11-23T{hour:02d}:00:00Z"
        hubspot.create("notes", [to(deal, 214)], hs_timestamp=stamp, hs_note_body=text)
    hubspot.create(
        "invoices", [to(deal, 175)], hs_currency="USD", hs_invoice_billable="false",
        hs_invoice_status="paid", hs_amount_billed="1200.50", hs_number="1042",
    )  # fmt: skip
    shown = page(hubspot, path)
    for text in (
        "QuickBooks invoices", "1,200.50 USD", "First <b>note</b> of O&#x27;Hara &lt;i&gt;<", "&lt;script&gt;",
        "1042",
        "Amy Lauterbach", "Create invoice", "Published", "due 0.00 USD",
    ):  # fmt: skip
        assert text in shown
    assert "<script>" not in shown
    assert shown.index("Second") < shown.index("First <b>")


def test_quotes_are_shown_expired_and_signed(hubspot: HubSpotSandbox) -> None:
    rows = hubspot.get("/crm/v3/objects/quotes", limit=50, properties="hs_title").body["results"]
    badges = {
        row["properties"]["hs_title"]: page(hubspot, f"/contacts/{PORTAL}/record/0-14/{row['id']}")
        for row in rows
    }
    assert ">Expired</span>" in badges["Counter replacement"]
    assert ">Signed</span>" in badges["Flagship tea room"]
    assert ">Published</span>" in badges["Salon de thé"]


@pytest.mark.parametrize(
    "path",
    [
        "/contacts/1/objects/0-3/views/all/list",
        f"/contacts/{PORTAL}/record/0-3/1",
        f"/contacts/{PORTAL}/record/0-99/1",
        "/contacts/x/record/0-3/1",
        f"/quotes/{PORTAL}/none",
    ],
)
def test_unknown_pages_say_so(hubspot: HubSpotSandbox, path: str) -> None:
    assert "Not found" in page(hubspot, path, 404)


def test_a_reset_gives_the_same_ids_and_tokens_again(hubspot: HubSpotSandbox) -> None:
    first = hubspot.connect()["access_token"]
    ids = hubspot.get("/crm/v3/objects/quotes", limit=50).ids
    hubspot.create("deals", dealname="Extra")
    assert hubspot.post("/__sandbox/reset", {"scenario": "demo"}).status == 200
    assert hubspot.get("/crm/v3/objects/quotes", limit=50).ids == ids
    assert len(hubspot.get("/crm/v3/objects/deals", limit=100).ids) == 40
    assert hubspot.call("GET", "/crm/v3/owners", token=first).status == 401
    hubspot.switch(burst_limit=0)
    assert hubspot.connect()["access_token"] == first


def test_the_empty_scenario_has_people_and_no_records() -> None:
    with HubSpotSandbox(scenario="empty") as hubspot:
        assert hubspot.get("/crm/v3/objects/deals").body == {"results": []}
        assert len(hubspot.get("/crm/v3/owners").body["results"]) == 4


def portal_with(**given: Any) -> dict[str, Any]:
    people = [{"email": "a@b.example", "firstName": "A", "lastName": "B", "team": "T"}]
    base = {"id": PORTAL, "name": "p.example", "static_token": "pat-na1-sandbox-demo"}
    return {"data": {"hubspot": {"portals": [{**base, "owners": people, **given}]}}}


def test_contacts_can_be_generated(hubspot: HubSpotSandbox) -> None:
    hubspot.post("/__sandbox/reset", portal_with(generate={"contacts": 1200}))
    assert hubspot.search("contacts", limit=1).body["total"] == 1200


def test_validation_rules_bind_the_newest_version_only(hubspot: HubSpotSandbox) -> None:
    rule = {"propertyName": "dealname", "ruleType": "MAX_LENGTH", "ruleArguments": ["5"]}
    settings = {"validation_rules": {"deals": [rule]}}
    hubspot.post("/__sandbox/reset", portal_with(settings=settings))
    body = {"properties": {"dealname": "Too long"}}
    assert hubspot.post("/crm/v3/objects/deals", body).status == 201
    assert hubspot.post("/crm/objects/2026-03/deals", body).status == 201
    for path, given in (("", body), ("/batch/create", {"inputs": [body]})):
        refused = hubspot.post(f"/crm/objects/2026-09/deals{path}", given)
        assert problems(refused) == {"dealname": "VALIDATION_RULE"}
    assert hubspot.get("/crm/property-validations/2026-09/0-3").body["results"] == [rule]
