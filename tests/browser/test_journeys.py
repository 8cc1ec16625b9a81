"""Whole ways to an invoice in the browser: a quote, UK VAT, own numbers, two companies (S-25 to S-62)."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from integration.models import Company
from integration.models.people import Role
from integration.records.quickbooks import Item
from invoices.models import Invoice
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.test_wizard import pick, saved, start
from tests.browser.test_wizard import unlimited as unlimited
from tests.invoices.desk import DEAL, Desk
from tests.sandbox_process import SandboxProcess
from tests.sync.books import UK, US, connect, connect_prepared

ADVANCED = "9341450000000004"
MADE = 20_000
"""Milliseconds an invoice may take on a busy machine."""


@pytest.fixture
def sit_down(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Any:
    """A desk at the company of this realm."""

    def at(realm: str) -> Desk:
        return Desk(connect_prepared(sandbox, realm=realm))

    return at


def choose_customer(page: Page, desk: Desk) -> None:
    name = desk.customer().display_name
    page.get_by_text("Another customer").or_(page.get_by_text("A customer in QuickBooks")).click()
    pick(page, "Customer", name[:6], name)
    saved(page)
    page.get_by_role("button", name="Next: products").last.click()


def add(page: Page, item: Item, price: str) -> None:
    pick(page, "Add products from QuickBooks", item.name[:5], item.name)
    field = page.get_by_role("textbox", name="Price").last
    field.fill(price)
    field.blur()
    saved(page)


def to_review(page: Page) -> None:
    page.get_by_role("button", name="Next: details").last.click()
    page.get_by_role("button", name="Next: review").last.click()
    expect(page.get_by_role("button", name="Create invoice in QuickBooks")).to_be_visible()


def create(page: Page, company: Company) -> Invoice:
    page.get_by_role("button", name="Create invoice in QuickBooks").click()
    made = page.get_by_text("It is ready to be sent from QuickBooks.")
    expect(made).to_be_visible(timeout=MADE)
    found: Invoice = Invoice.objects.for_portal(company.portal_id).get(company=company)
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(found))
    return found


def test_s26_s27_from_a_quote(sign_in: SignIn, site: str, sit_down: Any) -> None:
    desk = sit_down(US)
    page = sign_in(desk.member)
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{DEAL}/")
    page.get_by_role("button", name="Create invoice").click()
    quote = page.get_by_role("radio", name="From the quote “Visitor centre fit-out”")
    expect(quote).to_be_checked()
    page.get_by_role("button", name="Next: customer").last.click()
    expect(page.get_by_role("heading", name="Who is the invoice for?")).to_be_visible()
    choose_customer(page, desk)
    expect(page.locator("fieldset.line-editor").first).to_contain_text("Reception counter")
    to_review(page)
    invoice = create(page, desk.company)
    assert invoice.total - invoice.total_tax == Decimal("5427.60"), "what the quote says"
    assert not invoice.total_differs


def test_s36_d10_uk_vat(sign_in: SignIn, site: str, sit_down: Any) -> None:
    desk = sit_down(UK)
    page = sign_in(desk.member)
    start(page, site, desk)
    choose_customer(page, desk)
    add(page, desk.item(), "100.00")
    page.get_by_text("View product tax codes").click()
    standard = next(
        code
        for code in desk.reference.tax_codes()
        if code.sales_rates and code.sales_rates[0][1] == 20
    )
    page.get_by_label(desk.item().name, exact=True).select_option(standard.id)
    expect(page.locator(".line-code")).to_have_text(standard.name)
    page.keyboard.press("Escape")
    to_review(page)
    expect(page.get_by_text("120.00").first).to_be_visible()
    invoice = create(page, desk.company)
    assert (invoice.total, invoice.total_tax) == (Decimal("120.00"), Decimal("20.00"))
    assert not invoice.total_differs


def test_s62_s63_d12_custom_numbers(sign_in: SignIn, site: str, sit_down: Any) -> None:
    """Blocked until an accountant confirms the series; then the next number is taken."""
    desk = sit_down(ADVANCED)
    page = sign_in(desk.member)
    start(page, site, desk)
    choose_customer(page, desk)
    add(page, desk.item(), "50.00")
    to_review(page)
    review = page.url
    expect(page.get_by_text("custom transaction numbers switched on").first).to_be_visible()
    accountant = sign_in(tenants.member(desk.books.portal, Role.ACCOUNTANT))
    accountant.goto(f"{site}/p/{desk.books.portal.pk}/companies/{desk.company.pk}/numbers/")
    accountant.get_by_label("Prefix").fill("INV-")
    accountant.get_by_label("Next number").fill("4711")
    accountant.get_by_role("button", name="Confirm the series").click()
    expect(accountant.get_by_text("Invoices are numbered from it.")).to_be_visible()
    page = sign_in(desk.member)
    page.goto(review)
    expect(page.get_by_text("custom transaction numbers switched on")).to_have_count(0)
    assert create(page, desk.company).doc_number.endswith("4711")


def test_s14_s25_two_companies(sign_in: SignIn, site: str, sit_down: Any) -> None:
    first = sit_down(US)
    second = Desk(connect(first.sandbox, realm=UK, portal=first.books.portal), first.member)
    page = sign_in(first.member)
    page.goto(f"{site}/p/{first.books.portal.pk}/deals/{DEAL}/")
    page.get_by_role("button", name="Create invoice").click()
    expect(page.get_by_role("heading", name="Which company sends the invoice?")).to_be_visible()
    page.get_by_label("QuickBooks company").select_option(str(second.company.pk))
    page.get_by_role("button", name="Next").last.click()
    page.get_by_label("From scratch").check()
    page.get_by_role("button", name="Next: customer").last.click()
    choose_customer(page, second)
    add(page, second.item(), "10.00")
    page.get_by_text("View product tax codes").click()
    code = second.reference.tax_codes()[0]
    page.get_by_label(second.item().name, exact=True).select_option(code.id)
    page.keyboard.press("Escape")
    to_review(page)
    invoice = create(page, second.company)
    assert invoice.company == second.company
    assert not Invoice.objects.for_portal(first.books.portal).filter(company=first.company).exists()
