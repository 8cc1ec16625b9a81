"""Comparing both sides on demand, reading reports, and putting right what they found (B-26, D-31)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.budget import ASKED
from integration.jobs import Queue
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.owed_work import OwedWork
from sync.engine.checking import still
from sync.reconcile import Change
from sync.reconciliation_fix import sort
from sync.reconciliation_models import (
    Drift,
    DriftState,
    ReconciledBy,
    Reconciliation,
    ReconciliationState,
)
from sync.reconciliation_store import stored
from sync.reconciliation_work import FIX, JOB

WORK = OwedWork(JOB, by_company=True, parameters={"trigger": ASKED})
FIXING = OwedWork(FIX, Queue.INTERACTIVE)
HUBSPOT_AMOUNTS = ("hs_amount_billed", "hs_balance_due", "amount")
"""HubSpot's own of an invoice and a deal; totals are made of Dealbooks' properties."""
FIXABLE = (DriftState.OPEN, DriftState.LEFT)
MOST_AT_ONCE = 500
"""Lines of one fix; a preview looks at each of them in both systems."""


class ReconcileRefused(Exception):
    """``code`` and ``parameters`` of ``integration.messages``."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def reports(actor: Actor, company: Company) -> PortalQuerySet:
    """Of one company, the newest first."""
    rows = Reconciliation.objects.for_portal(actor.portal).filter(company=company)
    return rows.select_related("company__portal", "requested_by").order_by("-started_at", "-pk")  # type: ignore[no-any-return]


def lines_of(row: Reconciliation) -> PortalQuerySet:
    rows = Drift.objects.for_portal(row.portal_id).filter(reconciliation=row)
    return rows.select_related("company", "decided_by")  # type: ignore[no-any-return]


def start(actor: Actor, company: Company, now: datetime) -> Reconciliation:
    """ "Reconcile now"; asked again while one is being made, that one goes on at once."""
    actor.require(Right.RUN_SYNC, company)
    return _start(company, now, actor)


def start_by_command(company: Company, now: datetime) -> Reconciliation:
    """The same for whoever runs this installation."""
    return _start(company, now, None)


def _start(company: Company, now: datetime, actor: Actor | None) -> Reconciliation:
    if not company.is_connected:
        raise ReconcileRefused("sync.reconcile_not_connected", company=company.name)
    row = _open(company)
    if row is not None:
        if is_stuck(row, now):
            WORK.owe(row, now)
        return row
    try:
        with transaction.atomic():
            row = Reconciliation.objects.create(
                portal_id=company.portal_id,
                company=company,
                trigger=ReconciledBy.PERSON,
                requested_by=actor.person if actor else None,
                started_at=now,
            )
            _audit("sync.reconcile_started", actor, row, {}, now)
            WORK.owe(row, now)
    except IntegrityError:
        row = _open(company)
        if row is None:
            raise
    return row


def _open(company: Company) -> Reconciliation | None:
    rows = Reconciliation.objects.for_portal(company.portal_id).select_related("company__portal")
    return rows.filter(company=company, state=ReconciliationState.RUNNING).first()  # type: ignore[no-any-return]


def is_stuck(row: Reconciliation, now: datetime) -> bool:
    """It should be made and nobody works on it: its work waits long, was paused or taken away."""
    if row.state != ReconciliationState.RUNNING:
        return False
    found = WORK.job(row)
    return WORK.is_left(row) or (
        found is not None and bool(found.last_error) and found.next_at > now
    )


# ------------------------------------------------------------------------------ putting right


@dataclass(frozen=True, slots=True)
class Looked:
    """A line with the reason it cannot be put right, or what is off instead by now."""

    line: Drift
    reason: str = ""
    differences: Sequence[Change] = ()


@dataclass(slots=True)
class Preview:
    """D-31's three lists. ``agree`` is how many agree by themselves by now."""

    restored: list[Looked] = field(default_factory=list)
    cannot: list[Looked] = field(default_factory=list)
    changed: list[Looked] = field(default_factory=list)
    agree: int = 0
    more: int = 0
    """Lines beyond those one fix takes."""


