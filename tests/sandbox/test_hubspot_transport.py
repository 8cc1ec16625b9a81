"""Authentication, limits, faults and envelopes: rules 2, 19 to 22, 34, 39 and 40."""

import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def test_hubspot_rule_02_bearer_tokens_and_scopes(hubspot: HubSpotSandbox) -> None:
    url = "/crm/v3/objects/deals"
    unknown = hubspot.call("GET", url, token="nobody")
    assert (unknown.status, unknown.category) == (401, "INVALID_AUTHENTICATION")
    assert hubspot.call("GET", url, token="").status == 401
    hubspot.switch(access_token_seconds=60)
    token = hubspot.connect()["access_token"]
    assert hubspot.call("GET", url, token=token).status == 200
    refused = hubspot.call("GET", "/crm/v3/objects/invoices", token=token)
    assert (refused.status, refused.category) == (403, "MISSING_SCOPES")
    wanted = refused.body["errors"][0]["context"]["requiredScopes"]
    assert wanted == ["crm.objects.invoices.read"]
    hubspot.advance(61)
    expired = hubspot.call("GET", url, token=token)
    assert (expired.status, expired.category) == (401, "EXPIRED_AUTHENTICATION")
    assert expired.body["context"]["expire time"][0].endswith("Z")


def test_hubspot_rule_02_writing_needs_the_write_scope(hubspot: HubSpotSandbox) -> None:
    token = hubspot.connect(scope="oauth crm.objects.deals.read")["access_token"]
    assert hubspot.call("GET", "/crm/v3/objects/deals", token=token).status == 200
    made = hubspot.call("POST", "/crm/v3/objects/deals", {"properties": {}}, token=token)
    assert made.status == 403
    body = {"name": "g", "label": "G"}
    group = hubspot.call("POST", "/crm/v3/properties/deals/groups", body, token=token)
    assert group.body["errors"][0]["context"]["requiredScopes"] == ["crm.schemas.deals.write"]
    product = hubspot.call("POST", "/crm/v3/properties/products/groups", body, token=token)
    assert product.body["errors"][0]["context"]["requiredScopes"] == ["e-commerce"]


def test_hubspot_rule_19_searches_and_calls_have_their_own_limits(hubspot: HubSpotSandbox) -> None:
    hubspot.world.clock.freeze(True)
    hubspot.switch(search_limit_per_second=5, burst_limit=10)
    found = [hubspot.search("deals", limit=1) for _ in range(6)]
    assert [row.status for row in found] == [200] * 5 + [429]
    assert found[5].body["message"] == "You have reached your secondly limit."
    assert not [name for row in found for name in row.headers if "ratelimit" in name]
    calls = [hubspot.get("/crm/v3/owners") for _ in range(11)]
    assert [row.status for row in calls] == [200] * 10 + [429]
    assert calls[10].body["policyName"] == "TEN_SECONDLY_ROLLING"
    assert calls[0].headers["x-hubspot-ratelimit-max"] == "10"
    assert calls[3].headers["x-hubspot-ratelimit-remaining"] == "6"
    hubspot.advance(11)
    assert hubspot.get("/crm/v3/owners").status == 200
    assert hubspot.search("deals", limit=1).status == 200


def test_hubspot_rule_19_the_daily_cap_ends_at_midnight_of_the_portal(
    hubspot: HubSpotSandbox,
) -> None:
    hubspot.post("/__sandbox/clock", {"set": "2026-12-01T07:30:00Z"})  # 23:30 in Los Angeles
    hubspot.switch(daily_limit=2, burst_limit=100)
    first = hubspot.get("/crm/v3/owners")
    assert first.headers["x-hubspot-ratelimit-daily-remaining"] == "1"
    hubspot.get("/crm/v3/owners")
    capped = hubspot.get("/crm/v3/owners")
    assert (capped.status, capped.body["policyName"]) == (429, "DAILY")
    hubspot.advance(31 * 60)
    assert hubspot.get("/crm/v3/owners").status == 200
    token = hubspot.connect()["access_token"]
    oauth = hubspot.call("GET", "/crm/v3/owners", token=token)
    assert "x-hubspot-ratelimit-daily" not in oauth.headers


def test_hubspot_rule_20_the_429_body_and_its_switches(hubspot: HubSpotSandbox) -> None:
    hubspot.world.clock.freeze(True)
    hubspot.switch(burst_limit=1)
    hubspot.get("/crm/v3/owners")
    reply = hubspot.get("/crm/v3/owners")
    assert reply.body["errorType"] == "RATE_LIMIT"
    assert reply.body["policyName"]
    assert reply.body["message"] == "You have reached your ten_secondly_rolling limit."
    assert "category" not in reply.body
    assert "retry-after" not in reply.headers
    hubspot.switch(retry_after_on_429=7, rate_limit_category=True)
    reply = hubspot.get("/crm/v3/owners")
    assert (reply.headers["retry-after"], reply.category) == ("7", "RATE_LIMITS")


@pytest.mark.parametrize("status", [423, 477, 502, 503, 504, 524])
def test_hubspot_rule_21_any_status_can_be_injected(hubspot: HubSpotSandbox, status: int) -> None:
    headers = {"retry-after": "120"} if status == 477 else {}
    fault = {"kind": "status", "status": status, "body": "<html>", "content_type": "text/html"}
    hubspot.faults({"match": {"path": "owners"}, "fault": {**fault, "headers": headers}})
    reply = hubspot.get("/crm/v3/owners")
    assert (reply.status, reply.body) == (status, "<html>")
    assert reply.headers.get("retry-after") == headers.get("retry-after")
    assert hubspot.get("/crm/v3/owners").status == 200


