"""What a line in the history says of an outcome: which object, what before and what after. Pure."""

from collections.abc import Callable, Mapping

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
OBJECT_KINDS = {
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
    found = OBJECT_KINDS.get(type(operation))  # type: ignore[call-overload]
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
    operation: UpsertHubSpotInvoice = outcome.operation
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
    return outcome.operation.before, outcome.operation.after


VALUES: dict[type, Callable[[Outcome], Values]] = {
    UpsertHubSpotInvoice: _invoice,
    WriteDealProperties: lambda outcome: _replaced(outcome.operation),
    UpdateQuickBooks: _both,
    SettleConflict: _both,
    CreateInQuickBooks: lambda outcome: ({}, outcome.operation.after),
    ArchiveRecord: lambda outcome: (outcome.operation.before, {}),
    ArchiveInvoice: lambda outcome: (outcome.operation.before, {}),
    AssociateContact: lambda outcome: ({}, {"companies": outcome.object_id}),
    MarkPaidDeal: lambda outcome: (
        outcome.operation.before,
        {outcome.operation.name: outcome.operation.value},
    ),
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
