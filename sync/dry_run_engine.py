"""One turn of a dry run (B-22): rehearsed, then its lines and its place committed together."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from integration import sessions
from integration.gateways.rehearsal import MADE_UP, Notebook
from integration.jobs import Lease
from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from invoices.models import Invoice
from sync import planned
from sync.apply.history import Journal
from sync.backfill_engine import ENTITIES, Page, span_of
from sync.backfill_pages import ORDER, Place
from sync.engine.names import Names
from sync.engine.push import Push
from sync.engine.rehearsal import rehearse
from sync.engine.runs import Run
from sync.models import (
    Backfill,
    BackfillBy,
    DryRun,
    DryRunKind,
    DryRunState,
    EntryOutcome,
    PlannedEntry,
    PlannedOutcome,
    SyncEntry,
    SyncObject,
    SyncRun,
    SyncSetting,
)
from sync.operations import DEAL
from sync.planned import Line

MOST_LISTED = 5000
"""Lines kept to be read; beyond them only the counts go on."""
AT_ONCE = 500
"""Records of the mirror in one turn."""
TRIGGER = "dry_run"


@dataclass(frozen=True, slots=True)
class Turn:
    """``following``: the place of the next turn; None when this was the last one."""

    lines: list[Line]
    seen: int
    following: dict[str, Any] | None = None


def one_turn(row: DryRun, lease: Lease, now: datetime) -> bool:
    """Whether there is another. Raises the gateway error that it ended with; nothing was kept then."""
    acts = {DryRunKind.SYNC: _sync, DryRunKind.TAB: _tab, DryRunKind.BACKFILL: _backfill}
    act = acts[DryRunKind(row.kind)]
    turn = rehearse(lease, lambda notebook, rehearsed: act(row, rehearsed, now, notebook))
    _keep(row, lease, turn, now)
    return turn.following is not None


# ------------------------------------------------------------------------- what is rehearsed


def _sync(row: DryRun, lease: Lease, now: datetime, notebook: Notebook) -> Turn:
    """The next run of the company, from its cursor."""
    run = Run(row.company, _run_of(row, now), lease, now, notebook)
    run.journal.heard = []
    run.go()
    return Turn(_lines(run.journal), run.row.seen)


def _tab(row: DryRun, lease: Lease, now: datetime, notebook: Notebook) -> Turn:
    """The tab as it would be saved, as if every record we know had changed just now (D-26)."""
    company, object = row.company, SyncObject(row.object)
    names = {field.name for field in SyncSetting._meta.concrete_fields}
    chosen = {name: value for name, value in row.wanted.items() if name in names}
    SyncSetting.objects.for_portal(row.portal_id).update_or_create(
        company=company,
        object=object,
        defaults={
            **chosen,
            "portal_id": row.portal_id,
            "enabled_at": None,
            "to_quickbooks_at": now,
        },
    )
    rows = living(company, object).order_by("pk")
    place = row.cursor.get("after")
    ids = list(
        (rows.filter(pk__gt=place) if place else rows).values_list("pk", flat=True)[:AT_ONCE]
    )
    journal = Journal(row.portal, company, _run_of(row, now), heard=[])
    push = Push(row.portal, journal, lease, now, notebook=notebook)
    _tell(company, object, push, ids, now)
    following = {"after": str(ids[-1])} if len(ids) == AT_ONCE else None
    return Turn(_lines(journal), len(ids), following)


def _tell(
    company: Company, object: SyncObject, push: Push, ids: Sequence[UUID], now: datetime
) -> None:
    if object is SyncObject.INVOICES:
        push.push(ids, ids)
    else:
        Names(company, push, now).push_records(ids, changed=ids)
    push.finish()


def living(company: Company, object: SyncObject) -> PortalQuerySet:
    """Those the mirror has; of invoices only what was made or added here, or synced already."""
    if object is SyncObject.INVOICES:
        return Invoice.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
            company=company, deleted_at=None
        )
    return Record.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind=ENTITIES[object], active=True, deleted_at=None
    )


def _backfill(row: DryRun, lease: Lease, now: datetime, notebook: Notebook) -> Turn:
    """The next page of the backfill as it would be told."""
    backfill = backfill_of(row)
    backfill.run = _run_of(row, now)
    entity, place = ENTITIES[SyncObject(row.object)], Place.of(row.cursor)
    qbo = sessions.quickbooks(row.company, notebook=notebook)
    condition = place.condition(span_of(backfill).condition)
    rows = qbo.query(entity, condition, ORDER, place.start, place.size)
    fresh = place.fresh(rows)
    page = Page(backfill, lease, now, notebook)
    page.push.journal.heard = []
    page.tell(entity, fresh)
    following = place.after(rows)
    return Turn(_lines(page.push.journal), len(fresh), following.stored() if following else None)


def backfill_of(row: DryRun) -> Backfill:
    """Of a dry run's wishes; never saved."""
    first, last = row.wanted.get("first_day"), row.wanted.get("last_day")
    return Backfill(
        portal=row.portal,
        company=row.company,
        object=row.object,
        by=row.wanted.get("by", BackfillBy.CREATED),
        first_day=date.fromisoformat(first) if first else None,
        last_day=date.fromisoformat(last) if last else None,
    )


