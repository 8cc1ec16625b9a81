"""Pages and API of bringing in older records (B-21, D-30)."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from integration import jobs
from integration.access import api_tokens
from integration.access.rights import ALL
from integration.models import AuditEvent, Company, Job, Portal
from integration.models.people import Role
from sync.models import Backfill, BackfillState, RunState, SyncRun, SyncSetting
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


def backfill_of(company: Company, **facts: Any) -> Backfill:
    run = SyncRun.objects.create(
        portal=company.portal, company=company, trigger="backfill", started_at=NOON
    )
    return Backfill.objects.create(
        portal=company.portal,
        company=company,
        **{"object": "contacts", "run": run, "total": 200, "started_at": NOON, **facts},
    )


def address(row: Backfill, name: str = "sync_backfill") -> str:
    return reverse(name, args=[row.portal_id, row.company_id, row.pk])


def owed(row: Backfill) -> Job:
    return Job.objects.for_portal(row.portal_id).get(kind="sync.backfill")  # type: ignore[no-any-return]


def form_of(company: Company) -> str:
    return reverse("sync_backfills", args=[company.portal_id, company.pk])


def test_b21_the_overview_leads_there(admin: Client, company: Company) -> None:
    page = admin.get(reverse("sync", args=[company.portal_id])).content.decode()
    assert form_of(company) in page
    assert "Count them first" in admin.get(form_of(company)).content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"object": "contacts", "by": "dated"}, "Only invoices have an invoice date."),
        (
            {"object": "invoices", "by": "dated", "first_day": "2026-02-02", "last_day": "2026-02-01"},
            "The last day is before the first.",
        ),
        ({"object": "contacts", "by": "created"}, "Sync of these records is off"),
    ],
)  # fmt: skip
def test_b21_bad_input_is_explained_and_kept(
    admin: Client, company: Company, given: dict[str, str], said: str
) -> None:
    page = admin.post(form_of(company), given).content.decode()
    assert said in page
    assert f'value="{given["by"]}"' in page
    assert not Backfill.objects.for_portal(company.portal_id).exists()


def test_b21_progress_survives_a_reload(admin: Client, company: Company) -> None:
    row = backfill_of(company, seen=50, created=40, skipped=10)
    jobs.enqueue(
        "sync.backfill", portal=company.portal, company=company, subject=str(row.pk), at=NOON
    )
    for _ in range(2):
        page = admin.get(address(row)).content.decode()
        assert '<progress value="50" max="200"' in page
        assert 'hx-trigger="every 2s"' in page
    part = admin.get(address(row), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f'id="backfill-{row.pk}"' in part
    assert f"{reverse('sync_run', args=[company.portal_id, row.run_id])}?outcome=skipped" in part


def test_b21_pause_resume_and_cancel_are_recorded(admin: Client, company: Company) -> None:
    row = backfill_of(company)
    for name, state, action in (
        ("pause", BackfillState.PAUSED, "sync.backfill_paused"),
        ("resume", BackfillState.RUNNING, "sync.backfill_resumed"),
        ("cancel", BackfillState.CANCELLED, "sync.backfill_cancelled"),
    ):
        admin.post(address(row, f"sync_backfill_{name}"))
        row.refresh_from_db()
        assert row.state == state
        assert AuditEvent.objects.for_portal(company.portal_id).filter(action=action).count() == 1
    assert owed(row).subject == str(row.pk)
    assert SyncRun.objects.for_portal(company.portal_id).get().state == RunState.DONE
    page = admin.post(address(row, "sync_backfill_resume"), follow=True).content.decode()
    assert "had ended or was in that state already" in page


def test_b21_work_that_was_taken_away_can_be_resumed(admin: Client, company: Company) -> None:
    row = backfill_of(company)
    page = admin.get(address(row)).content.decode()
    assert "Nobody works on it" in page
    assert "hx-trigger" not in page.split(f'id="backfill-{row.pk}"')[1].split(">")[0]
    admin.post(address(row, "sync_backfill_resume"))
    assert "Nobody works on it" not in admin.get(address(row)).content.decode()


def test_b21_b15_of_a_company_that_is_not_connected_nothing_is_resumed(
    admin: Client, company: Company, bearer: dict[str, str]
) -> None:
    row = backfill_of(company)
    Company.objects.for_portal(company.portal_id).update(disconnected_at=NOON)
    page = admin.get(address(row)).content.decode()
    assert "Connect the company again, then start or resume." in page
    assert reverse("settings", args=[company.portal_id]) in page.split(f'id="backfill-{row.pk}"')[1]
    assert "Resume</button>" not in page
    assert "Running" not in page
    assert "Resume it" not in page
    assert "hx-trigger" not in page.split(f'id="backfill-{row.pk}"')[1].split(">")[0]
    told = admin.post(address(row, "sync_backfill_resume"), follow=True).content.decode()
    assert "Bringing in older records of Craig&#x27;s Design stopped." in told
    assert "It goes on where it stopped" not in told
    headers = {**bearer, "Idempotency-Key": str(uuid4())}
    answer = Client().post(api(company, f"/{row.pk}/resume"), **JSON, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "sync.backfill_not_connected")
    assert not Job.objects.for_portal(company.portal_id).filter(kind="sync.backfill").exists()
    admin.post(address(row, "sync_backfill_cancel"))
    row.refresh_from_db()
    assert row.state == BackfillState.CANCELLED


# ------------------------------------------------------------------------------------------- API


def api(company: Company, suffix: str = "") -> str:
    return f"/api/v1/companies/{company.pk}/backfills{suffix}"


@pytest.fixture
def bearer(portal: Portal, company: Company) -> dict[str, str]:
    person = tenants.member(portal, Role.ADMIN).person
    _, secret = api_tokens.create(person, portal, "test", ALL, NOON)[:2]
    return {"Authorization": f"Bearer {secret}"}


def test_b21_the_api_pauses_once_for_each_key(company: Company, bearer: dict[str, str]) -> None:
    row = backfill_of(company, seen=20)
    client = Client()
    assert client.get(api(company), headers=bearer).json()[0]["seen"] == 20
    headers = {**bearer, "Idempotency-Key": str(uuid4())}
    for _ in range(2):
        answer = client.post(api(company, f"/{row.pk}/pause"), **JSON, headers=headers)
        assert answer.status_code == 200, answer.json()
        assert answer.json()["state"] == "paused"
    other = {**bearer, "Idempotency-Key": str(uuid4())}
    assert client.post(api(company, f"/{row.pk}/pause"), **JSON, headers=other).status_code == 409
    assert client.post(api(company, f"/{row.pk}/cancel"), **JSON, headers=other).status_code == 200
    assert client.get(api(company, f"/{row.pk}"), headers=bearer).json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"object": "invoices", "first_day": "2026-02-02", "last_day": "2026-02-01"}, "last_day"),
        ({"object": "contacts", "by": "dated"}, "by"),
    ],
)
def test_b21_the_api_names_the_field_that_cannot_be(
    company: Company, bearer: dict[str, str], given: dict[str, str], field: str
) -> None:
    client, headers = Client(), {**bearer, "Idempotency-Key": str(uuid4())}
    dry = {"kind": "backfill", "backfill": given}
    looks = f"/api/v1/companies/{company.pk}/dry-runs"
    for answer, path in (
        (client.post(api(company), given, **JSON, headers=headers), field),
        (client.get(api(company, "/preview"), given, headers=bearer), field),
        (client.post(looks, dry, **JSON, headers=headers), f"backfill.{field}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "api.invalid")
        assert [each["field"] for each in answer.json()["errors"]] == [path]


def test_b21_the_api_explains_why_it_refuses(company: Company, bearer: dict[str, str]) -> None:
    client = Client()
    headers = {**bearer, "Idempotency-Key": str(uuid4())}
    wanted = {"object": "contacts", "first_day": "2025-01-01"}
    answer = client.post(api(company), wanted, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "sync.backfill_tab_off")
    SyncSetting.objects.create(
        portal=company.portal, company=company, object="contacts", enabled=True
    )
    backfill_of(company, state=BackfillState.PAUSED)
    headers["Idempotency-Key"] = str(uuid4())
    answer = client.post(api(company), wanted, content_type="application/json", headers=headers)
    assert answer.json()["code"] == "sync.backfill_one_at_a_time"
    preview = client.get(api(company, "/preview?object=products"), headers=bearer)
    assert (preview.status_code, preview.json()["code"]) == (409, "sync.backfill_tab_off")
    assert client.get(api(company, "/preview?object=deals"), headers=bearer).status_code == 400
