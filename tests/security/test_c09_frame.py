"""Control 9: the wizard inside HubSpot's frame."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from integration.clock import now
from integration.models import AuditEvent, EmbedCode, EmbedSession, Membership
from integration.models.people import Role
from tests import tenants

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.security.frame_urls")]
DEAL, OTHER_DEAL = "9101", "9102"
PAGE = f"/embed/deals/{DEAL}/test-page/"


@pytest.fixture
def rep() -> Membership:
    return tenants.member(tenants.portal(), Role.SALES_REP, hubspot_user_id="501")


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


def launch(
    hub_id: Any, user_id: str = "501", *, body: Any = None, secret: str = "", age: float = 0,
    **changes: Any,
) -> Any:  # fmt: skip
    """HubSpot's signed request, made here by the rules of its documentation."""
    content = json.dumps(body or {"objectId": DEAL, "objectTypeId": "0-3", "action": "wizard"})
    query = f"userId={user_id}&userEmail=rep%40example.test&portalId={hub_id}&appId=1180001"
    path = f"/card/launch?{query}"
    stamp = changes.get("stamp") or str(int((now() - timedelta(seconds=age)).timestamp() * 1000))
    uri = settings.DEALBOOKS["PUBLIC_URL"] + path.replace("%40", "@")
    source = f"POST{uri}{content}{stamp}".encode()
    key = (secret or settings.DEALBOOKS["HUBSPOT_CLIENT_SECRET"]).encode()
    signature = base64.b64encode(hmac.new(key, source, hashlib.sha256).digest()).decode()
    return Client(enforce_csrf_checks=True).post(
        changes.get("path", path),
        changes.get("content", content),
        content_type="application/json",
        headers={
            "X-HubSpot-Signature-v3": changes.get("signature", signature),
            "X-HubSpot-Request-Timestamp": stamp,
        },
    )


def start_path(rep: Membership, **options: Any) -> str:
    """Path and query of the address that the card was given."""
    url = launch(rep.portal.hub_id, **options).json()["url"]
    assert url.startswith(f"{settings.DEALBOOKS['PUBLIC_URL']}/embed/start?code=")
    return str(url).removeprefix(settings.DEALBOOKS["PUBLIC_URL"])


def opened(rep: Membership, visitor: Client, **options: Any) -> Client:
    """A visitor whose frame was opened; cookies in its jar."""
    answer = visitor.get(start_path(rep, **options))
    assert answer.status_code == 302
    return visitor


def post(visitor: Client, token: str, path: str = PAGE, origin: str | None = "") -> Any:
    wanted = settings.DEALBOOKS["PUBLIC_URL"] if origin == "" else origin
    headers = {"Origin": wanted} if wanted else {}
    return visitor.post(path, {"csrfmiddlewaretoken": token}, headers=headers)


def token_of(visitor: Client, path: str = PAGE) -> str:
    return str(visitor.get(path).content.decode().split(" ")[0])


# ------------------------------------------------------------------------------------- launching
def test_c09_a_signed_launch_gives_an_address_and_a_line_in_the_history(rep: Membership) -> None:
    answer = launch(rep.portal.hub_id)
    assert answer.status_code == 200
    assert answer["Cache-Control"].count("no-store")
    event = AuditEvent.objects.for_portal(rep.portal).get(action="embed.started")
    assert (event.person, event.origin, event.subject_id) == (rep.person, "embed", DEAL)


def test_c09_only_a_hash_of_the_code_is_kept(rep: Membership) -> None:
    code = parse_qs(urlsplit(start_path(rep)).query)["code"][0]
    row = EmbedCode.objects.for_portal(rep.portal).get()
    assert code not in json.dumps([str(value) for value in vars(row).values()])
    assert len(base64.urlsafe_b64decode(code)) * 8 >= 128


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "somebody-else"},
        {"signature": ""},
        {"signature": "Ünïcode"},
        {"content": json.dumps({"objectId": OTHER_DEAL, "objectTypeId": "0-3"})},
        {"path": "/card/launch?userId=999&portalId=1"},
        {"age": 5 * 60 + 1},
        {"age": -61},
        {"stamp": "yesterday"},
        {"stamp": "1e12"},
        {"stamp": "9" * 40},
    ],
)
def test_c09_anything_else_is_refused(rep: Membership, changes: dict[str, Any], clock: Any) -> None:
    answer = launch(rep.portal.hub_id, **changes)
    assert answer.status_code == 401
    assert "HubSpot" in answer.json()["message"]
    assert not EmbedCode.objects.for_portal(rep.portal).exists()


@pytest.mark.parametrize("age", [0, 4 * 60 + 59, -59])
def test_c09_within_the_window_it_is_accepted(rep: Membership, age: float, clock: Any) -> None:
    assert launch(rep.portal.hub_id, age=age).status_code == 200


