"""QuickBooks' JSON to records: exact, tolerant of the unknown, never guessing (fault 32, 85)."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.gateways import quickbooks_records as records
from integration.gateways.countries import alpha_2
from integration.gateways.quickbooks_transactions import changes
from integration.gateways.values import instant

STAMPS = {"CreateTime": "2026-11-20T10:33:39-08:00", "LastUpdatedTime": "2026-11-20T10:34:00-08:00"}
INVOICE: dict[str, Any] = json.loads(
    """
    {"Id": "238", "SyncToken": "2", "DocNumber": "1069", "TxnDate": "2026-11-20",
     "DueDate": "2026-12-20", "CurrencyRef": {"value": "USD"}, "TotalAmt": 145.125, "Balance": 100,
     "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"}, "EmailStatus": "EmailSent",
     "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": "2026-11-20T11:00:00.123456789-08:00"},
     "TxnTaxDetail": {"TotalTax": 5.125}, "PrivateNote": "note", "CustomerMemo": {"value": "Thanks"},
     "BillEmail": {"Address": "amy@example.com"}, "SalesTermRef": {"value": "3"},
     "LinkedTxn": [{"TxnId": "190", "TxnType": "Payment"}],
     "Line": [
       {"Id": "1", "Description": "Design", "Amount": 150.0, "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "4", "name": "Design"}, "UnitPrice": 75,
                                "Qty": 2, "TaxCodeRef": {"value": "NON"}}},
       {"Id": "2", "Description": "Only text", "DetailType": "DescriptionOnly"},
       {"Id": "3", "Amount": 10.0, "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": false}},
       {"Amount": 140.0, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}]}
    """,
    parse_float=Decimal,
) | {"MetaData": STAMPS}


def test_qbo_rule_19_an_invoice_with_every_kind_of_line() -> None:
    found = records.invoice(INVOICE)
    assert (found.total, found.balance, found.total_tax) == (
        Decimal("145.125"), Decimal(100), Decimal("5.125"),
    )  # fmt: skip
    assert found.due_date == date(2026, 12, 20)
    assert found.updated_at == datetime(2026, 11, 20, 18, 34, tzinfo=UTC)
    assert found.delivered_at == datetime(2026, 11, 20, 19, 0, 0, 123456, tzinfo=UTC)
    assert [line.detail for line in found.lines] == [
        "SalesItemLineDetail", "DescriptionOnly", "DiscountLineDetail",
    ]  # fmt: skip
    assert sum(line.net for line in found.lines) == Decimal(140)
    assert found.lines[0].quantity == 2
    assert found.linked[0].kind == "Payment"
    assert (found.customer_memo, found.bill_email, found.terms_id) == (
        "Thanks",
        "amy@example.com",
        "3",
    )
    assert found.version == (2, found.updated_at)
    assert found.raw is INVOICE


def test_f41_a_deleted_stub_has_only_id_and_time() -> None:
    stub = {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "979",
        "MetaData": {"LastUpdatedTime": STAMPS["CreateTime"]},
    }
    assert records.invoice(stub).deleted
    assert records.payment(stub).deleted
    assert records.payment(stub).id == "979"


def test_qbo_rule_25_a_credit_application_names_both_sides() -> None:
    raw = {
        "Id": "5", "SyncToken": "0", "TotalAmt": 0, "MetaData": STAMPS, "PaymentRefNum": "77",
        "PaymentMethodRef": {"value": "2", "name": "Check"},
        "Line": [
            {"Amount": Decimal("40.00"), "LinkedTxn": [{"TxnId": "238", "TxnType": "Invoice"}]},
            {"Amount": Decimal("40.00"), "LinkedTxn": [{"TxnId": "9", "TxnType": "CreditMemo"}]},
        ],
    }  # fmt: skip
    found = records.payment(raw)
    assert [(line.amount, line.txn_kind) for line in found.lines] == [
        (Decimal(40), "Invoice"), (Decimal(40), "CreditMemo"),
    ]  # fmt: skip
    assert (found.total, found.method_name, found.reference) == (Decimal(0), "Check", "77")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("US", "US"),
        ("us", "US"),
        ("USA", "US"),
        ("UK", "GB"),
        ("GBR", "GB"),
        ("CAN", "CA"),
        ("TWN", "TW"),
    ],
)
def test_qbo_rule_28_countries_in_every_spelling(given: str, expected: str) -> None:
    assert alpha_2(given) == expected


@pytest.mark.parametrize("given", ["", "America", "U1", "XYZ"])
def test_qbo_rule_28_what_is_no_country_code_is_refused(given: str) -> None:
    with pytest.raises(ValueError):
        alpha_2(given)


def test_qbo_rule_28_company_facts() -> None:
    raw = {
        "Id": "1", "CompanyName": "Larch & Sons", "Country": "USA", "DefaultTimeZone": "America/New_York",
        "Email": {"Address": "office@example.com"},
        "NameValue": [{"Name": "OfferingSku", "Value": "QuickBooks Online Advanced"},
                      {"Name": "SubscriptionStatus", "Value": "PAID"}],
    }  # fmt: skip
    facts = records.company_facts(raw)
    assert (facts.country, facts.time_zone, facts.is_advanced) == ("US", "America/New_York", True)
    assert records.company_facts({**raw, "DefaultTimeZone": "Nowhere/City"}).time_zone == "UTC"
    assert records.company_facts({**raw, "DefaultTimeZone": "../../etc/passwd"}).time_zone == "UTC"
    assert records.company_facts({"CompanyName": "Bare"}).subscription_status == ""


def test_qbo_rule_28_preferences() -> None:
    raw = {
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True, "DefaultTerms": {"value": "3"}, "AllowDiscount": "true",
            "CustomField": [
                {"CustomField": [{"Name": "SalesFormsPrefs.UseSalesCustom1", "BooleanValue": True},
                                 {"Name": "SalesFormsPrefs.UseSalesCustom2", "BooleanValue": False}]},
                {"CustomField": [{"Name": "SalesFormsPrefs.SalesCustomName1", "StringValue": "Crew #"},
                                 {"Name": "SalesFormsPrefs.SalesCustomName2", "StringValue": "Off"}]},
            ],
        },
        "CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "GBP"}},
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
        "AccountingInfoPrefs": {"BookCloseDate": "2026-09-30", "ClassTrackingPerTxn": True},
    }  # fmt: skip
    found = records.preferences(raw)
    assert (found.custom_numbers, found.default_terms_id, found.allow_discount) == (True, "3", True)
    assert found.custom_fields == (("1", "Crew #"),)
    assert (found.home_currency, found.multicurrency) == ("GBP", True)
    assert (found.partner_tax_enabled, found.automated_sales_tax) == (False, True)
    assert found.book_close_date == date(2026, 9, 30)
    empty = records.preferences({})
    assert (empty.partner_tax_enabled, empty.home_currency, empty.custom_fields) == (
        None,
        "USD",
        (),
    )


def test_d06_a_customer_may_have_several_addresses_in_one_field() -> None:
    found = records.customer(
        {"Id": "1", "DisplayName": "A", "PrimaryEmailAddr": {"Address": "a@x.io, b@x.io;c@x.io"}}
    )
    assert found.emails == ("a@x.io", "b@x.io", "c@x.io")
    assert (found.active, found.balance, found.bill_address.lines) == (True, Decimal(0), ())


def test_d10_tax_codes_carry_their_rates_in_order() -> None:
    raw = {
        "Id": "2", "Name": "California", "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": "3"}}, {"TaxRateRef": {"value": "4"}}]},
    }  # fmt: skip
    rates = dict([records.tax_rate({"Id": "3", "RateValue": Decimal("8.25")})])
    found = records.tax_code(raw, rates)
    assert found.sales_rates == (("3", Decimal("8.25")), ("4", Decimal(0)))
    assert found.usable_for_sales
    assert not records.tax_code({**raw, "Hidden": True}, rates).usable_for_sales


@pytest.mark.parametrize(
    ("raw", "days", "month_day"),
    [
        ({"DueDays": 30}, 30, None),
        ({"DueDays": "0"}, 0, None),
        ({"DayOfMonthDue": 1, "DueNextMonthDays": 2}, None, 1),
    ],
)
def test_qbo_rule_19_terms(raw: dict[str, Any], days: int | None, month_day: int | None) -> None:
    found = records.term({"Id": "1", "Name": "T", **raw})
    assert (found.due_days, found.day_of_month) == (days, month_day)


@pytest.mark.parametrize(
    "value",
    ["1633520295688", Decimal("1633520295688"), 1633520295688],
)
def test_f32_epoch_milliseconds_and_text(value: Any) -> None:
    expected = datetime(2021, 10, 6, 11, 38, 15, 688000, tzinfo=UTC)
    assert instant(int(value)) == expected
    assert instant("2021-10-06T11:38:15.688Z") == expected


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just([]), st.just({})
)


@given(st.data())
def test_f32_a_changed_invoice_is_read_or_refused_with_value_error(data: st.DataObject) -> None:
    """Unknown members and odd types never end in anything but a record or a ValueError."""
    raw = deepcopy(INVOICE)
    for name in data.draw(st.lists(st.sampled_from(sorted(raw)), max_size=4)):
        raw[name] = data.draw(JUNK)
    raw[data.draw(st.text(max_size=5))] = data.draw(JUNK)
    raw["Id"] = "238"
    answer = changes(
        {"CDCResponse": [{"QueryResponse": [{"Invoice": [raw]}, {}]}], "time": STAMPS["CreateTime"]}
    )
    assert len(answer.invoices) + len(answer.unreadable) == 1


def test_f87_one_unreadable_record_does_not_hide_the_others() -> None:
    bad = {**INVOICE, "Id": "9", "TotalAmt": "about ten"}
    content = {
        "CDCResponse": [
            {
                "QueryResponse": [
                    {"Invoice": [bad, INVOICE], "maxResults": 2},
                    {"Customer": [{"Id": "1"}]},
                    {},
                ]
            }
        ],
        "time": "2026-11-23T05:12:44.123-08:00",
    }
    answer = changes(content)
    assert [one.id for one in answer.invoices] == ["238"]
    assert answer.unreadable == (("Invoice", bad),)
    assert answer.others == (("Customer", {"Id": "1"}),)
    assert answer.as_of == datetime(2026, 11, 23, 13, 12, 44, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "truncated"),
    [({"Customer": 999}, ()), ({"Customer": 1000, "Item": 3}, ("Customer",)), ({"Customer": 600, "Item": 400}, ("Customer", "Item"))],
)  # fmt: skip
def test_f39_a_full_answer_is_marked_as_truncated(
    counts: dict[str, int], truncated: tuple[str, ...]
) -> None:
    groups = [{name: [{"Id": str(n)} for n in range(count)]} for name, count in counts.items()]
    answer = changes({"CDCResponse": [{"QueryResponse": groups}], "time": STAMPS["CreateTime"]})
    assert answer.truncated == truncated


def test_f39_f42_of_a_cut_answer_delete_markers_are_kept() -> None:
    marker = {"Id": "7", "status": "Deleted", "MetaData": STAMPS}
    bad = {**INVOICE, "Id": "9", "TotalAmt": "about ten"}
    invoices = [{**INVOICE, "Id": str(n)} for n in range(1000, 1999)]
    groups = [{"Invoice": [*invoices, bad, marker]}, {"Customer": [{"Id": "1"}]}]
    answer = changes({"CDCResponse": [{"QueryResponse": groups}], "time": STAMPS["CreateTime"]})
    assert answer.truncated == ("Invoice",)
    assert [(one.id, one.deleted) for one in answer.invoices] == [("7", True)]
    assert answer.others == (("Customer", {"Id": "1"}),)
    assert answer.unreadable == ()
