"""``python -m sandbox.check``: good histories pass, and each broken invariant is found."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.check import Finding, check
from tests.sandbox.qbo_client import US, Body, Company, line
from tests.sandbox_process import ROOT, SandboxProcess

TOKEN = {"authorization": "Bearer pat-na1-sandbox-demo"}
PROPERTIES = ("dealbooks_key", "dealbooks_open", "dealbooks_deleted_at")


@dataclass
class Product:
    """As much of a product as the invariants speak of, with its mistakes under the test's control."""

    sandbox: SandboxProcess
    books: Company
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.seeded = self.books.first("Invoice", "Balance > '10'")["Id"]
        self.sandbox.switch(search_lag_seconds=0)
        for name in PROPERTIES:
            row = {"name": name, "label": name, "groupName": "invoiceinformation"}
            kind = {"type": "string", "fieldType": "text", "hasUniqueValue": name == PROPERTIES[0]}
            self.hubspot("POST", "/crm/v3/properties/invoices", {**row, **kind})
        for name in ("dealbooks_invoice_number", "dealbooks_amount_invoiced"):
            row = {"name": name, "label": name, "groupName": "dealinformation"}
            self.hubspot(
                "POST", "/crm/v3/properties/deals", {**row, "type": "string", "fieldType": "text"}
            )

    def hubspot(self, method: str, path: str, body: Any = None) -> Body:
        answer = self.session.request(
            method, self.sandbox.hubspot + path, json=body, headers=TOKEN, timeout=10
        )
        assert answer.status_code < 300, answer.text
        return dict(answer.json()) if answer.content else {}

    def values(self, invoice: Body) -> dict[str, str]:
        return {
            "dealbooks_key": f"{US}:Invoice:{invoice['Id']}",
            "dealbooks_open": str(invoice["Balance"]),
            "hs_amount_billed": str(invoice["TotalAmt"]),
            "hs_number": invoice["DocNumber"],
            "hs_due_date": f"{invoice['DueDate']}T12:00:00Z",
        }

    def tell(self, invoice: Body) -> str:
        """A new HubSpot invoice; its id."""
        fixed = {"hs_currency": "USD", "hs_invoice_billable": "false", "hs_invoice_status": "open"}
        body = {"properties": {**self.values(invoice), **fixed}}
        return str(self.hubspot("POST", "/crm/v3/objects/invoices", body)["id"])

    def tell_again(self, identity: str, invoice: Body, **more: str) -> None:
        body = {"properties": {**self.values(invoice), **more}}
        self.hubspot("PATCH", f"/crm/v3/objects/invoices/{identity}", body)

    def tell_deal(self, deal: str, number: str, amount: str) -> None:
        values = {"dealbooks_invoice_number": number, "dealbooks_amount_invoiced": amount}
        self.hubspot("PATCH", f"/crm/v3/objects/deals/{deal}", {"properties": values})

    def note(self, text: str) -> str:
        values = {"hs_timestamp": "2026-11-23T12:00:00Z", "hs_note_body": text}
        return str(self.hubspot("POST", "/crm/v3/objects/notes", {"properties": values})["id"])

    def look(self, since: str) -> None:
        assert self.books.get("cdc", entities="Invoice,Customer", changedSince=since).status == 200

    def time(self) -> str:
        return str(self.sandbox.admin("GET", "health")["now"])

    def wait(self, seconds: int = 10) -> None:
        self.sandbox.advance(seconds)

    def findings(self, *, at_rest: bool = True) -> list[Finding]:
        return check(self.sandbox.history(), at_rest)


@pytest.fixture
def product(vendors: SandboxProcess, company: Company) -> Product:
    found = Product(vendors, company)
    vendors.forget_history()
    return found


def marked(reference: str) -> Body:
    return {"CustomField": [{"DefinitionId": "1", "Name": "Reference", "Type": "StringType",
                             "StringValue": f"Ref {reference}"}]}  # fmt: skip


def only(found: list[Finding], invariant: str) -> Finding:
    assert [one.invariant for one in found] == [invariant], found
    return found[0]


# -- good histories


def test_good_history_of_an_invoice_and_its_payment(product: Product) -> None:
    start = product.time()
    product.look(start)
    invoice = product.books.invoice("1", line(100), **marked("DB-7F3K9"))
    told = product.tell(invoice)
    product.wait()
    for amount in (30, 70):
        product.books.control("pay", invoice_id=invoice["Id"], amount=amount)
        product.look(start)
        product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
        product.wait()
    payment = product.books.control("void_payment", invoice_id=invoice["Id"])
    product.look(start)
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    assert payment["Payment"]["TotalAmt"] == 0
    assert product.findings() == []


def test_good_history_with_a_deleted_invoice_whose_reference_is_used_again(
    product: Product,
) -> None:
    first = product.books.invoice("1", line(100), **marked("DB-AAAAA"))
    told = product.tell(first)
    product.books.control("delete", invoice_id=first["Id"])
    product.tell_again(told, first, dealbooks_deleted_at="2026-11-23T10:00:00Z")
    product.tell(product.books.invoice("1", line(100), **marked("DB-AAAAA")))
    assert product.findings() == []


