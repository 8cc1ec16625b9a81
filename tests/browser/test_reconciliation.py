"""Both sides compared in Chromium: progress, report, preview, fix, both sides agree (B-26, D-31)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from integration import transports
from integration.clock import now
from integration.jobs import Lease
from integration.models.people import Role
from integration.records.hubspot import Write
from sync.reconciliation_work import FIX, JOB, compare, fix
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.sandbox_process import SandboxProcess
from tests.sync.books import DEAL, Books, connect_prepared


@pytest.fixture
def books(transactional_db: None, sandbox: SandboxProcess, settings: Settings) -> Books:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    found = connect_prepared(sandbox)
    raw = found.make("100.00", TxnDate=found.day(0))
    found.add(raw)
    found.sync()
    invoice = found.row(raw)
    found.hubspot().update(
        "invoices", [Write("1", {"dealbooks_billed": "90.00"}, invoice.hubspot_id)]
    )
    found.hubspot().update("deals", [Write("1", {"dealbooks_open_balance": "1.00"}, DEAL)])
    return found


def turn(books: Books, kind: str, work: Callable[..., object]) -> None:
    """One turn of the worker."""
    [job] = books.owed(kind)
    if work(job, Lease(job.pk, job.epoch), now()) is None:
        job.delete()


def test_b26_d31_a_report_is_made_read_and_fixed(sign_in: SignIn, site: str, books: Books) -> None:
    page = sign_in(tenants.member(books.portal, Role.ACCOUNTANT))
    page.goto(f"{site}/p/{books.portal.pk}/sync/")
    page.get_by_role("link", name="Compare with HubSpot").click()
    page.get_by_role("button", name="Reconcile now").click()
    expect(page.get_by_role("heading", name="Comparing both sides")).to_be_visible()
    page.reload()
    turn(books, JOB, compare)
    books.sync()
    for _ in range(3):
        turn(books, JOB, compare)
    expect(page.get_by_role("heading", name="2 records differ")).to_be_visible()
    expect(page.get_by_role("cell", name="−10.00 USD in HubSpot")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Fix all").click()
    expect(page.get_by_role("heading", name="2 will be restored")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Write to HubSpot again").click()
    expect(page.get_by_text("2 records are written to HubSpot again now.")).to_be_visible()
    turn(books, FIX, fix)
    expect(page.get_by_role("heading", name="All differences are settled")).to_be_visible()
    expect(page.locator("tbody .badge", has_text="Fixed")).to_have_count(2)
    assert books.deal()["open_balance"] == "100.00"
    page.goto(f"{site}/p/{books.portal.pk}/sync/reconciliations/")
    assert faults(page) == []
