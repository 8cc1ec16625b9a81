"""Adding existing invoices in Chromium: on a contact's page, in HubSpot's frame, and how it looks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from integration import jobs, sessions, transports
from integration.clock import now
from integration.hubspot_setup import ensure_properties
from integration.models import Company, CompanySettings
from integration.models.people import Role
from invoices.models import InvoiceAttachment
from invoices.references import reference
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.invoices.desk import DEAL, Desk
from tests.sandbox_process import SandboxProcess
from tests.sync.books import HUB, UK, connect

AMY, AMYS_COMPANY = "20100100001", "20200100001"


@pytest.fixture
def unlimited(settings: Settings) -> Iterator[None]:
    """Only the sandbox's own limits."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield
    transports.start_over()


@pytest.fixture
def desk(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Desk:
    sandbox.switch(burst_limit=0)
    books = connect(sandbox)
    ensure_properties(books.portal, sessions.hubspot(books.portal), now())
    return Desk(books)


def ties(desk: Desk) -> set[tuple[str, str, str]]:
    rows = InvoiceAttachment.objects.for_portal(desk.books.portal).filter(detached_at=None)
    return set(rows.values_list("invoice__doc_number", "object_kind", "hubspot_id"))


def removal(page: Page, number: str) -> Locator:
    return page.get_by_role("link", name=re.compile(f"^Remove.*{number}$"))


def test_s64_to_s71_search_tick_add_and_remove(sign_in: SignIn, site: str, desk: Desk) -> None:
    page = sign_in(desk.member)
    page.goto(f"{site}/p/{desk.books.portal.pk}/contacts/{AMY}/")
    page.get_by_role("link", name="Add existing invoice").click()
    expect(page.get_by_role("heading", name="Newest invoices")).to_be_visible()
    add = page.get_by_role("button", name="Add", exact=True)
    expect(add).to_be_hidden()
    page.get_by_label("1043").check()
    expect(page.locator("[data-select-count]")).to_have_text("1")
    page.get_by_label("Invoice number").fill("1042")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ticked before")).to_be_visible()
    page.get_by_label("1042").check()
    expect(page.locator("[data-select-count]")).to_have_text("2")
    add.click()
    expect(page.get_by_role("heading", name="2 invoices added")).to_be_visible()
    assert ties(desk) == {("1042", "contacts", AMY), ("1043", "contacts", AMY)}
    page.get_by_role("link", name="Back to the record").click()
    removal(page, "1043").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The invoice stays in QuickBooks")
    dialog.get_by_role("button", name="Remove invoice").click()
    expect(removal(page, "1042")).to_be_visible()
    expect(removal(page, "1043")).to_have_count(0)
    assert ties(desk) == {("1042", "contacts", AMY)}


@pytest.mark.parametrize(("kind", "record"), [("0-1", AMY), ("0-2", AMYS_COMPANY), ("0-3", DEAL)])
def test_c09_s64_the_same_in_hubspots_frame(
    page: Page, site: str, desk: Desk, kind: str, record: str
) -> None:
    portal = desk.books.portal
    portal.ui_domain = desk.sandbox.hubspot.partition("://")[2]
    portal.save(update_fields=["ui_domain"])
    tenants.member(portal, Role.SALES_REP, **rep_of(desk))
    page.goto(f"{desk.sandbox.hubspot}/contacts/{HUB}/record/{kind}/{record}")
    page.get_by_role("button", name="Add existing invoice").click()
    frame = page.frame_locator("iframe[name=card]")
    frame.get_by_label("Invoice number").fill("1042")
    frame.get_by_role("button", name="Search").click()
    frame.get_by_label("1042").check()
    frame.get_by_role("button", name="Add", exact=True).click()
    expect(frame.get_by_role("heading", name="1 invoice added")).to_be_visible()
    frame.get_by_role("link", name="Back to the record").click()
    expect(frame.get_by_text("Whitcombe Gallery")).to_be_visible()
    assert len(ties(desk)) == 1


def rep_of(desk: Desk) -> dict[str, str]:
    """Whom the sandbox shows as signed in: the portal's first rep, who owns these records."""
    user = desk.sandbox.state("hubspot")["hubspot"][str(HUB)]["owners"][1]
    return {"hubspot_user_id": str(user["userId"]), "hubspot_owner_id": str(user["id"])}


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    """Something on every page: several companies, attached ones, suggestions."""
    books = desk.books
    connect(desk.sandbox, realm=UK, portal=books.portal)
    settings = CompanySettings.objects.for_portal(books.portal).filter(company=books.company)
    settings.update(automatic_attachment="attach")
    books.link_customer("1", "companies", AMYS_COMPANY)
    for amount, customer in (("120.00", "1"), ("75.50", "3"), ("310.00", "4")):
        field = {"DefinitionId": "1", "Type": "StringType", "StringValue": reference(DEAL)}
        books.make(amount, customer, CustomField=[field])
    books.sync()
    [job] = books.owed("invoices.suggest")
    jobs.run_one(job.pk, now())
    return desk


def addresses(desk: Desk) -> dict[str, str]:
    portal, company = desk.books.portal, Company.objects.for_portal(desk.books.portal)
    us = company.get(realm_id=desk.books.company.realm_id).pk
    attached = InvoiceAttachment.objects.for_portal(portal).get().invoice_id
    base = f"/p/{portal.pk}"
    return {
        "company": f"{base}/contacts/{AMY}/existing/",
        "search": f"{base}/deals/{DEAL}/existing/?company={us}&all=1&chosen=10~1043",
        "linked": f"{base}/companies/{AMYS_COMPANY}/existing/?company={us}",
        "nothing": f"{base}/contacts/{AMY}/existing/?company={us}&number=nothing&total=abc",
        "added": f"{base}/deals/{DEAL}/existing/added/?added={attached}&already=1&missing=1044",
        "deal": f"{base}/deals/{DEAL}/",
        "contact": f"{base}/contacts/{AMY}/",
        "detach": f"{base}/deals/{DEAL}/invoices/{attached}/remove/",
        "suggestions": f"{base}/invoices/suggestions/",
    }


def test_the_pages_are_accessible_and_fit(sign_in: SignIn, site: str, furnished: Desk) -> None:
    page = sign_in(furnished.member)
    for address in addresses(furnished).values():
        page.goto(f"{site}{address}")
        assert faults(page) == [], address
