"""What HubSpot's own QuickBooks app leaves in a portal can be made for tests (D-33)."""

from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox

ADMIN = "/__sandbox/hubspot/quickbooks-app"


def test_d33_traces_of_the_app_are_made_and_seen_through_the_api() -> None:
    with HubSpotSandbox() as hubspot:
        asked = {
            "portal": PORTAL,
            "invoices": [{"number": "77", "total": "12.50"}],
            "properties": True,
            "prefix": "quickbooks_",
        }
        made = hubspot.call("POST", ADMIN, asked).body
        [invoice] = made["invoices"]
        seen = hubspot.read("invoices", invoice, "hs_number", "hs_invoice_source")["properties"]
        assert (seen["hs_number"], seen["hs_invoice_source"]) == ("77", "data_sync")
        answer = hubspot.call("GET", "/crm/v3/properties/deals/quickbooks_invoice_status")
        assert answer.status == 200
        assert answer.body["groupName"] == "accounting"
        again = hubspot.call("POST", ADMIN, {**asked, "invoices": []}).body
        assert again == {"invoices": [], "properties": []}
