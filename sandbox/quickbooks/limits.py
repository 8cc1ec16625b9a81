"""Request limits and the CorePlus meter (reference sections 4 and 9)."""

from collections import deque
from typing import TYPE_CHECKING, Any

from sandbox.core.messages import Request, Response
from sandbox.quickbooks.oauth import Grant

if TYPE_CHECKING:
    from sandbox.core.world import World


class Limits:
    """Sliding windows on the sandbox's clock."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.windows: dict[tuple[str, ...], deque[float]] = {}
        self.reads: dict[str, dict[str, int]] = {}
        """Month -> realm -> metered reads; one workspace."""

    def exceeded(self, realm: str, client: str, request: Request, metered: bool) -> bool:
        cap = int(self.world.switches["coreplus_cap"])
        if metered and cap and self.month_total() >= cap:
            return True
        if not self.world.switches["throttle"]:
            return False
        rules = [(("second", realm, client), 10, 1.0), (("minute", realm), 500, 60.0)]
        if request.path.endswith("/batch"):
            rules = [(("batch", realm, client), 40, 60.0), (("batches", realm), 120, 60.0)]
        now = self.world.clock.now().timestamp()
        windows = [self._window(key, now, seconds) for key, _, seconds in rules]
        full = any(len(window) >= most for window, (_, most, _) in zip(windows, rules, strict=True))
        if not full:
            for window in windows:
                window.append(now)
        return full

    def _window(self, key: tuple[str, ...], now: float, seconds: float) -> deque[float]:
        window = self.windows.setdefault(key, deque())
        while window and window[0] <= now - seconds:
            window.popleft()
        return window

    def _month(self) -> str:
        return self.world.clock.now().strftime("%Y-%m")

    def month_total(self) -> int:
        return sum(self.reads.get(self._month(), {}).values())

    def count(self, grant: Grant, request: Request, response: Response, metered: bool) -> None:
        """Only 2xx reads count; CDC by call or by entity."""
        if not metered or not 200 <= response.status < 300:
            return
        cost = 1
        if request.path.endswith("/cdc") and self.world.switches["cdc_metered_per"] == "entity":
            cost = len(request.query.get("entities", "").split(","))
        self.add(grant.realm, cost)

    def add(self, realm: str, cost: int) -> None:
        month = self.reads.setdefault(self._month(), {})
        month[realm] = month.get(realm, 0) + cost

    def report(self) -> dict[str, Any]:
        return {"month": self._month(), "total": self.month_total(), "by_month": self.reads}
