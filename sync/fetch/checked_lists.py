"""Pages of QuickBooks' customers and items against our copy of them (B-26). Nothing is written."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from integration.gateways.errors import NotFound
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import all_of, one_of
from integration.gateways.quickbooks_records import entity_time
from integration.gateways.values import flag, text
from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Raw
from integration.reference import name_of
from sync.fetch.changes import ACTIVE_OR_NOT, IDS_A_QUERY, NAMES
from sync.fetch.checked_books import Checked, alive
from sync.policies import ObjectPolicy
from sync.reconcile import Change, Deviation, What, values

PASSING = frozenset(
    {
        "Balance", "BalanceWithJobs", "MetaData", "QtyOnHand", "SyncToken", "domain", "sparse",
        "status", "V4IDPseudonym",
    }
)  # fmt: skip
"""Members that QuickBooks changes without a new version, or that only the transport adds."""


class ListsCheck:
    """For one company. ``since``: when the comparison began."""

    def __init__(self, company: Company, qbo: QuickBooks, since: datetime) -> None:
        self.company = company
        self.qbo = qbo
        self.since = since

    def names(self, entity: str, rows: Sequence[Raw], policy: ObjectPolicy) -> Checked:
        """Customers or items of our copy, and those the tab would have told HubSpot about."""
        ids = [text(raw.get("Id")) for raw in rows]
        known = {row.qbo_id: row for row in self._records(entity, ids)}
        found = Checked(seen=len(rows), matched=alive(known.values()))
        for raw in rows:
            record, updated_at = known.get(text(raw.get("Id"))), _updated_at(raw)
            if updated_at is not None and updated_at > self.since:
                continue
            if record is not None:
                found.deviations += _differing(entity, raw, record)
            elif flag(raw.get("Active"), absent=True) and policy.enters(updated_at):
                change = Change("name", name_of(raw), "")
                qbo_id, label = text(raw.get("Id")), name_of(raw)
                found.deviations.append(
                    Deviation(What.UNKNOWN, entity, qbo_id=qbo_id, label=label, changes=(change,))
                )
        return found

    def names_gone(self, entity: str, qbo_ids: Sequence[str]) -> list[Deviation]:
        """Those of our copy that QuickBooks no longer has: merged away, and nobody told."""
        living = {text(raw.get("Id")) for raw in by_id(self.qbo, entity, qbo_ids)}
        return [
            Deviation(What.GONE, entity, str(row.pk), row.qbo_id, label=row.name)
            for row in self._records(entity, qbo_ids).order_by("qbo_id")
            if row.qbo_id not in living and self._is_gone(entity, row.qbo_id)
        ]

    def _is_gone(self, entity: str, qbo_id: str) -> bool:
        try:
            self.qbo.read(entity, qbo_id)
        except NotFound:
            return True
        return False

    def _records(self, entity: str, qbo_ids: Sequence[str]) -> PortalQuerySet:
        return Record.objects.for_portal(self.company.portal_id).filter(  # type: ignore[no-any-return]
            company=self.company, kind=entity, qbo_id__in=qbo_ids
        )


def by_id(qbo: QuickBooks, entity: str, qbo_ids: Sequence[str]) -> list[Raw]:
    """Records named one by one; inactive ones too."""
    active = ACTIVE_OR_NOT if entity in NAMES else ""
    return [
        row
        for first in range(0, len(qbo_ids), IDS_A_QUERY)
        for row in qbo.query(
            entity, all_of(one_of("Id", qbo_ids[first : first + IDS_A_QUERY]), active)
        )
    ]


def _updated_at(raw: Raw) -> datetime | None:
    return entity_time(raw) if raw.get("MetaData") else None


def _differing(entity: str, raw: Raw, row: Record) -> Iterator[Deviation]:
    """Names of QuickBooks' own members; those without a version of their own are left out."""
    named: list[tuple[str, object, object]] = []
    if text(raw.get("SyncToken")) != row.sync_token:
        named.append(("version", text(raw.get("SyncToken")), row.sync_token))
    members = sorted((set(raw) | set(row.raw)) - PASSING)
    named += [(name, _plain(raw.get(name)), _plain(row.raw.get(name))) for name in members]
    active = flag(raw.get("Active"), absent=True)
    if active != (row.active and row.deleted_at is None):
        named.append(("Active", active, row.active and row.deleted_at is None))
    changed = {each.name: each for each in values(named)}
    if changed:
        yield Deviation(
            What.BEHIND,
            entity,
            str(row.pk),
            row.qbo_id,
            label=row.name,
            changes=tuple(changed.values()),
        )


def _plain(value: Any) -> str:
    """A member as text: parts of a part in the order of their names."""
    if isinstance(value, dict):
        return ", ".join(_plain(value[name]) for name in sorted(value) if value[name] is not None)
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
