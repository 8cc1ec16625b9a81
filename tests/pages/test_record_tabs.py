"""The Contacts and Products tabs, and deletions that wait (S-78 to S-87, D-26 to D-28)."""

import pytest
from django.test import Client
from django.urls import reverse

from integration.models import AuditEvent, Company, Portal, Record, RecordLink
from integration.models.people import Role
from sync.models import HeldDeletion, HoldState, ParkedRecord, SyncEntry, SyncSetting
from tests import tenants
from tests.pages.conftest import SignIn
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


@pytest.fixture
def company(portal: Portal) -> Company:
    return tenants.company(portal, name="Craig's Design")


@pytest.fixture
def admin(portal: Portal, company: Company, sign_in: SignIn) -> Client:
    return sign_in(tenants.member(portal, Role.ADMIN))


def mirrored(company: Company, kind: str, number: int, **raw: object) -> Record:
    return Record.objects.create(
        portal=company.portal,
        company=company,
        kind=kind,
        qbo_id=str(number),
        name=f"Name {number}",
        raw={"Id": str(number), **raw},
        raw_hash="x",
        seen_at=NOON,
    )


def tab_url(company: Company, name: str) -> str:
    return reverse(f"sync_{name}_tab", args=[company.portal_id, company.pk])


ON = {"enabled": "on", "save_policy": "create_and_update", "delete_policy": "mark"}


@pytest.mark.parametrize("name", ["contacts", "products"])
def test_s78_s83_a_tab_starts_off_with_the_articles_choices(
    admin: Client, company: Company, name: str
) -> None:
    page = admin.get(tab_url(company, name)).content.decode()
    assert f"Create and update {name}" in page
    assert f"Delete {name}" in page
    assert "QuickBooks to HubSpot" in page
    assert "checked" in page
    assert SyncSetting.objects.for_portal(company.portal).count() == 0


@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("contacts", "Customer", ({"PrimaryEmailAddr": {"Address": "a@b.example"}}, {})),
        ("products", "Item", ({"Type": "Service"}, {"Type": "Category"})),
    ],
)
def test_d26_a_toggle_shows_counts_and_asks_before_it_takes_effect(
    admin: Client, company: Company, name: str, kind: str, rows: tuple[dict[str, object], ...]
) -> None:
    for number, raw in enumerate(rows, start=1):
        mirrored(company, kind, number, **raw)
    page = admin.post(tab_url(company, name), ON).content.decode()
    assert SyncSetting.objects.for_portal(company.portal).count() == 0
    assert "what would become of 2 active records" in page
    flat = " ".join(page.split())
    assert "<dt>Created in HubSpot</dt><dd>1</dd>" in flat
    assert "<dt>Skipped</dt><dd>1</dd>" in flat
    admin.post(tab_url(company, name), {**ON, "confirmed": "on"})
    row = SyncSetting.objects.for_portal(company.portal).get()
    assert (row.object, row.enabled, row.delete_policy) == (name, True, "mark")
    assert row.enabled_at is not None
    event = AuditEvent.objects.for_portal(company.portal).latest("at")
    assert event.action == "sync.settings_changed"


def test_d27_d28_policies_are_saved_without_a_question(admin: Client, company: Company) -> None:
    chosen = {"save_policy": "update_only", "delete_policy": "archive", "without_email": "on"}
    admin.post(tab_url(company, "contacts"), chosen)
    row = SyncSetting.objects.for_portal(company.portal).get()
    assert (row.save_policy, row.delete_policy) == ("update_only", "archive")
    assert row.without_email


