"""Queries, settings, change data capture: rules 27 to 29 of the QuickBooks reference."""

import pytest

from tests.sandbox.qbo_client import GB, US, Body, Company, line
from tests.sandbox_process import SandboxProcess


def numbers(page: Body) -> list[str]:
    return [row["DocNumber"] for row in page.get("Invoice", [])]


def test_qbo_rule_27_by_get_and_post(company: Company) -> None:
    statement = "select * from Invoice where DocNumber = '1037'"
    posted = company.call(
        "POST", "query", data=statement.encode(), headers={"Content-Type": "application/text"}
    )
    assert posted.body["QueryResponse"] == company.query(statement)
    assert company.query(statement)["startPosition"] == 1
    assert company.query(statement)["maxResults"] == 1
    wrong = company.call(
        "POST", "query", data=statement.encode(), headers={"Content-Type": "application/json"}
    )
    assert wrong.status == 415


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM INVOICE WHERE DOCNUMBER = '1037'",
        "select * from invoice where docnumber in ('1037', 'none')",
        "select * from Invoice where DocNumber like '%037'",
        "select * from Invoice where DocNumber = '1037' and TotalAmt > '1000' and Balance = 0",
        "select * from Invoice where CustomerRef = '1' order by TxnDate desc maxresults 1",
        "select * from Invoice where Id = '1'",
        "select * from Invoice ORDERBY MetaData.CreateTime ASC, DocNumber STARTPOSITION 1 "
        "MAXRESULTS 1",
        "select * from Invoice where TxnDate <= '2026-01-01' and DocNumber = 'x'",
    ],
)
def test_qbo_rule_27_forms_of_one_question(company: Company, statement: str) -> None:
    expected = [] if "'x'" in statement else ["1037"]
    assert numbers(company.query(statement)) == expected


def test_qbo_rule_27_values_are_escaped(company: Company) -> None:
    names = ["O'Neil \\ Sons", 'Say "hi"', "100% Tea", "Ünï ©ödé 漢字 🎈", "a'b''c"]
    for name in names:
        company.save("Customer", DisplayName=name)
    for name in names:
        escaped = name.replace("\\", "\\\\").replace("'", "\\'")
        found = company.query(f"select * from Customer where DisplayName = '{escaped}'")
        assert [row["DisplayName"] for row in found["Customer"]] == [name]


def test_qbo_rule_27_pages(company: Company, vendors: SandboxProcess) -> None:
    assert company.query("select * from Invoice where DocNumber = 'none'") == {}
    assert company.query("select count(*) from Invoice") == {"totalCount": 14}
    page = company.query("select * from Invoice orderby DocNumber startposition 5 maxresults 3")
    assert (numbers(page), page["startPosition"], page["maxResults"]) == (
        ["1041", "1042", "1043"], 5, 3,
    )  # fmt: skip
    assert company.query("select * from Invoice startposition 500") == {}
    assert company.query("select * from Invoice maxresults 5000")["maxResults"] == 14
    vendors.switch(max_results_over_1000="refuse", query_total_count=True)
    assert company.refusal("select * from Invoice maxresults 5000").code == "4001"
    assert company.query("select * from Invoice maxresults 2")["totalCount"] == 14


def test_qbo_rule_27_projection_and_extra_column(company: Company) -> None:
    page = company.query("select Id, DisplayName from Customer maxresults 1")
    assert page["Customer"] == [{"Id": "1", "DisplayName": "Amy's Bird Sanctuary"}]
    full = company.query("SELECT *, Sku FROM Item maxresults 1")["Item"][0]
    assert full["Sku"]
    assert full["Name"]


def test_qbo_rule_27_by_time_with_offsets(company: Company, vendors: SandboxProcess) -> None:
    vendors.advance(10)
    invoice = company.invoice()
    since = invoice["MetaData"]["LastUpdatedTime"]
    asked = f"select * from Invoice where MetaData.LastUpdatedTime >= '{since}'"
    assert [row["Id"] for row in company.query(asked)["Invoice"]] == [invoice["Id"]]
    assert company.query(asked.replace(">=", ">")) == {}
    local = since[:19]
    assert company.query(asked.replace(since, local))["maxResults"] == 1
    dated = "select * from Invoice where TxnDate = CURRENT_DATE"
    assert company.query(dated)["maxResults"] == 1


