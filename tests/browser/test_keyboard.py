"""Working without a mouse, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from integration.models import Membership, Portal
from integration.models.people import Role
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import findings


@pytest.fixture
def portal(transactional_db: None) -> Portal:
    found = tenants.portal()
    tenants.company(found)
    return found


def test_ctrl_k_searches_from_anywhere_and_enter_goes_there(
    sign_in: SignIn, site: str, portal: Portal
) -> None:
    page = sign_in(tenants.member(portal))
    page.goto(f"{site}/p/{portal.pk}/help/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_focused()
    field.fill("audit")
    expect(page.get_by_role("option", name="Audit log")).to_have_attribute("aria-selected", "true")
    assert findings(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/p/{portal.pk}/settings/audit/")


def test_escape_closes_search_and_menus(sign_in: SignIn, site: str, portal: Portal) -> None:
    page = sign_in(tenants.member(portal))
    page.goto(f"{site}/p/{portal.pk}/help/")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    menu = page.locator(".topbar details.menu").last
    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_picker_is_used_with_the_keys(site: str, page: Page) -> None:
    page.goto(f"{site}/styleguide/")
    field = page.get_by_role("combobox", name="Product or service")
    field.press_sequentially("garden")
    options = page.locator(".combobox").get_by_role("option")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    assert findings(page) == []
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("Garden design, per hour")
    assert page.locator("input[name=item]").input_value() == "1"
    field.fill("something else")
    field.press("Escape")
    expect(field).to_have_value("Garden design, per hour")
    field.fill("")
    field.blur()
    assert page.locator("input[name=item]").input_value() == ""


def test_a_question_opens_as_a_dialog_and_gives_the_focus_back(site: str, page: Page) -> None:
    page.goto(f"{site}/styleguide/")
    opener = page.get_by_role("link", name="Open a question")
    opener.focus()
    opener.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_problem_summary_is_read_first_and_leads_to_the_field(site: str, page: Page) -> None:
    page.goto(f"{site}/styleguide/")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Name on the invoice").press("Enter")
    expect(page.locator("#id_name").first).to_be_focused()


def test_everything_works_without_javascript(
    browser: Browser, sign_in: SignIn, site: str, portal: Portal
) -> None:
    owner = tenants.member(portal)
    other = tenants.member(portal, Role.SALES_REP)
    state = sign_in(owner).context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(f"{site}/p/{portal.pk}/settings/people/")
    page.get_by_role("link", name=f"Change {other.person}").click()
    page.get_by_label("Accountant").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"The role and companies of {other.person} are saved.")).to_be_visible()
    page.get_by_role("link", name=f"Change {other.person}").click()
    page.get_by_role("link", name="Remove from portal").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("no longer belongs to this portal")).to_be_visible()
    assert not Membership.objects.for_portal(portal).filter(pk=other.pk).exists()
    page.goto(f"{site}/p/{portal.pk}/help/")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("people")
    page.get_by_role("button", name="Search").click()
    page.locator("main").get_by_role("link", name="People").click()
    expect(page).to_have_url(f"{site}/p/{portal.pk}/settings/people/")
    page.context.close()


def test_the_theme_is_remembered_and_needs_no_javascript(site: str, page: Page) -> None:
    page.goto(f"{site}/styleguide/")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light").click()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark, light) == ("rgb(20, 24, 29)", "rgb(255, 255, 255)")


def test_the_checks_see_a_planted_fault(site: str, page: Page) -> None:
    page.goto(f"{site}/accounts/login/")
    page.evaluate(
        "document.querySelector('h1').style.color = 'color-mix(in srgb, var(--text) 20%, white)'"
    )
    assert any("color-contrast" in line for line in findings(page))
