"""CompanyInfo and Preferences a company starts with."""

from typing import Any

from sandbox.quickbooks.books import Books


def settings(books: Books, facts: dict[str, Any]) -> None:
    books.insert("CompanyInfo", _company_info(facts), "1")
    books.insert("Preferences", _preferences(books, facts), "1")


def _company_info(facts: dict[str, Any]) -> dict[str, Any]:
    address = {
        "Id": "1",
        "Line1": facts.get("street", "123 Sierra Way"),
        "City": facts.get("city", "San Pablo"),
        "CountrySubDivisionCode": facts.get("state", "CA"),
        "PostalCode": facts.get("zip", "87999"),
        "Country": {"US": "USA", "GB": "GBR", "CA": "CAN"}.get(facts["country"], facts["country"]),
    }
    return {
        "CompanyName": facts["name"],
        "LegalName": facts.get("legal_name", facts["name"]),
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "CustomerCommunicationEmailAddr": {
            "Address": facts.get("email", "books@tidybooks.example")
        },
        "PrimaryPhone": {"FreeFormNumber": facts.get("phone", "(650) 555-0100")},
        "CompanyStartDate": "2019-03-01",
        "FiscalYearStartMonth": facts.get("fiscal_year_start", "January"),
        "Country": facts["country"],
        "Email": {"Address": facts.get("email", "books@tidybooks.example")},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "DefaultTimeZone": facts["zone"],
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IndustryType", "Value": "Furniture and Home Furnishings Retailers"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "OfferingSku", "Value": facts.get("sku", "QuickBooks Online Plus")},
            {"Name": "PayrollFeature", "Value": "false"},
            {"Name": "AccountantFeature", "Value": "false"},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
            {"Name": "IsQbdtMigrated", "Value": "false"},
        ],
    }


def _preferences(books: Books, facts: dict[str, Any]) -> dict[str, Any]:
    tax: dict[str, Any] = {"UsingSalesTax": True}
    if facts["tax"] == "us_ast":
        tax["PartnerTaxEnabled"] = True
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": facts.get("fiscal_year_start", "January"),
            "UseAccountNumbers": False,
            "TaxYearMonth": "January",
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": bool(facts.get("classes")),
            "TrackDepartments": bool(facts.get("departments")),
            "DepartmentTerminology": "Location",
            "CustomerTerminology": "Customers",
            "TaxForm": "Form1120",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "SalesFormsPrefs": _sales_forms(facts),
        "EmailMessagesPrefs": {
            "InvoiceMessage": {
                "Subject": f"Invoice from {facts['name']}",
                "Message": "Your invoice is attached. Please remit payment at your convenience.",
            }
        },
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": True, "BillableExpenseTracking": True},
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "WorkWeekStartDate": "Monday",
        },
        "TaxPrefs": tax,
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": bool(facts.get("multicurrency")),
            "HomeCurrency": {"value": facts["currency"]},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [{"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": ""}]
        },
    }


def _sales_forms(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "CustomField": _custom_fields(facts.get("custom_fields", ())),
        "CustomTxnNumbers": False,
        "AllowDeposit": True,
        "AllowDiscount": True,
        "DefaultDiscountAccount": "11",
        "AllowEstimates": True,
        "EstimateMessage": "",
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": bool(facts.get("online_payments")),
        "IPNSupportEnabled": False,
        "AllowServiceDate": bool(facts.get("service_dates")),
        "AllowShipping": False,
        "DefaultTerms": {"value": "3"},
        "DefaultCustomerMessage": "Thank you for your business.",
        "AutoApplyCredit": bool(facts.get("auto_apply_credit")),
        "AutoApplyPayments": False,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
    }


def _custom_fields(names: Any) -> list[dict[str, Any]]:
    """The two groups in which Preferences names up to three custom fields."""
    uses, titles = [], []
    for number, name in enumerate(list(names)[:3], start=1):
        uses.append(
            {
                "Type": "BooleanType",
                "Name": f"SalesFormsPrefs.UseSalesCustom{number}",
                "BooleanValue": True,
            }
        )
        titles.append(
            {
                "Type": "StringType",
                "Name": f"SalesFormsPrefs.SalesCustomName{number}",
                "StringValue": name,
            }
        )
    return [{"CustomField": uses}, {"CustomField": titles}] if uses else []


def late_settings(books: Books, facts: dict[str, Any]) -> None:
    """Settings that would stand in the way of loading (custom numbers, closed books)."""
    wanted = facts.get("preferences") or {}
    if not wanted:
        return
    record = books.tables["Preferences"].by_id["1"]
    groups = {name: {**record.data.get(name, {}), **group} for name, group in wanted.items()}
    books.touch(record, **groups)
