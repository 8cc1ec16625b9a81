"""One sandbox: both vendors on one clock, one fault plan, one history, one set of switches."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.core.admin import Admin
from sandbox.core.clock import Clock
from sandbox.core.faults import FaultPlan
from sandbox.core.history import History
from sandbox.core.keeping import Keeper
from sandbox.core.messages import Request

if TYPE_CHECKING:
    from sandbox.core.application import VendorApplication

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


class World:
    """``switches`` holds every named uncertainty and knob with its default (see sandbox/README.md)."""

    def __init__(
        self, clock: Clock, switches: dict[str, Any], addresses: dict[str, str] | None = None
    ) -> None:
        self.clock = clock
        self.faults = FaultPlan()
        self.history = History()
        self.errors: list[str] = []
        self.default_switches = dict(switches)
        self.switches = dict(switches)
        self.addresses = addresses or {}
        """Own base URLs by vendor, and the product's under ``product``, without a closing slash."""
        self.applications: dict[str, VendorApplication] = {}
        self.admin = Admin(self)
        self.scenario_name = "demo"
        self.keeper: Keeper | None = None
        self._set_aside: dict[str, bytes] = {}
        self.owns_process = False
        """The garbage collector is this world's alone: what is loaded need not be looked through."""

    def register(self, application: "VendorApplication") -> None:
        self.applications[application.vendor] = application

    def reset(self, scenario: str = "demo", data: dict[str, Any] | None = None) -> None:
        """Forget everything, turn the clock back to real time, load a scenario by name or as data.

        A named scenario is ``<name>.json`` (``{"switches": {}, "<vendor>": {}}``), one file
        ``<name>.<vendor>.json`` for each vendor, or both; the vendor's file wins.
        """
        if data is None:
            files = sorted(SCENARIOS.glob(f"{scenario}*.json"))
            parts = {file.name.removesuffix(".json").partition(".")[::2]: file for file in files}
            found = {part: file for (name, part), file in parts.items() if name == scenario}
            if not found:
                known = ", ".join(sorted({file.name.split(".")[0] for file in SCENARIOS.iterdir()}))
                raise ValueError(f"unknown scenario {scenario!r}; known: {known}")
            data = json.loads(found.pop("").read_text()) if "" in found else {}
            data.update({vendor: json.loads(file.read_text()) for vendor, file in found.items()})
        with self._without_collector():
            self._load(scenario, data)

    def _load(self, scenario: str, data: dict[str, Any]) -> None:
        self.scenario_name = scenario
        self.clock.reset()
        self.faults.replace({"rules": []})
        self.history.clear()
        self.errors.clear()
        self.switches = {**self.default_switches, **data.get("switches", {})}
        for name, application in self.applications.items():
            application.seed(data.get(name, {}))

    @contextmanager
    def _without_collector(self) -> Iterator[None]:
        """A hundred thousand records would be walked over and over while they are made and after."""
        if not self.owns_process:
            yield
            return
        gc.unfreeze()
        gc.disable()
        try:
            yield
        finally:
            gc.freeze()
            gc.enable()

    # -- set aside and back

    def set_aside(self, name: str) -> None:
        """Remember the world as it is under a name, as long as this process lives."""
        self._set_aside[name] = Keeper(self, Path()).packed()

    def go_back_to(self, name: str) -> None:
        """As it was then, but for the history, which begins anew. Raises ValueError."""
        if name not in self._set_aside:
            raise ValueError(f"nothing was set aside as {name!r}")
        self.history.clear()
        Keeper(self, Path()).unpack(self._set_aside[name])

    # -- over a restart

    def carried_out(self, request: Request) -> None:
        """After each request: reads move counters only, all else is worth saving at once."""
        if self.keeper is not None:
            self.keeper.mark(hurry=request.method not in ("GET", "HEAD"))

    def remember(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario_name,
            "clock": self.clock.remember(),
            "switches": self.switches,
            "faults": self.faults,
            "errors": self.errors,
            "history": self.history.last_number,
            "vendors": {name: one.remember() for name, one in self.applications.items()},
        }

    def recall(self, memory: dict[str, Any]) -> None:
        """As it was when ``remember`` was called; the history begins with the next number."""
        self.scenario_name = memory["scenario"]
        self.clock.recall(*memory["clock"])
        known = {n: v for n, v in memory["switches"].items() if n in self.default_switches}
        self.switches = {**self.default_switches, **known}
        self.faults = memory["faults"]
        self.errors = memory["errors"]
        self.history.go_on_after(memory["history"])
        for name, application in self.applications.items():
            application.recall(memory["vendors"][name])
