"""Tax agencies, rates and codes a company starts with."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks.books import Books


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
        values: dict[str, Any] = {
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
    """``vat_codes``: (name, percent or [[rate name, percent], …], description)."""
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
        parts = [[f"{name} (Sales)", percent]] if isinstance(percent, str) else percent
        rates = [(_rate(books, agency, title, part), title) for title, part in parts]
        _code(books, name, rates, description)
    _code(books, facts.get("no_tax_code", "No VAT"), [], "Outside the scope of the tax")
