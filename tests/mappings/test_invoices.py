"""Mappings that an admin adds to HubSpot's invoices travel with the sync (S-96, S-113, S-116)."""

import pytest

from integration import sessions
from tests.mappings.desk import Desk

pytestmark = pytest.mark.django_db


def _comment(desk: Desk, hubspot_id: str) -> str:
    found = sessions.hubspot(desk.portal).get("invoices", hubspot_id, ["hs_comments"])
    return found.text("hs_comments")


def test_s96_an_added_mapping_is_written_with_the_invoice_and_followed(desk: Desk) -> None:
    desk.save("invoices", field="CustomerMemo.value", property="hs_comments")
    made = desk.books.make(CustomerMemo={"value": "Thank you"})
    row = desk.books.add(made)
    assert _comment(desk, row.hubspot_id) == "Thank you"
    desk.books.forget()
    assert desk.books.refresh()
    assert [
        call for call in desk.calls("hubspot") if call[0] != "GET" and "batch/u" in call[1]
    ] == []


def test_s96_a_mapping_of_a_lost_property_holds_no_invoice_back(desk: Desk) -> None:
    desk.save("invoices", field="CustomerMemo.value", property="hs_comments")
    rows = desk.row("hs_comments", "invoices")
    rows.property_name = "gone_meanwhile"
    rows.save()
    row = desk.books.add(desk.books.make())
    assert row.hubspot_id


def test_s96_mappings_of_invoices_cost_nothing_where_none_is_added(desk: Desk) -> None:
    row = desk.books.add(desk.books.make(CustomerMemo={"value": "Thank you"}))
    assert _comment(desk, row.hubspot_id) == ""
