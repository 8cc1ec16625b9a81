"""Invoices: rules 15 to 22 of the QuickBooks reference, section 13."""

import pytest

from tests.sandbox.qbo_client import Body, Company, line
from tests.sandbox_process import SandboxProcess


def numbers_on(company: Company) -> None:
    company.control("preferences", preferences={"SalesFormsPrefs": {"CustomTxnNumbers": True}})


def test_qbo_rule_15_numbers_run_on(company: Company) -> None:
    assert company.invoice()["DocNumber"] == "1051"
    assert company.invoice(DocNumber="INV-0099")["DocNumber"] == "INV-0099"
    assert company.invoice()["DocNumber"] == "INV-0100"


def test_qbo_rule_15_custom_numbers_leave_it_empty(advanced: Company) -> None:
    invoice = advanced.invoice("1", line(item="6"))
    assert "DocNumber" not in invoice
    assert advanced.invoice("1", line(item="6"), DocNumber="SUM-0200")["DocNumber"] == "SUM-0200"
    automatic = advanced.invoice("1", line(item="6"), DocNumber="AUTO_GENERATE")
    assert automatic["DocNumber"] == "SUM-0201"
    assert advanced.invoice("1", line(item="6"), AutoDocNumber=True)["DocNumber"] == "SUM-0202"


def test_qbo_rule_15_duplicates_name_their_owner(company: Company, vendors: SandboxProcess) -> None:
    body = {"CustomerRef": {"value": "1"}, "DocNumber": "1037", "Line": [line()]}
    answer = company.post("invoice", body)
    assert answer.error["Message"] == "Duplicate Document Number Error"
    assert answer.error["Detail"] == (
        "Duplicate Document Number Error : You must specify a different number. This number has "
        "already been used. DocNumber=1037 is assigned to TxnType=Invoice with TxnId=1"
    )
    assert company.post("invoice", body, include="allowduplicatedocnum").status == 200
    assert company.save("CreditMemo", **body)["DocNumber"] == "1037"
    long = company.post("invoice", {**body, "DocNumber": "1" * 22})
    assert long.code == "2050"
    vendors.switch(warn_duplicate_numbers=False)
    assert company.post("invoice", body).status == 200


def test_qbo_rule_16_one_set_of_names(company: Company) -> None:
    vendor = company.first("Vendor", "DisplayName = 'Hicks Hardware'")
    for kind, own in (("Customer", "HICKS hardware"), ("Employee", "Hicks Hardware")):
        answer = company.post(kind.lower(), {"DisplayName": own})
        assert answer.error["Message"] == "Duplicate Name Exists Error"
        assert answer.error["Detail"] == f"The name supplied already exists. : Id={vendor['Id']}"
    item = company.query("select * from Item")["Item"][0]
    income = {"IncomeAccountRef": {"value": "9"}}
    answer = company.post("item", {"Name": item["Name"], "Type": "Service", **income})
    assert answer.code == "6240"


def test_qbo_rule_17_required_fields(company: Company) -> None:
    missing = company.post("invoice", {"CustomerRef": {"value": "1"}})
    assert missing.error["Detail"] == "Required parameter Line is missing in the request"
    assert (missing.code, missing.error["element"]) == ("2020", "Line")
    missing = company.post("invoice", {"Line": [line()]})
    assert (missing.code, missing.error["element"]) == ("2020", "CustomerRef")


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"CustomerRef": {"value": "75000"}}, "Names element id 75000 not found"),
        ({"Line": [line(item="7500")]}, "Line.SalesItemLineDetail.ItemRef"),
        ({"DepartmentRef": {"value": "9"}}, "Depts element id 9 not found"),
        ({"ClassRef": {"value": "9"}}, "Klasses element id 9 not found"),
        ({"SalesTermRef": {"value": "99"}}, "SalesTermRef"),
    ],
)
def test_qbo_rule_17_unknown_references(company: Company, fields: Body, detail: str) -> None:
    answer = company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line()], **fields})
    assert answer.code == "2500"
    assert answer.error["Message"] == "Invalid Reference Id"
    assert answer.error["Detail"].endswith(detail)


