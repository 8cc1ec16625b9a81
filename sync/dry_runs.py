"""What people and programs may ask of a dry run (B-22): start one, look at it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.jobs import Queue
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.owed_work import OwedWork
from sync import backfill
from sync.backfill import BackfillRefused, Wanted
from sync.dry_run_engine import living
from sync.dry_run_work import JOB, KEPT, forget_later
from sync.models import DryRun, DryRunKind, DryRunState, SyncObject

WORK = OwedWork(JOB, Queue.INTERACTIVE)


class DryRunRefused(Exception):
    """It cannot be done now; ``code`` is of the catalogue."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Look:
    """What to look ahead at. ``wanted`` is what the work needs, ``total`` its records if known."""

    kind: DryRunKind
    object: str = ""
    wanted: Mapping[str, Any] = field(default_factory=dict)
    total: int = 0

    @property
    def right(self) -> Right:
        return Right.RUN_SYNC if self.kind is DryRunKind.SYNC else Right.MAP


def of_sync() -> Look:
    """The company's next run."""
    return Look(DryRunKind.SYNC)


def of_tab(company: Company, object: SyncObject, chosen: Any) -> Look:
    """A tab as somebody chose it without saving; ``chosen`` is ``sync.services.Tab``."""
    values = {name: value if isinstance(value, bool) else str(value)
              for name, value in asdict(chosen).items()}  # fmt: skip
    return Look(DryRunKind.TAB, object.value, values, living(company, object).count())


def of_backfill(actor: Actor, company: Company, wanted: Wanted) -> Look:
    """A backfill's range; counts first, with one call. Raises ``DryRunRefused``."""
    try:
        counted = backfill.preview(actor, company, wanted)
    except BackfillRefused as error:
        raise DryRunRefused(error.code, **error.parameters) from None
    days = {"first_day": wanted.first_day, "last_day": wanted.last_day}
    values = {name: day.isoformat() for name, day in days.items() if day}
    return Look(
        DryRunKind.BACKFILL,
        wanted.object.value,
        {"by": wanted.by.value, **values},
        counted.total,
    )


def start(actor: Actor, company: Company, look: Look, now: datetime) -> DryRun:
    """Begin it; its job does the work. Raises ``DryRunRefused``, also while another one runs."""
    actor.require(look.right, company)
    return _start(actor, company, look, now)


def start_by_command(company: Company, look: Look, now: datetime) -> DryRun:
    """By whoever runs the installation; there is no person to name."""
    return _start(None, company, look, now)


def _start(actor: Actor | None, company: Company, look: Look, now: datetime) -> DryRun:
    if not company.is_connected:
        raise DryRunRefused("sync.dry_run_not_connected", company=company.name)
    _give_up_the_stuck(company, now)
    try:
        with transaction.atomic():
            row = _insert(actor, company, look, now)
    except IntegrityError:
        raise DryRunRefused("sync.dry_run_one_at_a_time", company=company.name) from None
    return row


def _insert(actor: Actor | None, company: Company, look: Look, now: datetime) -> DryRun:
    row: DryRun = DryRun.objects.create(
        portal=company.portal,
        company=company,
        kind=look.kind,
        object=look.object,
        wanted=dict(look.wanted),
        total=look.total,
        requested_by=actor.person if actor else None,
        started_at=now,
    )
    audit.record(
        "sync.dry_run_started",
        actor=actor,
        portal=company.portal,
        company=company,
        subject=("dry run", row.pk),
        after={"kind": row.kind, "object": row.object},
        now=now,
    )
    WORK.owe(row, now)
    return row


def dry_runs(actor: Actor, company: Company) -> PortalQuerySet:
    """Of one company, the newest first."""
    rows = DryRun.objects.for_portal(actor.portal).filter(company=company)
    found: PortalQuerySet = rows.select_related("company", "requested_by").order_by("-started_at")
    return found


def is_stuck(row: DryRun) -> bool:
    """Nobody works on it although it should run: its work was set aside or taken away."""
    return row.state == DryRunState.RUNNING and WORK.is_left(row)


def _give_up_the_stuck(company: Company, now: datetime) -> None:
    everything = DryRun.objects.for_portal(company.portal_id).filter(company=company)
    everything.filter(finished_at__lt=now - KEPT).delete()
    rows = DryRun.objects.for_portal(company.portal_id).filter(
        company=company, state=DryRunState.RUNNING
    )
    for row in rows.select_related("company", "portal"):
        if is_stuck(row):
            rows.filter(pk=row.pk).update(state=DryRunState.FAILED, finished_at=now)
            forget_later(row, now)
