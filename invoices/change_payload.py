"""What a change sends to QuickBooks (D-14, fault 77). Pure.

An edit is a sparse update of the members a person changed; everything else stays as QuickBooks has
it. A sent Line array replaces all lines, so it is made from QuickBooks' own lines, each whole, with
the person's changes laid over it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from integration.records.quickbooks import Invoice, Raw
from invoices.change_content import DISCOUNT, SALE, key_of, lines_of
from invoices.draft_content import DraftContent
from invoices.draft_lines import DraftLine
from invoices.payload import GLOBAL_TAX
from invoices.payload_discount import discount_lines
from invoices.payload_lines import line_body
from invoices.payload_places import CUSTOM_FIELD_LENGTH, Places, line_places
from invoices.taxes import TaxMode

COMPUTED = ("ItemAccountRef", "TaxInclusiveAmt")
"""Members of a line's detail that QuickBooks works out; the old ones would contradict new amounts."""
NO_PLACES = Places()
NOT_COPIED = ("Id", "LineNum", "LinkedTxn")
CREDITED = (
    "CustomerRef", "CurrencyRef", "ExchangeRate", "GlobalTaxCalculation", "ApplyTaxAfterDiscount",
    "BillAddr", "ShipAddr", "ShipFromAddr", "BillEmail", "ClassRef", "DepartmentRef",
    "TransactionLocationType", "ProjectRef",
)  # fmt: skip
"""Members that a credit memo has from its invoice."""


# ---------------------------------------------------------------------------------------- editing
def edit_body(
    raw: Mapping[str, Any],
    before: DraftContent,
    after: DraftContent,
    *,
    mode: TaxMode,
    places: Places = NO_PLACES,
    po_field: str = "",
) -> Raw:
    """``before``: ``raw`` as a draft; ``after``: as the person wants it, without line discounts.

    Only Id, SyncToken and ``sparse`` when nothing was changed.
    """
    body: Raw = {"Id": str(raw["Id"]), "SyncToken": str(raw["SyncToken"]), "sparse": True}
    for name, (read, write) in _MEMBERS.items():
        old, new = getattr(before, read).strip(), getattr(after, read).strip()
        if old != new:
            body[name] = write(new)
    if {"SalesTermRef", "TxnDate"} & body.keys():  # QuickBooks would work out another one
        body["DueDate"] = after.due_date.strip() or None
    if before.tax_mode != after.tax_mode and mode in GLOBAL_TAX:
        body["GlobalTaxCalculation"] = GLOBAL_TAX[mode]
    if _line_facts(before) != _line_facts(after):
        body["Line"] = merged_lines(raw, before, after, mode, places)
    texts = _changed_fields(before, after, po_field)
    if texts:
        body["CustomField"] = _custom_fields(raw, texts)
    return body


def _plain(text: str) -> Any:
    return text or None


def _ref(id: str) -> Any:
    return {"value": id} if id else None


_MEMBERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "TxnDate": ("txn_date", _plain),
    "DueDate": ("due_date", _plain),
    "SalesTermRef": ("terms_id", _ref),
    "ClassRef": ("class_id", _ref),
    "DepartmentRef": ("location_id", _ref),
    "CustomerMemo": ("message", lambda text: {"value": text}),
    "BillEmail": ("bill_email", lambda text: {"Address": text}),
    "BillEmailCc": ("bill_email_cc", lambda text: {"Address": text}),
}
"""QuickBooks' member: the draft's text it comes from, and how it is sent."""


def _line_facts(content: DraftContent) -> tuple[Any, ...]:
    return (list(_by_key(content).items()), content.discount, content.tax_mode)


def merged_lines(
    raw: Mapping[str, Any],
    before: DraftContent,
    after: DraftContent,
    mode: TaxMode,
    places: Places = NO_PLACES,
) -> list[Raw]:
    """The person's lines in their order, each laid over QuickBooks' own; lines that QuickBooks
    alone has stay behind the line they stood behind."""
    old, new = _by_key(before), _by_key(after)
    retaxed = before.tax_mode != after.tax_mode
    theirs = {key_of(str(row.get("Id") or "")): row for row in _numbered(raw)}
    found: list[Raw] = list(_unseen_after("", raw, old))
    for line in after.lines:
        row = theirs.get(line.key)
        if row is None:
            found.append(_of_line(line, after.currency, mode, places))
        elif old.get(line.key) != new[line.key] or (retaxed and not line.is_text):
            found.append(_laid_over(row, line, after.currency, mode, places))
        else:
            found.append(row)
        found += _unseen_after(line.key, raw, old)
    for key in old.keys() - new.keys():
        found += _unseen_after(key, raw, old)
    return found + _discounts(raw, before, after)


def _numbered(raw: Mapping[str, Any]) -> list[Raw]:
    return [row for row in lines_of(raw) if row.get("DetailType") != DISCOUNT]


def _unseen_after(key: str, raw: Mapping[str, Any], seen: Mapping[str, DraftLine]) -> Iterator[Raw]:
    """Rows that no draft shows, behind the row of ``key`` ("" the beginning)."""
    last = ""
    for row in _numbered(raw):
        own = key_of(str(row.get("Id") or ""))
        if own in seen:
            last = own
        elif last == key:
            yield row


