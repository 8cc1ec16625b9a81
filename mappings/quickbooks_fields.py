"""Which fields a QuickBooks customer, product/service and invoice have (S-92). Pure.

A field is named by its path in QuickBooks' JSON. Every value is read as one text: numbers in plain
digits, days as ``2026-11-23``, yes and no as ``true`` and ``false``, absent as nothing.
``Street`` stands for the five lines of an address at once, ``CustomField.<id>`` for a custom field
of sales forms, and ``@…`` for what Dealbooks itself knows of a record.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from integration.gateways.fields import as_list
from integration.gateways.values import text
from integration.records.quickbooks import Raw


class Kind(StrEnum):
    """HubSpot's plural type names."""

    CONTACTS = "contacts"
    COMPANIES = "companies"
    PRODUCTS = "products"
    INVOICES = "invoices"


ENTITY = {
    Kind.CONTACTS: "Customer",
    Kind.COMPANIES: "Customer",
    Kind.PRODUCTS: "Item",
    Kind.INVOICES: "Invoice",
}


class FieldType(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    REGION = "region"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class QuickBooksField:
    """``longest``: as many characters QuickBooks takes, 0 where it is not said."""

    path: str
    type: FieldType = FieldType.TEXT
    writable: bool = False
    longest: int = 0
    name: str = ""
    """The company's own name of a custom field."""


CUSTOM = "CustomField."
COMPUTED = "@"
KEY, DELETED_AT = "@key", "@deleted_at"
COMPANY = "@company"
"""The company name, and the display name where there is none."""
OPEN_BALANCE, OVERDUE_BALANCE = "@open_balance", "@overdue_balance"
DELETED_NAME = re.compile(r" \(deleted(?: \d+)?\)$")
NAMES = frozenset({"DisplayName", "FullyQualifiedName", "Name"})
LINES = tuple(f"Line{number}" for number in range(1, 6))
EMAILS = re.compile(r"[,;\s]+")


def _field(path: str, type: FieldType = FieldType.TEXT, longest: int = 0) -> QuickBooksField:
    return QuickBooksField(path, type, True, longest)


def _seen(path: str, type: FieldType = FieldType.TEXT) -> QuickBooksField:
    """A field QuickBooks works out, or that may only be changed there."""
    return QuickBooksField(path, type)


def _address(member: str, writable: bool) -> tuple[QuickBooksField, ...]:
    parts = (
        ("Street", FieldType.TEXT, 2500), ("Line1", FieldType.TEXT, 500),
        ("Line2", FieldType.TEXT, 500), ("City", FieldType.TEXT, 255),
        ("CountrySubDivisionCode", FieldType.REGION, 255), ("PostalCode", FieldType.TEXT, 30),
        ("Country", FieldType.COUNTRY, 255),
    )  # fmt: skip
    return tuple(
        QuickBooksField(f"{member}.{name}", type, writable, longest)
        for name, type, longest in parts
    )


_STAMPS = (
    _seen("Id"),
    _seen("MetaData.CreateTime", FieldType.INSTANT),
    _seen("MetaData.LastUpdatedTime", FieldType.INSTANT),
    _seen(KEY),
    _seen(DELETED_AT, FieldType.INSTANT),
)
_CUSTOMER = (
    _field("DisplayName", longest=500), _field("CompanyName", longest=100),
    _field("Title", longest=16), _field("GivenName", longest=100),
    _field("MiddleName", longest=100), _field("FamilyName", longest=100),
    _field("Suffix", longest=16), _field("PrintOnCheckName", longest=110),
    _field("PrimaryEmailAddr.Address", FieldType.EMAIL, 100),
    _field("PrimaryPhone.FreeFormNumber", FieldType.PHONE, 30),
    _field("AlternatePhone.FreeFormNumber", FieldType.PHONE, 30),
    _field("Mobile.FreeFormNumber", FieldType.PHONE, 30),
    _field("Fax.FreeFormNumber", FieldType.PHONE, 30),
    _field("WebAddr.URI", longest=1000), _field("Notes", longest=2000),
    *_address("BillAddr", True), *_address("ShipAddr", True),
    _field("ResaleNum", longest=16), _seen("FullyQualifiedName"),
    _seen("Active", FieldType.FLAG), _seen("Taxable", FieldType.FLAG),
    _seen("PreferredDeliveryMethod", FieldType.CHOICE), _seen("CurrencyRef.value"),
    _seen("SalesTermRef.name"), _seen("PaymentMethodRef.name"), _seen("ParentRef.name"),
    _seen("Balance", FieldType.MONEY), _seen("BalanceWithJobs", FieldType.MONEY),
    _seen(COMPANY), _seen(OPEN_BALANCE, FieldType.MONEY), _seen(OVERDUE_BALANCE, FieldType.MONEY), *_STAMPS,
)  # fmt: skip
_ITEM = (
    _field("Name", longest=100), _field("Sku", longest=100), _field("Description", longest=4000),
    _field("UnitPrice", FieldType.MONEY), _field("PurchaseDesc", longest=1000),
    _field("PurchaseCost", FieldType.MONEY), _seen("FullyQualifiedName"),
    _seen("Type", FieldType.CHOICE), _seen("Active", FieldType.FLAG),
    _seen("Taxable", FieldType.FLAG), _seen("SalesTaxIncluded", FieldType.FLAG),
    _seen("TrackQtyOnHand", FieldType.FLAG), _seen("QtyOnHand", FieldType.NUMBER),
    _seen("InvStartDate", FieldType.DATE), _seen("ParentRef.name"),
    _seen("IncomeAccountRef.name"), _seen("ExpenseAccountRef.name"), _seen("ClassRef.name"),
    *_STAMPS,
)  # fmt: skip
_INVOICE = (
    _seen("DocNumber"), _seen("TxnDate", FieldType.DATE), _seen("DueDate", FieldType.DATE),
    _seen("TotalAmt", FieldType.MONEY), _seen("Balance", FieldType.MONEY),
    _seen("Deposit", FieldType.MONEY), _seen("TxnTaxDetail.TotalTax", FieldType.MONEY),
    _seen("CurrencyRef.value"), _seen("ExchangeRate", FieldType.NUMBER),
    _seen("HomeTotalAmt", FieldType.MONEY), _seen("CustomerRef.name"), _seen("SalesTermRef.name"),
    _seen("CustomerMemo.value"), _seen("PrivateNote"),
    _seen("BillEmail.Address", FieldType.EMAIL), _seen("EmailStatus", FieldType.CHOICE),
    _seen("PrintStatus", FieldType.CHOICE), _seen("ShipDate", FieldType.DATE),
    _seen("ShipMethodRef.name"), _seen("TrackingNum"), _seen("ClassRef.name"),
    _seen("DepartmentRef.name"), *_address("BillAddr", False), *_address("ShipAddr", False),
    *(each for each in _STAMPS if each.path != KEY),
)  # fmt: skip
FIELDS: Mapping[Kind, Mapping[str, QuickBooksField]] = {
    Kind.CONTACTS: {each.path: each for each in _CUSTOMER},
    Kind.COMPANIES: {each.path: each for each in _CUSTOMER},
    Kind.PRODUCTS: {each.path: each for each in _ITEM},
    Kind.INVOICES: {each.path: each for each in _INVOICE},
}
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "Active": ("true", "false"), "Taxable": ("true", "false"),
    "SalesTaxIncluded": ("true", "false"), "TrackQtyOnHand": ("true", "false"),
    "PreferredDeliveryMethod": ("Print", "Email", "None"),
    "Type": ("Service", "NonInventory", "Inventory", "Group", "Category"),
    "EmailStatus": ("NotSet", "NeedToSend", "EmailSent"),
    "PrintStatus": ("NotSet", "NeedToPrint", "PrintComplete"),
}  # fmt: skip
"""What a field of a few values may hold, for option maps; QuickBooks may add more."""


