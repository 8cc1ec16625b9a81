"""QuickBooks' JSON to records: the company and its lists (quickbooks.md 5). Pure.

Unknown members and enumeration values are left alone, absent lists are empty, numbers may come as
strings; an amount or date that cannot be read raises ``ValueError``: the record is parked, never
guessed. Invoices and payments are in ``quickbooks_transactions`` and offered here too.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from integration.gateways.countries import alpha_2
from integration.gateways.fields import as_list
from integration.gateways.quickbooks_transactions import entity_time, invoice, payment, reference
from integration.gateways.values import amount, day, flag, optional_amount, text
from integration.records.quickbooks import (
    Address,
    CompanyFacts,
    Customer,
    Item,
    ListEntry,
    Preferences,
    Raw,
    TaxCode,
    Term,
)

__all__ = [
    "company_facts",
    "customer",
    "entity_time",
    "invoice",
    "item",
    "list_entry",
    "payment",
    "preferences",
    "tax_code",
    "tax_rate",
    "term",
]
CUSTOM_FIELD = re.compile(r"(?:SalesCustom|UseSalesCustom)(?:Name)?(\d+)$")
SEPARATORS = re.compile(r"[,;\s]+")


def company_facts(raw: Raw) -> CompanyFacts:
    """CompanyInfo. ``realm_id`` is its Id when it says one, else the caller knows it."""
    named = {text(pair.get("Name")): text(pair.get("Value")) for pair in _pairs(raw, "NameValue")}
    return CompanyFacts(
        realm_id=text(raw.get("Id")),
        name=text(raw.get("CompanyName")) or text(raw.get("LegalName")),
        legal_name=text(raw.get("LegalName")),
        country=alpha_2(text(raw.get("Country")) or "US"),
        time_zone=_zone(text(raw.get("DefaultTimeZone"))),
        offering_sku=named.get("OfferingSku", ""),
        subscription_status=named.get("SubscriptionStatus", ""),
        email=text(_inside(raw, "Email").get("Address")),
        raw=raw,
    )


def preferences(raw: Raw) -> Preferences:
    forms, currency = _inside(raw, "SalesFormsPrefs"), _inside(raw, "CurrencyPrefs")
    tax, accounting = _inside(raw, "TaxPrefs"), _inside(raw, "AccountingInfoPrefs")
    partner_tax = tax.get("PartnerTaxEnabled")
    return Preferences(
        custom_numbers=flag(forms.get("CustomTxnNumbers")),
        home_currency=reference(currency.get("HomeCurrency")) or "USD",
        multicurrency=flag(currency.get("MultiCurrencyEnabled")),
        sales_tax=flag(tax.get("UsingSalesTax")),
        partner_tax_enabled=None if partner_tax is None else flag(partner_tax),
        tax_group_code_id=reference(tax.get("TaxGroupCodeRef")),
        default_terms_id=reference(forms.get("DefaultTerms")),
        default_message=text(forms.get("DefaultCustomerMessage")),
        allow_discount=flag(forms.get("AllowDiscount")),
        auto_apply_credit=flag(forms.get("AutoApplyCredit")),
        class_tracking=flag(accounting.get("ClassTrackingPerTxn"))
        or flag(accounting.get("ClassTrackingPerTxnLine")),
        location_tracking=flag(accounting.get("TrackDepartments")),
        book_close_date=day(accounting.get("BookCloseDate")),
        custom_fields=tuple(sorted(_custom_fields(forms))),
        class_per_line=flag(accounting.get("ClassTrackingPerTxnLine")),
        class_per_transaction=flag(accounting.get("ClassTrackingPerTxn")),
        service_dates=flag(forms.get("AllowServiceDate")),
        raw=raw,
    )


def customer(raw: Raw) -> Customer:
    emails = text(_inside(raw, "PrimaryEmailAddr").get("Address"))
    return Customer(
        id=text(raw["Id"]),
        sync_token=text(raw.get("SyncToken")),
        display_name=text(raw.get("DisplayName")) or text(raw.get("FullyQualifiedName")),
        company_name=text(raw.get("CompanyName")),
        given_name=text(raw.get("GivenName")),
        family_name=text(raw.get("FamilyName")),
        emails=tuple(part for part in SEPARATORS.split(emails) if part),
        phone=text(_inside(raw, "PrimaryPhone").get("FreeFormNumber")),
        active=flag(raw.get("Active"), absent=True),
        currency=reference(raw.get("CurrencyRef")),
        taxable=flag(raw.get("Taxable"), absent=True),
        terms_id=reference(raw.get("SalesTermRef")),
        default_tax_code_id=reference(raw.get("DefaultTaxCodeRef")),
        parent_id=reference(raw.get("ParentRef")),
        is_project=flag(raw.get("IsProject")),
        balance=amount(raw.get("Balance")),
        bill_address=address(raw.get("BillAddr")),
        ship_address=address(raw.get("ShipAddr")),
        updated_at=_time_or_none(raw),
        raw=raw,
    )


def address(raw: Any) -> Address:
    given = raw if isinstance(raw, Mapping) else {}
    lines = (text(given.get(f"Line{number}")) for number in range(1, 6))
    return Address(
        lines=tuple(line for line in lines if line),
        city=text(given.get("City")),
        region=text(given.get("CountrySubDivisionCode")),
        postcode=text(given.get("PostalCode")),
        country=text(given.get("Country")) or text(given.get("CountryCode")),
    )


def item(raw: Raw) -> Item:
    return Item(
        id=text(raw["Id"]),
        sync_token=text(raw.get("SyncToken")),
        name=text(raw.get("Name")),
        full_name=text(raw.get("FullyQualifiedName")) or text(raw.get("Name")),
        sku=text(raw.get("Sku")),
        description=text(raw.get("Description")),
        kind=text(raw.get("Type")),
        active=flag(raw.get("Active"), absent=True),
        taxable=flag(raw.get("Taxable")),
        unit_price=optional_amount(raw.get("UnitPrice")),
        sales_tax_code_id=reference(raw.get("SalesTaxCodeRef")),
        updated_at=_time_or_none(raw),
        raw=raw,
    )


def term(raw: Raw) -> Term:
    return Term(
        id=text(raw["Id"]),
        name=text(raw.get("Name")),
        active=flag(raw.get("Active"), absent=True),
        due_days=_whole(raw.get("DueDays")),
        day_of_month=_whole(raw.get("DayOfMonthDue")),
        next_month_days=_whole(raw.get("DueNextMonthDays")),
    )


def list_entry(raw: Raw) -> ListEntry:
    """A Class or Department."""
    return ListEntry(
        id=text(raw["Id"]),
        name=text(raw.get("Name")),
        full_name=text(raw.get("FullyQualifiedName")) or text(raw.get("Name")),
        active=flag(raw.get("Active"), absent=True),
    )


def tax_code(raw: Raw, rates: Mapping[str, Decimal]) -> TaxCode:
    """``rates`` are percents by TaxRate id; a rate that is not there counts as zero percent."""
    listed = as_list(_inside(raw, "SalesTaxRateList").get("TaxRateDetail"))
    ids = [reference(detail.get("TaxRateRef")) for detail in listed if isinstance(detail, Mapping)]
    return TaxCode(
        id=text(raw["Id"]),
        name=text(raw.get("Name")),
        active=flag(raw.get("Active"), absent=True),
        hidden=flag(raw.get("Hidden")),
        taxable=flag(raw.get("Taxable"), absent=True),
        group=flag(raw.get("TaxGroup")),
        sales_rates=tuple((one, rates.get(one, Decimal(0))) for one in ids if one),
    )


def tax_rate(raw: Raw) -> tuple[str, Decimal]:
    """(TaxRate id, percent)."""
    return text(raw["Id"]), amount(raw.get("RateValue"))


def _custom_fields(forms: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Enabled sales fields: ``SalesFormsPrefs.SalesCustomName1`` named, ``UseSalesCustom1`` true.

    Preferences hold them as ``CustomField: [{"CustomField": [{"Name", "StringValue"}]}]``.
    """
    names: dict[str, str] = {}
    enabled: set[str] = set()
    for entry in _flatten(forms.get("CustomField")):
        label = text(entry.get("Name")).rpartition(".")[2]
        found = CUSTOM_FIELD.fullmatch(label)
        if found and label.startswith("Use") and flag(entry.get("BooleanValue")):
            enabled.add(found[1])
        elif found and text(entry.get("StringValue")):
            names[found[1]] = text(entry.get("StringValue"))
    for number, field_name in names.items():
        if number in enabled:
            yield number, field_name


def _flatten(value: Any) -> Iterator[Mapping[str, Any]]:
    for entry in as_list(value):
        if isinstance(entry, Mapping) and "CustomField" in entry:
            yield from _flatten(entry["CustomField"])
        elif isinstance(entry, Mapping):
            yield entry


def _inside(raw: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    found = raw.get(member)
    return found if isinstance(found, Mapping) else {}


def _pairs(raw: Mapping[str, Any], member: str) -> list[Mapping[str, Any]]:
    return [pair for pair in as_list(raw.get(member)) if isinstance(pair, Mapping)]


def _whole(value: Any) -> int | None:
    number = optional_amount(value)
    return None if number is None else int(number)


def _time_or_none(raw: Raw) -> datetime | None:
    return entity_time(raw) if raw.get("MetaData") else None


def _zone(name: str) -> str:
    """The zone if Python knows it, else UTC (an admin may correct the company's zone)."""
    try:
        return str(ZoneInfo(name)) if name else "UTC"
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return "UTC"
    except KeyError:
        return "UTC"
