"""D-17: whether an invoice may be mailed, to whom and when; pure tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration import messages
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from invoices import addresses, send_times
from invoices.addresses import Recipients
from invoices.mail_status import FAILURES, MailStatus, mail_status
from invoices.pay_link import is_web_address, why_none
from invoices.send_times import TimeRefused, chosen, is_too_late
from invoices.sending_rules import Reason, SendFacts, content_hash, reasons
from tests.books import raw_invoice

FINE = SendFacts(
    may_send=True, connected=True, allowed=True, open=Decimal(10),
    recipients=Recipients("a@b.example"),
)  # fmt: skip
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
wall = datetime.fromisoformat


# ------------------------------------------------------------------------------------ the one rule
def test_d17_nothing_in_the_way() -> None:
    assert reasons(FINE) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"may_send": False}, Reason.RIGHT_MISSING),
        ({"connected": False}, Reason.COMPANY_DISCONNECTED),
        ({"allowed": False}, Reason.NOT_ALLOWED),
        ({"deleted": True, "open": Decimal(0)}, Reason.DELETED),
        ({"voided": True, "open": Decimal(0)}, Reason.VOIDED),
        ({"open": Decimal(0)}, Reason.NOTHING_OPEN),
        ({"total_differs": True}, Reason.TOTAL_DIFFERS),
        ({"changed": True}, Reason.CHANGED),
        ({"sent_meanwhile": True}, Reason.SENT_MEANWHILE),
        ({"in_progress": True}, Reason.IN_PROGRESS),
        ({"too_late": True}, Reason.TOO_LATE),
        ({"recipients": Recipients()}, Reason.NO_ADDRESS),
        ({"recipients": Recipients("nobody")}, Reason.ADDRESS_INVALID),
        ({"recipients": Recipients("a@b.example", cc="x")}, Reason.ADDRESS_INVALID),
        ({"recipients": Recipients(f"{'a' * 95}@b.example")}, Reason.ADDRESS_TOO_LONG),
    ],
)
def test_d17_each_reason_alone(changes: dict[str, Any], reason: Reason) -> None:
    assert reasons(replace(FINE, **changes)) == [reason]


def test_e05_every_reason_has_a_sentence_that_says_what_to_do() -> None:
    for reason in Reason:
        said = messages.message(reason, company="A", number="1", to="a@b", email="x")
        assert said.to_do, reason
    for status in FAILURES:
        assert messages.is_known(f"sending.{status}")


# -------------------------------------------------------------------------------------- unchanged
@pytest.mark.parametrize(
    "changes",
    [
        {"SyncToken": "9"},
        {"Balance": Decimal(5), "LinkedTxn": [{"TxnId": "1", "TxnType": "Payment"}]},
        {"EmailStatus": "EmailSent", "DeliveryInfo": {"DeliveryType": "Email"}},
        {"TotalAmt": Decimal("150.0")},
        {"BillEmailCc": {"Address": "c@d.example"}},
    ],
)
def test_d17_what_the_customer_does_not_read_is_no_change(changes: dict[str, Any]) -> None:
    raw = raw_invoice(1, Decimal("150.00"))
    assert content_hash({**raw, **changes}) == content_hash(raw)


@pytest.mark.parametrize(
    "changes",
    [
        {"TotalAmt": Decimal("150.01")},
        {"DueDate": "2027-01-01"},
        {"DocNumber": "77"},
        {"CustomerMemo": {"value": "Other"}},
        {"BillEmail": {"Address": "other@x.example"}},
        {"Line": []},
    ],
)
def test_d17_what_the_customer_reads_is_a_change(changes: dict[str, Any]) -> None:
    raw = raw_invoice(1, Decimal("150.00"))
    assert content_hash({**raw, **changes}) != content_hash(raw)


# -------------------------------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" a@b.example ; c@d.example ", "a@b.example,c@d.example"),
        ("a@b.example, A@B.example,a@b.example", "a@b.example"),
        ("", ""),
        ("a@b.example\nc@d.example", "a@b.example,c@d.example"),
    ],
)
def test_d17_several_addresses_become_one_form(typed: str, kept: str) -> None:
    assert addresses.tidy(typed) == kept


@pytest.mark.parametrize(
    "text",
    ["x", "@b.example", "a@b", "a@@b.example", 'a"@b.example', "<a@b.example>", "a\x00@b.example"],
)
def test_d17_what_is_no_address(text: str) -> None:
    assert not addresses.is_valid(text)


@given(st.text(max_size=120))
def test_d17_any_text_is_tidied_for_good_or_refused(text: str) -> None:
    once = addresses.recipients(text)
    assert addresses.tidy(once.to) == once.to
    if not addresses.problems(once):
        assert 0 < len(once.to) <= 100
        assert not set(once.to) & set('\r\n\t <>"')


# ------------------------------------------------------------------------------------------- times
@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (wall("2026-11-24T09:30:59"), datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 12, 1, tzinfo=UTC), datetime(2026, 11, 23, 12, 1, tzinfo=UTC)),
        (wall("2027-03-14T03:30:00"), datetime(2027, 3, 14, 10, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_d17_a_time_is_the_companys(local: datetime, utc: datetime) -> None:
    assert chosen(local, PACIFIC, NOON) == utc


def test_f86_an_hour_that_comes_twice_is_the_first() -> None:
    autumn = datetime(2026, 10, 30, 12, tzinfo=UTC)
    assert chosen(wall("2026-11-01T01:30:00"), PACIFIC, autumn).astimezone(UTC).hour == 8


@pytest.mark.parametrize(
    ("local", "code"),
    [
        (wall("2026-11-23T04:00:00"), "sending.time_past"),
        (wall("2026-11-23T03:00:00"), "sending.time_past"),
        (wall("2027-03-14T02:30:00"), "sending.time_skipped"),
        (wall("2028-01-01T00:00:00"), "sending.time_too_far"),
    ],
)
def test_f86_a_time_that_cannot_be(local: datetime, code: str) -> None:
    with pytest.raises(TimeRefused) as caught:
        chosen(local, PACIFIC, NOON)
    assert caught.value.code == code
    assert messages.sentence(code, **caught.value.parameters)


def test_d17_a_day_late_is_too_late() -> None:
    assert not is_too_late(NOON, NOON + send_times.LATEST)
    assert is_too_late(NOON, NOON + send_times.LATEST + timedelta(seconds=1))


# ------------------------------------------------------------------------------------- mail status
@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({}, MailStatus.NOT_SENT),
        ({"EmailStatus": "NeedToSend"}, MailStatus.QUEUED),
        ({"EmailStatus": "EmailSent"}, MailStatus.SENT),
        ({"EmailStatus": "EmailSent", "EInvoiceStatus": "Viewed"}, MailStatus.VIEWED),
        ({"EInvoiceStatus": "Delivery Error"}, MailStatus.FAILED),
        ({"DeliveryInfo": {"DeliveryErrorType": "Bounced Email"}}, MailStatus.BOUNCED),
        ({"DeliveryInfo": {"DeliveryErrorType": "BouncedEmail"}}, MailStatus.BOUNCED),
        ({"DeliveryInfo": {"DeliveryErrorType": "Undeliverable"}}, MailStatus.UNDELIVERABLE),
        ({"DeliveryInfo": {"DeliveryErrorType": "Delivery Server Down"}}, MailStatus.SERVER_DOWN),
        ({"DeliveryInfo": {"DeliveryErrorType": "Missing Info"}}, MailStatus.MISSING_INFO),
        ({"DeliveryInfo": {"DeliveryErrorType": "Eaten by a dog"}}, MailStatus.FAILED),
        (
            {"EmailStatus": "EmailSent", "EInvoiceStatus": "Viewed",
             "DeliveryInfo": {"DeliveryErrorType": "Bounced Email"}},
            MailStatus.BOUNCED,
        ),
    ],
)  # fmt: skip
def test_b16_what_quickbooks_says_of_a_mail(members: dict[str, Any], status: MailStatus) -> None:
    assert mail_status(parse_invoice(raw_invoice(1, Decimal(10), **members))) == status


# ---------------------------------------------------------------------------------------- pay link
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"BillEmail": None, "AllowOnlineACHPayment": True}, "pay_link.no_address"),
        ({"AllowOnlineACHPayment": False}, "pay_link.payments_off"),
        ({"AllowOnlineCreditCardPayment": True}, "pay_link.none"),
        ({"AllowOnlineCreditCardPayment": "true"}, "pay_link.none"),
    ],
)
def test_b16_why_there_is_no_pay_link(members: dict[str, Any], code: str) -> None:
    assert why_none(raw_invoice(1, Decimal(10), **members)) == code


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://connect.intuit.com/t/scs-v1-1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//x", False),
        ("", False),
    ],
)
def test_c36_only_web_addresses_are_links(text: str, good: bool) -> None:
    assert is_web_address(text) is good
