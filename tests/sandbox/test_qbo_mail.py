"""What becomes of a mail: delivery errors at once and later (reference section 5, DeliveryInfo)."""

import pytest

from tests.sandbox.qbo_client import Company
from tests.sandbox_process import SandboxProcess


@pytest.mark.parametrize(
    "error", ["Missing Info", "Undeliverable", "Delivery Server Down", "Bounced Email"]
)
def test_qbo_rule_26_a_mail_meets_trouble_at_once_or_later(
    company: Company, vendors: SandboxProcess, error: str
) -> None:
    path = "invoice/3/send"
    vendors.switch(mail_outcome=error)
    sent = company.call("POST", path).body["Invoice"]
    assert (sent["EmailStatus"], sent["DeliveryInfo"]["DeliveryErrorType"]) == ("EmailSent", error)
    vendors.switch(mail_outcome="delivered")
    assert "DeliveryErrorType" not in company.call("POST", path).body["Invoice"]["DeliveryInfo"]
    at = {"realm": company.realm, "invoice_id": "3"}
    later = vendors.admin("POST", "quickbooks/mail", {**at, "error": error})["Invoice"]
    assert later["DeliveryInfo"]["DeliveryErrorType"] == error
    seen = vendors.admin("POST", "quickbooks/mail", {**at, "status": "Viewed"})["Invoice"]
    assert (seen["EInvoiceStatus"], "DeliveryErrorType" in seen["DeliveryInfo"]) == (
        "Viewed",
        False,
    )
    assert company.read("Invoice", "3")["EInvoiceStatus"] == "Viewed"
    with pytest.raises(ValueError, match="delivery error"):
        vendors.admin("POST", "quickbooks/mail", {**at, "error": "Lost"})


@pytest.mark.parametrize("moves", ["time", "none"])
def test_qbo_rule_26_news_of_a_mail_may_leave_the_time_alone(
    company: Company, vendors: SandboxProcess, moves: str
) -> None:
    vendors.switch(mail_news_touch=moves)
    before = company.read("Invoice", "3")
    vendors.advance(60)
    at = {"realm": company.realm, "invoice_id": "3", "error": "Bounced Email"}
    vendors.admin("POST", "quickbooks/mail", at)
    after = company.read("Invoice", "3")
    assert after["DeliveryInfo"]["DeliveryErrorType"] == "Bounced Email"
    moved = after["MetaData"]["LastUpdatedTime"] != before["MetaData"]["LastUpdatedTime"]
    assert (moved, after["SyncToken"]) == (moves == "time", before["SyncToken"])


def test_qbo_rule_26_every_mail_stands_in_the_outbox(
    company: Company, vendors: SandboxProcess
) -> None:
    invoice = company.invoice(
        "1", BillEmail={"Address": "a@b.example"}, BillEmailCc={"Address": "c@d.example"}
    )
    company.call("POST", f"invoice/{invoice['Id']}/send")
    company.call("POST", f"invoice/{invoice['Id']}/send", params={"sendTo": "x@y.example"})
    left = vendors.state("quickbooks")["quickbooks"]["mails"][company.realm]
    ours = [each for each in left if each["invoice"] == invoice["Id"]]
    assert [(each["invoice"], each["to"], each["cc"], each["bcc"]) for each in ours] == [
        (invoice["Id"], "a@b.example", "c@d.example", ""),
        (invoice["Id"], "x@y.example", "c@d.example", ""),
    ]
