"""Sync pages in Chromium: they fit, they are accessible, and "Sync now" shows how it goes."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from integration import jobs
from integration.clock import now
from integration.models import Job, Membership
from integration.models.people import Role
from sync.models import ParkedRecord, RunState, SyncEntry, SyncRun
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.tenants import NOON

LONG = "Harbour & Vale Interiors of Lower Saxony, formerly trading as Harbour Brothers"
PAGES = ["sync/", "sync/runs/{run}/", "sync/history/", "sync/waiting/", "sync/settings/",
         "sync/settings/{company}/", "sync/settings/launch-links/"]  # fmt: skip


@pytest.fixture
def owner(transactional_db: None) -> Membership:
    """A portal with a run, entries of every outcome and waiting records."""
    portal = tenants.portal()
    company = tenants.company(portal, name=LONG)
    tenants.company(portal)
    run = SyncRun.objects.create(
        portal=portal, company=company, trigger="person", started_at=NOON, finished_at=NOON,
        state=RunState.FAILED, seen=1204, written=3100, skipped=2, failed=1, error="net.timeout",
    )  # fmt: skip
    for outcome, reason in [
        ("succeeded", ""),
        ("skipped", "sync.currency_differs"),
        ("failed", "hubspot.INVALID_OPTION"),
        ("waiting", "net.timeout"),
    ]:
        SyncEntry.objects.create(
            portal=portal, company=company, run=run, operation="write_deal_properties",
            subject_kind="Deal", subject_id="1", label=LONG, outcome=outcome, reason=reason,
            reason_parameters={"number": "1037", "currency": "EUR", "portal_currency": "USD"},
            before={"dealbooks_invoice_status": "sent"}, trace_id="1-abc",
            after={"dealbooks_invoice_status": "paid", "dealbooks_invoice_recipient": LONG},
            at=NOON,
        )  # fmt: skip
    for number, next_at in enumerate([None, NOON + timedelta(minutes=5)]):
        ParkedRecord.objects.create(
            portal=portal, company=company, subject_kind="Deal", subject_id=str(number),
            label=LONG, reason="hubspot.INVALID_OPTION", parked_at=NOON, next_at=next_at,
        )  # fmt: skip
    Job.objects.create(
        portal=portal, company=company, kind="sync.poll", dedup_key="failing", next_at=now() +
        timedelta(hours=1), last_error="net.timeout",
        last_error_parameters={"vendor": "quickbooks"}, created_at=NOON,
    )  # fmt: skip
    return tenants.member(portal)


def addresses(owner: Membership) -> list[str]:
    run = SyncRun.objects.for_portal(owner.portal).get()
    values = {"run": run.pk, "company": run.company_id}
    return [f"/p/{owner.portal.pk}/{path.format(**values)}" for path in PAGES]


def test_sync_pages_are_accessible_and_fit(sign_in: SignIn, site: str, owner: Membership) -> None:
    page = sign_in(owner)
    for address in addresses(owner):
        answer = page.goto(f"{site}{address}")
        assert answer is not None
        assert answer.status == 200, address
        assert faults(page) == [], address
        assert page.locator("h1").count() == 1, address


def test_d29_sync_now_shows_that_it_runs_and_when_it_is_done(
    sign_in: SignIn, site: str, transactional_db: None
) -> None:
    member = tenants.member(tenants.portal(), Role.OPERATOR)
    company = tenants.company(member.portal, name="Craig's Design")
    job = jobs.enqueue(
        "sync.poll", portal=member.portal, company=company, at=now() + timedelta(hours=1)
    )
    page: Page = sign_in(member)
    page.goto(f"{site}/p/{member.portal.pk}/sync/")
    page.get_by_role("button", name="Sync now Craig's Design").click()
    expect(page.get_by_text("Looking for changes in QuickBooks")).to_be_visible()
    Job.objects.for_portal(member.portal).filter(pk=job.pk).update(
        parameters={}, next_at=now() + timedelta(hours=1), last_success_at=now()
    )
    expect(page.get_by_text("Last success")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("Looking for changes in QuickBooks")).to_be_hidden()


def test_d26_the_invoices_tab_asks_before_it_is_turned_on(
    sign_in: SignIn, site: str, transactional_db: None
) -> None:
    member = tenants.member(tenants.portal(), Role.ADMIN)
    tenants.company(member.portal, name="Craig's Design")
    page = sign_in(member)
    page.goto(f"{site}/p/{member.portal.pk}/sync/settings/")
    page.get_by_label("Sync QuickBooks invoices with HubSpot's invoices").check()
    page.get_by_label("Create only, never update").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sync all invoices")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("is saved")).to_be_visible()
    expect(page.get_by_label("Create only, never update")).to_be_checked()
