"""Field mappings on their pages: view, add, edit, delete, test, export, import, undo."""

import pytest
from django.test import Client
from django.urls import reverse

from integration import sessions
from integration.models.properties import PropertyList
from tests.mappings.desk import Desk, with_pairs

pytestmark = pytest.mark.django_db


# -- what the list shows
def test_s89_mappings_are_on_tabs_named_as_in_hubspot(desk: Desk) -> None:
    page = desk.page("mapping_list")
    for label in ("Contacts", "Products", "Invoices"):
        assert f">{label}</a>" in page
    assert "Contact field mappings" in page
    assert "Product field mappings" in desk.page("mapping_list", "products")


def test_s90_the_list_shows_pairs_of_both_sides(desk: Desk) -> None:
    page = desk.page("mapping_list")
    assert "First name" in page
    assert "firstname" in page
    assert "Always there" in page  # dealbooks_key


def test_s88_the_products_tab_shows_the_status_of_each_property(desk: Desk) -> None:
    desk.post("mapping_refresh", "products")
    page = desk.page("mapping_list", "products")
    assert page.count("Working") == len(desk.set("products").pairs)


def test_s113_the_invoices_tab_shows_the_status_of_what_sync_writes(desk: Desk) -> None:
    desk.post("mapping_refresh", "invoices")
    page = desk.page("mapping_list", "invoices")
    assert "Written by Dealbooks" in page
    assert "QuickBooks status" in page
    assert "Working" in page
    assert "Needs attention" not in page


def test_s90_before_hubspot_was_read_nothing_is_claimed(desk: Desk) -> None:
    page = desk.page("mapping_list")
    assert "Not checked yet" in page
    assert "Working" not in page
    assert desk.calls() == []


# -- add, edit, delete
def test_s91_s92_s93_a_mapping_is_added_with_two_drop_downs(desk: Desk) -> None:
    page = desk.page("mapping_add")
    assert '<option value="Fax.FreeFormNumber">' in page
    assert '<option value="fax">' in page
    answer = desk.save(field="Fax.FreeFormNumber", property="fax")
    assert answer.status_code == 302, answer.content.decode()
    assert desk.pair("fax").field == "Fax.FreeFormNumber"
    assert desk.row("fax").status == "valid"
    told = desk.told("mapping.added")
    assert told is not None
    assert told.after["fax"]["field"] == "Fax.FreeFormNumber"


def test_s92_what_dealbooks_writes_itself_is_not_offered(desk: Desk) -> None:
    page = desk.page("mapping_add", "invoices")
    assert 'value="dealbooks_status"' not in page
    assert 'value="hs_invoice_status"' not in page


def test_s94_a_mapping_is_edited(desk: Desk) -> None:
    page = desk.page("mapping_edit", "contacts", "firstname")
    assert "Trim spaces" in page
    values = desk.form(
        field="GivenName",
        property="firstname",
        **{"step-0-kind": "case", "step-0-mode": "title"},
    )
    assert desk.post("mapping_edit", "contacts", "firstname", **values).status_code == 302
    assert [step.kind.value for step in desk.pair("firstname").steps] == ["case"]
    assert desk.set().version == 2  # version 1 is what was there before


def test_s95_a_mapping_is_deleted_after_a_question(desk: Desk) -> None:
    question = desk.page("mapping_delete", "contacts", "company")
    assert "Delete the mapping of Company name?" in question or "Delete the mapping of" in question
    assert "company" in desk.set().by_property
    desk.post("mapping_delete", "contacts", "company", version="0")
    assert "company" not in desk.set().by_property
    assert desk.told("mapping.deleted") is not None


def test_s95_the_question_warns_where_records_are_found_by_it(desk: Desk) -> None:
    assert "harder to recognise" in desk.page("mapping_delete", "contacts", "email")
    assert "harder to recognise" not in desk.page("mapping_delete", "contacts", "company")


def test_d25_the_key_can_be_neither_edited_nor_deleted(desk: Desk) -> None:
    for name in ("mapping_edit", "mapping_delete"):
        url = desk.url(name, "contacts", "dealbooks_key")
        assert desk.client.get(url).status_code == 404
        assert desk.client.post(url, {"version": "0"}).status_code == 404
    assert desk.pair("dealbooks_key").locked


