"""The card's call as HubSpot makes it: rule 37 of the reference."""

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.hubspot.signatures import sign_v2
from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox, Reply
from tests.sandbox.product_stub import Listener, expected_v3

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
