"""B-27, P-43: the pace of a month's metered reads, its forecast and its steps."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.read_budget import (
    DAY,
    Level,
    Line,
    forecast,
    level,
    month_end,
    percent,
    turns_at,
    used_in_month,
)

LINE = Line(500_000, 95)
NOV = date(2026, 11, 1)


def steady(first: date, last: date, reads: int) -> dict[date, int]:
    return {first + number * DAY: reads for number in range((last - first).days + 1)}


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [
        ({}, at(12), 0),
        (steady(NOV, date(2026, 11, 30), 10_000), at(30, 12), 305_000),
        (steady(NOV, date(2026, 11, 10), 10_000), at(11), 300_000),
        ({date(2026, 11, 11): 500}, at(11, 12), 20_000),  # a first day, half of it gone
        ({date(2026, 11, 11): 10}, at(11), 10 + 10 * 24 * 20),  # its first minute
        (steady(date(2026, 10, 20), date(2026, 10, 31), 1_000), at(1), 30_000),  # a new month
        ({date(2026, 11, 9): 700, date(2026, 11, 10): 0}, at(11), 700 + 350 * 20),
        (
            steady(NOV, date(2026, 11, 3), 9_000) | steady(date(2026, 11, 4), date(2026, 11, 10), 100),
            at(11),
            27_700 + 2_000,
        ),
    ],
)  # fmt: skip
def test_b27_the_forecast_goes_on_at_the_pace_of_the_last_days(
    days: Mapping[date, int], now: datetime, expected: int
) -> None:
    assert forecast(days, now) == expected


@pytest.mark.parametrize(
    ("used", "line", "expected"),
    [
        (0, LINE, Level.QUIET),
        (349_999, LINE, Level.QUIET),
        (350_000, LINE, Level.HIGH),
        (450_000, LINE, Level.VERY_HIGH),
        (474_999, LINE, Level.VERY_HIGH),
        (475_000, LINE, Level.STOPPED),
        (900_000, LINE, Level.STOPPED),
        (900_000, Line(1_000_000, 95), Level.VERY_HIGH),
        (900_000, Line(0, 95), Level.QUIET),
        (251_000, Line(500_000, 50), Level.STOPPED),
        (499_999, Line(500_000, 100), Level.VERY_HIGH),
    ],
)
def test_p43_steps_of_the_line(used: int, line: Line, expected: Level) -> None:
    assert level(used, line) == expected


@pytest.mark.parametrize(
    ("now", "turn"),
    [
        (at(1), datetime(2026, 12, 1, tzinfo=UTC)),
        (at(30, 23), datetime(2026, 12, 1, tzinfo=UTC)),
        (datetime(2027, 12, 31, 23, 59, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)),
        (datetime(2028, 2, 29, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        (datetime(2026, 12, 1, 5, tzinfo=datetime.fromisoformat("2026-01-01T00:00+08:00").tzinfo),
         datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_p43_the_count_begins_anew_with_the_month(now: datetime, turn: datetime) -> None:
    assert turns_at(now) == turn
    assert month_end(now.astimezone(UTC).date()) == turn.date() - DAY


@given(
    st.dictionaries(st.dates(date(2026, 9, 1), date(2026, 12, 31)), st.integers(0, 10**6)),
    st.integers(0, 90 * 24).map(lambda hours: at(1) - 30 * DAY + timedelta(hours=hours)),
)
def test_b27_a_forecast_is_never_below_what_was_used(days: dict[date, int], now: datetime) -> None:
    used = used_in_month(days, now.date())
    assert forecast(days, now) >= used
    assert forecast({each: 2 * reads for each, reads in days.items()}, now) >= forecast(days, now)
    assert level(used + 1, LINE) in list(Level)[list(Level).index(level(used, LINE)) :]
    assert percent(used, LINE) <= 100 or used > LINE.reads
    last = turns_at(now) - timedelta(seconds=1)
    assert forecast({NOV: 1, last.date(): 0}, last) <= 2
