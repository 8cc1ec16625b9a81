"""The month's metered reads of the whole installation, and what rests when they run out (B-27, P-43).

Intuit's line is one for our app, over all companies of all portals. Before it is reached, work that
nobody waits for (``jobs.register(…, background=True)``) rests: looks at companies, older records,
lists, nightly reports. What people ask for goes on. It all goes on when the month turns or the line
is raised; nothing is dropped, because such work is owed as rows and reads from where it stopped.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from integration import read_budget
from integration.models import Job, MeteredDay
from integration.read_budget import PACE_DAYS, Level, Line
from integration.retries import Next, Verdict

STOPPED = "budget.reads_stopped"
ASKED = "person"
"""``parameters["trigger"]`` of background work that a person asked for."""
LOOK_AGAIN = timedelta(minutes=15)
"""How soon resting work finds out that the line was raised."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The month so far, of the installation. ``until``: the month's last day; ``turns_at``: its end."""

    line: Line
    used: int
    forecast: int
    level: Level
    month: date
    until: date
    turns_at: datetime

    @property
    def percent(self) -> int:
        return read_budget.percent(self.used, self.line)

    @property
    def forecast_percent(self) -> int:
        return read_budget.percent(self.forecast, self.line)

    @property
    def is_stopped(self) -> bool:
        return self.level is Level.STOPPED


def line() -> Line:
    """As the operator set it."""
    return Line(settings.DEALBOOKS["READS_A_MONTH"], settings.DEALBOOKS["READS_STOP_PERCENT"])


def standing(now: datetime) -> Standing:
    today = now.astimezone(UTC).date()
    month = read_budget.month_of(today)
    since = min(month, today - timedelta(days=PACE_DAYS))
    rows = MeteredDay.objects.filter(day__gte=since, day__lte=today)
    days = dict(rows.values_list("day", "reads"))
    used = read_budget.used_in_month(days, today)
    return Standing(
        line=line(),
        used=used,
        forecast=read_budget.forecast(days, now),
        level=read_budget.level(used, line()),
        month=month,
        until=read_budget.month_end(today),
        turns_at=read_budget.turns_at(now),
    )


def held(job: Job, now: datetime) -> Verdict | None:
    """Whether a background job has to rest now: when it is looked at again, and why.

    What a person asked for goes on, and so does recurring work that never ran: somebody has just
    connected the company.
    """
    if job.parameters.get("trigger") == ASKED:
        return None
    if job.every is not None and job.last_success_at is None:
        return None
    now_stands = standing(now)
    if not now_stands.is_stopped:
        return None
    wait = min(LOOK_AGAIN, max(now_stands.turns_at - now, timedelta(seconds=1)))
    return Verdict(Next.RETRY, STOPPED, facts(now_stands), after=wait, counts=False)


def facts(now_stands: Standing) -> dict[str, str]:
    """For sentences about it."""
    return {
        "vendor": "quickbooks",
        "share": f"{now_stands.percent} %",
        "day": now_stands.until.isoformat(),
    }
