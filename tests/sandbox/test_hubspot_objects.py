"""Records: rules 1, 6 to 16, 35 and 36 of the HubSpot reference."""

from collections.abc import Iterator

import pytest

from tests.sandbox.hubspot_client import HubSpotSandbox, problems

UNIQUE = {
    "name": "dealbooks_key", "label": "Key", "groupName": "dealinformation", "type": "string",
    "fieldType": "text", "hasUniqueValue": True,
}  # fmt: skip


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def test_hubspot_rule_01_versions_share_one_store(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="One store")
    for path in ("/crm/v3/objects/deals", "/crm/objects/2026-03/0-3", "/crm/objects/2026-09/deal"):
        assert hubspot.get(f"{path}/{deal}").body["properties"]["dealname"] == "One store"
    for path in ("/crm/objects/2025-03/deals", "/crm/v5/objects/deals", "/crm/objects/v3/deals"):
        assert hubspot.get(path).status == 404


def test_hubspot_rule_06_ids_and_values_are_text_or_null(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="Text", amount=10)
    company = hubspot.create("companies", name="Text")
    record = hubspot.read("deals", deal, "amount", "description", "hs_is_closed")
    assert record["properties"]["amount"] == "10"
    assert record["properties"]["description"] is None
    assert record["properties"]["hs_is_closed"] == "false"
    assert record["id"].isdigit()
    assert deal != company
    assert int(deal) > 2**31


