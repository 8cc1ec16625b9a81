"""Sync > Dry run: what would be written, field by field, before anything is (B-22)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import csv_files, listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.listing import Column, Filter
from integration.messages import Message
from integration.models import Company
from sync import dry_runs, services
from sync.backfill_forms import BackfillForm
from sync.dry_runs import DryRunRefused, Look
from sync.forms import InvoicesTabForm
from sync.models import DryRun, DryRunKind, DryRunState, PlannedEntry, PlannedOutcome, SyncObject
from sync.views import record_settings, settings, words
from sync.views.common import tabs

COLUMNS = [
    Column("record", _("Record"), "label"),
    Column("what", _("What")),
    Column("outcome", _("Result")),
]
STATES = {
    DryRunState.RUNNING: ("info", "sync"),
    DryRunState.DONE: ("ok", "done"),
    DryRunState.FAILED: ("danger", "error"),
}
OUTCOMES = {
    PlannedOutcome.PLANNED: ("info", "edit"),
    PlannedOutcome.LINKED: ("ok", "done"),
    PlannedOutcome.SKIPPED: ("neutral", "minus"),
}
MOST_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A dry run in words. ``is_polled``: the page asks again in a moment."""

    row: DryRun
    title: str
    tone: str
    icon: str
    trouble: Message | None
    is_stuck: bool

    @property
    def is_polled(self) -> bool:
        return self.row.state == DryRunState.RUNNING and not self.is_stuck


