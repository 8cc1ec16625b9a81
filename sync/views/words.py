"""Words of this app's pages for codes in its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Message
from mappings.catalog import PREFIX
from sync.models import EntryOutcome, SyncEntry
from sync.retrying import RETRIED

Words = Mapping[str, str | Promise]

TRIGGERS: Words = {
    "poll": _("By itself"),
    "person": _("Sync now"),
    "webhook": _("News from QuickBooks"),
    "day": _("A due date passed"),
    "created": _("Invoice created"),
    "backfill": _("Older records brought in"),
    "fix": _("Differences fixed"),
    "undo": _("A run undone"),
}
UNDO_ACTIONS: Words = {
    "restore": _("Put back"),
    "untie": _("Association taken off again"),
    "tie": _("Association made again"),
    "archive_note": _("Note archived"),
    "archive": _("Archived again"),
    "none": _("Nothing"),
}
STATES: Mapping[str, tuple[str | Promise, str, str]] = {
    "running": (_("Running"), "info", "sync"),
    "waiting": (_("Up to date"), "ok", "done"),
    "failing": (_("Failing"), "danger", "error"),
    "paused": (_("Paused"), "warn", "pause"),
    "saving": (_("Saves reads"), "warn", "pause"),
    "off": (_("Not started"), "neutral", "minus"),
}
"""Label, tone, icon."""
OPERATIONS: Words = {
    "upsert_hubspot_invoice": _("Invoice in HubSpot"),
    "associate_invoice": _("Invoice tied to a record"),
    "dissociate_invoice": _("Invoice taken off a record"),
    "write_deal_properties": _("Deal properties"),
    "mark_paid_deal": _("Deal marked as paid"),
    "write_payment_note": _("Payment on the timeline"),
    "update_payment_note": _("Payment on the timeline changed"),
    "write_reversal_note": _("Payment reversed on the timeline"),
    "withdraw_reversal_note": _("Reversal taken off the timeline"),
    "write_contact": _("Contact in HubSpot"),
    "write_company": _("Company in HubSpot"),
    "write_product": _("Product in HubSpot"),
    "link_record": _("Found in HubSpot"),
    "associate_contact": _("Contact tied to its company"),
    "archive_record": _("Archived in HubSpot"),
    "link_by_hand": _("Linked by hand"),
    "unlink": _("Unlinked by hand"),
    "archive_invoice": _("Archived in HubSpot"),
    "update_quickbooks": _("Change taken over in QuickBooks"),
    "create_in_quickbooks": _("Made in QuickBooks"),
    "settle_conflict": _("Conflict settled"),
    "skip": _("Left alone"),
    **{f"undo_{name}": label for name, label in UNDO_ACTIONS.items() if name != "none"},
}
KINDS: Words = {
    "Invoice": _("Invoice"),
    "Payment": _("Payment"),
    "Deal": _("Deal"),
    "Customer": _("Customer"),
    "Item": _("Product"),
    "QuickBooks Invoice": _("Invoice in QuickBooks"),
    "QuickBooks Payment": _("Payment in QuickBooks"),
    "QuickBooks Customer": _("Customer in QuickBooks"),
    "QuickBooks Item": _("Product in QuickBooks"),
    "HubSpot contacts": _("Contact of HubSpot"),
    "HubSpot companies": _("Company of HubSpot"),
    "HubSpot products": _("Product of HubSpot"),
}
FIELDS: Words = {
    "email": _("E-mail"),
    "firstname": _("First name"),
    "lastname": _("Last name"),
    "mobilephone": _("Mobile phone"),
    "zip": _("Postal code"),
    "hs_sku": _("SKU"),
    "hs_cost_of_goods_sold": _("Unit cost"),
    "hs_invoice_status": _("Status"),
    "hs_amount_billed": _("Amount billed"),
    "hs_balance_due": _("Balance due"),
    "hs_number": _("Number"),
    "hs_title": _("Title"),
    "hs_currency": _("Currency"),
    "hs_invoice_date": _("Invoice date"),
    "hs_due_date": _("Due date"),
    "hs_invoice_billable": _("Billable in HubSpot"),
}


def operation(kind: str) -> str:
    return str(OPERATIONS.get(kind, kind.replace("_", " ")))


def kind(subject_kind: str) -> str:
    return str(KINDS.get(subject_kind, subject_kind))


def trigger(code: str) -> str:
    return str(TRIGGERS.get(code, code))


def field(name: str) -> str:
    known = FIELDS.get(name)
    return str(known) if known else name.removeprefix(PREFIX).replace("_", " ").capitalize()


@dataclass(frozen=True)
class EntryLine:
    """One line of the history in words."""

    entry: SyncEntry
    what: str
    record: str
    reason: Message | None
    changes: list[dict[str, Any]]

    @property
    def may_retry(self) -> bool:
        """Left alone or refused, and of a kind that can be told once more."""
        return (
            self.entry.outcome in (EntryOutcome.SKIPPED, EntryOutcome.FAILED)
            and self.entry.subject_kind in RETRIED
            and not self.entry.operation.startswith("undo_")
            and self.entry.company_id is not None
        )


def lines(entries: Iterable[SyncEntry]) -> list[EntryLine]:
    return [
        EntryLine(
            entry=entry,
            what=operation(entry.operation),
            record=record(entry.subject_kind, entry.label),
            reason=reason(entry.reason, entry.reason_parameters),
            changes=changes(entry),
        )
        for entry in entries
    ]


def record(subject_kind: str, label: str) -> str:
    """ "Invoice 1037"; a payment is named by the invoice it settled."""
    return f"{kind(subject_kind)} {label}".strip()


def reason(code: str, parameters: Mapping[str, Any]) -> Message | None:
    return messages.message(code, **parameters) if code else None


def changes(entry: Any) -> list[dict[str, Any]]:
    """Before and after, by field, of a line of the history or of a dry run."""
    return differences(entry.before, entry.after)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By field of ``after``; ids of HubSpot records stay out of sight."""
    return [
        {
            "field": field(name),
            "before": _shown(before.get(name)),
            "after": _shown(after.get(name)),
        }
        for name in after
        if name not in ("deals", "contacts", "companies", "quotes")
    ]


def _shown(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value
