"""The only domain clock (architecture, decision 9).

Views, tasks and commands call ``now()``; everything below receives instants as arguments. In
simulated mode the offset written by the sandbox's clock API is added, so that a test that turns
the day turns it for both sides. Leases use the real monotonic clock, never this one.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_cached: tuple[int, timedelta] = (0, timedelta(0))


def now() -> datetime:
    """The current aware instant in UTC."""
    return datetime.now(tz=UTC) + _offset()


def _offset() -> timedelta:
    global _cached
    if settings.DEALBOOKS["VENDORS"] != "simulated" or not settings.DEALBOOKS["CLOCK_FILE"]:
        return timedelta(0)
    file = Path(settings.DEALBOOKS["CLOCK_FILE"])
    try:
        stamp = file.stat().st_mtime_ns
        if stamp != _cached[0]:
            seconds = float(json.loads(file.read_text())["offset_seconds"])
            _cached = (stamp, timedelta(seconds=seconds))
    except FileNotFoundError:
        return timedelta(0)
    return _cached[1]
