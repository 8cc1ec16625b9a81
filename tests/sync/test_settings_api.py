"""``…/sync/tabs`` and ``/held-deletions``: tabs and waiting deletions for programs (S-111, D-26, D-28)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from integration import budget, jobs
from integration.access import actors, api_tokens
from integration.access.actors import Actor
from integration.access.rights import ALL
from integration.models import AuditEvent, Company, Record
from integration.models.people import Role
from sync import services
from sync.models import HeldDeletion, HoldState, SyncObject, SyncSetting
from sync.tabs import Tab, TabRefused
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design")


def bearer(company: Company, role: Role = Role.ADMIN) -> dict[str, str]:
    person = tenants.member(company.portal, role).person
    secret = api_tokens.create(person, company.portal, "test", ALL, NOON)[1]
    return {"Authorization": f"Bearer {secret}"}


def admin(company: Company) -> Actor:
    person = tenants.member(company.portal, Role.ADMIN).person
    found = actors.of_person(person, company.portal, origin="session")
    assert found is not None
    return found


def tab(company: Company, name: str) -> str:
    return f"/api/v1/companies/{company.pk}/sync/tabs/{name}"


def events(company: Company, action: str) -> int:
    return AuditEvent.objects.for_portal(company.portal_id).filter(action=action).count()


def test_s111_d26_a_tab_is_turned_on_only_after_the_counts(company: Company) -> None:
    client, headers = Client(), bearer(company)
    before = client.get(tab(company, "invoices"), headers=headers).json()
    assert (before["enabled"], before["delete_policy"]) == (False, "mark")
    said = {"enabled": True, "delete_policy": "archive"}
    asked = client.patch(tab(company, "invoices"), said, headers=headers, **JSON)
    assert (asked.status_code, asked.json()["code"]) == (409, "sync.tab_asks")
    assert asked.json()["counts"] == {
        "create": None, "update": None, "skip": None, "is_exact": True, "followed": 0, "synced": 0,
        "differing": None,
    }  # fmt: skip
    assert not SyncSetting.objects.for_portal(company.portal_id).exists()
    for _ in range(2):
        answer = client.patch(
            tab(company, "invoices"), {**said, "confirm": True}, headers=headers, **JSON
        )
        assert answer.status_code == 200, answer.json()
    row = SyncSetting.objects.for_portal(company.portal_id).get()
    assert (row.object, row.enabled, row.delete_policy) == ("invoices", True, "archive")
    assert events(company, "sync.settings_changed") == 1
    answer = client.patch(
        tab(company, "invoices"), {"save_policy": "create_only"}, headers=headers, **JSON
    )
    assert answer.json()["save_policy"] == "create_only"


def test_d26_counts_of_products_come_before_the_effect(company: Company) -> None:
    for number in range(3):
        Record.objects.create(
            portal=company.portal, company=company, kind="Item", qbo_id=str(number),
            name=f"Lamp {number}", active=True, seen_at=NOON, raw={"Id": str(number)},
        )  # fmt: skip
    client, headers = Client(), bearer(company)
    counts = client.get(tab(company, "products") + "/counts", headers=headers).json()
    assert (counts["create"], counts["update"], counts["skip"]) == (3, 0, 0)
    asked = client.patch(tab(company, "products"), {"enabled": True}, headers=headers, **JSON)
    assert asked.status_code == 409
    assert asked.json()["counts"]["create"] == 3


def test_s112_a_choice_made_from_an_old_version_is_refused(company: Company) -> None:
    client, headers = Client(), bearer(company)
    old = client.get(tab(company, "invoices"), headers=headers).json()["version"]

    def say(**said: Any) -> Any:
        return client.patch(tab(company, "invoices"), said, headers=headers, **JSON)

    new = say(save_policy="create_only", version=old).json()["version"]
    refused = say(delete_policy="keep", version=old)
    assert (refused.status_code, refused.json()["code"]) == (409, "sync.tab_changed")
    assert say(save_policy="create_only", version=old).status_code == 200, "as it is anyway"
    assert say(delete_policy="keep", version=new).json()["version"] not in (old, new)
    assert say(delete_policy="mark").status_code == 200, "who says no version takes what is there"
    both = replace(services.tab(company, SyncObject.INVOICES), delete_policy="archive")
    stale = Tab(enabled=False, save_policy="update_only", delete_policy="keep")
    who = admin(company)
    with pytest.raises(TabRefused, match="tab_changed"):
        services.save_tab(who, company, SyncObject.INVOICES, both, NOON, built_from=stale)
    assert services.tab(company, SyncObject.INVOICES).delete_policy == "mark"


@pytest.mark.parametrize(
    ("name", "said", "status"),
    [
        ("products", {"without_email": True}, 400),
        ("products", {"save_policy": "everything"}, 400),
        ("estimates", {"enabled": True}, 404),
        ("invoices", {"direction": "both"}, 400),
        ("contacts", {"direction": "sideways"}, 400),
        ("contacts", {"enabled": True, "direction": "both"}, 409),
    ],
)
def test_s112_bad_input_is_refused(
    company: Company, name: str, said: dict[str, Any], status: int
) -> None:
    answer = Client().patch(tab(company, name), said, headers=bearer(company), **JSON)
    assert answer.status_code == status


def held(company: Company) -> HeldDeletion:
    return HeldDeletion.objects.create(
        portal=company.portal, company=company, object=SyncObject.INVOICES, policy="mark",
        record_ids=[str(uuid4()) for _ in range(12)], linked=40, held_at=NOON,
    )  # fmt: skip


def test_d28_waiting_deletions_are_listed_and_decided_once(company: Company) -> None:
    hold, client, headers = held(company), Client(), bearer(company, Role.OPERATOR)
    [row] = client.get("/api/v1/held-deletions", headers=headers).json()["results"]
    assert (row["records"], row["linked"], row["object"]) == (12, 40, "invoices")
    key = {**headers, "Idempotency-Key": "one"}
    address = f"/api/v1/held-deletions/{hold.pk}"
    for _ in range(2):
        answer = client.post(f"{address}/confirm", headers=key, **JSON)
        assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    assert events(company, "sync.deletions_confirmed") == 1
    other = {**headers, "Idempotency-Key": "two"}
    again = client.post(f"{address}/cancel", headers=other, **JSON)
    assert (again.status_code, again.json()["code"]) == (409, "sync.deletions_over")
    assert client.get("/api/v1/held-deletions", headers=headers).json()["results"] == []
    hold.refresh_from_db()
    assert hold.state == HoldState.CONFIRMED
    [poll] = jobs.open_jobs(company.portal, company).filter(kind="sync.poll")
    assert budget.held(poll, NOON) is None
    assert poll.parameters == {"trigger": budget.ASKED}


def test_c13_c14_rights_and_other_portals(company: Company) -> None:
    hold, client = held(company), Client()
    address = f"/api/v1/held-deletions/{hold.pk}/confirm"
    reader = {**bearer(company, Role.READ_ONLY), "Idempotency-Key": "one"}
    assert client.post(address, headers=reader, **JSON).status_code == 403
    assert client.get(tab(company, "contacts"), headers=reader).status_code == 403
    stranger = {**bearer(tenants.company(tenants.portal())), "Idempotency-Key": "one"}
    assert client.post(address, headers=stranger, **JSON).status_code == 404
    assert client.get(tab(company, "contacts"), headers=stranger).status_code == 404
    assert client.get("/api/v1/held-deletions", headers=stranger).json()["results"] == []
