"""Line items, quotes, invoices, currencies, notes: rules 28 to 33 of the HubSpot reference."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.hubspot.commerce import is_expired
from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox, problems, to

AMOUNTS = ("hs_amount_billed", "hs_balance_due", "hs_number", "hs_invoice_status")


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def put_default(hubspot: HubSpotSandbox, source: str, target: str) -> None:
    """``deals/1`` to ``quotes/2``."""
    path = f"/crm/v4/objects/{source}/associations/default/{target}"
    assert hubspot.call("PUT", path).status == 200


@pytest.mark.parametrize(
    ("given", "amount", "discount"),
    [
        ({"quantity": "3", "price": "10"}, "30.00", "0.00"),
        ({"quantity": "3", "price": "10", "discount": "1.5"}, "25.50", "4.50"),
        ({"quantity": "2", "price": "9.99", "hs_discount_percentage": "12.5"}, "17.48", "2.50"),
        ({"quantity": "1"}, None, None),
    ],
)
def test_hubspot_rule_28_line_amounts_are_computed(
    hubspot: HubSpotSandbox, given: dict[str, str], amount: str | None, discount: str | None
) -> None:
    line = hubspot.create("line_items", name="Line", **given)
    seen = hubspot.read("line_items", line, "amount", "hs_total_discount")["properties"]
    assert (seen["amount"], seen["hs_total_discount"]) == (amount, discount)
    refused = hubspot.patch("line_items", line, amount="1")
    assert problems(refused) == {"amount": "READ_ONLY_VALUE"}


def test_hubspot_rule_28_products_fill_lines_and_deals_keep_their_amount(
    hubspot: HubSpotSandbox,
) -> None:
    product = hubspot.first("products")
    deal = hubspot.create("deals", dealname="Kept", amount="1")
    line = hubspot.create("line_items", [to(deal, 20)], hs_product_id=product, quantity="2")
    seen = hubspot.read("line_items", line, "name", "price", "hs_sku", "amount")["properties"]
    assert (seen["hs_sku"], seen["amount"]) == ("LMP-PEND-BR", "378.00")
    hubspot.patch("line_items", line, quantity="3")
    assert hubspot.read("line_items", line, "amount")["properties"]["amount"] == "567.00"
    assert hubspot.read("deals", deal)["properties"]["amount"] == "1"
    refused = hubspot.post("/crm/v3/objects/products", {"properties": {"price": "-1"}})
    assert problems(refused) == {"price": "INVALID_FLOAT"}


def draft_quote(hubspot: HubSpotSandbox, **values: str) -> str:
    values = {"hs_title": "Offer", "hs_expiration_date": "2030-01-01", **values}
    quote = hubspot.create("quotes", **values)
    line = hubspot.create("line_items", [to(quote, 68)], name="Desk", quantity="2", price="50")
    assert line
    return quote


def test_hubspot_rule_29_publishing_needs_deal_and_template(hubspot: HubSpotSandbox) -> None:
    quote = draft_quote(hubspot)
    assert hubspot.patch("quotes", quote, hs_status="APPROVAL_NOT_NEEDED").status == 400
    put_default(hubspot, f"quotes/{quote}", f"deals/{hubspot.first('deals')}")
    assert hubspot.patch("quotes", quote, hs_status="APPROVAL_NOT_NEEDED").status == 400
    template = hubspot.first("quote_templates")
    put_default(hubspot, f"quotes/{quote}", f"quote_templates/{template}")
    assert hubspot.patch("quotes", quote, hs_status="APPROVAL_NOT_NEEDED").status == 200
    names = ("hs_quote_link", "hs_quote_amount", "hs_quote_number", "hs_quote_status")
    seen = hubspot.read("quotes", quote, *names)["properties"]
    assert (seen["hs_quote_amount"], seen["hs_quote_status"]) == ("100.00", "PUBLISHED")
    assert seen["hs_quote_link"].startswith(hubspot.url)
    assert seen["hs_quote_number"]
    assert hubspot.call("GET", seen["hs_quote_link"].removeprefix(hubspot.url)).status == 200


@pytest.mark.parametrize("needs_template", [True, False])
def test_hubspot_rule_29_cpq_quotes_and_the_template_switch(
    hubspot: HubSpotSandbox, needs_template: bool
) -> None:
    hubspot.switch(legacy_quote_needs_template=needs_template)
    deal = hubspot.first("deals")
    for kind, publish, status in (
        ("CPQ_QUOTE", "APPROVED", 200),
        ("CUSTOMIZABLE_QUOTE_TEMPLATE", "APPROVAL_NOT_NEEDED", 400 if needs_template else 200),
    ):
        quote = draft_quote(hubspot, hs_template_type=kind)
        put_default(hubspot, f"quotes/{quote}", f"deals/{deal}")
        assert hubspot.patch("quotes", quote, hs_status=publish).status == status


def test_hubspot_rule_29_published_quotes_are_read_only_until_draft(
    hubspot: HubSpotSandbox,
) -> None:
    hubspot.switch(legacy_quote_needs_template=False)
    quote = draft_quote(hubspot)
    put_default(hubspot, f"quotes/{quote}", f"deals/{hubspot.first('deals')}")
    assert hubspot.patch("quotes", quote, hs_status="REJECTED").status == 400
    hubspot.patch("quotes", quote, hs_status="APPROVAL_NOT_NEEDED")
    assert hubspot.patch("quotes", quote, hs_title="New").status == 400
    assert hubspot.patch("quotes", quote, hs_status="DRAFT").status == 200
    assert hubspot.patch("quotes", quote, hs_title="New").status == 200
    born_published = {"hs_title": "Q", "hs_expiration_date": "2030-01-01", "hs_status": "APPROVED"}
    reply = hubspot.post("/crm/v3/objects/quotes", {"properties": born_published})
    assert reply.status == 400


def test_hubspot_rule_29_the_demo_has_quotes_in_every_state(hubspot: HubSpotSandbox) -> None:
    names = "hs_status,hs_quote_esign_status,hs_quote_amount,hs_template_type"
    rows = hubspot.get("/crm/v3/objects/quotes", limit=100, properties=names).body["results"]
    statuses = {row["properties"]["hs_status"] for row in rows}
    assert len(rows) == 15
    assert statuses == {
        "DRAFT", "PENDING_APPROVAL", "APPROVED", "REJECTED", "APPROVAL_NOT_NEEDED", "ACCEPTED",
    }  # fmt: skip
    assert {row["properties"]["hs_quote_esign_status"] for row in rows} == {
        None, "SIGNED", "PENDING_SIGNATURE",
    }  # fmt: skip
    portal = hubspot.hubspot.portals[PORTAL]
    assert sum(is_expired(portal, row) for row in portal.records["quotes"].values()) == 1


def test_hubspot_rule_30_quotes_expire_at_the_end_of_the_portals_day(
    hubspot: HubSpotSandbox,
) -> None:
    hubspot.post("/__sandbox/clock", {"set": "2026-12-02T07:59:00Z"})  # 23:59 on the 1st there
    hubspot.world.clock.freeze(True)
    quote = hubspot.create("quotes", hs_title="Tonight", hs_expiration_date="2026-12-01")
    portal = hubspot.hubspot.portals[PORTAL]
    record = portal.records["quotes"][quote]
    assert not is_expired(portal, record)
    hubspot.world.clock.advance(timedelta(minutes=2).total_seconds())
    assert is_expired(portal, record)


def test_hubspot_rule_31_billable_invoices(hubspot: HubSpotSandbox) -> None:
    assert problems(hubspot.post("/crm/v3/objects/invoices", {"properties": {}})) == {
        "hs_currency": "REQUIRED_PROPERTY"
    }
    invoice = hubspot.create("invoices", hs_currency="USD")
    seen = hubspot.read("invoices", invoice, *AMOUNTS)["properties"]
    assert seen["hs_invoice_status"] == "draft"
    assert seen["hs_number"].startswith("INV-")
    assert hubspot.patch("invoices", invoice, hs_invoice_status="open").status == 400
    put_default(hubspot, f"invoices/{invoice}", f"contacts/{hubspot.first('contacts')}")
    hubspot.create("line_items", [to(invoice, 410)], name="Desk", quantity="2", price="50")
    assert hubspot.patch("invoices", invoice, hs_invoice_status="open").status == 200
    assert problems(hubspot.patch("invoices", invoice, hs_invoice_status="paid")) == {
        "hs_invoice_status": "INVALID_OPTION"
    }
    assert problems(hubspot.patch("invoices", invoice, hs_amount_billed="1")) == {
        "hs_amount_billed": "READ_ONLY_VALUE"
    }
    assert problems(hubspot.patch("invoices", invoice, hs_invoice_status="OPEN")) == {
        "hs_invoice_status": "INVALID_OPTION"
    }
    seen = hubspot.read("invoices", invoice, *AMOUNTS)["properties"]
    assert (seen["hs_amount_billed"], seen["hs_balance_due"]) == ("100.00", "100.00")
    assert hubspot.patch("invoices", invoice, hs_invoice_status="voided").status == 200
    assert hubspot.patch("invoices", invoice, hs_invoice_status="draft").status == 400


MIRROR = {
    "hs_currency": "USD", "hs_invoice_billable": "false", "hs_invoice_status": "open",
    "hs_amount_billed": "120.50", "hs_balance_due": "20.50", "hs_number": "1042",
}  # fmt: skip


def test_hubspot_rule_31_non_billable_invoices_take_direct_writes(hubspot: HubSpotSandbox) -> None:
    invoice = hubspot.create("invoices", **MIRROR)
    seen = hubspot.read("invoices", invoice, *AMOUNTS)["properties"]
    assert {name: seen[name] for name in AMOUNTS} == {name: MIRROR[name] for name in AMOUNTS}
    for status in ("paid", "open", "voided"):
        assert hubspot.patch("invoices", invoice, hs_invoice_status=status).status == 200


@pytest.mark.parametrize(
    ("switch", "refused"),
    [
        ("non_billable_invoice_direct_writes", {"hs_amount_billed", "hs_balance_due", "hs_number"}),
        ("invoice_balance_writable", {"hs_balance_due"}),
    ],
)
def test_hubspot_rule_31_direct_writes_can_be_switched_off(
    hubspot: HubSpotSandbox, switch: str, refused: set[str]
) -> None:
    hubspot.switch(**{switch: False})
    reply = hubspot.post("/crm/v3/objects/invoices", {"properties": MIRROR})
    assert set(problems(reply)) == refused


@pytest.mark.parametrize("open_too", [False, True])
def test_hubspot_rule_31_which_invoices_can_be_deleted(
    hubspot: HubSpotSandbox, open_too: bool
) -> None:
    hubspot.switch(delete_open_invoices=open_too)
    for status, gone in (("draft", True), ("open", open_too), ("paid", False), ("voided", False)):
        values: dict[str, Any] = {**MIRROR, "hs_invoice_status": status}
        invoice = hubspot.create("invoices", **values)
        reply = hubspot.call("DELETE", f"/crm/v3/objects/invoices/{invoice}")
        assert reply.status == (204 if gone else 400)


@pytest.mark.parametrize("set_up", [False, True])
def test_payments_need_an_account_and_settle_invoices(
    hubspot: HubSpotSandbox, set_up: bool
) -> None:
    hubspot.switch(commerce_payments_set_up=set_up)
    payment = {"hs_initial_amount": "100", "hs_initiated_date": "2026-11-23T10:00:00Z"}
    reply = hubspot.post("/crm/v3/objects/commerce_payments", {"properties": payment})
    assert reply.status == (201 if set_up else 400)
    if set_up:
        contact = hubspot.first("contacts")
        invoice = hubspot.create("invoices", [to(contact, 177)], hs_currency="USD")
        hubspot.create("line_items", [to(invoice, 410)], name="Desk", quantity="2", price="50")
        hubspot.patch("invoices", invoice, hs_invoice_status="open")
        put_default(hubspot, f"invoices/{invoice}", f"commerce_payments/{reply.body['id']}")
        seen = hubspot.read("invoices", invoice, *AMOUNTS)["properties"]
        assert (seen["hs_invoice_status"], seen["hs_balance_due"]) == ("paid", "0.00")


def test_hubspot_rule_32_only_enabled_currencies(hubspot: HubSpotSandbox) -> None:
    assert hubspot.create("deals", deal_currency_code="GBP")
    for kind, values in (
        ("deals", {"deal_currency_code": "CHF"}),
        ("invoices", {"hs_currency": "JPY"}),
        ("line_items", {"hs_line_item_currency_code": "usd"}),
    ):
        reply = hubspot.post(f"/crm/v3/objects/{kind}", {"properties": values})
        assert set(problems(reply).values()) == {"INVALID_OPTION"}
    added = {"fromCurrencyCode": "CHF", "conversionRate": 1.1}
    assert hubspot.post("/settings/currencies/2026-03/exchange-rates", added).status == 200
    assert "CHF" in hubspot.get("/account-info/v3/details").body["additionalCurrencies"]
    deal = hubspot.create("deals", deal_currency_code="CHF", amount="10")
    name = "amount_in_home_currency"
    assert hubspot.read("deals", deal, name)["properties"][name] == "11.00"


def test_hubspot_rule_33_notes(hubspot: HubSpotSandbox) -> None:
    deal = hubspot.first("deals")
    bare = hubspot.post("/crm/v3/objects/notes", {"properties": {"hs_note_body": "x"}})
    assert problems(bare) == {"hs_timestamp": "REQUIRED_PROPERTY"}
    stamp = "2026-11-23T10:00:00Z"
    for length, status in ((65_536, 201), (65_537, 400)):
        values = {"hs_timestamp": stamp, "hs_note_body": "x" * length}
        assert hubspot.post("/crm/v3/objects/notes", {"properties": values}).status == status
    note = hubspot.create("notes", [to(deal, 214)], hs_timestamp=stamp, hs_note_body="<b>Paid</b>")
    found = hubspot.read("deals", deal, associations="notes")["associations"]["notes"]
    assert found["results"] == [{"id": note, "type": "deal_to_note"}]
