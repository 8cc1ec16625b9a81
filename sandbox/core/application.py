"""What every imitated vendor does around a request: routing, faults, history, admin pages."""

import json
import time
import traceback
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.core.messages import Request, Response, dump_json, json_response
from sandbox.core.routing import Router

if TYPE_CHECKING:
    from sandbox.core.world import World

SWITCHES: dict[str, Any] = {
    "latency_ms": 0,  # every answer waits so long, in real time
    "extra_properties": False,  # True: records carry members that no client has heard of
}
UNHEARD_OF = {"addedByVendor2031": {"value": "new", "flags": [None, 0, {}]}, "addedFlag": True}


def with_extra_properties(value: Any) -> Any:
    """Every object with an id gets more members than documented."""
    if isinstance(value, list):
        return [with_extra_properties(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: with_extra_properties(one) for name, one in value.items()}
    return {**found, **UNHEARD_OF} if {"id", "Id"} & set(found) else found


class VendorApplication:
    """Subclasses set ``vendor`` and add routes; ``before`` and ``after`` wrap each handler."""

    vendor = ""
    kept_classes: ClassVar[tuple[type, ...]] = ()
    """What ``remember`` answers with besides plain values (see ``sandbox.core.keeping``)."""
    kept_by_name: ClassVar[dict[type, tuple[Callable[[str], Any], str]]] = {}

    def __init__(self, world: "World") -> None:
        self.world = world
        self.router = Router()

    def account_of(self, request: Request) -> str:
        """The realm or portal a request speaks of; empty where it has none."""
        return ""

    def before(self, request: Request) -> Response | None:
        """Authentication and limits of API paths: an answer here ends the request."""
        return None

    def after(self, request: Request, response: Response) -> Response:
        """Headers every answer carries (trace ids, rate limits)."""
        return response

    def not_found(self, request: Request, allowed: tuple[str, ...]) -> Response:
        """The vendor's own answer to an unknown path, or to a wrong method when ``allowed``."""
        return json_response({"message": "not found"}, 405 if allowed else 404)

    def crashed(self, request: Request, trace: str) -> Response:
        """The vendor's own 500; the trace is kept for ``/__sandbox/errors`` only."""
        return json_response({"message": "internal error"}, 500)

    def seed(self, scenario: dict[str, Any]) -> None:
        """Forget everything and load one scenario."""

    def state(self) -> dict[str, Any]:
        """Everything stored, as plain JSON values, for ``/__sandbox/state``."""
        return {}

    def remember(self) -> dict[str, Any]:
        """Everything that a restart must find again."""
        return {}

    def recall(self, memory: dict[str, Any]) -> None:
        """The opposite of ``remember``; forgets what there is now."""

    # -- Application protocol of sandbox.core.server

    def choose_fault(self, request: Request) -> dict[str, Any] | None:
        if request.path.startswith("/__sandbox"):
            return None
        return self.world.faults.pick(request, self.account_of(request))

    def latency_seconds(self) -> float:
        return float(self.world.switches.get("latency_ms", 0)) / 1000

    def is_admin(self, request: Request) -> bool:
        """``/__sandbox/<vendor>/…`` are the vendor's own pages for people, the rest is shared."""
        own = f"/__sandbox/{self.vendor}/"
        return request.path.startswith("/__sandbox") and not request.path.startswith(own)

    def handle(
        self, request: Request, fault: dict[str, Any] | None
    ) -> Response | Awaitable[Response]:
        """A handler that must wait for others returns an awaitable; the server then waits for it."""
        if self.is_admin(request):
            return self._administer(request)
        started = time.perf_counter()
        if fault is not None and fault.get("not_carried_out"):
            response: Response | Awaitable[Response] = Response(0)
        else:
            response = self._carry_out(request)
        if not isinstance(response, Response):
            return self._finish_later(request, response, fault, started)
        if self.world.switches.get("extra_properties"):
            response = self._extended(response)
        return self._record(request, response, fault, started)

    def _extended(self, response: Response) -> Response:
        """For clients that must not stumble over what a vendor adds without notice."""
        kind = response.headers.get("content-type", "")
        if not kind.startswith("application/json") or not 200 <= response.status < 300:
            return response
        value = json.loads(response.body, parse_float=Decimal)
        return Response(response.status, dump_json(with_extra_properties(value)), response.headers)

    async def _finish_later(
        self,
        request: Request,
        pending: Awaitable[Response],
        fault: dict[str, Any] | None,
        started: float,
    ) -> Response:
        try:
            response = self.after(request, await pending)
        except Exception:
            trace = traceback.format_exc()
            self.world.errors.append(trace)
            response = self.crashed(request, trace)
        return self._record(request, response, fault, started)

    def _record(
        self, request: Request, response: Response, fault: dict[str, Any] | None, started: float
    ) -> Response:
        self.world.history.add(
            at=self.world.clock.now().isoformat(),
            vendor=self.vendor,
            method=request.method,
            path=request.path,
            query=request.query_string,
            account=self.account_of(request),
            status=response.status,
            request_body=request.body[:4000].decode("utf-8", "replace"),
            fault=fault["kind"] if fault else "",
            milliseconds=round((time.perf_counter() - started) * 1000, 3),
        )
        self.world.carried_out(request)
        return response

    def _administer(self, request: Request) -> Response:
        """Admin pages stand outside faults and history, unless they changed the books."""
        response = self.world.admin.answer(request)
        if self.world.history.pending_changes:
            self.world.history.add(
                at=self.world.clock.now().isoformat(),
                vendor=self.world.history.pending_changes[0].get("vendor", self.vendor),
                method=request.method,
                path=request.path,
                query=request.query_string,
                account="",
                status=response.status,
                request_body=request.body[:4000].decode("utf-8", "replace"),
                fault="",
                milliseconds=0.0,
            )
        self.world.carried_out(request)
        return response

    def _carry_out(self, request: Request) -> Response | Awaitable[Response]:
        try:
            refused = self.before(request)
            if refused is not None:
                return self.after(request, refused)
            match = self.router.match(request)
            if match is None or match.handler is None:
                return self.after(request, self.not_found(request, match.allowed if match else ()))
            response = match.handler(request, **match.parameters)
            return self.after(request, response) if isinstance(response, Response) else response
        except Exception:
            trace = traceback.format_exc()
            self.world.errors.append(trace)
            return self.crashed(request, trace)
