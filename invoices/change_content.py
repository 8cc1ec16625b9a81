"""What stands on an invoice, as a draft: to edit it, or to copy it (D-14). Pure.

Numbers become the text a person would have typed. An edit keeps what it does not understand (lines
of text, classes, service dates, custom fields); where that cannot be promised it is refused with a
code. A copy leaves such lines out and says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integration.gateways.quickbooks_transactions import reference, reference_name
from integration.gateways.values import optional_amount
from integration.records.quickbooks import Invoice, Raw
from invoices.draft_content import DraftContent
from invoices.draft_lines import DEDUCTION, DraftDiscount, DraftLine
from invoices.draft_lines import TEXT as WORDS
from invoices.taxes import TaxMode

SALE, TEXT, DISCOUNT = "SalesItemLineDetail", "DescriptionOnly", "DiscountLineDetail"
SUBTOTAL, GROUP = "SubTotalLineDetail", "GroupLineDetail"
KEY = "q"
"""Lines of QuickBooks are called after their id there."""
MODES = {
    "TaxExcluded": TaxMode.EXCLUDED,
    "TaxInclusive": TaxMode.INCLUSIVE,
    "NotApplicable": TaxMode.NOT_APPLICABLE,
}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReadContent:
    """``left_out``: what a copy cannot carry; ``uneditable``: the code of why an edit cannot be."""

    content: DraftContent
    left_out: tuple[str, ...] = ()
    uneditable: str = ""


def key_of(line_id: str) -> str:
    return f"{KEY}{line_id}"


def lines_of(raw: Mapping[str, Any]) -> list[Raw]:
    """QuickBooks' lines but the subtotal, which it adds itself."""
    given = raw.get("Line") or ()
    found = [line for line in given if isinstance(line, Mapping)]
    return [dict(line) for line in found if line.get("DetailType") != SUBTOTAL]


def read(record: Invoice, *, currency: str, po_field: str = "") -> ReadContent:
    """``currency`` where QuickBooks names none; ``po_field``: the custom field of the purchase
    order number."""
    raw = record.raw
    mode = MODES.get(str(raw.get("GlobalTaxCalculation") or ""), "")
    inclusive = mode is TaxMode.INCLUSIVE
    rows, texts = lines_of(raw), _custom_fields(raw)
    content = DraftContent(
        currency=record.currency or currency,
        customer_id=record.customer_id,
        customer_name=record.customer_name,
        customer_confirmed=True,
        lines=tuple(_lines(rows, inclusive)),
        discount=_discount(rows),
        tax_mode=str(mode),
        terms_id=record.terms_id,
        txn_date=record.txn_date.isoformat() if record.txn_date else "",
        due_date=record.due_date.isoformat() if record.due_date else "",
        due_date_typed=True,
        message=record.customer_memo,
        bill_email=record.bill_email,
        bill_email_cc=_address(raw.get("BillEmailCc")),
        po_number=texts.pop(po_field, "") if po_field else "",
        class_id=reference(raw.get("ClassRef")),
        location_id=reference(raw.get("DepartmentRef")),
        custom_fields={key: text for key, text in texts.items() if text},
    )
    return ReadContent(content, _left_out(rows), _uneditable(raw, rows, content))


def _lines(rows: Sequence[Raw], inclusive: bool) -> Iterator[DraftLine]:
    for row in rows:
        if row.get("DetailType") == SALE:
            yield _line(row, inclusive)
        elif _is_words(row):
            key = key_of(str(row["Id"]))
            yield DraftLine(key=key, kind=WORDS, description=str(row["Description"]).strip())


def _is_words(row: Raw) -> bool:
    """A line of text that a draft can show; an empty one is kept unseen."""
    return bool(
        row.get("DetailType") == TEXT
        and row.get("Id")
        and str(row.get("Description") or "").strip()
    )


