"""How far a month's metered reads reach (B-27, P-43). Pure.

Intuit counts successful reads of all companies of an app together, by calendar month, and answers
no more of them beyond the plan's line. Days are UTC, as calls are counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

PACE_DAYS = 7
"""The pace is the mean of so many whole days, or of those there are."""
SHORTEST_FIRST_DAY = timedelta(hours=1)
DAY = timedelta(days=1)
THRESHOLDS = (90, 70)
"""Percent of the line at which people are told."""


class Level(StrEnum):
    QUIET = "quiet"
    HIGH = "high"
    VERY_HIGH = "very_high"
    STOPPED = "stopped"
    """Reads that nobody waits for rest, so that those people wait for go on."""


@dataclass(frozen=True, slots=True)
class Line:
    """``reads`` a month (0: no line), of which ``stop_percent`` are for work nobody waits for."""

    reads: int
    stop_percent: float

    @property
    def stop_at(self) -> int:
        return int(self.reads * self.stop_percent / 100)


def percent(used: int, line: Line) -> int:
    """Of the line, rounded down; 0 where there is none."""
    return used * 100 // line.reads if line.reads > 0 else 0


def level(used: int, line: Line) -> Level:
    """What the reads of the month so far mean."""
    if line.reads <= 0:
        return Level.QUIET
    if used >= line.stop_at:
        return Level.STOPPED
    high, lower = THRESHOLDS
    reached = percent(used, line)
    return Level.VERY_HIGH if reached >= high else Level.HIGH if reached >= lower else Level.QUIET


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of its month."""
    return month_of(month_of(day) + 31 * DAY) - DAY


def turns_at(now: datetime) -> datetime:
    """When the next month begins and the count with it."""
    return datetime.combine(month_end(now.astimezone(UTC).date()) + DAY, time(), UTC)


def used_in_month(days: Mapping[date, int], day: date) -> int:
    """Reads of the month of ``day``, up to and with it."""
    return sum(reads for each, reads in days.items() if month_of(day) <= each <= day)


def forecast(days: Mapping[date, int], now: datetime) -> int:
    """Reads at the month's end if the pace of the last whole days holds.

    ``days`` may reach into the month before. On the very first day the pace is that of its hours.
    """
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    today = midnight.date()
    counted = [each for each, reads in days.items() if reads and each <= today]
    if not counted:
        return 0
    first = max(min(counted), today - PACE_DAYS * DAY)
    whole = [first + number * DAY for number in range((today - first).days)]
    if whole:
        pace = sum(days.get(each, 0) for each in whole) / len(whole)
    else:
        pace = days.get(today, 0) * (DAY / max(now - midnight, SHORTEST_FIRST_DAY))
    left = (turns_at(now) - now) / DAY
    return used_in_month(days, today) + round(pace * left)
