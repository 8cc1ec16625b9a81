"""Sync > History and Waiting: every record's every attempt, and what is tried again (B-07)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from integration import csv_files, listing
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, DateFilter, Filter
from integration.messages import Message
from sync import deletions as held
from sync import retrying, services, undos
from sync.models import EntryOutcome, ParkedRecord, SyncEntry
from sync.views import words
from sync.views.common import tabs

ENTRY_COLUMNS = [
    Column("at", _("When"), "at"),
    Column("record", _("Record"), "label"),
    Column("what", _("What")),
    Column("outcome", _("Result")),
]
WAITING_COLUMNS = [
    Column("record", _("Record"), "label"),
    Column("reason", _("Why it waits")),
    Column("attempts", _("Tries"), "attempts", "number"),
    Column("next", _("Next try"), "next_at"),
    Column("actions", ""),
]


@dataclass(frozen=True)
class WaitingLine:
    record: ParkedRecord
    name: str
    reason: Message | None
    is_due: bool


def entry_filters() -> list[Filter]:
    return [
        Filter("outcome", _("Result"), EntryOutcome.choices),
        Filter("operation", _("What"), list(words.OPERATIONS.items())),
    ]


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def history(request: HttpRequest, actor: Actor) -> HttpResponse:
    export = reverse("sync_history_csv", args=[actor.portal.pk])
    page = listing.build(
        request.GET,
        _entries(actor),
        columns=ENTRY_COLUMNS,
        filters=_filters(actor),
        search=["label"],
        search_label=_("Number or deal"),
        order="-at",
        export_url=export if actor.may(Right.EXPORT) else "",
        caption=_("History"),
    )
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync_history"),
        "listing": page,
        "lines": words.lines(page.rows),
        "may_retry": actor.may(Right.RUN_SYNC),
    }
    return render(request, "sync/history.html", context)


@portal_page(Right.EXPORT, all_deals=True)
@require_GET
def history_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Exactly the rows the page shows with the same filters."""
    rows = listing.narrow(request.GET, _entries(actor), filters=_filters(actor), search=["label"])
    header = ("at", "company", "record", "what", "result", "reason", "trace")
    return csv_files.answer("sync-history", header, _csv_rows(rows))


def _csv_rows(rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    for entry in rows.order_by("-at", "-pk").iterator(chunk_size=500):
        reason = words.reason(entry.reason, entry.reason_parameters)
        yield (
            entry.at,
            entry.company or "",
            words.record(entry.subject_kind, entry.label),
            words.operation(entry.operation),
            entry.get_outcome_display(),
            reason.sentence if reason else "",
            entry.trace_id,
        )


def _entries(actor: Actor) -> QuerySet[Any]:
    rows = SyncEntry.objects.for_portal(actor.portal).select_related("company")
    return rows.filter(actor.company_condition() | Q(company=None))


def _filters(actor: Actor) -> list[Filter | DateFilter]:
    companies = [(str(each.pk), each.name) for each in actor.companies().order_by("name")]
    return [
        DateFilter("day", _("Day"), "at", zone=actor.portal.time_zone),
        *entry_filters(),
        Filter("company", _("Company"), companies),
    ]


# ---------------------------------------------------------------------------------------- waiting


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def waiting(request: HttpRequest, actor: Actor) -> HttpResponse:
    companies = [(str(each.pk), each.name) for each in actor.companies().order_by("name")]
    page = listing.build(
        request.GET,
        _parked(actor).select_related("company"),
        columns=WAITING_COLUMNS,
        filters=[
            Filter("kind", _("Record"), list(words.KINDS.items()), "subject_kind__in"),
            Filter("company", _("Company"), companies),
        ],
        search=["label"],
        search_label=_("Number or deal"),
        order="-parked_at",
        caption=_("Waiting records"),
    )
    instant = now()
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync_waiting"),
        "listing": page,
        "may_retry": actor.may(Right.RUN_SYNC),
        "holds": held.held_deletions(actor),
        "undone": undos.held_records(actor).count(),
        "lines": [
            WaitingLine(
                record=row,
                name=words.record(row.subject_kind, row.label),
                reason=words.reason(row.reason, row.reason_parameters),
                is_due=row.next_at is not None and row.next_at <= instant,
            )
            for row in page.rows
        ],
    }
    return render(request, "sync/waiting.html", context)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def retry(request: HttpRequest, actor: Actor, record_id: UUID) -> HttpResponse:
    record = get_object_or_404(_parked(actor), pk=record_id)
    services.retry(actor, record, now())
    _said(request, 1)
    return redirect("sync_waiting", actor.portal.pk)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def retry_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    _said(request, services.retry_all(actor, _parked(actor), now()))
    return redirect("sync_waiting", actor.portal.pk)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def retry_entry(request: HttpRequest, actor: Actor, entry_id: UUID) -> HttpResponse:
    """What a line of the history is about, once more."""
    entry = get_object_or_404(_entries(actor), pk=entry_id)
    if retrying.retry_entry(actor, entry, now()):
        _said(request, 1)
    return redirect("sync_history", actor.portal.pk)


def _parked(actor: Actor) -> QuerySet[Any]:
    rows = ParkedRecord.objects.for_portal(actor.portal)
    return rows.filter(actor.company_condition())


def _said(request: HttpRequest, count: int) -> None:
    text = ngettext(
        "%(count)d record is tried again now.", "%(count)d records are tried again now.", count
    )
    notices.info(request, text % {"count": count})
