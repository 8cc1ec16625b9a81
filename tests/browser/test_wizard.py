"""The wizard with JavaScript: autosave, type-ahead, the tax panel, keys; on the deal page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django import Settings

from integration import transports
from invoices.models import Draft, Invoice
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.invoices.desk import DEAL, Desk
from tests.sandbox_process import SandboxProcess
from tests.sync.books import UK, US, connect_prepared


@pytest.fixture
def unlimited(settings: Settings) -> Iterator[None]:
    """Only the sandbox's own limits."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield
    transports.start_over()


@pytest.fixture
def sit_down(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Any:
    """A desk at the company of this realm."""

    def at(realm: str) -> Desk:
        return Desk(connect_prepared(sandbox, realm=realm))

    return at


@pytest.fixture
def desk(sit_down: Any) -> Desk:
    return sit_down(US)  # type: ignore[no-any-return]


def start(page: Page, site: str, desk: Desk) -> None:
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{DEAL}/")
    page.get_by_role("button", name="Create invoice").click()
    page.get_by_label("From scratch").check()
    page.get_by_role("button", name="Next: customer").last.click()
    expect(page.get_by_role("heading", name="Who is the invoice for?")).to_be_visible()


def pick(page: Page, label: str, text: str, option: str) -> None:
    page.get_by_role("combobox", name=label).fill(text)
    page.get_by_role("option", name=option).first.click()


def saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_text("Saved")


def test_s24_s46_from_the_deal_to_the_invoice(sign_in: SignIn, site: str, desk: Desk) -> None:
    page = sign_in(desk.member)
    start(page, site, desk)
    customer, item = desk.customer(), desk.item()
    page.get_by_text("Another customer").or_(page.get_by_text("A customer in QuickBooks")).click()
    pick(page, "Customer", customer.display_name[:6], customer.display_name)
    saved(page)
    expect(page.locator("#wizard-summary")).to_contain_text(customer.display_name)
    page.get_by_role("button", name="Next: products").last.click()
    pick(page, "Add products from QuickBooks", item.name[:5], item.name)
    quantity = page.get_by_role("textbox", name="Quantity")
    expect(quantity).to_have_value("1")
    quantity.fill("4")
    quantity.blur()
    expect(page.locator("#wizard-summary")).to_contain_text(f"{item.name} × 4")
    page.get_by_role("button", name="Next: details").last.click()
    page.get_by_label("Write a message to your customer").fill("Thank you!")
    page.get_by_role("button", name="Next: review").last.click()
    expect(page.get_by_text("Thank you!")).to_be_visible()
    page.get_by_role("button", name="Create invoice in QuickBooks").click()
    expect(page.get_by_text("It is ready to be sent from QuickBooks.")).to_be_visible(
        timeout=20_000
    )
    assert Invoice.objects.for_portal(desk.books.portal).count() == 1


def test_s45_autosave_survives_a_reload(sign_in: SignIn, site: str, desk: Desk) -> None:
    page = sign_in(desk.member)
    start(page, site, desk)
    page.goto(page.url.replace("/customer/", "/details/"))
    page.get_by_label("Write a message to your customer").fill("Half a sent")
    page.get_by_label("Write a message to your customer").blur()
    saved(page)
    page.reload()
    expect(page.get_by_label("Write a message to your customer")).to_have_value("Half a sent")


def test_s45_what_is_typed_after_the_session_ended_is_there_after_signing_in(
    sign_in: SignIn, site: str, desk: Desk
) -> None:
    page = sign_in(desk.member)
    start(page, site, desk)
    page.goto(page.url.replace("/customer/", "/details/"))
    message = page.get_by_label("Write a message")
    for name, leave in [("blur", message.blur),
                        ("next", page.get_by_role("button", name="Next: review").last.click)]:  # fmt: skip
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        message.fill(f"Thank you, {name}")
        leave()
        expect(page).to_have_url(re.compile("/accounts/login/"))
        address = page.url.partition("?next=")[2]
        sign_in(desk.member).close()
        page.goto(f"{site}{address}")
        expect(message).to_have_value(f"Thank you, {name}")
        saved(page)


def test_s45_tabbing_on_from_a_price_saves_it_and_removes_nothing(
    sign_in: SignIn, site: str, desk: Desk
) -> None:
    """Autosave runs while the Remove button of the same line has the focus."""
    page = sign_in(desk.member)
    draft = desk.draft(lines=())
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/{draft.pk}/lines/")
    pick(page, "Add products from QuickBooks", desk.item().name[:5], desk.item().name)
    price = page.get_by_role("textbox", name="Price")
    price.fill("12.34")
    price.press("Tab")
    remove = page.get_by_role("button", name=re.compile("^Remove "))
    remove.focus()
    expect(remove).to_be_focused()
    expect(page.locator("#wizard-summary")).to_contain_text("12.34")
    saved(page)
    expect(price).to_have_value("12.34")


def test_s37_s38_the_panel_of_tax_codes(sign_in: SignIn, site: str, sit_down: Any) -> None:
    desk = sit_down(UK)
    page = sign_in(desk.member)
    start(page, site, desk)
    page.goto(page.url.replace("/customer/", "/lines/"))
    item = desk.item()
    pick(page, "Add products from QuickBooks", item.name[:5], item.name)
    page.get_by_text("View product tax codes").click()
    code = page.get_by_label(item.name, exact=True)
    expect(code).to_be_visible()
    standard = next(
        c for c in desk.reference.tax_codes() if c.sales_rates and c.sales_rates[0][1] == 20
    )
    code.select_option(standard.id)
    expect(page.locator(".line-code")).to_have_text(standard.name)
    page.keyboard.press("Escape")
    expect(code).not_to_be_visible()
    draft = Draft.objects.for_portal(desk.books.portal).get()
    assert draft.content["lines"][0]["tax_code_id"] == standard.id


def test_b04_a_second_press_is_swallowed(sign_in: SignIn, site: str, desk: Desk) -> None:
    draft = desk.draft()
    page = sign_in(desk.member)
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/{draft.pk}/review/")
    page.get_by_role("button", name="Create invoice in QuickBooks").dblclick()
    expect(page.get_by_text("It is ready to be sent from QuickBooks.")).to_be_visible(
        timeout=20_000
    )
    assert Invoice.objects.for_portal(desk.books.portal).count() == 1


@pytest.fixture
def addresses(desk: Desk) -> list[str]:
    """Every page of deals, invoices and the wizard, with something on it."""
    portal = desk.books.portal.pk
    operation = desk.submit(desk.draft(message="Thanks\nSee you"))
    assert operation.invoice is not None
    desk.books.do("pay", invoice_id=operation.invoice.qbo_id, amount="20.00")
    desk.books.sync()
    draft = desk.draft()
    broken = desk.draft(deal="20300100002", customer_id="", lines=(), bill_email="nobody")
    deal, other = f"/p/{portal}/deals/{DEAL}/", f"/p/{portal}/deals/20300100002/"
    steps = [
        f"{deal}invoice/{draft.pk}/{step}/" for step in ("customer", "lines", "details", "review")
    ]
    return [
        f"/p/{portal}/deals/",
        f"/p/{portal}/deals/?hubspot=1&q=a",
        deal,
        f"{deal}invoice/",
        *steps,
        f"{other}invoice/{broken.pk}/review/",
        f"{other}invoice/{broken.pk}/customer/",
        f"{deal}invoice/{draft.pk}/discard/",
        f"{deal}invoices/{operation.invoice.pk}/?created=1",
        f"/p/{portal}/invoices/",
        f"/p/{portal}/invoices/?stage=paid",
        f"/p/{portal}/invoices/{operation.invoice.pk}/",
        f"/p/{portal}/invoices/drafts/",
        f"/p/{portal}/companies/{desk.company.pk}/numbers/",
    ]


def test_pages_are_accessible_and_fit(
    sign_in: SignIn, site: str, desk: Desk, addresses: list[str]
) -> None:
    page = sign_in(desk.member)
    for address in addresses:
        page.goto(f"{site}{address}")
        assert not re.search(r"\{[{%]", page.content()), address
        assert faults(page) == [], address


def test_c09_the_wizard_in_hubspots_frame(
    page: Page, site: str, desk: Desk, sandbox: SandboxProcess
) -> None:
    """HubSpot's deal page on another site opens the wizard; the invoice is made inside the frame."""
    seeded = next(iter(sandbox.state("hubspot")["hubspot"].values()))
    portal = desk.books.portal
    portal.ui_domain = sandbox.hubspot.partition("://")[2]
    portal.save()
    user = seeded["owners"][1]
    desk.member.hubspot_user_id = str(user["userId"])
    desk.member.save()
    page.goto(f"{sandbox.hubspot}/contacts/{portal.hub_id}/record/0-3/{DEAL}")
    page.get_by_role("button", name="Create invoice").first.click()
    card = page.frame_locator("iframe[name=card]")
    card.get_by_label("From scratch").check(timeout=20_000)
    card.get_by_role("button", name="Next: customer").last.click()
    expect(card.get_by_role("heading", name="Who is the invoice for?")).to_be_visible(
        timeout=20_000
    )
    customer, item = desk.customer(), desk.item()
    card.get_by_text("Another customer").or_(card.get_by_text("A customer in QuickBooks")).click()
    card.get_by_role("combobox", name="Customer").fill(customer.display_name[:6])
    card.get_by_role("option", name=customer.display_name).first.click()
    expect(card.locator("#wizard-summary")).to_contain_text(customer.display_name)
    card.get_by_role("button", name="Next: products").last.click()
    card.get_by_role("combobox", name="Add products").fill(item.name[:5])
    card.get_by_role("option", name=item.name).first.click()
    expect(card.get_by_role("textbox", name="Quantity")).to_have_value("1")
    card.get_by_role("button", name="Next: details").last.click()
    card.get_by_role("button", name="Next: review").last.click()
    card.get_by_role("button", name="Create invoice in QuickBooks").click()
    expect(card.get_by_text("It is ready to be sent from QuickBooks.")).to_be_visible(
        timeout=20_000
    )
    assert Invoice.objects.for_portal(portal).count() == 1
