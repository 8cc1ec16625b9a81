"""What HubSpot sends: the card's call and webhooks, rules 37 and 38 of the reference."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.hubspot.signatures import sign_v2
from tests.sandbox.hubspot_client import CLIENT, PORTAL, HubSpotSandbox, Reply
from tests.sandbox.product_stub import Listener, Received

FRAME = b'{"url": "http://127.0.0.1:8000/embed/start?code=one-time"}'
FIVE_MINUTES_MS = 5 * 60 * 1000


@pytest.fixture
def product() -> Iterator[Listener]:
    with Listener([(200, FRAME)]) as listener:
        yield listener


@pytest.fixture
def hubspot(product: Listener) -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox(product.url) as sandbox:
        yield sandbox


def expected_v3(sent: Received, uri: str) -> str:
    """Computed here once more, by the words of the reference."""
    for code, plain in (("%40", "@"), ("%3A", ":"), ("%2F", "/")):
        uri = uri.replace(code, plain)
    source = b"POST" + uri.encode() + sent.body
    source += sent.headers["x-hubspot-request-timestamp"].encode()
    digest = hmac.new(CLIENT["client_secret"].encode(), source, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def open_card(hubspot: HubSpotSandbox, **form: str) -> Reply:
    fields = {"portal": str(PORTAL), "deal": hubspot.first("deals"), "action": "wizard", **form}
    return hubspot.call("POST", "/__sandbox/hubspot/open-card", form=fields)


def test_hubspot_rule_37_the_v2_signature_matches_the_published_example() -> None:
    secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
    signature = sign_v2(secret, "GET", "https://www.example.com/webhook_uri", b"")
    assert signature == "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"


def test_hubspot_rule_37_the_card_call_is_signed(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    reply = open_card(hubspot)
    assert '<iframe title="Create invoice"' in reply.body
    assert "http://127.0.0.1:8000/embed/start?code=one-time" in reply.body
    sent = product.received[0]
    assert urlsplit(sent.path).path == "/card/launch"
    query = parse_qs(urlsplit(sent.path).query)
    assert query["portalId"] == [str(PORTAL)]
    assert query["userEmail"] == ["rep@dealbooks.example"]
    assert (query["appId"], query["userId"]) == (["100001"], ["61000002"])
    assert sent.json() == {
        "objectId": hubspot.first("deals"),
        "objectTypeId": "0-3",
        "action": "wizard",
    }
    assert sent.headers["x-hubspot-signature-v3"] == expected_v3(sent, product.url + sent.path)
    age = time.time() * 1000 - int(sent.headers["x-hubspot-request-timestamp"])
    assert abs(age) < FIVE_MINUTES_MS


@pytest.mark.parametrize("variant", ["stale", "tampered", "replay"])
def test_hubspot_rule_37_wrong_signatures_on_demand(
    hubspot: HubSpotSandbox, product: Listener, variant: str
) -> None:
    open_card(hubspot)
    open_card(hubspot, variant=variant)
    first, second = product.received
    signature = second.headers["x-hubspot-signature-v3"]
    right = signature == expected_v3(second, product.url + second.path)
    assert right is (variant != "tampered")
    age = time.time() * 1000 - int(second.headers["x-hubspot-request-timestamp"])
    assert (age > FIVE_MINUTES_MS) is (variant == "stale")
    same = signature == first.headers["x-hubspot-signature-v3"]
    assert same is (variant == "replay")


def test_the_product_may_call_back_while_it_answers(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    """One thread serves all requests: it must not wait for the product."""
    seen: list[int] = []
    product.during = lambda: seen.append(hubspot.get("/crm/v3/owners").status)
    with_callback = open_card(hubspot)
    assert with_callback.status == 200
    assert seen == [200]


def test_the_switcher_decides_who_opens_the_card(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    form = {"email": "rep3@dealbooks.example", "back": "/"}
    answer = hubspot.call("POST", "/__sandbox/hubspot/sign-in", form=form)
    assert answer.status == 303
    open_card(hubspot, action="panel")
    query = parse_qs(urlsplit(product.received[0].path).query)
    assert query["userEmail"] == ["rep3@dealbooks.example"]
    assert product.received[0].json()["action"] == "panel"
    away = hubspot.call(
        "POST", "/__sandbox/hubspot/sign-in", form={"email": "a", "back": "//evil.example"}
    )
    assert away.headers["location"] == "/"


@pytest.mark.parametrize(
    ("answers", "said", "calls"),
    [
        ([(403, b'{"message": "You are not a member."}')], "You are not a member.", 1),
        ([(400, b'{"error": {"message": "Unknown deal."}}')], "Unknown deal.", 1),
        ([(502, b"<html>"), (502, b"<html>")], "Status 502", 2),
        ([(500, b"{}"), (200, FRAME)], "code=one-time", 2),
        ([(200, b'{"url": "javascript:alert(1)"}')], "could not be opened", 1),
        ([(200, b"[]")], "could not be opened", 1),
    ],
)
def test_other_answers_are_shown_and_5xx_is_tried_twice(
    hubspot: HubSpotSandbox,
    product: Listener,
    answers: list[tuple[int, bytes]],
    said: str,
    calls: int,
) -> None:
    product.answers = list(answers)
    reply = open_card(hubspot)
    assert said in reply.body
    assert len(product.received) == calls


def test_a_product_that_is_not_there_is_named() -> None:
    with HubSpotSandbox() as hubspot:
        assert "127.0.0.1:9 did not answer" in open_card(hubspot).body


# -- webhooks


def subscribe(hubspot: HubSpotSandbox, product: Listener, **settings: Any) -> None:
    body = {"targetUrl": f"{product.url}/webhooks/hubspot", **settings}
    assert hubspot.post("/__sandbox/hubspot/webhooks", body).status == 200


def wait_for(product: Listener, count: int) -> list[Received]:
    deadline = time.monotonic() + 5
    while len(product.received) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(product.received) >= count
    return product.received


def test_hubspot_rule_38_changes_arrive_as_signed_arrays(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    subscribe(hubspot, product)
    deal = hubspot.create("deals", dealname="Watched")
    hubspot.patch("deals", deal, dealname="Changed", amount="5")
    created, changed = wait_for(product, 2)
    event = created.json()[0]
    assert event["subscriptionType"] == "deal.creation"
    assert (event["objectId"], event["portalId"]) == (int(deal), PORTAL)
    assert event["attemptNumber"] == 0
    assert {row["propertyName"]: row["propertyValue"] for row in changed.json()} == {
        "dealname": "Changed",
        "amount": "5",
    }
    for sent in (created, changed):
        right = expected_v3(sent, product.url + sent.path)
        assert sent.headers["x-hubspot-signature-v3"] == right


def test_hubspot_rule_38_subscriptions_and_generic_types(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    wanted = [
        {"eventType": "deal.propertyChange", "propertyName": "amount"},
        {"eventType": "object.creation"},
    ]
    subscribe(hubspot, product, subscriptions=wanted)
    deal = hubspot.create("deals", dealname="Quiet")
    hubspot.patch("deals", deal, dealname="Quieter", amount="5")
    hubspot.create("invoices", hs_currency="USD")
    first, second = wait_for(product, 2)
    assert [row["propertyName"] for row in first.json()] == ["amount"]
    assert second.json()[0]["objectTypeId"] == "0-53"


def test_hubspot_rule_37_retries_carry_the_same_events(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    product.answers = [(500, b""), (503, b""), (200, b"")]
    subscribe(hubspot, product)
    hubspot.create("deals", dealname="Again")
    for count in (1, 2, 3):
        wait_for(product, count)
        hubspot.advance(3 * 3600)
    attempts = [row.json()[0] for row in product.received]
    assert [row["attemptNumber"] for row in attempts] == [0, 1, 2]
    assert len({row["eventId"] for row in attempts}) == 1
    shown = hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"][0]
    assert (shown["tries"], shown["statuses"]) == (3, [500, 503, 200])


def test_hubspot_rule_38_deliveries_may_double_and_vanish(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    subscribe(hubspot, product, manner={"duplicate": 1})
    hubspot.create("deals", dealname="Twice")
    first, second = wait_for(product, 2)
    assert first.json()[0]["eventId"] == second.json()[0]["eventId"]
    subscribe(hubspot, product, manner={"drop": 1.0})
    hubspot.create("deals", dealname="Never")
    states = hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"]
    assert [row["state"] for row in states][-1] == "dropped"
    assert len(product.received) == 2


def names_of(received: list[Received]) -> list[str]:
    return [row["propertyValue"] for sent in received for row in sent.json()]


def test_hubspot_rule_38_a_burst_gathers_and_then_arrives_in_another_order(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    deal = hubspot.create("deals", dealname="Start")
    subscribe(hubspot, product, manner={"burst": 8, "reorder": True, "seed": 3})
    wanted = [f"Name {number}" for number in range(8)]
    for name in wanted[:7]:
        hubspot.patch("deals", deal, dealname=name)
    time.sleep(0.1)
    assert product.received == []
    hubspot.patch("deals", deal, dealname=wanted[7])
    names = names_of(wait_for(product, 8))
    assert sorted(names) == wanted
    states = hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"]
    assert {row["state"] for row in states} <= {"waiting", "delivered"}


def test_hubspot_rule_38_two_changes_may_change_places(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    deal = hubspot.create("deals", dealname="Start")
    subscribe(hubspot, product, manner={"reorder": True, "seed": 1})
    pairs = []
    for number in range(0, 8, 2):
        for place in (0, 1):
            hubspot.patch("deals", deal, dealname=str(number + place))
        pairs.append(names_of(wait_for(product, number + 2))[number:])
    assert [sorted(pair) for pair in pairs] == [["0", "1"], ["2", "3"], ["4", "5"], ["6", "7"]]
    assert ["1", "0"] in pairs or ["3", "2"] in pairs or ["5", "4"] in pairs or ["7", "6"] in pairs


def test_hubspot_rule_38_a_held_delivery_leaves_after_a_second(
    hubspot: HubSpotSandbox, product: Listener
) -> None:
    subscribe(hubspot, product, manner={"burst": 100})
    hubspot.create("deals", dealname="Alone")
    assert hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"][0]["state"] == "held"
    assert len(wait_for(product, 1)) == 1


@pytest.mark.parametrize("retries", [0, 2])
def test_hubspot_rule_37_the_retry_schedule_is_a_switch(
    hubspot: HubSpotSandbox, product: Listener, retries: int
) -> None:
    product.answers = [(500, b"")]
    hubspot.switch(hubspot_webhook_retries=retries, hubspot_webhook_retry_hours=1)
    subscribe(hubspot, product)
    hubspot.create("deals", dealname="Again")
    for count in range(1, retries + 2):
        wait_for(product, count)
        hubspot.advance(3600 * 0.6)
    time.sleep(0.2)
    assert len(product.received) == retries + 1
    shown = hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"][0]
    assert (shown["state"], shown["tries"]) == ("given up", retries + 1)


def test_hubspot_rule_37_the_time_out_is_a_switch(product: Listener) -> None:
    product.during = lambda: time.sleep(0.4)
    with HubSpotSandbox(product.url) as hubspot:
        hubspot.switch(hubspot_webhook_timeout_seconds=0.1)
        subscribe(hubspot, product)
        hubspot.create("deals", dealname="Slow")
        wait_for(product, 1)
        shown = hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"][0]
        assert shown["statuses"] == [0]


@pytest.mark.parametrize(
    "body",
    [
        {"variant": "odd"},
        {"manner": {"speed": 1}},
        {"manner": {"burst": -1}},
        {"manner": {"drop": 2}},
        {"manner": {"duplicate": "twice"}},
        {"manner": [1]},
        [1],
    ],
)
def test_wrong_webhook_settings_are_refused(hubspot: HubSpotSandbox, body: Any) -> None:
    assert hubspot.post("/__sandbox/hubspot/webhooks", body).status == 400
