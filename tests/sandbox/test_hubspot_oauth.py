"""Connecting, tokens and uninstalling: rules 3 to 5 of the HubSpot reference."""

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.hubspot_client import CALLBACK, CLIENT, PORTAL, SCOPES, HubSpotSandbox


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


ASKED = {"client_id": CLIENT["client_id"], "redirect_uri": CALLBACK, "scope": SCOPES, "state": "s"}


def test_hubspot_rule_03_tokens_are_given_for_a_code_once(hubspot: HubSpotSandbox) -> None:
    form = {
        "grant_type": "authorization_code", "code": hubspot.code(), "redirect_uri": CALLBACK,
    }  # fmt: skip
    reply = hubspot.token_call(**form)
    assert reply.status == 200
    assert reply.body["expires_in"] == 1800
    assert reply.body["hub_id"] == PORTAL
    assert (reply.body["token_type"], reply.body["token_use"]) == ("bearer", "access_token")
    assert set(SCOPES.split()) == set(reply.body["scopes"])
    again = hubspot.token_call(**form)
    assert (again.status, again.body["status"]) == (400, "BAD_AUTH_CODE")


def test_hubspot_rule_03_only_v1_takes_parameters_in_the_query(hubspot: HubSpotSandbox) -> None:
    query = {
        **CLIENT, "grant_type": "authorization_code", "code": hubspot.code(),
        "redirect_uri": CALLBACK,
    }  # fmt: skip
    for path in ("/oauth/2026-03/token", "/oauth/2026-09/token", "/oauth/v3/token"):
        assert hubspot.call("POST", path, token="", **query).status == 400
    as_json = hubspot.call("POST", "/oauth/2026-03/token", query, token="")
    assert as_json.status == 400
    assert hubspot.call("POST", "/oauth/v1/token", token="", **query).status == 200


def test_hubspot_rule_03_codes_expire_and_are_bound(hubspot: HubSpotSandbox) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    elsewhere = hubspot.token_call(**{**form, "redirect_uri": CALLBACK + "x"}, code=hubspot.code())
    assert (elsewhere.status, elsewhere.body["error"]) == (400, "invalid_grant")
    late = hubspot.code()
    hubspot.advance(61)
    assert hubspot.token_call(**form, code=late).body["status"] == "EXPIRED_AUTH_CODE"
    verifier = "v" * 50
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    code = hubspot.code(code_challenge=challenge)
    assert hubspot.token_call(**form, code=code, code_verifier="wrong").status == 400
    assert hubspot.token_call(**form, code=code, code_verifier=verifier).status == 200


def test_hubspot_rule_03_life_of_a_code_is_a_switch(hubspot: HubSpotSandbox) -> None:
    hubspot.switch(authorization_code_seconds=600)
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    code = hubspot.code()
    hubspot.advance(300)
    assert hubspot.token_call(**form, code=code).status == 200
    late = hubspot.code()
    hubspot.advance(601)
    assert hubspot.token_call(**form, code=late).body["status"] == "EXPIRED_AUTH_CODE"


def test_hubspot_rule_04_a_bad_refresh_token_has_both_spellings(hubspot: HubSpotSandbox) -> None:
    reply = hubspot.token_call(grant_type="refresh_token", refresh_token="nothing")
    assert reply.status == 400
    assert reply.body["status"] == "BAD_REFRESH_TOKEN"
    assert reply.body["error"] == "invalid_grant"
    assert reply.body["message"] == "missing or invalid refresh token"
    wrong = hubspot.token_call(grant_type="refresh_token", client_secret="no")
    assert (wrong.status, wrong.body["error"]) == (400, "invalid_client")


