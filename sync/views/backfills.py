"""Sync > Bring in older records: preview, start, progress, pause, resume, cancel (B-21, D-30)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.messages import Message
from integration.models import Company
from sync import backfill
from sync.backfill import BackfillRefused
from sync.backfill_forms import BackfillForm
from sync.models import Backfill, BackfillState
from sync.views import words
from sync.views.common import tabs

STATES = {
    BackfillState.RUNNING: ("info", "sync"),
    BackfillState.PAUSED: ("warn", "pause"),
    BackfillState.DONE: ("ok", "done"),
    BackfillState.CANCELLED: ("neutral", "minus"),
}
MOST_SHOWN = 20
Act = Callable[[Actor, Backfill, datetime], bool]


@dataclass(frozen=True)
class Line:
    """A backfill in words. ``is_stuck``: it should run and nobody works on it.

    ``rests``: until the month of QuickBooks' reads turns. ``is_cut_off``: its company is not
    connected.
    """

    row: Backfill
    tone: str
    icon: str
    trouble: Message | None
    is_stuck: bool
    rests: bool
    is_cut_off: bool

    @property
    def is_polled(self) -> bool:
        return self.row.state == BackfillState.RUNNING and not (self.is_stuck or self.is_cut_off)

    @property
    def total(self) -> int:
        return max(self.row.total, self.row.seen)


@portal_page(Right.MAP, all_deals=True)
@require_http_methods(["GET", "POST"])
def backfills(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """The form; posted, what it would do; posted again with the yes, it starts."""
    company = actor.company(company_id, Right.MAP)
    form = BackfillForm(request.POST or None, company=company, initial={"object": "contacts"})
    trouble: Message | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, actor, company, form)
        except BackfillRefused as error:
            trouble = messages.message(error.code, **error.parameters)
        except GatewayError as error:
            trouble = words.reason(error.code, {**error.parameters, "vendor": error.vendor})
    rows = list(backfill.backfills(actor, company)[:MOST_SHOWN])
    context = {
        "actor": actor,
        "company": company,
        "form": form,
        "tabs": tabs(actor, "sync"),
        "trouble": trouble,
        "lines": [_line(row) for row in rows],
        "open": next((_line(row) for row in rows if row.is_open), None),
    }
    return render(request, "sync/backfills.html", context)


def _asked(
    request: HttpRequest, actor: Actor, company: Company, form: BackfillForm
) -> HttpResponse:
    wanted = form.wanted
    if form.cleaned_data["confirmed"]:
        row = backfill.start(actor, company, wanted, now())
        return redirect("sync_backfill", actor.portal.pk, company.pk, row.pk)
    back = reverse("sync_backfills", args=[actor.portal.pk, company.pk])
    context: dict[str, Any] = {
        "actor": actor,
        "company": company,
        "wanted": wanted,
        "counted": backfill.preview(actor, company, wanted),
        "form_action": back,
        "back_url": back,
    }
    return render(request, "sync/confirm_backfill.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_GET
def backfill_detail(
    request: HttpRequest, actor: Actor, company_id: UUID, backfill_id: UUID
) -> HttpResponse:
    """How far it is; the part that changes is asked again while it runs."""
    line = _line(_row(actor, company_id, backfill_id))
    context = {
        "actor": actor,
        "company": line.row.company,
        "line": line,
        "tabs": tabs(actor, "sync"),
    }
    is_part = getattr(request, "htmx", False)
    return render(request, "sync/_backfill.html" if is_part else "sync/backfill.html", context)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def backfill_pause(
    request: HttpRequest, actor: Actor, company_id: UUID, backfill_id: UUID
) -> HttpResponse:
    said = _("Paused. The page that is going on is ended first.")
    return _decided(request, actor, _row(actor, company_id, backfill_id), backfill.pause, said)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def backfill_resume(
    request: HttpRequest, actor: Actor, company_id: UUID, backfill_id: UUID
) -> HttpResponse:
    said = _("It goes on where it stopped.")
    return _decided(request, actor, _row(actor, company_id, backfill_id), backfill.resume, said)


@portal_page(Right.MAP, all_deals=True)
@require_POST
def backfill_cancel(
    request: HttpRequest, actor: Actor, company_id: UUID, backfill_id: UUID
) -> HttpResponse:
    said = _("Cancelled. What reached HubSpot stays there.")
    return _decided(request, actor, _row(actor, company_id, backfill_id), backfill.cancel, said)


def _decided(
    request: HttpRequest, actor: Actor, row: Backfill, act: Act, said: str
) -> HttpResponse:
    try:
        is_done = act(actor, row, now())
    except BackfillRefused as error:
        notices.error(request, messages.sentence(error.code, **error.parameters))
    else:
        notices.info(request, said if is_done else messages.sentence("sync.backfill_over"))
    return redirect("sync_backfill", actor.portal.pk, row.company_id, row.pk)


def _row(actor: Actor, company_id: UUID, backfill_id: UUID) -> Backfill:
    company = actor.company(company_id, Right.MAP)
    found: Backfill = get_object_or_404(backfill.backfills(actor, company), pk=backfill_id)
    return found


def _line(row: Backfill) -> Line:
    tone, icon = STATES[BackfillState(row.state)]
    code, parameters = backfill.trouble(row, now())
    return Line(
        row=row,
        tone=tone,
        icon=icon,
        trouble=words.reason(code, parameters),
        is_stuck=backfill.is_stuck(row),
        rests=code == backfill.RESTS,
        is_cut_off=backfill.is_cut_off(row),
    )
