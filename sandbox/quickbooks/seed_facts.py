"""What every company starts with: settings, accounts, terms, tax codes, currencies."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.quickbooks import references
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.names import CLASSIFICATIONS

if TYPE_CHECKING:
    from sandbox.quickbooks.seed import Company

COUNTRIES = {"US": "USA", "GB": "United Kingdom", "DE": "Germany", "FR": "France"}
ACCOUNTS = (
    ("Checking", "Bank", "Checking"),
    ("Savings", "Bank", "Savings"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("Services", "Income", "ServiceFeeIncome"),
    ("Discounts given", "Income", "DiscountsRefundsGiven"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ("Visa", "Credit Card", "CreditCard"),
)
TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
RATES_TO_GBP = {"USD": "0.79", "EUR": "0.86"}


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
        "CustomerCommunicationEmailAddr": {"Address": facts.get("email", "books@tidybooks.example")},
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
        "SalesFormsPrefs": {
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
            "AllowServiceDate": False,
            "AllowShipping": False,
            "DefaultTerms": {"value": "3"},
            "DefaultCustomerMessage": "Thank you for your business.",
            "AutoApplyCredit": bool(facts.get("auto_apply_credit")),
            "AutoApplyPayments": False,
            "UsingPriceLevels": False,
            "UsingProgressInvoicing": False,
        },
        "EmailMessagesPrefs": {
            "InvoiceMessage": {
                "Subject": f"Invoice from {facts['name']}",
                "Message": "Your invoice is attached. Please remit payment at your convenience.",
            }
        },
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": True, "BillableExpenseTracking": True},
        "TimeTrackingPrefs": {"UseServices": True, "BillCustomers": True, "WorkWeekStartDate": "Monday"},
        "TaxPrefs": tax,
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": bool(facts.get("multicurrency")),
            "HomeCurrency": {"value": facts["currency"]},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {"NameValue": [{"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": ""}]},
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


def accounts(books: Books) -> None:
    for name, kind, subtype in ACCOUNTS:
        books.insert(
            "Account",
            {
                "Name": name,
                "FullyQualifiedName": name,
                "Active": True,
                "SubAccount": False,
                "Classification": CLASSIFICATIONS[kind],
                "AccountType": kind,
                "AccountSubType": subtype,
                "CurrentBalance": Decimal(0),
                "CurrentBalanceWithSubAccounts": Decimal(0),
                "CurrencyRef": references.currency(books.home_currency),
            },
        )


def account_id(books: Books, subtype: str) -> str:
    return next(a.id for a in books.all("Account") if a.data["AccountSubType"] == subtype)


def terms(books: Books) -> None:
    for name, days in TERMS:
        books.insert(
            "Term",
            {
                "Name": name,
                "Active": True,
                "Type": "STANDARD",
                "DueDays": days,
                "DiscountPercent": Decimal(0),
                "DiscountDays": 0,
            },
        )


def payment_methods(books: Books) -> None:
    for name, kind in (
        ("Cash", "NON_CREDIT_CARD"),
        ("Check", "NON_CREDIT_CARD"),
        ("Visa", "CREDIT_CARD"),
        ("Direct Debit", "NON_CREDIT_CARD"),
    ):
        books.insert("PaymentMethod", {"Name": name, "Active": True, "Type": kind})


def currencies(books: Books, facts: dict[str, Any]) -> None:
    for code in facts.get("currencies", ()):
        books.insert(
            "CompanyCurrency",
            {"Code": code, "Name": references.CURRENCY_NAMES.get(code, code), "Active": True},
        )
    rates = facts.get("rates") or (RATES_TO_GBP if books.home_currency == "GBP" else {})
    for code, rate in rates.items():
        if facts.get("multicurrency"):
            values = {
                "SourceCurrencyCode": code,
                "TargetCurrencyCode": books.home_currency,
                "Rate": Decimal(rate),
                "AsOfDate": "2020-01-01",
            }
            books.insert("ExchangeRate", values, f"{code}:2020-01-01")


def _agency(books: Books, name: str) -> str:
    values = {"DisplayName": name, "TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False}
    return books.insert("TaxAgency", values).id


def _rate(books: Books, agency: str, name: str, percent: str) -> str:
    values = {
        "Name": name,
        "Description": name,
        "Active": True,
        "RateValue": Decimal(percent),
        "AgencyRef": {"value": agency},
        "SpecialTaxType": "NONE" if Decimal(percent) else "ZERO_RATE",
        "DisplayType": "ReadOnly",
        "EffectiveTaxRate": [
            {"RateValue": Decimal(percent), "EffectiveDate": "2019-01-01T00:00:00-08:00"}
        ],
    }
    return books.insert("TaxRate", values).id


def _code(
    books: Books, name: str, rates: list[tuple[str, str]], description: str, sales: bool = True
) -> str:
    details = [
        {
            "TaxRateRef": {"value": rate, "name": title},
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": 0,
        }
        for rate, title in rates
    ]
    values: dict[str, Any] = {
        "Name": name,
        "Description": description,
        "Active": True,
        "Hidden": False,
        "Taxable": bool(details),
        "TaxGroup": True,
        "TaxCodeConfigType": "USER_DEFINED",
        "SalesTaxRateList": {"TaxRateDetail": details if sales else []},
        "PurchaseTaxRateList": {"TaxRateDetail": [] if sales else details},
    }
    return books.insert("TaxCode", values).id


def taxes(books: Books, facts: dict[str, Any]) -> None:
    """Codes of the company's regime; the ids follow from the order."""
    if facts["tax"] == "vat":
        _vat(books, facts)
        return
    for identity, name, taxable in (("TAX", "TAX", True), ("NON", "NON", False)):
        values = {
            "Name": name,
            "Description": "Taxable" if taxable else "Non-Taxable",
            "Active": True,
            "Hidden": False,
            "Taxable": taxable,
            "TaxGroup": False,
            "SalesTaxRateList": {"TaxRateDetail": []},
            "PurchaseTaxRateList": {"TaxRateDetail": []},
        }
        books.insert("TaxCode", values, identity)
    if facts["tax"] == "us_ast":
        _ast(books, facts)
        return
    agencies: dict[str, str] = {}
    for name, rates in facts.get("tax_codes", (("California", (("California", "8.25"),)),)):
        made = []
        for title, percent in rates:
            agency = agencies.get(title) or _agency(books, f"{title} Department of Tax")
            agencies[title] = agency
            made.append((_rate(books, agency, title, percent), title))
        _code(books, name, made, name)


