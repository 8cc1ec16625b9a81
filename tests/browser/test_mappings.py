"""Field mappings in Chromium: the journey of an admin, and how the pages look."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from integration import sessions, transports
from integration.clock import now
from integration.hubspot_setup import ensure_properties
from integration.models.people import Role
from integration.reference import refresh_reference
from mappings.checking import refresh
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.sandbox_process import SandboxProcess
from tests.sync.books import Books, connect


@pytest.fixture
def books(transactional_db: None, sandbox: SandboxProcess, settings: Settings) -> Iterator[Books]:
    """The US company with its lists, and HubSpot's properties read."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    sandbox.switch(burst_limit=0)
    found = connect(sandbox)
    ensure_properties(found.portal, sessions.hubspot(found.portal), now())
    refresh_reference(found.company, sessions.quickbooks(found.company), now())
    refresh(found.portal, now())
    yield found
    transports.start_over()


@pytest.fixture
def admin(books: Books, sign_in: SignIn) -> Books:
    sign_in(tenants.member(books.portal, Role.ADMIN))
    return books


def address(books: Books, name: str, kind: str = "contacts", *more: str) -> str:
    return reverse(name, args=[books.portal.pk, books.company.pk, kind, *more])


def test_b30_an_admin_adds_a_mapping_after_testing_it_on_a_record(
    page: Page, site: str, admin: Books
) -> None:
    page.goto(site + address(admin, "mapping_list"))
    page.get_by_role("link", name="Add mapping").click()
    page.get_by_label("QuickBooks field").select_option("DisplayName")
    page.get_by_label("HubSpot property").select_option("jobtitle")
    page.get_by_label("Transform", exact=True).select_option("case")
    page.get_by_role("button", name="Add transform").click()
    page.get_by_label("Letters").select_option("lower")
    page.get_by_role("searchbox", name="Customer name or e-mail").fill("amy")
    page.get_by_role("button", name="Find records").click()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_role("cell", name="amy's bird sanctuary").first).to_be_visible()
    expect(page.get_by_text("Nothing was.")).to_be_visible()
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("The mapping is saved.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="jobtitle")
    expect(row.get_by_text("Working")).to_be_visible()
    row.locator("summary").click()
    row.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete mapping").click()
    expect(page.get_by_text("The mapping is deleted.")).to_be_visible()
    page.get_by_role("link", name="Versions and undo").click()
    page.get_by_role("link", name="Undo last change").click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("row").filter(has_text="jobtitle")).to_be_visible()


def test_b30_pressing_enter_in_the_form_saves(page: Page, site: str, admin: Books) -> None:
    page.goto(site + address(admin, "mapping_edit", "contacts", "website"))
    page.get_by_role("searchbox", name="Customer name or e-mail").press("Enter")
    expect(page).to_have_url(site + address(admin, "mapping_list"))


def pages_of(books: Books) -> list[str]:
    kinds = [("mapping_list", kind) for kind in ("contacts", "companies", "products", "invoices")]
    return [
        *(address(books, name, kind) for name, kind in kinds),
        address(books, "mapping_add"),
        address(books, "mapping_edit", "contacts", "email"),
        address(books, "mapping_delete", "contacts", "email"),
        address(books, "mapping_test") + "?record=1",
        address(books, "mapping_import"),
        address(books, "mapping_versions"),
        reverse("property_targets", args=[books.portal.pk, "deals"]),
        reverse("sync_invoices_tab", args=[books.portal.pk, books.company.pk]),
    ]


def test_b30_the_pages_of_mappings_are_in_order(page: Page, site: str, admin: Books) -> None:
    for path in pages_of(admin):
        page.goto(site + path)
        assert faults(page) == [], path