def test_s96_invoices_are_editable_too_beyond_the_article(desk: Desk) -> None:
    page = desk.page("mapping_add", "invoices")
    assert "Invoices go from QuickBooks to HubSpot only" in page
    answer = desk.save("invoices", field="CustomerMemo.value", property="hs_comments")
    assert answer.status_code == 302, answer.content.decode()
    assert desk.pair("hs_comments", "invoices").field == "CustomerMemo.value"


def test_s116_a_property_created_in_hubspot_can_be_chosen_after_a_refresh(desk: Desk) -> None:
    desk.post("mapping_refresh", "invoices")
    assert "cost_centre" not in desk.page("mapping_add", "invoices")
    _make_property(desk, "invoices", "cost_centre")
    desk.post("mapping_refresh", "invoices")
    assert '<option value="cost_centre">' in desk.page("mapping_add", "invoices")
    saved = desk.save("invoices", field="DepartmentRef.name", property="cost_centre")
    assert saved.status_code == 302


def _make_property(desk: Desk, kind: str, name: str) -> None:
    from integration.hubspot_properties import GROUP
    from integration.records.hubspot import PropertyDefinition

    made = PropertyDefinition(name, name, GROUP[0], "string", "text")
    sessions.hubspot(desk.portal).ensure_properties(kind, GROUP, [made])


# -- refusals keep all typed
def test_s93_a_type_that_does_not_fit_is_refused_with_the_reason(desk: Desk) -> None:
    answer = desk.save(field="DisplayName", property="lifecyclestage")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Option map" in page
    assert "HubSpot takes only its own options" in page
    assert '<option value="DisplayName" selected>' in page


def test_s93_the_property_of_another_mapping_is_refused(desk: Desk) -> None:
    answer = desk.save(field="Notes", property="firstname")
    assert answer.status_code == 400
    assert "has a mapping already" in answer.content.decode()


