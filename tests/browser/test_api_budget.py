"""B-27: the page of the month's calls in Chromium: it fits, it is accessible, it has a table."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from integration.clock import now
from integration.models import Company, MeteredDay, VendorUsage
from integration.models.people import Role
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults

COMPANIES = ("Harbor Light Design Inc", "Tea & Tools Ltd", "Summit Advanced Holdings of Oregon")


@pytest.fixture
def companies(transactional_db: None) -> list[Company]:
    """Six weeks of calls, busier by and by."""
    portal = tenants.portal(name="Harborlight Trading")
    found = [tenants.company(portal, name=name) for name in COMPANIES]
    today = now().date()
    for ago in range(42):
        day = today - timedelta(days=ago)
        for place, company in enumerate(found):
            reads = (5_200 - 61 * ago - (900 if day.weekday() > 4 else 0)) // (place + 1)
            VendorUsage.objects.create(
                portal=portal, company=company, vendor="quickbooks", account=company.realm_id,
                day=day, reads=reads, writes=reads // 9, failures=reads // 700, throttled=place,
            )  # fmt: skip
            row, _ = MeteredDay.objects.get_or_create(day=day)
            row.reads += reads
            row.save()
        VendorUsage.objects.create(
            portal=portal,
            vendor="hubspot",
            account=str(portal.hub_id),
            day=day,
            reads=700,
            writes=310,
        )
    return found


def test_b27_the_budget_fits_every_screen_and_has_a_table(
    sign_in: SignIn, site: str, companies: list[Company]
) -> None:
    page = sign_in(tenants.member(companies[0].portal, Role.OPERATOR))
    page.goto(f"{site}/p/{companies[0].portal.pk}/sync/")
    page.get_by_role("link", name="API budget").first.click()
    expect(page.get_by_role("heading", name="API budget")).to_be_visible()
    expect(page.get_by_role("img", name="Calls of QuickBooks in the last 30 days")).to_be_visible()
    # Batches that only read are calls, too, so the column must not speak of writing to the books.
    expect(page.get_by_role("columnheader", name="Writes")).to_have_count(0)
    page.get_by_role("link", name="60 days").click()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("columnheader", name="Calls of HubSpot")).to_be_visible()
    assert faults(page) == []
