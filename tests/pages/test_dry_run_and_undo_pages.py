"""Pages and API of dry runs (B-22) and of undoing a run (D-31)."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from integration import jobs
from integration.access import api_tokens
from integration.access.rights import ALL
from integration.models import AuditEvent, Company, Grant, Portal
from integration.models.grants import GrantState
from integration.models.people import Role
from sync import undo_work
from sync.models import (
    DryRun,
    DryRunState,
    HeldRecord,
    ParkedRecord,
    PlannedEntry,
    SyncEntry,
    SyncRun,
    SyncSetting,
    Undo,
    UndoItem,
    UndoState,
)
from tests import tenants
from tests.pages.conftest import SignIn
from tests.tenants import NOON

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


@pytest.fixture
def company(portal: Portal) -> Company:
    return tenants.company(portal, name="Craig's Design")


@pytest.fixture
def admin(portal: Portal, company: Company, sign_in: SignIn) -> Client:
    return sign_in(tenants.member(portal, Role.ADMIN))


@pytest.fixture
def program(portal: Portal, company: Company) -> dict[str, str]:
    person = tenants.member(portal, Role.OWNER).person
    made = api_tokens.create(person, portal, "test", ALL, NOON)
    return {"Authorization": f"Bearer {made[1]}"}


def dry_run_of(company: Company, **facts: Any) -> DryRun:
    row: DryRun = DryRun.objects.create(
        portal=company.portal,
        company=company,
        **{"kind": "sync", "state": "done", "started_at": NOON, "finished_at": NOON, **facts},
    )
    return row


def planned(row: DryRun, number: int = 1, **facts: Any) -> PlannedEntry:
    values = {
        "operation": "write_contact",
        "subject_kind": "Customer",
        "subject_id": "x",
        "label": "Ada Byron",
        "outcome": "planned",
        "before": {"lastname": "Byron"},
        "after": {"lastname": "=King"},
    }
    made: PlannedEntry = PlannedEntry.objects.create(
        portal=row.portal, dry_run=row, number=number, **{**values, **facts}
    )
    return made


def run_of(company: Company, **facts: Any) -> SyncRun:
    row: SyncRun = SyncRun.objects.create(
        portal=company.portal,
        company=company,
        **{"trigger": "poll", "state": "done", "written": 1, "started_at": NOON, **facts},
    )
    return row


def undo_of(run: SyncRun, **facts: Any) -> Undo:
    row: Undo = Undo.objects.create(
        portal=run.portal,
        company=run.company,
        run=run,
        **{"state": "ready", "requested_at": NOON, **facts},
    )
    return row


def item_of(undo: Undo, number: int, among: str, **facts: Any) -> UndoItem:
    values = {
        "list": among,
        "action": "restore",
        "operation": "write_contact",
        "subject_kind": "Customer",
        "subject_id": f"c{number}",
        "label": f"Customer {number}",
        "object_kind": "contacts",
        "object_id": f"10{number}",
        "before": {"lastname": "Byron"},
        "after": {"lastname": "King"},
    }
    made: UndoItem = UndoItem.objects.create(
        portal=undo.portal, undo=undo, number=number, **{**values, **facts}
    )
    return made


def of(company: Company, name: str, *more: Any) -> str:
    return reverse(name, args=[company.portal_id, *more])


def test_b22_a_dry_run_starts_from_the_overview_once_and_is_polled(
    admin: Client, company: Company
) -> None:
    jobs.enqueue("sync.poll", portal=company.portal, company=company, at=NOON)
    start = of(company, "sync_dry_runs", company.pk)
    assert start in admin.get(of(company, "sync")).content.decode()
    page = admin.post(start, follow=True).content.decode()
    row = DryRun.objects.for_portal(company.portal).get()
    assert f'id="dry-run-{row.pk}"' in page
    assert 'hx-trigger="every 2s"' in page
    assert "No second dry run was started" in admin.post(start, follow=True).content.decode()
    events = AuditEvent.objects.for_portal(company.portal).filter(action="sync.dry_run_started")
    assert events.count() == 1
    DryRun.objects.for_portal(company.portal).update(state=DryRunState.DONE)
    detail = of(company, "sync_dry_run", company.pk, row.pk)
    part = admin.get(detail, headers={"HX-Request": "true", "HX-Trigger": f"dry-run-{row.pk}"})
    assert part["HX-Refresh"] == "true"
    assert "Nothing would be written." in admin.get(detail).content.decode()


def test_b22_every_field_is_listed_filtered_and_exported(admin: Client, company: Company) -> None:
    row = dry_run_of(company, lines=6002, planned=6001, skipped=1, listed=2)
    planned(row)
    planned(row, 2, outcome="skipped", operation="skip", label="Bob", reason="sync.no_email",
            reason_parameters={"name": "Bob"}, before={}, after={})  # fmt: skip
    page = admin.get(of(company, "sync_dry_run", company.pk, row.pk)).content.decode()
    for text in ("6,001", "Customer Ada Byron", "Byron", "=King", "Bob was not made a contact",
                 "6,000 more lines are counted but not listed."):  # fmt: skip
        assert text in page, text
    only = admin.get(of(company, "sync_dry_run", company.pk, row.pk), {"outcome": "skipped"})
    assert "Ada Byron" not in only.content.decode()
    file = admin.get(of(company, "sync_dry_run_csv", company.pk, row.pk))
    text = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Customer Ada Byron,Contact in HubSpot,Would be written,Last name,Byron,'=King," in text
    history = admin.get(of(company, "sync_history")).content.decode()
    assert "Ada Byron" not in history
    assert not SyncEntry.objects.for_portal(company.portal).exists()


def test_b22_an_unsaved_choice_is_looked_at_and_bad_input_is_explained(
    admin: Client, company: Company
) -> None:
    page = admin.get(of(company, "sync_contacts_tab", company.pk)).content.decode()
    look = of(company, "sync_dry_run_tab", company.pk, "contacts")
    assert f'formaction="{look}"' in page
    assert "No dry run was started" in admin.post(look, {}, follow=True).content.decode()
    given = {
        "enabled": "on",
        "save_policy": "update_only",
        "delete_policy": "keep",
        "direction": "to_hubspot",
        "conflict_rule": "quickbooks",
    }
    page = admin.post(look, given, follow=True).content.decode()
    assert "Contacts: A choice that is not saved" in page
    row = DryRun.objects.for_portal(company.portal).get()
    assert (row.wanted["enabled"], row.wanted["save_policy"]) == (True, "update_only")
    assert not SyncSetting.objects.for_portal(company.portal).exists()
    assert admin.post(of(company, "sync_dry_run_tab", company.pk, "deals")).status_code == 404


def test_b22_b30_programs_start_one_and_page_through_its_lines(
    client: Client, company: Company, program: dict[str, str]
) -> None:
    base = f"/api/v1/companies/{company.pk}/dry-runs"
    headers = {**program, "Idempotency-Key": str(uuid4())}
    first = client.post(base, {}, headers=headers, **JSON)
    again = client.post(base, {}, headers=headers, **JSON)
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    assert DryRun.objects.for_portal(company.portal).count() == 1
    other = client.post(base, {}, headers={**program, "Idempotency-Key": "2"}, **JSON)
    assert other.status_code == 409
    DryRun.objects.for_portal(company.portal).update(state=DryRunState.DONE)
    row = DryRun.objects.for_portal(company.portal).get()
    for number in (1, 2, 3):
        planned(row, number)
    assert client.get(f"{base}/{row.pk}", headers=program).json()["state"] == "done"
    page = client.get(f"{base}/{row.pk}/entries?limit=2", headers=program).json()
    assert [each["number"] for each in page["results"]] == [1, 2]
    rest = client.get(
        f"{base}/{row.pk}/entries", {"limit": 2, "cursor": page["next"]}, headers=program
    )
    [line] = rest.json()["results"]
    assert (line["before"], line["after"]) == ({"lastname": "Byron"}, {"lastname": "=King"})
    key = {**program, "Idempotency-Key": "3"}
    assert client.post(base, {"kind": "tab"}, headers=key, **JSON).status_code == 400


def test_d31_preview_in_three_lists_then_the_yes(admin: Client, company: Company) -> None:
    run = run_of(company)
    page = admin.get(of(company, "sync_run", run.pk)).content.decode()
    assert "Undo this run" in page
    page = admin.post(of(company, "sync_undo_ask", run.pk), follow=True).content.decode()
    assert "Comparing with HubSpot" in page
    undo = Undo.objects.for_portal(company.portal).get()
    assert undo_work.JOB in {job.kind for job in jobs.open_jobs(company.portal)}
    Undo.objects.for_portal(company.portal).update(state=UndoState.READY)
    item_of(undo, 1, "restore")
    item_of(undo, 2, "cannot", reason="sync.undo_archived", reason_parameters={"name": "Bob"})
    item_of(undo, 3, "changed", found={"lastname": "Mine"})
    page = admin.get(of(company, "sync_undo", undo.pk)).content.decode()
    for text in ("Will be restored", "Cannot be restored", "Changed since, left alone", "Mine",
                 "Bob was archived and cannot be brought back", "Put 1 change back in HubSpot"):  # fmt: skip
        assert text in page, text
    admin.post(of(company, "sync_undo_confirm", undo.pk))
    undo.refresh_from_db()
    assert (undo.state, undo.undo_run is not None) == (UndoState.RUNNING, True)
    [held] = HeldRecord.objects.for_portal(company.portal)
    assert (held.subject_kind, held.subject_id) == ("Customer", "c1")
    again = admin.post(of(company, "sync_undo_confirm", undo.pk), follow=True).content.decode()
    assert "Somebody else decided about this undo already." in again
    actions = set(AuditEvent.objects.for_portal(company.portal).values_list("action", flat=True))
    assert {"sync.undo_asked", "sync.undo_confirmed"} <= actions


def test_d31_a_customers_contact_and_company_are_told_apart(
    admin: Client, company: Company
) -> None:
    undo = undo_of(run_of(company))
    item_of(undo, 1, "restore")
    item_of(undo, 2, "restore", operation="write_company", object_kind="companies")
    text = admin.get(of(company, "sync_undo", undo.pk)).content.decode()
    assert "Contact in HubSpot · Put back" in text
    assert "Company in HubSpot · Put back" in text


def test_d31_held_records_are_listed_counted_and_released(
    admin: Client, company: Company, portal: Portal, sign_in: SignIn
) -> None:
    undo = undo_of(run_of(company), state="done")
    for number in (1, 2):
        HeldRecord.objects.create(
            portal=portal, company=company, subject_kind="Customer", subject_id=str(uuid4()),
            label=f"Customer {number}", undo=undo, held_at=NOON,
        )  # fmt: skip
    for name in ("sync", "sync_waiting"):
        assert (
            "2 records that runs wrote were put back."
            in admin.get(of(company, name)).content.decode()
        )
    Grant.objects.create(portal=portal, vendor="hubspot", state=GrantState.ACTIVE, created_at=NOON)
    assert "2 records are held after an undo" in admin.get(of(company, "home")).content.decode()
    assert "Customer 2" in admin.get(of(company, "sync_held")).content.decode()
    reader = sign_in(tenants.member(portal, Role.READ_ONLY))
    assert reader.post(of(company, "sync_release_all")).status_code == 403
    first = HeldRecord.objects.for_portal(portal).get(label="Customer 1")
    admin.post(of(company, "sync_release", first.pk))
    assert HeldRecord.objects.for_portal(portal).count() == 1
    admin.post(of(company, "sync_release_all"))
    assert not HeldRecord.objects.for_portal(portal).exists()
    assert ParkedRecord.objects.for_portal(portal).filter(reason="sync.released").count() == 2


def test_d31_b30_programs_undo_and_release_too(
    client: Client, company: Company, program: dict[str, str]
) -> None:
    run = run_of(company)
    key = {**program, "Idempotency-Key": "1"}
    asked = client.post(f"/api/v1/runs/{run.pk}/undo", headers=key, **JSON)
    assert asked.status_code == 202
    base = f"/api/v1/undos/{asked.json()['id']}"
    early = client.post(f"{base}/confirm", headers={**program, "Idempotency-Key": "2"}, **JSON)
    assert early.status_code == 409
    undo = Undo.objects.for_portal(company.portal).get()
    Undo.objects.for_portal(company.portal).update(state=UndoState.READY)
    item_of(undo, 1, "restore")
    assert client.get(base, headers=program).json()["counts"]["restore"] == 1
    items = client.get(f"{base}/items?list=restore", headers=program).json()["results"]
    assert [each["before"] for each in items] == [{"lastname": "Byron"}]
    done = client.post(f"{base}/confirm", headers={**program, "Idempotency-Key": "3"}, **JSON)
    assert (done.status_code, done.json()["state"]) == (202, "running")
    [held] = client.get("/api/v1/held-records", headers=program).json()["results"]
    assert held["subject_id"] == "c1"
    out = client.post(
        "/api/v1/held-records/release", {}, headers={**program, "Idempotency-Key": "4"}, **JSON
    )
    assert out.json() == {"released": 1}


def test_d31_a_run_that_goes_on_or_is_an_undo_cannot_be_undone(
    admin: Client, company: Company
) -> None:
    for facts in ({"state": "running"}, {"trigger": "undo"}):
        run = run_of(company, **facts)
        page = admin.get(of(company, "sync_run", run.pk)).content.decode()
        assert "Undo this run" not in page
        page = admin.post(of(company, "sync_undo_ask", run.pk), follow=True).content.decode()
        assert "Nothing was undone." in page
    assert not Undo.objects.for_portal(company.portal).exists()
