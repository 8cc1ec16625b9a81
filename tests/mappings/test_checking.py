"""Validity of mappings: daily, after an error, and what it keeps sync from doing (B-30, S-88)."""

import pytest

from integration import jobs
from integration.clock import now
from integration.models import Job
from integration.models.properties import PropertyList
from mappings.checking import refresh, run
from mappings.services import check_soon, mapping_set
from tests.mappings.desk import Desk

pytestmark = pytest.mark.django_db


def _forget_property(desk: Desk, name: str) -> None:
    """As if it had been deleted in HubSpot since."""
    listed = PropertyList.objects.for_portal(desk.portal).get(object_kind="contacts")
    listed.properties = [each for each in listed.properties if each["name"] != name]
    listed.save()


def test_b30_the_check_runs_daily_for_every_connected_portal(desk: Desk) -> None:
    from integration.connected_portal import start_work

    start_work(desk.portal, now())
    job = Job.objects.for_portal(desk.portal).get(kind="mappings.check")
    assert job.every is not None
    run(job, jobs.Lease(job.pk, job.epoch), now())
    listed = PropertyList.objects.for_portal(desk.portal)
    assert {"contacts", "products", "invoices", "deals"} <= {each.object_kind for each in listed}


def test_b30_after_a_refusal_all_mappings_are_looked_at_once(desk: Desk) -> None:
    check_soon(desk.portal, now())
    check_soon(desk.portal, now())
    assert Job.objects.for_portal(desk.portal).filter(kind="mappings.check").count() == 1


def test_b30_a_property_that_is_gone_is_told_and_left_out_of_sync(desk: Desk) -> None:
    desk.save(field="Fax.FreeFormNumber", property="fax")
    _forget_property(desk, "fax")
    from mappings.checking import check_again
    from mappings.quickbooks_fields import Kind

    assert check_again(desk.company, Kind.CONTACTS, now()) == 1
    page = desk.page("mapping_list")
    assert "Needs attention" in page
    assert "HubSpot has no property fax" in page
    assert "fax" not in mapping_set(desk.company, Kind.CONTACTS).by_property
    assert "firstname" in mapping_set(desk.company, Kind.CONTACTS).by_property
    refresh(desk.portal, now(), ["contacts"])  # HubSpot has it after all
    assert desk.row("fax").status == "valid"


def test_d25_the_key_is_written_even_before_hubspot_lists_it(desk: Desk) -> None:
    refresh(desk.portal, now(), ["contacts"])
    _forget_property(desk, "dealbooks_key")
    assert "dealbooks_key" in mapping_set(desk.company, "contacts").by_property


def test_b30_options_of_hubspot_are_minded_when_values_are_written(desk: Desk) -> None:
    from mappings.mapped import mapped
    from mappings.services import context

    answer = desk.save(
        field="Notes",
        property="lifecyclestage",
        **{"step-0-kind": "options", "step-0-pairs": "gold = customer", "step-0-otherwise": "keep"},
    )
    assert answer.status_code == 302, answer.content.decode()
    found = mapping_set(desk.company, "contacts")
    record = {"Id": "1", "Notes": "gold"}
    assert mapped("contacts", record, found, context(desk.company)).properties == {
        "lifecyclestage": "customer"
    }
    odd = mapped("contacts", {"Id": "1", "Notes": "silver"}, found, context(desk.company))
    assert [each.code for each in odd.problems] == ["mapping.not_in_options"]


def test_b30_hubspot_is_asked_once_for_each_kind(desk: Desk) -> None:
    desk.books.forget()
    refresh(desk.portal, now())
    asked = [path for _method, path in desk.calls("hubspot")]
    assert len(asked) == 5
    assert all("properties" in path for path in asked)
