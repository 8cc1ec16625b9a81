"""Lines of a reconciliation report in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration.display import MINUS
from integration.messages import Message
from sync.reconcile import OF_BOOKS, Change
from sync.reconciled_sums import Month
from sync.reconciliation_models import Drift, DriftState, Reconciliation
from sync.reconciliations import FIXABLE, Looked
from sync.views import words

KINDS: Mapping[str, str | Promise] = {
    name: words.KINDS[name] for name in ("Invoice", "Payment", "Deal", "Customer", "Item")
}
OWN: Mapping[str, str | Promise] = {
    "total": _("Total"),
    "balance": _("Balance"),
    "billed": _("Billed"),
    "cash": _("Paid"),
    "credited": _("Credited"),
    "open": _("Open"),
    "applied": _("Applied"),
    "paid_on": _("Paid on"),
    "currency": _("Currency"),
    "txn_date": _("Invoice date"),
    "due_date": _("Due date"),
    "doc_number": _("Number"),
    "customer_id": _("Customer"),
    "version": _("Version in QuickBooks"),
    "deleted": _("Deleted"),
    "name": _("Name"),
    "deals": _("Deal"),
    "contacts": _("Contact"),
    "companies": _("Company"),
    "quotes": _("Quote"),
}
STATES: Mapping[str, tuple[str, str]] = {
    DriftState.OPEN: ("warn", "warning"),
    DriftState.FIXING: ("info", "sync"),
    DriftState.FIXED: ("ok", "done"),
    DriftState.LEFT: ("neutral", "minus"),
    DriftState.GONE: ("ok", "done"),
}
"""Tone and icon."""
OBJECTS: tuple[tuple[str, str | Promise], ...] = (
    ("invoices", _("Invoices")),
    ("payments", _("Payments")),
    ("deals", _("Deals")),
    ("customers", _("Customers")),
    ("items", _("Products")),
)


@dataclass(frozen=True)
class Line:
    """``changes`` for ``{% before_after %}``: what is found, and what it should say."""

    drift: Drift
    record: str
    changes: list[dict[str, Any]]
    reason: Message | None
    tone: str
    icon: str

    @property
    def may_fix(self) -> bool:
        return self.drift.state in FIXABLE


@dataclass(frozen=True)
class Counted:
    label: str | Promise
    quickbooks: int | None
    dealbooks: int | None
    hubspot: int | None


def line(drift: Drift) -> Line:
    return _line(drift, [Change.of(each) for each in drift.differences], drift.reason)


def looked(found: Looked) -> Line:
    """Of a preview: with what both sides say now."""
    return _line(found.line, found.differences, found.reason)


def _line(drift: Drift, changes: Iterable[Change], reason: str) -> Line:
    tone, icon = STATES[drift.state]
    return Line(
        drift=drift,
        record=words.record(drift.record_kind, drift.label),
        changes=[
            {
                "record": words.record(drift.record_kind, drift.label),
                "field": _field(drift, each.name),
                "name": each.name,
                "before": each.found,
                "after": each.expected,
            }
            for each in changes
        ],
        reason=words.reason(reason, drift.reason_parameters),
        tone=tone,
        icon=icon,
    )


def _field(drift: Drift, name: str) -> str:
    known = OWN.get(name)
    if known and (drift.what in OF_BOOKS or drift.what == "untied"):
        return str(known)
    if drift.what in OF_BOOKS:
        return name
    return words.field(name)


def counts(row: Reconciliation) -> list[Counted]:
    """How many each side has; None where a side has no such records or was not looked at."""
    found = []
    for name, label in OBJECTS:
        sides = row.counts.get(name, {})
        hubspot = sides.get("hubspot")
        found.append(Counted(label, sides.get("quickbooks"), sides.get("dealbooks"), hubspot))
    return found


# ------------------------------------------------------------------------------------- totals

AMOUNTS: tuple[tuple[str, str | Promise], ...] = (
    ("billed", _("Invoiced")),
    ("cash", _("Paid")),
    ("credited", _("Credited")),
    ("open", _("Open")),
)


@dataclass(frozen=True)
class Amount:
    label: str | Promise
    quickbooks: Decimal
    dealbooks: Decimal
    hubspot: Decimal
    in_books: Decimal
    in_hubspot: Decimal


@dataclass(frozen=True)
class MonthLine:
    month: Month
    amounts: list[Amount]

    @property
    def counted(self) -> str:
        """By how many invoices a side differs from ours."""
        found = (self.month.in_books.count, self.month.in_hubspot.count)
        return ", ".join(f"{count:+d}".replace("-", MINUS) for count in found if count)


def month_lines(found: Iterable[Month]) -> list[MonthLine]:
    return [MonthLine(each, [_amount(each, *named) for named in AMOUNTS]) for each in found]


def _amount(month: Month, name: str, label: str | Promise) -> Amount:
    sides = (month.quickbooks, month.dealbooks, month.hubspot, month.in_books, month.in_hubspot)
    return Amount(label, *(getattr(side, name) for side in sides))