@pytest.mark.parametrize("rotates", [False, True])
def test_hubspot_rule_04_refreshing(hubspot: HubSpotSandbox, rotates: bool) -> None:
    hubspot.switch(refresh_token_rotates=rotates, access_token_seconds=5)
    before = hubspot.connect()
    assert before["expires_in"] == 5
    old = before["refresh_token"]
    after = hubspot.token_call(grant_type="refresh_token", refresh_token=old).body
    assert after["access_token"] != before["access_token"]
    assert (after["refresh_token"] != old) is rotates
    assert hubspot.call("GET", "/crm/v3/owners", token=after["access_token"]).status == 200
    again = hubspot.token_call(grant_type="refresh_token", refresh_token=old)
    assert again.status == (400 if rotates else 200)


def test_hubspot_rule_05_uninstalling_kills_every_token(hubspot: HubSpotSandbox) -> None:
    first, second = hubspot.connect(), hubspot.connect()
    url = "/appinstalls/2026-03/external-install"
    assert hubspot.call("DELETE", url, token=first["access_token"]).status == 204
    for tokens in (first, second):
        dead = hubspot.call("GET", "/crm/v3/owners", token=tokens["access_token"])
        assert dead.status == 401
        refused = hubspot.token_call(
            grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert (refused.status, refused.body["error"]) == (400, "invalid_grant")
    assert hubspot.connect()["hub_id"] == PORTAL
    assert hubspot.get("/crm/v3/owners").status == 200


def test_introspection_revocation_and_the_old_lookups(hubspot: HubSpotSandbox) -> None:
    tokens = hubspot.connect()
    access, refresh = tokens["access_token"], tokens["refresh_token"]
    shown = hubspot.token_call("/oauth/2026-03/token/introspect", token=access).body
    assert (shown["active"], shown["hub_id"], shown["token_use"]) == (True, PORTAL, "access_token")
    assert shown["user"] == "admin@dealbooks.example"
    older = hubspot.call("GET", f"/oauth/v1/access-tokens/{access}", token="").body
    assert older["hub_id"] == PORTAL
    assert hubspot.token_call("/oauth/2026-03/token/revoke", token=refresh).status == 200
    assert hubspot.token_call(grant_type="refresh_token", refresh_token=refresh).status == 400
    assert hubspot.call("GET", "/crm/v3/owners", token=access).status == 200
    dead = hubspot.token_call("/oauth/2026-03/token/introspect", token="unknown").body
    assert dead == {"active": False}


def test_the_consent_page_can_be_used_by_person_and_program(hubspot: HubSpotSandbox) -> None:
    page = hubspot.call("GET", "/oauth/authorize", token="", **ASKED)
    assert page.status == 200
    for text in ("Connect app", "Cancel", "harborlight-trading.example", "View contacts"):
        assert text in page.body
    back = hubspot.authorize("cancel").headers["location"]
    answer = parse_qs(urlsplit(back).query)
    assert (answer["error"], answer["state"]) == (["access_denied"], ["s1"])
    granted = parse_qs(urlsplit(hubspot.authorize().headers["location"]).query)
    assert granted["state"] == ["s1"]
    second = hubspot.connect(portal_id="48100002")
    assert second["hub_id"] == 48100002


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example/back"},
        {"scope": "oauth everything"},
        {"scope": ""},
    ],
)
def test_wrong_requests_end_on_a_page_and_send_nobody_back(
    hubspot: HubSpotSandbox, change: dict[str, str]
) -> None:
    shown = hubspot.call("GET", "/oauth/authorize", token="", **{**ASKED, **change})
    posted = hubspot.authorize(**change)
    assert (shown.status, posted.status) == (400, 400)
    assert "location" not in posted.headers


def test_only_admins_install_and_only_what_the_subscription_has(hubspot: HubSpotSandbox) -> None:
    refused = hubspot.authorize(user_email="rep@dealbooks.example")
    assert refused.status == 403
    assert "Super Admin" in refused.body
    events = "analytics.behavioral_events.send"
    assert hubspot.authorize(scope=f"oauth {events}").status == 403
    optional = hubspot.connect(optional_scope=events)
    assert events not in optional["scopes"]
    hubspot.switch(enterprise_portal=True)
    assert events in hubspot.connect(optional_scope=events)["scopes"]
