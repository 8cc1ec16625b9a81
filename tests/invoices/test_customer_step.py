"""The customer step: suggestions, new customers, sub-customers, clashes, nasty names (D-05 to D-07,
S-27 to S-31, B-14)."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration.clock import now
from integration.models import RecordLink
from integration.models.people import Role
from invoices import deals, services
from invoices.customer_names import safe_display_name
from invoices.draft import NewCustomer
from invoices.models import Draft
from invoices.models.drafts import RecoveryPoint
from invoices.wizard import choices
from invoices.wizard.sitting import Sitting
from tests import tenants
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.test_wizard import add_product, begin, deal_url

NAMES: list[str] = json.loads(Path("sandbox/data/nasty_names.json").read_text())


def draft_of(desk: Desk) -> Draft:
    found: Draft = Draft.objects.for_portal(desk.books.portal).get()
    return found


def made_in_quickbooks(desk: Desk, name: str) -> dict[str, Any]:
    [found] = desk.customers_named(name)
    return found


def new_customer(rep: Visitor, name: str, **typed: str) -> None:
    rep.press("next", choice="new", new_display_name=name, **typed)


def save_customer(desk: Desk, **body: Any) -> dict[str, Any]:
    made = desk.books.do("save", kind="Customer", body=body)["Customer"]
    desk.reference.keep("Customer", [made], now())
    return dict(made)


def test_s31_terms_and_tax_exemption_go_with_the_new_customer(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    assert "It cannot be changed later." in rep.text or "new_currency" not in rep.fields()
    term = next(each for each in desk.reference.terms() if each.due_days == 15)
    new_customer(rep, "Foundling & Daughters", new_tax="exempt", new_terms_id=term.id)
    assert rep.path.endswith("/lines/"), rep.text
    add_product(desk, rep)
    rep.press()
    assert rep.fields()["terms_id"] == term.id
    rep.press()
    rep.press("create")
    assert "was created" in rep.text
    made = made_in_quickbooks(desk, "Foundling & Daughters")
    assert made["Taxable"] is False
    assert made["SalesTermRef"]["value"] == term.id


def test_d06_a_sub_customer_stands_under_its_parent_and_is_billed_with_it(
    desk: Desk, rep: Visitor
) -> None:
    parent = desk.customer()
    begin(desk, rep)
    new_customer(rep, "Roof of the aviary", new_parent_id=parent.id, new_bill_with_parent="on")
    assert rep.path.endswith("/lines/"), rep.text
    add_product(desk, rep)
    rep.press()
    rep.press()
    rep.press("create")
    made = made_in_quickbooks(desk, "Roof of the aviary")
    assert (made["ParentRef"]["value"], made["Job"]) == (parent.id, True)
    assert made["BillWithParent"] is True


def test_d06_an_inactive_parent_is_refused_with_a_sentence(desk: Desk, rep: Visitor) -> None:
    gone = save_customer(desk, DisplayName="Gone Parent")
    save_customer(desk, Id=gone["Id"], SyncToken=gone["SyncToken"], sparse=True, Active=False)
    begin(desk, rep)
    new_customer(rep, "Below a gone one", new_parent_id=gone["Id"])
    assert rep.page.status_code == 422
    assert "is inactive in QuickBooks" in rep.text
    assert rep.fields()["new_display_name"] == "Below a gone one"


def test_d06_where_each_deal_is_a_sub_customer_it_is_prepared_and_remembered(
    desk: Desk, rep: Visitor
) -> None:
    desk.books.configure(customer_model="sub_customer")
    opened = deals.open_deal(desk.actor, DEAL, now(), with_people=True)
    company = opened.people.company
    assert company is not None
    parent = desk.reference.customer_named(company.name)
    assert parent is not None
    begin(desk, rep)
    fields = rep.fields()
    assert fields["choice"] == "new"
    assert fields["new_display_name"] == opened.row.name
    assert fields["new_parent_id"] == parent.id
    rep.press("next")
    add_product(desk, rep)
    rep.press()
    rep.press()
    rep.press("create")
    assert "was created" in rep.text, rep.text
    made = made_in_quickbooks(desk, opened.row.name)
    links = RecordLink.objects.for_portal(desk.books.portal).filter(kind="Customer")
    assert dict(links.values_list("hubspot_kind", "qbo_id")) == {
        "deals": made["Id"],
        "companies": parent.id,
    }
    rep.post(f"{deal_url(desk)}invoice/")
    rep.press(source="scratch")
    assert rep.fields()["choice"] == f"c:{made['Id']}"
    assert "Made for this deal" in rep.text


def test_p18_a_taken_name_offers_the_customer_and_other_names(desk: Desk, rep: Visitor) -> None:
    held = desk.customer()
    begin(desk, rep)
    new_customer(rep, held.display_name, new_city="Oslo")
    assert rep.page.status_code == 422
    assert "Has this name already" in rep.text
    assert f'value="c:{held.id}"' in rep.page.content.decode()
    offered = f"{held.display_name} (Oslo)"
    assert offered in rep.text
    rep.press("save", new_unique=offered)
    assert rep.fields()["new_display_name"] == offered
    rep.press("next")
    assert rep.path.endswith("/lines/"), rep.text


def test_p18_a_name_of_a_vendor_leads_back_with_a_free_one(desk: Desk, rep: Visitor) -> None:
    desk.books.do("save", kind="Vendor", body={"DisplayName": "Only A Vendor"})
    begin(desk, rep)
    new_customer(rep, "Only A Vendor")
    add_product(desk, rep)
    rep.press()
    rep.press()
    rep.press("create")
    assert "Only A Vendor" in rep.text
    rep.see(re.sub(r"/(review|result)/$", "/customer/", rep.path))
    assert "A vendor or an employee has this name" in rep.text
    rep.press("save", new_unique="Only A Vendor (Bayshore)")
    rep.see(rep.path.replace("/customer/", "/review/"))
    rep.press("create")
    assert "was created" in rep.text, rep.text


def test_d05_the_picker_wants_two_letters_and_shows_masked_addresses(
    desk: Desk, rep: Visitor
) -> None:
    begin(desk, rep)
    url = rep.path.replace("/customer/", "/customers/")
    held = desk.customer()
    rep.see(f"{url}?q=a")
    assert "Type at least two letters" in rep.text
    rep.see(f"{url}?q={held.display_name[:5]}")
    assert held.display_name in rep.text
    assert held.emails[0] not in rep.text
    assert choices.masked(held.emails[0]) in rep.text


def test_s29_names_with_accents_and_apostrophes_are_suggested(desk: Desk) -> None:
    made = save_customer(desk, DisplayName="O’Brien Café Lumière Ltd.")
    draft = desk.draft()
    company = deals.HubSpotCompany("77", "O'BRIEN CAFE LUMIERE")
    people = deals.People(company=company)
    sitting = Sitting.of(desk.actor, draft, now())
    sitting.content = replace(sitting.content, extras={"people": people.to_json()})
    [found] = choices.suggestions(sitting)
    assert found.customer.id == made["Id"]
    assert not found.is_certain


def test_b14_thirty_nasty_names_round_trip_without_a_second_customer(desk: Desk) -> None:
    """Found again on the second run, no duplicate customer, no query error."""
    assert len(NAMES) >= 30
    for name in NAMES:
        safe = safe_display_name(name)
        if desk.reference.customer_named(safe) is None:
            draft = desk.draft(customer_id="", customer_name="", new_customer=NewCustomer(safe))
            operation = desk.submit(draft)
            assert operation.point == RecoveryPoint.DONE, (operation.problem, name)
        found = desk.reference.customer_named(safe)
        assert found is not None, name
        assert found.id in {each.id for each in desk.reference.search_customers(safe, 50)}, name
        again = desk.draft("20300100002", customer_id="", new_customer=NewCustomer(safe))
        content = Sitting.of(desk.actor, again, now()).content
        taken = services.judged(again, content, now())[1].name_taken_by
        assert taken is not None, name
        assert taken.id == found.id, name
        assert len(desk.customers_named(found.display_name)) == 1, name


def test_d07_the_billing_contact_is_the_contact_of_the_invoice(desk: Desk, rep: Visitor) -> None:
    hubspot = desk.books.hubspot()
    contacts = ("20100100001", "20100100002")
    deal = "20300100002"
    hubspot.associate("deals", "contacts", [(deal, each) for each in contacts], 3)
    path = "associations/2026-03/deals/contacts/labels"
    label = {"label": "Billing contact", "name": "billing_contact"}
    made = hubspot._post(path, label, "write").object()["results"][0]["typeId"]
    body = {"inputs": [{"from": {"id": deal}, "to": {"id": contacts[1]},
                        "types": [{"associationCategory": "USER_DEFINED",
                                   "associationTypeId": made}]}]}  # fmt: skip
    hubspot._post("associations/2026-03/deals/contacts/batch/create", body, "write")
    desk.books.forget()
    rep.client.post(f"{deal_url(desk, deal)}invoice/")
    assert len(desk.books.calls()) <= 3, desk.books.calls()
    draft = draft_of(desk)
    rep.see(f"{deal_url(desk, deal)}invoice/{draft.pk}/customer/")
    assert len(desk.books.calls()) <= 4, "the label is asked for where the contact is chosen"
    assert draft_of(desk).content["contact_id"] == contacts[1]
    desk.books.forget()
    rep.see(rep.path)
    assert desk.books.calls() == []


def test_d05_a_rep_of_another_deal_finds_no_picker(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    url = rep.path.replace("/customer/", "/customers/")
    stranger = tenants.member(desk.books.portal, Role.SALES_REP)
    rep.client.force_login(stranger.person, backend=BACKEND)
    rep.see(f"{url}?q=amy")
    assert rep.page.status_code == 404
