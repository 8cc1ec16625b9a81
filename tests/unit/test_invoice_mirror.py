"""Our copy of QuickBooks' invoices and the payments ledger (D-18 to D-20, fault 50)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Company, Record
from integration.records.quickbooks import Invoice as InvoiceRecord
from integration.records.quickbooks import Payment, PaymentLine
from invoices.mirror import mirror_invoices, restage
from invoices.models import Invoice, PaymentApplication
from invoices.models.invoices import Origin
from tests import tenants

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), time_zone="America/Los_Angeles")


def invoice(**changes: Any) -> InvoiceRecord:
    raw = {
        "Id": "145",
        "SyncToken": "0",
        "MetaData": {
            "CreateTime": "2026-11-20T10:00:00-08:00",
            "LastUpdatedTime": "2026-11-20T10:00:00-08:00",
        },
        "DocNumber": "1041",
        "TxnDate": "2026-11-20",
        "DueDate": "2026-12-20",
        "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"},
        "CurrencyRef": {"value": "USD"},
        "Line": [
            {
                "Id": "1",
                "Amount": Decimal("150.00"),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "4"}, "Qty": 2, "UnitPrice": 75},
            }
        ],
        "TotalAmt": Decimal("150.00"),
        "Balance": Decimal("150.00"),
        "EmailStatus": "NotSet",
        **changes,
    }
    return parse_invoice(raw)


def payment(amount: str, *, token: str = "0", total: str = "", **changes: Any) -> Payment:
    return Payment(
        id="90",
        sync_token=token,
        updated_at=NOW,
        txn_date=date(2026, 11, 22),
        currency="USD",
        total=Decimal(total or amount),
        method_id="2",
        reference="4711",
        lines=(PaymentLine(Decimal(amount), "145", "Invoice"),) if amount != "0" else (),
        **changes,
    )


def only(company: Company) -> Invoice:
    found: Invoice = Invoice.objects.for_portal(company.portal).get(company=company)
    return found


def test_s49_a_new_invoice_is_stored_whole_with_its_stage(company: Company) -> None:
    changed = mirror_invoices(company, [invoice()], [], NOW)
    row = only(company)
    assert changed == [row]
    assert (row.stage, row.doc_number, row.billed, row.open, row.cash) == (
        "awaiting_sending",
        "1041",
        150,
        150,
        0,
    )
    assert row.raw["Line"][0]["Amount"] == Decimal("150.00")
    assert (row.origin, row.had_amount) == (Origin.SYNCED, True)


def test_i3_seeing_the_same_twice_changes_nothing(company: Company) -> None:
    mirror_invoices(company, [invoice()], [payment("25")], NOW)
    again = mirror_invoices(company, [invoice()], [payment("25")], NOW + timedelta(hours=1))
    assert again == []


def test_f50_an_older_version_never_replaces_a_newer_one(company: Company) -> None:
    newer = invoice(SyncToken="10", DocNumber="NEW")
    mirror_invoices(company, [newer, invoice(SyncToken="9", DocNumber="OLD")], [], NOW)
    assert mirror_invoices(company, [invoice(SyncToken="9", DocNumber="OLD")], [], NOW) == []
    assert only(company).doc_number == "NEW"


def test_s52_s53_payments_move_amounts_and_stage(company: Company) -> None:
    Record.objects.create(
        portal=company.portal, company=company, kind="PaymentMethod", qbo_id="2", name="Check",
        seen_at=NOW,
    )  # fmt: skip
    part = invoice(SyncToken="1", Balance=Decimal("125"))
    mirror_invoices(company, [part], [payment("25")], NOW)
    row = only(company)
    assert (row.stage, row.cash, row.open, row.is_part_paid) == ("partially_paid", 25, 125, True)
    booked = PaymentApplication.objects.for_portal(company.portal).get()
    assert (booked.method, booked.reference, booked.applied) == ("Check", "4711", 25)
    paid = invoice(SyncToken="2", Balance=Decimal(0))
    mirror_invoices(company, [paid], [payment("150", token="1")], NOW)
    assert (only(company).stage, only(company).cash) == ("paid", 150)


def test_d20_a_voided_payment_reverses_its_row_and_reopens_the_invoice(company: Company) -> None:
    mirror_invoices(company, [invoice(SyncToken="1", Balance=Decimal(0))], [payment("150")], NOW)
    reopened = invoice(SyncToken="2", EmailStatus="EmailSent")
    changed = mirror_invoices(company, [reopened], [payment("0", token="1")], NOW)
    row = only(company)
    assert changed == [row]
    assert (row.stage, row.cash, row.open) == ("sent", 0, 150)
    booked = PaymentApplication.objects.for_portal(company.portal).get()
    assert booked.reversed_at == NOW


def test_d20_a_deleted_payment_alone_names_its_invoice(company: Company) -> None:
    mirror_invoices(company, [invoice(SyncToken="1", Balance=Decimal(0))], [payment("150")], NOW)
    gone = Payment(id="90", sync_token="", updated_at=NOW, deleted=True)
    assert [row.qbo_id for row in mirror_invoices(company, [], [gone], NOW)] == ["145"]
    booked = PaymentApplication.objects.for_portal(company.portal).get()
    assert booked.reversed_at == NOW
    assert only(company).cash == 0


def test_f50_an_older_payment_is_ignored(company: Company) -> None:
    mirror_invoices(company, [invoice(Balance=Decimal(0))], [payment("150", token="3")], NOW)
    mirror_invoices(company, [], [payment("25", token="2")], NOW)
    assert PaymentApplication.objects.for_portal(company.portal).get().applied == 150


def test_d18_a_voided_invoice_is_told_from_a_zero_one(company: Company) -> None:
    mirror_invoices(company, [invoice()], [], NOW)
    zero_lines = [{"Id": "1", "Amount": Decimal(0), "DetailType": "SalesItemLineDetail"}]
    void = invoice(SyncToken="1", TotalAmt=Decimal(0), Balance=Decimal(0), Line=zero_lines)
    mirror_invoices(company, [void], [], NOW)
    row = only(company)
    assert (row.stage, row.voided_at, row.billed) == ("voided", NOW, 0)


def test_b10_a_deleted_invoice_keeps_what_it_was_and_is_worth_nothing(company: Company) -> None:
    mirror_invoices(company, [invoice()], [], NOW)
    gone = InvoiceRecord(id="145", sync_token="", updated_at=NOW, deleted=True)
    later = NOW + timedelta(minutes=1)
    assert len(mirror_invoices(company, [gone], [], later)) == 1
    row = only(company)
    assert (row.stage, row.billed, row.open, row.total, row.deleted_at) == (
        "deleted",
        0,
        0,
        150,
        later,
    )
    assert mirror_invoices(company, [gone], [], later) == []


def test_an_unknown_deleted_invoice_and_strange_payments_are_ignored(company: Company) -> None:
    gone = InvoiceRecord(id="999", sync_token="", updated_at=NOW, deleted=True)
    assert mirror_invoices(company, [gone], [payment("25")], NOW) == []
    assert not Invoice.objects.for_portal(company.portal).exists()
    assert not PaymentApplication.objects.for_portal(company.portal).exists()


def test_s54_the_company_day_makes_it_overdue(company: Company) -> None:
    """Due on the 23rd; at 7:30 UTC of the 24th it is still the 23rd in Los Angeles."""
    mirror_invoices(company, [invoice(DueDate="2026-11-23")], [], NOW)
    row = only(company)
    early = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert restage(company, [row], early) == []
    late = early + timedelta(hours=1)
    assert restage(company, [row], late) == [row]
    assert only(company).stage == "overdue"
    assert restage(company, [only(company)], late) == []


def test_s51_first_sent_at_is_kept(company: Company) -> None:
    mirror_invoices(company, [invoice(SyncToken="1", EmailStatus="EmailSent")], [], NOW)
    mirror_invoices(
        company, [invoice(SyncToken="2", EmailStatus="EmailSent")], [], NOW + timedelta(days=1)
    )
    assert only(company).first_sent_at == NOW


def test_a_company_with_one_currency_sends_none(company: Company) -> None:
    record = replace(invoice(), currency="")
    mirror_invoices(company, [record], [], NOW)
    assert only(company).currency == "USD"


def test_c14_another_companys_invoice_of_the_same_id_is_not_touched(company: Company) -> None:
    other = tenants.company(company.portal)
    mirror_invoices(company, [invoice()], [], NOW)
    mirror_invoices(other, [invoice(DocNumber="77")], [], NOW)
    assert only(company).doc_number == "1041"
    assert only(other).doc_number == "77"


def test_d11_a_total_put_right_in_quickbooks_is_no_longer_flagged(company: Company) -> None:
    mirror_invoices(company, [invoice()], [], NOW)
    Invoice.objects.for_portal(company.portal).update(
        total_differs=True, expected_total=Decimal("160.00")
    )
    mirror_invoices(company, [invoice(SyncToken="1", PrivateNote="touched")], [], NOW)
    assert only(company).total_differs
    mirror_invoices(company, [invoice(SyncToken="2", TotalAmt=Decimal("160.00"))], [], NOW)
    assert not only(company).total_differs


def test_two_hundred_invoices_take_a_handful_of_queries(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    records = [invoice(Id=str(number)) for number in range(1, 201)]
    with django_assert_max_num_queries(14):
        assert len(mirror_invoices(company, records, [], NOW)) == 200
    with django_assert_max_num_queries(9):
        assert mirror_invoices(company, records, [], NOW) == []


def test_i3_the_turn_of_a_day_never_brings_an_older_version_back(company: Company) -> None:
    mirror_invoices(company, [invoice(DueDate="2026-11-23")], [], NOW)
    old = only(company)
    mirror_invoices(
        company, [invoice(SyncToken="1", DocNumber="NEW", DueDate="2026-11-23")], [], NOW
    )
    assert restage(company, [old], NOW + timedelta(days=2)) == [old]
    assert (only(company).doc_number, only(company).sync_token) == ("NEW", "1")
    assert only(company).stage == "overdue"


def test_i10_a_company_of_whole_yen_shares_a_payment_in_whole_yen(company: Company) -> None:
    company.home_currency = "JPY"
    company.save()
    yen = {"CurrencyRef": None, "TotalAmt": 400, "Balance": 0}
    records = [invoice(Id=one, DocNumber=one, **yen) for one in ("1", "2", "3")]
    lines = [PaymentLine(Decimal(400), one, "Invoice") for one in ("1", "2", "3")]
    lines.append(PaymentLine(Decimal(200), "9", "CreditMemo"))
    paid = replace(payment("1000"), currency="", lines=tuple(lines))
    mirror_invoices(company, records, [paid], NOW)
    rows = PaymentApplication.objects.for_portal(company.portal).order_by("-cash")
    assert [row.cash for row in rows] == [Decimal(334), Decimal(333), Decimal(333)]
    assert {row.currency for row in rows} == {"JPY"}
