"""Files of the attachment list, and the PDF of a quote (reference section 2; E-04)."""

from typing import Any

import pytest
import requests
import simplejson

from tests.sandbox.qbo_client import Answer, Company
from tests.sandbox_process import SandboxProcess

PDF = b"%PDF-1.4\n\r\n--not a boundary\r\n%%EOF"


def send(company: Company, content: bytes = PDF, name: str = "quote.pdf", **more: Any) -> Answer:
    """One file for invoice 3, unless said otherwise."""
    to = {"type": more.pop("type", "Invoice"), "value": more.pop("value", "3")}
    facts = {
        "AttachableRef": [{"EntityRef": to, "IncludeOnSend": more.pop("on_send", True)}],
        "FileName": name,
        "ContentType": "application/pdf",
        **more.pop("facts", {}),
    }
    parts = {
        "file_metadata_01": ("a.json", simplejson.dumps(facts), "application/json"),
        "file_content_01": (name, content, "application/pdf"),
    }
    return company.call("POST", "upload", files=parts, params=more)


def stored(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    return dict(answer.body["AttachableResponse"][0]["Attachable"])


def attachments(company: Company, invoice: str = "3") -> list[dict[str, Any]]:
    condition = (
        f"AttachableRef.EntityRef.Type = 'invoice' and AttachableRef.EntityRef.value = '{invoice}'"
    )
    found = company.query(f"select * from attachable where {condition}")
    return list(found.get("Attachable", []))


def test_e04_a_file_is_stored_read_found_and_deleted(company: Company) -> None:
    made = stored(send(company))
    assert (made["FileName"], made["Size"], made["SyncToken"]) == ("quote.pdf", len(PDF), "0")
    assert company.read("Attachable", made["Id"])["AttachableRef"] == [
        {"EntityRef": {"type": "Invoice", "value": "3"}, "IncludeOnSend": True}
    ]
    assert [each["Id"] for each in attachments(company)] == [made["Id"]]
    assert attachments(company, "4") == []
    address = company.get(f"download/{made['Id']}").body
    assert requests.get(address, timeout=10).content == PDF
    gone = {"Id": made["Id"], "SyncToken": "0"}
    assert company.post("attachable", gone, operation="delete").status == 200
    assert attachments(company) == []
    assert company.get(f"download/{made['Id']}").status == 400


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"content": b""}, "6000"),
        ({"value": "999999"}, "2500"),
        ({"type": "Unicorn"}, "2500"),
        ({"facts": {"Nonsense": 1}}, "2010"),
    ],
)
def test_e04_a_bad_file_has_a_fault_of_its_own(
    company: Company, more: dict[str, Any], code: str
) -> None:
    answer = send(company, **more)
    [found] = answer.body["AttachableResponse"]
    assert (answer.status, found["Fault"]["Error"][0]["code"]) == (200, code)
    assert attachments(company) == []


def test_e04_an_upload_without_parts_is_refused(company: Company) -> None:
    assert company.post("upload", {}).status == 415
    assert company.call("POST", "upload", files={"other": b"x"}).code == "2020"


@pytest.mark.parametrize(("how", "count"), [("honoured", 1), ("ignored", 2)])
def test_e04_a_repeat_under_one_request_id(
    company: Company, vendors: SandboxProcess, how: str, count: int
) -> None:
    vendors.switch(upload_requestid=how)
    for _turn in range(2):
        assert send(company, requestid="r-1").status == 200
    assert len(attachments(company)) == count


@pytest.mark.parametrize("moves", [True, False])
def test_e04_whether_an_upload_moves_the_invoice(
    company: Company, vendors: SandboxProcess, moves: bool
) -> None:
    vendors.switch(upload_moves_invoice=moves)
    before = company.read("Invoice", "3")["SyncToken"]
    send(company)
    assert (company.read("Invoice", "3")["SyncToken"] != before) is moves


def test_e04_a_mail_carries_the_files_that_say_so(
    company: Company, vendors: SandboxProcess
) -> None:
    send(company, name="with.pdf")
    send(company, name="without.pdf", on_send=False)
    company.call("POST", "invoice/3/send", params={"sendTo": "x@y.example"})
    left = vendors.state("quickbooks")["quickbooks"]["mails"][company.realm][-1]
    assert left["files"] == "with.pdf"
