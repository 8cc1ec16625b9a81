"""10,000 changed invoices on as many deals, at the vendors' limits and 300 ms away; and the same done plainly.

Change data capture tells of a thousand at most, so this is the way of paged queries. The run is
measured in a process of its own. The plain strategy reads, finds and updates one record after the
other, through the same gateways, without limits and latency; ratios are by record.
"""

import os

from django.conf import settings

from bench.measures import Measure
from bench.sync import COMPANY, LATENCY_MS, Cost, _attached, _cost, _loaded, _push
from bench.worker import measured
from integration import sessions, transports
from integration.clock import now
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks_records import invoice as parse_invoice
from integration.records.hubspot import Write
from integration.records.quickbooks import Invoice as Record
from invoices.models import Invoice
from mappings.catalog import dealbooks_key
from tests.sandbox_process import SandboxProcess, port_of
from tests.sync.books import Books

COUNT = int(os.environ.get("BENCH_INVOICES", "10000"))
PLAIN = 200
BURST = 190
"""HubSpot's limit of a private app in ten seconds; the sandbox refuses what is beyond."""


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
        company = {**COMPANY, "generate": {"customers": 300, "invoices": COUNT}}
        return _measure(_loaded(sandbox, company))


def _measure(books: Books) -> list[Measure]:
    _push(books, _attached(books))
    books.sync()
    _edit(books, 45, COUNT)
    books.forget()
    books.sandbox.switch(latency_ms=LATENCY_MS, burst_limit=BURST)
    ours = measured("run", books.company.pk, "local")
    books.sandbox.switch(latency_ms=0, burst_limit=0)
    assert (ours["seen"], ours["failed"]) == (COUNT, 0), ours
    calls = len(books.calls())
    books.forget()
    assert measured("run", books.company.pk, "none")["written"] == 0
    wasted = len(books.calls("hubspot", writes=True))
    _edit(books, 46, PLAIN)
    plain = _plainly(books)
    some = f"{COUNT:,} changed invoices"
    return [
        Measure(f"CPU for {some}", round(ours["cpu"], 2), 4, "s"),
        Measure(f"peak memory for {some}", round(ours["memory"]), 200, "MB"),
        Measure(f"time for {some}, limits and 300 ms", round(ours["wall"], 1), 30, "s"),
        Measure(f"calls for {some} with as many deals", calls, None, "calls"),
        Measure(f"writes of {some} told again", wasted, 0, "calls"),
        Measure("plain strategy: calls by record, as many times", _ratio(plain.calls, calls), None, "x"),
        Measure("plain strategy: CPU by record, as many times", _ratio(plain.cpu, ours["cpu"]), None, "x"),
    ]  # fmt: skip


def _ratio(plain: float, ours: float) -> float:
    return round((plain / PLAIN) / (ours / COUNT), 1)


def _edit(books: Books, days: int, count: int) -> None:
    rows = Invoice.objects.for_portal(books.portal).order_by("qbo_id")
    day = books.day(days)
    for qbo_id in rows.values_list("qbo_id", flat=True)[:count]:
        books.do("edit", invoice_id=qbo_id, due_date=day)


# ------------------------------------------------------------------------------ record by record


def _plainly(books: Books) -> Cost:
    """A loop as one would write it at first: nothing is remembered, nothing goes together."""
    transports.start_over()
    qbo, hubspot = sessions.quickbooks(books.company), sessions.hubspot(books.portal)
    since = books.cursor().position
    with _cost(books) as cost:
        changed = qbo.changes_since(("Invoice",), since)
        for told in changed.invoices[:PLAIN]:
            record = parse_invoice(qbo.read("Invoice", told.id))
            row = Invoice.objects.for_portal(books.portal).get(qbo_id=record.id)
            row.raw, row.due_date, row.balance = record.raw, record.due_date, record.balance
            row.seen_at = now()
            row.save()
            _tell(hubspot, books.company.realm_id, record)
    return cost


def _tell(hubspot: HubSpot, realm: str, record: Record) -> None:
    key = dealbooks_key(realm, "Invoice", record.id)
    [found] = hubspot.read("invoices", [key], ["hs_number"], "dealbooks_key").values()
    due = record.due_date.isoformat() if record.due_date else ""
    _update(hubspot, "invoices", found.id, {"hs_due_date": due, "hs_number": record.doc_number})
    for deal in hubspot.associations("invoices", "deals", [found.id])[found.id]:
        _update(hubspot, "deals", deal, {"dealbooks_invoice_due_date": due})


def _update(hubspot: HubSpot, kind: str, id: str, properties: dict[str, str | None]) -> None:
    [result] = hubspot.update(kind, [Write(id, properties, id)])
    assert result.error is None, result
