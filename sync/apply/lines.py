"""What a line in the history says of an outcome: which object, what before and what after. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from sync.apply.outcomes import Outcome
from sync.operations import (
    ArchiveInvoice,
    ArchiveRecord,
    AssociateContact,
    AssociateInvoice,
    CreateInQuickBooks,
    DissociateInvoice,
    MarkPaidDeal,
    Note,
    Operation,
    SettleConflict,
    UpdatePaymentNote,
    UpdateQuickBooks,
    UpsertHubSpotInvoice,
    WithdrawReversalNote,
    WriteDealProperties,
    WritePaymentNote,
    WriteRecord,
    WriteReversalNote,
)

TIES = (AssociateInvoice, DissociateInvoice)
OBJECT_KINDS: dict[type, str] = {
    UpsertHubSpotInvoice: "invoices",
    AssociateInvoice: "invoices",
    DissociateInvoice: "invoices",
    ArchiveInvoice: "invoices",
    WriteDealProperties: "deals",
    MarkPaidDeal: "deals",
    AssociateContact: "contacts",
    WritePaymentNote: "notes",
    UpdatePaymentNote: "notes",
    WriteReversalNote: "notes",
    WithdrawReversalNote: "notes",
}


def object_kind(operation: Operation) -> str:
    """HubSpot's type of what is written; empty where nothing is."""
    found = OBJECT_KINDS.get(type(operation))
    return getattr(operation, "object_kind", "") if found is None else found


def object_id(outcome: Outcome) -> str:
    """Of an association its own end: the other one is among the values."""
    operation = outcome.operation
    if isinstance(operation, AssociateContact):
        return outcome.from_id
    if isinstance(operation, TIES):
        return outcome.from_id or operation.hubspot_id
    return outcome.object_id or str(getattr(operation, "hubspot_id", ""))


Values = tuple[Mapping[str, object], Mapping[str, object]]
"""Before and after; only what changes: everything for a new object, what is replaced for a known one."""


def _invoice(outcome: Outcome) -> Values:
    operation: Any = outcome.operation
    if outcome.made_anew:
        return {}, operation.properties
    return _replaced(operation, is_known=bool(operation.hubspot_id))


def _replaced(
    operation: UpsertHubSpotInvoice | WriteDealProperties, *, is_known: bool = False
) -> Values:
    before, properties = operation.before, operation.properties
    if before or is_known:
        return before, {name: properties[name] for name in before}
    return before, properties


def _both(outcome: Outcome) -> Values:
    operation: Any = outcome.operation
    return operation.before, operation.after


def _before(outcome: Outcome) -> Values:
    operation: Any = outcome.operation
    return operation.before, {}


def _after(outcome: Outcome) -> Values:
    operation: Any = outcome.operation
    return {}, operation.after


def _deal(outcome: Outcome) -> Values:
    operation: Any = outcome.operation
    return _replaced(operation)


def _marked(outcome: Outcome) -> Values:
    operation: Any = outcome.operation
    return operation.before, {operation.name: operation.value}


VALUES: dict[type, Callable[[Outcome], Values]] = {
    UpsertHubSpotInvoice: _invoice,
    WriteDealProperties: _deal,
    UpdateQuickBooks: _both,
    SettleConflict: _both,
    CreateInQuickBooks: _after,
    ArchiveRecord: _before,
    ArchiveInvoice: _before,
    AssociateContact: lambda outcome: ({}, {"companies": outcome.object_id}),
    MarkPaidDeal: _marked,
}


def values(outcome: Outcome) -> Values:
    return VALUES.get(type(outcome.operation), _others)(outcome)


def _others(outcome: Outcome) -> Values:
    """Records, whatever their type, notes and ties."""
    operation = outcome.operation
    if isinstance(operation, WriteRecord):
        return operation.before, operation.properties
    note: Note | None = getattr(operation, "note", None)
    if note is not None:
        return {}, {"note": note.kind.value, "amount": note.amount, "currency": note.currency}
    to_kind = getattr(operation, "to_kind", "")
    return ({}, {to_kind: getattr(operation, "to_id", "")}) if to_kind else ({}, {})
