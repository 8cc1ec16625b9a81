"""QuickBooks' JSON to records: invoices, payments and the answer of change data capture. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from integration.gateways.fields import as_list
from integration.gateways.values import (
    amount,
    day,
    instant,
    needed_instant,
    optional_amount,
    text,
)
from integration.records.quickbooks import (
    Changes,
    Invoice,
    InvoiceLine,
    LinkedTransaction,
    Payment,
    PaymentLine,
    Raw,
)

FULL_PAGE = 1000
"""An answer of change data capture with this many objects may have left some out."""
READ_AGAIN = ("Invoice", "Payment")


def reference(value: Any) -> str:
    """The id of a ``{"value", "name"}`` reference; empty when there is none."""
    return text(value.get("value")) if type(value) is dict else text(value)


def reference_name(value: Any) -> str:
    return text(value.get("name")) if type(value) is dict else ""


def entity_time(raw: Raw) -> datetime:
    """MetaData.LastUpdatedTime; raises ValueError when it is missing."""
    stamps = raw.get("MetaData")
    return needed_instant(stamps.get("LastUpdatedTime") if isinstance(stamps, Mapping) else None)


def is_deleted(raw: Raw) -> bool:
    return text(raw.get("status")).lower() == "deleted"


def invoice(raw: Raw) -> Invoice:
    """``currency`` is empty where the company has one currency only: then it is the home currency.

    A discount line's ``net`` is negative, so the lines' nets sum to the total before tax.
    """
    if is_deleted(raw):
        return Invoice(
            id=text(raw["Id"]), sync_token="", updated_at=entity_time(raw), deleted=True, raw=raw
        )
    delivery = raw.get("DeliveryInfo") if isinstance(raw.get("DeliveryInfo"), Mapping) else {}
    return Invoice(
        id=text(raw["Id"]),
        sync_token=text(raw.get("SyncToken")),
        updated_at=entity_time(raw),
        created_at=instant(raw["MetaData"].get("CreateTime")),
        doc_number=text(raw.get("DocNumber")),
        txn_date=day(raw.get("TxnDate")),
        due_date=day(raw.get("DueDate")),
        customer_id=reference(raw.get("CustomerRef")),
        customer_name=reference_name(raw.get("CustomerRef")),
        currency=reference(raw.get("CurrencyRef")),
        exchange_rate=optional_amount(raw.get("ExchangeRate")),
        total=amount(raw.get("TotalAmt")),
        balance=amount(raw.get("Balance")),
        total_tax=amount(_member(raw, "TxnTaxDetail", "TotalTax")),
        deposit=amount(raw.get("Deposit")),
        home_total=optional_amount(raw.get("HomeTotalAmt")),
        email_status=text(raw.get("EmailStatus")),
        print_status=text(raw.get("PrintStatus")),
        delivered_at=instant(delivery.get("DeliveryTime")) if delivery else None,
        delivery_error=text(delivery.get("DeliveryErrorType")) if delivery else "",
        einvoice_status=text(raw.get("EInvoiceStatus")),
        bill_email=text(_member(raw, "BillEmail", "Address")),
        private_note=text(raw.get("PrivateNote")),
        customer_memo=text(_member(raw, "CustomerMemo", "value") or raw.get("CustomerMemo")),
        terms_id=reference(raw.get("SalesTermRef")),
        linked=tuple(_linked(raw.get("LinkedTxn"))),
        lines=tuple(_lines(raw)),
        class_name=reference_name(raw.get("ClassRef")),
        location_name=reference_name(raw.get("DepartmentRef")),
        custom_fields=tuple(_custom_fields(raw)),
        raw=raw,
    )


def payment(raw: Raw) -> Payment:
    if is_deleted(raw):
        return Payment(
            id=text(raw["Id"]), sync_token="", updated_at=entity_time(raw), deleted=True, raw=raw
        )
    return Payment(
        id=text(raw["Id"]),
        sync_token=text(raw.get("SyncToken")),
        updated_at=entity_time(raw),
        txn_date=day(raw.get("TxnDate")),
        customer_id=reference(raw.get("CustomerRef")),
        currency=reference(raw.get("CurrencyRef")),
        total=amount(raw.get("TotalAmt")),
        unapplied=amount(raw.get("UnappliedAmt")),
        method_id=reference(raw.get("PaymentMethodRef")),
        method_name=reference_name(raw.get("PaymentMethodRef")),
        reference=text(raw.get("PaymentRefNum")),
        private_note=text(raw.get("PrivateNote")),
        lines=tuple(
            PaymentLine(amount(line.get("Amount")), linked.id, linked.kind)
            for line in _members(raw.get("Line"))
            for linked in _linked(line.get("LinkedTxn"))
        ),
        raw=raw,
    )


def changes(content: Mapping[str, Any], entities: Sequence[str] = ()) -> Changes:
    """One CDC answer. A record that cannot be read goes to ``unreadable``, the rest goes on.

    Of an answer that was cut only the invoices and payments that are deleted are read: the others
    must be asked for by query anyhow. ``entities``: those asked for, in order; a fault in the place
    of one makes it ``failed``.
    """
    invoices: list[Invoice] = []
    payments: list[Payment] = []
    others: list[tuple[str, Raw]] = []
    unreadable: list[tuple[str, Raw]] = []
    changed = list(_changed(content))
    truncated = _truncated(Counter(entity for entity, _ in changed))
    for entity, raw in changed:
        if truncated and entity in READ_AGAIN and not is_deleted(raw):
            continue
        try:
            if entity == "Invoice":
                invoices.append(invoice(raw))
            elif entity == "Payment":
                payments.append(payment(raw))
            else:
                others.append((entity, raw))
        except (ValueError, KeyError, TypeError):
            unreadable.append((entity, raw))
    return Changes(
        as_of=needed_instant(content.get("time")),
        invoices=tuple(invoices),
        payments=tuple(payments),
        others=tuple(others),
        truncated=truncated,
        unreadable=tuple(unreadable),
        failed=_failed(content, entities),
    )


def _changed(content: Mapping[str, Any]) -> Iterator[tuple[str, Raw]]:
    for answer in _members(content.get("CDCResponse")):
        for group in _members(answer.get("QueryResponse")):
            for entity, rows in group.items():
                if isinstance(rows, list):
                    yield from ((entity, row) for row in rows if isinstance(row, dict))


def _failed(content: Mapping[str, Any], entities: Sequence[str]) -> tuple[str, ...]:
    """By their place in the answer; where places do not tell, all that came without a record."""
    groups = [
        group
        for answer in _members(content.get("CDCResponse"))
        for group in _members(answer.get("QueryResponse"))
    ]
    spoilt = [place for place, group in enumerate(groups) if "Fault" in group or "fault" in group]
    if not spoilt:
        return ()
    if len(groups) == len(entities):
        return tuple(entities[place] for place in spoilt)
    seen = {entity for entity, _row in _changed(content)}
    return tuple(entity for entity in entities if entity not in seen)


def _truncated(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Sources disagree whether 1,000 is per entity or per answer: both make the answer doubtful."""
    full = tuple(entity for entity, count in counts.items() if count >= FULL_PAGE)
    if sum(counts.values()) >= FULL_PAGE and not full:
        return tuple(counts)
    return full


