"""Sync: how each company stands, "Sync now", and the recent runs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from integration import listing
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, DateFilter, Filter
from integration.messages import Message
from integration.models import Company
from sync import services, undos
from sync.models import RunState, SyncEntry, SyncRun
from sync.services import Status
from sync.views import words
from sync.views.common import tabs
from sync.views.history import ENTRY_COLUMNS, entry_filters

RUN_COLUMNS = [
    Column("started", gettext_lazy("Started"), "started_at"),
    Column("company", gettext_lazy("Company")),
    Column("trigger", gettext_lazy("Why")),
    Column("state", gettext_lazy("Result")),
    Column("seen", gettext_lazy("Changed in QuickBooks"), "seen", "number"),
    Column("written", gettext_lazy("Written"), "written", "number"),
    Column("skipped", gettext_lazy("Skipped"), "skipped", "number"),
    Column("failed", gettext_lazy("Failed"), "failed", "number"),
]


@dataclass(frozen=True)
class CompanyLine:
    """A company's state in words. ``is_busy``: the page asks again in a moment."""

    status: Status
    label: str
    tone: str
    icon: str
    error: Message | None
    is_busy: bool
    may_start: bool
    may_compare: bool
    may_bring_in: bool
    may_look: bool
    polled: str
    """How often changes are looked for without webhooks, in words."""


@dataclass(frozen=True)
class RunLine:
    run: SyncRun
    trigger: str
    error: Message | None


@portal_page(Right.VIEW)
@require_GET
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    companies = _filtered(request, actor)
    page = listing.build(
        request.GET,
        services.runs_with_news(actor, companies).select_related("company"),
        columns=RUN_COLUMNS,
        filters=[
            DateFilter("day", gettext_lazy("Day"), "started_at", zone=actor.portal.time_zone),
            Filter("state", gettext_lazy("Result"), RunState.choices),
            Filter("trigger", gettext_lazy("Why"), list(words.TRIGGERS.items())),
        ],
        order="-started_at",
        size=20,
        caption=gettext_lazy("Recent runs"),
    )
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync"),
        "companies": [_line(actor, company) for company in companies],
        "listing": page,
        "runs": [_run_line(run) for run in page.rows],
        "may_read_runs": actor.sees_all_deals,
        "held": undos.held_records(actor).count() if actor.sees_all_deals else 0,
    }
    return render(request, "sync/overview.html", context)


@portal_page(Right.VIEW)
@require_GET
def company_state(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """The part of the page about one company, asked again while it is busy."""
    company = actor.company(company_id)
    return render(request, "sync/company.html", {"actor": actor, "line": _line(actor, company)})


@portal_page(Right.RUN_SYNC)
@require_POST
def sync_now(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.RUN_SYNC)
    services.sync_now(actor, company, now())
    if getattr(request, "htmx", False):
        return render(request, "sync/company.html", {"actor": actor, "line": _line(actor, company)})
    notices.info(request, _("The sync of %(name)s starts now.") % {"name": company.name})
    return redirect("sync", actor.portal.pk)


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def run_detail(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    runs = SyncRun.objects.for_portal(actor.portal).filter(actor.company_condition())
    run = get_object_or_404(runs.select_related("company"), pk=run_id)
    page = listing.build(
        request.GET,
        SyncEntry.objects.for_portal(actor.portal).filter(run=run),
        columns=ENTRY_COLUMNS,
        filters=entry_filters(),
        search=["label"],
        search_label=gettext_lazy("Number or deal"),
        order="-at",
        caption=gettext_lazy("What this run did"),
    )
    context: dict[str, Any] = {
        "actor": actor,
        "tabs": tabs(actor, "sync"),
        "line": _run_line(run),
        "run": run,
        "listing": page,
        "lines": words.lines(page.rows),
        "undo": undos.undo_of(actor, run),
        "may_undo": undos.may_undo(actor, run),
    }
    return render(request, "sync/run.html", context)


def _filtered(request: HttpRequest, actor: Actor) -> list[Company]:
    companies = list(actor.companies().order_by("name"))
    chosen = request.GET.get("company", "")
    return [each for each in companies if str(each.pk) == chosen] or companies


def _line(actor: Actor, company: Company) -> CompanyLine:
    may_run = actor.may(Right.RUN_SYNC, company)
    status = services.status(company, now())
    label, tone, icon = words.STATES[status.state]
    shows_error = status.state in ("failing", "paused")
    return CompanyLine(
        status=status,
        label=str(label),
        tone=tone,
        icon=icon,
        error=words.reason(status.error, status.error_parameters or {}) if shows_error else None,
        is_busy=status.is_busy,
        may_start=may_run and not status.is_busy and status.state not in ("paused", "off"),
        may_compare=actor.sees_all_deals,
        may_look=may_run and actor.sees_all_deals and status.state not in ("paused", "off"),
        may_bring_in=actor.may(Right.MAP, company) and actor.sees_all_deals,
        polled=_polled(),
    )


def _polled() -> str:
    seconds = int(settings.DEALBOOKS["POLL_SECONDS"])
    if seconds < 60:
        text = ngettext("every %(count)s second", "every %(count)s seconds", seconds)
        return text % {"count": seconds}
    minutes = seconds // 60
    text = ngettext("every %(count)s minute", "every %(count)s minutes", minutes)
    return text % {"count": minutes}


def _run_line(run: SyncRun) -> RunLine:
    return RunLine(run, words.trigger(run.trigger), words.reason(run.error, run.error_parameters))