@dataclass(frozen=True)
class PlannedLine:
    entry: PlannedEntry
    what: str
    record: str
    tone: str
    icon: str
    reason: Message | None
    changes: list[dict[str, Any]]


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_http_methods(["GET", "POST"])
def dry_runs_page(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """Those of the last day; posted, a look at the next sync begins."""
    company = actor.company(company_id, Right.RUN_SYNC)
    if request.method == "POST":
        return _begun(request, actor, company, dry_runs.of_sync())
    rows = list(dry_runs.dry_runs(actor, company)[:MOST_SHOWN])
    context = {
        "actor": actor,
        "company": company,
        "tabs": tabs(actor, "sync"),
        "lines": [_line(row) for row in rows],
    }
    return render(request, "sync/dry_runs.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def dry_run_tab(request: HttpRequest, actor: Actor, company_id: UUID, object: str) -> HttpResponse:
    """The choice as it stands in the form, unsaved."""
    company = actor.company(company_id, Right.MAP)
    if object not in SyncObject.values:
        raise Http404
    chosen_object = SyncObject(object)
    route = f"sync_{object}_tab"
    form: forms.Form
    if chosen_object is SyncObject.INVOICES:
        form = InvoicesTabForm(request.POST)
        chosen = settings.chosen_of(form) if form.is_valid() else None
    else:
        form = record_settings.FORMS[chosen_object](request.POST)
        stored = services.tab(company, chosen_object)
        chosen = record_settings.chosen_of(form, stored) if form.is_valid() else None
    if chosen is None:
        notices.error(request, messages.sentence("sync.dry_run_choice_unclear"))
        return redirect(route, actor.portal.pk, company.pk)
    look = dry_runs.of_tab(company, chosen_object, chosen)
    return _begun(request, actor, company, look)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def dry_run_backfill(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """The range as it was counted, before it starts."""
    company = actor.company(company_id, Right.MAP)
    form = BackfillForm(request.POST, company=company)
    if not form.is_valid():
        notices.error(request, messages.sentence("sync.dry_run_choice_unclear"))
        return redirect("sync_backfills", actor.portal.pk, company.pk)
    try:
        look = dry_runs.of_backfill(actor, company, form.wanted)
    except DryRunRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
    except GatewayError as error:
        told = {**error.parameters, "vendor": error.vendor}
        notices.error(request, messages.sentence(error.code, **told))
    else:
        return _begun(request, actor, company, look)
    return redirect("sync_backfills", actor.portal.pk, company.pk)


def _begun(request: HttpRequest, actor: Actor, company: Company, look: Look) -> HttpResponse:
    try:
        row = dry_runs.start(actor, company, look, now())
    except DryRunRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
        return redirect("sync_dry_runs", actor.portal.pk, company.pk)
    return redirect("sync_dry_run", actor.portal.pk, company.pk, row.pk)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_GET
def dry_run_detail(
    request: HttpRequest, actor: Actor, company_id: UUID, dry_run_id: UUID
) -> HttpResponse:
    """The lines; while it goes on, the part that changes is asked again."""
    line = _line(_row(actor, company_id, dry_run_id))
    if request.headers.get("HX-Trigger", "").startswith("dry-run-"):
        part = render(request, "sync/_dry_run.html", {"actor": actor, "line": line})
        if not line.is_polled:
            part["HX-Refresh"] = "true"
        return part
    export = reverse("sync_dry_run_csv", args=[actor.portal.pk, company_id, dry_run_id])
    page = listing.build(
        request.GET,
        _entries(line.row),
        columns=COLUMNS,
        filters=_filters(),
        search=["label"],
        search_label=_("Number or name"),
        order="number",
        export_url=export if actor.may(Right.EXPORT) else "",
        caption=_("What would be written"),
    )
    context = {
        "actor": actor,
        "company": line.row.company,
        "line": line,
        "tabs": tabs(actor, "sync"),
        "listing": page,
        "lines": planned_lines(page.rows),
    }
    return render(request, "sync/dry_run.html", context)


@portal_page(Right.EXPORT, all_deals=True)
@require_GET
def dry_run_csv(
    request: HttpRequest, actor: Actor, company_id: UUID, dry_run_id: UUID
) -> HttpResponseBase:
    """A row for each field of exactly the lines that the page shows with the same filters."""
    row = _row(actor, company_id, dry_run_id)
    rows = listing.narrow(request.GET, _entries(row), filters=_filters(), search=["label"])
    header = ("record", "what", "result", "field", "before", "after", "reason")
    return csv_files.answer("dry-run", header, _csv_rows(rows))


def _csv_rows(rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    for entry in rows.order_by("number").iterator(chunk_size=500):
        [line] = planned_lines([entry])
        told = (line.record, line.what, entry.get_outcome_display())
        reason = line.reason.sentence if line.reason else ""
        for change in line.changes or [{}]:
            values = (change.get(name, "") for name in ("field", "before", "after"))
            yield (*told, *values, reason)


def planned_lines(entries: Iterable[PlannedEntry]) -> list[PlannedLine]:
    return [
        PlannedLine(
            entry,
            words.operation(entry.operation),
            words.record(entry.subject_kind, entry.label),
            *OUTCOMES[PlannedOutcome(entry.outcome)],
            words.reason(entry.reason, entry.reason_parameters),
            words.changes(entry),
        )
        for entry in entries
    ]


def _entries(row: DryRun) -> QuerySet[Any]:
    rows: QuerySet[Any] = PlannedEntry.objects.for_portal(row.portal_id).filter(dry_run=row)
    return rows


def _filters() -> list[Filter]:
    return [
        Filter("outcome", _("Result"), PlannedOutcome.choices),
        Filter("operation", _("What"), list(words.OPERATIONS.items())),
    ]


def _row(actor: Actor, company_id: UUID, dry_run_id: UUID) -> DryRun:
    company = actor.company(company_id, Right.RUN_SYNC)
    found: DryRun = get_object_or_404(dry_runs.dry_runs(actor, company), pk=dry_run_id)
    return found


def _line(row: DryRun) -> Line:
    tone, icon = STATES[DryRunState(row.state)]
    return Line(
        row,
        _title(row),
        tone,
        icon,
        words.reason(row.error, row.error_parameters),
        dry_runs.is_stuck(row),
    )


def _title(row: DryRun) -> str:
    kind = DryRunKind(row.kind)
    if kind is DryRunKind.SYNC:
        return str(kind.label)
    return f"{SyncObject(row.object).label}: {kind.label}"
