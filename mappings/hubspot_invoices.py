"""A QuickBooks invoice as HubSpot's invoice object (D-24, S-114). Pure.

The object is non-billable: HubSpot then sends nothing, charges nothing and checks nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

from integration.records.hubspot import Properties
from mappings import transforms
from mappings.catalog import INVOICES, Targets, dealbooks_key

STATUS: Mapping[str, str] = {
    "awaiting_sending": "open",
    "sent": "open",
    "partially_paid": "open",
    "overdue": "open",
    "paid": "paid",
    "voided": "voided",
    "deleted": "voided",
}
"""Our stage to ``hs_invoice_status``; never ``draft``."""

DOUBTFUL = (("hs_balance_due",), ("hs_invoice_status", "hs_amount_billed", "hs_number"))
"""HubSpot's own properties that a portal may refuse although the invoice is non-billable, in the
order in which they are given up (hubspot.md, chapter 3 and 13); ours always say the same."""


@dataclass(frozen=True, slots=True)
class InvoiceValues:
    """``stage`` is one of the seven of D-18; amounts are in ``currency`` with ``places`` decimals."""

    realm_id: str
    company_name: str
    qbo_id: str
    number: str
    customer: str
    stage: str
    currency: str
    places: int
    billed: Decimal
    cash: Decimal
    credited: Decimal
    open: Decimal
    txn_date: date | None = None
    due_date: date | None = None
    deleted_at: datetime | None = None
    added: Mapping[str, str] = field(default_factory=dict)
    """Property to text: what an admin's own mappings say of it."""


def values(invoice: InvoiceValues) -> dict[str, str]:
    """Value name to text, before targets are applied."""

    def money(amount: Decimal) -> str:
        return transforms.money(amount, invoice.places)

    return {
        "key": dealbooks_key(invoice.realm_id, "Invoice", invoice.qbo_id),
        "status": invoice.stage,
        "company": transforms.text(invoice.company_name),
        "billed": money(invoice.billed),
        "cash": money(invoice.cash),
        "credited": money(invoice.credited),
        "open": money(invoice.open),
        "deleted_at": transforms.instant(invoice.deleted_at),
        "hs_invoice_billable": transforms.flag(False),
        "hs_currency": invoice.currency,
        "hs_invoice_status": STATUS[invoice.stage],
        "hs_amount_billed": money(invoice.billed),
        "hs_balance_due": money(invoice.open),
        "hs_number": transforms.text(invoice.number),
        "hs_title": title(invoice),
        "hs_invoice_date": noon(invoice.txn_date),
        "hs_due_date": noon(invoice.due_date),
    }


def title(invoice: InvoiceValues) -> str:
    return transforms.text(" · ".join(part for part in (invoice.number, invoice.customer) if part))


def noon(value: date | None) -> str:
    """HubSpot stores an instant and shows it in the portal's zone: noon stays on its day."""
    return transforms.instant(
        None if value is None else datetime.combine(value, time(12), tzinfo=UTC)
    )


def properties(invoice: InvoiceValues, targets: Targets) -> Properties:
    """What HubSpot's invoice object is told. ``dealbooks_key`` is always among it (D-25); a value
    of ours wins over an added one."""
    return {**invoice.added, **targets.named(INVOICES, values(invoice))}
