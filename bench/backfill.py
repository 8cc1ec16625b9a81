"""Older customers brought in at the vendors' limits: seconds for 100,000, and whether memory stays flat.

Ten thousand are brought in, and those after the second page count; ``BENCH_CUSTOMERS=100000`` brings
in all of them. They are people, so each becomes a contact.
"""

import os

from django.conf import settings

from bench.measures import Measure
from bench.sync import COMPANY, _loaded
from bench.worker import measured
from integration import jobs, transports
from integration.access import actors
from integration.clock import now
from integration.company_settings import of_company
from integration.models.people import Role
from sync import backfill
from sync.models import Backfill, SyncObject, SyncSetting
from tests import tenants
from tests.sandbox_process import SandboxProcess, port_of
from tests.sync.books import Books

COUNT = int(os.environ.get("BENCH_CUSTOMERS", "10000"))
WHOLE, PAGE = 100_000, 1_000
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
        company = {**COMPANY, "generate": {"customers": COUNT}}
        return _measure(_loaded(sandbox, company))


def _measure(books: Books) -> list[Measure]:
    row = _started(books)
    books.forget()
    books.sandbox.switch(burst_limit=BURST)
    done = measured("backfill", row.pk, "local")
    books.sandbox.switch(burst_limit=0)
    assert (done["created"], done["failed"]) == (COUNT, 0), done
    calls = len(books.calls())
    return [
        Measure(f"backfill: time for {WHOLE:,} customers at the limits, by {COUNT:,}",
                round(done["steady"] * WHOLE), 300, "s"),
        Measure(f"backfill: memory after {done['pages']} pages, more than after 2",
                round(done["memory"] - done["early"], 1), 10, "MB"),
        Measure("backfill: peak memory", round(done["memory"]), 200, "MB"),
        Measure("backfill: CPU for 1,000 customers", round(done["cpu"] * PAGE / COUNT, 2), None, "s"),
        Measure("backfill: calls for 1,000 customers", round(calls * PAGE / COUNT, 1), None, "calls"),
    ]  # fmt: skip


def _started(books: Books) -> Backfill:
    """By an admin; what the company had before is all that is brought in."""
    chosen = of_company(books.company)
    chosen.customer_model = "contact"
    chosen.save()
    SyncSetting.objects.create(
        portal=books.portal, company=books.company, object=SyncObject.CONTACTS, enabled=True,
        enabled_at=now(),
    )  # fmt: skip
    admin = tenants.member(books.portal, role=Role.ADMIN)
    actor = actors.of_person(admin.person, books.portal, origin="session")
    row = backfill.start(actor, books.company, backfill.Wanted(SyncObject.CONTACTS), now())
    jobs.open_jobs(books.portal).delete()
    return row
