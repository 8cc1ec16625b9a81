"""The two halves of an undo, a turn at a time (D-31): comparing, and putting back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from integration import sessions
from integration.crashpoints import crashpoint
from integration.jobs import Lease
from integration.models.tenancy import PortalQuerySet
from sync.apply import taken_back
from sync.apply.putting_back import put_back
from sync.fetch import undoable
from sync.fetch.undoable import Key
from sync.models import (
    EntryOutcome,
    HeldRecord,
    RunState,
    SyncEntry,
    SyncRun,
    Undo,
    UndoItem,
    UndoList,
    UndoState,
)
from sync.signals import run_undone
from sync.undoing import Action, Item, Thing, Written, judged, things

OBJECTS = 300
"""Of the run compared in one turn."""
LARGEST = 100


def look(undo: Undo, lease: Lease, now: datetime) -> bool:
    """Compare the next objects with HubSpot; whether there are more."""
    keys = undoable.objects(undo.run, undo.cursor, OBJECTS)
    found: list[Thing] = []
    if not undo.cursor:
        found += [thing for each in undoable.nameless(undo.run) for thing in things([each])]
    by_object = undoable.written(undo.run, keys)
    found += [thing for key in keys for thing in things(by_object[key])]
    hubspot = sessions.hubspot(undo.portal)
    seen = undoable.Looker(undo.company, hubspot).seen(found)
    items = [item for thing in found for item in judged(thing, seen.get(_key(thing.written)))]
    _keep(undo, lease, keys, items, now)
    return len(keys) == OBJECTS


def _keep(
    undo: Undo, lease: Lease, keys: Sequence[Key], items: Sequence[Item], now: datetime
) -> None:
    rows = Undo.objects.for_portal(undo.portal_id).filter(pk=undo.pk, state=UndoState.LOOKING)
    is_last = len(keys) < OBJECTS
    place = {"cursor": {"kind": keys[-1][0], "id": keys[-1][1]}} if keys else {}
    end: Mapping[str, Any] = {"state": UndoState.READY, "looked_at": now} if is_last else {}
    with lease.fenced():
        first = _items(undo).count() + 1
        UndoItem.objects.for_portal(undo.portal_id).bulk_create(
            [_row(undo, number, item) for number, item in enumerate(items, first)]
        )
        clean = {"error": "", "error_parameters": {}, "trace_id": ""}
        rows.update(seen=F("seen") + len(keys), **place, **end, **clean)


def _row(undo: Undo, number: int, item: Item) -> UndoItem:
    thing, written = item.thing, item.thing.written
    return UndoItem(
        portal_id=undo.portal_id,
        undo=undo,
        number=number,
        list=item.among.value,
        action=thing.action.value,
        operation=written.operation,
        subject_kind=written.subject_kind,
        subject_id=written.subject_id,
        label=written.label,
        object_kind=written.object_kind,
        object_id=written.object_id,
        other_kind=thing.other_kind,
        other_id=thing.other_id,
        reason=item.reason,
        reason_parameters={"name": written.label} if item.reason else {},
        before=dict(item.before),
        after=dict(item.after),
        found=dict(item.found),
    )


def _key(written: Written) -> Key:
    return written.object_kind, written.object_id


# --------------------------------------------------------------------------------- putting back


def work(undo: Undo, lease: Lease, now: datetime) -> bool:
    """Put back the next hundred; whether there are more. A repeat finds what is done already."""
    items = _next(undo)
    if not items:
        _finish(undo, lease, now)
        return False
    lease.check()
    crashpoint("undo.before")
    hubspot = sessions.hubspot(undo.portal)
    ended = put_back(hubspot, items, undoable.Looker(undo.company, hubspot).against)
    crashpoint("undo.after")
    with lease.fenced():
        taken_back.save(undo, ended, now)
        _count(undo)
    return True


def _next(undo: Undo) -> list[UndoItem]:
    """Of one action and one kind: properties first, objects last."""
    for action in Action:
        rows = open_items(undo).filter(action=action.value)
        first = rows.order_by("object_kind", "number").first()
        if first is not None:
            mine = rows.filter(object_kind=first.object_kind).order_by("number")
            return list(mine[:LARGEST])
    return []


def open_items(undo: Undo) -> PortalQuerySet:
    rows: PortalQuerySet = _items(undo).filter(list=UndoList.RESTORE, done_at=None)
    return rows


def _items(undo: Undo) -> PortalQuerySet:
    rows: PortalQuerySet = UndoItem.objects.for_portal(undo.portal_id).filter(undo=undo)
    return rows


def _count(undo: Undo) -> None:
    lines = SyncEntry.objects.for_portal(undo.portal_id).filter(run=undo.undo_run_id)
    runs = SyncRun.objects.for_portal(undo.portal_id).filter(pk=undo.undo_run_id)
    runs.update(
        written=lines.filter(outcome=EntryOutcome.SUCCEEDED).count(),
        skipped=lines.filter(outcome=EntryOutcome.SKIPPED).count(),
        failed=lines.filter(outcome=EntryOutcome.FAILED).count(),
    )


def _finish(undo: Undo, lease: Lease, now: datetime) -> None:
    """Only what was really put back stays held; whoever decides about it is told once."""
    done = set(_items(undo).exclude(done_at=None).values_list("subject_kind", "subject_id"))
    with lease.fenced():
        rows = Undo.objects.for_portal(undo.portal_id).filter(pk=undo.pk, state=UndoState.RUNNING)
        if not rows.update(state=UndoState.DONE, finished_at=now):
            return
        _count(undo)
        runs = SyncRun.objects.for_portal(undo.portal_id).filter(pk=undo.undo_run_id)
        runs.update(state=RunState.DONE, finished_at=now)
        held = HeldRecord.objects.for_portal(undo.portal_id).filter(undo=undo)
        idle = [each.pk for each in held if (each.subject_kind, each.subject_id) not in done]
        held.filter(pk__in=idle).delete()
        count = held.count()
        if count:
            run_undone.send(sender=Undo, undo=undo, held=count, now=now)
