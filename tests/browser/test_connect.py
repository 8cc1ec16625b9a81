"""Connecting in a real browser, through the vendors' consent pages (S-11 to S-17, D-02, D-03)."""

import re

import pytest
from playwright.sync_api import Page, expect

from integration.models import AuditEvent, Company, Grant, PendingConnection, Portal
from integration.models.grants import GrantState
from tests import connecting, tenants
from tests.browser.conftest import SignIn
from tests.sandbox_process import SandboxProcess

US, UK = "Dealbooks Demo Co (US)", "Tea & Tools Ltd"


@pytest.fixture
def portal(sandbox: SandboxProcess, new_portal: Portal) -> Portal:
    return new_portal


def allow_quickbooks(page: Page, company: str) -> None:
    """Choose a company on Intuit's page and allow."""
    page.get_by_text(company, exact=False).first.click()
    page.get_by_role("button", name="Allow").click()


def test_s11_s12_s13_s14_s15_a_newcomer_connects_both_sides(
    sign_in: SignIn, site: str, portal: Portal
) -> None:
    page = sign_in(tenants.member(portal))
    page.goto(f"{site}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("First steps")
    page.get_by_role("button", name="Connect HubSpot").click()
    page.get_by_role("button", name=re.compile("Connect")).click()
    expect(page.get_by_role("status").filter(has_text="HubSpot is connected")).to_be_visible()

    page.get_by_role("button", name="Connect QuickBooks account").click()
    allow_quickbooks(page, US)
    question = f"Connect {US} (US, USD) to portal harborlight-trading.example?"
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    assert not Company.objects.for_portal(portal).exists()
    page.get_by_role("button", name=f"Connect {US}").click()
    expect(page.get_by_text(f"{US} is connected.")).to_be_visible()

    page.goto(f"{site}/p/{portal.pk}/settings/connections/")
    page.get_by_role("button", name="Connect QuickBooks account").click()
    allow_quickbooks(page, UK)
    page.get_by_role("button", name=f"Connect {UK}").click()
    for name in (US, UK):
        card = page.get_by_role("article", name=name)
        expect(card.get_by_text("Connected", exact=True)).to_be_visible()
        expect(card.get_by_text("100", exact=True)).to_be_visible()


def test_d02_denied_at_either_vendor_stores_nothing(
    sign_in: SignIn, site: str, portal: Portal
) -> None:
    page = sign_in(tenants.member(portal))
    page.goto(f"{site}/p/{portal.pk}/settings/connections/")
    page.get_by_role("button", name="Connect HubSpot").click()
    page.get_by_role("button", name=re.compile("Cancel|Deny")).click()
    expect(page.get_by_role("alert")).to_contain_text("access was not allowed on its page")
    expect(page).to_have_url(f"{site}/p/{portal.pk}/settings/connections/")
    assert not Grant.objects.for_portal(portal).exists()


def test_d02_a_person_may_say_no_before_anything_is_stored(
    sign_in: SignIn, site: str, sandbox: SandboxProcess, transactional_db: None
) -> None:
    portal, page = connected(sign_in)
    page.goto(f"{site}/p/{portal.pk}/settings/connections/")
    page.get_by_role("button", name="Connect QuickBooks account").first.click()
    allow_quickbooks(page, UK)
    page.get_by_role("button", name="No, give the access back").click()
    expect(page.get_by_text(f"{UK} was not connected, as you chose.")).to_be_visible()
    assert not Company.objects.for_portal(portal).exists()
    assert not PendingConnection.objects.for_portal(portal).exists()
    assert AuditEvent.objects.for_portal(portal).filter(action="company.declined").exists()


def test_d02_a_reconnect_with_another_company_is_refused_by_name(
    sign_in: SignIn, site: str, sandbox: SandboxProcess, transactional_db: None
) -> None:
    portal, page = connected(sign_in, connecting.US)
    page.goto(f"{site}/p/{portal.pk}/settings/connections/")
    page.get_by_role("button", name=f"Reconnect {US}").click()
    allow_quickbooks(page, UK)
    expect(page.get_by_role("alert")).to_contain_text(f"You chose {UK}, but this reconnects {US}.")
    assert [each.name for each in Company.objects.for_portal(portal)] == [US]


def test_s16_d03_disconnect_asks_first_and_sticks(
    sign_in: SignIn, site: str, sandbox: SandboxProcess, transactional_db: None
) -> None:
    portal, page = connected(sign_in, connecting.US)
    page.goto(f"{site}/p/{portal.pk}/settings/connections/")
    page.get_by_role("link", name=f"Disconnect {US}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text(f"Disconnect {US}?")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert Company.objects.for_portal(portal).get().is_connected

    page.get_by_role("link", name=f"Disconnect {US}").click()
    dialog.get_by_label("Mark what was synced").check()
    dialog.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text(f"{US} is disconnected.")).to_be_visible()
    company = Company.objects.for_portal(portal).get()
    assert (company.is_connected, company.after_disconnect) == (False, "mark")
    assert connecting.grant_of(portal, company).state == GrantState.DISCONNECTED
    expect(page.get_by_role("article", name=US)).to_contain_text("Disconnected")


def connected(sign_in: SignIn, *realms: str) -> tuple[Portal, Page]:
    """A portal connected to HubSpot and these companies, and its owner's page."""
    person = tenants.person()
    portal = connecting.connected_portal(person)
    actor = connecting.owner_of(portal)
    for realm in realms:
        connecting.connected_company(actor, realm)
    assert actor.membership is not None
    return portal, sign_in(actor.membership)
