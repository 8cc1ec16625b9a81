"""Pages for people, driven as a person's browser or a simple program would."""

import re

import requests

from tests.sandbox.qbo_client import GB, SECONDS, US, Company
from tests.sandbox_process import SandboxProcess


def get(vendors: SandboxProcess, path: str) -> requests.Response:
    return requests.get(f"{vendors.quickbooks}{path}", timeout=SECONDS)


def post(vendors: SandboxProcess, path: str, **form: str) -> requests.Response:
    return requests.post(f"{vendors.quickbooks}{path}", data=form, timeout=SECONDS)


def test_qbo_pages_companies_and_lists(vendors: SandboxProcess) -> None:
    home = get(vendors, "/")
    assert home.url.endswith("/app/")
    assert "<title>Companies - QuickBooks (sandbox)</title>" in home.text
    assert "Tea &amp; Tools Ltd" in home.text
    invoices = get(vendors, f"/app/{US}/invoices")
    assert "Amy&#x27;s Bird Sanctuary" in invoices.text
    for status in ("Paid", "Overdue", "Partly paid", "Sent", "Open", "Voided"):
        assert f">{status}</span>" in invoices.text
    assert "Boulangerie Chênevert" in get(vendors, f"/app/{GB}/customers").text
    assert get(vendors, f"/app/{US}/invoices/1/pdf").content.startswith(b"%PDF")


def test_qbo_pages_no_scripts_and_labelled_fields(vendors: SandboxProcess) -> None:
    page = get(vendors, f"/app/{US}/invoices/3").text
    assert "<script" not in page
    visible = re.findall(r'<(?:input|select) id="([^"]+)"', page)
    assert visible
    for name in visible:
        assert f'<label for="{name}">' in page


def test_qbo_pages_actions(company: Company, vendors: SandboxProcess) -> None:
    invoice = company.invoice("1", BillEmail={"Address": "a@b.example"})
    base = f"/app/{US}/invoices/{invoice['Id']}"
    assert ">Sent</span>" in post(vendors, f"{base}/send").text
    assert "60.00 USD" in post(vendors, f"{base}/pay", amount="40").text
    payments = re.search(r'name="payment" value="(\d+)"', get(vendors, base).text)
    assert payments is not None
    assert "100.00 USD" in post(vendors, f"{base}/void-payment", payment=payments.group(1)).text
    assert "2027-01-15" in post(vendors, f"{base}/edit", due_date="2027-01-15").text
    assert "250.00 USD" in post(vendors, f"{base}/edit", line="1", amount="250").text
    assert ">Paid</span>" in post(vendors, f"{base}/pay").text
    assert ">Voided</span>" in post(vendors, f"{base}/void").text
    assert post(vendors, f"{base}/delete").url.endswith(f"/app/{US}/invoices")
    assert company.get(f"invoice/{invoice['Id']}").code == "610"


def test_qbo_pages_say_why_not(company: Company, vendors: SandboxProcess) -> None:
    answer = post(vendors, f"/app/{US}/invoices/3/pay", amount="lots")
    assert 'role="status">Invalid Number : lots' in answer.text
    assert get(vendors, f"/app/{US}/invoices/99999").status_code == 404
    assert get(vendors, "/app/nowhere/invoices").status_code == 404
    nasty = company.save("Customer", DisplayName="<script>alert(1)</script>")
    company.invoice(nasty["Id"])
    assert "<script>" not in get(vendors, f"/app/{US}/invoices").text


def test_qbo_controls(company: Company, vendors: SandboxProcess) -> None:
    invoice = company.invoice("1")
    part = company.control("pay", invoice_id=invoice["Id"], amount="30.00")
    assert part["Invoice"]["Balance"] == 70
    assert company.control("void_payment", invoice_id=invoice["Id"])["Payment"]["TotalAmt"] == 0
    edited = company.control("edit", invoice_id=invoice["Id"], quantity="3", unit_price="50")
    assert edited["Invoice"]["TotalAmt"] == 150
    sent = company.control("send", invoice_id=invoice["Id"], address="x@y.example")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"
    saved = company.control("save", kind="Customer", body={"DisplayName": "By control"})
    assert saved["Customer"]["Id"]
    assert company.control("delete", invoice_id=invoice["Id"])["Invoice"]["status"] == "Deleted"
    for port in (vendors.quickbooks, vendors.hubspot):
        url = f"{port}/__sandbox/quickbooks/pay"
        wrong = requests.post(url, json={"realm": US, "invoice_id": "99999"}, timeout=SECONDS)
        assert (wrong.status_code, wrong.json()["code"]) == (400, "610")
        assert requests.post(url, data="{", timeout=SECONDS).status_code == 400
        assert requests.post(url, json={"realm": "0"}, timeout=SECONDS).status_code == 400
