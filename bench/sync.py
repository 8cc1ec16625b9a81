"""Sync at its floor: vendor calls, CPU and time for 1,000 changed invoices on 1,000 deals."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings

from bench.measures import Measure
from integration import sessions, transports
from integration.clock import now
from integration.gateways.quickbooks_records import invoice as parse_invoice
from integration.hubspot_setup import ensure_properties
from integration.jobs import Lease, enqueue
from integration.models import Portal
from integration.records.hubspot import Write
from invoices.mirror import mirror_invoices
from invoices.models import DealRef, Invoice, InvoiceAttachment
from invoices.models.invoices import Origin
from sync.apply.history import Journal
from sync.engine.push import Push
from sync.models import SyncObject, SyncSetting
from tests.sandbox_process import SandboxProcess, port_of
from tests.sync.books import UK, US, Books, connect

COUNT = 1_000
LATENCY_MS = 300
COMPANY = {
    "realm": US,
    "name": "Many Invoices Inc",
    "country": "US",
    "zone": "America/Los_Angeles",
    "currency": "USD",
    "tax": "us_manual",
    "tax_group": "1",
    "sku": "QuickBooks Online Plus",
    "last_number": "100000",
    "items": [["Desk lamp, oak", "LMP-DESK-OAK", "129.00", "NonInventory"]],
    "customers": [],
    "generate": {"customers": 300, "invoices": COUNT},
}


@dataclass(slots=True)
class Cost:
    """Of a block: vendor calls, our CPU seconds, seconds on the clock."""

    calls: int = 0
    writes: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    by_path: dict[str, int] = field(default_factory=dict)


NAMES = {
    **COMPANY,
    "realm": UK,
    "name": "Many Customers Inc",
    "items": [
        [f"Lamp {number:04}", f"LAMP-{number:04}", "129.00", "Service"] for number in range(COUNT)
    ],
    "customers": [
        {
            "name": f"Person {number:04}",
            "contact": f"Pat Person{number:04}",
            "email": f"person{number:04}@example.test",
        }
        for number in range(COUNT)
    ],
    "generate": {},
}
"""Another company, with customers who are people and items that are sold."""


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
        return [*_measure(_loaded(sandbox)), *_names(_loaded(sandbox, NAMES, UK))]


def _measure(books: Books) -> list[Measure]:
    ids = _attached(books)
    with _cost(books) as first:
        _push(books, ids)
    books.sync()
    with _cost(books) as idle:
        books.sync("poll")
    for row in Invoice.objects.for_portal(books.portal).values_list("qbo_id", flat=True):
        books.do("edit", invoice_id=row, due_date=books.day(45))
    with _cost(books) as changed:
        done = books.sync()
    assert (done.seen, done.failed) == (COUNT, 0), done
    with _cost(books) as again:
        books.sync()
    for row in Invoice.objects.for_portal(books.portal).values_list("qbo_id", flat=True):
        books.do("edit", invoice_id=row, due_date=books.day(46))
    books.sandbox.switch(latency_ms=LATENCY_MS)
    with _cost(books) as far:
        books.sync()
    books.sandbox.switch(latency_ms=0)
    return [
        Measure("calls for 1,000 changed known invoices with 1,000 deals", changed.calls, 24, "calls"),
        Measure("calls for 1,000 new invoices on 1,000 deals", first.calls, 35, "calls"),
        Measure("calls of an idle company's poll", idle.calls, 1, "calls"),
        Measure("writes whose content HubSpot already has", again.writes, 0, "calls"),
        Measure("CPU for 1,000 changed invoices", round(changed.cpu, 2), None, "s"),
        Measure("time for 1,000 changed invoices, sandbox without latency", round(changed.wall, 2), None, "s"),
        Measure("time for 1,000 changed invoices, 300 ms latency", round(far.wall, 2), None, "s"),
    ]  # fmt: skip


def _names(books: Books) -> list[Measure]:
    """A thousand customers, then as many products: made, changed, looked at again."""
    found: list[Measure] = []
    for object, entity, change in (
        (SyncObject.CONTACTS, "Customer", {"Mobile": {"FreeFormNumber": "(650) 555-0100"}}),
        (SyncObject.PRODUCTS, "Item", {"UnitPrice": "139.00"}),
    ):
        found += _changed_names(books, object, entity, change)
    return found


def _changed_names(
    books: Books, object: SyncObject, entity: str, change: dict[str, Any]
) -> list[Measure]:
    words = {"Customer": "customers", "Item": "products"}[entity]
    SyncSetting.objects.create(
        portal=books.portal, company=books.company, object=object, enabled=True
    )
    books.turn(seconds=600)
    ids = [raw["Id"] for raw in _all(books, entity) if raw.get("Type") != "Category"][:COUNT]
    _save_all(books, entity, ids, {"Taxable": True})
    with _cost(books) as made:
        done = books.sync()
    assert (done.failed, done.skipped) == (0, 0), done
    books.turn(seconds=600)
    _save_all(books, entity, ids, change)
    with _cost(books) as changed:
        done = books.sync()
    assert (done.seen, done.written, done.failed) == (COUNT, COUNT, 0), vars(done)
    with _cost(books) as again:
        books.sync()
    return [
        Measure(f"calls for 1,000 changed {words}", changed.calls, 13, "calls"),
        Measure(f"calls for 1,000 new {words}", made.calls, None, "calls"),
        Measure(f"CPU for 1,000 changed {words}", round(changed.cpu, 2), None, "s"),
        Measure(f"writes of {words} whose content HubSpot already has", again.writes, 0, "calls"),
    ]


def _all(books: Books, entity: str) -> list[dict[str, Any]]:
    qbo = sessions.quickbooks(books.company)
    return [raw for page in qbo.query_all(entity) for raw in page]


def _save_all(books: Books, entity: str, ids: list[str], change: dict[str, Any]) -> None:
    """Not all in the same second: a full second costs one more call, and nobody changes as fast."""
    tokens = {raw["Id"]: raw["SyncToken"] for raw in _all(books, entity)}
    for place, number in enumerate(ids):
        if place == len(ids) // 2:
            books.turn(seconds=2)
        body = {"Id": number, "SyncToken": tokens[number], "sparse": True, **change}
        books.do("save", kind=entity, body=body)


def _loaded(sandbox: SandboxProcess, company: Any = COMPANY, realm: str = US) -> Books:
    """A company with the invoices, the demo portal with as many new deals."""
    from tests.sandbox_process import ROOT  # the scenario file of the portal

    hubspot = (ROOT / "sandbox" / "scenarios" / "demo.hubspot.json").read_text()
    import json

    data = {"quickbooks": {"companies": [company]}, "hubspot": json.loads(hubspot)}
    sandbox.reset("bench", data)
    sandbox.switch(burst_limit=0, search_limit_per_second=1000)
    Portal.objects.all().delete()
    books = connect(sandbox, realm=realm)
    ensure_properties(books.portal, sessions.hubspot(books.portal), now())
    return books


def _attached(books: Books) -> list[UUID]:
    """Every invoice mirrored and on a deal of its own; nothing told to HubSpot yet."""
    instant = now()
    for page in sessions.quickbooks(books.company).query_all("Invoice"):
        records = [parse_invoice(raw) for raw in page]
        mirror_invoices(books.company, records, [], instant, origin=Origin.ATTACHED)
    ids = list(Invoice.objects.for_portal(books.portal).values_list("pk", flat=True))
    writes = [Write(str(number), {"dealname": f"Deal {number}"}) for number in range(len(ids))]
    deals = [each.id for each in sessions.hubspot(books.portal).create("deals", writes)]
    DealRef.objects.for_portal(books.portal).bulk_create(
        DealRef(portal=books.portal, hubspot_id=deal, name=deal, fetched_at=instant)
        for deal in deals
    )
    InvoiceAttachment.objects.for_portal(books.portal).bulk_create(
        InvoiceAttachment(
            portal=books.portal,
            company=books.company,
            invoice_id=invoice,
            object_kind="deals",
            hubspot_id=deal,
            counts=True,
            attached_at=instant,
        )
        for invoice, deal in zip(ids, deals, strict=True)
    )
    return ids


def _push(books: Books, ids: list[UUID]) -> None:
    job = enqueue("deal.refresh", portal=books.portal, subject="bench", at=now())
    journal = Journal(books.portal, books.company)
    Push(books.portal, journal, Lease(job.pk, job.epoch), now()).push(ids)


@contextmanager
def _cost(books: Books) -> Iterator[Cost]:
    books.forget()
    cost = Cost()
    cpu, wall = time.process_time(), time.monotonic()
    yield cost
    cost.cpu, cost.wall = time.process_time() - cpu, time.monotonic() - wall
    cost.calls = len(books.calls())
    cost.writes = len(books.calls("hubspot", writes=True))