def test_s93_an_unreadable_option_map_is_kept_and_named(desk: Desk) -> None:
    answer = desk.save(
        field="DisplayName",
        property="lifecyclestage",
        **{"step-0-kind": "options", "step-0-pairs": "gold = customer\nsilver"},
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“silver” is not readable" in page
    assert "gold = customer\nsilver" in page


def test_s93_an_option_that_hubspot_lacks_is_refused(desk: Desk) -> None:
    answer = desk.save(
        field="DisplayName",
        property="lifecyclestage",
        **{"step-0-kind": "options", "step-0-pairs": "gold = vip"},
    )
    assert answer.status_code == 400
    assert "has no option “vip”" in answer.content.decode()


def test_s93_a_stale_page_stores_nothing_and_loses_nothing(desk: Desk) -> None:
    desk.save(field="Fax.FreeFormNumber", property="fax")
    answer = desk.save(field="Title", property="salutation", version="0")
    page = answer.content.decode()
    assert "Somebody else changed these mappings" in page
    assert '<option value="Title" selected>' in page
    assert "salutation" not in desk.set().by_property


def test_s94_transforms_are_added_moved_and_taken_away_without_saving(desk: Desk) -> None:
    def typed(**more: str) -> str:
        values = desk.form(field="DisplayName", property="jobtitle", **more)
        return desk.post("mapping_add", "contacts", **values).content.decode()

    first = {"step-0-kind": "trim"}
    page = typed(do="add_step", new_step="case", **first)
    assert page.index("1. Trim spaces") < page.index("2. Letter case")
    both = {**first, "step-1-kind": "case", "step-1-mode": "lower"}
    page = typed(do="up-1", **both)
    assert page.index("1. Letter case") < page.index("2. Trim spaces")
    assert '<option value="lower" selected>' in page
    assert "Letter case</strong>" not in typed(do="remove-1", **both)
    assert desk.set().version == 0


# -- test on a real record
def test_b30_a_test_shows_before_and_after_and_writes_nothing(desk: Desk) -> None:
    desk.books.link_customer("1", "contacts", _some_contact(desk))
    desk.books.forget()
    found = desk.page("mapping_test", q="amy", do="find")
    assert "Amy's Bird Sanctuary" in found or "Amy&#x27;s Bird Sanctuary" in found
    page = desk.page("mapping_test", record="1")
    assert "Would be written" in page
    assert "Nothing was." in page
    verbs = {(method, path.rsplit("/", 1)[-1]) for method, path in desk.calls()}
    assert verbs <= {("POST", "read")}, verbs


def _some_contact(desk: Desk) -> str:
    found, _total, _after = sessions.hubspot(desk.portal).search("contacts", limit=1)
    return found[0].id


def test_b30_an_unsaved_mapping_is_tested_with_every_step(desk: Desk) -> None:
    values = desk.form(
        do="test",
        record="1",
        field="DisplayName",
        property="jobtitle",
        **{"step-0-kind": "case", "step-0-mode": "upper"},
    )
    page = desk.post("mapping_add", "contacts", **values).content.decode()
    assert "AMY&#x27;S BIRD SANCTUARY" in page
    assert "HubSpot has no such record yet" in page
    assert desk.set().version == 0


def test_b30_a_test_on_an_invoice_reads_it_by_its_number(desk: Desk) -> None:
    made = desk.books.make(PrivateNote="Roof")
    desk.save("invoices", field="PrivateNote", property="hs_comments")
    desk.books.forget()
    found = desk.page("mapping_test", "invoices", q=made["DocNumber"], do="find")
    assert f'value="{made["Id"]}"' in found
    page = desk.page("mapping_test", "invoices", record=made["Id"])
    assert "Roof" in page
    assert "Would be written" in page


def test_b30_a_record_that_is_gone_says_so(desk: Desk) -> None:
    assert "no such record" in desk.page("mapping_test", record="999999")
    desk.save("invoices", field="PrivateNote", property="hs_comments")
    assert "no such record" in desk.page("mapping_test", "invoices", record="999999")


# -- export, import, undo
def test_b30_exported_mappings_import_byte_equal_elsewhere(desk: Desk) -> None:
    steps = {"step-0-kind": "options", "step-0-pairs": "Net 30 = net30\n貨到付款 = cod",
             "step-0-otherwise": "keep"}  # fmt: skip
    assert desk.save(field="SalesTermRef.name", property="jobtitle", **steps).status_code == 302
    text = desk.export()
    assert "貨到付款" in text
    other = _another_company(desk)
    preview = other.post("mapping_import", "contacts", text=text).content.decode()
    assert "What would change" in preview
    assert other.export() != text
    answer = other.post("mapping_import", "contacts", text=text, take_over="1", version="0")
    assert answer.status_code == 302
    assert other.export() == text


def _another_company(desk: Desk) -> Desk:
    from tests import tenants
    from tests.sync.books import Books

    company = tenants.company(desk.portal)
    books = Books(desk.books.sandbox, desk.portal, company)
    return Desk(books, desk.client, desk.member)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "no export of Dealbooks"),
        ('{"format": "dealbooks-mappings", "version": 9}', "another version"),
        (
            '{"format": "dealbooks-mappings", "version": 1, "object": "deals", "mappings": []}',
            "other records",
        ),
    ],
)
def test_b30_a_file_that_is_no_export_is_refused_in_words(desk: Desk, text: str, said: str) -> None:
    answer = desk.post("mapping_import", "contacts", text=text)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_b30_an_import_cannot_take_dealbooks_key(desk: Desk) -> None:
    text = with_pairs(desk.export(), property="jobtitle", locked=True)
    answer = desk.post("mapping_import", "contacts", text=text, take_over="1", version="0")
    assert answer.status_code == 400
    assert "as only Dealbooks may" in answer.content.decode()
    assert desk.set().version == 0


def test_b30_an_import_warns_of_what_does_not_work_here(desk: Desk) -> None:
    desk.post("mapping_refresh", "contacts")
    text = with_pairs(desk.export(), property="no_such_property", field="Notes", type="string")
    page = desk.post("mapping_import", "contacts", text=text).content.decode()
    assert "HubSpot has no property no_such_property" in page


def test_b30_every_change_is_a_version_and_can_be_undone(desk: Desk) -> None:
    before = desk.export()
    desk.save(field="Fax.FreeFormNumber", property="fax")
    versions = desk.page("mapping_versions")
    assert "Undo last change" in versions
    question = desk.page("mapping_restore", "contacts", 1)
    assert "Removed" in question
    desk.post("mapping_restore", "contacts", 1, version="2")
    assert desk.export() == before
    assert desk.set().version == 3
    desk.post("mapping_restore", "contacts", 2, version="3")  # and the undo is undone
    assert "fax" in desk.set().by_property


