"""The sandbox must not be what another measurement measures: CPU for each call, load, memory.

Its own CPU time counts, as ``/__sandbox/health`` tells it, so that the client and other programs
on the machine do not.
"""

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from bench.measures import Measure
from tests.sandbox_process import SandboxProcess

REALM = "9341450000000001"
BOOKS = f"/v3/company/{REALM}"
OBJECTS = "/crm/v3/objects"
TOKEN = "pat-na1-sandbox-demo"
TIMES = 300
PAGE = 1_000
HUGE = 100_000
LINE = {
    "Amount": 129,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 129},
}


class Client:
    """One kept connection to one vendor, with as little work as possible."""

    def __init__(self, base: str, token: str) -> None:
        parts = urlsplit(base)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        raw = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, raw, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status in (200, 201), content
        return content


class Costs:
    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox

    def so_far(self) -> float:
        return float(self.sandbox.admin("GET", "health")["cpu_seconds"])

    def of(self, call: Callable[[int], object], times: int) -> float:
        """CPU seconds of one of ``times`` calls."""
        before = self.so_far()
        for number in range(times):
            call(number)
        return (self.so_far() - before) / times


def run() -> list[Measure]:
    with SandboxProcess(scenario="many") as sandbox:
        sandbox.switch(burst_limit=0)
        costs = Costs(sandbox)
        grant = sandbox.admin("POST", "quickbooks/grant", {"realm": REALM})
        quickbooks = Client(sandbox.quickbooks, grant["access_token"])
        hubspot = Client(sandbox.hubspot, TOKEN)
        found = [*_pages(costs, quickbooks), *_calls(costs, quickbooks, hubspot)]
    return [*found, *_load()]


def _pages(costs: Costs, quickbooks: Client) -> list[Measure]:
    def page(number: int) -> object:
        order = f"startposition {number * PAGE + 1} maxresults {PAGE}"
        statement = f"select * from Invoice orderby MetaData.LastUpdatedTime {order}"  # noqa: S608 not SQL
        return quickbooks.call("GET", f"{BOOKS}/query?query={quote(statement)}")

    first = costs.of(page, 2)
    again = costs.of(lambda number: page(number % 2), 20)
    return [
        _milliseconds("sandbox: page of 1,000 invoices, first time", first, 40),
        _milliseconds("sandbox: page of 1,000 invoices, again", again, 40),
    ]


def _calls(costs: Costs, quickbooks: Client, hubspot: Client) -> list[Measure]:
    listed = json.loads(hubspot.call("GET", f"{OBJECTS}/deals?limit=100"))
    deals = [row["id"] for row in listed["results"]]

    def invoice(number: int) -> object:
        body = {"CustomerRef": {"value": str(1 + number % 300)}, "Line": [LINE]}
        return quickbooks.call("POST", f"{BOOKS}/invoice", body)

    def deal(number: int) -> object:
        body = {"properties": {"dealname": f"Renamed {number}"}}
        return hubspot.call("PATCH", f"{OBJECTS}/deals/{deals[number % 100]}", body)

    calls: dict[str, Callable[[int], object]] = {
        "QuickBooks read": lambda n: quickbooks.call("GET", f"{BOOKS}/invoice/{n + 1}"),
        "QuickBooks write": invoice,
        "HubSpot read": lambda n: hubspot.call("GET", f"{OBJECTS}/deals/{deals[n % 100]}"),
        "HubSpot write": deal,
    }
    each = {name: costs.of(call, TIMES) for name, call in calls.items()}
    rate = round(len(each) / sum(each.values()))
    return [
        *(_milliseconds(f"sandbox: {name}", cost, 1) for name, cost in each.items()),
        Measure("sandbox: small calls on one core", rate, 800, "calls/s", lower_is_better=False),
    ]


def _load() -> list[Measure]:
    with SandboxProcess(scenario="empty") as sandbox:
        seconds = Costs(sandbox).of(lambda _: sandbox.reset("huge"), 1)
        memory = float(sandbox.admin("GET", "health")["peak_memory_mb"])
    name = f"sandbox: {HUGE:,} customers and as many contacts"
    return [
        Measure(f"{name}, CPU to load", round(seconds, 2), 5, "s"),
        Measure(f"{name}, peak memory", memory, 600, "MB"),
    ]


def _milliseconds(name: str, seconds: float, target: float) -> Measure:
    return Measure(name, round(seconds * 1000, 2), target, "ms CPU")
