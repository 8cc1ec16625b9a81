"""What every company starts with: accounts, terms, payment methods, currencies."""

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.quickbooks import references
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.items import CLASSIFICATIONS

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
NASTY_NAMES = Path(__file__).resolve().parent.parent / "data" / "nasty_names.json"
RATES_TO_GBP = {"USD": "0.79", "EUR": "0.86"}


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


def nasty(company: "Company", facts: dict[str, Any]) -> None:
    """``nasty_names``: a customer with an invoice for each name that software stumbles over."""
    if not facts.get("nasty_names"):
        return
    sku = facts["items"][-1][1]
    for number, name in enumerate(json.loads(NASTY_NAMES.read_text()), start=1):
        company.at(-60 + number)
        email = f"nasty{number}@nasty.example"
        company.customer({"name": name, "company": name[:100], "email": email})
        company.invoice({"customer": name, "day": -60 + number, "lines": [[sku, "3"]]})


def generated(company: "Company", facts: dict[str, Any]) -> None:
    """``generate``: many ``customers`` and ``invoices`` (of ``lines``) for paging and load, made
    by number."""
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
            "Line": [
                company.line(facts["items"][line % len(facts["items"])][1], str(1 + number % 7))
                for line in range(int(wanted.get("lines", 1)))
            ],
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
