"""``/api/v1/companies/<id>/sync``: state and "Sync now" for programs (D-29, C.13, C.14)."""

from typing import Any

import pytest
from django.test import Client

from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.models import Company, Job, Membership
from integration.models.people import Role
from sync.models import RunState, SyncRun
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design")


def ask(
    member: Membership, company: Company, method: str = "GET", scopes: frozenset[Right] = ALL
) -> Any:
    text = api_tokens.create(member.person, member.portal, "test", scopes, NOON)[1]
    address = f"/api/v1/companies/{company.pk}/sync"
    return Client().generic(method, address, headers={"Authorization": f"Bearer {text}"})


def test_d29_a_program_starts_a_sync_and_asks_how_it_stands(company: Company) -> None:
    owner = tenants.member(company.portal, Role.OWNER)
    assert ask(owner, company).json()["state"] == "off"
    started = ask(owner, company, "POST")
    assert started.status_code == 202
    assert started.json()["is_busy"] is True
    assert ask(owner, company, "POST").status_code == 202
    assert Job.objects.for_portal(company.portal).filter(kind="sync.poll").count() == 1
    SyncRun.objects.create(
        portal=company.portal, company=company, trigger="person", started_at=NOON,
        finished_at=NOON, state=RunState.DONE, seen=3, written=7,
    )  # fmt: skip
    run = ask(owner, company).json()["last_run"]
    assert (run["changed"], run["written"], run["state"]) == (3, 7, "done")


def test_b08_a_failing_sync_says_why_in_a_sentence(company: Company) -> None:
    Job.objects.create(
        portal=company.portal, company=company, kind="sync.poll", dedup_key="x", next_at=NOON,
        last_error="net.timeout", last_error_parameters={"vendor": "quickbooks"}, created_at=NOON,
    )  # fmt: skip
    answer = ask(tenants.member(company.portal, Role.READ_ONLY), company).json()
    assert answer["state"] == "failing"
    assert "QuickBooks did not answer in time" in answer["problem"]


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [
        (Role.READ_ONLY, ALL, 403),
        (Role.SALES_REP, ALL, 403),
        (Role.OPERATOR, frozenset({Right.VIEW}), 403),
        (Role.OPERATOR, frozenset({Right.VIEW, Right.RUN_SYNC}), 202),
    ],
)
def test_c13_starting_needs_the_right(
    company: Company, role: Role, scopes: frozenset[Right], status: int
) -> None:
    answer = ask(tenants.member(company.portal, role), company, "POST", scopes)
    assert answer.status_code == status


def test_c14_another_portals_company_does_not_exist(company: Company) -> None:
    other = tenants.member(tenants.portal(), Role.OWNER)
    assert ask(other, company).status_code == 404
    assert ask(other, company, "POST").status_code == 404
