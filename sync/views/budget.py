"""API budget: the calls of a portal's companies by day, and how far the month's reads reach (B-27)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from integration import charts, usage_report
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.charts import Bar
from integration.clock import now
from integration.usage_report import DAYS, DayUse, Report
from sync.views.common import tabs


@dataclass(frozen=True)
class DayBar:
    """A bar of the chart with what it says to whoever points at it."""

    bar: Bar
    words: str


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def api_budget(request: HttpRequest, actor: Actor) -> HttpResponse:
    shown = next((days for days in DAYS if str(days) == request.GET.get("days")), DAYS[0])
    report = usage_report.of_portal(actor, now(), shown)
    rows = [(each.quickbooks.reads, each.quickbooks.unmetered) for each in report.days]
    chart = charts.stacked(rows)
    context: dict[str, Any] = {
        "actor": actor,
        "tabs": tabs(actor, "sync_budget"),
        "report": report,
        "standing": report.standing,
        "used": _used(report),
        "forecast": _forecast(report),
        "is_over": report.standing.forecast_percent > 100,
        "top": chart.top,
        "bars": [
            DayBar(bar, _day_words(day)) for bar, day in zip(chart.bars, report.days, strict=True)
        ],
        "newest_first": report.days[::-1],
        "shown": shown,
        "choices": DAYS,
        "is_simulated": settings.DEALBOOKS["VENDORS"] != "live",
        "stop_percent": _plain(report.standing.line.stop_percent),
    }
    return render(request, "sync/budget.html", context)


def _used(report: Report) -> str:
    """How far the month has come, in a sentence."""
    standing = report.standing
    if standing.line.reads <= 0:
        text = ngettext(
            "%(count)s metered read so far this month; no line is set.",
            "%(count)s metered reads so far this month; no line is set.",
            report.own_reads,
        )
        return text % {"count": intcomma(report.own_reads)}
    facts = {"percent": standing.percent, "line": intcomma(standing.line.reads)}
    if report.is_whole:
        facts["used"] = intcomma(standing.used)
        return _("%(used)s of %(line)s metered reads are used this month: %(percent)s %%.") % facts
    return _("All portals of this installation have used %(percent)s %% of %(line)s reads.") % facts


def _forecast(report: Report) -> str:
    """Where it goes at the pace of the last seven days, in a sentence; empty without a line."""
    standing = report.standing
    if standing.line.reads <= 0:
        return ""
    facts = {
        "line": intcomma(standing.line.reads),
        "percent": standing.forecast_percent,
        "day": _day(standing.until),
    }
    if report.is_whole:
        facts["reads"] = intcomma(standing.forecast)
        return _("At the pace of the last days: %(reads)s of %(line)s by %(day)s.") % facts
    return _("At the pace of the last days: %(percent)s %% of the line by %(day)s.") % facts


def _day_words(day: DayUse) -> str:
    calls = day.quickbooks
    facts = {
        "day": _day(day.day),
        "reads": intcomma(calls.reads),
        "other": intcomma(calls.unmetered),
    }
    return _("%(day)s: %(reads)s metered reads, %(other)s other calls") % facts


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _plain(number: float) -> str:
    """95, not 95.0."""
    return f"{number:g}"
