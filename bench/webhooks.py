"""Webhooks as they come in a busy hour: 200 signed deliveries a second at a real web process (M12).

A delivery is timed from the moment it was due, so a queue in front of the web process counts. Then
one worker reads what was stored; each company that was named owes one poll, however often it was.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from django.conf import settings

from bench.measures import Measure
from integration.clock import now
from integration.models import Job
from integration.webhooks import inbox
from tests import tenants
from tests.servers import free_ports

ROOT = Path(__file__).resolve().parent.parent
A_SECOND = 200
SECONDS = 5
COMPANIES = 20
SENDERS = 24
START_SECONDS = 30.0
_kept = threading.local()


def run() -> list[Measure]:
    portal = tenants.portal()
    realms = [tenants.company(portal).realm_id for _ in range(COMPANIES)]
    with _web() as port:
        for number in range(SENDERS):  # first requests load the code
            _send(port, realms[number % COMPANIES])
        took = _at_a_steady_rate(port, realms)
    began = time.perf_counter()
    read = inbox.drain(now())
    seconds = time.perf_counter() - began
    polls = Job.objects.for_portal(portal).filter(kind="sync.poll").count()
    return [
        Measure("webhooks: receipt p99 at 200 a second", quantiles(took, n=100)[98], 300, "ms"),
        Measure("webhooks: receipt median at 200 a second", quantiles(took, n=2)[0], None, "ms"),
        Measure("webhooks: reading 1,000 deliveries", seconds * 1000 / read, None, "s"),
        Measure(
            f"webhooks: polls owed by {COMPANIES} companies in {read} deliveries",
            polls, COMPANIES, "polls",
        ),
    ]  # fmt: skip


def _at_a_steady_rate(port: int, realms: list[str]) -> list[float]:
    """Milliseconds of each delivery, from when it was due."""
    began = time.perf_counter() + 0.2

    def deliver(number: int) -> float:
        due = began + number / A_SECOND
        time.sleep(max(due - time.perf_counter(), 0))
        _send(port, realms[number % len(realms)])
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(SENDERS) as senders:
        return list(senders.map(deliver, range(A_SECOND * SECONDS)))


def _send(port: int, realm: str) -> None:
    body = json.dumps(
        [
            {
                "specversion": "1.0",
                "id": str(uuid.uuid4()),
                "source": "bench",
                "type": "qbo.invoice.updated.v1",
                "time": datetime.now(tz=UTC).isoformat(),
                "intuitentityid": "1",
                "intuitaccountid": realm,
            }
        ]
    ).encode()
    token = settings.DEALBOOKS["QUICKBOOKS_WEBHOOK_TOKENS"][0]
    digest = hmac.new(token.encode(), body, hashlib.sha256).digest()
    connection = getattr(_kept, "connection", None)
    if connection is None:
        connection = _kept.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(
        "POST",
        "/webhooks/quickbooks",
        body,
        {
            "Content-Type": "application/json",
            "intuit-signature": base64.b64encode(digest).decode(),
        },
    )
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"A delivery was answered with {answer.status}.")


@contextmanager
def _web() -> Iterator[int]:
    """The product's web process as the demo runs it, on a free port of its own."""
    [port] = free_ports(1)
    host = urlsplit(settings.DEALBOOKS["PUBLIC_URL"]).hostname
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "integration.wsgi", "--bind", f"{host}:{port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "8"),
            *("--no-control-socket", "--log-level", "error"),
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "integration.settings"},
    )
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
