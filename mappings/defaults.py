"""The mappings every company starts with (S-88, S-90, S-113). Pure.

What HubSpot must know to find a record again is locked; everything else may be changed or removed.
"""

from collections.abc import Mapping

from mappings.pairs import Direction, FieldPair, MappingSet, Property, WhenEmpty
from mappings.quickbooks_fields import COMPANY, DELETED_AT, KEY, OPEN_BALANCE, OVERDUE_BALANCE, Kind
from mappings.steps import Step, StepKind

TRIM = (Step(StepKind.TRIM),)


def _both(field: str, name: str, type: str = "string", *steps: Step) -> FieldPair:
    return FieldPair(field, Property(name, type), Direction.BOTH, steps)


def _out(field: str, name: str, type: str = "string", *steps: Step) -> FieldPair:
    return FieldPair(field, Property(name, type), Direction.TO_HUBSPOT, steps)


def _ours(field: str, name: str, type: str, once: bool = False) -> FieldPair:
    """``dealbooks_key`` is written once, by the company that made the record (D-25)."""
    property = Property(name, type)
    return FieldPair(field, property, when_empty=WhenEmpty.CLEAR, once=once, locked=True)


_LOCKED = (
    _ours(KEY, "dealbooks_key", "string", once=True),
    _ours(DELETED_AT, "dealbooks_deleted_at", "datetime"),
)
_BALANCES = (
    FieldPair(
        OPEN_BALANCE, Property("dealbooks_open_balance", "number"), when_empty=WhenEmpty.CLEAR
    ),
    FieldPair(
        OVERDUE_BALANCE, Property("dealbooks_overdue_balance", "number"), when_empty=WhenEmpty.CLEAR
    ),
)
_CONTACTS = (
    *_LOCKED,
    _both("PrimaryEmailAddr.Address", "email", "string", *TRIM),
    _both("GivenName", "firstname", "string", *TRIM),
    _both("FamilyName", "lastname", "string", *TRIM),
    _both("CompanyName", "company", "string", *TRIM),
    _both("PrimaryPhone.FreeFormNumber", "phone", "string", *TRIM),
    _both("Mobile.FreeFormNumber", "mobilephone", "string", *TRIM),
    _both("WebAddr.URI", "website", "string", *TRIM),
    _both("BillAddr.Street", "address"),
    _both("BillAddr.City", "city", "string", *TRIM),
    _both("BillAddr.CountrySubDivisionCode", "state", "string", *TRIM),
    _both("BillAddr.PostalCode", "zip", "string", *TRIM),
    _both("BillAddr.Country", "country", "string", *TRIM),
    *_BALANCES,
)
_COMPANIES = (
    *_LOCKED,
    _out(COMPANY, "name", "string", *TRIM),
    _both("PrimaryPhone.FreeFormNumber", "phone", "string", *TRIM),
    _both("WebAddr.URI", "website", "string", *TRIM),
    _both("BillAddr.Line1", "address", "string", *TRIM),
    _both("BillAddr.Line2", "address2", "string", *TRIM),
    _both("BillAddr.City", "city", "string", *TRIM),
    _both("BillAddr.CountrySubDivisionCode", "state", "string", *TRIM),
    _both("BillAddr.PostalCode", "zip", "string", *TRIM),
    _both("BillAddr.Country", "country", "string", *TRIM),
    *_BALANCES,
)
_PRODUCTS = (
    *_LOCKED,
    _both("Name", "name", "string", *TRIM),
    _both("Sku", "hs_sku", "string", *TRIM),
    _both("Description", "description"),
    _both("UnitPrice", "price", "number"),
    _both("PurchaseCost", "hs_cost_of_goods_sold", "number"),
)
DEFAULTS: Mapping[Kind, tuple[FieldPair, ...]] = {
    Kind.CONTACTS: _CONTACTS,
    Kind.COMPANIES: _COMPANIES,
    Kind.PRODUCTS: _PRODUCTS,
    Kind.INVOICES: (),
}
"""Invoices start with none: their built-in values are ``hubspot_invoices``; these are added."""
TEXTS = frozenset(
    {name for kind in DEFAULTS for name in MappingSet(kind, DEFAULTS[kind]).texts}
    | {"hs_number", "hs_title", "dealbooks_invoice_number", "dealbooks_invoice_recipient"}
)
"""Properties that hold text in every portal, of whatever object."""
IDENTIFYING: Mapping[Kind, frozenset[str]] = {
    Kind.CONTACTS: frozenset({"email"}),
    Kind.PRODUCTS: frozenset({"name"}),
    Kind.COMPANIES: frozenset({"name"}),
    Kind.INVOICES: frozenset(),
}
"""Properties without which records are found or told apart less well: removing one warns."""


def default_set(kind: Kind) -> MappingSet:
    """What holds until somebody changes something."""
    return MappingSet(kind, DEFAULTS[kind])
