"""An invoice that waits: predicted, sent, rejected, sent again, approved, created (B-28, D-15)."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from integration import jobs
from integration.clock import now
from integration.models import Membership
from integration.models.people import Role
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.test_journeys import MADE
from tests.browser.test_journeys import sit_down as sit_down
from tests.browser.test_wizard import unlimited as unlimited
from tests.invoices.desk import Desk
from tests.invoices.test_approvals import set_policy
from tests.sync.books import US


@pytest.fixture
def held(sit_down: Any) -> tuple[Desk, str]:
    """A desk whose company wants approval over 0.01, and the path of a draft's Review."""
    desk: Desk = sit_down(US)
    set_policy(desk, "over", "0.01")
    draft = desk.draft()
    place = f"/p/{desk.books.portal.pk}/deals/{draft.deal.hubspot_id}/invoice/{draft.pk}/review/"
    return desk, place


def open_waiting(page: Page, site: str, desk: Desk) -> None:
    page.goto(f"{site}/p/{desk.books.portal.pk}/tasks/")
    page.get_by_role("link", name="Approve an invoice").click()
    expect(page.get_by_role("heading", name="Why approval is needed")).to_have_count(0)
    expect(page.get_by_text("Why approval is needed")).to_be_visible()


def test_b28_d15_rejected_with_a_comment_then_approved(
    sign_in: SignIn, site: str, held: tuple[Desk, str]
) -> None:
    desk, review = held
    accountant: Membership = tenants.member(desk.books.portal, Role.ACCOUNTANT)
    page = sign_in(desk.member)
    page.goto(site + review)
    expect(page.get_by_text("This invoice will wait for approval")).to_be_visible()
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible(timeout=MADE)
    expect(page.get_by_text(str(accountant.person))).to_be_visible()

    page = sign_in(accountant)
    open_waiting(page, site, desk)
    page.get_by_label("Comment").fill("Ask for the order number first.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Nothing waits for approval.")).to_be_visible()

    page = sign_in(desk.member)
    page.goto(site + review)
    expect(page.get_by_text("Ask for the order number first.")).to_be_visible()
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("heading", name="Waiting for approval")).to_be_visible(timeout=MADE)

    page = sign_in(accountant)
    open_waiting(page, site, desk)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("goes on to QuickBooks now.")).to_be_visible()
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())

    page = sign_in(desk.member)
    page.goto(site + review)
    expect(page.get_by_text("approved by")).to_be_visible(timeout=MADE)
    totals = [Decimal(str(row["TotalAmt"])) for row in desk.in_quickbooks()[-1:]]
    assert totals
    assert totals[0] > 0


def test_s43_taken_back_it_is_a_draft_again(
    sign_in: SignIn, site: str, held: tuple[Desk, str]
) -> None:
    desk, review = held
    page = sign_in(desk.member)
    page.goto(site + review)
    page.get_by_role("button", name="Send for approval").click()
    page.get_by_role("button", name="Take it back to change it").click()
    expect(page.get_by_role("heading", name="Check and create")).to_be_visible()
    expect(page.get_by_text("no longer waits")).to_be_visible()