def _of_line(line: DraftLine, currency: str, mode: TaxMode, places: Places) -> Raw:
    return line_body(line, currency, mode, line_places(line, places))


def _laid_over(row: Raw, line: DraftLine, currency: str, mode: TaxMode, places: Places) -> Raw:
    """Our members replace QuickBooks' own; what we do not know of the line stays."""
    ours = _of_line(line, currency, mode, places)
    merged = {**row, **ours}
    if not line.is_text:
        gone = {*COMPUTED, *_emptied(line, places)}
        detail = {k: v for k, v in (row.get(SALE) or {}).items() if k not in gone}
        merged[SALE] = {**detail, **ours[SALE]}
    if "Description" not in ours:
        merged.pop("Description", None)
    return merged


def _emptied(line: DraftLine, places: Places) -> set[str]:
    """Class and service date that the person took away."""
    found = set()
    if places.class_per_line and not line.class_id:
        found.add("ClassRef")
    if places.service_dates and not line.service_date.strip():
        found.add("ServiceDate")
    return found


def _discounts(raw: Mapping[str, Any], before: DraftContent, after: DraftContent) -> list[Raw]:
    """Untouched it stays as it is, with its account."""
    theirs = [row for row in lines_of(raw) if row.get("DetailType") == DISCOUNT]
    if before.discount == after.discount:
        return [_recomputed(row) for row in theirs]
    ours = discount_lines(after)
    for row in ours[:1] if theirs else []:
        kept = {**(theirs[0].get(DISCOUNT) or {}), **row[DISCOUNT]}
        return [{**theirs[0], **row, DISCOUNT: kept}]
    return ours


def _recomputed(row: Raw) -> Raw:
    """QuickBooks works a percentage out anew from the lines."""
    by_percent = (row.get(DISCOUNT) or {}).get("PercentBased")
    return {name: value for name, value in row.items() if not (by_percent and name == "Amount")}


def _by_key(content: DraftContent) -> dict[str, DraftLine]:
    """As QuickBooks would see them: how a price was quoted is ours alone."""
    return {
        line.key: replace(line, quoted_price="", kind=line.kind if line.is_text else "")
        for line in content.lines
    }


def _changed_fields(before: DraftContent, after: DraftContent, po_field: str) -> dict[str, str]:
    """DefinitionId to the new text."""
    old, new = dict(before.custom_fields), dict(after.custom_fields)
    if po_field:
        old[po_field], new[po_field] = before.po_number, after.po_number
    return {
        key: new.get(key, "").strip()
        for key in old.keys() | new.keys()
        if old.get(key, "").strip() != new.get(key, "").strip()
    }


def _custom_fields(raw: Mapping[str, Any], texts: Mapping[str, str]) -> list[Raw]:
    """All of them, because the array replaces the old one."""
    kept = [
        dict(entry)
        for entry in raw.get("CustomField") or ()
        if isinstance(entry, Mapping) and str(entry.get("DefinitionId")) not in texts
    ]
    ours = [
        {"DefinitionId": key, "Type": "StringType", "StringValue": text[:CUSTOM_FIELD_LENGTH]}
        for key, text in sorted(texts.items())
    ]
    return [*kept, *ours]


# -------------------------------------------------------------------------------------- crediting
def credit_body(record: Invoice, *, day: date, reference: str, note: str, field_id: str) -> Raw:
    """The credit memo that takes back a whole invoice: its lines, dated ``day``.

    ``field_id``: the custom field we own, where our reference goes; else it stands in the statement
    memo with the ``note``.
    """
    raw = record.raw
    body: Raw = {name: raw[name] for name in CREDITED if raw.get(name) not in (None, "")}
    body["TxnDate"] = day.isoformat()
    body["Line"] = [_without(row, NOT_COPIED) for row in lines_of(raw)]
    code = (raw.get("TxnTaxDetail") or {}).get("TxnTaxCodeRef")
    if code:
        body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": str(code.get("value", ""))}}
    if field_id:
        body["CustomField"] = [
            {"DefinitionId": field_id, "Type": "StringType", "StringValue": reference[:31]}
        ]
    body["PrivateNote"] = note if field_id else f"{note} {reference}"
    return body


def _without(row: Raw, names: tuple[str, ...]) -> Raw:
    kept = {name: value for name, value in row.items() if name not in names}
    detail = kept.get(SALE)
    if isinstance(detail, Mapping):
        kept[SALE] = {name: value for name, value in detail.items() if name != "ItemAccountRef"}
    return kept


def applying_body(
    record: Invoice, credit_id: str, amount: Decimal, *, day: date, reference: str
) -> Raw:
    """A payment of nothing that settles the invoice from the credit memo (quickbooks.md 5.1)."""
    body: Raw = {
        "CustomerRef": {"value": record.customer_id},
        "TotalAmt": Decimal(0),
        "TxnDate": day.isoformat(),
        "PrivateNote": reference,
        "Line": [
            _settling("Invoice", record.id, amount),
            _settling("CreditMemo", credit_id, amount),
        ],
    }
    if record.currency:
        body["CurrencyRef"] = {"value": record.currency}
    if record.exchange_rate is not None:
        body["ExchangeRate"] = record.exchange_rate
    return body


def _settling(kind: str, id: str, amount: Decimal) -> Raw:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id, "TxnType": kind}]}
