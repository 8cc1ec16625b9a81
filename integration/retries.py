"""What follows when work fails: the table of reliability.md A.3 as one pure function."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.utils import InterfaceError, InternalError, OperationalError

from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NeedsReconnect,
    QuotaExhausted,
    RateLimited,
    Unavailable,
)

Jitter = Callable[[float, float], float]

QUICK_SECONDS = 60.0
"""Unavailable: 1 s, 2, 4 … up to this, with full jitter, for the first attempts."""
SLOW = (timedelta(minutes=5), timedelta(hours=6))
"""Then between these, doubling."""
WAIT_SECONDS = {"quickbooks": 60.0, "hubspot": 10.0}
"""RateLimited without Retry-After."""
LONGEST_WAIT_SECONDS = 600.0
CONFLICTS = 3
OF_DATABASE = (OperationalError, InterfaceError, InternalError)
"""A restart, a deadlock, no place for another connection, no room, read-only (faults 67 to 69): no
mistake of the work, which is never set aside for it."""
CRASHES = 5
"""Errors of our own before the work is set aside (fault 87)."""
PROBE = timedelta(days=1)
QUOTA_PROBE = timedelta(hours=1)


class Next(StrEnum):
    RETRY = "retry"
    PAUSE = "pause"
    """The connection is gone: all its work pauses until a person reconnects."""
    SET_ASIDE = "set_aside"
    """Nothing more by itself; a line on a screen, until somebody retries it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``after`` counts from the failure; ``counts`` says whether it was an attempt."""

    next: Next
    code: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    trace_id: str = ""
    after: timedelta = timedelta(0)
    counts: bool = True


def judge(
    error: Exception,
    *,
    attempts: int,
    max_attempts: int,
    trace_id: str,
    until_midnight: timedelta = QUOTA_PROBE,
    jitter: Jitter = random.uniform,
) -> Verdict:
    """What to do after the ``attempts``-th failure (1 for the first).

    ``trace_id`` is ours, for errors that bring none. ``until_midnight`` is the time left of the
    portal's day, when HubSpot's daily calls come back.
    """
    if not isinstance(error, GatewayError):
        return _own(error, attempts, trace_id, jitter)
    facts = (error.code, {**error.parameters, "vendor": error.vendor}, error.trace_id or trace_id)
    if isinstance(error, NeedsReconnect):
        return Verdict(Next.PAUSE, *facts, counts=False)
    if isinstance(error, RateLimited):
        wait = error.retry_after or WAIT_SECONDS.get(error.vendor, QUICK_SECONDS)
        wait = min(wait, LONGEST_WAIT_SECONDS) + jitter(0, 1)
        return Verdict(Next.RETRY, *facts, after=timedelta(seconds=wait), counts=False)
    if isinstance(error, QuotaExhausted):
        is_daily = error.vendor == "hubspot"
        after = until_midnight if is_daily else QUOTA_PROBE
        return Verdict(Next.RETRY, *facts, after=after, counts=False)
    if isinstance(error, Unavailable):
        after = _unavailable(error, attempts, max_attempts, jitter)
        return Verdict(Next.RETRY, *facts, after=after)
    if isinstance(error, AccountBlocked):
        return Verdict(Next.RETRY, *facts, after=PROBE)
    if isinstance(error, Conflict) and attempts < CONFLICTS:
        return Verdict(Next.RETRY, *facts, after=timedelta(seconds=jitter(0, 2)))
    return Verdict(Next.SET_ASIDE, *facts)


def _unavailable(error: Unavailable, attempts: int, max_attempts: int, jitter: Jitter) -> timedelta:
    if error.retry_after:
        return timedelta(seconds=error.retry_after)
    if attempts <= max_attempts:
        return timedelta(seconds=jitter(0, min(QUICK_SECONDS, 2.0 ** (attempts - 1))))
    shortest, longest = (each.total_seconds() for each in SLOW)
    doubled = shortest * 2.0 ** min(attempts - max_attempts, 10)
    return timedelta(seconds=jitter(shortest, min(longest, doubled)))


def _own(error: Exception, attempts: int, trace_id: str, jitter: Jitter) -> Verdict:
    if isinstance(error, OF_DATABASE):
        seconds = jitter(0.5, min(QUICK_SECONDS, 2.0 ** min(attempts, 10)))
        facts = ("job.database", {"error": type(error).__name__}, trace_id)
        return Verdict(Next.RETRY, *facts, after=timedelta(seconds=seconds))
    facts = ("job.crashed", {"error": type(error).__name__, "trace": trace_id}, trace_id)
    if attempts >= CRASHES:
        return Verdict(Next.SET_ASIDE, *facts)
    return Verdict(Next.RETRY, *facts, after=timedelta(seconds=jitter(0.5, 1) * 4.0**attempts))


def until_midnight(time_zone: str, now: datetime) -> timedelta:
    """What is left of the day there."""
    local = now.astimezone(ZoneInfo(time_zone))
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return tomorrow - local
