"""Controls 15, 16, 28 and 29 and row B-30: tokens, limits, problems and pages of the API."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import jsonschema
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integration.access import actors, api_tokens
from integration.access.rights import ALL, Right
from integration.api.paging import MOST
from integration.clock import now
from integration.models import ApiToken, AuditEvent, Grant, Membership
from integration.models.people import Role
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return tenants.member(tenants.portal(), Role.OWNER)


def token(
    member: Membership, scopes: frozenset[Right] = ALL, **options: Any
) -> tuple[ApiToken, str]:
    return api_tokens.create(member.person, member.portal, "Test", scopes, now(), **options)


def ask(text: str, path: str = "/api/v1/me", method: str = "GET", **headers: str) -> Any:
    client = Client(raise_request_exception=False)
    given = {"Authorization": f"Bearer {text}"} if text else {}
    return client.generic(method, path, headers={**given, **headers})


# ----------------------------------------------------------------------------------------- tokens
def test_c15_a_token_is_shown_once_and_only_its_hash_is_kept(member: Membership) -> None:
    row, text = token(member)
    prefix, secret = text.split(".")
    assert prefix == row.prefix
    assert len(secret) * 6 >= 128
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM integration_apitoken t")
        stored = cursor.fetchall()
        cursor.execute("SELECT e::text FROM integration_auditevent e")
        stored += cursor.fetchall()
    assert secret not in str(stored)


def test_c15_it_speaks_for_its_person_in_its_portal(member: Membership) -> None:
    company = tenants.company(member.portal)
    tenants.company(tenants.portal())
    answer = ask(token(member, frozenset({Right.VIEW, Right.DRAFT}))[1]).json()
    assert answer["person"]["email"] == member.person.email
    assert answer["portal"]["id"] == str(member.portal.pk)
    assert [each["id"] for each in answer["companies"]] == [str(company.pk)]
    assert answer["rights"] == ["draft", "view"]


def test_c15_scopes_are_cut_by_the_persons_rights_now(member: Membership) -> None:
    _, text = token(member)
    assert "connect" in ask(text).json()["rights"]
    Membership.objects.for_portal(member.portal).update(role=Role.READ_ONLY)
    assert ask(text).json()["rights"] == ["view"]
    Membership.objects.for_portal(member.portal).filter(pk=member.pk).delete()
    assert ask(text).status_code == 401


@pytest.mark.parametrize(
    "text", ["", "x", "dbk_0000000000.abc", ".", "dbk_.", "ünï.cöde", "a" * 10_000, "\x01.\x02"]
)
def test_c15_other_tokens_are_refused(member: Membership, text: str) -> None:
    answer = ask(text)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in ("access.token_missing", "access.token_invalid")


def test_c15_a_wrong_secret_revoked_expired_or_inactive_is_refused(member: Membership) -> None:
    row, text = token(member)
    assert ask(text).status_code == 200
    assert ask(text[:-1] + ("A" if text[-1] != "A" else "B")).status_code == 401
    _, brief = token(member, expires_at=now() - timedelta(seconds=1))
    assert ask(brief).status_code == 401
    actor = actors.of_person(member.person, member.portal, origin="session")
    assert actor is not None
    api_tokens.revoke(row, actor, now())
    api_tokens.revoke(row, actor, now())
    assert ask(text).status_code == 401
    events = AuditEvent.objects.for_portal(member.portal).filter(action="token.revoked")
    assert events.count() == 1
    _, other = token(member)
    member.person.is_active = False
    member.person.save()
    assert ask(other).status_code == 401


def test_c15_its_last_use_is_noted_once_a_minute(member: Membership) -> None:
    row, text = token(member)
    ask(text)
    first = ApiToken.objects.for_portal(member.portal).get(pk=row.pk).last_used_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(text)
    assert not any(query["sql"].startswith("UPDATE") for query in queries)


def test_c11_a_cookie_signs_no_api_call_in(member: Membership) -> None:
    visitor = Client()
    visitor.force_login(
        member.person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert visitor.get("/api/v1/me").status_code == 401


@time_machine.travel(NOON, tick=False)  # one window, whatever the time is
def test_c16_calls_are_limited_by_token_and_say_so(member: Membership, settings: Any) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "API_CALLS_A_MINUTE": 3}
    _, text = token(member)
    answers = [ask(text) for _ in range(5)]
    assert [answer.status_code for answer in answers][:3] == [200, 200, 200]
    assert answers[0]["RateLimit-Limit"] == "3"
    assert answers[0]["RateLimit-Remaining"] == "2"
    refused = answers[-1]
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["code"] == "generic.too_many"
    assert ask(token(member)[1]).status_code == 200


@time_machine.travel(NOON, tick=False)
def test_c16_guessing_tokens_is_limited_whatever_forwarded_for_says() -> None:
    answers = [
        ask(f"dbk_0000000000.{number}", **{"X-Forwarded-For": f"203.0.113.{number}"}).status_code
        for number in range(35)
    ]
    assert answers[:30] == [401] * 30
    assert answers[-1] == 429


def test_create_api_token_prints_a_token_that_works(member: Membership) -> None:
    printed = StringIO()
    call_command("create_api_token", member.person.email, "--scope", "view", stdout=printed)
    assert ask(printed.getvalue().strip()).json()["rights"] == ["view"]
    tenants.member(tenants.portal(), person=member.person)
    with pytest.raises(CommandError, match="--portal"):
        call_command("create_api_token", member.person.email)
    with pytest.raises(CommandError, match="No active person"):
        call_command("create_api_token", "nobody@example.test")


# -------------------------------------------------------------------------------------- problems
def test_b30_errors_are_problem_documents(member: Membership) -> None:
    _, text = token(member)
    for answer, status, code in (
        (ask(text, "/api/v1/nowhere"), 404, "generic.not_found"),
        (ask(text, method="DELETE"), 405, "api.method"),
        (ask(text, "/api/v1/connections?limit=0"), 400, "api.invalid"),
        (ask(text, "/api/v1/connections?limit=9999"), 400, "api.invalid"),
        (ask(text, "/api/v1/connections?cursor=%00"), 400, "api.cursor"),
        (ask(token(member, frozenset())[1]), 403, "access.token_scope"),
    ):
        found = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer.status_code, found["status"], found["code"]) == (status, status, code)
        assert found["detail"]
        assert found["trace"] == answer["X-Request-ID"]


def test_c12_answers_of_the_api_are_not_cached(member: Membership) -> None:
    assert "no-store" in ask(token(member)[1])["Cache-Control"]


# ----------------------------------------------------------------------------------- connections
def grants(member: Membership, count: int) -> list[Grant]:
    """HubSpot's grant, then that of ``count`` companies; the first of these is lost."""
    hubspot = Grant.objects.create(portal=member.portal, vendor="hubspot", created_at=now())
    return [hubspot, *(books(member, number) for number in range(count))]