def _run_of(row: DryRun, now: datetime) -> SyncRun:
    run: SyncRun = SyncRun.objects.create(
        portal=row.portal, company=row.company, trigger=TRIGGER, started_at=now
    )
    return run


def _lines(journal: Journal) -> list[Line]:
    return planned.merged(_line(each) for each in journal.heard or ())


def _line(entry: SyncEntry) -> Line:
    is_skipped = entry.outcome != EntryOutcome.SUCCEEDED
    return Line(
        operation=entry.operation,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        label=entry.label,
        outcome=planned.outcome_of(entry.operation, is_skipped=is_skipped),
        reason=entry.reason,
        reason_parameters=entry.reason_parameters,
        before=planned.without_made_up(entry.before, MADE_UP),
        after=planned.without_made_up(entry.after, MADE_UP),
    )


# ---------------------------------------------------------------------------- what is kept


def _keep(row: DryRun, lease: Lease, turn: Turn, now: datetime) -> None:
    rows = DryRun.objects.for_portal(row.portal_id).filter(pk=row.pk)
    with lease.fenced():
        lines = _unless_told(row, turn.lines)
        outcomes = Counter(each.outcome for each in lines)
        counts = Counter(row.counts)
        counts.update(each.operation for each in lines if each.outcome == PlannedOutcome.PLANNED)
        kept = lines[: max(MOST_LISTED - row.listed, 0)]
        PlannedEntry.objects.for_portal(row.portal_id).bulk_create(
            [_entry(row, number, each) for number, each in enumerate(kept, row.listed + 1)]
        )
        rows.update(
            seen=F("seen") + turn.seen,
            lines=F("lines") + len(lines),
            planned=F("planned") + outcomes[PlannedOutcome.PLANNED],
            skipped=F("skipped") + outcomes[PlannedOutcome.SKIPPED],
            listed=F("listed") + len(kept),
            counts=dict(counts),
            error="",
            error_parameters={},
            trace_id="",
            **({"cursor": turn.following} if turn.following else {}),
        )
        if turn.following is None:
            rows.update(state=DryRunState.DONE, finished_at=now)


def _unless_told(row: DryRun, lines: Sequence[Line]) -> list[Line]:
    """A deal whose invoices stand in several turns is listed once."""
    deals = [each.subject_id for each in lines if each.subject_kind == DEAL]
    told: Collection[tuple[str, str]] = set()
    if deals and row.cursor:
        found = PlannedEntry.objects.for_portal(row.portal_id).filter(
            dry_run=row, subject_kind=DEAL, subject_id__in=deals
        )
        told = set(found.values_list("operation", "subject_id"))
    return [each for each in lines if (each.operation, each.subject_id) not in told]


def _entry(row: DryRun, number: int, line: Line) -> PlannedEntry:
    return PlannedEntry(portal_id=row.portal_id, dry_run=row, number=number, **asdict(line))