def test_good_history_with_a_repeated_request(product: Product) -> None:
    body = {"CustomerRef": {"value": "1"}, "Line": [line(10)], **marked("DB-BBBBB")}
    answers = [product.books.post("invoice", body, requestid="r-1") for _ in range(2)]
    assert answers[0].body == answers[1].body
    product.tell(answers[0].body["Invoice"])
    assert product.findings() == []


def test_a_seeded_invoice_that_was_never_ours_may_stay_unknown(product: Product) -> None:
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    assert product.findings() == []


# -- I1


def test_i1_two_invoices_with_one_reference(product: Product) -> None:
    first, second = (product.books.invoice("1", line(5), **marked("DB-CCCCC")) for _ in "12")
    product.tell(first)
    product.tell(second)
    found = only(product.findings(), "I1")
    assert (found.entity, found.id) == ("Invoice", second["Id"])
    assert f"Invoice {first['Id']}" in found.what
    assert len(found.entries) == 2


def test_i1_a_request_id_the_vendor_had_forgotten(product: Product) -> None:
    product.sandbox.switch(requestid_retention_seconds=60)
    body = {"CustomerRef": {"value": "1"}, "Line": [line(10)]}
    first = product.books.post("invoice", body, requestid="forgotten").body["Invoice"]
    product.wait(120)
    second = product.books.post("invoice", body, requestid="forgotten").body["Invoice"]
    assert first["Id"] != second["Id"]
    assert "requestid forgotten" in only(product.findings(), "I1").what


def test_i1_two_notes_about_one_payment(product: Product) -> None:
    product.note("<p>Payment received</p><p>Reference DB-P-1234567890AB</p>")
    product.note("<p>Payment reversed</p><p>Reference DB-P-1234567890AB-R</p>")
    assert product.findings() == []
    again = product.note("<p>Payment received</p><p>Reference DB-P-1234567890AB</p>")
    assert only(product.findings(), "I1").id == again


def test_i1_an_archived_note_may_be_written_again(product: Product) -> None:
    first = product.note("<p>Reference DB-P-1</p>")
    product.hubspot("DELETE", f"/crm/v3/objects/notes/{first}")
    product.note("<p>Reference DB-P-1</p>")
    assert product.findings() == []


# -- I2


