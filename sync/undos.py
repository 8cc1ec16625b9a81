"""What people and programs may ask of an undo (D-31): preview, yes or no, and releasing records."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from integration import audit, budget, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.jobs import Queue
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.owed_work import OwedWork
from sync.engine.runs import UNDO
from sync.fetch import undoable
from sync.models import (
    HeldRecord,
    ParkedRecord,
    RunState,
    SyncRun,
    Undo,
    UndoItem,
    UndoList,
    UndoState,
)
from sync.signals import records_released
from sync.undo_engine import open_items
from sync.undo_work import JOB

RELEASED = "sync.released"
WORK = OwedWork(JOB, Queue.INTERACTIVE)
RIGHT = Right.MAP
"""Whoever decides what flows also decides what is taken back; starting a sync is not enough."""


class UndoRefused(Exception):
    """It cannot be done now; ``code`` is of the catalogue."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def undo_of(actor: Actor, run: SyncRun) -> Undo | None:
    """The one that somebody asked for and did not drop."""
    rows = Undo.objects.for_portal(actor.portal).filter(run=run).exclude(state=UndoState.DROPPED)
    return rows.select_related("company", "portal", "run", "undo_run").first()  # type: ignore[no-any-return]


def may_undo(actor: Actor, run: SyncRun) -> bool:
    """Whether the question makes sense: it has ended and is no undo itself."""
    is_over = run.state != RunState.RUNNING and run.trigger != UNDO
    return is_over and actor.may(RIGHT, run.company) and bool(run.written)


def ask(actor: Actor, run: SyncRun, now: datetime) -> Undo:
    """Begin to compare with HubSpot; nothing is written. The same undo when asked twice.

    Raises ``UndoRefused``.
    """
    actor.require(RIGHT, run.company)
    if run.state == RunState.RUNNING:
        raise UndoRefused("sync.undo_run_going_on")
    if run.trigger == UNDO:
        raise UndoRefused("sync.undo_of_an_undo")
    if not run.company.is_connected:
        raise UndoRefused("sync.undo_not_connected", company=run.company.name)
    try:
        with transaction.atomic():
            row = Undo.objects.create(
                portal=actor.portal,
                company=run.company,
                run=run,
                total=undoable.count(run),
                requested_by=actor.person,
                requested_at=now,
            )
            _audit("sync.undo_asked", actor, row, now)
            WORK.owe(row, now)
    except IntegrityError:
        known = undo_of(actor, run)
        if known is None:
            raise
        return known
    return row


def confirm(actor: Actor, undo: Undo, now: datetime) -> bool:
    """Yes: what is listed as restorable is put back. False when it was decided already.

    From here on the sync leaves these records alone. Raises ``UndoRefused`` where nothing can be
    put back.
    """
    actor.require(RIGHT, undo.company)
    rows = Undo.objects.for_portal(actor.portal).filter(pk=undo.pk, state=UndoState.READY)
    with transaction.atomic():
        if not rows.update(state=UndoState.RUNNING):
            return False
        undo.refresh_from_db()
        if not open_items(undo).exists():
            raise UndoRefused("sync.undo_nothing")
        undo.undo_run = SyncRun.objects.create(
            portal=actor.portal, company=undo.company, trigger=UNDO, started_at=now
        )
        undo.save(update_fields=["undo_run"])
        _hold(undo, now)
        _audit("sync.undo_confirmed", actor, undo, now, records=open_items(undo).count())
        WORK.owe(undo, now)
    return True


def drop(actor: Actor, undo: Undo, now: datetime) -> bool:
    """No: nothing is put back, and the run may be compared anew later."""
    actor.require(RIGHT, undo.company)
    open_states = (UndoState.LOOKING, UndoState.READY)
    rows = Undo.objects.for_portal(actor.portal).filter(pk=undo.pk, state__in=open_states)
    with transaction.atomic():
        if not rows.update(state=UndoState.DROPPED, finished_at=now):
            return False
        _audit("sync.undo_dropped", actor, undo, now)
        items = UndoItem.objects.for_portal(actor.portal).filter(undo=undo)
        items.delete()
    undo.refresh_from_db()
    return True


