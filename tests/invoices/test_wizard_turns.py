"""Several companies, two people, HubSpot away, numbers that need an accountant (S-25, S-62, E-05)."""

from typing import Any

import pytest
from django.test import Client

from integration.clock import now
from integration.models import Membership
from integration.models.people import Role
from integration.reference import Reference
from invoices.models import Draft, NumberSeries
from tests import tenants
from tests.invoices.desk import Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.test_wizard import begin, choose_customer, deal_url
from tests.sync.books import UK, connect


def visitor(member: Membership) -> Visitor:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return Visitor(client)


@pytest.fixture
def rep(desk: Desk) -> Visitor:
    return visitor(desk.member)


def test_s25_with_several_companies_the_first_step_asks_which(desk: Desk, rep: Visitor) -> None:
    other = Desk(connect(desk.sandbox, realm=UK, portal=desk.books.portal), desk.member)
    begin(desk, rep)
    assert rep.path.endswith("/company/")
    assert other.company.name in rep.text
    rep.press("next", company_id="")
    assert rep.page.status_code == 422
    assert "Choose the company that sends this invoice." in rep.text
    rep.press("next", company_id=str(other.company.pk))
    assert rep.path.endswith("/source/"), "the deal has a quote to start from"
    draft = Draft.objects.for_portal(desk.books.portal).get()
    assert draft.company == other.company


def test_s25_another_company_empties_what_belonged_to_the_first(desk: Desk, rep: Visitor) -> None:
    other = Desk(connect(desk.sandbox, realm=UK, portal=desk.books.portal), desk.member)
    begin(desk, rep)
    rep.press("next", company_id=str(desk.company.pk))
    choose_customer(desk, rep)
    rep.see(rep.path.replace("/lines/", "/company/"))
    rep.press("next", company_id=str(other.company.pk))
    draft = Draft.objects.for_portal(desk.books.portal).get()
    assert (draft.content["customer_id"], draft.content["lines"]) == ("", [])


def test_d04_a_member_of_one_company_is_not_asked(desk: Desk) -> None:
    other = Desk(connect(desk.sandbox, realm=UK, portal=desk.books.portal), desk.member)
    member = tenants.member(desk.books.portal, Role.OWNER, other.company)
    limited = visitor(member)
    begin(desk, limited)
    assert limited.path.endswith("/customer/")
    assert Draft.objects.for_portal(desk.books.portal).get().company == other.company


def test_f89_two_people_on_one_step_lose_nothing(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    details = rep.path.replace("/customer/", "/details/")
    rep.see(details)
    colleague = visitor(tenants.member(desk.books.portal, Role.OWNER))
    colleague.see(details)
    colleague.press("save", message="From the colleague")
    rep.press("save", message="From the rep")
    assert rep.page.status_code == 409
    assert "Changed in another window" in rep.text
    assert rep.fields()["message"] == "From the rep"
    draft = Draft.objects.for_portal(desk.books.portal).get()
    assert draft.content["message"] == "From the colleague"
    rep.press("save")
    draft.refresh_from_db()
    assert draft.content["message"] == "From the rep"


def test_f18_with_hubspot_away_the_page_says_so(desk: Desk, rep: Visitor) -> None:
    desk.sandbox.faults(
        {"match": {"vendor": "hubspot"}, "fault": {"kind": "status", "status": 503}, "times": 99}
    )
    rep.post(f"{deal_url(desk)}invoice/")
    assert rep.page.status_code == 503
    assert "HubSpot" in rep.text
    assert not Draft.objects.for_portal(desk.books.portal).exists()


def test_a_company_not_read_yet_asks_for_patience(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    step = rep.path
    from integration.models import Record

    Record.objects.for_portal(desk.books.portal).delete()
    rep.see(step)
    assert "has not yet read customers and products" in rep.text


def custom_numbers(desk: Desk) -> None:
    desk.books.do("preferences", preferences={"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    from integration import sessions

    fresh = sessions.quickbooks(desk.company).preferences()
    Reference.of(desk.company).keep("Preferences", [fresh.raw], now())


def numbers_url(desk: Desk) -> str:
    return f"/p/{desk.books.portal.pk}/companies/{desk.company.pk}/numbers/"


def test_s62_s63_review_blocks_until_an_accountant_confirmed_the_series(
    desk: Desk, rep: Visitor
) -> None:
    custom_numbers(desk)
    begin(desk, rep)
    rep.see(rep.path.replace("/customer/", "/review/"))
    assert "custom transaction numbers switched on" in rep.text
    accountant = visitor(tenants.member(desk.books.portal, Role.ACCOUNTANT))
    accountant.see(numbers_url(desk))
    fields = accountant.fields("series-form")
    accountant.post(numbers_url(desk), **{**fields, "prefix": "INV-", "padding": "4"})
    series = NumberSeries.objects.for_portal(desk.books.portal).get()
    assert series.prefix == "INV-"
    assert series.confirmed_at is not None
    rep.see(rep.path)
    assert "custom transaction numbers switched on" not in rep.text


def test_d12_the_series_page_suggests_what_is_in_use(desk: Desk) -> None:
    accountant = visitor(tenants.member(desk.books.portal, Role.ACCOUNTANT))
    accountant.see(numbers_url(desk))
    used = [int(row["DocNumber"]) for row in desk.in_quickbooks() if row["DocNumber"].isdigit()]
    page: Any = accountant.page.context["form"]
    assert page.initial["next_number"] == max(used) + 1


def test_c13_a_rep_may_not_confirm_numbers(desk: Desk) -> None:
    rep = visitor(tenants.member(desk.books.portal, Role.SALES_REP))
    rep.see(numbers_url(desk))
    assert rep.page.status_code == 403