def test_qbo_rule_17_inactive_and_category(company: Company) -> None:
    gone = company.first("Customer", "Active = false")
    answer = company.post("invoice", {"CustomerRef": {"value": gone["Id"]}, "Line": [line()]})
    assert "has been made inactive" in answer.error["Detail"]
    category = company.save("Item", Name="Lamps", Type="Category")
    body = {"CustomerRef": {"value": "1"}, "Line": [line(item=category["Id"])]}
    answer = company.post("invoice", body)
    assert answer.code == "2500"
    assert "Categories cannot be used in transactions." in answer.error["Detail"]


def test_qbo_rule_18_amount_is_price_times_quantity(company: Company) -> None:
    wrong = line(100, quantity=2)
    wrong["Amount"] = 58
    answer = company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [wrong]})
    assert answer.code == "6070"
    assert answer.error["Message"] == "Amount calculation incorrect in the request."
    assert answer.error["Detail"] == "Amount is not equal to UnitPrice * Qty. Supplied value:58"
    assert answer.error["element"] == "Line.Amount"
    third = line(3.33, quantity=1)
    third["SalesItemLineDetail"].update(Qty=3, UnitPrice=1.111)
    assert company.invoice("1", third)["TotalAmt"] == 3.33


def test_qbo_rule_19_what_the_server_adds(company: Company) -> None:
    customer = company.customer("Brightwater Hotels")
    invoice = company.invoice(customer["Id"], line(60, quantity=2), line(40), TxnDate="2026-11-20")
    assert invoice["Line"][-1] == {
        "Amount": 100, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {},
    }  # fmt: skip
    assert [(row["Id"], row["LineNum"]) for row in invoice["Line"][:2]] == [("1", 1), ("2", 2)]
    assert invoice["CustomerRef"]["name"] == "Brightwater Hotels"
    assert invoice["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Site survey"
    assert invoice["Line"][0]["SalesItemLineDetail"]["ItemAccountRef"]["name"] == "Services"
    assert invoice["BillAddr"]["City"] == invoice["ShipAddr"]["City"] == "Burlingame"
    assert invoice["SalesTermRef"]["name"] == "Net 60"
    assert invoice["DueDate"] == "2027-01-19"
    assert company.invoice(customer["Id"], DueDate="2026-12-24")["DueDate"] == "2026-12-24"
    assert company.invoice("1", TxnDate="2026-11-20")["DueDate"] == "2026-12-20"


def test_qbo_rule_19_term_by_day_of_month(company: Company) -> None:
    term = company.save(
        "Term", Name="End of month", Type="DATE_DRIVEN", DayOfMonthDue=31, DueNextMonthDays=5
    )
    for day, due in (("2026-02-10", "2026-02-28"), ("2026-11-28", "2026-12-31")):
        invoice = company.invoice(TxnDate=day, SalesTermRef={"value": term["Id"]})
        assert invoice["DueDate"] == due


def test_qbo_rule_20_us_lines_default_to_non(company: Company) -> None:
    invoice = company.invoice("1", line(item="1"), line(item="1", code="TAX"))
    codes = [row["SalesItemLineDetail"]["TaxCodeRef"]["value"] for row in invoice["Line"][:2]]
    assert codes == ["NON", "TAX"]
    answer = company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(code="1")]})
    assert answer.code in ("6100", "2500")
    real = company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(code="2")]})
    assert real.code == "6100"


def test_qbo_rule_20_us_group_gives_one_tax_line_for_each_rate(company: Company) -> None:
    invoice = company.invoice(
        "1",
        line(335.25, item="1", code="TAX"),
        line(100, code="NON"),
        TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
    )
    detail = invoice["TxnTaxDetail"]
    assert [row["TaxLineDetail"]["TaxPercent"] for row in detail["TaxLine"]] == [7.1, 2]
    assert [row["Amount"] for row in detail["TaxLine"]] == [23.8, 6.71]
    assert detail["TaxLine"][0]["TaxLineDetail"]["NetAmountTaxable"] == 335.25
    assert (detail["TotalTax"], invoice["TotalAmt"]) == (30.51, 465.76)