def _ast(books: Books, facts: dict[str, Any]) -> None:
    """Automated sales tax: one combined rate for each state where the company is registered."""
    for state, percent in (facts.get("ast_states") or {}).items():
        agency = _agency(books, f"{state} Department of Revenue")
        rate = _rate(books, agency, f"{state} State and local", percent)
        _code(books, f"{state} automated", [(rate, f"{state} State and local")], "Automated")
        books.ast_rates[state] = rate


def _vat(books: Books, facts: dict[str, Any]) -> None:
    agency = _agency(books, facts.get("tax_agency", "HM Revenue & Customs (VAT)"))
    for name, percent, description in facts.get(
        "vat_codes",
        (
            ("0.0% Z", "0", "Zero rated"),
            ("20.0% S", "20", "Standard rate"),
            ("5.0% R", "5", "Reduced rate"),
            ("Exempt", "0", "Exempt from VAT"),
        ),
    ):
        rate = _rate(books, agency, f"{name} (Sales)", percent)
        _code(books, name, [(rate, f"{name} (Sales)")], description)
    _code(books, "No VAT", [], "Outside the scope of VAT")


def generated(company: "Company", facts: dict[str, Any]) -> None:
    """``generate``: many customers and invoices for paging and load, made by number."""
    wanted = facts.get("generate") or {}
    books = company.books
    for number in range(1, int(wanted.get("customers", 0)) + 1):
        name = f"Generated customer {number:06d}"
        _plain_customer(books, name, number)
    customers = list(books.all("Customer"))
    for number in range(int(wanted.get("invoices", 0))):
        if number % 50 == 0:
            company.at(-300 + number // 50)
        customer = customers[number % len(customers)]
        body: dict[str, Any] = {
            "CustomerRef": {"value": customer.id},
            "Line": [company.line(facts["items"][0][1], str(1 + number % 7))],
        }
        if books.multicurrency:
            body["CurrencyRef"] = {"value": customer.data["CurrencyRef"]["value"]}
        company.save("Invoice", body)


def _plain_customer(books: Books, name: str, number: int) -> None:
    """Stored directly: a hundred thousand of them must load in seconds."""
    values = {
        "DisplayName": name,
        "FullyQualifiedName": name,
        "PrintOnCheckName": name,
        "CompanyName": name,
        "Active": True,
        "Job": False,
        "BillWithParent": False,
        "Taxable": True,
        "IsProject": False,
        "Balance": Decimal(0),
        "BalanceWithJobs": Decimal(0),
        "ClientEntityId": "0",
        "PreferredDeliveryMethod": "Print",
        "CurrencyRef": references.currency(books.home_currency),
        "PrimaryEmailAddr": {"Address": f"customer{number}@generated.example"},
        "BillAddr": {"Line1": f"{number} Harbor Road", "City": "Oakland", "PostalCode": "94607"},
    }
    books.insert("Customer", values)
