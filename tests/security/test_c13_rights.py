"""Controls 13 and 14: every route asks who is coming, and every role gets exactly its rights.

The routes are walked, not listed: a new one without an entrance fails here.
"""

import itertools
import uuid
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.http import Http404
from django.test import Client
from django.utils.translation import override

from integration.access import actors, api_tokens
from integration.access.actors import Actor, Forbidden
from integration.access.rights import ALL, PRESETS, WORDS, Right
from integration.access.routes import Door
from integration.models import Company
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices.models import DealRef
from tests import tenants
from tests.security.routes import Route, all_routes, answers_of, routes_by
from tests.tenants import NOON

pytestmark = pytest.mark.django_db

IN_PORTAL = [r for r in routes_by(Door.PORTAL, Door.RECORD) if "portal_id" in r.names]
IN_FRAME = [r for r in routes_by(Door.RECORD) if "portal_id" not in r.names]
OF_A_COMPANY = [r for r in IN_PORTAL if "company_id" in r.names]
IN_API = routes_by(Door.API)


def signed_in(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# --------------------------------------------------------------------------------------- the table
def test_c13_every_route_names_its_entrance() -> None:
    assert [route.text for route in all_routes() if route.entrance is None] == []


def test_c13_every_entrance_names_a_right_or_a_reason() -> None:
    silent = [
        route.text
        for route in all_routes()
        if route.entrance
        and route.door not in (Door.SIGNED_IN, Door.API)
        and not (route.entrance.right or route.entrance.reason)
    ]
    assert silent == []


def test_c13_every_endpoint_names_a_right_for_each_of_its_methods() -> None:
    assert [route.text for route in IN_API if not route.view.cls.rights] == []


def test_c13_every_page_below_a_portal_is_a_portal_page() -> None:
    loose = [
        route.text
        for route in all_routes()
        if route.text.startswith("/p/") and route.door not in (Door.PORTAL, Door.RECORD)
    ]
    assert loose == []


# ---------------------------------------------------------------------------- roles on every route
def both(visitor: Client, address: str, status: int) -> object:
    got = (visitor.get(address).status_code, visitor.post(address).status_code)
    return None if got == (status, status) else got


@pytest.mark.parametrize("role", list(Role))
def test_c13_each_role_gets_exactly_its_rights(role: Role) -> None:
    portal = tenants.portal()
    company = tenants.company(portal)
    visitor = signed_in(tenants.member(portal, role).person)

    def wrong(route: Route) -> object:
        address = route.address(portal_id=portal.pk, company_id=company.pk)
        assert route.entrance is not None
        limited = route.entrance.all_deals and role is Role.SALES_REP
        if route.entrance.right in PRESETS[role] and not limited:
            status = visitor.get(address).status_code
            return status if status == 403 or status >= 500 else None
        return both(visitor, address, 403)

    assert answers_of(IN_PORTAL, wrong) == {}


def test_c14_a_member_of_another_portal_finds_nothing() -> None:
    portal = tenants.portal()
    company = tenants.company(portal)
    visitor = signed_in(tenants.member(tenants.portal(), Role.OWNER).person)

    def wrong(route: Route) -> object:
        return both(visitor, route.address(portal_id=portal.pk, company_id=company.pk), 404)

    assert answers_of(IN_PORTAL, wrong) == {}


def test_c14_a_company_of_another_portal_is_not_found() -> None:
    portal, other = tenants.portal(), tenants.portal()
    company = tenants.company(other)
    visitor = signed_in(tenants.member(portal, Role.OWNER).person)

    def wrong(route: Route) -> object:
        return both(visitor, route.address(portal_id=portal.pk, company_id=company.pk), 404)

    assert answers_of(OF_A_COMPANY, wrong) == {}


def test_b15_company_b_is_forbidden_to_somebody_of_company_a() -> None:
    portal = tenants.portal()
    ours, theirs = tenants.company(portal), tenants.company(portal)
    visitor = signed_in(tenants.member(portal, Role.OWNER, ours).person)

    def wrong(route: Route) -> object:
        return both(visitor, route.address(portal_id=portal.pk, company_id=theirs.pk), 403)

    assert answers_of(OF_A_COMPANY, wrong) == {}


def test_c13_nobody_signed_in_goes_to_the_sign_in_page() -> None:
    portal = tenants.portal()

    def wrong(route: Route) -> object:
        answer = Client().get(route.address(portal_id=portal.pk))
        place = answer.headers.get("Location", "")
        is_right = answer.status_code == 302 and place.startswith("/accounts/login/")
        return None if is_right else (answer.status_code, place)

    assert answers_of(IN_PORTAL, wrong) == {}


def test_c13_no_frame_opens_without_its_cookie() -> None:
    def wrong(route: Route) -> object:
        status = Client().get(route.address(deal_id="9")).status_code
        return None if status == 401 else status

    assert answers_of(IN_FRAME, wrong) == {}


# --------------------------------------------------------------------------------------- the API
def token_of(portal: Any, role: Role, scopes: frozenset[Right] = ALL, *companies: Any) -> str:
    member = tenants.member(portal, role, *companies)
    return api_tokens.create(member.person, portal, "test", scopes, NOON)[1]


def ask(text: str, method: str, address: str) -> int:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    answer = client.generic(method, address, b"", "application/json", headers=headers)
    return int(answer.status_code)


def closed(text: str, methods: Iterable[str], address: str, status: int) -> object:
    """None when each method is answered with this status."""
    got = {method: ask(text, method, address) for method in methods}
    return {method: found for method, found in got.items() if found != status} or None


@pytest.mark.parametrize("role", list(Role))
def test_c13_each_roles_token_gets_exactly_its_rights(role: Role) -> None:
    portal = tenants.portal()
    company = tenants.company(portal)
    text = token_of(portal, role)

    def wrong(route: Route) -> object:
        address = route.address(company_id=company.pk)
        got = {}
        for method, right in route.view.cls.rights.items():
            status = ask(text, method, address)
            limited = route.view.cls.all_deals and role is Role.SALES_REP
            is_allowed = right in PRESETS[role] and not limited
            if (status == 403) is is_allowed or status >= 500:
                got[method] = status
        return got or None

    assert answers_of(IN_API, wrong) == {}


def test_c13_the_api_takes_no_cookie_and_no_other_method() -> None:
    portal = tenants.portal()
    visitor = signed_in(tenants.member(portal, Role.OWNER).person)
    text = token_of(portal, Role.OWNER)
    known = {"GET", "POST", "PUT", "PATCH", "DELETE"}

    def wrong(route: Route) -> object:
        by_cookie = visitor.get(route.address()).status_code
        if by_cookie != 401:
            return by_cookie
        return closed(text, known - set(route.view.cls.rights), route.address(), 405)

    assert answers_of(IN_API, wrong) == {}


def test_c15_a_token_without_the_scope_is_refused() -> None:
    text = token_of(tenants.portal(), Role.OWNER, frozenset())
    assert answers_of(IN_API, lambda r: closed(text, r.view.cls.rights, r.address(), 403)) == {}


# ------------------------------------------------------------------------------------ the presets
def test_d04_admin_neither_approves_nor_corrects() -> None:
    assert frozenset({Right.APPROVE, Right.CORRECT}) == ALL - PRESETS[Role.ADMIN]


def test_d04_every_role_has_a_preset_and_every_right_words() -> None:
    assert set(PRESETS) == set(Role)
    assert set(WORDS) == set(Right)
    assert PRESETS[Role.READ_ONLY] == {Right.VIEW}
    assert PRESETS[Role.SALES_REP] == {Right.VIEW, Right.DRAFT, Right.POST}
    assert all(Right.VIEW in rights for rights in PRESETS.values())


def test_the_refusal_says_what_and_whom_to_ask() -> None:
    portal = tenants.portal()
    visitor = signed_in(tenants.member(portal, Role.READ_ONLY).person)
    answer = visitor.get(f"/p/{portal.pk}/settings/people/")
    assert answer.status_code == 403
    with override("en"):
        assert "manage people" in answer.content.decode()


# ----------------------------------------------------------------------------------------- actors
def actor_of(member: Any) -> Actor:
    found = actors.of_person(member.person, member.portal, origin="session")
    assert found is not None
    return found


def test_an_actor_sees_connected_companies_of_their_own_only() -> None:
    portal = tenants.portal()
    ours, theirs = tenants.company(portal), tenants.company(portal)
    gone = tenants.company(portal, disconnected_at=NOON)
    tenants.company(tenants.portal())
    everyone = actor_of(tenants.member(portal))
    limited = actor_of(tenants.member(portal, Role.SALES_REP, ours))
    assert set(everyone.companies()) == {ours, theirs}
    assert set(limited.companies()) == {ours}
    assert everyone.company(gone.pk) == gone
    assert limited.may(Right.DRAFT, ours)
    assert not limited.may(Right.DRAFT, theirs)
    with pytest.raises(Forbidden) as refused:
        limited.company(theirs.pk, Right.DRAFT)
    assert refused.value.code == "access.company"
    with pytest.raises(Http404):
        limited.company(uuid.uuid4())


def test_a_condition_for_everything_stays_everything_beside_others() -> None:
    portal = tenants.portal()
    everyone = actor_of(tenants.member(portal))
    tenants.company(portal)
    companies = Company.objects.for_portal(portal)
    assert companies.filter(Q(name="none") | everyone.company_condition("pk")).count() == 1
    assert companies.filter(Q(name="none") | everyone.deal_condition()).count() == 1


def test_an_actor_has_no_right_in_another_portals_company() -> None:
    actor = actor_of(tenants.member(tenants.portal()))
    assert not actor.may(Right.VIEW, tenants.company(tenants.portal()))
    assert not actors.machine(tenants.portal()).may(Right.POST, tenants.company(tenants.portal()))


DEALS = [
    ("mine", "77", []),
    ("team", "88", ["5", "6"]),
    ("foreign", "99", ["7"]),
    ("nobody", "", []),
]
REACH = {
    DealScope.OWN: {"mine"},
    DealScope.TEAM: {"mine", "team"},
    DealScope.ALL: {"mine", "team", "foreign", "nobody"},
}


@pytest.mark.parametrize(
    ("scope", "role", "linked"), list(itertools.product(DealScope, Role, [True, False]))
)
def test_d05_reps_reach_their_deals_and_the_filter_agrees(
    scope: DealScope, role: Role, linked: bool
) -> None:
    portal = tenants.portal(deal_scope=scope)
    for name, owner, teams in DEALS:
        DealRef.objects.create(
            portal=portal, hubspot_id=name, name=name, owner_id=owner, owner_team_ids=teams,
            fetched_at=NOON,
        )  # fmt: skip
    link = {"hubspot_owner_id": "77", "hubspot_team_ids": ["5"]} if linked else {}
    actor = actor_of(tenants.member(portal, role, **link))
    deals = DealRef.objects.for_portal(portal)
    seen = {deal.name for deal in deals if actor.sees_deal(deal)}
    assert {deal.name for deal in deals.filter(actor.deal_condition())} == seen
    everything = REACH[DealScope.ALL]
    if role is not Role.SALES_REP or scope == DealScope.ALL:
        assert seen == everything
        assert actor.sees_all_deals
    else:
        assert seen == (REACH[scope] if linked else set())
        assert not actor.sees_all_deals


def test_d05_a_token_of_somebody_with_own_deals_tells_nothing_of_whole_companies() -> None:
    portal = tenants.portal(deal_scope=DealScope.OWN)
    company = tenants.company(portal)
    text = token_of(portal, Role.SALES_REP)
    whole = [route for route in IN_API if route.view.cls.all_deals]
    names = ("reconciliations", "usage", "dry-runs", "undos", "held-records")
    assert all(any(name in route.text for route in whole) for name in names)
    got = {
        route.text: ask(text, "GET", route.address(company_id=company.pk))
        for route in whole
        if "GET" in route.view.cls.rights
    }
    assert got == dict.fromkeys(got, 403)


def test_d05_a_frame_sees_its_own_deal_only() -> None:
    member = tenants.member(tenants.portal())
    actor = actors.of_person(member.person, member.portal, origin="embed", record=("deals", "mine"))
    assert actor is not None
    seen = [
        name
        for name, owner, teams in DEALS
        if actor.sees_deal(SimpleNamespace(hubspot_id=name, owner_id=owner, owner_team_ids=teams))
    ]
    assert seen == ["mine"]
    assert not actor.sees_all_deals


def test_c28_a_crash_shows_a_number_and_nothing_of_the_inside(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.security.frame_urls"
    portal = tenants.portal()
    visitor = signed_in(tenants.member(portal).person)
    answer = visitor.get(f"/p/{portal.pk}/broken/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "nobody may see" not in text
    assert "Traceback" not in text
    assert answer["X-Request-ID"] in text


def test_c28_when_rights_cannot_be_read_nobody_comes_in(settings: Any) -> None:
    portal = tenants.portal()
    member = tenants.member(portal)
    visitor = signed_in(member.person)
    type(member).objects.for_portal(portal).update(role="emperor")
    assert visitor.get(f"/p/{portal.pk}/settings/people/").status_code == 500