def test_i2_a_payment_that_hubspot_was_not_told_of(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    told = product.tell(invoice)
    product.books.control("pay", invoice_id=invoice["Id"], amount=40)
    found = only(product.findings(), "I2")
    assert (found.vendor, found.entity, found.id) == ("hubspot", "invoices", told)
    assert "dealbooks_open 100" in found.what
    assert product.findings(at_rest=False) == []


def test_i2_a_deletion_that_hubspot_was_not_told_of(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    product.tell(invoice)
    product.books.control("delete", invoice_id=invoice["Id"])
    only(product.findings(), "I2")


def test_i2_an_invoice_of_ours_that_hubspot_never_heard_of(product: Product) -> None:
    invoice = product.books.invoice("1", line(100), **marked("DB-DDDDD"))
    found = only(product.findings(), "I2")
    assert (found.vendor, found.id) == ("quickbooks", invoice["Id"])
    assert "DB-DDDDD" in found.what


def test_i2_a_deal_that_stayed_behind(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    deals = product.hubspot("GET", "/crm/v3/objects/deals?limit=1")["results"]
    product.tell_deal(deals[0]["id"], invoice["DocNumber"], "100.00")
    product.books.control("edit", invoice_id=invoice["Id"], amount=120)
    assert only(product.findings(), "I2").entity == "deals"


# -- I3


def test_i3_an_older_version_after_a_newer_one(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    told = product.tell(invoice)
    product.books.control("pay", invoice_id=invoice["Id"], amount=40)
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    product.tell_again(told, invoice)
    found = product.findings()
    assert [one.invariant for one in found] == ["I2", "I3"]
    assert "shows version 1" in found[1].what
    assert [one.invariant for one in product.findings(at_rest=False)] == ["I3"]


def test_i3_equal_amounts_of_a_later_version_are_no_regress(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    told = product.tell(invoice)
    product.books.control("pay", invoice_id=invoice["Id"])
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    product.books.control("delete_payment", invoice_id=invoice["Id"])
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    assert product.findings() == []


def test_i3_a_history_whose_versions_fall(product: Product) -> None:
    product.books.invoice("1", line(100))
    entries = product.sandbox.history()
    again = json.loads(json.dumps(entries[-1]))
    again["number"] += 1
    entries[-1]["changes"][-1]["version"] = 7
    again["changes"][-1]["action"] = "update"
    assert only(check([*entries, again]), "I3").what.endswith("from version 7 back to 0")


# -- I4


def later(instant: str, seconds: int) -> str:
    moment = datetime.fromisoformat(instant).timestamp() + seconds
    return datetime.fromtimestamp(moment, datetime.fromisoformat(instant).tzinfo).isoformat()


def test_i4_a_cursor_beyond_a_change(product: Product) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.wait()
    product.look(later(start, 15))
    found = [one for one in product.findings() if one.entity == "Invoice"]
    assert only(found, "I4").id == product.seeded
    assert len(found[0].entries) == 2


@pytest.mark.parametrize("kind", ["truncate", "status", "reset"])
def test_i4_a_spoilt_answer_is_no_read(product: Product, kind: str) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    fault = {"kind": kind, "status": 503, "when": "after_commit"}
    product.sandbox.faults({"match": {"path": "/cdc"}, "fault": fault})
    with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        product.books.get("cdc", entities="Invoice,Customer", changedSince=start)
    product.wait()
    product.look(later(start, 15))
    assert {one.invariant for one in product.findings()} == {"I4"}


READS: dict[str, Callable[[Product, str], object]] = {
    "the feed": lambda product, start: product.look(start),
    "a query": lambda product, start: product.books.query("select * from Invoice"),
    "a query by id": lambda product, start: product.books.query(
        f"select * from Invoice where Id in ('1', '{product.seeded}')"
    ),
    "the record": lambda product, start: product.books.read("Invoice", product.seeded),
    "a write": lambda product, start: product.books.update(
        "Invoice", product.books.read("Invoice", product.seeded), PrivateNote="seen"
    ),
}


@pytest.mark.parametrize("how", READS)
def test_i4_is_kept_by(product: Product, how: str) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    READS[how](product, start)
    product.wait()
    product.look(later(start, 15))
    assert [one for one in product.findings() if one.entity == "Invoice"] == []


def test_i4_a_query_by_another_id_or_a_count_is_no_read(product: Product) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.books.query("select * from Invoice where Id = '1'")
    product.books.query("select count(*) from Invoice")
    product.wait()
    product.look(later(start, 15))
    assert "I4" in {one.invariant for one in product.findings() if one.entity == "Invoice"}


def test_i4_what_a_feed_cut_short_left_out_must_be_read_otherwise(product: Product) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.look(start)
    product.wait()
    product.look(later(start, 15))
    entries = product.sandbox.history()
    assert check(entries) == []
    cut = next(one for one in entries if one["reads"] and one["number"] > entries[0]["number"])
    cut["reads"] = [{**read, "through": read["since"]} for read in cut["reads"]]
    assert {one.invariant for one in check(entries)} == {"I4"}
    otherwise = {**cut, "reads": [], "path": f"/v3/company/{US}/query"}
    for name in ("Invoice", "Customer"):
        statement = {"number": cut["number"] + 0.1, "query": f"query=select+*+from+{name}"}
        entries.append({**otherwise, **statement})
    assert check(entries) == []


def test_i4_a_change_that_lagged_behind_the_feed(product: Product) -> None:
    product.sandbox.switch(cdc_lag_seconds=60)
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.wait()
    product.look(start)
    product.wait(120)
    product.look(later(start, 15))
    assert {one.invariant for one in product.findings()} == {"I4"}


# -- the command


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.check", *arguments],
        cwd=ROOT, input=given, text=True, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def test_command_reads_an_address_a_file_and_standard_input(
    product: Product, tmp_path: Path
) -> None:
    invoice = product.books.invoice("1", line(100))
    product.tell(invoice)
    fine = run(product.sandbox.hubspot)
    assert (fine.returncode, fine.stdout.splitlines()[-1]) == (0, "I1 to I4 hold.")
    product.books.control("pay", invoice_id=invoice["Id"])
    file = tmp_path / "history.json"
    file.write_text(json.dumps({"entries": product.sandbox.history()}))
    bad = run(str(file))
    assert bad.returncode == 1
    assert "I2  hubspot 48100001: invoices" in bad.stdout
    assert bad.stdout.splitlines()[-1] == "Found 1 (I2: 1)."
    assert run(str(file), "--running").returncode == 0
    answer = run("-", "--json", given=file.read_text())
    findings = json.loads(answer.stdout)["findings"]
    assert answer.returncode == 1
    assert [one["invariant"] for one in findings] == ["I2"]
    assert set(findings[0]) == {
        "invariant", "what", "vendor", "account", "entity", "id", "entries"
    }  # fmt: skip


@pytest.mark.parametrize("content", ["", "nonsense", "{}", '{"entries": [{"number": 1}]}', "[3]"])
def test_command_says_what_is_no_history(content: str) -> None:
    answer = run("-", given=content)
    assert answer.returncode == 2
    assert "cannot be checked" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_command_says_when_nothing_answers() -> None:
    answer = run("http://127.0.0.1:9/")
    assert answer.returncode == 2
    assert "cannot be checked" in answer.stderr
