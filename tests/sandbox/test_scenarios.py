"""Each scenario loads for both vendors and holds what its name promises."""

import json
from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.sandbox.qbo_client import GB, US, Body, Company, line
from tests.sandbox_process import ROOT, SandboxProcess

TOKEN = {"authorization": "Bearer pat-na1-sandbox-demo"}
SCENARIOS = (
    "demo", "empty", "many", "huge", "currencies", "canada", "australia", "nasty",
)  # fmt: skip
NASTY = json.loads((ROOT / "sandbox" / "data" / "nasty_names.json").read_text())


class Portal:
    """The first portal of the scenario, as a static token sees it."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        sandbox.switch(search_lag_seconds=0, burst_limit=0, search_limit_per_second=0)
        self.base = f"{sandbox.hubspot}/crm/v3/objects"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(TOKEN)

    def post(self, path: str, body: Any) -> Body:
        answer = self.session.post(f"{self.base}/{path}", json=body, timeout=30)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def total(self, kind: str) -> int:
        return int(self.post(f"{kind}/search", {"limit": 1})["total"])

    def rows(self, kind: str, *names: str) -> list[Body]:
        """All records of a small scenario, each with its properties and id."""
        query = {"limit": "100", "properties": ",".join(names)}
        answer = self.session.get(f"{self.base}/{kind}", params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        return [{**row["properties"], "id": row["id"]} for row in answer.json()["results"]]

    def found(self, kind: str, name: str, value: str) -> list[str]:
        filters = [{"propertyName": name, "operator": "EQ", "value": value}]
        body = {"filterGroups": [{"filters": filters}], "properties": [name]}
        return [row["id"] for row in self.post(f"{kind}/search", body)["results"]]


def test_every_scenario_is_for_both_vendors_and_listed_in_the_readme() -> None:
    files = {file.name for file in (ROOT / "sandbox" / "scenarios").iterdir()}
    assert files == {f"{name}.{v}.json" for name in SCENARIOS for v in ("quickbooks", "hubspot")}
    readme = (ROOT / "sandbox" / "README.md").read_text()
    assert all(f"| `{name}` |" in readme for name in SCENARIOS)


def identities(vendors: SandboxProcess) -> Body:
    """Every id of both vendors, by account and kind."""
    state = vendors.state()
    books = {
        realm: {kind: [row.get("Id") for row in rows] for kind, rows in tables.items()}
        for realm, tables in state["quickbooks"]["companies"].items()
    }
    portals = {
        number: {kind: list(rows) for kind, rows in portal["objects"].items()}
        for number, portal in state["hubspot"].items()
    }
    return {**books, **portals}


@pytest.mark.parametrize(
    "name", ["demo", "empty", "many", "currencies", "canada", "australia", "nasty"]
)
def test_a_scenario_has_the_same_ids_after_each_reset(vendors: SandboxProcess, name: str) -> None:
    vendors.reset(name)
    first = identities(vendors)
    assert any(first.values())
    Company(vendors, next(iter(first))).save("Customer", DisplayName="Gone after the reset")
    vendors.reset(name)
    assert identities(vendors) == first


def test_an_unknown_scenario_names_the_known_ones(vendors: SandboxProcess) -> None:
    with pytest.raises(
        ValueError, match="australia, canada, currencies, demo, empty, huge, many, nasty"
    ):
        vendors.reset("nowhere")


def test_demo_is_the_same_customers_on_both_sides(vendors: SandboxProcess) -> None:
    company, portal = Company(vendors, US), Portal(vendors)
    names = {row["name"] for row in portal.rows("companies", "name")}
    customers = company.query("select * from Customer maxresults 1000")["Customer"]
    assert len(names & {row["DisplayName"] for row in customers}) >= 10
    assert portal.total("deals") == 40


def test_empty_has_no_customer_and_takes_the_first(vendors: SandboxProcess) -> None:
    vendors.reset("empty")
    company, portal = Company(vendors, US), Portal(vendors)
    assert company.query("select count(*) from Customer")["totalCount"] == 0
    assert company.query("select * from Invoice") == {}
    assert [portal.total(kind) for kind in ("contacts", "companies", "deals")] == [0, 0, 0]
    customer = company.save("Customer", DisplayName="The first")
    assert company.invoice(customer["Id"], line(10, item="1"))["DocNumber"] == "1001"
    assert portal.post("contacts", {"properties": {"email": "first@example.com"}})["id"]


def test_many_has_2500_invoices_of_three_lines(vendors: SandboxProcess) -> None:
    vendors.reset("many")
    company, portal = Company(vendors, US), Portal(vendors)
    assert company.query("select count(*) from Invoice")["totalCount"] == 2500
    page = company.query("select * from Invoice startposition 2401 maxresults 1000")["Invoice"]
    assert len(page) == 100
    kinds = [one["DetailType"] for one in page[0]["Line"]]
    assert kinds == ["SalesItemLineDetail"] * 3 + ["SubTotalLineDetail"]
    assert (portal.total("contacts"), portal.total("deals")) == (300, 2500)
    email = company.read("Customer", "7")["PrimaryEmailAddr"]["Address"]
    assert len(portal.found("contacts", "email", email)) == 1


@pytest.mark.long
def test_huge_has_100000_customers_and_contacts_of_the_same_addresses(
    vendors: SandboxProcess,
) -> None:
    vendors.reset("huge")
    company, portal = Company(vendors, US), Portal(vendors)
    assert company.query("select count(*) from Customer")["totalCount"] == 100_000
    last = company.query(
        "select * from Customer orderby MetaData.LastUpdatedTime startposition 99001 "
        "maxresults 1000"
    )["Customer"]
    assert len({row["Id"] for row in last}) == 1000
    assert portal.total("contacts") == 100_000
    email = last[-1]["PrimaryEmailAddr"]["Address"]
    read = {"idProperty": "email", "inputs": [{"id": email}], "properties": ["email"]}
    assert len(portal.post("contacts/batch/read", read)["results"]) == 1


def test_currencies_has_open_and_paid_invoices_in_five(vendors: SandboxProcess) -> None:
    vendors.reset("currencies")
    company, portal = Company(vendors, GB), Portal(vendors)
    invoices = company.query("select * from Invoice maxresults 100")["Invoice"]
    codes = {"GBP", "USD", "EUR", "JPY", "CHF"}
    for code in codes:
        mine = [row for row in invoices if row["CurrencyRef"]["value"] == code]
        assert [row["Balance"] == 0 for row in mine] == [True, False, False]
        assert mine[2]["Balance"] < mine[2]["TotalAmt"]
        rate = Decimal(str(mine[1]["ExchangeRate"]))
        home = Decimal(str(mine[1]["TotalAmt"])) * rate
        assert abs(Decimal(str(mine[1]["HomeTotalAmt"])) - home) < Decimal("0.01")
    assert {
        row["deal_currency_code"] for row in portal.rows("deals", "deal_currency_code")
    } == codes


def test_nasty_names_live_on_both_sides_unharmed(vendors: SandboxProcess) -> None:
    vendors.reset("nasty")
    company, portal = Company(vendors, US), Portal(vendors)
    assert len(NASTY) == 30
    customers = company.query("select * from Customer maxresults 100")["Customer"]
    assert [row["DisplayName"] for row in customers] == NASTY
    invoices = company.query("select * from Invoice maxresults 100")["Invoice"]
    assert [row["CustomerRef"]["name"] for row in invoices] == NASTY
    assert {row["name"] for row in portal.rows("companies", "name")} == set(NASTY)
    assert {row["lastname"] for row in portal.rows("contacts", "lastname")} == set(NASTY)


@pytest.mark.parametrize("number", range(30))
def test_a_nasty_name_is_found_again(vendors: SandboxProcess, number: int) -> None:
    vendors.reset("nasty")
    name = NASTY[number]
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    company = Company(vendors, US)
    found = company.query(f"select * from Customer where DisplayName = '{escaped}'")["Customer"]
    assert [row["DisplayName"] for row in found] == [name]
    assert company.post("customer", {"DisplayName": name}).code == "6240"
    assert len(Portal(vendors).found("companies", "name", name)) == 1


def test_nasty_names_are_escaped_on_the_pages_for_people(vendors: SandboxProcess) -> None:
    vendors.reset("nasty")
    books, hubspot = f"{vendors.quickbooks}/app/{US}", f"{vendors.hubspot}/contacts/48100001"
    pages = (f"{books}/customers", f"{books}/invoices", f"{hubspot}/objects/0-3/views/all/list")
    for page in pages:
        answer = requests.get(page, timeout=30)
        assert answer.status_code == 200
        assert "&lt;script&gt;alert(1)" in answer.text
        assert "<script>alert(1)" not in answer.text


def test_a_world_set_aside_comes_back_as_it_was(vendors: SandboxProcess) -> None:
    closed = {"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}}
    vendors.admin("POST", "quickbooks/preferences", {"realm": US, "preferences": closed})
    vendors.advance(3600)
    before = vendors.state("quickbooks")
    vendors.set_aside("closed books")
    vendors.reset()
    assert vendors.state("quickbooks") != before
    assert vendors.go_back_to("closed books")
    assert vendors.state("quickbooks") == before
    assert not vendors.go_back_to("never made")
    with pytest.raises(ValueError, match="nothing was set aside"):
        vendors.admin("POST", "reset", {"set_aside": "never made"})
