"""Every entity the way clients use it: create, read, query, change, CDC, batch, delete or inactive."""

from typing import Any

import pytest

from sandbox.quickbooks.entities import ROWS
from tests.sandbox.qbo_bodies import MAKE
from tests.sandbox.qbo_client import GB, Body, Company
from tests.sandbox_process import SandboxProcess

NOTES = {
    "Customer": "Notes", "Vendor": "Notes", "Item": "Description", "Account": "Description",
    "Attachable": "Category", "TimeActivity": "Description",
}  # fmt: skip
"""A text property to change, where it is not PrivateNote."""
TRANSACTIONS = [name for name in MAKE if ROWS[name].is_transaction]
NAMES = [name for name in MAKE if ROWS[name].has_active]


def create(company: Company, kind: str) -> Body:
    return company.save(kind, **MAKE[kind](company))


def version(entity: Body) -> Body:
    return {"Id": entity["Id"], "SyncToken": entity["SyncToken"]}


def in_feed(company: Company, kind: str, since: str, identity: str) -> Body | None:
    answer = company.get("cdc", entities=kind, changedSince=since)
    found = answer.body["CDCResponse"][0]["QueryResponse"][0].get(kind, [])
    return next((row for row in found if row["Id"] == identity), None)


@pytest.mark.parametrize("kind", MAKE)
def test_entity_is_created_read_queried_and_seen_by_the_feed(company: Company, kind: str) -> None:
    since = company.get("preferences").body["time"]
    made = create(company, kind)
    assert made["SyncToken"] == "0"
    assert made["domain"] == "QBO"
    assert company.read(kind, made["Id"]) == made
    assert company.first(kind, f"Id = '{made['Id']}'") == made
    assert company.query(f"select count(*) from {kind}")["totalCount"] >= 1
    assert in_feed(company, kind, since, made["Id"]) == made
    batch = {"bId": "1", "Query": f"select * from {kind} where Id = '{made['Id']}'"}
    answer = company.post("batch", {"BatchItemRequest": [batch]}).body["BatchItemResponse"][0]
    assert answer["QueryResponse"][kind] == [made]


@pytest.mark.parametrize("kind", MAKE)
def test_entity_changes_sparsely_and_fully_and_refuses_what_is_stale(
    company: Company, kind: str
) -> None:
    made = create(company, kind)
    name = NOTES.get(kind, "PrivateNote" if "PrivateNote" in ROWS[kind].properties else "")
    sparse = company.update(kind, made, **({name: "changed"} if name else {}))
    assert sparse["SyncToken"] == "1"
    if name:
        assert sparse[name] == "changed"
    assert {key for key in made if key not in sparse} <= {"UnappliedAmt"}
    stale = company.post(kind.lower(), {**version(made), "sparse": True})
    assert (stale.status, stale.code) == (400, "5010")
    kept = {key: value for key, value in sparse.items() if key not in ("sparse", name)}
    full = company.save(kind, **kept)
    assert full["SyncToken"] == "2"
    assert name not in full or not name
    assert company.post(kind.lower(), {"Id": "999999", "SyncToken": "0"}).code == "610"


@pytest.mark.parametrize("kind", [*TRANSACTIONS, "Attachable"])
def test_transaction_is_deleted_and_leaves_a_marker(company: Company, kind: str) -> None:
    since = company.get("preferences").body["time"]
    made = create(company, kind)
    late = company.post(kind.lower(), {"Id": made["Id"], "SyncToken": "7"}, operation="delete")
    assert late.code == "5010"
    gone = company.post(kind.lower(), version(made), operation="delete")
    assert gone.body[kind] == {"status": "Deleted", "domain": "QBO", "Id": made["Id"]}
    assert company.get(f"{kind.lower()}/{made['Id']}").code == "610"
    assert company.query(f"select * from {kind} where Id = '{made['Id']}'") == {}
    marker = in_feed(company, kind, since, made["Id"])
    assert marker is not None
    assert marker["status"] == "Deleted"


@pytest.mark.parametrize("kind", NAMES)
def test_name_is_hidden_not_deleted(company: Company, kind: str) -> None:
    made = create(company, kind)
    refused = company.post(kind.lower(), version(made), operation="delete")
    assert (refused.status, refused.code) == (400, "500")
    hidden = company.update(kind, made, Active=False)
    assert hidden["Active"] is False
    assert hidden[ROWS[kind].key].endswith(" (deleted)")
    named = f"Id = '{made['Id']}'"
    assert company.query(f"select * from {kind} where {named}") == {}
    assert company.first(kind, f"{named} and Active = false") == hidden
    back = company.update(kind, hidden, Active=True)
    assert back[ROWS[kind].key] == made[ROWS[kind].key]


