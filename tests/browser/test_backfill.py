"""Bringing in older records in Chromium: the progress is there after a reload (B-21)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from integration import jobs
from integration.models import Company, Membership, Portal
from sync.models import Backfill, BackfillState, SyncRun
from tests import tenants
from tests.tenants import NOON

SignIn = Callable[[Membership], Page]


def going_on(company: Company) -> Backfill:
    run = SyncRun.objects.create(
        portal=company.portal, company=company, trigger="backfill", started_at=NOON
    )
    row: Backfill = Backfill.objects.create(
        portal=company.portal,
        company=company,
        object="contacts",
        run=run,
        total=200,
        seen=50,
        created=45,
        skipped=5,
        started_at=NOON,
    )
    jobs.enqueue(
        "sync.backfill", portal=company.portal, company=company, subject=str(row.pk), at=NOON
    )
    return row


def progressed(row: Backfill, **values: object) -> None:
    Backfill.objects.for_portal(row.portal_id).filter(pk=row.pk).update(**values)


def test_b21_the_progress_moves_by_itself_and_survives_a_reload(
    sign_in: SignIn, new_portal: Portal, site: str
) -> None:
    company = tenants.company(new_portal, name="Craig's Design")
    row = going_on(company)
    page = sign_in(tenants.member(new_portal))
    page.goto(f"{site}/p/{new_portal.pk}/sync/")
    page.get_by_role("link", name="Bring in older records").click()
    expect(page.get_by_text("50 of 200", exact=True)).to_be_visible()
    progressed(row, seen=120, created=115)
    expect(page.get_by_text("120 of 200", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("120 of 200", exact=True)).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. The page that is going on is ended first.")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("It goes on where it stopped.")).to_be_visible()
    progressed(row, seen=200, created=190, skipped=10, state=BackfillState.DONE)
    expect(page.get_by_text("200 of 200", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="What it did")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
