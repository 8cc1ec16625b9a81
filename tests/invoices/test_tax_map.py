"""The tax map: its page, and what it makes of a quote's lines (B-25, D-08 to D-11)."""

import re
from typing import Any

import pytest
from django.test import Client

from integration import company_settings, sessions, tax_map
from integration.access import api_tokens
from integration.access.rights import Right
from integration.clock import now
from integration.hubspot_setup import ensure_properties
from integration.models import AuditEvent, TaxMapping
from integration.models.people import Role
from tests import tenants
from tests.invoices import offers
from tests.invoices.desk import Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.quote_desk import begin, choose, create, draft_of, go, to_lines
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect

UK = "9341450000000003"
CALIFORNIA, STANDARD, ZERO = "9001", "9002", "9003"
"""HubSpot's tax rates in the demo portal: 8.25, 20 and 0 percent."""


@pytest.fixture
def uk(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Desk:
    """A desk in London whose portal also sells in pounds."""
    sandbox.switch(burst_limit=0)
    books = connect(sandbox, realm=UK)
    ensure_properties(books.portal, sessions.hubspot(books.portal), now())
    return Desk(books)


def visitor(desk: Desk) -> Visitor:
    client = Client()
    client.force_login(desk.member.person, backend=BACKEND)
    return Visitor(client)


@pytest.fixture
def rep(uk: Desk) -> Visitor:
    return visitor(uk)


def code(desk: Desk, percent: int) -> str:
    found = [each for each in desk.reference.tax_codes() if each.usable_for_sales]
    return next(each.id for each in found if each.sales_rates and each.sales_rates[0][1] == percent)


def page(desk: Desk) -> str:
    return f"/p/{desk.books.portal.pk}/companies/{desk.company.pk}/tax-map/"


def save(desk: Desk, **changes: str) -> None:
    """The tax map as an owner stores it."""
    policy = {name: text for name, text in changes.items() if not name.startswith("rate_")}
    codes = {name.removeprefix("rate_"): text for name, text in changes.items()
             if name.startswith("rate_")}  # fmt: skip
    version = company_settings.of_company(desk.company).version
    tax_map.change(desk.actor, desk.company, codes, policy, version=version, now=now())


def from_quote(desk: Desk, rep: Visitor, rate: str, **more: Any) -> None:
    """At the products step, with a line of the portal's tax rate."""
    quoted = offers.line(desk.item().sku, hs_tax_rate_group_id=rate)
    quote_id = offers.quote(desk, quoted, hs_currency=desk.company.home_currency, **more)
    begin(desk, rep)
    choose(rep, quote_id)
    to_lines(desk, rep)


def first_code(desk: Desk) -> str:
    return str(draft_of(desk).content["lines"][0]["tax_code_id"])


# ------------------------------------------------------------------------------------------ the page
def test_b25_the_page_lists_hubspots_rates_and_what_they_mean(uk: Desk, rep: Visitor) -> None:
    rep.see(page(uk))
    assert rep.page.status_code == 200
    assert "UK standard rate" in rep.text
    assert "20 %" in rep.text
    assert "Without a choice: 20.0% S (20 %)" in rep.text
    assert "Without a choice: as chosen below" in rep.text


def test_b25_choices_are_stored_once_and_leave_a_trail(uk: Desk, rep: Visitor) -> None:
    rep.see(page(uk))
    body = rep.fields("tax-map")
    body |= {f"code_{CALIFORNIA}": code(uk, 5), "unmapped_tax": "stop"}
    rep.post(page(uk), **body)
    assert "is saved" in rep.text
    assert tax_map.codes_by_rate(uk.company) == {CALIFORNIA: code(uk, 5)}
    assert company_settings.of_company(uk.company).unmapped_tax == "stop"
    event = AuditEvent.objects.for_portal(uk.books.portal).get(action="tax_map.changed")
    assert event.after == {CALIFORNIA: code(uk, 5), "unmapped_tax": "stop"}
    rep.post(page(uk), **body)
    assert rep.page.status_code == 409
    assert "were not stored" in rep.text
    rep.see(page(uk))
    again = {**rep.fields("tax-map"), f"code_{CALIFORNIA}": ""}
    rep.post(page(uk), **again)
    assert not TaxMapping.objects.for_portal(uk.books.portal).exists()


def test_b25_not_taxed_needs_a_code_outside_the_us(uk: Desk, rep: Visitor) -> None:
    rep.see(page(uk))
    rep.post(page(uk), **{**rep.fields("tax-map"), "unmapped_tax": "non_taxable"})
    assert rep.page.status_code == 422
    assert "Choose the tax code that such lines get." in rep.text
    assert company_settings.of_company(uk.company).unmapped_tax == "ask"


def test_b25_rates_seen_before_are_listed_when_hubspot_is_away(
    uk: Desk, rep: Visitor, sandbox: SandboxProcess
) -> None:
    rep.see(page(uk))
    rule = {"match": {"vendor": "hubspot", "path": "/tax-rates"}, "fault": {"kind": "status", "status": 503},
            "times": 9}  # fmt: skip
    sandbox.faults(rule)
    rep.see(page(uk))
    assert rep.page.status_code == 200
    assert "UK standard rate" in rep.text
    assert "HubSpot" in rep.text


def test_b25_c13_a_rep_may_not_see_or_change_it(uk: Desk) -> None:
    reps = Desk(uk.books, tenants.member(uk.books.portal, Role.SALES_REP))
    rep = visitor(reps)
    assert rep.see(page(uk)).status_code == 403
    assert rep.post(page(uk), unmapped_tax="default").status_code == 403
    assert company_settings.of_company(uk.company).unmapped_tax == "ask"


# ---------------------------------------------------------------------------------------- on a quote
def test_b25_a_mapped_rate_wins_over_the_same_percentage(uk: Desk, rep: Visitor) -> None:
    save(uk, **{f"rate_{STANDARD}": code(uk, 5)})
    from_quote(uk, rep, STANDARD)
    assert first_code(uk) == code(uk, 5)


def test_b25_d08_an_unmapped_rate_is_asked_for(uk: Desk, rep: Visitor) -> None:
    from_quote(uk, rep, CALIFORNIA)
    assert first_code(uk) == ""
    assert "HubSpot's tax California sales tax has no tax code" in rep.text
    rep.press()
    assert rep.page.status_code == 422
    key = re.findall(r'data-line="(\w+)"', rep.page.content.decode())[0]
    rep.press("next", **{f"line-{key}-tax_code_id": code(uk, 20)})
    assert rep.path.endswith("/details/"), rep.text
    go(rep, "review")
    invoice = create(uk, rep)
    assert (invoice.total, invoice.total_tax) == (240, 40)
    assert not invoice.total_differs


def test_b25_the_map_settles_a_line_that_was_open(uk: Desk, rep: Visitor) -> None:
    save(uk, unmapped_tax="stop")
    from_quote(uk, rep, CALIFORNIA)
    rep.press()
    assert "The company's tax map stops such invoices." in rep.text
    key = re.findall(r'data-line="(\w+)"', rep.page.content.decode())[0]
    rep.press("next", **{f"line-{key}-tax_code_id": code(uk, 20)})
    assert rep.page.status_code == 422
    rep.press("save", **{f"line-{key}-tax_code_id": ""})
    save(uk, **{f"rate_{CALIFORNIA}": code(uk, 20)})
    rep.press("next", **{f"line-{key}-tax_code_id": ""})
    assert rep.path.endswith("/details/"), rep.text
    go(rep, "review")
    assert create(uk, rep).total_tax == 40


@pytest.mark.parametrize(
    ("policy", "percent"), [("default", 20), ("non_taxable", 0)], ids=["default", "non_taxable"]
)
def test_b25_policies_that_ask_nobody(uk: Desk, rep: Visitor, policy: str, percent: int) -> None:
    uk.books.configure(unmapped_tax=policy, non_taxable_code_id=code(uk, 0))
    from_quote(uk, rep, CALIFORNIA)
    assert first_code(uk) == code(uk, percent)


def test_b25_a_tax_of_the_whole_quote_follows_the_map_too(uk: Desk, rep: Visitor) -> None:
    save(uk, **{f"rate_{STANDARD}": code(uk, 5)})
    quote_id = offers.quote(
        uk, offers.line(uk.item().sku), hs_currency="GBP", taxes=[("PERCENT", "20", "VAT")]
    )
    tax_map.note(uk.books.portal, uk.books.hubspot().tax_rates())
    begin(uk, rep)
    choose(rep, quote_id)
    to_lines(uk, rep)
    assert first_code(uk) == code(uk, 5)


def test_b13_b25_line_and_header_discounts_with_vat_keep_the_quotes_total(
    uk: Desk, rep: Visitor
) -> None:
    quoted = offers.line(uk.item().sku, hs_discount_percentage="10", hs_tax_rate_group_id=STANDARD)
    quote_id = offers.quote(uk, quoted, hs_currency="GBP", discounts=[("FIXED", "5.00", "Welcome")])
    begin(uk, rep)
    choose(rep, quote_id)
    to_lines(uk, rep)
    go(rep, "review")
    invoice = create(uk, rep)
    assert invoice.total - invoice.total_tax == 175
    assert invoice.total_tax == 35
    assert not invoice.total_differs


# ------------------------------------------------------------------------------------ D-09 and D-11
def test_d09_a_us_line_hubspot_does_not_tax_is_not_taxable(desk: Desk) -> None:
    rep = visitor(desk)
    from_quote(desk, rep, ZERO)
    assert first_code(desk) == "NON"
    assert "Not taxable" in rep.text
    rep.press("save", **{f"line-{draft_of(desk).content['lines'][0]['key']}-tax_code_id": "TAX"})
    assert first_code(desk) == "TAX"


def test_d11_a_total_that_differs_is_flagged_with_both_numbers(
    uk: Desk, rep: Visitor, sandbox: SandboxProcess
) -> None:
    from_quote(uk, rep, STANDARD)
    go(rep, "review")
    assert "240.00" in rep.text
    rates = {rate: value for code in uk.reference.tax_codes() for rate, value in code.sales_rates}
    standard = next(rate for rate, value in rates.items() if value == 20)
    body = {"Id": standard, "SyncToken": "0", "sparse": True, "RateValue": 17.5}
    sandbox.admin("POST", "quickbooks/save", {"realm": UK, "kind": "TaxRate", "body": body})
    invoice = create(uk, rep)
    assert invoice.total_differs
    assert (invoice.total, invoice.expected_total) == (235, 240)
    assert "Total differs" in rep.text
    assert "235.00" in rep.text
    assert "240.00" in rep.text


def test_s39_d09_quickbooks_is_sent_no_rate_for_a_us_line(desk: Desk) -> None:
    rep = visitor(desk)
    from_quote(desk, rep, CALIFORNIA)
    go(rep, "review")
    invoice = create(desk, rep)
    [line] = [row for row in invoice.raw["Line"] if row["DetailType"] == "SalesItemLineDetail"]
    assert line["SalesItemLineDetail"]["TaxCodeRef"]["value"] in ("TAX", "NON")


# ------------------------------------------------------------------------------------------- the API
def test_b25_b30_the_tax_map_over_the_api(uk: Desk) -> None:
    tax_map.note(uk.books.portal, uk.books.hubspot().tax_rates())
    made = api_tokens.create(uk.member.person, uk.books.portal, "test", frozenset(Right), now())
    headers = {"Authorization": f"Bearer {made[1]}"}
    address = f"/api/v1/companies/{uk.company.pk}/tax-map"
    found = Client().get(address, headers=headers).json()
    assert {row["rate_id"]: row["percent"] for row in found["rates"]} == {
        CALIFORNIA: "8.25", STANDARD: "20", ZERO: "0",
    }  # fmt: skip
    body = {
        "version": found["version"],
        "unmapped": "stop",
        "rates": [{"rate_id": CALIFORNIA, "tax_code_id": code(uk, 5)}],
    }

    def put(**more: Any) -> Any:
        said = {**body, **more}
        return Client().put(address, said, content_type="application/json", headers=headers)

    answer = put()
    assert answer.status_code == 200, answer.content
    assert tax_map.codes_by_rate(uk.company) == {CALIFORNIA: code(uk, 5)}
    assert put().status_code == 409
    again = put(version=answer.json()["version"])
    assert again.json() == answer.json()
    events = AuditEvent.objects.for_portal(uk.books.portal).filter(action="tax_map.changed")
    assert events.count() == 1
    wrong = [{"rate_id": CALIFORNIA, "tax_code_id": "nope"}]
    refused = put(version=answer.json()["version"], rates=wrong)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (
        422,
        f"rates.{CALIFORNIA}",
    )
