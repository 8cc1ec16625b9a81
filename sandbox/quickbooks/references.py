"""Refs: they must name something that exists and is active, and carry its name back."""

from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.shapes import PARTS, Property

CURRENCY_NAMES = {
    "USD": "United States Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "CAD": "Canadian Dollar",
    "AUD": "Australian Dollar",
    "JPY": "Japanese Yen",
    "CHF": "Swiss Franc",
}
ELEMENT_NAMES = {
    "Customer": "Names",
    "Vendor": "Names",
    "Employee": "Names",
    "Account": "Accounts",
    "Department": "Depts",
    "Class": "Klasses",
}


def name_of(record: Record) -> str:
    data = record.data
    for key in ("DisplayName", "Name", "Code", "DocNumber"):
        if data.get(key):
            return str(data.get("FullyQualifiedName") or data[key])
    return ""


def resolve(books: Books, kind: str, reference: dict[str, str], path: str = "") -> Record:
    """The record a ref names. Raises Refusal 2500 in the words QuickBooks uses for its kind."""
    record = books.get(kind, reference["value"])
    if record is None:
        if kind in ELEMENT_NAMES:
            element = ELEMENT_NAMES[kind]
            raise refusals.bad_reference(f"{element} element id {reference['value']} not found")
        raise refusals.bad_reference(path or kind)
    if not record.active:
        raise refusals.bad_reference(refusals.MADE_INACTIVE)
    return record


def check(
    books: Books, values: dict[str, Any], shape: dict[str, Property], before: Any, path: str = ""
) -> None:
    """Check every ref in ``values`` and put names on them; one unchanged since ``before`` may have
    become inactive meanwhile."""
    before = before if isinstance(before, dict) else {}
    for name, value in values.items():
        prop = shape.get(name)
        if prop is None or not value:
            continue
        where = f"{path}.{name}" if path else name
        if prop.type == "ref" and prop.argument:
            _check_one(books, prop.argument[0], value, before.get(name), where)
        elif prop.type == "part":
            check(books, value, PARTS[prop.argument[0]], before.get(name), where)
        elif prop.type == "list":
            old = {entry.get("Id"): entry for entry in before.get(name) or [] if entry}
            for entry in value:
                if entry:
                    was = old.get(entry.get("Id"))
                    check(books, entry, PARTS[prop.argument[0]], was, where)


def _check_one(books: Books, kind: str, reference: dict[str, str], before: Any, path: str) -> None:
    unchanged = isinstance(before, dict) and before.get("value") == reference["value"]
    record = books.get(kind, reference["value"]) if unchanged else None
    record = record or resolve(books, kind, reference, path)
    if kind != "TaxCode" or record.id not in ("TAX", "NON"):
        reference["name"] = name_of(record)


def to(record: Record) -> dict[str, str]:
    return {"value": record.id, "name": name_of(record)}


def currency(code: str) -> dict[str, str]:
    return {"value": code, "name": CURRENCY_NAMES.get(code, code)}


def relabel_everywhere(books: Books, kind: str, identity: str, name: str) -> None:
    """A renamed customer, vendor or item shows its new name on old transactions, same version."""
    keys = {
        "Customer": ("CustomerRef",),
        "Vendor": ("VendorRef",),
        "Item": ("ItemRef",),
        "Account": ("ItemAccountRef", "AccountRef", "DepositToAccountRef"),
        "Term": ("SalesTermRef",),
    }.get(kind, ())
    for table in books.tables.values():
        if not keys or not table.row.is_transaction:
            continue
        for record in list(table.by_id.values()):
            changed = _renamed(record.data, keys, identity, name)
            if changed is not record.data:
                books.relabel(record, changed)


def _renamed(value: Any, keys: tuple[str, ...], identity: str, name: str) -> Any:
    """``value`` itself when nothing in it names the record, else a changed copy."""
    if isinstance(value, list):
        entries = [_renamed(entry, keys, identity, name) for entry in value]
        same = all(new is old for new, old in zip(entries, value, strict=True))
        return value if same else entries
    if not isinstance(value, dict):
        return value
    copy = {}
    for key, inner in value.items():
        if key in keys and isinstance(inner, dict) and inner.get("value") == identity:
            copy[key] = inner if inner.get("name") == name else {**inner, "name": name}
        else:
            copy[key] = _renamed(inner, keys, identity, name)
    return value if all(copy[key] is value[key] for key in value) else copy
