"""When a company is looked at, when a parked record is tried again, what a toggle lets in."""

from datetime import UTC, datetime, timedelta

import pytest

from integration.models.company_settings import CurrencyPolicy as StoredCurrencyPolicy
from invoices.deal_rollup import CurrencyPolicy
from invoices.models.invoices import Origin as StoredOrigin
from sync.models import DeletePolicy, SavePolicy
from sync.policies import (
    SHORT,
    Delete,
    Listening,
    ObjectPolicy,
    Origin,
    Save,
    is_untold,
    listening,
    poll_pause,
    retry_at,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("idle", "quick", "minutes"),
    [(0, None, 5), (2, None, 5), (3, None, 15), (40, None, 15), (9, 5, 1), (0, -1, 5)],
)
def test_d29_polls_adapt_to_what_happens(idle: int, quick: int | None, minutes: int) -> None:
    until = None if quick is None else NOW + timedelta(minutes=quick)
    pause = poll_pause(FIVE, idle_polls=idle, quick_until=until, now=NOW)
    assert pause == timedelta(minutes=minutes)


def test_d29_the_demo_keeps_its_five_seconds() -> None:
    base = timedelta(seconds=5)
    assert poll_pause(base, idle_polls=99, quick_until=None, now=NOW) == base


HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("event", "missed", "expected"),
    [
        (None, None, Listening.ABSENT), (None, 5, Listening.ABSENT), (5, None, Listening.HEALTHY),
        (5, 9, Listening.HEALTHY), (9, 5, Listening.SILENT), (5, 5, Listening.SILENT),
    ],
)  # fmt: skip
def test_d29_a_miss_counts_until_webhooks_come_again(
    event: int | None, missed: int | None, expected: Listening
) -> None:
    """``event`` and ``missed`` are minutes ago."""
    ago = {None: None, 5: NOW - FIVE, 9: NOW - timedelta(minutes=9)}
    assert listening(ago[event], ago[missed]) is expected


@pytest.mark.parametrize(
    ("changed", "event", "untold"),
    [
        (4, 60, False),  # webhooks may still be on their way
        (6, 60, True), (6, 5, False), (6, 7, False), (6, 9, True), (6, None, False),
    ],
)  # fmt: skip
def test_d29_webhooks_have_five_minutes_to_tell(
    changed: int, event: int | None, untold: bool
) -> None:
    heard = None if event is None else NOW - timedelta(minutes=event)
    assert is_untold(NOW - timedelta(minutes=changed), heard, NOW) is untold


@pytest.mark.parametrize(
    ("health", "event_seconds", "due_hours", "quick", "expected"),
    [
        (Listening.HEALTHY, 3600, 12, None, 6 * HOURS),
        (Listening.HEALTHY, 3600, 2, None, 2 * HOURS),
        (Listening.HEALTHY, 3600, 0, None, SHORT),
        (Listening.HEALTHY, 3600, None, None, 6 * HOURS),
        (Listening.HEALTHY, 2, 12, None, SHORT),  # change data capture may lag (fault 46)
        (Listening.HEALTHY, 62, 12, None, 6 * HOURS),
        (Listening.HEALTHY, 3600, 12, 5, SHORT),
        (Listening.SILENT, 2, 12, None, 3 * FIVE),
        (Listening.ABSENT, None, 12, None, 3 * FIVE),
    ],
)
def test_d29_healthy_webhooks_leave_a_sweep_every_six_hours(
    health: Listening,
    event_seconds: int | None,
    due_hours: int | None,
    quick: int | None,
    expected: timedelta,
) -> None:
    pause = poll_pause(
        FIVE,
        idle_polls=9,
        quick_until=None if quick is None else NOW + timedelta(minutes=quick),
        now=NOW,
        webhooks=health,
        last_event_at=None if event_seconds is None else NOW - timedelta(seconds=event_seconds),
        due_at=None if due_hours is None else NOW + timedelta(hours=due_hours),
    )
    assert pause == expected


def test_f87_a_record_is_tried_five_times_then_waits_for_a_person() -> None:
    pauses = [retry_at(NOW, attempts, retryable=True) for attempts in range(1, 6)]
    assert [pause and (pause - NOW) // timedelta(minutes=1) for pause in pauses] == [
        5,
        10,
        20,
        40,
        None,
    ]
    assert retry_at(NOW, 1, retryable=False) is None


@pytest.mark.parametrize("save", Save)
def test_d26_recently_updated_means_since_the_toggle_went_on(save: Save) -> None:
    policy = ObjectPolicy(enabled=True, enabled_at=NOW, save=save)
    makes = save in (Save.CREATE_AND_UPDATE, Save.CREATE_ONLY)
    assert policy.adopts(NOW) is makes
    assert not policy.adopts(NOW - timedelta(seconds=1))
    assert not ObjectPolicy(enabled=False, save=save).adopts(NOW)


def test_d26_what_changed_in_the_second_of_the_toggle_counts() -> None:
    """QuickBooks tells whole seconds, we turn a tab on in the middle of one."""
    policy = ObjectPolicy(enabled=True, enabled_at=NOW.replace(microsecond=900_000))
    assert policy.adopts(NOW)
    assert policy.enters(NOW)
    assert not policy.enters(NOW - timedelta(seconds=1))


def test_d26_pure_choices_are_the_stored_ones() -> None:
    assert set(Save) == set(SavePolicy.values)
    assert set(Delete) == set(DeletePolicy.values)
    assert set(Origin) == set(StoredOrigin.values)
    assert set(CurrencyPolicy) == set(StoredCurrencyPolicy.values)


DAY = timedelta(days=1)
MINUTELY = 24 * 60


def polls_of_a_quiet_day(listening: Listening, base: timedelta) -> int:
    """Polls between one midnight and the next, each the only read it costs."""
    at, polls = NOW, 0
    while at < NOW + DAY:
        polls += 1
        at += poll_pause(
            base,
            idle_polls=polls,
            quick_until=None,
            now=at,
            webhooks=listening,
            last_event_at=None if listening is Listening.ABSENT else NOW - DAY,
            due_at=NOW + DAY / 2 if at < NOW + DAY / 2 else None,
        )
    return polls


@pytest.mark.parametrize(
    ("webhooks", "most"), [(Listening.ABSENT, 98), (Listening.SILENT, 98), (Listening.HEALTHY, 5)]
)
def test_b27_ten_quiet_companies_use_less_than_a_tenth_of_minutely_polls(
    webhooks: Listening, most: int
) -> None:
    polls = sum(polls_of_a_quiet_day(webhooks, FIVE) for _ in range(10))
    assert polls <= 10 * most
    assert polls < 10 * MINUTELY / 10
    assert polls_of_a_quiet_day(webhooks, SHORT) == MINUTELY, "fixed polls, to compare with"
