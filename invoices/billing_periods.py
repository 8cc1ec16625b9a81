"""When the billing periods of a recurring line begin and how many there are (D-08). Pure."""

import calendar
import re
from datetime import date, timedelta

MONTHS = {
    "monthly": 1,
    "quarterly": 3,
    "per_six_months": 6,
    "annually": 12,
    "per_two_years": 24,
    "per_three_years": 36,
    "per_four_years": 48,
    "per_five_years": 60,
}
WEEKS = {"weekly": 1, "biweekly": 2}
"""HubSpot's values of ``recurringbillingfrequency``."""
LENGTH = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")


def period_start(first: date, frequency: str, number: int) -> date | None:
    """The day period ``number`` (0 is the first) begins; None for a frequency nobody knows.

    A period that began on the 31st begins on the last day of shorter months.
    """
    if frequency in WEEKS:
        return first + timedelta(weeks=WEEKS[frequency] * number)
    if frequency not in MONTHS:
        return None
    month = first.month - 1 + MONTHS[frequency] * number
    year, month = first.year + month // 12, month % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def count(frequency: str, length: str) -> int | None:
    """How many periods a contract of ISO 8601 ``length`` has; None: open-ended or unreadable."""
    found = LENGTH.fullmatch(length)
    if not found or not any(found.groups()):
        return None
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    if frequency in MONTHS and not (weeks or days):
        return max((years * 12 + months) // MONTHS[frequency], 1)
    if frequency in WEEKS and not (years or months):
        return max((weeks + days // 7) // WEEKS[frequency], 1)
    return None
