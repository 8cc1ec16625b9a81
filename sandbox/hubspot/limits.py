"""Rate limits: a ten-second window per app, a search limit per account, a daily cap."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.store import Portal
from sandbox.hubspot.tokens import Grant

WINDOW_MS = 10_000


@dataclass
class Meter:
    """Counts by app and portal on the sandbox's clock."""

    switches: dict[str, Any]
    calls: dict[tuple[int, int], deque[int]] = field(default_factory=dict)
    searches: dict[int, deque[int]] = field(default_factory=dict)
    days: dict[tuple[int, str], int] = field(default_factory=dict)

    def _refuse(self, message: str, policy: str, grant: Grant, **headers: str) -> HubSpotError:
        return HubSpotError(
            429,
            message,
            category="RATE_LIMITS" if self.switches["rate_limit_category"] else "",
            extra={
                "errorType": "RATE_LIMIT",
                "policyName": policy,
                "groupName": f"publicapi:private-apps-api-calls:{grant.app_id}",
            },
        )

    def day(self, portal: Portal) -> str:
        return portal.clock.now().astimezone(portal.zone).date().isoformat()

    def resets(self, portal: Portal) -> datetime:
        """The next midnight where the portal is."""
        local = portal.clock.now().astimezone(portal.zone)
        return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def used_today(self, portal: Portal) -> int:
        return self.days.get((portal.id, self.day(portal)), 0)

    def count_search(self, portal: Portal, grant: Grant) -> None:
        """Searches share five a second per account; raises 429."""
        limit = int(self.switches["search_limit_per_second"])
        window = self.searches.setdefault(portal.id, deque())
        if limit and not _take(window, portal.now_ms(), 1_000, limit):
            raise self._refuse("You have reached your secondly limit.", "SECONDLY", grant)

    def count_call(self, portal: Portal, grant: Grant) -> None:
        """Raises 429 for the daily cap or the ten-second window."""
        key = (portal.id, self.day(portal))
        daily, burst = int(self.switches["daily_limit"]), int(self.switches["burst_limit"])
        if daily and self.days.get(key, 0) >= daily:
            raise self._refuse("You have reached your daily limit.", "DAILY", grant)
        window = self.calls.setdefault((portal.id, grant.app_id), deque())
        if burst and not _take(window, portal.now_ms(), WINDOW_MS, burst):
            raise self._refuse(
                "You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING", grant
            )
        self.days[key] = self.days.get(key, 0) + 1

    def headers(self, portal: Portal, grant: Grant) -> dict[str, str]:
        """Daily headers are for static tokens only."""
        burst, daily = int(self.switches["burst_limit"]), int(self.switches["daily_limit"])
        used = len(self.calls.get((portal.id, grant.app_id), ()))
        answer = {
            "x-hubspot-ratelimit-max": str(burst),
            "x-hubspot-ratelimit-remaining": str(max(0, burst - used)),
            "x-hubspot-ratelimit-interval-milliseconds": str(WINDOW_MS),
        }
        if not grant.is_oauth:
            answer["x-hubspot-ratelimit-daily"] = str(daily)
            left = max(0, daily - self.used_today(portal))
            answer["x-hubspot-ratelimit-daily-remaining"] = str(left)
        return answer if burst else {}


def _take(window: deque[int], now: int, length: int, limit: int) -> bool:
    """True while fewer than ``limit`` calls fell into the last ``length`` milliseconds."""
    while window and (window[0] <= now - length or window[0] > now):
        window.popleft()
    if len(window) >= limit:
        return False
    window.append(now)
    return True
