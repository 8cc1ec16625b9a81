"""The retry table of reliability.md A.3."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NeedsReconnect,
    NotFound,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from integration.retries import Next, Verdict, judge


def longest(low: float, high: float) -> float:
    return high


def after(error: Exception, attempts: int = 1, **options: float) -> Verdict:
    return judge(
        error,
        attempts=attempts,
        max_attempts=6,
        trace_id="ours",
        until_midnight=timedelta(hours=7),
        jitter=longest,
    )


def error(kind: type[GatewayError], vendor: str = "quickbooks", **fields: object) -> GatewayError:
    return kind(f"{vendor}.1", vendor=vendor, trace_id="theirs", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 1), (2, 2), (3, 4), (6, 32), (7, 600), (8, 1200), (13, 21600), (40, 21600)],
)
def test_unavailable_waits_longer_each_time_up_to_six_hours(attempts: int, seconds: int) -> None:
    verdict = after(error(Unavailable), attempts)
    assert verdict.next is Next.RETRY
    assert verdict.counts
    assert verdict.after == timedelta(seconds=seconds)


def test_unavailable_waits_as_long_as_the_vendor_asks() -> None:
    assert after(error(Unavailable, retry_after=7200.0), 9).after == timedelta(hours=2)


@pytest.mark.parametrize(
    ("vendor", "given", "seconds"),
    [("quickbooks", None, 61), ("hubspot", None, 11), ("hubspot", 3.0, 4), ("hubspot", 9e9, 601)],
)
def test_f12_f13_rate_limited_is_no_attempt(vendor: str, given: float | None, seconds: int) -> None:
    verdict = after(error(RateLimited, vendor, retry_after=given))
    assert verdict.next is Next.RETRY
    assert not verdict.counts
    assert verdict.after == timedelta(seconds=seconds)


def test_f15_daily_calls_come_back_at_the_portals_midnight() -> None:
    assert after(error(QuotaExhausted, "hubspot")).after == timedelta(hours=7)


def test_f16_a_monthly_block_is_probed_once_an_hour() -> None:
    verdict = after(error(QuotaExhausted))
    assert verdict.after == timedelta(hours=1)
    assert not verdict.counts


def test_f05_a_lost_connection_pauses_its_work() -> None:
    verdict = after(error(NeedsReconnect))
    assert verdict.next is Next.PAUSE
    assert verdict.parameters["vendor"] == "quickbooks"


def test_f09_a_blocked_account_is_probed_daily() -> None:
    assert after(error(AccountBlocked), 5).after == timedelta(days=1)


def test_a_conflict_is_tried_three_times() -> None:
    assert [after(error(Conflict), n).next for n in (1, 2, 3)] == [
        Next.RETRY, Next.RETRY, Next.SET_ASIDE,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [NotFound, Rejected])
def test_what_will_never_work_is_not_repeated(kind: type[GatewayError]) -> None:
    verdict = after(error(kind, parameters={"element": "Line"}))
    assert verdict.next is Next.SET_ASIDE
    assert verdict.code == "quickbooks.1"
    assert verdict.parameters["element"] == "Line"
    assert verdict.trace_id == "theirs"


def test_f87_an_error_of_our_own_is_set_aside_after_five_tries() -> None:
    fates = [after(ZeroDivisionError("x"), n) for n in range(1, 6)]
    assert [fate.next for fate in fates] == [Next.RETRY] * 4 + [Next.SET_ASIDE]
    assert fates[-1].code == "job.crashed"
    assert fates[-1].parameters == {"error": "ZeroDivisionError", "trace": "ours"}


@given(st.integers(1, 500), st.sampled_from(GatewayError.__subclasses__()))
def test_i9_no_wait_is_longer_than_a_day(attempts: int, kind: type[GatewayError]) -> None:
    verdict = judge(error(kind), attempts=attempts, max_attempts=6, trace_id="t")
    assert timedelta(0) <= verdict.after <= timedelta(days=1)