def test_hubspot_rule_07_reads_give_asked_and_default_properties(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.first("deals")
    plain = hubspot.read("deals", deal)["properties"]
    assert set(plain) == {
        "dealname", "amount", "closedate", "pipeline", "dealstage", "createdate",
        "hs_lastmodifieddate", "hs_object_id",
    }  # fmt: skip
    asked = hubspot.get(
        f"/crm/v3/objects/deals/{deal}", properties=["dealtype", "nonsense", "hs_next_step"]
    ).body["properties"]
    assert asked["hs_next_step"] is None
    assert "nonsense" not in asked
    assert "dealname" not in asked
    assert {"createdate", "hs_lastmodifieddate", "hs_object_id"} < set(asked)
    quote = hubspot.read("quotes", hubspot.first("quotes"))["properties"]
    assert {"hs_title", "hs_status", "hs_expiration_date", "hs_createdate"} < set(quote)


def test_hubspot_rule_08_every_write_raises_the_modified_stamp(hubspot: HubSpotSandbox) -> None:
    hubspot.world.clock.freeze(True)
    contact = hubspot.create("contacts", email="stamps@example.com")
    deal = hubspot.create("deals", dealname="Stamps")
    seen = []
    for _ in range(3):
        hubspot.patch("contacts", contact, firstname="Same")
        seen.append(hubspot.read("contacts", contact)["properties"]["lastmodifieddate"])
    assert seen == sorted(set(seen))
    assert "hs_lastmodifieddate" not in hubspot.read("contacts", contact)["properties"]
    assert "lastmodifieddate" not in hubspot.read("deals", deal)["properties"]


def test_hubspot_rule_09_statuses(hubspot: HubSpotSandbox) -> None:
    url = "/crm/v3/objects/deals"
    made = hubspot.post(url, {"properties": {"dealname": "A"}})
    deal = made.body["id"]
    again = {"inputs": [{"id": deal, "properties": {"amount": "2"}}]}
    assert made.status == 201
    assert hubspot.patch("deals", deal, amount="1").status == 200
    assert hubspot.search("deals", limit=1).status == 200
    assert hubspot.post(f"{url}/batch/read", {"inputs": [{"id": deal}]}).status == 200
    assert hubspot.post(f"{url}/batch/update", again).status == 200
    assert hubspot.post(f"{url}/batch/create", {"inputs": [{"properties": {}}]}).status == 201
    mixed = hubspot.post(f"{url}/batch/read", {"inputs": [{"id": deal}, {"id": "1"}]})
    assert mixed.status == 207
    assert hubspot.call("DELETE", f"{url}/{deal}").status == 204
    assert hubspot.call("DELETE", f"{url}/{deal}").status == 204
    assert hubspot.post(f"{url}/batch/archive", {"inputs": [{"id": deal}]}).status == 204


def test_hubspot_rule_10_batches_have_at_most_100_different_inputs(hubspot: HubSpotSandbox) -> None:
    url = "/crm/v3/objects/deals/batch"
    many = {"inputs": [{"id": str(number)} for number in range(101)]}
    for action in ("read", "update", "archive"):
        reply = hubspot.post(f"{url}/{action}", many)
        assert (reply.status, reply.category) == (400, "VALIDATION_ERROR")
    deal = hubspot.first("deals")
    double = {"inputs": [{"id": deal, "properties": {}}, {"id": deal, "properties": {}}]}
    assert hubspot.post(f"{url}/read", double).status == 400
    assert hubspot.post(f"{url}/update", double).status == 400


def test_hubspot_rule_11_failures_are_grouped_by_id(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.first("deals")
    body = {"inputs": [{"id": deal}, {"id": "998"}, {"id": "999"}]}
    reply = hubspot.post("/crm/objects/2026-03/deals/batch/read", body)
    assert reply.status == 207
    assert reply.body["status"] == "COMPLETE"
    assert reply.body["numErrors"] == 1
    error = reply.body["errors"][0]
    assert (error["category"], error["context"]["ids"]) == ("OBJECT_NOT_FOUND", ["998", "999"])
    newer = hubspot.post("/crm/objects/2026-09/deals/batch/read", body)
    assert newer.status == 200
    assert newer.body["errors"] == reply.body["errors"]


def test_hubspot_rule_12_batch_create_is_all_or_nothing_without_traces(
    hubspot: HubSpotSandbox,
) -> None:
    good, bad = {"properties": {"dealname": "Atomic"}}, {"properties": {"amount": "many"}}
    url = "/crm/v3/objects/deals/batch/create"
    before = len(hubspot.hubspot.portals[48100001].records["deals"])
    assert hubspot.post(url, {"inputs": [good, bad]}).status == 400
    assert len(hubspot.hubspot.portals[48100001].records["deals"]) == before
    traced = [{**good, "objectWriteTraceId": "a"}, {**bad, "objectWriteTraceId": "b"}]
    reply = hubspot.post(url, {"inputs": traced})
    assert reply.status == 207
    assert reply.body["results"][0]["objectWriteTraceId"] == "a"
    assert reply.body["errors"][0]["context"]["objectWriteTraceId"] == ["b"]
    same = [{**row, "objectWriteTraceId": "a"} for row in (good, bad)]
    assert hubspot.post(url, {"inputs": same}).status == 400
    contacts = [{"properties": {"email": "amy@amysbirds.example"}}]
    assert hubspot.post("/crm/v3/objects/contacts/batch/create", {"inputs": contacts}).status == 409


def test_hubspot_rule_13_upsert_needs_a_unique_property(hubspot: HubSpotSandbox) -> None:
    url = "/crm/v3/objects/deals/batch/upsert"
    row = {"id": "k-1", "idProperty": "dealbooks_key", "properties": {"dealname": "First"}}
    assert hubspot.post(url, {"inputs": [row]}).status == 400
    assert hubspot.post("/crm/v3/properties/deals", UNIQUE).status == 201
    made = hubspot.post(url, {"inputs": [row]})
    assert (made.status, made.body["results"][0]["new"]) == (200, True)
    again = hubspot.post(url, {"inputs": [{**row, "properties": {"dealname": "Second"}}]})
    result = again.body["results"][0]
    assert (result["new"], result["id"]) == (False, made.body["results"][0]["id"])
    found = hubspot.get("/crm/v3/objects/deals/k-1", idProperty="dealbooks_key")
    assert found.body["properties"]["dealname"] == "Second"
    contact = {"id": "New@Example.com", "idProperty": "email", "properties": {"firstname": "N"}}
    reply = hubspot.post("/crm/v3/objects/contacts/batch/upsert", {"inputs": [contact]})
    assert reply.body["results"][0]["properties"]["email"] == "new@example.com"


@pytest.mark.parametrize(("status", "category"), [(400, "VALIDATION_ERROR"), (409, "CONFLICT")])
def test_hubspot_rule_13_a_taken_unique_value_is_refused_in_either_way(
    hubspot: HubSpotSandbox, status: int, category: str
) -> None:
    hubspot.switch(unique_clash_status=status)
    hubspot.post("/crm/v3/properties/deals", UNIQUE)
    hubspot.create("deals", dealbooks_key="taken")
    reply = hubspot.post("/crm/v3/objects/deals", {"properties": {"dealbooks_key": "taken"}})
    assert (reply.status, reply.category) == (status, category)
    assert "already has that value" in reply.body["message"]


def test_hubspot_rule_14_property_errors_name_property_and_code(hubspot: HubSpotSandbox) -> None:
    values = {
        "amount": "ten", "dealtype": "odd", "closedate": "soon", "nope": "1",
        "hs_is_closed": "true", "dealstage": "nowhere", "hubspot_owner_id": "1",
        "hs_priority": "low ",
    }  # fmt: skip
    reply = hubspot.post("/crm/v3/objects/deals", {"properties": values})
    assert (reply.status, reply.category) == (400, "VALIDATION_ERROR")
    assert problems(reply) == {
        "amount": "INVALID_FLOAT",
        "dealtype": "INVALID_OPTION",
        "closedate": "INVALID_DATE",
        "nope": "PROPERTY_DOESNT_EXIST",
        "hs_is_closed": "READ_ONLY_VALUE",
        "dealstage": "INVALID_OPTION",
        "hubspot_owner_id": "INVALID_OWNER_ID",
        "hs_priority": "INVALID_WHITESPACE",
    }
    contact = hubspot.post("/crm/v3/objects/contacts", {"properties": {"email": "no address"}})
    assert problems(contact) == {"email": "INVALID_EMAIL"}
    quote = hubspot.post("/crm/v3/objects/quotes", {"properties": {"hs_title": "Q"}})
    assert problems(quote) == {"hs_expiration_date": "REQUIRED_PROPERTY"}


def test_hubspot_rule_14_values_are_normalised_and_cleared(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname=" kept ", closedate=1_780_272_000_000)
    record = hubspot.read("deals", deal, "dealname", "closedate")["properties"]
    assert (record["dealname"], record["closedate"]) == (" kept ", "2026-06-01T00:00:00.000Z")
    hubspot.patch("deals", deal, closedate="", dealname=None)
    record = hubspot.read("deals", deal, "dealname", "closedate")["properties"]
    assert (record["dealname"], record["closedate"]) == (None, None)


def test_hubspot_rule_15_contact_emails_are_unique(hubspot: HubSpotSandbox) -> None:
    first = hubspot.create("contacts", email="Twice@Example.com")
    reply = hubspot.post("/crm/v3/objects/contacts", {"properties": {"email": "TWICE@example.COM"}})
    assert (reply.status, reply.category) == (409, "CONFLICT")
    assert reply.body["message"] == f"Contact already exists. Existing ID: {first}"
    by_email = hubspot.get("/crm/v3/objects/contacts/twice@example.com", idProperty="email")
    assert by_email.body["id"] == first
    hubspot.call("DELETE", f"/crm/v3/objects/contacts/{first}")
    assert hubspot.create("contacts", email="twice@example.com") != first


def test_hubspot_rule_16_property_definitions(hubspot: HubSpotSandbox) -> None:
    url = "/crm/properties/2026-03/deals"
    assert hubspot.post(url, UNIQUE).status == 201
    again = hubspot.post(url, UNIQUE)
    assert (again.status, again.category) == (409, "CONFLICT")
    assert hubspot.post(url, {**UNIQUE, "name": "b", "groupName": "missing"}).status == 400
    assert hubspot.post(url, {**UNIQUE, "name": "Upper"}).status == 400
    assert hubspot.post(url, {**UNIQUE, "name": "b", "fieldType": "number"}).status == 400
    change = hubspot.call("PATCH", f"{url}/dealbooks_key", {"hasUniqueValue": False})
    assert change.status == 400
    for number in range(2, 11):
        assert hubspot.post(url, {**UNIQUE, "name": f"key_{number}"}).status == 201
    assert hubspot.post(url, {**UNIQUE, "name": "key_11"}).status == 400
    assert hubspot.get(f"{url}/nope").status == 404
    assert hubspot.call("DELETE", f"{url}/key_2").status == 204
    assert "key_2" not in [row["name"] for row in hubspot.get(url).body["results"]]


def test_hubspot_rule_16_groups_batches_and_the_portal_limit(hubspot: HubSpotSandbox) -> None:
    url = "/crm/v3/properties/deals"
    group = {"name": "dealbooks", "label": "QuickBooks invoices"}
    assert hubspot.post(f"{url}/groups", group).status == 201
    assert hubspot.post(f"{url}/groups", group).status == 409
    one = {
        "name": "dealbooks_invoice_status", "label": "Invoice status", "groupName": "dealbooks",
        "type": "enumeration", "fieldType": "select",
        "options": [{"label": "Sent", "value": "sent"}, {"label": "Paid", "value": "paid"}],
    }  # fmt: skip
    assert hubspot.post(f"{url}/batch/create", {"inputs": [one]}).status == 201
    mixed = hubspot.post(f"{url}/batch/create", {"inputs": [one, {**one, "name": "other_one"}]})
    assert (mixed.status, mixed.body["numErrors"]) == (207, 1)
    deal = hubspot.create("deals", dealbooks_invoice_status="sent")
    assert problems(hubspot.patch("deals", deal, dealbooks_invoice_status="lost")) == {
        "dealbooks_invoice_status": "INVALID_OPTION"
    }
    limits = hubspot.get("/crm/limits/2026-03/custom-properties").body["byObjectType"]
    assert next(row["usage"] for row in limits if row["objectTypeId"] == "0-3") == 2
    hubspot.switch(custom_property_limit=2)
    assert hubspot.post(url, {**one, "name": "third"}).status == 400


def test_hubspot_rule_35_archived_records(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="Gone")
    hubspot.call("DELETE", f"/crm/v3/objects/deals/{deal}")
    assert hubspot.get(f"/crm/v3/objects/deals/{deal}").status == 404
    found = hubspot.get(f"/crm/v3/objects/deals/{deal}", archived="true")
    assert found.body["archived"] is True
    assert "archivedAt" in found.body
    assert hubspot.patch("deals", deal, dealname="Back").status == 404
    assert deal in hubspot.get("/crm/v3/objects/deals", archived="true").ids
    assert hubspot.search("deals", query="Gone").body["total"] == 0


def test_hubspot_rule_36_the_loser_of_a_merge_leads_to_the_winner(hubspot: HubSpotSandbox) -> None:
    winner = hubspot.create("contacts", email="winner@example.com", firstname="Win")
    loser = hubspot.create("contacts", email="loser@example.com", lastname="Lose")
    body = {"primaryObjectId": winner, "objectIdToMerge": loser}
    assert hubspot.post("/crm/v3/objects/contacts/merge", body).body["id"] == winner
    found = hubspot.read("contacts", loser, "firstname", "lastname", "email")
    assert found["id"] == winner
    assert found["properties"]["email"] == "winner@example.com"
    assert found["properties"]["lastname"] == "Lose"
    reply = hubspot.post("/crm/v3/objects/contacts", {"properties": {"email": "loser@example.com"}})
    assert reply.body["message"].endswith(f"Existing ID: {winner}")


def test_history_of_a_property_lists_newest_first(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="One")
    hubspot.patch("deals", deal, dealname="Two")
    url = f"/crm/v3/objects/deals/{deal}"
    past = hubspot.get(url, propertiesWithHistory="dealname").body["propertiesWithHistory"]
    assert [row["value"] for row in past["dealname"]] == ["Two", "One"]