def chosen(row: Reconciliation, ids: Collection[UUID] | None) -> PortalQuerySet:
    """Lines that may be put right; all of the report's without ``ids``."""
    rows = lines_of(row).filter(state__in=_fixable(row))
    return rows if ids is None else rows.filter(pk__in=ids)  # type: ignore[no-any-return]


def preview(
    actor: Actor, row: Reconciliation, ids: Collection[UUID] | None, now: datetime
) -> Preview:
    """What a fix would do, by a look at both sides now; nothing is written.

    Raises ``ReconcileRefused`` or the gateway error.
    """
    _check(actor, row)
    rows = chosen(row, ids)
    lines = list(rows.order_by("pk")[:MOST_AT_ONCE])
    piles = sort(row.company, lines, still(row.company, lines, now, urgent=True))
    return Preview(
        restored=[_looked(each) for each in piles.restored],
        cannot=[Looked(each, reason, _changes(each)) for each, reason in piles.cannot],
        changed=[
            Looked(each, "", tuple(Change.of(one) for one in stored(seen)))
            for each, seen in piles.changed
        ],
        agree=len(piles.agree),
        more=max(rows.count() - len(lines), 0),
    )


def _looked(line: Drift) -> Looked:
    return Looked(line, "", _changes(line))


def _changes(line: Drift) -> tuple[Change, ...]:
    return tuple(Change.of(each) for each in line.differences)


def fix(actor: Actor, row: Reconciliation, ids: Collection[UUID] | None, now: datetime) -> int:
    """Put lines right in HubSpot, at most ``MOST_AT_ONCE``; how many. QuickBooks is only read.

    Asked again, lines that are being fixed or are done stay as they are.
    """
    _check(actor, row)
    with transaction.atomic():
        rows = chosen(row, ids).order_by("pk").values_list("pk", flat=True)
        picked = list(rows[:MOST_AT_ONCE])
        lines = Drift.objects.for_portal(row.portal_id).filter(
            pk__in=picked, state__in=_fixable(row)
        )
        count: int = lines.update(
            state=DriftState.FIXING, reason="", reason_parameters={}, decided_by=actor.person
        )
        if count:
            _audit("sync.reconcile_fix", actor, row, {"records": count}, now)
            FIXING.owe(row, now)
    return count


def is_fixing(row: Reconciliation) -> bool:
    is_owed = lines_of(row).filter(state=DriftState.FIXING).exists()
    return bool(is_owed and not FIXING.is_left(row))


def _fixable(row: Reconciliation) -> tuple[DriftState, ...]:
    """Also what was being fixed when the work was set aside or taken away."""
    return (*FIXABLE, DriftState.FIXING) if FIXING.is_left(row) else FIXABLE


def open_lines(row: Reconciliation) -> int:
    """How many are neither fixed nor agree by themselves."""
    settled = (DriftState.FIXED, DriftState.GONE)
    return lines_of(row).exclude(state__in=settled).count()  # type: ignore[no-any-return]


def own_amounts_differ(row: Reconciliation) -> bool:
    """Open lines name amounts of HubSpot's own, which the totals by month are not made of."""
    settled = (DriftState.FIXED, DriftState.GONE)
    named = Q()
    for name in HUBSPOT_AMOUNTS:
        named |= Q(differences__contains=[{"name": name}])
    return bool(lines_of(row).exclude(state__in=settled).filter(named).exists())


def _check(actor: Actor, row: Reconciliation) -> None:
    actor.require(Right.RUN_SYNC, row.company)
    if row.state == ReconciliationState.RUNNING:
        raise ReconcileRefused("sync.reconcile_running", company=row.company.name)
    if not row.company.is_connected:
        raise ReconcileRefused("sync.reconcile_not_connected", company=row.company.name)


def _audit(
    action: str,
    actor: Actor | None,
    row: Reconciliation,
    after: dict[str, object],
    now: datetime,
) -> None:
    audit.record(
        action,
        actor=actor,
        portal=row.company.portal,
        company=row.company,
        subject=("reconciliation", row.pk),
        after=after,
        now=now,
    )
