"""Month end in Chromium: it fits, it is accessible, and QuickBooks is asked in place (E-11)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from integration import transports
from invoices.models import Invoice
from tests import books
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.invoices.desk import Desk
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect


@pytest.fixture
def unlimited(settings: Settings) -> Iterator[None]:
    """Only the sandbox's own limits."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield
    transports.start_over()


@pytest.fixture
def desk(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Desk:
    """A month with invoices of two currencies, one of which differs, and a payment too high."""
    found = Desk(connect(sandbox))
    day = found.books.day(0)
    books.invoice(found.company, total="1234.50", TxnDate=day)
    books.invoice(found.company, total="980", TxnDate=day, CurrencyRef={"value": "EUR"})
    differs = books.invoice(found.company, total="30.00", TxnDate=day, EmailStatus="EmailSent")
    Invoice.objects.for_portal(found.books.portal).filter(pk=differs.pk).update(
        total_differs=True, expected_total=Decimal("29.98")
    )
    raw = found.books.make("100.00")
    found.books.do("pay", invoice_id=raw["Id"], amount="130.25")
    return found


def address(site: str, desk: Desk) -> str:
    return f"{site}/p/{desk.books.portal.pk}/invoices/month-end/?month={desk.books.day(0)[:7]}"


def test_e11_quickbooks_is_asked_in_place(sign_in: SignIn, site: str, desk: Desk) -> None:
    page = sign_in(desk.member)
    page.goto(address(site, desk))
    page.get_by_role("link", name="Look in QuickBooks").click()
    expect(page.get_by_role("cell", name="30.25 USD").first).to_be_visible()
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    assert "look=1" not in page.url
    page.get_by_role("link", name="Created here").click()
    expect(page.get_by_text("3 results")).to_be_visible()


def test_e11_the_page_is_accessible_and_fits(sign_in: SignIn, site: str, desk: Desk) -> None:
    page = sign_in(desk.member)
    page.goto(f"{address(site, desk)}&look=1")
    assert faults(page) == []
    assert page.locator("h1").count() == 1
