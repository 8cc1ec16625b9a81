"""The customer step and requested customers in Chromium: with the keyboard, and how they look."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from integration.clock import now
from integration.models import Portal, SavedView
from integration.models.people import Role
from invoices.models import CustomerRequest
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.browser.test_existing import desk, unlimited
from tests.invoices.desk import DEAL, Desk

NAME = "Newcomer Nurseries"
__all__ = ["desk", "unlimited"]


def begin(page: Page, site: str, desk: Desk) -> None:
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{DEAL}/")
    page.get_by_role("button", name="Create invoice").click()
    if "/source/" in page.url or page.get_by_text("Create from scratch").count():
        page.get_by_label(re.compile("from scratch", re.I)).check()
        page.get_by_role("button", name=re.compile("^Next")).click()
    page.wait_for_url("**/customer/")


def ask(page: Page, site: str, desk: Desk) -> CustomerRequest:
    begin(page, site, desk)
    page.get_by_label("Create new QuickBooks customer").check()
    page.get_by_label("Display name").fill(NAME)
    page.get_by_role("button", name=re.compile("^Next")).click()
    page.wait_for_url("**/lines/")
    found: CustomerRequest = CustomerRequest.objects.for_portal(desk.books.portal).get()
    return found


def test_e10_d06_the_pages_are_accessible_and_fit(sign_in: SignIn, site: str, desk: Desk) -> None:
    desk.books.configure(rep_customers="request")
    Portal.objects.filter(pk=desk.books.portal.pk).update(deal_scope="all")
    seller = sign_in(tenants.member(desk.books.portal, Role.SALES_REP))
    request = ask(seller, site, desk)
    step = seller.url.replace("/lines/", "/customer/")
    SavedView.objects.create(
        portal=desk.books.portal, person=desk.member.person, page="invoices", name="Overdue, large",
        query="sort=-total&stage=overdue", created_at=now(),
    )  # fmt: skip
    bad: dict[str, Any] = {}
    look(seller, {"customer-step": step}, bad)
    accountant = sign_in(desk.member)
    base = f"{site}/p/{desk.books.portal.pk}/invoices/"
    look(
        accountant,
        {
            "requests": f"{base}customers/",
            "request": f"{base}customers/{request.pk}/",
            "saved-view": f"{base}?sort=-total&stage=overdue",
            "unsaved-view": f"{base}?stage=paid",
        },
        bad,
    )
    assert bad == {}
    accountant.goto(f"{base}customers/{request.pk}/")
    accountant.get_by_role("button", name="Accept").click()
    expect(accountant.get_by_text("Accepted.")).to_be_visible()


def look(page: Page, addresses: dict[str, str], bad: dict[str, Any]) -> None:
    for name, address in addresses.items():
        page.goto(address)
        if found := faults(page):
            bad[name] = found


def test_d06_a_parent_is_found_by_typing(sign_in: SignIn, site: str, desk: Desk) -> None:
    page = sign_in(desk.member)
    begin(page, site, desk)
    page.get_by_label("Create new QuickBooks customer").check()
    page.get_by_role("combobox", name="Parent customer").press_sequentially("Amy")
    page.locator(".combobox-option").first.click()
    page.get_by_label("Display name").fill("Roof of the aviary")
    page.get_by_role("button", name=re.compile("^Next")).click()
    page.wait_for_url("**/lines/")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("combobox", name="Parent customer")).to_have_value(re.compile("Amy"))
    expect(page.get_by_label("Bill with parent")).to_be_checked()
