"""The due date that payment terms give (S-40, S-42). Pure."""

import calendar
from datetime import date, timedelta

from integration.records.quickbooks import Term


def due_date(term: Term | None, txn_date: date) -> date:
    """Standard terms add days; date-driven terms name a day of the month. No terms: the same day."""
    if term is None:
        return txn_date
    if term.day_of_month:
        return _date_driven(term.day_of_month, term.next_month_days or 0, txn_date)
    return txn_date + timedelta(days=term.due_days or 0)


def _date_driven(day: int, next_month_days: int, txn_date: date) -> date:
    """The next such day; issued within ``next_month_days`` of it, the one a month later."""
    due = _day_of(txn_date.year, txn_date.month, day)
    if due < txn_date:
        due = _month_later(due, day)
    if (due - txn_date).days < next_month_days:
        due = _month_later(due, day)
    return due


def _day_of(year: int, month: int, day: int) -> date:
    """Day 31 in a shorter month is its last day."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _month_later(due: date, day: int) -> date:
    if due.month == 12:
        return _day_of(due.year + 1, 1, day)
    return _day_of(due.year, due.month + 1, day)