def counts(undo: Undo) -> dict[str, int]:
    """Lines in each of the three lists."""
    rows = UndoItem.objects.for_portal(undo.portal_id).filter(undo=undo)
    return {each.value: rows.filter(list=each).count() for each in UndoList}


def is_stuck(undo: Undo) -> bool:
    """Nobody works on it although it should go on."""
    return undo.state in (UndoState.LOOKING, UndoState.RUNNING) and WORK.is_left(undo)


def go_on(actor: Actor, undo: Undo, now: datetime) -> None:
    """Resume one that nobody works on."""
    actor.require(RIGHT, undo.company)
    if is_stuck(undo):
        WORK.owe(undo, now)


def _hold(undo: Undo, now: datetime) -> None:
    columns = open_items(undo).order_by("number").values_list("subject_kind", "subject_id", "label")
    subjects = {(kind, subject_id): label for kind, subject_id, label in columns.iterator()}
    rows = [
        HeldRecord(
            portal_id=undo.portal_id,
            company=undo.company,
            subject_kind=kind,
            subject_id=subject_id,
            label=label,
            undo=undo,
            held_at=now,
        )
        for (kind, subject_id), label in subjects.items()
    ]
    HeldRecord.objects.for_portal(undo.portal_id).bulk_create(
        rows, batch_size=1000, ignore_conflicts=True
    )


# --------------------------------------------------------------------------------- releasing


def held_records(actor: Actor) -> PortalQuerySet:
    """Those of the actor's companies, the latest first."""
    rows = HeldRecord.objects.for_portal(actor.portal).filter(actor.company_condition())
    found: PortalQuerySet = rows.select_related("company", "undo").order_by("-held_at", "label")
    return found


def release(actor: Actor, records: PortalQuerySet, now: datetime) -> int:
    """Let the sync tell HubSpot about them again, with its next run; how many."""
    actor.require(Right.RUN_SYNC)
    mine = list(records.filter(actor.company_condition()).select_related("company", "undo"))
    by_company: dict[Company, list[HeldRecord]] = {}
    for row in mine:
        by_company.setdefault(row.company, []).append(row)
    with transaction.atomic():
        for company, rows in by_company.items():
            _let_go(actor, company, rows, now)
    return len(mine)


def _let_go(actor: Actor, company: Company, rows: list[HeldRecord], now: datetime) -> None:
    _owe_again(rows, now)
    everything = HeldRecord.objects.for_portal(actor.portal)
    everything.filter(pk__in=[row.pk for row in rows]).delete()
    audit.record(
        "sync.records_released",
        actor=actor,
        portal=actor.portal,
        company=company,
        subject=("company", company.pk),
        after={"records": len(rows)},
        now=now,
    )
    for undo in {row.undo for row in rows if row.undo is not None}:
        if not everything.filter(undo=undo).exists():
            records_released.send(sender=HeldRecord, undo=undo, company=company, now=now)
    asked = {"trigger": budget.ASKED}
    jobs.enqueue("sync.poll", portal=actor.portal, company=company, parameters=asked, at=now)


def _owe_again(rows: list[HeldRecord], now: datetime) -> None:
    """The next run looks at each: an undo may have held many thousands."""
    fresh = {"attempts": 0, "parked_at": now, "next_at": now, "reason": RELEASED}
    names = ("portal_id", "company_id", "subject_kind", "subject_id", "label")
    ParkedRecord.objects.bulk_create(
        [ParkedRecord(**{name: getattr(row, name) for name in names}, **fresh) for row in rows],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["company", "subject_kind", "subject_id"],
        update_fields=["attempts", "next_at", "reason", "reason_parameters", "trace_id", "label"],
    )


def _audit(action: str, actor: Actor, undo: Undo, now: datetime, **facts: Any) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=undo.company,
        subject=("undo", undo.pk),
        after={"run": str(undo.run_id), **facts},
        now=now,
    )
