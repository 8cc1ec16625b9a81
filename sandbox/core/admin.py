"""``/__sandbox/…`` on both ports: state, clock, faults, switches and history for tests and people."""

import resource
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.core.messages import BadJson, Request, Response, json_response
from sandbox.core.routing import Router

if TYPE_CHECKING:
    from sandbox.core.world import World


class Admin:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.router = Router()
        add = self.router.add
        add("GET", "/__sandbox/health", self.health)
        add("POST", "/__sandbox/reset", self.reset)
        add("POST", "/__sandbox/seed", self.reset)
        add("POST", "/__sandbox/set_aside", self.set_aside)
        add("GET", "/__sandbox/state", self.state)
        add("GET POST", "/__sandbox/clock", self.clock)
        add("GET POST", "/__sandbox/switches", self.switches)
        add("GET POST DELETE", "/__sandbox/faults", self.faults)
        add("GET DELETE", "/__sandbox/history", self.history)
        add("GET", "/__sandbox/errors", self.errors)

    def answer(self, request: Request) -> Response:
        match = self.router.match(request)
        if match is None or match.handler is None:
            return json_response({"error": "no such sandbox page"}, 404)
        try:
            response: Response = match.handler(request, **match.parameters)
            return response
        except (BadJson, ValueError, KeyError, TypeError) as error:
            return json_response({"error": str(error)}, 400)

    def _body(self, request: Request) -> dict[str, Any]:
        value = request.json() if request.body else {}
        if not isinstance(value, dict):
            raise ValueError("the body must be a JSON object")
        return value

    def health(self, request: Request) -> Response:
        """With what this process has cost so far: CPU seconds, and its peak of memory in MB."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return json_response(
            {
                "status": "ok",
                "now": self.world.clock.now().isoformat(),
                "cpu_seconds": round(time.process_time(), 6),
                "peak_memory_mb": round(peak / (2**20 if sys.platform == "darwin" else 1024), 1),
            }
        )

    def reset(self, request: Request) -> Response:
        """``{"scenario": "demo"}`` by name, a whole scenario object under ``data``, or
        ``{"set_aside": "name"}``."""
        body = self._body(request)
        if "set_aside" in body:
            self.world.go_back_to(str(body["set_aside"]))
            return json_response({"status": "ok", "scenario": self.world.scenario_name})
        self.world.reset(body.get("scenario", self.world.scenario_name), body.get("data"))
        return json_response({"status": "ok", "scenario": self.world.scenario_name})

    def set_aside(self, request: Request) -> Response:
        """``{"name": "…"}``: a reset may go back to the world as it is now."""
        self.world.set_aside(str(self._body(request)["name"]))
        return json_response({"status": "ok"})

    def state(self, request: Request) -> Response:
        vendor = request.query.get("vendor", "")
        return json_response(
            {
                name: application.state()
                for name, application in self.world.applications.items()
                if vendor in ("", name)
            }
        )

    def clock(self, request: Request) -> Response:
        """POST ``{"advance_seconds": 86400}``, ``{"set": "2026-12-01T00:00:00Z"}``, ``{"freeze": true}``."""
        clock = self.world.clock
        body = self._body(request)
        if "freeze" in body:
            clock.freeze(bool(body["freeze"]))
        if "advance_seconds" in body:
            clock.advance(float(body["advance_seconds"]))
        if "set" in body:
            instant = datetime.fromisoformat(body["set"])
            if instant.tzinfo is None:
                raise ValueError("set needs an offset, e.g. 2026-12-01T00:00:00Z")
            clock.set(instant)
        return json_response(
            {"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds}
        )

    def switches(self, request: Request) -> Response:
        """POST any of the known names; an unknown one is refused."""
        body = self._body(request)
        unknown = sorted(set(body) - set(self.world.switches))
        if unknown:
            raise ValueError(f"unknown switches: {', '.join(unknown)}")
        self.world.switches.update(body)
        return json_response(self.world.switches)

    def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.world.faults.replace({"rules": []})
        elif request.method == "POST":
            self.world.faults.replace(self._body(request))
        return json_response(
            {
                "rules": [
                    {
                        "match": rule.match,
                        "fault": rule.fault,
                        "times": rule.times,
                        "fired": rule.fired,
                    }
                    for rule in self.world.faults.rules
                ]
            }
        )

    def history(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.world.history.clear()
        return json_response({"entries": list(self.world.history.select(**request.query))})

    def errors(self, request: Request) -> Response:
        return json_response({"errors": self.world.errors})