def test_qbo_rule_20_us_lines_without_group(company: Company, vendors: SandboxProcess) -> None:
    assert company.invoice("1", line(code="TAX"))["TxnTaxDetail"]["TotalTax"] == 0
    vendors.switch(us_missing_group="company_default")
    company.control("preferences", preferences={"TaxPrefs": {"TaxGroupCodeRef": {"value": "1"}}})
    assert company.invoice("1", line(code="TAX"))["TxnTaxDetail"]["TotalTax"] == 8.25


def test_qbo_rule_20_discount_before_or_after_tax(company: Company) -> None:
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    tax = {"TxnTaxCodeRef": {"value": "1"}}
    for after, total in ((False, 98.25), (True, 97.43)):
        invoice = company.invoice(
            "1", line(code="TAX"), discount, TxnTaxDetail=tax, ApplyTaxAfterDiscount=after
        )
        assert invoice["TotalAmt"] == total


def test_qbo_rule_20_automated_tax_by_ship_to(automated: Company, vendors: SandboxProcess) -> None:
    placeholder = {"TxnTaxCodeRef": {"value": "1"}}
    seattle = automated.customer("Lakeside Veterinary")["Id"]
    montana = automated.customer("Prairie Wind Farms")["Id"]
    taxed = line(200, item="1", code="TAX")
    assert automated.invoice(seattle, taxed, TxnTaxDetail=placeholder)["TotalAmt"] == 220.5
    assert automated.invoice(montana, taxed, TxnTaxDetail=placeholder)["TotalAmt"] == 200
    assert automated.invoice(seattle, line(200, item="1"))["TotalAmt"] == 200
    vendors.switch(ast_without_codes="by_item")
    assert automated.invoice(seattle, line(200, item="1"))["TotalAmt"] == 220.5
    exempt = automated.customer("Evergreen Community College")["Id"]
    assert automated.invoice(exempt, line(200, item="1"))["TotalAmt"] == 200


def test_qbo_rule_20_automated_tax_override(automated: Company, vendors: SandboxProcess) -> None:
    seattle = automated.customer("Lakeside Veterinary")["Id"]
    taxed = line(200, item="1", code="TAX")
    own = {"TxnTaxCodeRef": {"value": "1"}, "TotalTax": 7.77}
    honoured = automated.invoice(seattle, taxed, TxnTaxDetail=own)
    assert honoured["TotalAmt"] == 207.77
    assert sum(row["Amount"] for row in honoured["TxnTaxDetail"]["TaxLine"]) == 7.77
    vendors.switch(ast_override="ignored")
    assert automated.invoice(seattle, taxed, TxnTaxDetail=own)["TotalAmt"] == 220.5


def gb_invoice(british: Company, *lines: Body, **fields: object) -> Body:
    customer = british.customer("Aldwych Film Services")["Id"]
    return british.invoice(customer, *lines, CurrencyRef={"value": "GBP"}, **fields)


def test_qbo_rule_20_vat_needs_a_code_on_each_line(british: Company) -> None:
    customer = british.customer("Aldwych Film Services")["Id"]
    body = {"CustomerRef": {"value": customer}, "CurrencyRef": {"value": "GBP"}}
    answer = british.post("invoice", {**body, "Line": [line(item="1", code="2"), line(item="1")]})
    assert answer.code == "6000"
    assert answer.error["Detail"] == (
        "Business Validation Error: Make sure all your transactions have a GST/HST (VAT) rate "
        "before you save."
    )