@pytest.mark.parametrize("name", ["contacts", "products"])
def test_p47_d26_hubspot_may_change_quickbooks_only_after_the_numbers(
    admin: Client, company: Company, name: str
) -> None:
    entity, kind = {"contacts": ("Customer", "contacts"), "products": ("Item", "products")}[name]
    mirrored(company, entity, 1)
    RecordLink.objects.create(
        portal=company.portal, company=company, kind=entity, qbo_id="1", hubspot_kind=kind,
        hubspot_id="11", source="manual", created_at=NOON,
    )  # fmt: skip
    both = {**ON, "direction": "both", "conflict_rule": "newest", "creates_in_quickbooks": "on"}
    asked = admin.post(tab_url(company, name), both).content.decode()
    assert "in the books of Craig&#x27;s Design" in asked
    assert "HubSpot did not answer" in asked
    for said in ("direction", "conflict_rule", "creates_in_quickbooks"):
        assert f'name="{said}" value="{both[said]}"' in asked
    assert not SyncSetting.objects.for_portal(company.portal).exists()
    admin.post(tab_url(company, name), {**both, "confirmed": "on"})
    row = SyncSetting.objects.for_portal(company.portal).get()
    assert (row.direction, row.conflict_rule, row.creates_in_quickbooks) == ("both", "newest", True)
    assert row.to_quickbooks_at is not None
    admin.post(tab_url(company, name), {**both, "conflict_rule": "hubspot"})
    row.refresh_from_db()
    assert row.conflict_rule == "hubspot"
    event = AuditEvent.objects.for_portal(company.portal).latest("at")
    assert (event.before["conflict_rule"], event.after["direction"]) == ("newest", "both")
    other = tenants.company(company.portal, name="Looms", realm_id="9341450000000002")
    refused = admin.post(tab_url(other, name), {**both, "confirmed": "on"}).content.decode()
    assert "HubSpot&#x27;s new records become records of Craig&#x27;s Design already" in refused
    assert SyncSetting.objects.for_portal(company.portal).count() == 1


def test_s80_an_unknown_choice_is_refused_and_nothing_lost(admin: Client, company: Company) -> None:
    wrong = {"save_policy": "everything", "delete_policy": "mark"}
    page = admin.post(tab_url(company, "contacts"), wrong).content.decode()
    assert SyncSetting.objects.for_portal(company.portal).count() == 0
    assert 'value="mark"' in page


def hold_of(company: Company, count: int = 3, **facts: object) -> HeldDeletion:
    rows = [mirrored(company, "Item", number) for number in range(1, count + 1)]
    return HeldDeletion.objects.create(
        portal=company.portal,
        company=company,
        **{
            "object": "products",
            "policy": "archive",
            "record_ids": [str(row.pk) for row in rows],
            "linked": 40,
            "held_at": NOON,
            **facts,
        },
    )


def test_d28_held_deletions_are_shown_with_their_names(operator: Client, company: Company) -> None:
    hold = hold_of(company)
    waiting = operator.get(reverse("sync_waiting", args=[company.portal_id])).content.decode()
    assert "3 records of Craig&#x27;s Design were made inactive" in waiting
    url = reverse("sync_deletions", args=[company.portal_id, hold.pk])
    page = operator.get(url).content.decode()
    assert "Name 2" in page
    assert "Archive in HubSpot" in page


@pytest.fixture
def operator(portal: Portal, company: Company, sign_in: SignIn) -> Client:
    return sign_in(tenants.member(portal, Role.OPERATOR))


@pytest.mark.parametrize(
    ("answer", "state"), [("confirm", HoldState.CONFIRMED), ("cancel", HoldState.CANCELLED)]
)
def test_d28_a_person_decides_once(
    operator: Client, company: Company, answer: str, state: str
) -> None:
    hold = hold_of(company)
    url = reverse(f"sync_{answer}_deletions", args=[company.portal_id, hold.pk])
    operator.post(url)
    hold.refresh_from_db()
    assert hold.state == state
    assert hold.decided_by is not None
    other = "cancel" if answer == "confirm" else "confirm"
    again = reverse(f"sync_{other}_deletions", args=[company.portal_id, hold.pk])
    page = operator.post(again, follow=True).content.decode()
    hold.refresh_from_db()
    assert hold.state == state
    assert "Somebody else decided" in page


def test_b07_a_line_of_the_history_is_tried_again_from_the_page(
    operator: Client, company: Company
) -> None:
    record = mirrored(company, "Customer", 1)
    entry = SyncEntry.objects.create(
        portal=company.portal,
        company=company,
        operation="skip",
        subject_kind="Customer",
        subject_id=str(record.pk),
        label="Ada Byron",
        outcome="skipped",
        reason="sync.no_email",
        reason_parameters={"name": "Ada Byron"},
        at=NOON,
    )
    history = operator.get(reverse("sync_history", args=[company.portal_id])).content.decode()
    url = reverse("sync_retry_entry", args=[company.portal_id, entry.pk])
    assert "Ada Byron was not made a contact in HubSpot." in history
    assert url in history
    operator.post(url)
    parked = ParkedRecord.objects.for_portal(company.portal).get()
    assert (parked.subject_id, parked.reason) == (str(record.pk), "sync.no_email")
    assert parked.next_at is not None
