"""Associations: rules 23 to 27 of the HubSpot reference."""

from collections.abc import Iterator

import pytest

from tests.sandbox.hubspot_client import HubSpotSandbox, spec, to

EXPIRES = "2030-01-01"


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def linked(hubspot: HubSpotSandbox, path: str) -> dict[str, list[int]]:
    """Linked ids with their type ids."""
    reply = hubspot.get(path)
    assert reply.status == 200, reply.body
    return {
        str(row["toObjectId"]): [one["typeId"] for one in row["associationTypes"]]
        for row in reply.body["results"]
    }


def test_hubspot_rule_23_line_items_come_under_a_key_with_a_space(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.first("deals")
    names = "contacts,companies,quotes,line_items,invoices"
    found = hubspot.read("deals", deal, associations=names)["associations"]
    assert set(found) == {"contacts", "companies", "quotes", "line items"}
    assert found["contacts"]["results"][0]["type"] == "deal_to_contact"
    assert len(found["line items"]["results"]) == 3
    listed = hubspot.get("/crm/v3/objects/deals", limit=1, associations="line_items")
    assert "line items" in listed.body["results"][0]["associations"]


@pytest.mark.parametrize("number", [175, 4, 5, 99999])
def test_hubspot_rule_24_wrong_types_are_refused(hubspot: HubSpotSandbox, number: int) -> None:
    deal, contact = hubspot.first("deals"), hubspot.first("contacts")
    url = f"/crm/objects/2026-03/deals/{deal}/associations/contacts/{contact}"
    assert hubspot.call("PUT", url, [spec(number)]).status == 400
    assert hubspot.call("PUT", url, [spec(3, "USER_DEFINED")]).status == 400
    assert hubspot.call("PUT", url, []).status == 400


def test_hubspot_rule_24_links_show_from_both_sides_and_repeat(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="Linked")
    contact = hubspot.first("contacts")
    invoice = hubspot.create("invoices", [to(deal, 175), to(contact, 177)], hs_currency="USD")
    assert linked(hubspot, f"/crm/v4/objects/invoices/{invoice}/associations/deals") == {
        deal: [175]
    }
    assert linked(hubspot, f"/crm/v4/objects/deals/{deal}/associations/invoices") == {
        invoice: [176]
    }
    url = f"/crm/objects/2026-03/invoices/{invoice}/associations/deals/{deal}"
    assert hubspot.call("PUT", url, [spec(175)]).status == 201
    assert linked(hubspot, f"/crm/v4/objects/deals/{deal}/associations/invoices") == {
        invoice: [176]
    }
    missing = f"/crm/objects/2026-03/invoices/{invoice}/associations/deals/1"
    assert hubspot.call("PUT", missing, [spec(175)]).status == 404
    rows = [
        {"from": {"id": invoice}, "to": {"id": "1"}, "types": [spec(175)]},
        {"from": {"id": invoice}, "to": {"id": deal}, "types": [spec(175)]},
    ]
    batch = "/crm/associations/2026-03/invoices/deals/batch/create"
    mixed = hubspot.post(batch, {"inputs": rows})
    assert (mixed.status, len(mixed.body["results"]), mixed.body["numErrors"]) == (207, 1, 1)
    assert hubspot.post(batch, {"inputs": rows[1:]}).status == 201
    newer = hubspot.post(batch.replace("2026-03", "2026-09"), {"inputs": rows[1:]})
    assert newer.status == 200


def test_hubspot_rule_24_a_primary_company_moves(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="Primary")
    one, other = hubspot.first("companies"), hubspot.first("companies", 1)
    base = f"/crm/v4/objects/deals/{deal}/associations/companies"
    hubspot.call("PUT", f"{base}/{one}", [spec(5)])
    assert linked(hubspot, base) == {one: [5, 341]}
    hubspot.call("PUT", f"{base}/{other}", [spec(5)])
    assert linked(hubspot, base) == {one: [341], other: [5, 341]}
    assert linked(hubspot, f"/crm/v4/objects/companies/{one}/associations/deals")[deal] == [342]


def test_hubspot_rule_25_default_and_labelled_puts(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.create("deals", dealname="Defaults")
    contact = hubspot.first("contacts")
    for prefix in ("/crm/v4/objects", "/crm/objects/2026-03"):
        url = f"{prefix}/deals/{deal}/associations/default/contacts/{contact}"
        reply = hubspot.call("PUT", url)
        assert reply.status == 200
        types = [row["associationSpec"]["associationTypeId"] for row in reply.body["results"]]
        assert types == [3, 4]
    label = {"label": "Billing contact", "name": "billing_contact"}
    made = hubspot.post("/crm/associations/2026-03/deals/contacts/labels", label)
    number = made.body["results"][0]["typeId"]
    url = f"/crm/objects/2026-03/deals/{deal}/associations/contacts/{contact}"
    reply = hubspot.call("PUT", url, [spec(number, "USER_DEFINED")])
    assert reply.status == 201
    assert reply.body == {
        "fromObjectTypeId": "0-3",
        "fromObjectId": deal,
        "toObjectTypeId": "0-1",
        "toObjectId": contact,
        "labels": ["Billing contact"],
    }
    labels = hubspot.get("/crm/v4/associations/deals/contacts/labels").body["results"]
    assert "Billing contact" in [row["label"] for row in labels]


@pytest.mark.parametrize("as_numbers", [False, True])
def test_hubspot_rule_25_ids_in_lists_are_text_or_numbers(
    hubspot: HubSpotSandbox, as_numbers: bool
) -> None:
    hubspot.switch(association_ids_as_numbers=as_numbers)
    deal = hubspot.first("deals")
    rows = hubspot.get(f"/crm/v4/objects/deals/{deal}/associations/contacts").body["results"]
    assert isinstance(rows[0]["toObjectId"], int if as_numbers else str)


def test_hubspot_rule_26_batch_archive_answers_by_version(hubspot: HubSpotSandbox) -> None:
    deal, contact = hubspot.create("deals", dealname="Cut"), hubspot.first("contacts")
    put = f"/crm/v4/objects/deals/{deal}/associations/default/contacts/{contact}"
    body = {"inputs": [{"from": {"id": deal}, "to": [{"id": contact}]}]}
    for path, status in (
        ("/crm/v4/associations/deals/contacts/batch/archive", 204),
        ("/crm/associations/2026-03/deals/contacts/batch/archive", 200),
    ):
        hubspot.call("PUT", put)
        assert hubspot.post(path, body).status == status
        assert linked(hubspot, f"/crm/v4/objects/deals/{deal}/associations/contacts") == {}
    labels = {"inputs": [{"from": {"id": deal}, "to": {"id": contact}, "types": [spec(3)]}]}
    hubspot.call("PUT", put)
    path = "/crm/v4/associations/deals/contacts/batch/labels/archive"
    assert hubspot.post(path, labels).status == 204


def test_batch_read_names_records_without_links(hubspot: HubSpotSandbox) -> None:
    bare, full = hubspot.create("deals", dealname="Bare"), hubspot.first("deals")
    body = {"inputs": [{"id": full}, {"id": bare}]}
    reply = hubspot.post("/crm/associations/2026-03/deals/contacts/batch/read", body)
    assert reply.status == 207
    assert [row["from"]["id"] for row in reply.body["results"]] == [full]
    assert reply.body["errors"][0]["context"]["fromObjectId"] == [bare]


def test_hubspot_rule_27_a_line_item_has_one_parent(hubspot: HubSpotSandbox) -> None:
    one, other = hubspot.create("deals", dealname="One"), hubspot.create("deals", dealname="Two")
    quote = hubspot.create("quotes", hs_title="Q", hs_expiration_date=EXPIRES)
    line = hubspot.create("line_items", [to(one, 20)], name="Lamp", quantity="1", price="5")
    for path in (f"deals/{other}", f"quotes/{quote}"):
        url = f"/crm/v4/objects/line_items/{line}/associations/default/{path}"
        assert hubspot.call("PUT", url).status == 400
        kind, number = path.split("/")
        back = f"/crm/v4/objects/{kind}/{number}/associations/default/line_items/{line}"
        assert hubspot.call("PUT", back).status == 400
    both = {"properties": {"name": "Two"}, "associations": [to(one, 20), to(other, 20)]}
    assert hubspot.post("/crm/v3/objects/line_items", both).status == 400
    hubspot.call("DELETE", f"/crm/v3/objects/deals/{one}")
    assert hubspot.get(f"/crm/v3/objects/line_items/{line}").status == 404