def test_hubspot_rule_21_a_write_may_be_applied_and_its_answer_lost(
    hubspot: HubSpotSandbox,
) -> None:
    fault = {"kind": "reset", "when": "after_commit"}
    hubspot.faults({"match": {"method": "POST", "path": "objects/notes"}, "fault": fault})
    body = {"properties": {"hs_timestamp": "2026-11-23T10:00:00Z", "hs_note_body": "Paid"}}
    with pytest.raises(requests.ConnectionError):
        hubspot.post("/crm/v3/objects/notes", body)
    assert len(hubspot.get("/crm/v3/objects/notes").ids) == 1


def test_hubspot_rule_22_pages_and_their_tokens(hubspot: HubSpotSandbox) -> None:
    url = "/crm/v3/objects/deals"
    for limit in ("101", "0", "-1", "x"):
        assert hubspot.get(url, limit=limit).status == 400
    assert hubspot.get(url, limit="51", propertiesWithHistory="amount").status == 400
    first = hubspot.get(url, limit=25)
    token = first.body["paging"]["next"]["after"]
    assert not token.isdigit()
    link = first.body["paging"]["next"]["link"]
    assert link.startswith(hubspot.url + url)
    second = hubspot.call("GET", link.removeprefix(hubspot.url))
    assert len(set(first.ids + second.ids)) == 40
    assert "paging" not in second.body
    assert hubspot.get(url, after="not a token").status == 400
    assert len(hubspot.get(url).ids) == 10


def test_hubspot_rule_34_events_are_refused_without_the_rights(hubspot: HubSpotSandbox) -> None:
    event = {"eventTemplateId": "1", "id": "e1", "objectId": "1", "tokens": {}}
    for path in ("/integrators/timeline/v3/events", "/integrators/timeline/2026-03/events"):
        assert hubspot.post(path, event).status == 403
    sent = {"eventName": f"pe{PORTAL}_paid", "objectId": "1", "properties": {}}
    assert hubspot.post("/events/2026-03/send", sent).status == 403
    hubspot.switch(partner_timeline=True, enterprise_portal=True)
    assert hubspot.post("/integrators/timeline/v3/events", event).status == 201
    assert hubspot.post("/events/2026-03/send", sent).status == 204
    assert hubspot.post("/events/2026-03/send", {**sent, "eventName": "other"}).status == 400


def test_hubspot_rule_39_every_error_carries_a_correlation_id(hubspot: HubSpotSandbox) -> None:
    replies = [
        hubspot.get("/crm/v3/objects/deals/1"),
        hubspot.get("/nowhere"),
        hubspot.call("PUT", "/crm/v3/objects/deals"),
        hubspot.post("/crm/v3/objects/deals", {"properties": {"nope": 1}}),
        hubspot.get("/crm/v3/objects/gadgets"),
        hubspot.call("GET", "/crm/v3/owners", token="x"),
    ]
    assert [row.status for row in replies] == [404, 404, 405, 400, 400, 401]
    for row in replies:
        assert row.body["correlationId"] == row.headers["x-hubspot-correlation-id"]
        assert str(uuid.UUID(row.body["correlationId"])) == row.body["correlationId"]
    assert "x-hubspot-correlation-id" in hubspot.get("/crm/v3/owners").headers


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"properties": []}', "application/json", 400),
        (b'{"properties": {"amount": {"a": 1}}}', "application/json", 400),
        (b'{"properties": {}, "associations": [1]}', "application/json", 400),
        (b'{"properties": {}, "associations": [{"to": {"id": 1}}]}', "application/json", 400),
        (b"properties=1", "application/x-www-form-urlencoded", 415),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
    ],
)
def test_hubspot_rule_40_bad_bodies_change_nothing(
    hubspot: HubSpotSandbox, body: bytes, content_type: str, status: int
) -> None:
    before = hubspot.get("/__sandbox/state").body
    answer = hubspot.session.post(
        f"{hubspot.url}/crm/v3/objects/deals",
        data=body,
        headers={"authorization": "Bearer pat-na1-sandbox-demo", "content-type": content_type},
        timeout=20,
    )
    assert answer.status_code == status
    assert hubspot.get("/__sandbox/state").body == before


def test_account_owners_currencies_and_usage(hubspot: HubSpotSandbox) -> None:
    details = hubspot.get("/account-info/2026-03/details").body
    assert details["portalId"] == PORTAL
    assert (details["companyCurrency"], details["additionalCurrencies"]) == ("USD", ["GBP", "EUR"])
    assert details["uiDomain"] == hubspot.url.removeprefix("http://")
    owner = hubspot.get("/crm/owners/2026-03", email="rep@dealbooks.example").body["results"][0]
    by_user = hubspot.get(f"/crm/v3/owners/{owner['userId']}", idProperty="userId").body
    assert by_user == owner
    rates = hubspot.get("/settings/currencies/2026-03/exchange-rates/current").body["results"]
    assert {row["fromCurrencyCode"]: row["conversionRate"] for row in rates} == {
        "GBP": 1.31,
        "EUR": 1.16,
    }
    stages = hubspot.get("/crm/pipelines/2026-03/deals").body["results"][0]["stages"]
    won = next(row for row in stages if row["id"] == "closedwon")
    assert won["metadata"] == {"probability": "1.0", "isClosed": "true"}
    assert len(hubspot.get("/tax-rates/2026-03/tax-rates", active="true").body["results"]) == 3
    usage = hubspot.get("/account-info/2026-03/api-usage/daily/private-apps").body["results"][0]
    assert usage["currentUsage"] > 0
