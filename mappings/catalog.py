"""Which of our values exist and which HubSpot property each one goes to (D-25). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from integration.records.hubspot import Properties

PREFIX = "dealbooks_"

DEALS = "deals"
INVOICES = "invoices"

FIVE = (
    "amount_invoiced",
    "invoice_recipient",
    "invoice_number",
    "invoice_status",
    "invoice_due_date",
)
"""The article's properties of a deal (S-56 to S-60)."""

ROLL_UPS = (
    "invoice_currency",
    "total_invoiced",
    "total_paid",
    "open_balance",
    "invoice_count",
    "next_due_date",
    "worst_status",
    "mixed_currencies",
    "last_payment_date",
    "last_payment_amount",
    "last_payment_method",
    "first_sent_date",
)
DEAL_VALUES = (*FIVE, *ROLL_UPS, "launch_link")
"""All that a deal is told; ``bulk`` belongs to backfills only (D-30)."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Where values go instead of the property of their own name; an empty name: nowhere.

    ``chosen`` maps a HubSpot object (plural type name) to value name -> property name.
    """

    chosen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def property_of(self, object_kind: str, value: str) -> str:
        """HubSpot's own properties (``hs_...``) carry their own name, ours the prefix."""
        return self.chosen.get(object_kind, {}).get(value, _own(value))

    def named(self, object_kind: str, values: Mapping[str, str]) -> Properties:
        """``{value name: text}`` as ``{property name: text}``."""
        chosen = self.chosen.get(object_kind)
        if not chosen:
            return {_own(value): text for value, text in values.items()}
        found = ((chosen.get(value, _own(value)), text) for value, text in values.items())
        return {name: text for name, text in found if name}


@cache
def _own(value: str) -> str:
    return value if value.startswith("hs_") else PREFIX + value


def dealbooks_key(realm_id: str, entity: str, qbo_id: str) -> str:
    """The unique key of a QuickBooks record in HubSpot: realm, entity and id."""
    return f"{realm_id}:{entity}:{qbo_id}"
