"""The company's own day: due dates and stages turn at its midnight, not at ours (D-18)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integration.models import Company, Portal


def company_day(company: Company, now: datetime) -> date:
    """The date in the company's time zone; UTC for a zone this machine does not know."""
    return _day(company.time_zone, now)


def portal_day(portal: Portal, now: datetime) -> date:
    """The date where the portal is: quotes expire at its midnight (S-28)."""
    return _day(portal.time_zone, now)


def _day(zone_name: str, now: datetime) -> date:
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return now.astimezone(zone).date()
