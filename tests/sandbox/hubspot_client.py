"""HubSpot's half of the sandbox in this process, and a small client of its own for its tests."""

import asyncio
import json
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import requests

from sandbox.core.clock import Clock
from sandbox.core.server import abort_connections, listen
from sandbox.core.world import World
from sandbox.hubspot.application import SWITCHES, HubSpot

PORTAL = 48100001
TOKEN = "pat-na1-sandbox-demo"
CLIENT = {"client_id": "sandbox-hubspot-client", "client_secret": "sandbox-hubspot-secret"}
CALLBACK = "http://127.0.0.1:8000/oauth/hubspot/callback"
NOTHING_LISTENS = "http://127.0.0.1:9"
SCOPES = (
    "oauth crm.objects.deals.read crm.objects.deals.write crm.objects.contacts.read "
    "crm.objects.contacts.write crm.objects.owners.read"
)


@dataclass
class Reply:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def category(self) -> str:
        return str(self.body.get("category", ""))

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.body["results"]]


class HubSpotSandbox:
    """Serves on a free port while the ``with`` block lasts; limits and search lag are off."""

    def __init__(self, product: str = NOTHING_LISTENS, scenario: str = "demo") -> None:
        switches = {**SWITCHES, "search_lag_seconds": 0, "burst_limit": 0}
        self.world = World(
            Clock(),
            {"latency_ms": 0, **switches, "search_limit_per_second": 0},
            {"product": product},
        )
        self.hubspot = HubSpot(self.world)
        self.world.register(self.hubspot)
        self.scenario = scenario
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.ready = threading.Event()
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = TOKEN

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._start())
        self.loop.run_forever()
        self.loop.run_until_complete(self._stop())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    async def _start(self) -> None:
        self.server = await listen(self.hubspot, 0)
        port = self.server.sockets[0].getsockname()[1]
        self.url = self.world.addresses["hubspot"] = f"http://localhost:{port}"
        self.world.reset(self.scenario)
        self.ready.set()

    async def _stop(self) -> None:
        abort_connections(self.hubspot)
        for server in (self.server, getattr(self.server, "sandbox_other_family", None)):
            if server is not None:
                server.close()
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)

    def __enter__(self) -> Self:
        self.thread.start()
        assert self.ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        if error is None:
            assert self.world.errors == []

    # -- calls

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        form: dict[str, str] | None = None,
        **query: Any,
    ) -> Reply:
        chosen = self.token if token is None else token
        headers = {"authorization": f"Bearer {chosen}"} if chosen else {}
        response = self.session.request(
            method,
            self.url + path,
            json=body,
            data=form,
            params=query,
            headers=headers,
            allow_redirects=False,
            timeout=20,
        )
        try:
            value = response.json()
        except ValueError:
            value = response.text
        return Reply(response.status_code, value, dict(response.headers.lower_items()))

    def get(self, path: str, **query: Any) -> Reply:
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any = None) -> Reply:
        return self.call("POST", path, body)

    def create(self, kind: str, associations: list[Any] | None = None, **values: Any) -> str:
        """The new record's id; fails the test when it is refused."""
        reply = self.post(
            f"/crm/v3/objects/{kind}", {"properties": values, "associations": associations or []}
        )
        assert reply.status == 201, reply.body
        return str(reply.body["id"])

    def patch(self, kind: str, record_id: str, **values: Any) -> Reply:
        return self.call("PATCH", f"/crm/v3/objects/{kind}/{record_id}", {"properties": values})

    def read(self, kind: str, record_id: str, *names: str, **query: Any) -> dict[str, Any]:
        reply = self.get(f"/crm/v3/objects/{kind}/{record_id}", properties=",".join(names), **query)
        assert reply.status == 200, reply.body
        return dict(reply.body)

    def search(self, kind: str, **body: Any) -> Reply:
        return self.post(f"/crm/v3/objects/{kind}/search", body)

    def first(self, kind: str, number: int = 0) -> str:
        """The id of one seeded record."""
        return self.get(f"/crm/v3/objects/{kind}", limit=100).ids[number]

    def switch(self, **switches: Any) -> None:
        reply = self.post("/__sandbox/switches", switches)
        assert reply.status == 200, reply.body

    def advance(self, seconds: float) -> None:
        assert self.post("/__sandbox/clock", {"advance_seconds": seconds}).status == 200

    def faults(self, *rules: dict[str, Any]) -> None:
        assert self.post("/__sandbox/faults", {"rules": list(rules)}).status == 200

    # -- OAuth

    def authorize(self, decision: str = "connect", **changes: str) -> Reply:
        form = {
            "client_id": CLIENT["client_id"],
            "redirect_uri": CALLBACK,
            "scope": SCOPES,
            "state": "s1",
            "portal_id": str(PORTAL),
            "user_email": "admin@dealbooks.example",
            "decision": decision,
            **changes,
        }
        return self.call("POST", "/oauth/authorize", form=form, token="")

    def code(self, **changes: str) -> str:
        location = self.authorize(**changes).headers["location"]
        return parse_qs(urlsplit(location).query)["code"][0]

    def token_call(self, path: str = "/oauth/2026-03/token", **form: str) -> Reply:
        return self.call("POST", path, form={**CLIENT, **form}, token="")

    def connect(self, **changes: str) -> dict[str, Any]:
        """A token answer of a fresh installation."""
        reply = self.token_call(
            grant_type="authorization_code", code=self.code(**changes), redirect_uri=CALLBACK
        )
        assert reply.status == 200, reply.body
        return dict(reply.body)


def spec(number: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": number}


def to(record_id: str, number: int) -> dict[str, Any]:
    """One association of a create."""
    return {"to": {"id": record_id}, "types": [spec(number)]}


def eq(name: str, value: str, operator: str = "EQ") -> list[dict[str, Any]]:
    """filterGroups with one filter."""
    return [{"filters": [{"propertyName": name, "operator": operator, "value": value}]}]


def problems(reply: Reply) -> dict[str, str]:
    """Refused property names with their codes, from the message and the errors alike."""
    listed = json.loads(reply.body["message"].removeprefix("Property values were not valid: "))
    from_errors = {row["context"]["propertyName"][0]: row["code"] for row in reply.body["errors"]}
    from_message = {row["name"]: row["error"] for row in listed}
    assert from_errors == from_message
    return from_message
