"""The wizard as a rep uses it, with vendors that take 20 ms to answer: server time, vendor calls.

Time in which the web process, its database process or the sandbox waited for a free core is not
counted where the system tells it (Linux), so that other work on the machine changes little.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from bench.measures import Measure
from integration import transports
from tests.invoices.desk import Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.sandbox_process import SandboxProcess, port_of
from tests.sync.books import HUB, connect

LATENCY_MS = 20
WIZARDS = 20
LINE = re.compile(r"line-([0-9a-f]+)-quantity\"")


class TimedClient(Client):
    """Keeps the milliseconds of each answer, redirects counted one by one, and apart the submits."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.pages: list[float] = []
        self.submits: list[float] = []
        self.processes: list[int] = []

    def request(self, **request: Any) -> HttpResponse:
        with self.timed() as took:
            answer = super().request(**request)
        submits = request["REQUEST_METHOD"] == "POST" and request["PATH_INFO"].endswith("/review/")
        kept = self.submits if submits else self.pages
        kept += took
        return answer

    @contextmanager
    def timed(self) -> Iterator[list[float]]:
        """The milliseconds of the block, without those in which no core was free."""
        took: list[float] = []
        began, waited = time.perf_counter(), _waited(self.processes)
        yield took
        lost = _waited(self.processes) - waited
        took.append((time.perf_counter() - began - lost) * 1000)


def _waited(processes: list[int]) -> float:
    """Seconds these processes were ready to run and had no core."""
    total = 0
    for process in processes:
        facts = Path(f"/proc/{process}/schedstat")
        if facts.exists():
            total += int(facts.read_text().split()[1])
    return total / 1e9


@dataclass
class Calls:
    """The most vendor calls of one wizard, by what the rep did."""

    opening: int = 0
    step: int = 0
    submit_writes: int = 0
    submit_reads: int = 0
    submit_hubspot: int = 0


def run() -> list[Measure]:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    product = settings.DEALBOOKS
    with SandboxProcess(
        product["CLOCK_FILE"],
        quickbooks_port=port_of(product["QUICKBOOKS"]["API_URL"]),
        hubspot_port=port_of(product["HUBSPOT"]["API_URL"]),
        product_url=product["PUBLIC_URL"],
    ) as sandbox:
        transports.start_over()
        sandbox.switch(burst_limit=0)
        desk = Desk(connect(sandbox))
        return _measure(desk)


def _measure(desk: Desk) -> list[Measure]:
    address = urlsplit(settings.DEALBOOKS["PUBLIC_URL"])
    client = TimedClient(SERVER_NAME=address.hostname, SERVER_PORT=str(address.port or 80))
    client.force_login(desk.member.person, backend=BACKEND)
    visitor, calls = Visitor(client), Calls()
    first, *deals = _deals(desk)[: WIZARDS + 1]
    _make_invoice(desk, visitor, first, Calls())
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        client.processes = [os.getpid(), cursor.fetchone()[0], desk.sandbox.pid]
    client.pages.clear()
    client.submits.clear()
    desk.sandbox.switch(latency_ms=LATENCY_MS)
    for deal in deals:
        _make_invoice(desk, visitor, deal, calls)
    p95 = quantiles(client.pages, n=20)[-1]
    return [
        Measure("wizard: server time of a page, p50", round(median(client.pages)), 80, "ms"),
        Measure("wizard: server time of a page, p95", round(p95), 250, "ms"),
        Measure("wizard: server time to submit, p50", round(median(client.submits)), None, "ms"),
        Measure("wizard: vendor calls to open it", calls.opening, 3, "calls"),
        Measure("wizard: vendor calls in one step", calls.step, 2, "calls"),
        Measure("wizard: QuickBooks writes to submit", calls.submit_writes, 1, "calls"),
        Measure("wizard: QuickBooks reads to submit", calls.submit_reads, None, "calls"),
        Measure("wizard: HubSpot calls to submit", calls.submit_hubspot, 4, "calls"),
    ]


def _deals(desk: Desk) -> list[str]:
    """Deals in the company's currency."""
    found = desk.sandbox.state("hubspot")["hubspot"][str(HUB)]["objects"]["deals"]
    return [
        key for key, deal in found.items()
        if deal["properties"].get("deal_currency_code") == desk.company.home_currency
    ]  # fmt: skip


def _make_invoice(desk: Desk, rep: Visitor, deal: str, calls: Calls) -> None:
    url = f"/p/{desk.books.portal.pk}/deals/{deal}/invoice/"
    with _counted(desk) as opened:
        rep.see(url)
        rep.post(url)
    calls.opening = max(calls.opening, len(opened))
    if rep.path.endswith("/source/"):
        rep.press(source="scratch")
    for press in (
        lambda: rep.press(choice="search", customer_id=desk.customer().id),
        lambda: rep.press("add", add_item=desk.item().id),
        lambda: rep.press("next", **_quantity(rep)),
        lambda: rep.press("next", message="Thank you"),
    ):
        with _counted(desk) as made:
            press()
        calls.step = max(calls.step, len(made))
    assert rep.path.endswith("/review/"), rep.text[:500]
    with _counted(desk) as submitted:
        rep.press("create")
    assert "was created" in rep.text, rep.text[:500]
    quickbooks = [call for call in submitted if "/v3/company/" in call]
    writes = [call for call in quickbooks if call.startswith("POST") and "query" not in call]
    calls.submit_writes = max(calls.submit_writes, len(writes))
    calls.submit_reads = max(calls.submit_reads, len(quickbooks) - len(writes))
    calls.submit_hubspot = max(calls.submit_hubspot, len(submitted) - len(quickbooks))


def _quantity(rep: Visitor) -> dict[str, str]:
    return {f"line-{key}-quantity": "3" for key in LINE.findall(rep.page.content.decode())[:1]}


@contextmanager
def _counted(desk: Desk) -> Iterator[list[str]]:
    """The vendor calls of the block."""
    desk.books.forget()
    found: list[str] = []
    yield found
    found += desk.books.calls()
