"""Is everything running: per company the last success, how old it is, failures, days left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from integration.access.actors import Actor
from integration.connection_status import ConnectionStatus, status
from integration.models import Company
from integration.models.grants import GrantState
from sync.models import ParkedRecord, RunState, SyncRun

LATE_MINUTES = 30
"""Without a finished run for so long a company is late (polls come every 5 to 15 minutes)."""


@dataclass(frozen=True)
class CompanyHealth:
    company: Company
    state: str
    """A ``GrantState``."""
    days_left: int | None
    last_success: datetime | None
    is_late: bool
    running_since: datetime | None
    parked: int
    failed_recently: int

    @property
    def is_well(self) -> bool:
        return not (self.is_late or self.parked or self.failed_recently) and self.state in (
            GrantState.ACTIVE,
            GrantState.EXPIRING,
        )


def of(actor: Actor, companies: Sequence[Company], now: datetime) -> list[CompanyHealth]:
    """In the order of the companies."""
    ids = [company.pk for company in companies]
    states = {each.company.pk: each for each in status(actor.portal, now) if each.company}
    runs = _runs(actor, ids)
    parked = _parked(actor, ids)
    return [
        _health(company, states[company.pk], runs.get(company.pk, {}), parked, now)
        for company in companies
    ]


def _health(
    company: Company,
    connection: ConnectionStatus,
    run: dict[str, Any],
    parked: dict[Any, int],
    now: datetime,
) -> CompanyHealth:
    last = run.get("last_success")
    age = None if last is None else (now - last).total_seconds() / 60
    started = (now - company.connected_at).total_seconds() / 60
    return CompanyHealth(
        company=company,
        state=connection.state,
        days_left=connection.days_left,
        last_success=last,
        is_late=(started if age is None else age) > LATE_MINUTES,
        running_since=run.get("running_since"),
        parked=parked.get(company.pk, 0),
        failed_recently=run.get("failed", 0),
    )


def _runs(actor: Actor, ids: list[Any]) -> dict[Any, dict[str, Any]]:
    """Per company: when a run last ended well, and how many failed since."""
    rows = (
        SyncRun.objects.for_portal(actor.portal)
        .filter(company__in=ids)
        .order_by()
        .values("company_id")
        .annotate(
            last_success=Max("finished_at", filter=Q(state=RunState.DONE)),
            running_since=Max("started_at", filter=Q(state=RunState.RUNNING)),
        )
    )
    found = {row["company_id"]: dict(row) for row in rows}
    for company_id, row in found.items():
        failures = SyncRun.objects.for_portal(actor.portal).filter(
            company=company_id, state=RunState.FAILED
        )
        if row["last_success"] is not None:
            failures = failures.filter(started_at__gt=row["last_success"])
        row["failed"] = failures.count()
    return found


def _parked(actor: Actor, ids: list[Any]) -> dict[Any, int]:
    rows = (
        ParkedRecord.objects.for_portal(actor.portal)
        .filter(company__in=ids)
        .order_by()
        .values("company_id")
        .annotate(count=Count("pk"))
    )
    return {row["company_id"]: row["count"] for row in rows}
