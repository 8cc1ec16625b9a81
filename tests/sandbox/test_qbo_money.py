"""Payments, voids, credits, sending: rules 23 to 26 of the QuickBooks reference, section 13."""

import re

from tests.sandbox.qbo_client import Body, Company, line, link
from tests.sandbox_process import SandboxProcess


def test_qbo_rule_23_payment_moves_invoice_and_customer(
    company: Company, vendors: SandboxProcess
) -> None:
    owed = company.read("Customer", "1")["Balance"]
    invoice = company.invoice("1", line(100))
    assert company.read("Customer", "1")["Balance"] == owed + 100
    vendors.advance(5)
    payment = company.pay(invoice, 40)
    after = company.read("Invoice", invoice["Id"])
    assert after["Balance"] == 60
    assert after["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert after["SyncToken"] == "1"
    assert after["MetaData"]["LastUpdatedTime"] > invoice["MetaData"]["LastUpdatedTime"]
    assert company.read("Customer", "1")["Balance"] == owed + 60
    names = {pair["value"]["Name"] for pair in payment["Line"][0]["LineEx"]["any"]}
    assert names == {"txnId", "txnOpenBalance", "txnReferenceNumber"}
    assert payment["DepositToAccountRef"]["name"] == "Undeposited Funds"


def test_qbo_rule_23_overpayment_stays_unapplied(company: Company, vendors: SandboxProcess) -> None:
    invoice = company.invoice("1", line(100))
    payment = company.pay(invoice, 100, total=130)
    assert payment["UnappliedAmt"] == 30
    assert company.read("Invoice", invoice["Id"])["Balance"] == 0
    other = company.invoice("1", line(50))
    body = {
        "CustomerRef": {"value": "1"},
        "TotalAmt": 80,
        "Line": [{"Amount": 80, "LinkedTxn": [link(other)]}],
    }
    assert company.post("payment", body).code == "6000"
    vendors.switch(payment_line_over_balance="clamp")
    clamped = company.post("payment", body).body["Payment"]
    assert (clamped["Line"][0]["Amount"], clamped["UnappliedAmt"]) == (50, 30)
    third = company.invoice("1", line(50))
    body["Line"] = [{"Amount": 40, "LinkedTxn": [link(third)]}]
    assert company.post("payment", {**body, "TotalAmt": 10}).code == "6000"


def test_qbo_rule_23_payment_of_another_customer(company: Company) -> None:
    invoice = company.invoice("1")
    body = {
        "CustomerRef": {"value": "2"},
        "TotalAmt": 10,
        "Line": [{"Amount": 10, "LinkedTxn": [link(invoice)]}],
    }
    assert company.post("payment", body).code == "6000"


def test_qbo_rule_23_what_a_new_balance_moves(company: Company, vendors: SandboxProcess) -> None:
    def versions() -> tuple[str, str]:
        customer = company.read("Customer", "1")
        return customer["SyncToken"], customer["MetaData"]["LastUpdatedTime"]

    for how, token_moves, time_moves in (
        ("none", False, False), ("time", False, True), ("token", True, True),
    ):  # fmt: skip
        vendors.switch(customer_touched_by_balance=how)
        vendors.advance(2)
        before = versions()
        company.invoice("1")
        after = versions()
        assert (after[0] != before[0], after[1] != before[1]) == (token_moves, time_moves)


def test_qbo_rule_24_payment_void_and_delete_restore(company: Company) -> None:
    invoice = company.invoice("1", line(100))
    payment = company.pay(invoice, 100)
    version = {"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True}
    voided = company.post("payment", version, operation="update", include="void").body["Payment"]
    assert (voided["TotalAmt"], voided["UnappliedAmt"], voided["Line"]) == (0, 0, [])
    assert voided["PrivateNote"] == "Voided"
    after = company.read("Invoice", invoice["Id"])
    assert (after["Balance"], after["LinkedTxn"]) == (100, [])
    second = company.pay(after, 30)
    doomed = {"Id": second["Id"], "SyncToken": second["SyncToken"]}
    assert company.post("payment", doomed, operation="delete").status == 200
    assert company.read("Invoice", invoice["Id"])["Balance"] == 100
    third = company.pay(after, 20)
    version = {"Id": third["Id"], "SyncToken": third["SyncToken"]}
    assert company.post("payment", version, operation="void").status == 200


def test_qbo_rule_24_payment_lines_replace(company: Company) -> None:
    first, second = company.invoice("1", line(100)), company.invoice("1", line(50))
    payment = company.pay(first, 60)
    moved = company.update(
        "Payment",
        payment,
        Line=[{"Amount": 50, "LinkedTxn": [link(second)]}],
    )
    assert moved["UnappliedAmt"] == 10
    assert company.read("Invoice", first["Id"])["Balance"] == 100
    assert company.read("Invoice", second["Id"])["Balance"] == 0


def test_qbo_rule_24_invoice_void(company: Company) -> None:
    owed = company.read("Customer", "1")["Balance"]
    invoice = company.invoice("1", line(100, quantity=4), PrivateNote="about lamps")
    payment = company.pay(invoice, 25)
    current = company.read("Invoice", invoice["Id"])
    version = {"Id": current["Id"], "SyncToken": current["SyncToken"]}
    voided = company.post("invoice", version, operation="void").body["Invoice"]
    assert (voided["TotalAmt"], voided["Balance"], voided["LinkedTxn"]) == (0, 0, [])
    assert voided["TxnTaxDetail"]["TotalTax"] == 0
    assert voided["Line"][0]["Amount"] == voided["Line"][0]["SalesItemLineDetail"]["Qty"] == 0
    assert voided["PrivateNote"] == "Voided - about lamps"
    assert (voided["DocNumber"], voided["TxnDate"]) == (invoice["DocNumber"], invoice["TxnDate"])
    freed = company.read("Payment", payment["Id"])
    assert (freed["UnappliedAmt"], freed["Line"]) == (25, [])
    assert company.read("Customer", "1")["Balance"] == owed - 25
    plain = company.invoice("1")
    version = {"Id": plain["Id"], "SyncToken": "0"}
    again = company.post("invoice", version, operation="void").body["Invoice"]
    assert again["PrivateNote"] == "Voided"


def test_qbo_rule_24_delete_of_a_paid_invoice_is_a_switch(
    company: Company, vendors: SandboxProcess
) -> None:
    invoice = company.invoice("1", line(100))
    payment = company.pay(invoice, 40)
    version = {"Id": invoice["Id"], "SyncToken": "1"}
    assert company.post("invoice", version, operation="delete").code == "6000"
    vendors.switch(delete_paid_invoice="unlink")
    assert company.post("invoice", version, operation="delete").status == 200
    assert company.read("Payment", payment["Id"])["UnappliedAmt"] == 40


def test_qbo_rule_24_smaller_invoice_frees_payment(company: Company) -> None:
    invoice = company.invoice("1", line(100))
    payment = company.pay(invoice, 90)
    current = company.read("Invoice", invoice["Id"])
    smaller = company.update("Invoice", current, Line=[line(70)])
    assert smaller["Balance"] == 0
    assert company.read("Payment", payment["Id"])["UnappliedAmt"] == 20


def credit(company: Company, amount: float) -> Body:
    return company.save("CreditMemo", CustomerRef={"value": "1"}, Line=[line(amount)])


def test_qbo_rule_25_credit_applied_by_a_zero_payment(company: Company) -> None:
    owed = company.read("Customer", "1")["Balance"]
    invoice, memo = company.invoice("1", line(100)), credit(company, 30)
    assert (memo["RemainingCredit"], memo["Balance"]) == (30, 30)
    payment = company.save(
        "Payment",
        CustomerRef={"value": "1"},
        TotalAmt=0,
        Line=[
            {"Amount": 30, "LinkedTxn": [link(invoice)]},
            {"Amount": 30, "LinkedTxn": [link(memo, "CreditMemo")]},
        ],
    )
    assert (payment["TotalAmt"], payment["UnappliedAmt"]) == (0, 0)
    assert company.read("Invoice", invoice["Id"])["Balance"] == 70
    used = company.read("CreditMemo", memo["Id"])
    assert (used["RemainingCredit"], used["Balance"]) == (0, 0)
    assert company.read("Customer", "1")["Balance"] == owed + 70


def test_qbo_rule_25_auto_apply_credit(company: Company) -> None:
    memo = credit(company, 130)
    company.control("preferences", preferences={"SalesFormsPrefs": {"AutoApplyCredit": True}})
    invoice = company.invoice("1", line(100))
    assert invoice["Balance"] == 0
    payment = company.read("Payment", invoice["LinkedTxn"][0]["TxnId"])
    assert payment["PrivateNote"] == "Created by QB Online to link credits to charges."
    assert payment["TotalAmt"] == 0
    assert company.read("CreditMemo", memo["Id"])["Balance"] == 30


def test_qbo_rule_26_send(company: Company, vendors: SandboxProcess) -> None:
    invoice = company.invoice("1", BillEmail={"Address": "old@x.example"})
    headers = {"Content-Type": "application/octet-stream"}
    path = f"invoice/{invoice['Id']}/send"
    sent = company.call("POST", path, headers=headers, params={"sendTo": "new@x.example"})
    data = sent.body["Invoice"]
    assert (data["EmailStatus"], data["BillEmail"]) == ("EmailSent", {"Address": "new@x.example"})
    assert data["DeliveryInfo"]["DeliveryType"] == "Email"
    assert re.match(r"\d{4}-", data["DeliveryInfo"]["DeliveryTime"])
    assert data["SyncToken"] == "0"
    vendors.switch(sync_token_on_send="bumped")
    assert company.call("POST", path, headers=headers).body["Invoice"]["SyncToken"] == "1"
    kept = company.update("Invoice", company.read("Invoice", data["Id"]), PrivateNote="edit")
    assert (kept["EmailStatus"], kept["DeliveryInfo"]) == ("EmailSent", data["DeliveryInfo"])


def test_qbo_rule_26_send_needs_an_address_and_is_capped(
    company: Company, vendors: SandboxProcess
) -> None:
    nobody = company.save("Customer", DisplayName="No address")
    invoice = company.invoice(nobody["Id"])
    assert company.post(f"invoice/{invoice['Id']}/send", None).code == "6000"
    vendors.switch(emails_per_day=2)
    path = "invoice/3/send"
    codes = [company.call("POST", path).status for _ in range(3)]
    assert codes == [200, 200, 400]
    vendors.advance(86_400)
    assert Company(vendors, company.realm).call("POST", path).status == 200


def test_qbo_rule_26_need_to_send_wants_an_address(company: Company) -> None:
    body = {"CustomerRef": {"value": "1"}, "Line": [line()], "EmailStatus": "NeedToSend"}
    assert company.post("invoice", body).code == "6000"
    queued = company.save("Invoice", **body, BillEmail={"Address": "a@b.example"})
    assert queued["EmailStatus"] == "NeedToSend"


def test_qbo_rule_26_pdf(company: Company) -> None:
    invoice = company.invoice("1", line(1234.5, Description="Lamps (brass) \\ two"))
    page = company.call(
        "GET", f"invoice/{invoice['Id']}/pdf", headers={"Accept": "application/pdf"}
    )
    assert page.headers["content-type"] == "application/pdf"
    assert page.raw.startswith(b"%PDF-1.")
    assert page.raw.rstrip().endswith(b"%%EOF")
    for text in (invoice["DocNumber"], "Amy's Bird Sanctuary", "1,234.50"):
        assert text.encode() in page.raw
    start = int(re.search(rb"startxref\n(\d+)", page.raw).group(1))
    assert page.raw[start:].startswith(b"xref")
    many = company.invoice("1", *[line(1) for _ in range(120)])
    long = company.call("GET", f"invoice/{many['Id']}/pdf").raw
    assert long.count(b"/Type /Page ") == 4
    assert company.get("invoice/99999/pdf").code == "610"


def test_qbo_rule_26_invoice_link(company: Company, automated: Company) -> None:
    invoice = company.invoice("1", BillEmail={"Address": "a@b.example"})
    page = company.get(f"invoice/{invoice['Id']}", include="invoiceLink")
    assert "/t/scs-v1-" in page.body["Invoice"]["InvoiceLink"]
    assert "InvoiceLink" not in company.read("Invoice", invoice["Id"])
    assert "InvoiceLink" not in company.query("select * from Invoice")["Invoice"][-1]
    bare = company.invoice("1")
    page = company.get(f"invoice/{bare['Id']}", include="invoiceLink")
    assert "InvoiceLink" not in page.body["Invoice"]
    page = automated.get("invoice/1", include="invoiceLink")
    assert "InvoiceLink" not in page.body["Invoice"]


def test_qbo_deposited_payment_cannot_change(company: Company) -> None:
    invoice = company.invoice("1", line(100))
    payment = company.pay(invoice, 100)
    deposit = company.save(
        "Deposit",
        DepositToAccountRef={"value": "1"},
        Line=[{"Amount": 100, "LinkedTxn": [link(payment, "Payment")]}],
    )
    current = company.read("Payment", payment["Id"])
    assert current["LinkedTxn"] == [{"TxnId": deposit["Id"], "TxnType": "Deposit"}]
    version = {"Id": current["Id"], "SyncToken": current["SyncToken"]}
    refused = company.post("payment", version, operation="delete")
    assert refused.code == "6540"
    assert "must first edit the deposit" in refused.error["Detail"]
    gone = {"Id": deposit["Id"], "SyncToken": "0"}
    assert company.post("deposit", gone, operation="delete").status == 200
    free = company.read("Payment", payment["Id"])
    version = {"Id": free["Id"], "SyncToken": free["SyncToken"]}
    assert company.post("payment", version, operation="delete").status == 200


def test_qbo_bills_and_bill_payments(company: Company) -> None:
    vendor = company.first("Vendor", "DisplayName = 'Fidelity Freight'")
    expense = {
        "Amount": 250,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "13"}},
    }
    bill = company.save(
        "Bill",
        VendorRef={"value": vendor["Id"]},
        Line=[expense],
        TxnDate="2026-11-01",
        SalesTermRef={"value": "2"},
    )
    assert (bill["Balance"], bill["DueDate"]) == (250, "2026-11-16")
    found = company.query("select * from Bill where Balance > '0' and DueDate <= '2026-11-16'")
    assert [row["Id"] for row in found["Bill"]] == [bill["Id"]]
    payment = company.save(
        "BillPayment",
        VendorRef={"value": vendor["Id"]},
        PayType="Check",
        TotalAmt=250,
        CheckPayment={"BankAccountRef": {"value": "1"}},
        Line=[{"Amount": 250, "LinkedTxn": [link(bill, "Bill")]}],
    )
    paid = company.read("Bill", bill["Id"])
    assert paid["Balance"] == 0
    assert paid["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}]
    assert company.read("Vendor", vendor["Id"])["Balance"] == 0
