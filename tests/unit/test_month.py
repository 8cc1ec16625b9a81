"""A month's first and last day, and sums that never mix currencies (E-11, D-23)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices import month
from invoices.month import Month, Unsettled

DAYS = st.dates(date(2000, 2, 1), date(2099, 11, 30))
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY"])
AMOUNTS = st.decimals(-10, 10_000, places=2)


@given(DAYS)
def test_e11_months_follow_one_another_without_a_gap(day: date) -> None:
    of = month.month_of(day)
    assert of.first <= day <= of.last
    assert of.next.first == of.last + timedelta(days=1)
    assert of.previous.last == of.first - timedelta(days=1)
    assert of.next.previous == of == of.previous.next
    assert month.read(str(of)) == of
    assert month.before(day) == of.previous < of


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "1999-12", "2026-10-01", "²026-10", "x"]
)
def test_e11_what_is_no_month_is_none(text: str) -> None:
    assert month.read(text) is None


def test_e11_february_knows_leap_years() -> None:
    assert Month(2024, 2).last == date(2024, 2, 29)
    assert Month(2026, 2).last == date(2026, 2, 28)


@given(st.lists(st.tuples(CURRENCIES, AMOUNTS), max_size=30))
def test_e11_open_amounts_add_up_by_currency_to_the_cent(rows: list[tuple[str, Decimal]]) -> None:
    found = [
        Unsettled(str(number), "", "", None, currency, Decimal(10_000), left)
        for number, (currency, left) in enumerate(rows)
    ]
    kept = month.still_open(found)
    assert {each.qbo_id for each in kept} == {each.qbo_id for each in found if each.open > 0}
    sums = {each.currency: each for each in month.sums(kept)}
    for currency, each in sums.items():
        mine = [left for name, left in rows if name == currency and left > 0]
        assert (each.count, each.total) == (len(mine), sum(mine, Decimal(0)))
    assert sum(each.count for each in sums.values()) == len(kept)
