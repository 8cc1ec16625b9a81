"""Controls 7, 8, 10, 12, 16 and 29: what every answer says, and how long a session lives."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from redis.exceptions import RedisError

from integration import jobs, probes
from integration.access import api_tokens, throttles
from integration.access.rights import ALL, Right
from integration.clock import now
from integration.models import Grant, Job, Membership
from integration.models.people import Role
from tests import tenants
from tests.security.routes import Route, all_routes, answers_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Membership:
    return tenants.member(tenants.portal(), Role.OWNER)


@pytest.fixture
def visitor(member: Membership) -> Client:
    client = Client()
    client.force_login(member.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def people(member: Membership) -> str:
    return f"/p/{member.portal.pk}/settings/people/"


@pytest.mark.parametrize("path", ["/accounts/login/", "/", "/nowhere", "/embed/x", "/api/v1/me"])
def test_c12_no_answer_is_kept_by_a_cache(path: str) -> None:
    assert "no-store" in Client().get(path)["Cache-Control"]


def test_c12_pages_of_people_are_not_cached(member: Membership, visitor: Client) -> None:
    answer = visitor.get(people(member))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "CONNECT", "PROPFIND", "FOO"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/api/v1/me", "/embed/start", "/nowhere"])
def test_c29_other_methods_are_closed(method: str, path: str) -> None:
    assert Client().generic(method, path).status_code == 405


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere", "/api/v1/me"])
def test_c10_headers_of_every_answer(path: str) -> None:
    answer = Client().get(path)
    policy = answer["Content-Security-Policy"]
    for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe-inline" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


IN_PORTAL = [route for route in all_routes() if route.text.startswith("/p/")]


def test_c10_c12_headers_of_every_route(member: Membership) -> None:
    visitor = Client(raise_request_exception=False)
    visitor.force_login(
        member.person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    def wrong(route: Route) -> object:
        answer = visitor.get(route.address(portal_id=member.portal.pk, deal_id="9"))
        policy = answer["Content-Security-Policy"]
        parts = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
        is_right = (
            all(part in policy for part in parts)
            and "unsafe" not in policy
            and answer["X-Content-Type-Options"] == "nosniff"
            and "no-store" in answer["Cache-Control"]
        )
        return None if is_right else dict(answer.headers)

    assert answers_of(all_routes(), wrong) == {}


def test_c11_no_page_takes_a_form_without_its_token(member: Membership) -> None:
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    visitor.force_login(
        member.person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    company = tenants.company(member.portal)

    def wrong(route: Route) -> object:
        address = route.address(portal_id=member.portal.pk, company_id=company.pk, deal_id="9")
        methods = ("POST", "PUT", "PATCH", "DELETE")
        got = {method: visitor.generic(method, address).status_code for method in methods}
        return None if set(got.values()) == {403} else got

    assert answers_of(IN_PORTAL, wrong) == {}


# ---------------------------------------------------------------------------------------- sessions
def test_c07_a_planted_session_is_not_the_one_signed_in(member: Membership, settings: Any) -> None:
    name = settings.SESSION_COOKIE_NAME
    victim = Client()
    victim.cookies[name] = "planted-by-somebody-else"
    form = {"login": member.person.email, "password": tenants.PASSWORD}
    assert victim.post("/accounts/login/", form).status_code == 302
    assert victim.cookies[name].value != "planted-by-somebody-else"
    assert victim.get(people(member)).status_code == 200


def test_c07_a_session_ends_after_30_idle_minutes(member: Membership, visitor: Client) -> None:
    start = datetime.now().astimezone()
    with time_machine.travel(start, tick=False) as clock:
        assert visitor.get(people(member)).status_code == 200
        clock.shift(timedelta(minutes=29))
        assert visitor.get(people(member)).status_code == 200
        clock.shift(timedelta(minutes=31))
        assert visitor.get(people(member)).status_code == 302


def test_c07_a_session_ends_after_12_hours_however_busy(
    member: Membership, visitor: Client
) -> None:
    start = datetime.now().astimezone()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(28):
            assert visitor.get(people(member)).status_code == 200
            clock.shift(timedelta(minutes=25))
        clock.shift(timedelta(minutes=25))
        assert visitor.get(people(member)).status_code == 302


def test_c07_the_domain_clock_ends_no_session(
    member: Membership, visitor: Client, settings: Any, tmp_path: Any
) -> None:
    turned = tmp_path / "clock.json"
    turned.write_text('{"offset_seconds": 864000}')
    assert visitor.get(people(member)).status_code == 200
    settings.DEALBOOKS = {**settings.DEALBOOKS, "CLOCK_FILE": str(turned)}
    assert now() > datetime.now().astimezone() + timedelta(days=9)
    assert visitor.get(people(member)).status_code == 200


def test_a_persons_language_beats_the_browsers(member: Membership, visitor: Client) -> None:
    english = visitor.get(people(member), headers={"Accept-Language": "en"})
    assert 'lang="en"' in english.content.decode()
    member.person.language = "zh-hant"
    member.person.save()
    chosen = visitor.get(people(member), headers={"Accept-Language": "en"})
    assert 'lang="zh-hant"' in chosen.content.decode()


# -------------------------------------------------------------------------------------- throttles
def test_c16_a_limit_holds_for_one_window_and_one_person() -> None:
    start = datetime.now().astimezone().replace(second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        assert [throttles.allowance("t", "a", 2, 60).is_free for _ in range(3)] == [
            True, True, False,
        ]  # fmt: skip
        assert throttles.allowance("t", "b", 2, 60).is_free
        refused = throttles.allowance("t", "a", 2, 60)
        assert refused.headers()["Retry-After"] == "60"
        clock.shift(timedelta(seconds=60))
        assert throttles.allowance("t", "a", 2, 60).remaining == 1


def test_f66_without_redis_a_limit_is_counted_here_never_lifted(settings: Any) -> None:
    dead = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": dead}}
    assert [throttles.allowance("dead", "a", 3, 3600).is_free for _ in range(5)] == [
        True, True, True, False, False,
    ]  # fmt: skip


# ----------------------------------------------------------------------------------------- probes
def test_b18_ready_says_what_is_missing_to_this_machine_only(settings: Any) -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").content == b"ok"
    dead = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": dead}}
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"missing: redis")
    outside = Client().get("/readyz", headers={"X-Forwarded-For": "198.51.100.1"})
    assert (outside.status_code, outside.content) == (503, b"not ready")
    far = Client(REMOTE_ADDR="198.51.100.1").get("/readyz")
    assert far.content == b"not ready"


def test_b18_lag_rises_while_nobody_works(member: Membership) -> None:
    jobs.enqueue("x.y", portal=member.portal, at=now() - timedelta(minutes=7), queue="periodic")
    Job.objects.for_portal(member.portal).update(attempts=2)
    text = Client().get("/metrics").content.decode()
    lag = next(line for line in text.splitlines() if 'lag_seconds{queue="periodic"}' in line)
    assert 420 <= float(lag.split()[-1]) < 500
    assert 'dealbooks_jobs{queue="periodic",state="due"} 1.0' in text


def test_b18_days_left_of_a_connection(member: Membership) -> None:
    Grant.objects.create(
        portal=member.portal,
        vendor="hubspot",
        created_at=now(),
        access_token="canary",
        refresh_expires_at=now() + timedelta(days=3),
    )
    text = Client().get("/metrics").content.decode()
    assert "canary" not in text
    line = next(each for each in text.splitlines() if each.startswith("dealbooks_connection_days"))
    assert 2.9 < float(line.split()[-1]) < 3.1


def test_c29_metrics_are_for_this_machine_or_an_operators_token(member: Membership) -> None:
    other = tenants.portal()
    jobs.ensure_recurring("x.y", portal=other, every=timedelta(hours=1), at=now())
    far = Client(REMOTE_ADDR="198.51.100.1")
    assert far.get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    rep = tenants.member(member.portal, Role.SALES_REP)

    def ask(who: Membership) -> Any:
        text = api_tokens.create(who.person, who.portal, "t", ALL, now())[1]
        return far.get("/metrics", headers={"Authorization": f"Bearer {text}"})

    assert ask(rep).status_code == 403
    answer = ask(member)
    assert answer.status_code == 200
    assert str(other.pk) not in answer.content.decode()
    assert str(other.pk) in Client().get("/metrics").content.decode()
    assert Right.OPERATE in ALL


def test_readiness_asks_both_servers() -> None:
    assert probes._works(lambda: connection.cursor().execute("SELECT 1"), DatabaseError)

    def refuse() -> None:
        raise RedisError

    assert not probes._works(refuse, RedisError)


@pytest.mark.parametrize("vendor", ["hubspot", "quickbooks"])
def test_c04_a_vendors_code_never_reaches_the_sign_in_page(vendor: str) -> None:
    query = {"code": "canary", "state": "canary", "realmId": "1"}
    answer = Client().get(f"/oauth/{vendor}/callback", query)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert "canary" not in answer["Location"]
    assert answer["Referrer-Policy"] == "no-referrer"