@pytest.mark.parametrize(
    ("statement", "code", "part"),
    [
        ("", "4000", 'QueryParserError: Encountered "<EOF>"'),
        ("delete from Invoice", "4000", "Was expecting"),
        ("select * from Invoice where", "4000", "QueryParserError"),
        ("select * from Invoice where DocNumber = 'a' or Id = '1'", "4000", 'Encountered "or"'),
        ("select * from Invoice where DocNumber = 1%", "4000", "Lexical error"),
        ("select * from Invoice where DocNumber = 'open", "4000", "Lexical error"),
        ("select * from Invoice startposition 0", "4001", "value 0 is too small. Min allowed"),
        ("select * from Invoice maxresults 0", "4001", "too small"),
        ("select * from Invoice where Foo = '1'", "4001", "Property Foo not found for Entity"),
        ("select * from Invoice where EmailStatus = 'NotSet'", "4001", "not queryable"),
        ("select * from Invoice where PrivateNote = 'x'", "4001", "not queryable"),
        ("select * from Invoice where Id > '3'", "4001", "Id"),
        ("select * from Invoice orderby CustomerRef", "4001", "not sortable"),
        ("select * from Sprocket", "4001", "Sprocket"),
        ("select * from Payment where DocNumber = '1'", "4001", "DocNumber"),
        ("select * from Invoice where Balance > 'much'", "4001", "number"),
        ("select * from Invoice where MetaData.CreateTime > 'soon'", "4001", "date"),
    ],
)
def test_qbo_rule_27_refusals(company: Company, statement: str, code: str, part: str) -> None:
    answer = company.refusal(statement)
    assert (answer.status, answer.code) == (400, code)
    assert part in answer.error["Detail"]


def test_qbo_rule_28_settings(company: Company, british: Company, advanced: Company) -> None:
    info = company.get(f"companyinfo/{US}").body["CompanyInfo"]
    assert (info["CompanyName"], info["Country"]) == ("Dealbooks Demo Co (US)", "US")
    assert info["CompanyAddr"]["Country"] == "USA"
    assert "Lat" not in info["CompanyAddr"]
    assert company.query("select * from CompanyInfo")["CompanyInfo"] == [info]
    prefs = company.get("preferences").body["Preferences"]
    assert prefs["Id"] == "1"
    assert prefs["SalesFormsPrefs"]["CustomTxnNumbers"] is False
    assert "PartnerTaxEnabled" not in prefs["TaxPrefs"]
    names = {entry["Name"]: entry["Value"] for entry in advanced.get(
        f"companyinfo/{advanced.realm}").body["CompanyInfo"]["NameValue"]}  # fmt: skip
    assert names["OfferingSku"] == "QuickBooks Online Advanced"
    prefs = advanced.query("select * from Preferences")["Preferences"][0]
    assert prefs["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    currency = british.get("preferences").body["Preferences"]["CurrencyPrefs"]
    assert currency == {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "GBP"}}
    assert british.get(f"companyinfo/{GB}").body["CompanyInfo"]["Country"] == "GB"