def test_c09_the_person_is_the_linked_hubspot_user_never_the_address(rep: Membership) -> None:
    rep.person.email = "rep@example.test"
    rep.person.save()
    answer = launch(rep.portal.hub_id, user_id="777")
    assert answer.status_code == 403
    assert "link your HubSpot user" in answer.json()["message"]


def test_c09_a_user_of_portal_a_opens_nothing_in_portal_b(rep: Membership) -> None:
    other = tenants.portal()
    assert launch(other.hub_id).status_code == 403
    assert launch(123456789012).status_code == 404


def test_c09_a_portal_named_twice_is_refused(rep: Membership) -> None:
    hub = rep.portal.hub_id
    assert launch(f"{hub}&portalId={hub}").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"objectId": DEAL, "objectTypeId": "0-5"},
        {"objectId": DEAL, "objectTypeId": "0-1", "action": "wizard"},
        {"objectId": "../1", "objectTypeId": "0-3"},
        {"objectId": "", "objectTypeId": "0-3"},
        {"objectId": DEAL, "objectTypeId": "0-3", "action": "drop"},
        ["x"],
    ],
)
def test_c09_a_launch_without_a_deal_is_refused(rep: Membership, body: Any) -> None:
    assert launch(rep.portal.hub_id, body=body).status_code == 400


def test_c09_a_person_who_left_or_a_portal_that_disconnected_opens_nothing(
    rep: Membership,
) -> None:
    rep.person.is_active = False
    rep.person.save()
    assert launch(rep.portal.hub_id).status_code == 403
    rep.portal.disconnected_at = now()
    rep.portal.save()
    assert launch(rep.portal.hub_id).status_code == 404


def test_c16_launches_are_limited(rep: Membership, clock: Any) -> None:
    answers = [launch(rep.portal.hub_id).status_code for _ in range(32)]
    assert answers[:30] == [200] * 30
    assert answers[-1] == 429


# -------------------------------------------------------------------------------- code and cookie
def test_c09_start_burns_the_code_and_answers_302_with_the_cookie(
    rep: Membership, visitor: Client
) -> None:
    path = start_path(rep)
    answer = visitor.get(path)
    assert answer.status_code == 302
    header = answer.cookies["__Host-embed"].OutputString()
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert part in header
    assert "Domain" not in header
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    again = Client().get(path)
    assert again.status_code == 401
    assert "__Host-embed" not in again.cookies
    assert EmbedSession.objects.for_portal(rep.portal).count() == 1


def test_c09_a_code_lives_for_a_minute(rep: Membership, visitor: Client, clock: Any) -> None:
    path = start_path(rep)
    clock.shift(61)
    assert visitor.get(path).status_code == 401


def test_c09_the_cookie_that_came_back_leads_on_to_the_record(
    rep: Membership, visitor: Client
) -> None:
    onward = visitor.get(start_path(rep))["Location"]
    entered = visitor.get(onward)
    assert entered.status_code == 302
    assert entered["Location"].startswith(f"/embed/deals/{DEAL}/")
    assert "code" not in entered["Location"]
    assert "again" not in entered["Location"]


@pytest.mark.parametrize("code", ["", "x", "a" * 5000, "\x00", "' OR 1=1--"])
def test_c09_unknown_codes_are_refused(visitor: Client, code: str) -> None:
    answer = visitor.get("/embed/start", {"code": code})
    assert answer.status_code == 401
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_c09_the_page_opens_and_names_its_own_address(rep: Membership, visitor: Client) -> None:
    page = opened(rep, visitor).get(PAGE)
    assert page.status_code == 200
    _, first, second, url, rights = page.content.decode().split(" ", 4)
    assert f"{first} {second}" == str(rep.person)
    assert url == PAGE
    assert "send" not in rights
    assert "post" in rights


def test_c09_an_owners_frame_has_no_more_rights_than_a_frame_should(visitor: Client) -> None:
    owner = tenants.member(tenants.portal(), Role.OWNER, hubspot_user_id="501")
    text = opened(owner, visitor).get(PAGE).content.decode()
    assert "connect" not in text
    assert "approve" not in text


def test_c09_another_record_is_404(rep: Membership, visitor: Client) -> None:
    opened(rep, visitor)
    assert visitor.get(f"/embed/deals/{OTHER_DEAL}/test-page/").status_code == 404


def test_c09_two_tabs_on_two_deals_keep_their_sessions(rep: Membership, visitor: Client) -> None:
    opened(rep, visitor)
    token = token_of(visitor)
    opened(rep, visitor, body={"objectId": OTHER_DEAL, "objectTypeId": "0-3"})
    assert visitor.get(f"/embed/deals/{OTHER_DEAL}/test-page/").status_code == 200
    assert post(visitor, token).status_code == 200


