"""Both sides compared in Chromium: progress, report, preview, fix, both sides agree (B-26, D-31)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from integration import transports
from integration.clock import now
from integration.jobs import Lease
from integration.models.people import Role
from integration.records.hubspot import Write
from sync.reconciliation_work import FIX, JOB, compare, fix
from tests import tenants
from tests.browser.conftest import SIZES, SignIn
from tests.browser.looks import findings, overflow
from tests.sandbox_process import SandboxProcess
from tests.sync.books import DEAL, Books, connect_prepared

PICTURES = os.environ.get("DEALBOOKS_PICTURES", "")
"""A folder to keep pictures of the pages in; none by default."""


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
    looked_at(page, "report")
    page.get_by_role("link", name="Fix all").click()
    expect(page.get_by_role("heading", name="2 will be restored")).to_be_visible()
    looked_at(page, "fix")
    page.get_by_role("button", name="Write to HubSpot again").click()
    expect(page.get_by_text("2 records are written to HubSpot again now.")).to_be_visible()
    turn(books, FIX, fix)
    expect(page.get_by_role("heading", name="All differences are settled")).to_be_visible()
    expect(page.locator("tbody .badge", has_text="Fixed")).to_have_count(2)
    assert books.deal()["open_balance"] == "100.00"
    page.goto(f"{site}/p/{books.portal.pk}/sync/reconciliations/")
    looked_at(page, "reports")


def looked_at(page: Page, name: str) -> None:
    """It fits, is accessible, in both sizes and looks."""
    for size, scheme in (("phone", "dark"), ("desk", "light")):
        page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{size}.png"), full_page=True)
        assert findings(page) == []
        assert overflow(page) <= 0
