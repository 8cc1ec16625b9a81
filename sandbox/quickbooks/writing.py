"""The common way of every write: read, check the version, prepare, store, effects."""

from typing import Any

from sandbox.quickbooks import references, refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import ROWS
from sandbox.quickbooks.families import Family, Settings
from sandbox.quickbooks.items import AccountFamily, CurrencyFamily, ItemFamily
from sandbox.quickbooks.money import check_period
from sandbox.quickbooks.names import NameFamily, Person
from sandbox.quickbooks.payments import BillPaymentFamily, DepositFamily, PaymentFamily
from sandbox.quickbooks.purchases import JournalFamily, Plain, PurchaseFamily, RateFamily
from sandbox.quickbooks.sales import Sale
from sandbox.quickbooks.shapes import Row, read_object

FAMILIES: dict[str, Family] = {
    "sale": Sale(),
    "payment": PaymentFamily(),
    "billpayment": BillPaymentFamily(),
    "deposit": DepositFamily(),
    "purchase": PurchaseFamily(),
    "journal": JournalFamily(),
    "person": Person(),
    "item": ItemFamily(),
    "account": AccountFamily(),
    "tree": NameFamily(),
    "list": NameFamily(),
    "currency": CurrencyFamily(),
    "rate": RateFamily(),
    "attachable": Plain(),
    "plain": Plain(),
    "company": Settings(),
}
SYSTEM = ("Id", "SyncToken", "sparse", "domain", "status", "MetaData")


def family_of(kind: str) -> Family:
    return FAMILIES[ROWS[kind].family]


def save(books: Books, row: Row, body: dict[str, Any], include: frozenset[str]) -> Record:
    """Create without Id, else update (full, or sparse when ``sparse`` is true). Raises Refusal."""
    read = read_object(body, row.properties)
    if row.name == "ExchangeRate":
        return _save_rate(books, row, read)
    identity = read.get("Id")
    if identity in (None, "", "0", "-1") and row.family != "company":
        return create(books, row, read, include)
    record = current(books, row, "1" if row.family == "company" else str(identity), read)
    return update(books, row, record, read, include)


def current(books: Books, row: Row, identity: str, read: dict[str, Any]) -> Record:
    """The stored version a write speaks of. Raises Refusal 610, 2020 or 5010."""
    record = books.get(row.name, identity)
    if record is None:
        raise refusals.not_found()
    token = read.get("SyncToken")
    if token is None:
        raise refusals.missing("SyncToken")
    if str(token) != record.data["SyncToken"]:
        raise refusals.stale()
    return record


def _writable(row: Row, data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in data.items()
        if name not in SYSTEM and name in row.properties and not row.properties[name].read_only
    }


def _check_required(row: Row, values: dict[str, Any]) -> None:
    for prop in row.properties.values():
        if prop.required and values.get(prop.name) in (None, [], ""):
            raise refusals.missing(prop.name)


def create(books: Books, row: Row, read: dict[str, Any], include: frozenset[str]) -> Record:
    if row.family == "company":
        raise refusals.unsupported_operation("create")
    values = {name: value for name, value in read.items() if name not in SYSTEM}
    _check_required(row, values)
    references.check(books, values, row.properties, None)
    family = FAMILIES[row.family]
    options = {"include": include, "sent": frozenset(values)}
    values = family.prepare(books, row, values, None, options)
    if row.is_transaction:
        check_period(books, values.get("TxnDate"))
    record = books.insert(row.name, values, family.identity(books, values))
    return family.saved(books, record, None)


def update(
    books: Books, row: Row, record: Record, read: dict[str, Any], include: frozenset[str]
) -> Record:
    family = FAMILIES[row.family]
    family.check_change(books, record)
    sent = {name: value for name, value in read.items() if name not in SYSTEM}
    options = {"include": include, "sent": frozenset(sent)}
    if read.get("sparse") or row.family == "company":
        values = {**_writable(row, record.data), **sent}
    else:
        values = sent
    _check_required(row, values)
    references.check(books, values, row.properties, record.data)
    kept = {} if row.name not in ("CompanyInfo", "Preferences") else dict(record.data)
    values = {**kept, **_merged_settings(row, record, values)}
    values = family.prepare(books, row, values, record, options)
    if row.is_transaction:
        check_period(books, record.data.get("TxnDate"), values.get("TxnDate"))
    for name in ("DeliveryInfo", "InvoiceStatus", "EInvoiceStatus", "ECloudStatusTimeStamp"):
        if name in record.data and name in row.properties:
            values[name] = record.data[name]
    after = books.replace(record, values)
    return family.saved(books, after, record)


def _merged_settings(row: Row, record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Preferences are nested one level: a sent group changes only what it names."""
    if row.name != "Preferences":
        return values
    return {
        name: {**(record.data.get(name) or {}), **value} if isinstance(value, dict) else value
        for name, value in values.items()
    }


def _save_rate(books: Books, row: Row, read: dict[str, Any]) -> Record:
    values = {name: value for name, value in read.items() if name not in SYSTEM}
    _check_required(row, values)
    values = FAMILIES["rate"].prepare(books, row, values, None, {})
    identity = FAMILIES["rate"].identity(books, values)
    before = books.get("ExchangeRate", identity)
    if before is not None:
        return books.replace(before, values)
    return books.insert("ExchangeRate", values, identity)


def delete(books: Books, row: Row, body: dict[str, Any]) -> dict[str, Any]:
    """The marker QuickBooks answers with. Raises Refusal."""
    family = FAMILIES[row.family]
    if not (family.deletable and (row.is_transaction or row.name == "Attachable")):
        raise refusals.unsupported_operation("delete")
    read = read_object(body, row.properties)
    if not read.get("Id"):
        raise refusals.missing("Id")
    record = current(books, row, str(read["Id"]), read)
    family.check_change(books, record)
    family.check_delete(books, record)
    check_period(books, record.data.get("TxnDate"))
    family.removed(books, record)
    books.remove(books.get(row.name, record.id) or record)
    return {"status": "Deleted", "domain": "QBO", "Id": record.id}


def void(books: Books, row: Row, body: dict[str, Any]) -> Record:
    """Raises Refusal."""
    read = read_object(body, row.properties)
    if not read.get("Id"):
        raise refusals.missing("Id")
    record = current(books, row, str(read["Id"]), read)
    family = FAMILIES[row.family]
    family.check_change(books, record)
    check_period(books, record.data.get("TxnDate"))
    return family.void(books, record)
