"""The wire itself: rules 8 to 14, 37 and 41 of the QuickBooks reference, section 13."""

import re
import time
import uuid

import pytest
import requests

from tests.sandbox.qbo_client import US, Company, line
from tests.sandbox_process import SandboxProcess

STALE = (
    "Stale Object Error : You and root were working on this at the same time. "
    "root finished before you did, so your work was not saved."
)
NOT_FOUND = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


def test_qbo_rule_08_trace_id_time_and_fault_shape(company: Company) -> None:
    good = company.get("invoice/1")
    assert good.headers["intuit_tid"] != company.get("invoice/1").headers["intuit_tid"]
    assert good.headers["content-type"] == "application/json;charset=UTF-8"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00", good.body["time"])
    bad = company.get("invoice/99999")
    assert bad.status == 400
    assert bad.headers["intuit_tid"]
    assert set(bad.body) == {"Fault", "time"}
    assert bad.body["Fault"]["type"] == "ValidationFault"
    assert bad.error == {
        "Message": "Object Not Found", "Detail": NOT_FOUND, "code": "610", "element": "",
    }  # fmt: skip


def test_qbo_rule_09_minor_versions_change_nothing(company: Company) -> None:
    plain = company.get("invoice/1").body["Invoice"]
    for version in ("1", "40", "75"):
        assert company.get("invoice/1", minorversion=version).body["Invoice"] == plain


def test_qbo_rule_10_sync_token_counts_every_change(company: Company) -> None:
    invoice = company.invoice()
    assert invoice["SyncToken"] == "0"
    edited = company.update("Invoice", invoice, PrivateNote="first")
    assert edited["SyncToken"] == "1"
    company.pay(edited, 10)
    assert company.read("Invoice", invoice["Id"])["SyncToken"] == "2"
    stale = company.post(
        "invoice", {"Id": invoice["Id"], "SyncToken": "1", "sparse": True, "PrivateNote": "late"}
    )
    assert (stale.status, stale.code, stale.error["Detail"]) == (400, "5010", STALE)
    missing = company.post("invoice", {"Id": invoice["Id"], "sparse": True})
    assert (missing.code, missing.error["element"]) == ("2020", "SyncToken")


def test_qbo_rule_11_requestid_gives_the_stored_answer(
    company: Company, vendors: SandboxProcess
) -> None:
    word = str(uuid.uuid4())
    body = {"CustomerRef": {"value": "1"}, "Line": [line()]}
    first = company.post("invoice", body, requestid=word)
    vendors.advance(30)
    again = company.post("invoice", body, requestid=word)
    assert again.raw == first.raw
    assert company.query("select count(*) from Invoice")["totalCount"] == 15
    other = company.post("invoice", {**body, "PrivateNote": "x"}, requestid=word)
    assert other.raw == first.raw
    vendors.switch(requestid_other_body="refuse")
    assert company.post("invoice", {"Line": []}, requestid=word).code == "600"


def test_qbo_rule_11_faults_are_remembered_unless_switched(
    company: Company, vendors: SandboxProcess
) -> None:
    body = {"CustomerRef": {"value": "1"}, "DocNumber": "1037", "Line": [line()]}
    assert company.post("invoice", body, requestid="dup").code == "6140"
    company.control("delete", invoice_id="1", unlink=True)
    assert company.post("invoice", body, requestid="dup").code == "6140"
    vendors.switch(requestid_replays_faults=False)
    assert company.post("invoice", {**body, "DocNumber": "1038"}, requestid="dup2").code == "6140"
    company.control("delete", invoice_id="3", unlink=True)
    assert company.post("invoice", {**body, "DocNumber": "1038"}, requestid="dup2").status == 200


def test_qbo_rule_11_retention_is_a_switch(company: Company, vendors: SandboxProcess) -> None:
    vendors.switch(requestid_retention_seconds=60)
    body = {"CustomerRef": {"value": "1"}, "Line": [line()]}
    first = company.post("invoice", body, requestid="kept").body["Invoice"]["Id"]
    assert company.post("invoice", body, requestid="kept").body["Invoice"]["Id"] == first
    vendors.advance(61)
    assert company.post("invoice", body, requestid="kept").body["Invoice"]["Id"] != first


