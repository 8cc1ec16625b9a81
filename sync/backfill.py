"""What people and programs may ask of a backfill: preview, start, pause, resume, cancel (B-21)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from integration import audit, budget, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.display import zone_of
from integration.gateways.values import instant
from integration.jobs import Queue
from integration.models import Company, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from integration.owed_work import OwedWork
from invoices.models import Invoice
from sync.backfill_engine import ENTITIES
from sync.backfill_pages import CREATED, DATED, Span
from sync.engine.runs import BACKFILL
from sync.fetch.settings import object_policies
from sync.models import Backfill, BackfillBy, BackfillState, RunState, SyncObject, SyncRun

JOB = "sync.backfill"
WORK = OwedWork(JOB, Queue.BACKFILL)
RESTS = "sync.backfill_rests"
NOT_CONNECTED = "sync.backfill_not_connected"
OPEN = (BackfillState.RUNNING, BackfillState.PAUSED)


class BackfillRefused(Exception):
    """It cannot be done now; ``code`` is of the catalogue."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which older records; days are the company's own, none means no bound."""

    object: SyncObject
    by: BackfillBy = BackfillBy.CREATED
    first_day: date | None = None
    last_day: date | None = None

    def span(self, company: Company) -> Span:
        by = DATED if self.by is BackfillBy.DATED else CREATED
        return Span(zone_of(company.time_zone), self.first_day, self.last_day, by)


@dataclass(frozen=True, slots=True)
class Preview:
    """``total``: what QuickBooks counts; ``linked``: those of them that HubSpot has already."""

    total: int
    linked: int

    @property
    def fresh(self) -> int:
        return max(self.total - self.linked, 0)


def preview(actor: Actor, company: Company, wanted: Wanted) -> Preview:
    """One call to QuickBooks and none to HubSpot; nothing is written.

    Raises ``BackfillRefused`` or the gateway error.
    """
    actor.require(Right.MAP, company)
    _check(company, wanted)
    span = wanted.span(company)
    qbo = sessions.quickbooks(company, urgent=True)
    total = qbo.count(ENTITIES[wanted.object], span.condition)
    return Preview(total, min(_linked(company, wanted, span), total))


def _check(company: Company, wanted: Wanted) -> None:
    if not company.is_connected:
        raise BackfillRefused(NOT_CONNECTED, company=company.name)
    if wanted.first_day and wanted.last_day and wanted.first_day > wanted.last_day:
        raise BackfillRefused("sync.backfill_reversed")
    if wanted.by is BackfillBy.DATED and wanted.object is not SyncObject.INVOICES:
        raise BackfillRefused("sync.backfill_no_date")
    if not object_policies(company)[wanted.object].enabled:
        raise BackfillRefused("sync.backfill_tab_off", object=wanted.object.label)


def _linked(company: Company, wanted: Wanted, span: Span) -> int:
    """Read row by row, so that a large company costs no memory."""
    rows = _invoices(company) if wanted.object is SyncObject.INVOICES else _names(company, wanted)
    if wanted.by is BackfillBy.DATED:
        dates = rows.values_list("txn_date", flat=True).iterator(chunk_size=2000)
        return sum(span.covers(None, each) for each in dates)
    if not (wanted.first_day or wanted.last_day):
        return rows.count()
    made = rows.annotate(made=KeyTextTransform("CreateTime", KeyTransform("MetaData", "raw")))
    stamps = made.values_list("made", flat=True).iterator(chunk_size=2000)
    return sum(span.covers(instant(each)) for each in stamps)


def _names(company: Company, wanted: Wanted) -> PortalQuerySet:
    kind = ENTITIES[wanted.object]
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, lost_at=None
    )
    return Record.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind=kind, active=True, qbo_id__in=links.values("qbo_id")
    )


def _invoices(company: Company) -> PortalQuerySet:
    rows = Invoice.objects.for_portal(company.portal_id).filter(company=company, deleted_at=None)
    return rows.exclude(hubspot_id="")  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------- deciding


def backfills(actor: Actor, company: Company) -> PortalQuerySet:
    """Of one company, the newest first."""
    rows = Backfill.objects.for_portal(actor.portal).filter(company=company)
    return rows.select_related("company", "requested_by").order_by("-started_at", "-pk")  # type: ignore[no-any-return]


