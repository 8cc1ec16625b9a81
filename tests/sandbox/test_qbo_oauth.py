"""Connecting: rules 1 to 7 of the QuickBooks reference, section 13."""

import requests

from tests.sandbox.qbo_client import AST, CALLBACK, SECONDS, US, Company, OAuth
from tests.sandbox_process import SandboxProcess

DAY = 86_400


def test_qbo_rule_01_discovery_names_the_sandbox_itself(oauth: OAuth) -> None:
    for name in ("openid_sandbox_configuration", "openid_configuration"):
        for slash in ("", "/"):
            page = requests.get(f"{oauth.base}/.well-known/{name}{slash}", timeout=SECONDS).json()
            assert page["authorization_endpoint"] == f"{oauth.base}/connect/oauth2"
            assert page["token_endpoint"] == f"{oauth.base}/oauth2/v1/tokens/bearer"
            assert page["revocation_endpoint"] == f"{oauth.base}/v2/oauth2/tokens/revoke"


def test_qbo_rule_01_one_consent_is_one_company(oauth: OAuth) -> None:
    page = oauth.authorize()
    assert page.status_code == 200
    assert page.text.count('type="radio" name="realm"') == 4
    back = oauth.decide(page, "allow", US)
    assert back["realmId"] == US
    assert back["state"] == "s-1"
    assert len(back["code"]) <= 512


def test_qbo_rule_01_denied(oauth: OAuth) -> None:
    assert oauth.decide(oauth.authorize(), "deny") == {"error": "access_denied", "state": "s-1"}


def test_qbo_rule_01_bad_requests_never_redirect_to_a_stranger(oauth: OAuth) -> None:
    stranger = oauth.authorize(redirect_uri="https://evil.example/callback")
    assert stranger.status_code == 400
    assert "redirect_uri" in stranger.text
    assert oauth.authorize(client_id="unknown").status_code == 400
    scope = oauth.authorize(scope="com.intuit.everything")
    assert scope.status_code == 302
    assert scope.headers["location"].startswith(f"{CALLBACK}?error=invalid_scope")


def test_qbo_rule_02_code_is_single_use_and_replay_ends_the_grant(
    oauth: OAuth, vendors: SandboxProcess
) -> None:
    back = oauth.decide(oauth.authorize(), "allow", US)
    first = oauth.exchange(back["code"])
    assert first.status == 200
    assert first.body["token_type"] == "bearer"
    assert first.body["expires_in"] == 3600
    replay = oauth.exchange(back["code"])
    assert (replay.status, replay.body["error"]) == (400, "invalid_grant")
    company = Company(vendors, US, first.body["access_token"])
    assert company.get(f"companyinfo/{US}").status == 401


def test_qbo_rule_02_code_ages_and_belongs_to_its_redirect(
    oauth: OAuth, vendors: SandboxProcess
) -> None:
    back = oauth.decide(oauth.authorize(), "allow", US)
    vendors.advance(601)
    assert oauth.exchange(back["code"]).body["error"] == "invalid_grant"
    back = oauth.decide(oauth.authorize(), "allow", US)
    other = oauth.token(
        grant_type="authorization_code", code=back["code"], redirect_uri="http://127.0.0.1/x"
    )
    assert other.body["error"] == "invalid_grant"


def test_qbo_rule_03_access_token_lives_an_hour(oauth: OAuth, vendors: SandboxProcess) -> None:
    company = Company(vendors, US, oauth.connect()["access_token"])
    assert company.get(f"companyinfo/{US}").status == 200
    vendors.advance(3_601)
    late = company.get(f"companyinfo/{US}")
    assert late.status == 401
    assert late.body["fault"]["error"][0]["code"] == "3200"
    assert late.body["fault"]["type"] == "AUTHENTICATION"
    assert isinstance(late.body["time"], int)
    assert 'error="invalid_token"' in late.headers["www-authenticate"]
    short = Company(vendors, US, "abc").get(f"companyinfo/{US}")
    assert "Malformed bearer token" in short.body["fault"]["error"][0]["detail"]


def test_qbo_rule_04_refresh_value_rotates_after_a_day(
    oauth: OAuth, vendors: SandboxProcess
) -> None:
    first = oauth.connect()["refresh_token"]
    assert oauth.refresh(first).body["refresh_token"] == first
    vendors.advance(DAY + 1)
    second = oauth.refresh(first).body["refresh_token"]
    assert second != first
    vendors.advance(DAY - 60)
    assert oauth.refresh(first).status == 200
    vendors.advance(120)
    dead = oauth.refresh(first)
    assert (dead.status, dead.body["error"]) == (400, "invalid_grant")


def test_qbo_rule_04_refresh_grace_switch(oauth: OAuth, vendors: SandboxProcess) -> None:
    vendors.switch(refresh_grace_hours=0, refresh_rotation_hours=0)
    first = oauth.connect()["refresh_token"]
    assert oauth.refresh(first).status == 200
    assert oauth.refresh(first).body["error"] == "invalid_grant"


def test_qbo_rule_04_idle_and_hard_expiry(oauth: OAuth, vendors: SandboxProcess) -> None:
    vendors.admin("POST", "clock", {"freeze": True})
    tokens = oauth.connect()
    assert tokens["x_refresh_token_expires_in"] == 101 * DAY
    vendors.advance(101 * DAY + 1)
    assert oauth.refresh(tokens["refresh_token"]).body["error"] == "invalid_grant"
    tokens = oauth.connect()
    value = tokens["refresh_token"]
    wanted = {"x-include-refresh-token-hard-expires-in": "true"}
    body = oauth.refresh(value, **wanted).body
    assert body["x_refresh_token_hard_expires_in"] == 1825 * DAY
    for _ in range(18):
        vendors.advance(100 * DAY)
        value = oauth.refresh(value).body["refresh_token"]
    body = oauth.refresh(value, **wanted).body
    assert body["x_refresh_token_expires_in"] == body["x_refresh_token_hard_expires_in"] == 25 * DAY
    vendors.advance(26 * DAY)
    assert oauth.refresh(value).body["error"] == "invalid_grant"


