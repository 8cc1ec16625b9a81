"""Limits, meter, merging and the state of the sandbox: rules 31, 32, 36, 38 to 40 and 42."""

import pytest

from tests.sandbox.qbo_client import ADVANCED, AST, GB, US, Body, Company, line
from tests.sandbox_process import SandboxProcess


def test_qbo_rule_31_ten_a_second_and_500_a_minute(
    company: Company, vendors: SandboxProcess
) -> None:
    vendors.switch(throttle=True)
    vendors.admin("POST", "clock", {"freeze": True})
    answers = [company.get("invoice/1") for _ in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    error = answers[-1].error
    assert error["Message"] == "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    assert error["Detail"] == "The request limit was reached.  Try again later"
    assert (answers[-1].code, answers[-1].body["Fault"]["type"]) == ("3001", "SERVICE")
    vendors.switch(throttle_body="xml")
    xml = company.get("invoice/1")
    assert (xml.status, xml.headers["content-type"]) == (429, "application/xml;charset=UTF-8")
    assert 'code="3001"' in xml.body
    used = 10
    while used < 500:
        vendors.advance(1.01)
        used += sum(company.get("invoice/1").status == 200 for _ in range(10))
    vendors.advance(1.01)
    assert company.get("invoice/1").status == 429
    vendors.advance(60)
    assert company.get("invoice/1").status == 200


def test_qbo_rule_31_batches_have_their_own_limits(
    company: Company, vendors: SandboxProcess
) -> None:
    vendors.switch(throttle=True)
    vendors.admin("POST", "clock", {"freeze": True})
    body = {"BatchItemRequest": [{"bId": "1", "Query": "select count(*) from Term"}]}
    statuses = [company.post("batch", body).status for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    assert company.get("invoice/1").status == 200


def test_qbo_rule_32_meter_counts_good_reads_only(
    company: Company, vendors: SandboxProcess
) -> None:
    def used() -> int:
        return int(vendors.admin("GET", "quickbooks/meter")["total"])

    assert used() == 0
    company.get("invoice/1")
    company.refusal("select nonsense")
    company.get("invoice/99999")
    company.invoice()
    assert used() == 1
    now = company.get("invoice/1").body["time"]
    company.get("cdc", entities="Invoice,Customer,Term", changedSince=now)
    assert used() == 3
    vendors.switch(cdc_metered_per="entity")
    company.get("cdc", entities="Invoice,Customer,Term", changedSince=now)
    assert used() == 6
    items = [{"bId": str(n), "Query": "select count(*) from Term"} for n in range(1, 4)]
    company.post("batch", {"BatchItemRequest": items})
    assert used() == 9


def test_qbo_rule_32_cap_blocks_reads_but_not_writes(
    company: Company, vendors: SandboxProcess
) -> None:
    vendors.switch(coreplus_cap=2)
    assert [company.get("invoice/1").status for _ in range(3)] == [200, 200, 429]
    other = Company(vendors, AST)
    assert other.get("invoice/1").status == 429
    assert company.invoice()["Id"]
    vendors.advance(32 * 86_400)
    assert Company(vendors, US).get("invoice/1").status == 200


CANADA = "9341450000000005"


def test_qbo_rule_36_merge(company: Company, vendors: SandboxProcess) -> None:
    loser, survivor = company.read("Customer", "3"), company.read("Customer", "2")
    moved = company.query("select * from Invoice where CustomerRef = '3'")["Invoice"]
    company.control("merge", loser="3", survivor="2")
    assert company.get("customer/3").code == "610"
    for invoice in moved:
        current = company.read("Invoice", invoice["Id"])
        assert current["CustomerRef"] == {"value": "2", "name": survivor["DisplayName"]}
        assert int(current["SyncToken"]) == int(invoice["SyncToken"]) + 1
    assert company.read("Customer", "2")["Balance"] == loser["Balance"] + survivor["Balance"]


def test_qbo_rule_38_french_texts_same_codes(company: Company, vendors: SandboxProcess) -> None:
    vendors.switch(fault_language="fr")
    body = {"CustomerRef": {"value": "1"}, "DocNumber": "1037", "Line": [line()]}
    answer = company.post("invoice", body)
    assert answer.code == "6140"
    assert answer.error["Message"] == "Erreur de numéro de document en double"
    assert "TxnType=Facture with TxnId=1" in answer.error["Detail"]
    assert company.post("customer", {"DisplayName": "Hicks Hardware"}).code == "6240"


def test_qbo_rule_39_many_invoices_and_plain_addresses(vendors: SandboxProcess) -> None:
    vendors.reset("many")
    company = Company(vendors, US)
    assert company.query("select count(*) from Invoice")["totalCount"] == 2500
    seen: set[str] = set()
    for start in (1, 1001, 2001):
        page = company.query(
            f"select * from Invoice orderby MetaData.LastUpdatedTime "
            f"startposition {start} maxresults 1000"
        )
        seen |= {row["Id"] for row in page["Invoice"]}
    assert len(seen) == 2500
    customer = company.read("Customer", "1")
    assert customer["BillAddr"]["City"]
    assert "Lat" not in customer["BillAddr"]


def test_qbo_rule_40_companies_side_by_side(vendors: SandboxProcess) -> None:
    facts = {}
    for realm in (US, AST, GB, ADVANCED):
        company = Company(vendors, realm)
        info = company.get(f"companyinfo/{realm}").body["CompanyInfo"]
        prefs = company.get("preferences").body["Preferences"]
        facts[info["CompanyName"]] = (
            info["Country"],
            prefs["TaxPrefs"].get("PartnerTaxEnabled"),
            prefs["CurrencyPrefs"]["MultiCurrencyEnabled"],
            prefs["SalesFormsPrefs"]["CustomTxnNumbers"],
        )
    assert facts == {
        "Dealbooks Demo Co (US)": ("US", None, False, False),
        "Bright Harbor LLC": ("US", True, False, False),
        "Tea & Tools Ltd": ("GB", None, True, False),
        "Summit Advanced Inc": ("US", None, False, True),
    }


def test_qbo_rule_40_a_canadian_company(vendors: SandboxProcess) -> None:
    vendors.reset("canada")
    company = Company(vendors, CANADA)
    info = company.get(f"companyinfo/{CANADA}").body["CompanyInfo"]
    assert (info["Country"], info["CompanyAddr"]["Country"]) == ("CA", "CAN")
    prefs = company.get("preferences").body["Preferences"]
    assert prefs["CurrencyPrefs"]["HomeCurrency"] == {"value": "CAD"}
    codes = {row["Name"]: row["Id"] for row in company.query("select * from TaxCode")["TaxCode"]}
    assert set(codes) == {
        "HST ON", "GST", "GST/PST BC", "Zero-rated", "Exempt", "Out of Scope",
    }  # fmt: skip
    bare = {"CustomerRef": {"value": "1"}, "Line": [line(100, item="1")]}
    assert company.post("invoice", bare).code == "6000"
    invoice = company.invoice(
        "1",
        line(100, item="1", code=codes["HST ON"]),
        line(50, item="1", code=codes["GST/PST BC"]),
        line(10, item="1", code=codes["Out of Scope"]),
        GlobalTaxCalculation="TaxExcluded",
    )
    rates = [
        (row["TaxLineDetail"]["TaxPercent"], row["Amount"])
        for row in invoice["TxnTaxDetail"]["TaxLine"]
    ]
    assert rates == [(13, 13), (5, 2.5), (7, 3.5)]
    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (19, 179)


def test_qbo_rule_40_seed_has_every_stage_and_counts(vendors: SandboxProcess) -> None:
    names: set[str] = set()
    items = customers = 0
    for realm in (US, AST, GB, ADVANCED):
        company = Company(vendors, realm)
        page = company.query("select * from Customer where Active in (true, false)")["Customer"]
        customers += len(page)
        names |= {row["DisplayName"] for row in page}
        items += company.query("select count(*) from Item")["totalCount"]
        terms = {row["Name"] for row in company.query("select * from Term")["Term"]}
        assert terms == {"Due on receipt", "Net 15", "Net 30", "Net 60"}
        invoices = company.query("select * from Invoice")["Invoice"]
        open_ones = [row for row in invoices if row["Balance"]]
        assert any(row["EmailStatus"] == "NotSet" for row in open_ones)
        assert any(0 < row["Balance"] < row["TotalAmt"] for row in open_ones)
        assert any(row["TotalAmt"] and not row["Balance"] for row in invoices)
    assert (customers, items) == (60, 60)
    absent = {"Quillfeather Press", "Meridian Health Partners", "Tidewater Marine Supply"}
    assert not names & absent


def test_qbo_rule_42_state_reset_and_determinism(company: Company, vendors: SandboxProcess) -> None:
    def books() -> Body:
        return dict(vendors.state("quickbooks")["quickbooks"]["companies"])

    before = books()
    company.invoice()
    assert books() != before
    vendors.reset()
    assert books() == before
    first = vendors.admin("POST", "quickbooks/grant", {"realm": US})
    vendors.reset()
    assert vendors.admin("POST", "quickbooks/grant", {"realm": US}) == first
    vendors.reset("empty")
    company = Company(vendors, US)
    assert company.query("select count(*) from Customer") == {"totalCount": 0}
    with pytest.raises(ValueError, match="unknown scenario"):
        vendors.reset("nonsense")
    with pytest.raises(ValueError, match="unknown switches"):
        vendors.switch(nonsense=True)


def test_qbo_history_tells_what_changed(company: Company, vendors: SandboxProcess) -> None:
    vendors.forget_history()
    invoice = company.invoice()
    company.control("pay", invoice_id=invoice["Id"])
    entries = vendors.history(vendor="quickbooks")
    changes = [
        (change["action"], change["entity"])
        for entry in entries
        for change in entry["changes"]
        if change["entity"] != "Customer"
    ]
    assert changes == [("create", "Invoice"), ("create", "Payment"), ("update", "Invoice")]


def test_qbo_company_status(company: Company) -> None:
    company.control("company", status="ended")
    assert company.get("invoice/1").code == "6190"
    company.control("company", status="lost_access")
    lost = company.get("invoice/1")
    assert (lost.status, lost.code) == (401, "120")
    company.control("company", status="open")
    assert company.get("invoice/1").status == 200
