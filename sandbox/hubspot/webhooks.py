"""Outgoing webhooks: changes to signed arrays of events, delivered with HubSpot's retries."""

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.core.deliveries import Delivery, Manner, Postman
from sandbox.core.messages import BadJson, Request, Response, json_response
from sandbox.hubspot.schemas import BY_NAME
from sandbox.hubspot.signatures import sign_v1, signed_headers
from sandbox.hubspot.store import Portal
from sandbox.hubspot.tokens import APP_ID, CLIENT_SECRET

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot

MOST_EVENTS = 100
CLASSIC = ("contacts", "companies", "deals", "tickets", "products", "line_items")
SUFFIX = {
    "create": "creation",
    "update": "propertyChange",
    "archive": "deletion",
    "merge": "merge",
    "erase": "privacyDeletion",
    "associate": "associationChange",
    "disassociate": "associationChange",
}
VARIANTS = ("", "stale", "tampered", "replay")


class SignedPostman(Postman):
    """Signs at the moment of sending; a retry carries the same events with attemptNumber + 1."""

    variant = ""

    async def _deliver(self, delivery: Delivery) -> None:
        replayed = self.variant == "replay" and bool(delivery.headers)
        if not replayed:
            events = json.loads(delivery.body)
            for event in events:
                event["attemptNumber"] = delivery.tries
            delivery.body = json.dumps(events).encode()
            stamp = int(self.clock.now().timestamp() * 1000)
            delivery.headers = signed_headers(
                CLIENT_SECRET, "POST", delivery.url, delivery.body, stamp, self.variant
            )
            # Webhooks carry the v1 signature beside v3, where card calls carry v2.
            delivery.headers["X-HubSpot-Signature"] = sign_v1(CLIENT_SECRET, delivery.body)
            delivery.headers["X-HubSpot-Signature-Version"] = "v1"
        await super()._deliver(delivery)


def retry_schedule(switches: dict[str, Any]) -> tuple[float, ...]:
    """Seconds between tries: equal parts of the day with a jitter of a tenth, the same every run."""
    retries = int(switches["hubspot_webhook_retries"])
    if retries < 1:
        return ()
    part = float(switches["hubspot_webhook_retry_hours"]) * 3600 / retries
    dice = random.Random(retries)
    return tuple(part * dice.uniform(0.9, 1.1) for _ in range(retries))


@dataclass
class Webhooks:
    """Target and subscriptions are set under ``/__sandbox/hubspot/webhooks``; none by default."""

    hubspot: "HubSpot"
    target: str = ""
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    next_event: int = 1

    def __post_init__(self) -> None:
        world = self.hubspot.world
        timeout = float(world.switches["hubspot_webhook_timeout_seconds"])
        self.postman = SignedPostman(world.clock, retry_schedule(world.switches), timeout)

    def settings(self, request: Request) -> Response:
        """POST ``{"targetUrl", "subscriptions": [{"eventType", "propertyName"?}], "manner": {…}, "variant"}``."""
        try:
            body = request.json() if request.body else {}
            if body.get("variant", "") not in VARIANTS:
                raise ValueError(f"variant must be one of {', '.join(VARIANTS[1:])}")
            if "manner" in body:
                self.postman.configure(Manner(**body["manner"]))
        except (BadJson, TypeError, AttributeError, ValueError) as error:
            return json_response({"error": str(error)}, 400)
        self.target = body.get("targetUrl", self.target)
        self.subscriptions = body.get("subscriptions", self.subscriptions)
        self.postman.variant = body.get("variant", self.postman.variant)
        switches = self.hubspot.world.switches
        self.postman.retry_after = retry_schedule(switches)
        self.postman.timeout = float(switches["hubspot_webhook_timeout_seconds"])
        return json_response(self.shown())

    def shown(self) -> dict[str, Any]:
        return {
            "targetUrl": self.target,
            "subscriptions": self.subscriptions,
            "deliveries": [
                {"url": row.url, "state": row.state, "tries": row.tries, "statuses": row.statuses}
                for row in self.postman.deliveries
            ],
        }

    def notice(self, portal: Portal, facts: dict[str, Any]) -> None:
        """Called for each change of stored state; events wait for the end of the request."""
        if not self.target or facts["action"] not in SUFFIX:
            return
        for event in self._events(portal, facts):
            if self._is_wanted(event):
                self.pending.append(event)

    def _events(self, portal: Portal, facts: dict[str, Any]) -> list[dict[str, Any]]:
        kind = BY_NAME[facts["type"]]
        prefix = kind.singular if kind.name in CLASSIC else "object"
        base: dict[str, Any] = {
            "subscriptionType": f"{prefix}.{SUFFIX[facts['action']]}",
            "objectId": int(facts["id"]),
            "changeSource": "INTEGRATION",
            "sourceId": str(APP_ID),
        }
        if prefix == "object":
            base["objectTypeId"] = kind.type_id
        return [self._stamp(portal, {**base, **extra}) for extra in _extras(facts)]

    def _stamp(self, portal: Portal, event: dict[str, Any]) -> dict[str, Any]:
        number = self.next_event
        self.next_event += 1
        return {
            "eventId": 100_000_000 + number,
            "subscriptionId": self._subscription(event),
            "portalId": portal.id,
            "appId": APP_ID,
            "occurredAt": portal.now_ms(),
            "attemptNumber": 0,
            **event,
        }

    def _subscription(self, event: dict[str, Any]) -> int:
        for number, row in enumerate(self.subscriptions, 1):
            if row.get("eventType") == event["subscriptionType"]:
                return 500_000 + number
        return 500_000

    def _is_wanted(self, event: dict[str, Any]) -> bool:
        """No subscriptions at all means every event."""
        if not self.subscriptions:
            return True
        return any(
            row.get("eventType") == event["subscriptionType"]
            and row.get("propertyName") in (None, event.get("propertyName"))
            for row in self.subscriptions
        )

    def flush(self) -> None:
        """One post for each hundred events of the request that caused them."""
        events, self.pending = self.pending, []
        for start in range(0, len(events), MOST_EVENTS):
            body = json.dumps(events[start : start + MOST_EVENTS]).encode()
            self.postman.post([(self.target, {}, body)])


def _extras(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """What an event of each sort adds: one event for each changed property."""
    action = facts["action"]
    if action == "update":
        return [
            {"propertyName": name, "propertyValue": value or ""}
            for name, value in facts["properties"].items()
        ]
    if action == "create":
        return [{"changeFlag": "CREATED"}]
    if action == "archive":
        return [{"changeFlag": "DELETED"}]
    if action == "erase":
        return [{}]
    if action == "merge":
        merged = [int(row) for row in facts["merged"]]
        return [{"primaryObjectId": int(facts["id"]), "mergedObjectIds": merged}]
    names = BY_NAME[facts["type"]].singular, BY_NAME[facts["to_type"]].singular
    return [
        {
            "associationType": f"{names[0]}_to_{names[1]}".upper(),
            "fromObjectId": int(facts["id"]),
            "toObjectId": int(facts["to_id"]),
            "associationRemoved": action == "disassociate",
            "isPrimaryAssociation": False,
        }
    ]