def test_qbo_rule_20_vat_exclusive(british: Company) -> None:
    invoice = gb_invoice(
        british,
        line(10.05, item="1", code="2"), line(10.04, item="1", code="2"),
        line(50, item="1", code="3"), line(20, item="1", code="1"),
        GlobalTaxCalculation="TaxExcluded",
    )  # fmt: skip
    rates = [
        (row["TaxLineDetail"]["TaxPercent"], row["Amount"])
        for row in invoice["TxnTaxDetail"]["TaxLine"]
    ]
    assert rates == [(20, 4.02), (5, 2.5), (0, 0)]
    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (6.52, 96.61)


def test_qbo_rule_20_vat_inclusive(british: Company, vendors: SandboxProcess) -> None:
    gross = line(120, item="1", quantity=3, code="2")
    invoice = gb_invoice(british, gross, GlobalTaxCalculation="TaxInclusive")
    detail = invoice["Line"][0]["SalesItemLineDetail"]
    assert (invoice["Line"][0]["Amount"], detail["TaxInclusiveAmt"]) == (100, 120)
    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (20, 120)
    again = british.update("Invoice", invoice, PrivateNote="same money")
    assert (again["TotalAmt"], again["Line"][0]["Amount"]) == (120, 100)
    vendors.switch(tax_inclusive_amount="net")
    assert gb_invoice(british, gross, GlobalTaxCalculation="TaxInclusive")["TotalAmt"] == 144


def test_qbo_rule_20_vat_not_applicable(british: Company) -> None:
    invoice = gb_invoice(british, line(80, item="1"), GlobalTaxCalculation="NotApplicable")
    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (0, 80)


def test_qbo_rule_21_several_currencies(british: Company, vendors: SandboxProcess) -> None:
    american = british.customer("Hudson Loft Interiors")["Id"]
    body = {"CustomerRef": {"value": american}, "Line": [line(200, item="1", code="1")]}
    missing = british.post("invoice", body)
    assert (missing.code, missing.error["element"]) == ("2020", "CurrencyRef")
    assert british.post("invoice", {**body, "CurrencyRef": {"value": "GBP"}}).code == "6000"
    invoice = british.save("Invoice", **body, CurrencyRef={"value": "USD"})
    assert (invoice["ExchangeRate"], invoice["TotalAmt"]) == (0.79, 200)
    assert (invoice["HomeTotalAmt"], invoice["HomeBalance"]) == (158, 158)
    own = british.save("Invoice", **body, CurrencyRef={"value": "USD"}, ExchangeRate=0.8)
    assert own["HomeTotalAmt"] == 160
    vendors.switch(missing_currency_ref="customer")
    assert british.save("Invoice", **body)["CurrencyRef"]["value"] == "USD"


def test_qbo_rule_21_one_currency_only(company: Company) -> None:
    body = {"CustomerRef": {"value": "1"}, "Line": [line()], "CurrencyRef": {"value": "EUR"}}
    assert company.post("invoice", body).code == "6000"
    assert company.post("customer", {"DisplayName": "E", "CurrencyRef": {"value": "EUR"}}).code == (
        "6000"
    )
    assert company.get("exchangerate", sourcecurrencycode="EUR").code == "6000"


def test_qbo_rule_21_exchange_rates(british: Company) -> None:
    def rate(day: str) -> float:
        page = british.get("exchangerate", sourcecurrencycode="EUR", asofdate=day)
        return float(page.body["ExchangeRate"]["Rate"])

    assert rate("2026-11-01") == 0.86
    british.save("ExchangeRate", SourceCurrencyCode="EUR", Rate=0.9, AsOfDate="2026-11-10")
    assert (rate("2026-11-09"), rate("2026-11-10")) == (0.86, 0.9)
    assert "Id" not in british.get("exchangerate", sourcecurrencycode="EUR").body["ExchangeRate"]


def test_qbo_rule_22_totals_are_computed(company: Company) -> None:
    invoice = company.invoice("1", line(80), TotalAmt=1, Balance=2, Deposit=30)
    assert (invoice["TotalAmt"], invoice["Balance"]) == (80, 50)
    assert invoice["Line"][0]["Amount"] == 80
