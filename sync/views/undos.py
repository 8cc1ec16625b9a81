"""Undoing a run (D-31): preview in three lists, the yes, the progress; and what is held after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from integration import listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from integration.messages import Message
from sync import undos
from sync.models import HeldRecord, SyncRun, Undo, UndoItem, UndoList, UndoState
from sync.undos import UndoRefused
from sync.views import words
from sync.views.common import tabs

ITEM_COLUMNS = [
    Column("record", gettext_lazy("Record"), "label"),
    Column("what", gettext_lazy("What")),
    Column("list", gettext_lazy("Result")),
]
HELD_COLUMNS = [
    Column("record", gettext_lazy("Record"), "label"),
    Column("since", gettext_lazy("Held since"), "held_at"),
    Column("run", gettext_lazy("Undone run")),
    Column("actions", ""),
]
STATES = {
    UndoState.LOOKING: ("info", "sync"),
    UndoState.READY: ("warn", "pause"),
    UndoState.RUNNING: ("info", "sync"),
    UndoState.DONE: ("ok", "done"),
    UndoState.DROPPED: ("neutral", "minus"),
}
LISTS = {
    UndoList.RESTORE: ("info", "undo"),
    UndoList.CANNOT: ("danger", "error"),
    UndoList.CHANGED: ("warn", "warning"),
}


@dataclass(frozen=True)
class Line:
    """An undo in words. ``is_polled``: the page asks again in a moment."""

    row: Undo
    tone: str
    icon: str
    counts: list[tuple[str, Any, int]]
    trouble: Message | None
    is_stuck: bool
    done: int

    @property
    def is_polled(self) -> bool:
        return self.row.state in (UndoState.LOOKING, UndoState.RUNNING) and not self.is_stuck

    @property
    def restorable(self) -> int:
        return next(count for name, _label, count in self.counts if name == UndoList.RESTORE)


@dataclass(frozen=True)
class ItemLine:
    item: UndoItem
    record: str
    what: str
    tone: str
    icon: str
    reason: Message | None
    changes: list[dict[str, Any]]
    caption: str


@portal_page(Right.MAP, all_deals=True)
@require_POST
def undo_ask(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    runs = SyncRun.objects.for_portal(actor.portal).filter(actor.company_condition())
    run = get_object_or_404(runs.select_related("company"), pk=run_id)
    try:
        row = undos.ask(actor, run, now())
    except UndoRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
        return redirect("sync_run", actor.portal.pk, run.pk)
    return redirect("sync_undo", actor.portal.pk, row.pk)


@portal_page(Right.MAP, all_deals=True)
@require_GET
def undo_detail(request: HttpRequest, actor: Actor, undo_id: UUID) -> HttpResponse:
    line = _line(_row(actor, undo_id))
    if request.headers.get("HX-Trigger", "").startswith("undo-"):
        part = render(request, "sync/_undo.html", {"actor": actor, "line": line})
        if not line.is_polled:
            part["HX-Refresh"] = "true"
        return part
    page = listing.build(
        request.GET,
        UndoItem.objects.for_portal(actor.portal).filter(undo=line.row),
        columns=ITEM_COLUMNS,
        filters=[
            Filter("list", gettext_lazy("Result"), UndoList.choices),
            Filter("action", gettext_lazy("What"), list(words.UNDO_ACTIONS.items())),
        ],
        search=["label"],
        search_label=gettext_lazy("Number or name"),
        order="number",
        caption=gettext_lazy("What the undo is about"),
    )
    context = {
        "actor": actor,
        "line": line,
        "tabs": tabs(actor, "sync"),
        "listing": page,
        "lines": item_lines(page.rows),
    }
    return render(request, "sync/undo.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def undo_confirm(request: HttpRequest, actor: Actor, undo_id: UUID) -> HttpResponse:
    row = _row(actor, undo_id)
    try:
        if not undos.confirm(actor, row, now()):
            notices.info(request, _("Somebody else decided about this undo already."))
    except UndoRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
    return redirect("sync_undo", actor.portal.pk, row.pk)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def undo_drop(request: HttpRequest, actor: Actor, undo_id: UUID) -> HttpResponse:
    row = _row(actor, undo_id)
    if undos.drop(actor, row, now()):
        notices.info(request, _("Nothing was put back."))
    else:
        notices.info(request, _("Somebody else decided about this undo already."))
    return redirect("sync_run", actor.portal.pk, row.run_id)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def undo_resume(request: HttpRequest, actor: Actor, undo_id: UUID) -> HttpResponse:
    row = _row(actor, undo_id)
    undos.go_on(actor, row, now())
    notices.info(request, _("It goes on where it stopped."))
    return redirect("sync_undo", actor.portal.pk, row.pk)


def _row(actor: Actor, undo_id: UUID) -> Undo:
    rows = Undo.objects.for_portal(actor.portal).filter(actor.company_condition())
    wanted = rows.select_related("company", "portal", "run", "undo_run", "requested_by")
    found: Undo = get_object_or_404(wanted, pk=undo_id)
    return found


def _line(row: Undo) -> Line:
    found = undos.counts(row)
    tone, icon = STATES[UndoState(row.state)]
    done = UndoItem.objects.for_portal(row.portal_id).filter(undo=row).exclude(done_at=None)
    return Line(
        row=row,
        tone=tone,
        icon=icon,
        counts=[(each.value, _list_label(row, each), found[each.value]) for each in UndoList],
        trouble=words.reason(row.error, row.error_parameters),
        is_stuck=undos.is_stuck(row),
        done=done.count(),
    )


def _list_label(row: Undo, among: UndoList) -> str:
    is_over = row.state == UndoState.DONE and among is UndoList.RESTORE
    return _("Restored") if is_over else str(among.label)


def item_lines(items: Iterable[UndoItem]) -> list[ItemLine]:
    return [
        ItemLine(
            item,
            words.record(item.subject_kind, item.label),
            _what(item),
            *LISTS[UndoList(item.list)],
            words.reason(item.reason, item.reason_parameters),
            *_changes(item),
        )
        for item in items
    ]


def _what(item: UndoItem) -> str:
    """A customer stands here once as a contact and once as a company: the line tells them apart."""
    written = words.operation(item.operation)
    if item.list == UndoList.RESTORE:
        return f"{written} · {words.UNDO_ACTIONS[item.action]}"
    return written


def _changes(item: UndoItem) -> tuple[list[dict[str, Any]], str]:
    """From what stands in HubSpot to what will; or from what the run wrote to what stands there."""
    if item.list == UndoList.CHANGED:
        return words.differences(item.after, item.found), _("The run's value, and HubSpot's now")
    if item.before or item.action == "restore":
        return words.differences(item.after, item.before), ""
    return [], ""


# ------------------------------------------------------------------------------- held after it


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def held(request: HttpRequest, actor: Actor) -> HttpResponse:
    companies = [(str(each.pk), each.name) for each in actor.companies().order_by("name")]
    page = listing.build(
        request.GET,
        undos.held_records(actor).order_by(),
        columns=HELD_COLUMNS,
        filters=[
            Filter("kind", gettext_lazy("Record"), list(words.KINDS.items()), "subject_kind__in"),
            Filter("company", gettext_lazy("Company"), companies),
        ],
        search=["label"],
        search_label=gettext_lazy("Number or name"),
        order="-held_at",
        caption=gettext_lazy("Held after undo"),
    )
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync_waiting"),
        "listing": page,
        "may_release": actor.may(Right.RUN_SYNC),
        "lines": [(row, words.record(row.subject_kind, row.label)) for row in page.rows],
    }
    return render(request, "sync/held.html", context)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def release(request: HttpRequest, actor: Actor, record_id: UUID) -> HttpResponse:
    return _released(request, actor, _held(actor).filter(pk=record_id))


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def release_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _released(request, actor, _held(actor))


def _held(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = HeldRecord.objects.for_portal(actor.portal)
    return rows.filter(actor.company_condition())


def _released(request: HttpRequest, actor: Actor, rows: Any) -> HttpResponse:
    count = undos.release(actor, rows, now())
    text = ngettext(
        "%(count)d record is released. HubSpot is told with the next sync.",
        "%(count)d records are released. HubSpot is told with the next sync.",
        count,
    )
    notices.info(request, text % {"count": count})
    return redirect("sync_held", actor.portal.pk)
