"""Connecting and disconnecting against the sandbox (S-11 to S-16, D-01 to D-03, D-25, B-19)."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from integration import connections, directory, jobs, oauth, sessions, transports, vault
from integration.access.actors import Actor, Forbidden
from integration.clock import now
from integration.connections import ConnectRefused
from integration.gateways.errors import NeedsReconnect
from integration.hubspot_properties import PROPERTIES
from integration.hubspot_setup import ensure_properties
from integration.models import (
    AuditEvent,
    Company,
    CompanySettings,
    Grant,
    Job,
    Membership,
    PendingConnection,
    Portal,
    VendorUsage,
)
from integration.models.grants import GrantState
from integration.models.people import Role
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
)
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(sandbox: SandboxProcess) -> Actor:
    return owner_of(connected_portal())


def audited(action: str) -> AuditEvent:
    return AuditEvent.objects.everywhere("a test").filter(action=action).latest("at")  # type: ignore[no-any-return]


def refusal(act: Any) -> ConnectRefused:
    with pytest.raises(ConnectRefused) as caught:
        act()
    return caught.value


def run(kind: str, portal: Portal, company: Company | None = None) -> None:
    handler = jobs.kinds()[kind].handler
    job = Job.objects.for_portal(portal).get(kind=kind, company=company)
    handler(job, jobs.Lease(job.pk, job.epoch), now())


# -- HubSpot


def test_s12_whoever_connects_a_new_portal_owns_it(sandbox: SandboxProcess) -> None:
    person = tenants.person()
    portal = connected_portal(person)
    assert (portal.hub_id, portal.name) == (HUB, "harborlight-trading.example")
    assert (portal.currency, portal.time_zone) == ("USD", "America/Los_Angeles")
    assert "EUR" in portal.additional_currencies
    member = Membership.objects.for_portal(portal).get()
    assert (member.person, member.role) == (person, Role.OWNER)
    grant = grant_of(portal)
    assert (grant.state, grant.static) == (GrantState.ACTIVE, False)
    assert set(oauth.HUBSPOT_SCOPES) <= set(grant.scopes)
    kinds = set(jobs.open_jobs(portal).values_list("kind", flat=True))
    assert {"hubspot.setup", "portal.directory", "grants.keep_fresh", "usage.flush"} <= kinds
    assert audited("portal.connected").portal_id == portal.pk


def test_s12_a_portal_that_waited_without_its_hubspot_side_is_filled(
    sandbox: SandboxProcess,
) -> None:
    waiting = Portal.objects.create(name="Our portal", created_at=tenants.NOON)
    member = tenants.member(waiting)
    actor = owner_of(waiting)
    params = allow_hubspot(begin(actor, "hubspot"))
    portal = connections.finish_hubspot(member.person, params, SESSION, now())
    assert portal == waiting
    assert (portal.hub_id, portal.name) == (HUB, "Our portal")
    assert Membership.objects.for_portal(portal).count() == 1


def test_d02_a_portal_of_other_people_is_refused_neutrally(owner: Actor) -> None:
    stranger = tenants.person()
    params = allow_hubspot(begin(stranger, "hubspot"))
    error = refusal(lambda: connections.finish_hubspot(stranger, params, SESSION, now()))
    assert (error.code, error.parameters) == ("connect.portal_taken", {})
    assert audited("connection.refused").person_id == stranger.pk
    assert sessions.hubspot(owner.portal).portal_facts().hub_id == HUB


def test_d02_reconnecting_hubspot_takes_the_same_portal_only(owner: Actor) -> None:
    assert owner.person is not None
    person = owner.person
    url = begin(owner, "hubspot", "reconnect")
    assert f"/oauth/{HUB}/authorize" in url
    params = allow_hubspot(url.replace(f"/{HUB}/", "/"), OTHER_HUB)
    error = refusal(lambda: connections.finish_hubspot(person, params, SESSION, now()))
    assert (error.code, error.parameters["portal"]) == ("connect.other_portal", owner.portal.name)
    before = grant_of(owner.portal)
    params = allow_hubspot(begin(owner, "hubspot", "reconnect"))
    assert connections.finish_hubspot(person, params, SESSION, now()) == owner.portal
    after = grant_of(owner.portal)
    assert after.pk == before.pk
    assert after.epoch == before.epoch + 1


def test_s12_access_is_given_back_when_the_portal_cannot_be_read(sandbox: SandboxProcess) -> None:
    person = tenants.person()
    params = allow_hubspot(begin(person, "hubspot"))
    match = {"vendor": "hubspot", "path": "/account-info/"}
    fault = {"kind": "status", "status": 403, "body": "{}"}
    sandbox.faults({"match": match, "fault": fault, "times": -1})
    refusal(lambda: connections.finish_hubspot(person, params, SESSION, now()))
    assert any(each.get("path", "").endswith("/token/revoke") for each in sandbox.history())
    assert not Portal.objects.exists()


def test_f11_a_refused_hubspot_consent(sandbox: SandboxProcess) -> None:
    person = tenants.person()
    params = consent(begin(person, "hubspot"), decision="cancel")
    error = refusal(lambda: connections.finish_hubspot(person, params, SESSION, now()))
    assert error.code == "connect.denied"
    assert not Portal.objects.exists()


def test_c01_the_code_alone_is_worth_nothing(sandbox: SandboxProcess) -> None:
    """PKCE: the verifier is made from the state, so another state cannot use the code."""
    person = tenants.person()
    stolen = allow_hubspot(begin(person, "hubspot"))
    own = allow_hubspot(begin(person, "hubspot"))
    error = refusal(
        lambda: connections.finish_hubspot(person, {**own, "code": stolen["code"]}, SESSION, now())
    )
    assert error.code == "connect.code_refused"


def test_d01_a_vendor_without_keys_cannot_be_connected(settings: Settings) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "HUBSPOT_CLIENT_ID": ""}
    error = refusal(lambda: begin(tenants.person(), "hubspot"))
    assert error.code == "connect.not_configured"


def test_d01_wrong_keys_are_told_as_such(sandbox: SandboxProcess, settings: Settings) -> None:
    person = tenants.person()
    params = allow_hubspot(begin(person, "hubspot"))
    settings.DEALBOOKS = {**settings.DEALBOOKS, "HUBSPOT_CLIENT_SECRET": "old"}
    error = refusal(lambda: connections.finish_hubspot(person, params, SESSION, now()))
    assert (error.code, error.parameters["detail"]) == ("connect.vendor_error", "BAD_CLIENT_SECRET")


def test_s13_quickbooks_comes_after_hubspot() -> None:
    portal = Portal.objects.create(name="Waiting", created_at=tenants.NOON)
    tenants.member(portal)
    assert refusal(lambda: begin(owner_of(portal), "quickbooks")).code == "connect.no_portal"
    assert refusal(lambda: begin(tenants.person(), "quickbooks")).code == "connect.no_portal"


# -- QuickBooks


def test_d02_nothing_is_connected_before_the_person_confirmed(owner: Actor) -> None:
    pending = held_company(owner, UK)
    assert pending.facts["name"] == "Tea & Tools Ltd"
    assert (pending.facts["country"], pending.facts["currency"]) == ("GB", "GBP")
    assert not Company.objects.for_portal(owner.portal).exists()
    company = connections.confirm(owner, pending.pk, now())
    assert (company.country, company.home_currency, company.time_zone) == (
        "GB",
        "GBP",
        "Europe/London",
    )
    assert company.environment == "simulated"
    assert CompanySettings.objects.for_portal(owner.portal).filter(company=company).exists()
    assert not PendingConnection.objects.for_portal(owner.portal).exists()
    kinds = set(jobs.open_jobs(owner.portal, company).values_list("kind", flat=True))
    assert {"company.reference", "sync.poll"} <= kinds
    assert audited("company.connected").company_id == company.pk
    assert sessions.quickbooks(company).company_info().name == "Tea & Tools Ltd"


def test_d02_declining_gives_the_access_back(sandbox: SandboxProcess, owner: Actor) -> None:
    pending = held_company(owner)
    assert connections.decline(owner, pending.pk, now()) == "Dealbooks Demo Co (US)"
    assert [one["revoked"] for one in sandbox.state("quickbooks")["quickbooks"]["grants"]] == [True]
    assert (
        refusal(lambda: connections.confirm(owner, pending.pk, now())).code
        == "connect.pending_gone"
    )


@pytest.mark.parametrize("by", ["confirm", "job"])
def test_d02_ten_minutes_later_the_access_is_given_back(
    sandbox: SandboxProcess, owner: Actor, by: str
) -> None:
    pending = held_company(owner)
    sandbox.advance(601)
    if by == "confirm":
        error = refusal(lambda: connections.confirm(owner, pending.pk, now()))
        assert error.code == "connect.pending_expired"
    else:
        run("grants.keep_fresh", owner.portal)
    assert not PendingConnection.objects.for_portal(owner.portal).exists()
    assert [one["revoked"] for one in sandbox.state("quickbooks")["quickbooks"]["grants"]] == [True]


def test_d02_somebody_elses_pending_connection_is_not_found(owner: Actor) -> None:
    pending = held_company(owner)
    tenants.member(owner.portal, Role.ADMIN)
    others = [
        one for one in Membership.objects.for_portal(owner.portal) if one.person != owner.person
    ]
    from integration.access import actors

    admin = actors.of_person(others[0].person, owner.portal, origin="session")
    assert admin is not None
    assert (
        refusal(lambda: connections.confirm(admin, pending.pk, now())).code
        == "connect.pending_gone"
    )


def test_d02_connecting_a_company_again_renews_it(owner: Actor) -> None:
    company = connected_company(owner)
    params = allow_quickbooks(begin(owner, "quickbooks"), US)
    assert owner.person is not None
    again = connections.finish_quickbooks(owner.person, params, SESSION, now())
    assert again == company
    assert Company.objects.for_portal(owner.portal).count() == 1
    assert audited("company.reconnected").company_id == company.pk


def test_s15_one_portal_connects_several_companies(owner: Actor) -> None:
    companies = [connected_company(owner, realm) for realm in (US, UK, ADVANCED)]
    assert companies[2].is_advanced
    names = {sessions.quickbooks(company).company_info().name for company in companies}
    assert len(names) == 3


def test_d04_only_people_with_the_right_connect(owner: Actor) -> None:
    member = tenants.member(owner.portal, Role.ACCOUNTANT)
    from integration.access import actors

    accountant = actors.of_person(member.person, owner.portal, origin="session")
    assert accountant is not None
    company = connected_company(owner)
    for act in (
        lambda: begin(accountant, "quickbooks"),
        lambda: connections.disconnect_company(accountant, company, "keep", now()),
        lambda: connections.disconnect_portal(accountant, owner.portal, now()),
    ):
        with pytest.raises(Forbidden):
            act()


def test_c02_a_call_proves_the_realm_before_anything_is_stored(
    sandbox: SandboxProcess, owner: Actor
) -> None:
    params = allow_quickbooks(begin(owner, "quickbooks"), US)
    assert owner.person is not None
    person = owner.person
    tampered = {**params, "realmId": UK}
    error = refusal(lambda: connections.finish_quickbooks(person, tampered, SESSION, now()))
    assert error.code == "connect.realm_mismatch"
    assert not PendingConnection.objects.for_portal(owner.portal).exists()


# -- the end


@pytest.mark.parametrize("choice", ["keep", "mark"])
def test_b19_a_disconnected_company_stays_disconnected(
    sandbox: SandboxProcess, owner: Actor, choice: str
) -> None:
    company, other = connected_company(owner), connected_company(owner, UK)
    connections.disconnect_company(owner, company, choice, now())  # type: ignore[arg-type]
    row = Company.objects.for_portal(owner.portal).get(pk=company.pk)
    assert (row.is_connected, row.after_disconnect) == (False, choice)
    assert not jobs.open_jobs(owner.portal, company).exists()
    grant = grant_of(owner.portal, company)
    assert (grant.state, grant.access_token, grant.refresh_token) == (
        GrantState.DISCONNECTED,
        "",
        "",
    )
    revoked = {
        one["realm"]: one["revoked"] for one in sandbox.state("quickbooks")["quickbooks"]["grants"]
    }
    assert revoked == {US: True, UK: False}
    sandbox.forget_history()
    with pytest.raises(NeedsReconnect):
        sessions.quickbooks(row)
    assert list(api_calls(sandbox)) == []
    assert sessions.quickbooks(other).company_info().country == "GB"
    connections.disconnect_company(owner, row, "keep", now())
    assert audited("company.disconnected").after == {"choice": choice}


def test_d03_a_company_that_comes_back_has_its_history(owner: Actor) -> None:
    company = connected_company(owner)
    connections.disconnect_company(owner, company, "keep", now())
    again = connected_company(owner)
    assert again.pk == company.pk
    assert again.is_connected
    assert sessions.quickbooks(again).company_info().country == "US"


def test_d03_a_disconnected_realm_is_free_for_another_portal(owner: Actor) -> None:
    company = connected_company(owner)
    connections.disconnect_company(owner, company, "keep", now())
    other = owner_of(connected_portal(hub_id=OTHER_HUB))
    assert connected_company(other).portal == other.portal
    error = refusal(lambda: held_company(owner))
    assert error.code == "connect.realm_taken"


def test_d03_revoking_is_owed_while_intuit_is_away(sandbox: SandboxProcess, owner: Actor) -> None:
    company = connected_company(owner)
    sandbox.faults({"match": {"path": "/tokens/revoke"}, "fault": {"kind": "html"}})
    connections.disconnect_company(owner, company, "keep", now())
    assert grant_of(owner.portal, company).refresh_token
    job = Job.objects.for_portal(owner.portal).get(kind="grants.revoke")
    jobs.kinds()["grants.revoke"].handler(job, jobs.Lease(job.pk, job.epoch), now())
    assert not grant_of(owner.portal, company).refresh_token
    assert [one["revoked"] for one in sandbox.state("quickbooks")["quickbooks"]["grants"]] == [True]


def test_d03_disconnecting_hubspot_stops_its_work_only(
    sandbox: SandboxProcess, owner: Actor
) -> None:
    company = connected_company(owner)
    connections.disconnect_portal(owner, owner.portal, now())
    portal = Portal.objects.get(pk=owner.portal.pk)
    assert portal.disconnected_at is not None
    with pytest.raises(NeedsReconnect):
        sessions.hubspot(portal)
    assert sessions.quickbooks(company).company_info().country == "US"
    paused = dict(jobs.open_jobs(portal).values_list("kind", "paused_reason"))
    assert paused["hubspot.setup"] == "connect.disconnected"
    assert paused["company.reference"] == ""
    assert owner.person is not None
    params = allow_hubspot(begin(owner, "hubspot", "reconnect"))
    again = connections.finish_hubspot(owner.person, params, SESSION, now())
    assert again.disconnected_at is None
    assert set(jobs.open_jobs(portal).values_list("paused_reason", flat=True)) == {""}


# -- without OAuth


def test_b03_a_service_key_connects_its_portal(sandbox: SandboxProcess, settings: Settings) -> None:
    operator = tenants.person(is_superuser=True)
    settings.DEALBOOKS = {**settings.DEALBOOKS, "HUBSPOT_STATIC_TOKEN": "pat-na1-sandbox-demo"}
    call_command("connect_hubspot_key", verbosity=0)
    portal = Portal.objects.get(hub_id=HUB)
    assert grant_of(portal).static
    assert Membership.objects.for_portal(portal).get().person == operator
    hub = sessions.hubspot(portal)
    assert hub.portal_facts().currency == "USD"
    assert hub.token_info() == {}
    call_command("connect_hubspot_key", verbosity=0)
    assert Portal.objects.count() == 1


def test_b03_a_revoked_service_key_stops_the_portal(sandbox: SandboxProcess) -> None:
    portal = connections.static_portal("pat-na1-sandbox-demo", now())
    grant = grant_of(portal)
    vault.put(grant, "access_token", "pat-na1-revoked")
    grant.save()
    hub = sessions.hubspot(portal)
    with pytest.raises(NeedsReconnect) as caught:
        hub.owners()
    assert caught.value.code == "connect.static_refused"
    assert grant_of(portal).state == GrantState.NEEDS_RECONNECT


def test_b03_a_wrong_service_key_is_told(sandbox: SandboxProcess, settings: Settings) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "HUBSPOT_STATIC_TOKEN": "pat-na1-nobody"}
    with pytest.raises(CommandError, match="HubSpot did not accept"):
        call_command("connect_hubspot_key", verbosity=0)
    assert not Portal.objects.exists()


# -- what follows


def test_d25_properties_are_made_once(sandbox: SandboxProcess, owner: Actor) -> None:
    run("hubspot.setup", owner.portal)
    portal = Portal.objects.get(pk=owner.portal.pk)
    assert portal.properties_ready_at is not None
    assert portal.properties_problem == ""
    hub = sessions.hubspot(portal)
    for kind, definitions in PROPERTIES.items():
        found = {one.name: one for one in hub.properties(kind)}
        assert all(one.name in found for one in definitions), kind
        assert all(found[one.name].group == "dealbooks" for one in definitions)
    assert audited("portal.properties_created").after["names"]
    assert ensure_properties(portal, hub, now()) == []


def test_d25_a_full_portal_has_the_five_and_a_message(
    sandbox: SandboxProcess, owner: Actor
) -> None:
    sandbox.switch(custom_property_limit=5)
    run("hubspot.setup", owner.portal)
    portal = Portal.objects.get(pk=owner.portal.pk)
    assert portal.properties_problem == "hubspot.property_limit"
    assert portal.properties_ready_at is None
    made = {one.name for one in sessions.hubspot(portal).properties("deals")}
    assert {one.name for one in PROPERTIES["deals"][:5]} <= made
    assert PROPERTIES["deals"][5].name not in made
    sandbox.switch(custom_property_limit=1000)
    run("hubspot.setup", owner.portal)
    assert Portal.objects.get(pk=owner.portal.pk).properties_problem == ""


def test_d05_the_directory_knows_owners_stages_and_members(
    sandbox: SandboxProcess, owner: Actor
) -> None:
    hub = sessions.hubspot(owner.portal)
    rep = next(one for one in hub.owners() if one.email == "rep@dealbooks.example")
    member = tenants.member(owner.portal, Role.SALES_REP, hubspot_user_id=rep.user_id)
    run("portal.directory", owner.portal)
    member.refresh_from_db()
    assert member.hubspot_owner_id == rep.id
    assert member.hubspot_team_ids == list(rep.team_ids)
    assert directory.owner_name(owner.portal, rep.id) == "Riley Park"
    assert directory.owner(owner.portal, rep.id) == rep
    assert directory.stage_label(owner.portal, "closedwon").endswith("Closed won")
    assert directory.stage_label(owner.portal, "unheard-of") == "unheard-of"


def test_b27_calls_are_counted_by_company_and_day(sandbox: SandboxProcess, owner: Actor) -> None:
    company = connected_company(owner)
    run("usage.flush", owner.portal)
    VendorUsage.objects.for_portal(owner.portal).delete()
    books = sessions.quickbooks(company)
    books.company_info()
    books.count("Invoice")
    books.create("Customer", {"DisplayName": "Counted"}, "request-usage")
    sessions.hubspot(owner.portal).owners()
    run("usage.flush", owner.portal)
    rows = VendorUsage.objects.for_portal(owner.portal)
    found = {row.vendor: (row.account, row.reads, row.writes) for row in rows}
    assert found == {"quickbooks": (US, 2, 1), "hubspot": (str(HUB), 1, 0)}
    books.company_info()
    run("usage.flush", owner.portal)
    assert rows.get(vendor="quickbooks").reads == 3
    assert rows.get(vendor="quickbooks").day == now().date()


def test_decision_6_no_vendor_call_inside_a_transaction(
    sandbox: SandboxProcess, owner: Actor
) -> None:
    from django.db import transaction

    hub = sessions.hubspot(owner.portal)
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        hub.owners()


def test_d02_status_of_every_connection(owner: Actor) -> None:
    company = connected_company(owner)
    other = connected_company(owner, UK)
    connections.disconnect_company(owner, other, "keep", now())
    found = connections.status(owner.portal, now())
    assert [(one.name, one.state) for one in found] == [
        (owner.portal.name, "active"), (company.name, "active"), (other.name, "disconnected"),
    ]  # fmt: skip
    assert found[1].connected_by == str(owner.person)
    assert found[2].days_left is None
    assert Grant.objects.for_portal(owner.portal).count() == 3
    transports.start_over()


def test_c04_tokens_with_too_few_scopes_are_given_back(sandbox: SandboxProcess) -> None:
    """The admin allowed less than was asked for: nobody keeps a key that opens less."""
    person = tenants.person()
    asked = begin(person, "hubspot")
    left_out = oauth.HUBSPOT_SCOPES[-1]
    narrowed = asked.replace(f"+{left_out}", "").replace(f"%20{left_out}", "")
    assert narrowed != asked
    params = allow_hubspot(narrowed)
    refused = refusal(lambda: connections.finish_hubspot(person, params, SESSION, now()))
    assert (refused.code, refused.parameters["detail"]) == ("connect.scopes_missing", left_out)
    assert not Portal.objects.filter(hub_id=HUB).exists()
    given_back = [each for each in sandbox.history() if "/token/revoke" in each.get("path", "")]
    assert [each["status"] for each in given_back] == [200]
