"""What the demo check did and saw: steps with their time, waiting with an end, differences."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from integration.processes import Child

Found = TypeVar("Found")
PAUSE_SECONDS = 0.2
WAIT_SECONDS = 30.0
"""How long one thing may take to happen; the whole check has its own end."""


class Stuck(Exception):
    """The check cannot go on. ``process`` is the one whose log says more."""

    def __init__(self, what: str, process: str) -> None:
        super().__init__(what)
        self.process = process


class Report:
    """Collects; ``line`` is what is printed at the end. ``say`` gets a sentence for people."""

    def __init__(self, say: Callable[[str], None], seconds: float) -> None:
        self.seen: dict[str, Any] = {}
        self.steps: list[dict[str, Any]] = []
        self.differences: list[dict[str, str]] = []
        self.problem = ""
        self._say = say
        self._began = time.monotonic()
        self._end = self._began + seconds

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step with its time, told when it ends."""
        began, before = time.monotonic(), len(self.differences)
        try:
            yield
        except BaseException:
            self._done(name, began, "stopped here")
            raise
        found = len(self.differences) - before
        self._done(name, began, f"differences: {found}" if found else "")

    def _done(self, name: str, began: float, remark: str) -> None:
        seconds = round(time.monotonic() - began, 2)
        self.steps.append({"step": name, "seconds": seconds})
        self._say(f"{seconds:6.2f} s  {name}{f'  ({remark})' if remark else ''}")

    def compare(self, about: str, said: Mapping[str, str], shown: Mapping[str, str]) -> None:
        """Keep what differs between two sides; both are ``{name: text}`` of ``compare.plain``."""
        for name in dict.fromkeys((*said, *shown)):
            if said.get(name, "") != shown.get(name, ""):
                self.differ(f"{about}: {name}", said.get(name, ""), shown.get(name, ""))

    def differ(self, what: str, expected: str, seen: str) -> None:
        self.differences.append({"what": what, "expected": expected, "seen": seen})
        self._say(f"          {what}: expected {expected!r}, seen {seen!r}")

    def until(
        self,
        what: str,
        ask: Callable[[], Found | None],
        children: tuple[Child, ...],
        process: str = "worker",
    ) -> Found:
        """Ask until there is something. Raises ``Stuck`` when it takes too long or a process died."""
        end = min(time.monotonic() + WAIT_SECONDS, self._end)
        while True:
            found = ask()
            if found:
                return found
            for child in children:
                if not child.is_running():
                    raise Stuck(f"{child.name} ended while waiting until {what}", child.name)
            if time.monotonic() > end:
                raise Stuck(f"It took too long until {what}", process)
            time.sleep(PAUSE_SECONDS)

    def line(self) -> dict[str, Any]:
        is_well = not self.differences and not self.problem
        return {
            "ok": is_well,
            "seconds": round(time.monotonic() - self._began, 2),
            **self.seen,
            "steps": self.steps,
            "differences": self.differences,
            **({"problem": self.problem} if self.problem else {}),
        }
