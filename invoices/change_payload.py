"""What a change sends to QuickBooks (D-14, fault 77). Pure.

An edit is a sparse update of the members a person changed; everything else stays as QuickBooks has
it. A sent Line array replaces all lines, so it is made from QuickBooks' own lines, each whole, with
the person's changes laid over it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from integration.records.quickbooks import Invoice, Raw
from invoices.change_content import DISCOUNT, SALE, key_of, lines_of
from invoices.draft_content import DraftContent, DraftLine
from invoices.payload import CUSTOM_FIELD_LENGTH, GLOBAL_TAX, line_body
from invoices.payload_discount import discount_lines
from invoices.taxes import TaxMode

COMPUTED = ("ItemAccountRef", "TaxInclusiveAmt")
"""Members of a line's detail that QuickBooks works out; the old ones would contradict new amounts."""
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
    po_field: str = "",
) -> Raw:
    """``before``: what the person began with; ``raw``: the version it goes on top of.

    Only Id, SyncToken and ``sparse`` when nothing was changed.
    """
    body: Raw = {"Id": str(raw["Id"]), "SyncToken": str(raw["SyncToken"]), "sparse": True}
    body |= {
        name: value(after)
        for name, (what, value) in _MEMBERS.items()
        if what(before) != what(after)
    }
    if before.tax_mode != after.tax_mode and mode in GLOBAL_TAX:
        body["GlobalTaxCalculation"] = GLOBAL_TAX[mode]
    if _line_facts(before) != _line_facts(after):
        body["Line"] = merged_lines(raw, before, after, mode)
    if po_field and before.po_number != after.po_number:
        body["CustomField"] = _custom_fields(raw, po_field, after.po_number)
    return body


def _memo(content: DraftContent) -> Raw:
    return {"value": content.message.strip()}


_MEMBERS: dict[str, tuple[Any, Any]] = {
    "TxnDate": (lambda c: c.txn_date.strip(), lambda c: c.txn_date.strip()),
    "DueDate": (lambda c: c.due_date.strip(), lambda c: c.due_date.strip()),
    "SalesTermRef": (
        lambda c: c.terms_id,
        lambda c: {"value": c.terms_id} if c.terms_id else None,
    ),
    "CustomerMemo": (lambda c: c.message.strip(), _memo),
    "BillEmail": (lambda c: c.bill_email.strip(), lambda c: {"Address": c.bill_email.strip()}),
    "BillEmailCc": (
        lambda c: c.bill_email_cc.strip(),
        lambda c: {"Address": c.bill_email_cc.strip()},
    ),
}
"""QuickBooks' member: what is compared, and what is sent."""


def _line_facts(content: DraftContent) -> tuple[Any, ...]:
    return (content.lines, content.discount, content.tax_mode)


def changed_keys(before: DraftContent, after: DraftContent) -> set[str]:
    """Keys of lines that were changed, added or taken away."""
    old, new = _by_key(before), _by_key(after)
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def merged_lines(
    raw: Mapping[str, Any], before: DraftContent, after: DraftContent, mode: TaxMode
) -> list[Raw]:
    """QuickBooks' lines with the person's changes: lines it alone has stay where they are."""
    taken = _by_key(before).keys() - _by_key(after).keys()
    changed = changed_keys(before, after)
    wanted = _by_key(after)
    retaxed = before.tax_mode != after.tax_mode
    found: list[Raw] = []
    for row in lines_of(raw):
        key = key_of(str(row.get("Id") or ""))
        if row.get("DetailType") == DISCOUNT:
            continue
        if key in taken:
            continue
        line = wanted.get(key)
        touched = line is not None and (key in changed or retaxed)
        found.append(_laid_over(row, line, after.currency, mode) if touched and line else row)
    have = {key_of(str(row.get("Id") or "")) for row in found}
    added = [
        line for line in after.lines if line.key not in have and line.key not in _by_key(before)
    ]
    found += [line_body(line, after.currency, mode) for line in added]
    return found + _discounts(raw, before, after)


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


def _laid_over(row: Raw, line: DraftLine, currency: str, mode: TaxMode) -> Raw:
    """Our members replace QuickBooks' own; class, service date and the like stay."""
    ours = line_body(line, currency, mode)
    detail = {k: v for k, v in (row.get(SALE) or {}).items() if k not in COMPUTED}
    merged = {**row, **ours, SALE: {**detail, **ours[SALE]}}
    if "Description" not in ours:
        merged.pop("Description", None)
    return merged


def _by_key(content: DraftContent) -> dict[str, DraftLine]:
    """As QuickBooks would see them: how a price was quoted is ours alone."""
    return {line.key: replace(line, quoted_price="", kind="") for line in content.lines}


def _custom_fields(raw: Mapping[str, Any], po_field: str, number: str) -> list[Raw]:
    """All of them, because the array replaces the old one."""
    kept = [
        dict(entry)
        for entry in raw.get("CustomField") or ()
        if isinstance(entry, Mapping) and str(entry.get("DefinitionId")) != po_field
    ]
    ours = {
        "DefinitionId": po_field,
        "Type": "StringType",
        "StringValue": number.strip()[:CUSTOM_FIELD_LENGTH],
    }
    return [*kept, ours]


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
