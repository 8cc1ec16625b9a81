"""Lines and sums of a report as rows (B-26). Call inside the transaction that moves its cursor."""

from datetime import datetime

from django.db.models import F

from sync.apply.history import LABEL_LENGTH
from sync.reconcile import Change, Deviation
from sync.reconciled_sums import NAMES, Month, Sum, Sums, by_month
from sync.reconciliation_models import Drift, ReconciledSum, Reconciliation

LONGEST = 300


def line_of(row: Reconciliation, found: Deviation, now: datetime) -> Drift:
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
        found_at=now,
    )


def stored(found: Deviation) -> list[dict[str, str]]:
    """As a line keeps them: long texts cut."""
    return [
        Change(each.name, each.expected[:LONGEST], each.found[:LONGEST]).stored()
        for each in found.changes
    ]


def add_sums(row: Reconciliation, sums: Sums) -> None:
    rows = ReconciledSum.objects.for_portal(row.portal_id)
    for (month, currency, side), amount in sums.found.items():
        line, _ = rows.get_or_create(
            portal_id=row.portal_id,
            company=row.company,
            reconciliation=row,
            month=month,
            currency=currency,
            side=side,
        )
        more = {name: F(name) + getattr(amount, name) for name in ("count", *NAMES)}
        rows.filter(pk=line.pk).update(**more)


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
