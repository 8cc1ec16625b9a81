"""Webhooks: rules 37 and 38 of the HubSpot reference."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox
from tests.sandbox.product_stub import Listener, Received, expected_v3


@pytest.fixture
def product() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def hubspot(product: Listener) -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox(product.url) as sandbox:
        yield sandbox


def subscribe(hubspot: HubSpotSandbox, product: Listener, **settings: Any) -> None:
    body = {"targetUrl": f"{product.url}/webhooks/hubspot", **settings}
    assert hubspot.post("/__sandbox/hubspot/webhooks", body).status == 200


def wait_for(product: Listener, count: int) -> list[Received]:
    deadline = time.monotonic() + 5
    while len(product.received) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(product.received) >= count
    return product.received


def wait_for_tries(hubspot: HubSpotSandbox, count: int) -> None:
    """Until the sandbox has counted the answers: only then it has set the time of the next try."""
    deadline = time.monotonic() + 5
    while len(deliveries(hubspot)[0]["statuses"]) < count:
        assert time.monotonic() < deadline, "the try never came"
        time.sleep(0.01)


def deliveries(hubspot: HubSpotSandbox) -> list[dict[str, Any]]:
    return list(hubspot.get("/__sandbox/hubspot/webhooks").body["deliveries"])


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
        wait_for_tries(hubspot, count)
        hubspot.advance(3 * 3600)
    attempts = [row.json()[0] for row in product.received]
    assert [row["attemptNumber"] for row in attempts] == [0, 1, 2]
    assert len({row["eventId"] for row in attempts}) == 1
    shown = deliveries(hubspot)[0]
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
    states = deliveries(hubspot)
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
    states = deliveries(hubspot)
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
    assert deliveries(hubspot)[0]["state"] == "held"
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
        wait_for_tries(hubspot, count)
        hubspot.advance(3600 * 0.6)
    time.sleep(0.2)
    assert len(product.received) == retries + 1
    shown = deliveries(hubspot)[0]
    assert (shown["state"], shown["tries"]) == ("given up", retries + 1)


def test_hubspot_rule_37_the_time_out_is_a_switch(product: Listener) -> None:
    product.during = lambda: time.sleep(0.4)
    with HubSpotSandbox(product.url) as hubspot:
        hubspot.switch(hubspot_webhook_timeout_seconds=0.1)
        subscribe(hubspot, product)
        hubspot.create("deals", dealname="Slow")
        wait_for_tries(hubspot, 1)
        assert deliveries(hubspot)[0]["statuses"] == [0]


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
