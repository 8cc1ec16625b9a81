"""An estimate chosen in the browser, on the way from the customer step (B-29, P-27)."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.test_journeys import sit_down as sit_down
from tests.browser.test_wizard import unlimited as unlimited
from tests.invoices.desk import Desk
from tests.invoices.test_from_estimate import PLAIN, estimate, linked
from tests.sync.books import US


def test_b29_an_estimate_is_chosen_from_the_customers(
    sign_in: SignIn, site: str, sit_down: Any
) -> None:
    desk: Desk = sit_down(US)
    made = estimate(desk)
    estimate(desk, TxnStatus="Closed")
    linked(desk)
    page = sign_in(desk.member)
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{PLAIN}/invoice/")
    page.locator("form button").last.click()
    page.get_by_role("button", name="Show the estimates of the chosen customer").click()
    closed = page.get_by_text("The estimate is closed in QuickBooks.")
    expect(closed).to_be_visible()
    page.get_by_text(f"From estimate {made['DocNumber']} in QuickBooks").click()
    page.get_by_role("button", name="Next: customer").click()
    expect(page.get_by_role("heading", name="Who is the invoice for?")).to_be_visible()
