"""The company's own day: due dates and stages turn at its midnight, not at ours (D-18)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integration.models import Company


def company_day(company: Company, now: datetime) -> date:
    """The date in the company's time zone; UTC for a zone this machine does not know."""
    try:
        zone = ZoneInfo(company.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return now.astimezone(zone).date()