def test_qbo_rule_12_sparse_keeps_and_full_clears(company: Company) -> None:
    invoice = company.invoice(
        "1", line(100), line(50), PrivateNote="kept", CustomerMemo={"value": "memo"}
    )
    sparse = company.update("Invoice", invoice, DueDate="2027-01-31")
    assert (sparse["PrivateNote"], len(sparse["Line"])) == ("kept", 3)
    fewer = company.update("Invoice", sparse, Line=[line(70)])
    assert [row["Amount"] for row in fewer["Line"]] == [70, 70]
    full = company.save(
        "Invoice",
        Id=fewer["Id"],
        SyncToken=fewer["SyncToken"],
        CustomerRef={"value": "1"},
        Line=fewer["Line"],
        TotalAmt=999,
        Balance=999,
    )
    assert "PrivateNote" not in full
    assert "CustomerMemo" not in full
    assert full["TotalAmt"] == full["Balance"] == 70


def test_qbo_rule_13_delete_leaves_a_marker_for_30_days(
    company: Company, vendors: SandboxProcess
) -> None:
    invoice = company.invoice()
    since = company.get("invoice/1").body["time"]
    gone = company.post(
        "invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete"
    ).body["Invoice"]
    assert gone == {"status": "Deleted", "domain": "QBO", "Id": invoice["Id"]}
    assert company.get(f"invoice/{invoice['Id']}").code == "610"
    assert company.query(f"select * from Invoice where Id = '{invoice['Id']}'") == {}
    changed = company.get("cdc", entities="Invoice", changedSince=since).body
    last = changed["CDCResponse"][0]["QueryResponse"][0]["Invoice"][-1]
    assert (last["Id"], last["status"], last["domain"]) == (invoice["Id"], "Deleted", "QBO")
    vendors.advance(29 * 86_400)
    fresh = Company(vendors, US)
    page = fresh.get("cdc", entities="Invoice", changedSince=since)
    assert page.body["CDCResponse"][0]["QueryResponse"][0]["Invoice"][-1]["status"] == "Deleted"
    vendors.advance(2 * 86_400)
    fresh = Company(vendors, US)
    assert fresh.get("cdc", entities="Invoice", changedSince=since).status == 400


def test_qbo_rule_13_names_cannot_be_deleted(company: Company) -> None:
    answer = company.post("customer", {"Id": "1", "SyncToken": "0"}, operation="delete")
    assert (answer.status, answer.code) == (400, "500")


def test_qbo_rule_14_inactive_names(company: Company) -> None:
    customer = company.save("Customer", DisplayName="Gone Fishing Ltd")
    gone = company.update("Customer", customer, Active=False)
    assert gone["Active"] is False
    assert gone["DisplayName"] == gone["FullyQualifiedName"] == "Gone Fishing Ltd (deleted)"
    named = f"Id = '{customer['Id']}'"
    assert company.query(f"select * from Customer where {named}") == {}
    for active in ("Active IN (true, false)", "Active = false"):
        assert len(company.query(f"select * from Customer where {named} AND {active}")) == 3
    again = company.save("Customer", DisplayName="Gone Fishing Ltd")
    second = company.update("Customer", again, Active=False)
    assert second["DisplayName"] == "Gone Fishing Ltd (deleted 1)"
    back = company.update("Customer", gone, Active=True)
    assert back["DisplayName"] == "Gone Fishing Ltd"


def test_qbo_rule_37_times_are_whole_seconds(company: Company, vendors: SandboxProcess) -> None:
    vendors.admin("POST", "clock", {"freeze": True})
    invoice = company.invoice()
    first = company.update("Invoice", invoice, PrivateNote="a")
    second = company.update("Invoice", first, PrivateNote="b")
    assert first["MetaData"]["LastUpdatedTime"] == second["MetaData"]["LastUpdatedTime"]
    shape = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00"
    assert re.fullmatch(shape, second["MetaData"]["LastUpdatedTime"])


def test_qbo_rule_41_unknown_properties_are_refused(company: Company) -> None:
    answer = company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [], "Colour": "red"})
    assert answer.code == "2010"
    assert answer.error["Message"] == "Request has invalid or unsupported property"
    assert answer.error["Detail"] == "Property Name:Colour specified is unsupported or invalid"
    deep = line()
    deep["SalesItemLineDetail"]["Shade"] = "dark"
    answer = company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [deep]})
    assert "Property Name:Shade" in answer.error["Detail"]