def test_qbo_rule_02_life_of_a_code_is_a_switch(oauth: OAuth, vendors: SandboxProcess) -> None:
    vendors.switch(intuit_authorization_code_seconds=300)
    back = oauth.decide(oauth.authorize(), "allow", US)
    vendors.advance(299)
    assert oauth.exchange(back["code"]).status == 200
    back = oauth.decide(oauth.authorize(), "allow", US)
    vendors.advance(301)
    assert oauth.exchange(back["code"]).body["error"] == "invalid_grant"


def test_qbo_rule_03_life_of_an_access_token_is_a_switch(
    oauth: OAuth, vendors: SandboxProcess
) -> None:
    vendors.switch(intuit_access_token_seconds=120)
    tokens = oauth.connect()
    assert tokens["expires_in"] == 120
    company = Company(vendors, US, tokens["access_token"])
    assert company.get(f"companyinfo/{US}").status == 200
    vendors.advance(121)
    assert company.get(f"companyinfo/{US}").status == 401


def test_qbo_rule_04_idle_days_and_hard_cap_are_switches(
    oauth: OAuth, vendors: SandboxProcess
) -> None:
    vendors.admin("POST", "clock", {"freeze": True})
    vendors.switch(refresh_token_days=100, refresh_hard_cap_days=150)
    tokens = oauth.connect()
    assert tokens["x_refresh_token_expires_in"] == 100 * DAY
    vendors.advance(90 * DAY)
    renewed = oauth.refresh(tokens["refresh_token"]).body
    assert renewed["x_refresh_token_expires_in"] == 60 * DAY
    vendors.advance(61 * DAY)
    assert oauth.refresh(renewed["refresh_token"]).body["error"] == "invalid_grant"


def test_qbo_rule_05_concurrent_refresh_switch(oauth: OAuth, vendors: SandboxProcess) -> None:
    for how, survives in (("tolerated", True), ("kills", False)):
        vendors.switch(refresh_rotation_hours=0, concurrent_refresh=how)
        shared = oauth.connect()["refresh_token"]
        winner = oauth.refresh(shared).body
        assert oauth.refresh(shared).status == (200 if survives else 400)
        company = Company(vendors, US, winner["access_token"])
        assert company.get(f"companyinfo/{US}").status == (200 if survives else 401)


def test_qbo_rule_06_revoked_grant_is_dead(oauth: OAuth, vendors: SandboxProcess) -> None:
    tokens = oauth.connect()
    assert oauth.revoke(tokens["refresh_token"]).status == 200
    assert Company(vendors, US, tokens["access_token"]).get(f"companyinfo/{US}").status == 401
    assert oauth.refresh(tokens["refresh_token"]).body == {
        "error": "invalid_grant",
        "error_description": "Incorrect or invalid refresh token",
    }
    assert oauth.revoke(tokens["refresh_token"]).status == 400
    assert oauth.revoke("nonsense").status == 400


def test_qbo_rule_06_disconnect_inside_quickbooks(oauth: OAuth, vendors: SandboxProcess) -> None:
    tokens = oauth.connect()
    assert vendors.admin("POST", "quickbooks/disconnect", {"realm": US}) == {"ended": 1}
    assert oauth.refresh(tokens["refresh_token"]).body["error"] == "invalid_grant"


def test_qbo_rule_07_token_of_another_realm(oauth: OAuth, vendors: SandboxProcess) -> None:
    token = oauth.connect(US)["access_token"]
    other = Company(vendors, AST, token).get(f"companyinfo/{AST}")
    assert other.status == 403
    assert other.body["fault"]["error"][0]["code"] == "3100"
    vendors.switch(wrong_realm_answer="401")
    other = Company(vendors, AST, token).get(f"companyinfo/{AST}")
    assert other.status == 401
    assert 'code="100"' in other.body
    vendors.switch(environment_mismatch=True)
    assert 'code="130"' in Company(vendors, US, token).get(f"companyinfo/{US}").body


def test_qbo_token_endpoint_refuses_what_is_wrong(oauth: OAuth) -> None:
    assert oauth.token(grant_type="password").body["error"] == "unsupported_grant_type"
    assert oauth.token().body["error"] == "invalid_request"
    assert oauth.token(grant_type="refresh_token").body["error"] == "invalid_request"
    wrong = oauth.token({"Authorization": "Basic bm86bm8="}, grant_type="refresh_token")
    assert (wrong.status, wrong.body["error"]) == (401, "invalid_client")


def test_qbo_openid_adds_a_signed_id_token_and_user_info(oauth: OAuth) -> None:
    tokens = oauth.connect(scope="openid email com.intuit.quickbooks.accounting")
    assert tokens["id_token"].count(".") == 2
    page = requests.get(
        f"{oauth.base}/v1/openid_connect/userinfo",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
        timeout=SECONDS,
    )
    assert page.json()["emailVerified"] is True
    plain = oauth.connect()["access_token"]
    refused = requests.get(
        f"{oauth.base}/v1/openid_connect/userinfo",
        headers={"Authorization": f"Bearer {plain}"},
        timeout=SECONDS,
    )
    assert refused.status_code == 401
