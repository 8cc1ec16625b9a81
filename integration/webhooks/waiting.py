"""How long news waits for more of the same (D-29, performance C.5). Pure."""

from datetime import datetime, timedelta

DEBOUNCE = timedelta(seconds=2)
LONGEST = timedelta(seconds=15)


def quiet_at(first: datetime, now: datetime) -> datetime:
    """When to look: 2 s after the latest news, never later than 15 s after the first."""
    return max(now, min(now + DEBOUNCE, first + LONGEST))
