"""Lines and sums of a report as rows (B-26). Call inside the transaction that moves its cursor."""

from collections.abc import Collection, Sequence
from datetime import datetime

from integration.bulk import insert_values
from integration.models import Company
from sync.apply.history import LABEL_LENGTH
from sync.models import HeldRecord
from sync.reconcile import Change, Deviation
from sync.reconciled_sums import NAMES, Month, Sum, Sums, by_month
from sync.reconciliation_models import Drift, ReconciledSum, Reconciliation
from sync.reconciliation_rules import why_not

LONGEST = 300


Held = frozenset[tuple[str, str]]


def held(company: Company, ids: Collection[str]) -> Held:
    """(kind, id) of records among them that stay as they are since somebody undid a run."""
    rows = HeldRecord.objects.for_portal(company.portal_id).filter(subject_id__in=ids)
    return frozenset(rows.values_list("subject_kind", "subject_id"))


def lines_of(row: Reconciliation, found: Sequence[Deviation], now: datetime) -> list[Drift]:
    """New lines; those that cannot be put right say so at once."""
    kept = held(row.company, [each.record_id for each in found if each.record_id])
    return [_line(row, each, kept, now) for each in found]


def _line(row: Reconciliation, found: Deviation, kept: Held, now: datetime) -> Drift:
    is_held = (found.record_kind, found.record_id) in kept
    return Drift(
        portal_id=row.portal_id,
        company=row.company,
        reconciliation=row,
        what=found.what.value,
        record_kind=found.record_kind,
        record_id=found.record_id,
        qbo_id=found.qbo_id,
        object_kind=found.object_kind,
        hubspot_id=found.hubspot_id,
        label=found.label[:LABEL_LENGTH],
        differences=stored(found),
        reason=why_not(found.what, found.record_kind, is_held=is_held),
        found_at=now,
    )


def stored(found: Deviation) -> list[dict[str, str]]:
    """As a line keeps them: long texts cut."""
    return [
        Change(each.name, each.expected[:LONGEST], each.found[:LONGEST]).stored()
        for each in found.changes
    ]


def add_sums(row: Reconciliation, sums: Sums) -> None:
    """One statement a page."""
    keys, numbers = ("month", "currency", "side"), ("count", *NAMES)
    values = (
        (row.company_id, row.pk, *key, *(getattr(amount, name) for name in numbers))
        for key, amount in sorted(sums.found.items())
    )
    insert_values(
        row.portal_id,
        ReconciledSum,
        ("company", "reconciliation", *keys, *numbers),
        values,
        adding=numbers,
        unique=("reconciliation", *keys),
    )


def months(row: Reconciliation) -> list[Month]:
    """The table of a report, the newest month first."""
    rows = ReconciledSum.objects.for_portal(row.portal_id).filter(reconciliation=row)
    return by_month(
        (
            (each.month, each.currency, each.side),
            Sum(each.count, each.billed, each.cash, each.credited, each.open),
        )
        for each in rows
    )