def test_qbo_rule_41_answers_may_carry_more_than_documented(
    company: Company, vendors: SandboxProcess
) -> None:
    plain = company.read("Invoice", "1")
    vendors.switch(extra_properties=True)
    more = company.read("Invoice", "1")
    assert set(more) - set(plain) == {"addedByVendor2031", "addedFlag"}
    assert {name: more[name] for name in plain if name != "Line"} == {
        name: plain[name] for name in plain if name != "Line"
    }
    assert company.query("select * from Customer maxresults 1")["Customer"][0]["addedFlag"] is True
    assert "addedFlag" not in str(company.get("invoice/99999").body)
    deals = vendors.admin("GET", "state", vendor="hubspot")["hubspot"]["48100001"]["objects"]
    answer = requests.get(
        f"{vendors.hubspot}/crm/v3/objects/deals/{next(iter(deals['deals']))}",
        headers={"authorization": "Bearer pat-na1-sandbox-demo"}, timeout=10,
    )  # fmt: skip
    assert answer.json()["addedByVendor2031"]["value"] == "new"
    assert "addedFlag" not in deals["deals"][answer.json()["id"]]


def test_every_answer_waits_for_the_latency(company: Company, vendors: SandboxProcess) -> None:
    vendors.switch(latency_ms=150)
    began = time.monotonic()
    assert company.get("invoice/1").status == 200
    assert time.monotonic() - began >= 0.15


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"DocNumber": "x" * 22}, "2050"),
        ({"PrivateNote": "x" * 4001}, "2050"),
        ({"PrivateNote": {"value": "x"}}, "2040"),
        ({"ExchangeRate": "many"}, "2090"),
        ({"TxnDate": "31/12/2026"}, "2210"),
        ({"EmailStatus": "Perhaps"}, "2170"),
        ({"Line": "none"}, "2010"),
        ({"CustomerRef": "1"}, "2010"),
        ({"BillEmail": {"Address": "nobody"}}, "2210"),
    ],
)
def test_qbo_bad_values_change_nothing(company: Company, fields: dict, code: str) -> None:
    before = company.query("select count(*) from Invoice")
    body = {"CustomerRef": {"value": "1"}, "Line": [line()], **fields}
    assert company.post("invoice", body).code == code
    assert company.query("select count(*) from Invoice") == before


def test_qbo_bad_bodies_paths_and_methods(company: Company) -> None:
    for body in (b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe"):
        answer = company.call(
            "POST", "invoice", data=body, headers={"Content-Type": "application/json"}
        )
        assert (answer.status, answer.code) == (400, "2010")
    assert company.post("sprocket", {}).code == "500"
    assert company.get("sprocket/1").code == "500"
    assert company.call("DELETE", "invoice/1").code == "500"
    assert company.call("POST", "invoice", data="a=b").status in (400, 415)
    wrong = company.call("POST", "invoice", data="x", headers={"Content-Type": "text/csv"})
    assert wrong.status == 415
    huge = company.post("invoice", {"PrivateNote": "x" * 3_000_000})
    assert huge.status == 413


def test_qbo_refused_writes_leave_no_trace(company: Company, vendors: SandboxProcess) -> None:
    before = vendors.state("quickbooks")["quickbooks"]["companies"]
    invoice = {"TxnId": "3", "TxnType": "Invoice"}
    for kind, body in (
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(), line(item="999")]}),
        ("invoice", {"CustomerRef": {"value": "999"}, "Line": [line()]}),
        ("payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 5, "Line": [
            {"Amount": 50, "LinkedTxn": [invoice]}]}),
        ("customer", {"DisplayName": "Bad:name"}),
        ("item", {"Name": "No account"}),
        ("taxservice/taxcode", {"TaxCode": "New", "TaxRateDetails": [{"TaxRateName": "x"}]}),
    ):  # fmt: skip
        assert company.post(kind, body).status == 400
    assert vendors.state("quickbooks")["quickbooks"]["companies"] == before
