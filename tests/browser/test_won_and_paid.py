"""Choosing what happens with won and paid deals, in Chromium (E-01)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from integration.models import Membership
from invoices.models import DealAutomation
from tests import tenants
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect_prepared
from tests.sync.conftest import unlimited

__all__ = ["unlimited"]
SignIn = Callable[[Membership], Page]


def test_e01_an_admin_chooses_stages_and_what_paid_means(
    sign_in: SignIn, transactional_db: None, sandbox: SandboxProcess, unlimited: None, site: str
) -> None:
    books = connect_prepared(sandbox)
    page = sign_in(tenants.member(books.portal))
    page.goto(f"{site}/p/{books.portal.pk}/settings/companies/{books.company.pk}/")
    page.get_by_role("link", name="Won and paid deals").click()
    page.get_by_label("Make a draft when a deal is won").check()
    expect(page.get_by_role("checkbox", name="Closed won")).to_be_checked()
    page.get_by_label("Move the deal to a stage").check()
    page.locator("#id_paid_stage").select_option(label="Closed won")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What happens with won and paid deals")).to_be_visible()
    row = DealAutomation.objects.for_portal(books.portal).get()
    assert (row.enabled, row.stages) == (True, ["closedwon"])
    assert (row.paid_action, row.paid_stage, row.paid_pipeline) == (
        "stage", "closedwon", "default",
    )  # fmt: skip
