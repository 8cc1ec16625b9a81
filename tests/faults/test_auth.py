"""Fault rows 1 to 11: tokens expire, rotate, get lost and are refused (reliability.md A.6)."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core import mail
from django.db import connection, connections

from integration import connections as service
from integration import grants, jobs, sessions, vault
from integration.access.actors import Actor
from integration.clock import now
from integration.connections import ConnectRefused
from integration.gateways.errors import AccountBlocked, NeedsReconnect, Unavailable
from integration.models import (
    AuditEvent,
    Company,
    Grant,
    Job,
    OAuthState,
    PendingConnection,
    Portal,
)
from integration.models.grants import GrantState
from tests import tenants
from tests.connecting import (
    ADVANCED,
    HUB,
    OTHER_HUB,
    SESSION,
    UK,
    US,
    allow_hubspot,
    allow_quickbooks,
    api_calls,
    begin,
    connected_company,
    connected_portal,
    consent,
    grant_of,
    held_company,
    owner_of,
    token_calls,
)
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
WORKERS = 8


@pytest.fixture
def owner(sandbox: SandboxProcess) -> Actor:
    return owner_of(connected_portal())


@pytest.fixture
def company(sandbox: SandboxProcess, owner: Actor) -> Iterator[Company]:
    yield connected_company(owner)
    mail.outbox.clear()


def strict(sandbox: SandboxProcess) -> None:
    """The harsher reading of Intuit's rules: every refresh rotates, the old value kills the grant."""
    sandbox.switch(refresh_rotation_hours=0, refresh_grace_hours=0, concurrent_refresh="kills")


def state(portal: Portal, company: Company | None = None) -> str:
    return str(grant_of(portal, company).state)


def run(kind: str, portal: Portal, company: Company | None = None) -> Job | None:
    """Do the job of this kind now; its row afterwards, None when it is finished."""
    job = jobs.enqueue(kind, portal=portal, company=company, at=now())
    jobs.run_one(job.pk, now())
    found = Job.objects.for_portal(portal).filter(pk=job.pk).first()
    return found  # type: ignore[no-any-return]


