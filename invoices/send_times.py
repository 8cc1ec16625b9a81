"""The minute a mail goes out, chosen on the company's clock (D-17). Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FURTHEST = timedelta(days=180)
LATEST = timedelta(hours=24)
"""So long after its minute a scheduled mail is no longer what anybody expects."""


class TimeRefused(Exception):
    """``code`` is for ``integration.messages``."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def chosen(local: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant of a wall-clock time in the zone, or of an aware one, to the minute.

    Raises ``TimeRefused`` for a time that is over, more than 180 days away, or that the clock
    skips. Of an hour that comes twice, the first is meant.
    """
    wanted = local.replace(second=0, microsecond=0)
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=zone)
        if _wall(wanted.timestamp(), zone) != wanted.replace(tzinfo=None):
            raise TimeRefused("sending.time_skipped", time=f"{local:%H:%M}", zone=zone.key)
    if wanted <= now:
        raise TimeRefused("sending.time_past")
    if wanted > now + FURTHEST:
        raise TimeRefused("sending.time_too_far", days=str(FURTHEST.days))
    return wanted


def is_too_late(send_at: datetime, now: datetime) -> bool:
    return now > send_at + LATEST


def _wall(timestamp: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(timestamp, zone).replace(tzinfo=None)