def fields(
    kind: Kind, custom_fields: Iterable[tuple[str, str]] = ()
) -> Mapping[str, QuickBooksField]:
    """By path. ``custom_fields``: (DefinitionId, name) of the company's preferences."""
    if kind is not Kind.INVOICES:
        return FIELDS[kind]
    own = {
        f"{CUSTOM}{number}": QuickBooksField(f"{CUSTOM}{number}", name=name)
        for number, name in custom_fields
    }
    return {**FIELDS[kind], **own}


COST = "PurchaseCost"
"""QuickBooks says 0 of every item that is not bought; it then has no expense account and no cost."""


def read(raw: Raw, path: str) -> str:
    """The value at a path; nothing for what is absent or not known. Never raises."""
    if path.startswith(CUSTOM):
        return _custom(raw, path.removeprefix(CUSTOM))
    member, _, rest = path.partition(".")
    if rest == "Street":
        return street(raw.get(member))
    found: Any = raw.get(member)
    if rest:
        found = found.get(rest) if isinstance(found, Mapping) else None
    value = plain(found)
    if path in NAMES:
        return DELETED_NAME.sub("", value)
    if path == COST and found == 0 and not raw.get("ExpenseAccountRef"):
        return ""
    if path == "PrimaryEmailAddr.Address" or path == "BillEmail.Address":
        return next((part for part in EMAILS.split(value) if part), "")
    return value


def plain(value: Any) -> str:
    """A number in plain digits, never with an exponent; everything else as it is said."""
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else ""
    return text(value)


def street(address: Any) -> str:
    """All lines of an address on one."""
    given = address if isinstance(address, Mapping) else {}
    return ", ".join(found for line in LINES if (found := text(given.get(line)).strip()))


def _custom(raw: Raw, number: str) -> str:
    for each in as_list(raw.get("CustomField")):
        if isinstance(each, Mapping) and text(each.get("DefinitionId")) == number:
            values = (each.get(name) for name in ("StringValue", "NumberValue", "DateValue"))
            return next((plain(value) for value in values if value not in (None, "")), "")
    return ""


def put(body: Raw, path: str, value: Any, current: Raw) -> None:
    """Set a path in a sparse update; the other parts of an address or number come from ``current``.

    QuickBooks replaces a compound member as a whole.
    """
    member, _, rest = path.partition(".")
    if not rest:
        body[member] = value
        return
    stored = current.get(member)
    whole = body.setdefault(member, dict(stored) if isinstance(stored, Mapping) else {})
    if rest == "Street":
        whole.update({line: "" for line in LINES if whole.get(line)})
        rest = LINES[0]
    if path == "PrimaryEmailAddr.Address":
        # One field holds several addresses; HubSpot knows the first, the others stay.
        others = [each for each in EMAILS.split(plain(whole.get(rest))) if each][1:]
        value = ", ".join(dict.fromkeys([each for each in (value, *others) if each]))
    whole[rest] = value