# -- other targets
def test_d25_an_existing_property_can_be_chosen_as_target(desk: Desk) -> None:
    from mappings.services import targets

    desk.post("mapping_refresh", "contacts")
    _read_all(desk)
    url = reverse("property_targets", args=[desk.portal.pk, "deals"])
    page = desk.client.get(url).content.decode()
    assert "hs_is_closed" not in page  # read-only
    form = _posted(page)
    form["invoice_number"] = "hs_next_step" if "hs_next_step" in page else "description"
    answer = desk.client.post(url, form)
    assert answer.status_code == 302, answer.content.decode()
    chosen = targets(desk.portal)
    assert chosen.property_of("deals", "invoice_number") == form["invoice_number"]
    assert chosen.property_of("deals", "amount_invoiced") == "dealbooks_amount_invoiced"
    assert desk.told("target.changed") is not None


def test_d25_two_values_cannot_go_to_one_property(desk: Desk) -> None:
    _read_all(desk)
    url = reverse("property_targets", args=[desk.portal.pk, "deals"])
    form = _posted(desk.client.get(url).content.decode())
    form |= {"invoice_number": "description", "invoice_recipient": "description"}
    answer = desk.client.post(url, form)
    assert answer.status_code == 400
    assert "goes to this property already" in answer.content.decode()


def _read_all(desk: Desk) -> None:
    from integration.clock import now
    from mappings.checking import refresh

    refresh(desk.portal, now())


def _posted(page: str) -> dict[str, str]:
    """What a browser would post of the drop-downs as they stand."""
    import re

    found = {}
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        found[name] = (chosen or first)[1]  # type: ignore[index]
    return found


# -- HubSpot away
def test_b30_hubspot_away_is_said_and_the_old_list_stays(desk: Desk) -> None:
    desk.post("mapping_refresh", "contacts")
    desk.books.sandbox.faults(
        {"match": {"vendor": "hubspot"}, "fault": {"kind": "status", "status": 503}, "times": 9}
    )
    page = desk.client.post(desk.url("mapping_refresh"), follow=True).content.decode()
    assert "HubSpot" in page
    listed = PropertyList.objects.for_portal(desk.portal).get(object_kind="contacts")
    assert listed.problem
    assert listed.properties


def test_c13_reps_do_not_see_mappings(desk: Desk) -> None:
    from integration.models.people import Role
    from tests import tenants

    rep = Client()
    person = tenants.member(desk.portal, Role.SALES_REP).person
    rep.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert rep.get(desk.url("mapping_list")).status_code == 403


def test_b30_a_test_tells_both_ways_apart(desk: Desk) -> None:
    contact = _some_contact(desk)
    desk.books.link_customer("1", "contacts", contact)
    page = desk.page("mapping_test", record="1")
    assert "If HubSpot is synced to QuickBooks too" in page
    first, second = page.split("If HubSpot is synced to QuickBooks too")
    assert "Would be written" in first
    assert "Would be written" in second


def test_b22_a_change_says_what_it_would_write_to_linked_records(desk: Desk) -> None:
    desk.books.link_customer("1", "contacts", _some_contact(desk))
    desk.post("mapping_refresh", "contacts")
    desk.books.forget()
    values = desk.form(
        do="preview",
        field="CompanyName",
        property="company",
        **{"step-0-kind": "case", "step-0-mode": "upper"},
    )
    page = desk.post("mapping_edit", "contacts", "company", **values).content.decode()
    assert "1 of 1 linked record would be told something else" in page
    assert "AMY&#x27;S BIRD SANCTUARY" in page
    assert desk.calls() == []
    assert desk.set().version == 0
    same = {**values, "step-0-kind": "trim"}
    page = desk.post("mapping_edit", "contacts", "company", **same).content.decode()
    assert "0 of 1 linked record" in page


def test_b22_bringing_a_version_back_says_what_it_would_write(desk: Desk) -> None:
    desk.books.link_customer("1", "contacts", _some_contact(desk))
    desk.post("mapping_delete", "contacts", "company", version="0")
    page = desk.page("mapping_restore", "contacts", 1)
    assert "1 of 1 linked record would be told something else" in page


def test_d25_a_test_writes_no_key_on_a_record_that_is_there(desk: Desk) -> None:
    assert "Written once, stays" not in desk.page("mapping_test", record="1")
    desk.books.link_customer("1", "contacts", _some_contact(desk))
    assert "Written once, stays" in desk.page("mapping_test", record="1")
