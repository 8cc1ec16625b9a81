"""What a person does inside QuickBooks: pages and test endpoints share it.

Everything goes the same way as an API write, so the same rules and effects apply.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks import mail, references, refusals, settling, writing
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import ROWS
from sandbox.quickbooks.shapes import money

NOTHING: frozenset[str] = frozenset()


def form(books: Books, identity: str, kind: str = "Invoice") -> Record:
    """Raises Refusal 610."""
    record = books.get(kind, str(identity))
    if record is None:
        raise refusals.not_found()
    return record


def amount_of(value: Any) -> Decimal:
    """Raises Refusal 2090."""
    try:
        return money(Decimal(str(value).strip()))
    except InvalidOperation as error:
        raise refusals.bad_number("amount", value) from error


def _version(record: Record) -> dict[str, Any]:
    return {"Id": record.id, "SyncToken": record.data["SyncToken"], "sparse": True}


def pay(books: Books, invoice_id: str, amount: Any = None) -> Record:
    """Receive a payment for one invoice; what exceeds the balance stays unapplied."""
    invoice = form(books, invoice_id)
    balance: Decimal = invoice.data["Balance"]
    paid = balance if amount in (None, "") else amount_of(amount)
    if paid <= 0:
        raise refusals.business("The payment amount must be more than 0.", "TotalAmt")
    body: dict[str, Any] = {
        "CustomerRef": {"value": invoice.data["CustomerRef"]["value"]},
        "TotalAmt": paid,
        "Line": [],
    }
    if books.multicurrency:
        body["CurrencyRef"] = {"value": invoice.data["CurrencyRef"]["value"]}
    applied = min(paid, balance)
    if applied > 0:
        link = {"TxnId": invoice.id, "TxnType": "Invoice"}
        body["Line"] = [{"Amount": applied, "LinkedTxn": [link]}]
    return writing.save(books, ROWS["Payment"], body, NOTHING)


def send(books: Books, invoice_id: str, address: str = "") -> Record:
    return mail.send(books, form(books, invoice_id), address)


def void(books: Books, identity: str, kind: str = "Invoice") -> Record:
    return writing.void(books, ROWS[kind], _version(form(books, identity, kind)))


def delete(
    books: Books, identity: str, kind: str = "Invoice", unlink: bool = False
) -> dict[str, Any]:
    """``unlink`` takes payments off first, as the person would have to."""
    record = form(books, identity, kind)
    if unlink:
        settling.release(books, record)
        record = form(books, identity, kind)
    return writing.delete(books, ROWS[kind], _version(record))


def payments_of(books: Books, invoice_id: str) -> list[Record]:
    shares = books.settlements.get(("Invoice", invoice_id), {})
    return [record for one in shares if (record := books.get("Payment", one))]


def edit(books: Books, invoice_id: str, changes: dict[str, Any]) -> Record:
    """``due_date``, ``doc_number``, ``private_note``, ``txn_date``; ``line`` (its Id, else the
    first) with ``quantity``, ``unit_price`` or ``amount``; ``fields`` are raw QuickBooks ones."""
    record = form(books, invoice_id)
    body = {**_version(record), **(changes.get("fields") or {})}
    names = {
        "due_date": "DueDate",
        "txn_date": "TxnDate",
        "doc_number": "DocNumber",
        "private_note": "PrivateNote",
    }
    for name, property_name in names.items():
        if changes.get(name):
            body[property_name] = changes[name]
    if any(changes.get(name) not in (None, "") for name in ("quantity", "unit_price", "amount")):
        body["Line"] = _edited_lines(record, changes)
    return writing.save(books, ROWS["Invoice"], body, NOTHING)


def _edited_lines(record: Record, changes: dict[str, Any]) -> list[dict[str, Any]]:
    lines = [line for line in record.data["Line"] if line["DetailType"] != "SubTotalLineDetail"]
    priced = [line for line in lines if line["DetailType"] == "SalesItemLineDetail"]
    wanted = str(changes.get("line") or (priced[0]["Id"] if priced else ""))
    if wanted not in [line["Id"] for line in priced]:
        raise refusals.bad_id("Line.Id")
    done = []
    for line in lines:
        if line.get("Id") == wanted:
            detail = dict(line["SalesItemLineDetail"])
            detail.pop("TaxInclusiveAmt", None)
            detail.pop("ItemAccountRef", None)
            for name, key in (("quantity", "Qty"), ("unit_price", "UnitPrice")):
                if changes.get(name) not in (None, ""):
                    detail[key] = amount_of(changes[name])
            if changes.get("amount") not in (None, ""):
                line = {**line, "Amount": amount_of(changes["amount"])}
                detail = {k: v for k, v in detail.items() if k not in ("Qty", "UnitPrice")}
            else:
                total = Decimal(detail.get("Qty") or 1) * Decimal(detail.get("UnitPrice") or 0)
                line = {**line, "Amount": money(total)}
            line = {**line, "SalesItemLineDetail": detail}
        done.append(line)
    return done


def merge(books: Books, kind: str, loser_id: str, survivor_id: str) -> Record:
    """Two names become one: the loser vanishes, its transactions move to the survivor."""
    loser, survivor = form(books, loser_id, kind), form(books, survivor_id, kind)
    if loser.id == survivor.id:
        raise refusals.bad_id("loser")
    reference = "VendorRef" if kind == "Vendor" else "CustomerRef"
    for table in books.tables.values():
        if not table.row.is_transaction or reference not in table.row.properties:
            continue
        for record in list(table.by_id.values()):
            if (record.data.get(reference) or {}).get("value") == loser.id:
                books.touch(record, **{reference: references.to(survivor)})
    books.merge(loser, survivor)
    return form(books, survivor_id, kind)