def _line(row: Raw, inclusive: bool) -> DraftLine:
    """A line of an amount alone is one of that price."""
    detail = row.get(SALE) or {}
    amount = optional_amount(row.get("Amount")) or ZERO
    gross = optional_amount(detail.get("TaxInclusiveAmt")) if inclusive else None
    quantity = optional_amount(detail.get("Qty"))
    price = optional_amount(detail.get("UnitPrice"))
    if quantity is None or price is None or gross is not None:
        quantity, price = _split(amount if gross is None else gross, quantity)
    text = _plain(price)
    return DraftLine(
        key=key_of(str(row.get("Id") or "")),
        item_id=reference(detail.get("ItemRef")),
        item_name=reference_name(detail.get("ItemRef")),
        description=str(row.get("Description") or ""),
        quantity=_plain(quantity),
        unit_price=text,
        tax_code_id=reference(detail.get("TaxCodeRef")),
        service_date=str(detail.get("ServiceDate") or ""),
        class_id=reference(detail.get("ClassRef")),
        class_name=reference_name(detail.get("ClassRef")),
        kind=DEDUCTION if price < ZERO else "",
        quoted_price=text,
    )


def _split(worth: Decimal, quantity: Decimal | None) -> tuple[Decimal, Decimal]:
    """Quantity and price that give the worth again; one of the whole where nothing else does."""
    if quantity:
        price = (worth / quantity).quantize(Decimal("0.0000001"))
        if (price * quantity).quantize(worth) == worth:
            return quantity, price
    return Decimal(1), worth


def _plain(number: Decimal) -> str:
    """Without an exponent and without zeros that say nothing; cents stay two."""
    text = f"{number:f}"
    whole, _dot, part = text.partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part.ljust(2, '0')}" if part else whole


def _discount(rows: Sequence[Raw]) -> DraftDiscount | None:
    found = next((row for row in rows if row.get("DetailType") == DISCOUNT), None)
    if found is None:
        return None
    detail = found.get(DISCOUNT) or {}
    by_percent = bool(detail.get("PercentBased"))
    value = detail.get("DiscountPercent") if by_percent else found.get("Amount")
    return DraftDiscount(
        value=_plain(optional_amount(value) or ZERO),
        is_percent=by_percent,
        description=str(found.get("Description") or ""),
    )


def _left_out(rows: Sequence[Raw]) -> tuple[str, ...]:
    """Descriptions of the lines a draft has no place for."""
    kinds = (SALE, DISCOUNT, TEXT)
    others = (row for row in rows if row.get("DetailType") not in kinds)
    return tuple(str(row.get("Description") or row.get("DetailType") or "") for row in others)


def _uneditable(raw: Mapping[str, Any], rows: Sequence[Raw], content: DraftContent) -> str:
    kinds = {row.get("DetailType") for row in rows}
    if kinds - {SALE, TEXT, DISCOUNT}:
        return "change.bundle"
    if [row.get("DetailType") for row in rows].count(DISCOUNT) > 1:
        return "change.discounts"
    late_tax = "ApplyTaxAfterDiscount" in raw and not raw["ApplyTaxAfterDiscount"]
    taxed = optional_amount((raw.get("TxnTaxDetail") or {}).get("TotalTax"))
    if content.discount is not None and late_tax and taxed:
        return "change.discount_after_tax"
    priced = [line for line in content.lines if not line.is_text]
    odd = any(not line.item_id.isdecimal() or not _is_whole(line) for line in priced)
    unnamed = any(line.key == KEY for line in content.lines)
    return "change.line_unlike" if odd or unnamed else ""


def _is_whole(line: DraftLine) -> bool:
    quantity = line.quantity_value
    return quantity is not None and quantity > ZERO and line.price_value is not None


def _custom_fields(raw: Mapping[str, Any]) -> dict[str, str]:
    """DefinitionId to text."""
    fields = raw.get("CustomField") or ()
    named = (one for one in fields if isinstance(one, Mapping))
    return {str(one.get("DefinitionId")): str(one.get("StringValue") or "") for one in named}


def _address(value: Any) -> str:
    return str(value.get("Address") or "") if isinstance(value, Mapping) else ""
