"""Mappings that an admin adds to HubSpot's invoices travel with the sync (S-96, S-113, S-116)."""

import pytest
import requests

from integration import sessions
from integration.clock import now
from integration.hubspot_properties import GROUP
from integration.jobs import Lease
from integration.models import Job
from integration.records.hubspot import PropertyDefinition
from mappings.checking import run
from tests.mappings.desk import Desk
from tests.sync.books import STATIC_TOKEN

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


def test_b30_a_property_deleted_in_hubspot_is_found_out_by_its_refusal(desk: Desk) -> None:
    made = PropertyDefinition("roof", "Roof", GROUP[0], "string", "text")
    sessions.hubspot(desk.portal).ensure_properties("invoices", GROUP, [made])
    assert desk.save("invoices", field="PrivateNote", property="roof").status_code == 302
    url = f"{desk.books.sandbox.hubspot}/crm/v3/properties/invoices/roof"
    answer = requests.delete(url, headers={"Authorization": f"Bearer {STATIC_TOKEN}"}, timeout=10)
    assert answer.status_code == 204, answer.text
    row = desk.books.add(desk.books.make(PrivateNote="Tiles"))
    assert row.hubspot_id  # the others were written
    job = Job.objects.for_portal(desk.portal).get(kind="mappings.check")
    run(job, Lease(job.pk, job.epoch), now())
    assert desk.row("roof", "invoices").status == "broken"
    assert "HubSpot has no property roof" in desk.page("mapping_list", "invoices")
