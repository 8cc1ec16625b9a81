"""Two hundred creations, each with one answer lost after the vendor did the work (B-04).

The path is that of a new customer's invoice, from submitting to the deal's properties. Each run
loses the answer of one of its vendor calls once, twice, or of two of them, in one of the ways an
answer gets lost.
"""

import re
from itertools import combinations, product
from typing import Any

import pytest

from integration import jobs
from integration.clock import now
from integration.models import Job
from invoices.draft import NewCustomer
from invoices.models import Draft, InvoiceOperation
from invoices.models.drafts import RecoveryPoint
from tests.invoices.conftest import books, desk, unlimited  # noqa: F401
from tests.invoices.desk import DEAL, Desk

pytestmark = pytest.mark.faults
PATH = (
    "GET /crm/objects/2026-03/deals/[0-9]+",
    "GET /v3/company/[0-9]+/preferences",
    "POST /v3/company/[0-9]+/customer",
    "POST /v3/company/[0-9]+/invoice",
    "POST /crm/objects/2026-03/invoices/batch/create",
    "POST /crm/objects/2026-03/deals/batch/update",
)
NAME = "Lost Answers Ltd"
WAYS: tuple[dict[str, Any], ...] = (
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "html"},
    {"kind": "empty"},
    {"kind": "malformed"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500},
    {"kind": "wrong_length"},
)
ONCE_OR_TWICE = [((call,), way, times) for call, way, times in product(PATH, WAYS, (1, 2))]
TWO_CALLS = [(pair, way, 1) for pair, way in product(combinations(PATH, 2), WAYS)]
RUNS = [*ONCE_OR_TWICE, *TWO_CALLS][:200]
KINDS = ("invoice.create", "deal.refresh")
ROUNDS = 8


def begun(at: Desk) -> Draft:
    return at.draft(
        customer_id="", customer_name="", new_customer=NewCustomer(NAME, email="a@lost.example")
    )


def create(at: Desk, draft: Draft) -> InvoiceOperation:
    """Submitted, and every job that follows from it done, however often it takes."""
    at.books.forget()
    operation = at.submit(draft)
    for _ in range(ROUNDS):
        owed = open_work(at)
        if not owed:
            break
        for job in owed:
            jobs.run_one(job.pk, now())
        at.books.turn(seconds=90)
    operation.refresh_from_db()
    return operation


def open_work(at: Desk) -> list[Job]:
    return list(jobs.open_jobs(at.books.portal).filter(kind__in=KINDS))


def as_rule(call: str, way: dict[str, Any], times: int) -> dict[str, Any]:
    method, path = call.split(" ", 1)
    vendor = "quickbooks" if path.startswith("/v3/") else "hubspot"
    match = {"vendor": vendor, "method": method, "path": f"^{path}$"}
    return {"match": match, "fault": {"when": "after_commit", **way}, "times": times}


def test_b04_the_path_is_the_one_disturbed(desk: Desk) -> None:  # noqa: F811
    operation = create(desk, begun(desk))
    assert operation.point == RecoveryPoint.DONE
    assert len(RUNS) == 200
    calls = desk.books.calls()
    assert len(calls) == len(PATH)
    for call, expected in zip(calls, PATH, strict=True):
        assert re.fullmatch(expected, call)


@pytest.mark.parametrize("run", range(len(RUNS)))
def test_b04_f21_no_lost_answer_makes_two(desk: Desk, run: int) -> None:  # noqa: F811
    calls, way, times = RUNS[run]
    draft = begun(desk)
    desk.sandbox.faults(*(as_rule(call, way, times) for call in calls))
    operation = create(desk, draft)
    assert operation.point == RecoveryPoint.DONE, (calls, way, operation.problem)
    assert open_work(desk) == []
    assert len(desk.customers_named(NAME)) == 1
    assert len(desk.ours(operation)) == 1
    shown = [each for each in desk.books.hubspot_invoices() if DEAL in deals_of(each)]
    assert len(shown) == 1, (calls, way)
    assert desk.books.deal()["invoice_count"] == "1"


def deals_of(held: dict[str, Any]) -> dict[str, Any]:
    return dict(held["associations"].get("deals", {}))