def books(member: Membership, number: int) -> Grant:
    lost = {"state": "needs_reconnect", "state_reason": "quickbooks.invalid_grant"}
    return Grant.objects.create(
        portal=member.portal,
        company=tenants.company(member.portal),
        vendor="quickbooks",
        access_token="canary",
        refresh_token="canary",
        created_at=now() + timedelta(seconds=number + 1),
        **(lost if number == 0 else {}),
    )


def test_connections_are_paged_by_cursor_without_loss(member: Membership) -> None:
    made = grants(member, 6)
    grants(tenants.member(tenants.portal()), 2)
    _, text = token(member)
    seen: list[str] = []
    cursor = ""
    while True:
        page = ask(text, f"/api/v1/connections?limit=3&cursor={cursor}").json()
        seen += [each["id"] for each in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [str(grant.pk) for grant in made]


def test_connections_say_why_and_show_no_token(member: Membership) -> None:
    grants(member, 1)
    answer = ask(token(member)[1], "/api/v1/connections")
    assert "canary" not in answer.content.decode()
    lost = answer.json()["results"][1]
    assert lost["state"] == "needs_reconnect"
    assert "reconnects the company" in lost["reason"]


def test_connections_of_other_companies_are_not_listed() -> None:
    portal = tenants.portal()
    ours = tenants.company(portal)
    member = tenants.member(portal, Role.SALES_REP, ours)
    grants(member, 2)
    mine = Grant.objects.create(portal=portal, company=ours, vendor="quickbooks", created_at=now())
    found = ask(token(member)[1], "/api/v1/connections").json()["results"]
    assert {each["id"] for each in found if each["company"]} == {str(mine.pk)}


def test_m10_a_list_asks_as_often_for_many_rows_as_for_few(member: Membership) -> None:
    _, text = token(member)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            grants_before = len(ask(text, f"/api/v1/connections?limit={MOST}").json()["results"])
        counts.append(len(queries))
        if not grants_before:
            grants(member, 20)
    assert counts[1] <= counts[0]


# ------------------------------------------------------------------------------ document and page
def test_b30_the_document_is_valid_and_names_every_endpoint(member: Membership) -> None:
    answer = ask(token(member)[1], "/api/schema")
    assert answer.status_code == 200
    document = json.loads(answer.content)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/me" in document["paths"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["security"] == [{"token": []}], (path, method)
            assert "default" in operation["responses"]


def test_b30_answers_match_the_document(member: Membership) -> None:
    _, text = token(member)
    grants(member, 2)
    document = json.loads(ask(text, "/api/schema").content)
    for path in ("/api/v1/me", "/api/v1/connections"):
        answer = document["paths"][path]["get"]["responses"]["200"]
        schema = {
            **answer["content"]["application/json"]["schema"],
            "components": document["components"],
        }
        jsonschema.validate(ask(text, path).json(), schema)


def test_c29_the_document_and_its_page_are_not_public(member: Membership) -> None:
    assert ask("", "/api/schema").status_code == 401
    assert Client().get("/api/docs").status_code == 302
    visitor = Client()
    visitor.force_login(
        member.person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = visitor.get("/api/docs")
    assert page.status_code == 200
    assert "//" not in page.content.decode().replace("</", "").split("<main")[0].replace(
        "<!doctype html>", ""
    )
    assert visitor.get("/api/schema").status_code == 200