def _lines(raw: Raw) -> Iterator[InvoiceLine]:
    for line in _members(raw.get("Line")):
        detail = text(line.get("DetailType"))
        if detail == "SubTotalLineDetail":
            continue
        found = line.get(detail)
        inside: Mapping[str, Any] = found if type(found) is dict else {}
        item = inside.get("ItemRef") or inside.get("GroupItemRef")
        yield InvoiceLine(
            id=text(line.get("Id")),
            detail=detail,
            description=text(line.get("Description")),
            net=_net(line, detail, inside),
            item_id=reference(item),
            item_name=reference_name(item),
            quantity=optional_amount(inside.get("Qty", inside.get("Quantity"))),
            unit_price=optional_amount(inside.get("UnitPrice")),
            tax_code_id=reference(inside.get("TaxCodeRef")),
            service_date=day(inside.get("ServiceDate")),
            class_name=reference_name(inside.get("ClassRef")),
        )


def _custom_fields(raw: Raw) -> Iterator[tuple[str, str]]:
    for entry in _members(raw.get("CustomField")):
        if text(entry.get("StringValue")):
            yield text(entry.get("Name")), text(entry.get("StringValue"))


def _net(line: Mapping[str, Any], detail: str, inside: Mapping[str, Any]) -> Decimal:
    given = optional_amount(line.get("Amount"))
    if detail == "GroupLineDetail" and given is None:
        return sum((amount(one.get("Amount")) for one in _members(inside.get("Line"))), Decimal(0))
    net = given or Decimal(0)
    return -net if detail == "DiscountLineDetail" else net


def _linked(value: Any) -> Iterator[LinkedTransaction]:
    for link in _members(value):
        yield LinkedTransaction(text(link.get("TxnId")), text(link.get("TxnType")))


def _members(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in as_list(value) if type(one) is dict]


def _member(raw: Raw, outer: str, inner: str) -> Any:
    found = raw.get(outer)
    return found.get(inner) if type(found) is dict else None