VOIDS = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Payment")


@pytest.mark.parametrize("kind", VOIDS)
def test_form_is_voided_but_stays(company: Company, kind: str) -> None:
    made = create(company, kind)
    how = {"operation": "update", "include": "void"} if kind == "Payment" else {"operation": "void"}
    voided = company.post(kind.lower(), {**version(made), "sparse": True}, **how).body[kind]
    assert voided["TotalAmt"] == 0
    assert voided["PrivateNote"] == "Voided"
    assert company.read(kind, made["Id"])["SyncToken"] == "1"


def test_tax_lists_are_made_by_their_service_and_absent_from_the_feed(company: Company) -> None:
    body = {
        "TaxCode": "Matrix tax",
        "TaxRateDetails": [{"TaxRateName": "Matrix rate", "RateValue": 4, "TaxAgencyId": "1"}],
    }
    made = company.post("taxservice/taxcode", body).body
    assert company.read("TaxCode", made["TaxCodeId"])["Name"] == "Matrix tax"
    rate = company.first("TaxRate", "Name = 'Matrix rate'")
    assert rate["AgencyRef"]["value"] == "1"
    assert company.read("TaxAgency", "1")["DisplayName"]
    now = company.get("preferences").body["time"]
    for kind in ("TaxCode", "TaxRate", "TaxAgency"):
        assert company.get("cdc", entities=kind, changedSince=now).status == 400


def test_currencies_and_rates(british: Company) -> None:
    made = british.save("CompanyCurrency", Code="CAD")
    assert british.first("CompanyCurrency", "Code = 'CAD'") == made
    assert made["Name"] == "Canadian Dollar"
    hidden = british.update("CompanyCurrency", made, Active=False)
    assert hidden["Active"] is False
    rate = british.save("ExchangeRate", SourceCurrencyCode="CAD", Rate=0.57, AsOfDate="2026-11-01")
    assert rate["Rate"] == 0.57
    found = british.query("select * from ExchangeRate where SourceCurrencyCode = 'CAD'")
    assert [row["Rate"] for row in found["ExchangeRate"]] == [0.57]


# -- what may be asked


def literal(value: Any) -> str:
    """A stored value as it stands in a query."""
    if isinstance(value, dict):
        value = value.get("Address", value.get("value"))
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def stored(entity: Body, name: str) -> Any:
    """The value of a filterable property by its name in any letter case; None when it has none."""
    if name.startswith("metadata."):
        inner = {key.lower(): value for key, value in entity["MetaData"].items()}
        return inner[name.partition(".")[2]]
    return next((value for key, value in entity.items() if key.lower() == name), None)


@pytest.mark.parametrize("kind", [name for name in ROWS if name not in ("CompanyInfo",)])
def test_qbo_rule_27_every_filterable_property_finds_its_record(
    vendors: SandboxProcess, kind: str
) -> None:
    company = Company(
        vendors, GB if kind in ("CompanyCurrency", "ExchangeRate") else "9341450000000001"
    )
    if kind in MAKE:
        entity = create(company, kind)
    else:
        entity = company.query(f"select * from {kind}")[kind][-1]
    for name in ROWS[kind].filters:
        value = stored(entity, name)
        if value is None:
            assert (
                "QueryResponse"
                in company.get("query", query=f"select * from {kind} where {name} = '1'").body
            )
            continue
        found = company.query(
            f"select * from {kind} where {name} = {literal(value)} maxresults 1000"
        )
        assert entity in found[kind], name


@pytest.mark.parametrize("kind", ROWS)
def test_qbo_rule_27_what_may_not_be_asked_or_sorted_is_refused(
    company: Company, kind: str
) -> None:
    row = ROWS[kind]
    for name in row.properties:
        sortable = row.filters.get(name.lower())
        if sortable is None:
            answer = company.refusal(f"select * from {kind} where {name} = '1'")
            assert (answer.code, name in answer.error["Detail"]) == ("4001", True), name
        if not sortable:
            assert company.refusal(f"select * from {kind} orderby {name}").code == "4001", name
    for name, sortable in row.filters.items():
        if sortable:
            assert company.refusal(f"select * from {kind} orderby {name} desc").status == 200, name