def test_qbo_rule_28_settings_change(company: Company, automated: Company) -> None:
    prefs = company.get("preferences").body["Preferences"]
    changed = company.update("Preferences", prefs, SalesFormsPrefs={"CustomTxnNumbers": True})
    assert changed["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert changed["SalesFormsPrefs"]["AllowDeposit"] is True
    assert "DocNumber" not in company.invoice()
    prefs = automated.get("preferences").body["Preferences"]
    assert prefs["TaxPrefs"]["PartnerTaxEnabled"] is True


def test_qbo_rule_28_closed_period(company: Company, vendors: SandboxProcess) -> None:
    company.control(
        "preferences", preferences={"AccountingInfoPrefs": {"BookCloseDate": "2026-10-31"}}
    )
    body = {"CustomerRef": {"value": "1"}, "Line": [line()], "TxnDate": "2026-10-31"}
    answer = company.post("invoice", body)
    assert (answer.code, answer.error["Message"]) == ("6210", "Account Period Closed")
    assert company.post("invoice", {**body, "TxnDate": "2026-11-01"}).status == 200
    old = company.read("Invoice", "3")
    edit = {"Id": "3", "SyncToken": old["SyncToken"], "sparse": True, "DueDate": "2026-12-01"}
    assert company.post("invoice", edit).code == "6210"
    assert company.post("invoice", edit, operation="void").code in ("2010", "6210")
    vendors.switch(closed_period_code="5010")
    answer = company.post("invoice", body)
    assert (answer.code, answer.error["Message"]) == ("5010", "Account Period Closed")


def parts(answer: Body) -> list[Body]:
    return list(answer["CDCResponse"][0]["QueryResponse"])


def test_qbo_rule_29_shape(company: Company, vendors: SandboxProcess) -> None:
    vendors.advance(10)
    since = company.get("invoice/1").body["time"]
    vendors.advance(1)
    kept, doomed = company.invoice(), company.invoice()
    vendors.advance(1)
    company.post("invoice", {"Id": doomed["Id"], "SyncToken": "0"}, operation="delete")
    later = company.invoice()
    answer = company.get("cdc", entities="Term,Invoice", changedSince=since)
    terms, invoices = parts(answer.body)
    assert terms == {}
    ids = [(row["Id"], row.get("status")) for row in invoices["Invoice"]]
    assert ids == [(kept["Id"], None), (later["Id"], None), (doomed["Id"], "Deleted")]
    assert invoices["Invoice"][0] == kept
    assert invoices["startPosition"] == 1
    assert invoices["maxResults"] == invoices["totalCount"] == 3
    assert answer.body["time"] > since


def test_qbo_rule_29_refusals(company: Company) -> None:
    now = company.get("invoice/1").body["time"]
    for entities in ("TaxCode", "Invoice,TaxRate", "Sprocket"):
        assert company.get("cdc", entities=entities, changedSince=now).status == 400
    assert company.get("cdc", entities="Invoice").code == "2020"
    assert company.get("cdc", changedSince=now).code == "2020"
    assert company.get("cdc", entities="Invoice", changedSince="soon").code == "2210"
    old = company.get("cdc", entities="Invoice", changedSince="2026-10-01T00:00:00-08:00")
    assert old.status == 400
    assert "30 days" in old.error["Detail"]


def test_qbo_rule_29_inactive_and_voided_arrive_live(
    company: Company, vendors: SandboxProcess
) -> None:
    vendors.advance(5)
    since = company.get("invoice/1").body["time"]
    vendors.advance(1)
    company.update("Customer", company.read("Customer", "20"), Active=False)
    company.control("void", invoice_id="3")
    answer = company.get("cdc", entities="Customer,Invoice", changedSince=since)
    customers, invoices = parts(answer.body)
    assert {row["Active"] for row in customers["Customer"] if row["Id"] == "20"} == {False}
    assert invoices["Invoice"][0]["TotalAmt"] == 0
    assert "status" not in invoices["Invoice"][0]


def test_qbo_rule_29_cap_per_response_or_entity(vendors: SandboxProcess) -> None:
    facts = small_company(customers=700, invoices=700)
    vendors.reset("demo", {"quickbooks": {"companies": [facts]}, "hubspot": {}})
    for how, counts in (("response", (700, 300)), ("entity", (700, 700))):
        vendors.switch(cdc_cap_per=how)
        vendors.admin("POST", "clock", {"freeze": True})
        company = Company(vendors, US)
        for customer in company.query("select * from Customer maxresults 1000")["Customer"][:1]:
            company.update("Customer", customer, Notes="x")
        touch_all(company)
        now = vendors.admin("GET", "health")["now"]
        since = now.replace("+00:00", "Z")[:10] + "T00:00:00Z"
        page = parts(company.get("cdc", entities="Customer,Invoice", changedSince=since).body)
        found = (page[0]["maxResults"], page[1]["maxResults"])
        assert found == counts
        assert sum(found) <= 1000 or how == "entity"


def small_company(**generate: int) -> Body:
    return {
        "realm": US, "name": "Many", "country": "US", "zone": "UTC", "currency": "USD",
        "tax": "us_manual", "items": [["Service", "SRV", "10.00", "Service"]],
        "generate": generate,
    }  # fmt: skip


def touch_all(company: Company) -> None:
    """Change every invoice, in batches; their customers' balances follow."""
    invoices = company.query("select * from Invoice maxresults 1000")["Invoice"]
    for start in range(0, len(invoices), 30):
        items = [
            {"bId": str(number), "operation": "update", "Invoice": {
                "Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True,
                "Line": [line(25 + int(row["SyncToken"]), item="1")]}}
            for number, row in enumerate(invoices[start : start + 30])
        ]  # fmt: skip
        assert company.post("batch", {"BatchItemRequest": items}).status == 200


def test_qbo_rule_29_lag_and_false_deleted(company: Company, vendors: SandboxProcess) -> None:
    vendors.advance(60)
    since = company.get("invoice/1").body["time"]
    invoice = company.invoice()
    vendors.switch(cdc_lag_seconds=30)
    assert parts(company.get("cdc", entities="Invoice", changedSince=since).body) == [{}]
    vendors.advance(31)
    vendors.switch(cdc_false_deleted=f"Invoice:{invoice['Id']}")
    row = parts(company.get("cdc", entities="Invoice", changedSince=since).body)[0]["Invoice"][0]
    assert row["status"] == "Deleted"
    assert company.get(f"invoice/{invoice['Id']}").status == 200
