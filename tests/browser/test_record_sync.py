"""Turning contact sync on, and deciding about many deletions, in Chromium (D-26, D-28)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from integration.models import Company, Membership, Portal, Record
from sync.models import HeldDeletion, HoldState, SyncSetting
from tests import tenants
from tests.tenants import NOON

SignIn = Callable[[Membership], Page]


def customers(company: Company, count: int) -> list[Record]:
    return [
        Record.objects.create(
            portal=company.portal,
            company=company,
            kind="Customer",
            qbo_id=str(number),
            name=f"Customer {number}",
            raw={"Id": str(number), "PrimaryEmailAddr": {"Address": f"{number}@a.example"}},
            raw_hash="x",
            active=number > 12,
            seen_at=NOON,
        )
        for number in range(1, count + 1)
    ]


def test_s78_s79_d26_an_admin_turns_contacts_on_and_sees_what_would_happen(
    sign_in: SignIn, new_portal: Portal, site: str
) -> None:
    company = tenants.company(new_portal, name="Craig's Design")
    customers(company, 20)
    page = sign_in(tenants.member(new_portal))
    page.goto(f"{site}/p/{new_portal.pk}/sync/settings/{company.pk}/")
    page.get_by_role("link", name="Contacts", exact=True).click()
    page.get_by_label("Sync QuickBooks customers with HubSpot's contacts").check()
    page.get_by_label("Mark as deleted").check()
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_role("heading", name="Sync the customers of Craig's Design?")
    ).to_be_visible()
    expect(page.get_by_text("8 active records")).to_be_visible()
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("What is synced from Craig's Design is saved.")).to_be_visible()
    row = SyncSetting.objects.for_portal(new_portal).get()
    assert (row.object, row.enabled, row.delete_policy) == ("contacts", True, "mark")


def test_d28_an_owner_keeps_what_many_deletions_would_take(
    sign_in: SignIn, new_portal: Portal, site: str
) -> None:
    company = tenants.company(new_portal, name="Craig's Design")
    gone = customers(company, 12)
    hold = HeldDeletion.objects.create(
        portal=new_portal,
        company=company,
        object="contacts",
        policy="archive",
        record_ids=[str(row.pk) for row in gone],
        linked=40,
        held_at=NOON,
    )
    page = sign_in(tenants.member(new_portal))
    page.goto(f"{site}/p/{new_portal.pk}/sync/waiting/")
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_text("Customer 12")).to_be_visible()
    page.get_by_role("button", name="Keep them as they are").click()
    expect(page.get_by_text("The records stay in HubSpot as they are.")).to_be_visible()
    hold.refresh_from_db()
    assert hold.state == HoldState.CANCELLED
