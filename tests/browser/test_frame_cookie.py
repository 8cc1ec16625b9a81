"""Control 9 in Chromium: HubSpot's site frames ours, third-party cookie rules and all."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from integration.models import Membership
from integration.models.people import Role
from tests import tenants
from tests.sandbox_process import SandboxProcess

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.security.frame_urls"),
]


@pytest.fixture
def rep(sandbox: SandboxProcess) -> Membership:
    """Whoever looks at the sandbox's deal page, linked to a person here."""
    seeded = seed(sandbox)
    portal = tenants.portal(
        hub_id=seeded["portalId"], ui_domain=sandbox.hubspot.partition("://")[2]
    )
    user = seeded["owners"][1]
    return tenants.member(portal, Role.OWNER, hubspot_user_id=str(user["userId"]))


def seed(sandbox: SandboxProcess) -> dict[str, Any]:
    """The sandbox's first portal."""
    return dict(next(iter(sandbox.state("hubspot")["hubspot"].values())))


@pytest.fixture
def deal(page: Page, sandbox: SandboxProcess, rep: Membership, live_server: LiveServer) -> Page:
    """A deal's page in the simulated HubSpot."""
    number = min(seed(sandbox)["objects"]["deals"], key=int)
    page.goto(f"{sandbox.hubspot}/contacts/{rep.portal.hub_id}/record/0-3/{number}")
    return page


def open_card(deal: Page) -> Any:
    deal.get_by_role("button", name="Create invoice").first.click()
    return deal.frame_locator("iframe[name=card]")


def test_c09_the_frame_opens_and_its_forms_work(deal: Page, rep: Membership) -> None:
    card = open_card(deal)
    expect(card.get_by_text(f"New for {rep.person}")).to_be_visible()
    card.get_by_role("button", name="Next").click()
    expect(card.get_by_text(f"Saved for {rep.person}")).to_be_visible()


def test_c09_no_other_site_frames_the_page(
    deal: Page, rep: Membership, quiet_console: list[str]
) -> None:
    rep.portal.ui_domain = "app.hubspot.com"
    rep.portal.save()
    with deal.expect_console_message(lambda line: "frame-ancestors" in line.text):
        open_card(deal)
    assert quiet_console
    quiet_console.clear()
