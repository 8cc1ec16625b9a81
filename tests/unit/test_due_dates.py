"""Due dates from payment terms (S-40 to S-42)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.records.quickbooks import Term
from invoices.due_dates import due_date


def net(days: int) -> Term:
    return Term("1", f"Net {days}", True, days, None, None)


def on_day(day: int, next_month_days: int = 0) -> Term:
    return Term("2", f"Day {day}", True, None, day, next_month_days)


@pytest.mark.parametrize(
    ("term", "issued", "due"),
    [
        (net(30), date(2028, 2, 29), date(2028, 3, 30)),
        (net(30), date(2026, 1, 31), date(2026, 3, 2)),
        (net(0), date(2026, 12, 31), date(2026, 12, 31)),
        (net(15), date(2026, 12, 20), date(2027, 1, 4)),
        (None, date(2026, 11, 23), date(2026, 11, 23)),
        (on_day(15), date(2026, 11, 10), date(2026, 11, 15)),
        (on_day(15), date(2026, 11, 15), date(2026, 11, 15)),
        (on_day(15), date(2026, 11, 16), date(2026, 12, 15)),
        (on_day(15, 5), date(2026, 11, 11), date(2026, 12, 15)),
        (on_day(15, 5), date(2026, 11, 10), date(2026, 11, 15)),
        (on_day(31), date(2026, 2, 3), date(2026, 2, 28)),
        (on_day(31, 10), date(2027, 1, 25), date(2027, 2, 28)),
        (on_day(1, 2), date(2026, 12, 31), date(2027, 2, 1)),
    ],
)
def test_s42_due_date_follows_the_terms(term: Term | None, issued: date, due: date) -> None:
    assert due_date(term, issued) == due


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.builds(net, st.integers(0, 365)) | st.builds(on_day, st.integers(1, 31), st.integers(0, 28)),
)
def test_s42_due_is_never_before_the_invoice_date(issued: date, term: Term) -> None:
    assert due_date(term, issued) >= issued