def start(actor: Actor, company: Company, wanted: Wanted, now: datetime) -> Backfill:
    """Counts once more and begins. Raises ``BackfillRefused`` while another one is open."""
    actor.require(Right.MAP, company)
    _check(company, wanted)
    if backfills(actor, company).filter(state__in=OPEN).exists():
        raise BackfillRefused("sync.backfill_one_at_a_time", company=company.name)
    counted = preview(actor, company, wanted)
    try:
        with transaction.atomic():
            row = _insert(actor, company, wanted, counted, now)
            _audit("sync.backfill_started", actor, row, now)
            WORK.owe(row, now)
    except IntegrityError:
        raise BackfillRefused("sync.backfill_one_at_a_time", company=company.name) from None
    return row


def _insert(
    actor: Actor, company: Company, wanted: Wanted, counted: Preview, now: datetime
) -> Backfill:
    run = SyncRun.objects.create(
        portal=actor.portal, company=company, trigger=BACKFILL, started_at=now
    )
    row: Backfill = Backfill.objects.create(
        portal=actor.portal,
        company=company,
        object=wanted.object,
        by=wanted.by,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        run=run,
        total=counted.total,
        requested_by=actor.person,
        started_at=now,
    )
    return row


def pause(actor: Actor, row: Backfill, now: datetime) -> bool:
    """The page that is going on is ended; False when there was nothing to pause."""
    return _decide(actor, row, (BackfillState.RUNNING,), BackfillState.PAUSED, now)


def resume(actor: Actor, row: Backfill, now: datetime) -> bool:
    """Goes on where it stopped, also after it stopped by itself.

    Raises ``BackfillRefused`` while its company is not connected; it then stays as it is.
    """
    actor.require(Right.MAP, row.company)
    if is_cut_off(row):
        raise BackfillRefused(NOT_CONNECTED, company=row.company.name)
    return _decide(actor, row, OPEN, BackfillState.RUNNING, now)


def cancel(actor: Actor, row: Backfill, now: datetime) -> bool:
    """What reached HubSpot stays there."""
    return _decide(actor, row, OPEN, BackfillState.CANCELLED, now)


ACTIONS = {
    BackfillState.PAUSED: "sync.backfill_paused",
    BackfillState.RUNNING: "sync.backfill_resumed",
    BackfillState.CANCELLED: "sync.backfill_cancelled",
}


def _decide(
    actor: Actor,
    row: Backfill,
    before: tuple[BackfillState, ...],
    after: BackfillState,
    now: datetime,
) -> bool:
    actor.require(Right.MAP, row.company)
    ends = {"finished_at": now} if after is BackfillState.CANCELLED else {}
    with transaction.atomic():
        rows = Backfill.objects.for_portal(actor.portal).filter(pk=row.pk, state__in=before)
        if not rows.update(state=after, error="", error_parameters={}, **ends):
            return False
        _audit(ACTIONS[after], actor, row, now)
        if after is BackfillState.RUNNING:
            WORK.owe(row, now)
        if after is BackfillState.CANCELLED:
            runs = SyncRun.objects.for_portal(actor.portal).filter(pk=row.run_id)
            runs.update(state=RunState.DONE, finished_at=now)
    row.refresh_from_db()
    return True


def is_stuck(row: Backfill) -> bool:
    """Nobody works on it although it should run: its work was set aside or taken away."""
    return row.state == BackfillState.RUNNING and WORK.is_left(row)


def is_cut_off(row: Backfill) -> bool:
    """It has not ended and its company is not connected: nobody can resume it before that."""
    return row.is_open and not row.company.is_connected


def rests(row: Backfill, now: datetime) -> dict[str, str] | None:
    """For ``sync.backfill_rests`` while it waits for the month's reads (B-27).

    A backfill is bulk work, also where a person started it: what is left of the reads is kept for
    people at work.
    """
    if row.state != BackfillState.RUNNING or is_stuck(row):
        return None
    standing = budget.standing(now)
    return budget.facts(standing) if standing.is_stopped else None


def trouble(row: Backfill, now: datetime) -> tuple[str, dict[str, Any]]:
    """(message code, parameters) of what keeps it from going on; an empty code while all is well."""
    if is_cut_off(row):
        return NOT_CONNECTED, {"company": row.company.name}
    resting = rests(row, now)
    return (RESTS, dict(resting)) if resting else (row.error, row.error_parameters)


def _audit(action: str, actor: Actor, row: Backfill, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=row.company,
        subject=("backfill", row.pk),
        after={
            "object": row.object,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "total": row.total,
        },
        now=now,
    )