def test_c09_no_cookie_forged_cookie_or_ended_session_is_401(
    rep: Membership, visitor: Client
) -> None:
    assert visitor.get(PAGE).status_code == 401
    visitor.cookies["__Host-embed"] = f"{DEAL}-{'0' * 64}"
    assert visitor.get(PAGE).status_code == 401
    opened(rep, visitor)
    EmbedSession.objects.for_portal(rep.portal).update(ended_at=now())
    assert visitor.get(PAGE).status_code == 401


def test_c09_sessions_end_after_30_idle_minutes_and_after_8_hours(
    rep: Membership, visitor: Client, clock: Any
) -> None:
    opened(rep, visitor)
    clock.shift(29 * 60)
    assert visitor.get(PAGE).status_code == 200
    clock.shift(31 * 60)
    assert visitor.get(PAGE).status_code == 401
    opened(rep, visitor)
    for _ in range(19):
        clock.shift(25 * 60)
        assert visitor.get(PAGE).status_code == 200
    clock.shift(25 * 60)
    assert visitor.get(PAGE).status_code == 401


def test_c09_a_person_who_left_the_portal_is_out_at_once(rep: Membership, visitor: Client) -> None:
    opened(rep, visitor)
    rep.delete()
    assert visitor.get(PAGE).status_code == 401


def test_c09_the_frames_cookie_opens_nothing_outside_the_frame(
    rep: Membership, visitor: Client
) -> None:
    opened(rep, visitor)
    outside = visitor.get(f"/p/{rep.portal.pk}/deals/{DEAL}/test-page/")
    assert outside.status_code == 302
    assert "/accounts/login/" in outside["Location"]


def test_c09_a_refused_cookie_is_a_page_with_a_fresh_code(rep: Membership, visitor: Client) -> None:
    onward = visitor.get(start_path(rep))["Location"]
    refused = Client().get(onward)
    assert refused.status_code == 200
    text = refused.content.decode()
    assert "Open in a new tab" in text
    assert parse_qs(urlsplit(onward).query)["again"][0] not in text
    assert refused["Referrer-Policy"] == "no-referrer"
    fresh = text.split("/embed/start?code=")[1].split('"')[0]
    tab = Client()
    assert tab.get(f"/embed/start?code={fresh}").status_code == 302
    assert tab.get(PAGE).status_code == 200
    assert Client().get(onward).status_code == 401, "the address works once"


# ------------------------------------------------------------------------------- CSRF and framing
def test_c09_forms_in_the_frame_carry_a_token_of_their_session(
    rep: Membership, visitor: Client
) -> None:
    opened(rep, visitor)
    token = token_of(visitor)
    assert post(visitor, token).content.decode() == (
        f"posted {DEAL} as {rep.person} in {rep.portal.pk}"
    )
    assert settings.CSRF_COOKIE_NAME not in visitor.cookies


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost:9200"])
def test_c09_a_form_from_elsewhere_is_refused(
    rep: Membership, visitor: Client, origin: str | None
) -> None:
    opened(rep, visitor)
    assert post(visitor, token_of(visitor), origin=origin).status_code == 403


def test_c09_tokens_of_other_sessions_and_cookies_of_ones_own_are_refused(
    rep: Membership, visitor: Client
) -> None:
    other = opened(tenants.member(tenants.portal(), hubspot_user_id="501"), Client())
    foreign = token_of(other)
    opened(rep, visitor)
    assert post(visitor, foreign).status_code == 403
    assert post(visitor, "").status_code == 403
    chosen = "a" * 32
    visitor.cookies[settings.CSRF_COOKIE_NAME] = chosen
    assert post(visitor, chosen).status_code == 403


def test_c09_only_the_portals_hubspot_may_frame_the_page(rep: Membership, visitor: Client) -> None:
    page = opened(rep, visitor).get(PAGE)
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors http://localhost:9200;" in f"{policy};"
    assert "X-Frame-Options" not in page


def test_c09_a_ui_domain_cannot_smuggle_a_directive(rep: Membership, visitor: Client) -> None:
    rep.portal.ui_domain = "x.example; script-src *"
    rep.portal.save()
    page = opened(rep, visitor).get(PAGE)
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "script-src *" not in page["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere", "/api/v1/me", "/embed/nowhere"])
def test_c09_nothing_else_may_be_framed(path: str) -> None:
    answer = Client().get(path)
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_c09_errors_inside_the_frame_are_shown_inside_it(rep: Membership, visitor: Client) -> None:
    opened(rep, visitor)
    EmbedSession.objects.for_portal(rep.portal).update(ended_at=now())
    answer = visitor.get(PAGE)
    assert "frame-ancestors http://localhost:9200" in answer["Content-Security-Policy"]
