"""B-27: calls are counted as the vendors saw them, a quiet day is cheap, and 429s lose nothing."""

from collections import Counter
from typing import Any

import pytest

from integration import budget, jobs, sessions, transports, usage
from integration.clock import now
from integration.gateways.errors import RateLimited, Rejected
from integration.models import MeteredDay, VendorUsage
from integration.reference import refresh_reference
from sync.models import ParkedRecord, SyncObject, SyncSetting
from sync.reconciliation_models import Reconciliation
from tests.sync.books import Books
from tests.sync.test_faults_in_sync import fault

READS = ("/query", "/search", "/batch/read")
MINUTELY = 24 * 60


def counted(books: Books) -> dict[str, Counter[str]]:
    """By vendor, what the meter brought into today's rows."""
    usage.flush(books.portal, transports.meter(), now())
    rows = VendorUsage.objects.for_portal(books.portal)
    return {
        row.vendor: Counter({name: getattr(row, name) for name in usage.COLUMNS}) for row in rows
    }


def seen(books: Books, told: list[int]) -> dict[str, Counter[str]]:
    """The same from the sandbox's history of requests; ``told`` are the faults' statuses."""
    found: dict[str, Counter[str]] = {"quickbooks": Counter(), "hubspot": Counter()}
    for each in books.sandbox.history():
        path = each.get("path", "")
        if not path or "__sandbox" in path or "oauth" in path:
            continue
        status = {"reset": 0}.get(each["fault"], each["status"])
        if each["fault"] == "status":
            status = told.pop(0)
        is_read = each["method"] == "GET" or path.endswith(READS)
        found[each["vendor"]][usage.column_of("read" if is_read else "write", status)] += 1
    return {vendor: +columns for vendor, columns in found.items()}


def metered(books: Books) -> int:
    """What Intuit would count for the company, by its own rules."""
    meter = books.sandbox.state("quickbooks")["quickbooks"]["meter"]
    return sum(month.get(books.company.realm_id, 0) for month in meter["by_month"].values())


def start(books: Books) -> int:
    """Nothing counted and nothing remembered; the sandbox's meter at this moment."""
    counted(books)
    VendorUsage.objects.for_portal(books.portal).delete()
    MeteredDay.objects.all().delete()
    books.forget()
    return metered(books)


def test_b27_the_meter_counts_what_the_vendors_saw(books: Books) -> None:
    before = start(books)
    raw = books.make("100.00")
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    fault(books, "/cdc$", "status", "quickbooks", status=503, body="{}")
    books.fails()
    fault(books, "/cdc$", "status", "quickbooks", status=429, body="{}")
    assert isinstance(books.fails(), RateLimited)
    fault(books, "/cdc$", "reset", "quickbooks")  # a read that was cut off is asked once more
    books.sync()
    books.do("pay", invoice_id=raw["Id"])
    fault(books, "/deals/batch/update$", "status", status=502, body="<html>")
    books.fails()
    books.sync()
    quickbooks = sessions.quickbooks(books.company)
    quickbooks.create("Customer", {"DisplayName": "Counted"}, "counted-1")
    with pytest.raises(Rejected):
        quickbooks.create("Customer", {}, "counted-2")
    told = {vendor: +columns for vendor, columns in counted(books).items()}
    assert told == seen(books, [503, 429, 502])
    assert told["quickbooks"]["throttled"] == 1
    assert told["quickbooks"]["failures"] == 3
    assert told["quickbooks"]["reads"] == metered(books) - before
    assert budget.standing(now()).used == metered(books) - before


def test_b27_a_quiet_day_with_lists_and_report_costs_less_than_a_tenth(books: Books) -> None:
    """98 polls (``test_sync_policies``); once a day the lists and the comparison of both sides."""
    books.add(books.make("10.00"))
    books.sync()
    before = start(books)
    books.sync()
    poll = metered(books) - before
    refresh_reference(books.company, sessions.quickbooks(books.company), now())
    report = Reconciliation.objects.create(
        portal=books.portal, company=books.company, trigger="night", started_at=now()
    )
    job = jobs.enqueue("sync.reconcile", portal=books.portal, company=books.company, at=now())
    for _ in range(30):
        jobs.kinds()[job.kind].handler(job, jobs.Lease(job.pk, job.epoch), now())
        report.refresh_from_db()
        if report.state == "done":
            break
        if report.stage == "settle":
            books.sync("poll")
    assert report.state == "done"
    daily = metered(books) - before - poll
    assert poll == 1
    assert daily > 1
    assert 98 * poll + daily < MINUTELY / 10, f"{daily} reads a day besides the polls"


def test_b27_a_burst_of_429s_loses_no_record(books: Books) -> None:
    SyncSetting.objects.create(
        portal=books.portal, company=books.company, object=SyncObject.INVOICES, enabled=True,
        enabled_at=now(), save_policy="create_and_update", delete_policy="mark",
    )  # fmt: skip
    made = [books.make(f"{number}.00") for number in range(1, 31)]
    refusal = {"kind": "status", "status": 429, "body": "{}"}
    burst = (("quickbooks", "/cdc$", 2), ("hubspot", "/batch/upsert$", 2), ("hubspot", "/search$", 2),
             ("hubspot", "/batch/", 1))  # fmt: skip
    books.sandbox.faults(
        *(
            {"match": {"vendor": vendor, "path": path}, "fault": refusal, "times": times}
            for vendor, path, times in burst
        )
    )
    refused = 0
    for _ in range(20):
        try:
            books.sync()
        except RateLimited:
            refused += 1
        else:
            break
    assert refused >= 3
    books.sandbox.faults()
    books.sync()
    told: list[Any] = [each["properties"]["hs_number"] for each in books.hubspot_invoices()]
    assert sorted(told) == sorted(raw["DocNumber"] for raw in made)
    assert not ParkedRecord.objects.for_portal(books.portal).exists()