def in_threads(count: int, act: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(count)

    def call() -> Any:
        try:
            start.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return [each.result() for each in [pool.submit(call) for _ in range(count)]]


# -- 1


def test_f01_a_token_is_renewed_before_it_expires(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    books = sessions.quickbooks(company)
    hub = sessions.hubspot(owner.portal)
    sandbox.forget_history()
    books.company_info()
    hub.portal_facts()
    assert token_calls(sandbox) == []
    sandbox.advance(56 * 60)
    for _ in range(3):
        books.company_info()
        hub.owners()
    assert len(token_calls(sandbox, "quickbooks")) == 1
    assert len(token_calls(sandbox, "hubspot")) == 1
    assert {one["status"] for one in api_calls(sandbox)} == {200}


def test_f01_an_unforeseen_401_is_healed_by_one_refresh_and_the_same_request(
    sandbox: SandboxProcess, company: Company
) -> None:
    books = sessions.quickbooks(company)
    sandbox.admin("POST", "quickbooks/expire", {"realm": US})
    sandbox.forget_history()
    assert books.company_info().name == "Dealbooks Demo Co (US)"
    books.preferences()
    assert [one["status"] for one in api_calls(sandbox)] == [401, 200, 200]
    assert len(token_calls(sandbox)) == 1


# -- 2


def test_f02_eight_workers_make_one_refresh(sandbox: SandboxProcess, company: Company) -> None:
    strict(sandbox)
    sandbox.advance(2 * 3600)
    sandbox.faults(
        {
            "match": {"path": "/tokens/bearer"},
            "fault": {"kind": "delay", "seconds": 0.3},
            "times": -1,
        }
    )
    sandbox.forget_history()
    names = in_threads(WORKERS, lambda: sessions.quickbooks(company).company_info().name)
    assert names == ["Dealbooks Demo Co (US)"] * WORKERS
    assert len(token_calls(sandbox)) == 1
    assert state(company.portal, company) == GrantState.ACTIVE


def test_f02_eight_workers_with_one_refused_token_make_one_refresh(
    sandbox: SandboxProcess, company: Company
) -> None:
    strict(sandbox)
    sandbox.admin("POST", "quickbooks/expire", {"realm": US})
    sandbox.forget_history()
    in_threads(WORKERS, lambda: sessions.quickbooks(company).company_info().name)
    assert len(token_calls(sandbox)) == 1


# -- 3 and 4


def use_in_a_process(company: Company, **environment: str) -> tuple[int, str]:
    """Exit code and what it said: the company's name, or the code of its error."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.token_user", str(company.pk)],
        cwd=ROOT, text=True, capture_output=True, timeout=60,
        env={**os.environ, "DATABASE_URL": database, **environment},
    )  # fmt: skip
    return done.returncode, done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def test_f03_killed_between_answer_and_commit_the_old_token_still_works(
    sandbox: SandboxProcess, company: Company
) -> None:
    sandbox.switch(refresh_rotation_hours=0)
    sandbox.advance(2 * 3600)
    code, said = use_in_a_process(company, CRASH_AT="grants.renew.answered:1")
    assert code == -9, said
    assert use_in_a_process(company) == (0, "Dealbooks Demo Co (US)")
    assert state(company.portal, company) == GrantState.ACTIVE


def test_f03_killed_between_answer_and_commit_where_the_old_token_is_dead(
    sandbox: SandboxProcess, company: Company
) -> None:
    strict(sandbox)
    sandbox.advance(2 * 3600)
    code, said = use_in_a_process(company, CRASH_AT="grants.renew.answered:1")
    assert code == -9, said
    sandbox.forget_history()
    for _ in range(3):
        with pytest.raises(NeedsReconnect):
            sessions.quickbooks(company).company_info()
    assert len(token_calls(sandbox)) == 1
    assert list(api_calls(sandbox)) == []
    assert state(company.portal, company) == GrantState.NEEDS_RECONNECT


@pytest.mark.parametrize("is_strict", [False, True])
def test_f04_the_answer_of_the_token_endpoint_is_lost(
    sandbox: SandboxProcess, company: Company, is_strict: bool
) -> None:
    sandbox.switch(refresh_rotation_hours=0)
    if is_strict:
        strict(sandbox)
    sandbox.advance(2 * 3600)
    sandbox.faults(
        {"match": {"path": "/tokens/bearer"}, "fault": {"kind": "reset", "when": "after_commit"}}
    )
    with pytest.raises(Unavailable):
        sessions.quickbooks(company).company_info()
    assert state(company.portal, company) == GrantState.ACTIVE
    if is_strict:
        with pytest.raises(NeedsReconnect):
            sessions.quickbooks(company).company_info()
    else:
        assert sessions.quickbooks(company).company_info().country == "US"


# -- 5


def test_f05_a_revoked_grant_stops_its_company_and_no_other(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    other = connected_company(owner, UK)
    sandbox.admin("POST", "quickbooks/disconnect", {"realm": US})
    sandbox.forget_history()
    waiting = run("company.reference", owner.portal, company)
    assert waiting is not None
    assert waiting.paused_reason == "connect.needs_reconnect"
    for _ in range(3):
        with pytest.raises(NeedsReconnect):
            sessions.quickbooks(company).company_info()
    assert len(token_calls(sandbox)) <= 2
    assert len(list(api_calls(sandbox, "quickbooks"))) == 1
    grant = grant_of(owner.portal, company)
    assert (grant.state, grant.state_reason) == (
        GrantState.NEEDS_RECONNECT,
        "quickbooks.invalid_grant",
    )
    assert sessions.quickbooks(other).company_info().country == "GB"
    needing = jobs.open_jobs(owner.portal, company).exclude(kind="sync.match")  # only HubSpot
    paused = set(needing.values_list("paused_reason", flat=True))
    assert paused == {"connect.needs_reconnect"}
    assert set(jobs.open_jobs(owner.portal, other).values_list("paused_reason", flat=True)) == {""}


def test_f05_the_people_who_can_reconnect_are_told_once(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    tenants.member(owner.portal, tenants.Role.SALES_REP)
    sandbox.admin("POST", "quickbooks/disconnect", {"realm": US})
    for _ in range(2):
        with pytest.raises(NeedsReconnect):
            sessions.quickbooks(company).company_info()
    assert jobs.run_due("periodic", 20, now()) > 0
    jobs.run_due("periodic", 20, now())
    assert owner.person is not None
    assert [message.to for message in mail.outbox] == [[owner.person.email]]
    assert "Dealbooks Demo Co (US)" in mail.outbox[0].subject


def test_b03_a_reconnect_wakes_what_was_paused(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    sandbox.admin("POST", "quickbooks/disconnect", {"realm": US})
    with pytest.raises(NeedsReconnect):
        sessions.quickbooks(company).company_info()
    url = begin(owner, "quickbooks", "reconnect", company=company)
    assert owner.person is not None
    again = service.finish_quickbooks(owner.person, allow_quickbooks(url), SESSION, now())
    assert again == company
    assert state(owner.portal, company) == GrantState.ACTIVE
    paused = set(jobs.open_jobs(owner.portal, company).values_list("paused_reason", flat=True))
    assert paused == {""}
    assert sessions.quickbooks(company).company_info().country == "US"


# -- 6


def test_f06_a_connection_nobody_uses_is_kept_alive(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    sandbox.switch(refresh_token_days=20)
    for _ in range(6):
        sandbox.advance(5 * 24 * 3600)
        run("grants.keep_fresh", owner.portal)
    assert sessions.quickbooks(company).company_info().country == "US"
    assert state(owner.portal, company) == GrantState.ACTIVE


def test_f06_the_hard_end_is_announced_14_7_and_1_days_before(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    sandbox.switch(refresh_hard_cap_days=30)
    told = []
    for _ in range(31):
        sandbox.advance(24 * 3600)
        run("grants.keep_fresh", owner.portal)
        run("grants.keep_fresh", owner.portal)
        jobs.run_due("periodic", 20, now())
        told.append(len(mail.outbox))
        mail.outbox.clear()
        if told[-1] and state(owner.portal, company) != GrantState.NEEDS_RECONNECT:
            assert state(owner.portal, company) == GrantState.EXPIRING
    assert sum(told) == 4  # three warnings, then the end
    first = told.index(1)
    assert 29 - 14 - 1 <= first <= 29 - 14 + 1
    assert state(owner.portal, company) == GrantState.NEEDS_RECONNECT


# -- 7


def test_f07_an_uninstalled_app_makes_no_further_call(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    hub = sessions.hubspot(owner.portal)
    token = hub.channel.tokens.current()
    hub.channel.transport.call(
        "DELETE", f"{sandbox.hubspot}/appinstalls/2026-03/external-install",
        account="x", kind="write", token=token,
    )  # fmt: skip
    with pytest.raises(NeedsReconnect):
        hub.owners()
    sandbox.forget_history()
    assert run("portal.directory", owner.portal) is not None
    assert run("hubspot.setup", owner.portal) is not None
    with pytest.raises(NeedsReconnect):
        sessions.hubspot(owner.portal)
    assert [one for one in sandbox.history() if one.get("vendor") == "hubspot"] == []
    assert state(owner.portal) == GrantState.NEEDS_RECONNECT
    assert sessions.quickbooks(company).company_info().country == "US"


# -- 8, 9 and 10


def test_f08_the_connecting_person_lost_access(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    sandbox.admin("POST", "quickbooks/company", {"realm": US, "status": "lost_access"})
    with pytest.raises(NeedsReconnect) as caught:
        sessions.quickbooks(company).company_info()
    assert caught.value.code == "quickbooks.120"
    grant = grant_of(owner.portal, company)
    assert (grant.state, grant.state_reason) == (GrantState.NEEDS_RECONNECT, "quickbooks.120")


def test_f08_a_realm_that_is_forbidden_blocks_without_losing_the_grant(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    sandbox.faults({"match": {"path": "/companyinfo/"}, "fault": {"kind": "status", "status": 403, "body": (
        '{"fault":{"error":[{"message":"errorCode=003100","detail":"","code":"3100"}],"type":"SERVICE"}}')}})  # fmt: skip
    with pytest.raises(AccountBlocked) as caught:
        sessions.quickbooks(company).company_info()
    assert caught.value.code == "quickbooks.3100"
    assert state(owner.portal, company) == GrantState.ACTIVE


def test_f09_an_ended_subscription_is_probed_daily(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    sandbox.admin("POST", "quickbooks/company", {"realm": US, "status": "ended"})
    waiting = run("company.reference", owner.portal, company)
    assert waiting is not None
    assert waiting.last_error == "quickbooks.6190"
    assert waiting.next_at - now() > timedelta(hours=23)
    assert state(owner.portal, company) == GrantState.ACTIVE
    sandbox.forget_history()
    sandbox.admin("POST", "quickbooks/company", {"realm": US, "status": "open"})
    assert jobs.run_due("interactive", 20, now()) >= 0
    assert list(api_calls(sandbox, "quickbooks")) == []


def test_f10_a_missing_scope_stops_only_that_feature(sandbox: SandboxProcess, owner: Actor) -> None:
    refusal = {"kind": "status", "status": 403, "body": (
        '{"status":"error","category":"MISSING_SCOPES","message":"scopes","errors":[{"message":"m",'
        '"context":{"requiredScopes":["crm.schemas.companies.write"]}}]}')}  # fmt: skip
    sandbox.faults({"match": {"path": "/properties/companies"}, "fault": refusal, "times": -1})
    sandbox.forget_history()
    run("hubspot.setup", owner.portal)
    refused = [one for one in api_calls(sandbox, "hubspot") if one["status"] == 0 or one["fault"]]
    assert 1 <= len(refused) <= 3
    portal = Portal.objects.get(pk=owner.portal.pk)
    assert portal.properties_problem == "hubspot.MISSING_SCOPES"
    names = {one.name for one in sessions.hubspot(portal).properties("deals")}
    assert {"dealbooks_invoice_status", "dealbooks_bulk"} <= names
    assert state(owner.portal) == GrantState.ACTIVE


# -- 11: twelve ways a callback can be wrong


def refused(act: Callable[[], Any]) -> str:
    """The refusal's code; nothing but the audit row may have been stored."""
    before = (Grant.objects.everywhere("t").count(), Company.objects.everywhere("t").count(),
              PendingConnection.objects.everywhere("t").count())  # fmt: skip
    with pytest.raises(ConnectRefused) as caught:
        act()
    after = (Grant.objects.everywhere("t").count(), Company.objects.everywhere("t").count(),
             PendingConnection.objects.everywhere("t").count())  # fmt: skip
    assert before == after
    told = AuditEvent.objects.everywhere("t").filter(action="connection.refused").latest("at")
    assert told.after == {"reason": caught.value.code}
    return caught.value.code


def finish(owner: Actor, params: dict[str, str], session: str = SESSION) -> Any:
    assert owner.person is not None
    return service.finish_quickbooks(owner.person, params, session, now())


def test_f11_01_missing_state(owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    del params["state"]
    assert refused(lambda: finish(owner, params)) == "connect.state_missing"


def test_f11_02_forged_state(owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    assert refused(lambda: finish(owner, {**params, "state": "forged"})) == "connect.state_unknown"


def test_f11_03_expired_state(sandbox: SandboxProcess, owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    sandbox.advance(601)
    assert refused(lambda: finish(owner, params)) == "connect.state_expired"


def test_f11_04_reused_state(owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    finish(owner, params)
    assert refused(lambda: finish(owner, params)) == "connect.state_used"


def test_f11_05_reused_code(owner: Actor) -> None:
    first = allow_quickbooks(begin(owner, "quickbooks"))
    finish(owner, first)
    second = allow_quickbooks(begin(owner, "quickbooks"))
    assert (
        refused(lambda: finish(owner, {**second, "code": first["code"]})) == "connect.code_refused"
    )


def test_f11_06_person_denies(owner: Actor) -> None:
    params = consent(begin(owner, "quickbooks"), decision="deny")
    assert params["error"] == "access_denied"
    assert refused(lambda: finish(owner, params)) == "connect.denied"


def test_f11_07_realm_held_by_another_portal(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    stranger = owner_of(connected_portal(hub_id=OTHER_HUB))
    params = allow_quickbooks(begin(stranger, "quickbooks"), US)
    assert refused(lambda: finish(stranger, params)) == "connect.realm_taken"
    assert sessions.quickbooks(company).company_info().country == "US"


def test_f11_08_tampered_realm(sandbox: SandboxProcess, owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"), US)
    tampered = {**params, "realmId": ADVANCED}
    assert refused(lambda: finish(owner, tampered)) == "connect.realm_mismatch"
    grants_there = sandbox.state("quickbooks")["quickbooks"]["grants"]
    assert [one["revoked"] for one in grants_there if one["realm"] == US] == [True]


def test_f11_09_missing_or_malformed_realm(owner: Actor) -> None:
    for realm in ("", "1/../2", "x" * 40):
        params = allow_quickbooks(begin(owner, "quickbooks"), US)
        assert refused(
            lambda realm=realm, params=params: finish(owner, {**params, "realmId": realm})
        ) == ("connect.realm_missing")


def test_f11_10_another_browser_or_person(owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    assert refused(lambda: finish(owner, params, "another session")) == "connect.other_session"
    params = allow_quickbooks(begin(owner, "quickbooks"))
    stranger = tenants.person()
    act = lambda: service.finish_quickbooks(stranger, params, SESSION, now())  # noqa: E731
    assert refused(act) == "connect.other_session"


def test_f11_11_intuit_code_in_the_hubspot_callback(owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    assert owner.person is not None
    person = owner.person
    assert (
        refused(lambda: service.finish_hubspot(person, params, SESSION, now()))
        == "connect.other_vendor"
    )
    assert refused(lambda: finish(owner, params)) == "connect.state_used"


def test_f11_12_two_admins_at_once_make_one_connection(sandbox: SandboxProcess) -> None:
    first, second = tenants.person(), tenants.person()
    trips = [(who, allow_hubspot(begin(who, "hubspot"))) for who in (first, second)]
    outcomes: list[Any] = []

    def arrive() -> Any:
        who, params = trips.pop()
        try:
            return service.finish_hubspot(who, params, SESSION, now())
        except ConnectRefused as refusal:
            return refusal.code

    outcomes = in_threads(2, arrive)
    portals = [one for one in outcomes if isinstance(one, Portal)]
    assert len(portals) == 1
    assert "connect.portal_taken" in outcomes
    assert Portal.objects.filter(hub_id=HUB).count() == 1
    assert Grant.objects.everywhere("t").filter(company=None).count() == 1
    assert sessions.hubspot(portals[0]).portal_facts().hub_id == HUB


def test_f11_12_confirming_twice_makes_one_company(sandbox: SandboxProcess, owner: Actor) -> None:
    pending = held_company(owner)

    def confirm() -> Any:
        try:
            return service.confirm(owner, pending.pk, now())
        except ConnectRefused as refusal:
            return refusal.code

    outcomes = in_threads(2, confirm)
    assert "connect.pending_gone" in outcomes
    assert Company.objects.for_portal(owner.portal).count() == 1


def test_f11_a_reconnect_must_come_back_with_the_same_company(
    sandbox: SandboxProcess, owner: Actor, company: Company
) -> None:
    url = begin(owner, "quickbooks", "reconnect", company=company)
    params = allow_quickbooks(url, ADVANCED)
    with pytest.raises(ConnectRefused) as caught:
        finish(owner, params)
    assert caught.value.code == "connect.other_company"
    assert caught.value.parameters == {"chosen": "Summit Advanced Inc", "company": company.name}
    there = sandbox.state("quickbooks")["quickbooks"]["grants"]
    assert {one["realm"]: one["revoked"] for one in there} == {US: False, ADVANCED: True}


def test_c01_a_state_is_stored_hashed_and_bound(owner: Actor) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"))
    row = OAuthState.objects.latest("created_at")
    assert params["state"] not in (row.state_sha256, row.session_key)
    assert SESSION not in row.session_key
    assert len(params["state"]) >= 43
    assert row.expires_at - row.created_at == timedelta(minutes=10)


def test_c03_tokens_are_sealed_in_the_database(owner: Actor, company: Company) -> None:
    token = vault.take(grant_of(owner.portal, company), "access_token")
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(g::text) FROM integration_grant AS g")
        dump = str(cursor.fetchone())
    assert token not in dump
    assert token[:20] not in dump


def test_b03_grants_know_when_they_end(owner: Actor, company: Company) -> None:
    found = service.status(owner.portal, now())
    assert [one.vendor for one in found] == ["hubspot", "quickbooks"]
    assert found[0].days_left is None
    assert found[1].days_left in (100, 101)
    assert grants.days_left(grant_of(owner.portal, company), now()) == found[1].days_left
