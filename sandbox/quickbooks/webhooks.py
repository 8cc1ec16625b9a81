"""Outgoing webhooks in both formats, signed (reference section 8)."""

import asyncio
import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.core.deliveries import POLL_SECONDS, Manner, Postman
from sandbox.core.messages import dump_json

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks

RETRY_AFTER = (20 * 60.0, 30 * 60.0, 50 * 60.0)
ANSWER_WITHIN = 3.0
MOST_EVENTS = 100
CLASSIC = {
    "create": "Create",
    "update": "Update",
    "delete": "Delete",
    "merge": "Merge",
    "void": "Void",
    "emailed": "Emailed",
}
CLOUD = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "merge": "merged",
    "emailed": "emailed",
}
NEVER = frozenset(
    ("TaxCode", "TaxRate", "TaxAgency", "CompanyInfo", "ExchangeRate", "CustomerType")
)
UPDATE_ONLY = frozenset(("Preferences",))


@dataclass(frozen=True, slots=True)
class Event:
    realm: str
    kind: str
    id: str
    operation: str
    at: datetime
    number: int
    merged_id: str = ""


class Webhooks:
    """Nothing is sent before ``configure`` names an address; events gather until ``flush``.

    With ``window_seconds`` 0 each change is flushed at once, else when the window (on the
    sandbox's clock) is over.
    """

    def __init__(self, application: "QuickBooks") -> None:
        self.application = application
        self.url = ""
        self.verifier = ""
        self.window = 0.0
        self.pending: list[Event] = []
        self.number = 0
        self._watch: asyncio.Task[None] | None = None
        self.postman = Postman(application.world.clock, RETRY_AFTER, ANSWER_WITHIN)

    def configure(self, settings: dict[str, Any]) -> None:
        """``url``, ``verifier_token``, ``window_seconds``; duplicate, drop, reorder,
        burst, delay_seconds, seed."""
        self.url = str(settings.get("url", ""))
        self.verifier = str(settings.get("verifier_token", ""))
        self.window = float(settings.get("window_seconds", 0))
        self.postman.configure(
            Manner(
                int(settings.get("duplicate", 0)),
                float(settings.get("drop", 0)),
                bool(settings.get("reorder", False)),
                int(settings.get("burst", 0)),
                float(settings.get("delay_seconds", 0)),
                int(settings.get("seed", 0)),
            )
        )

    def stop(self) -> None:
        """Forget what waits; nothing of an old scenario is delivered after a reset."""
        self.pending.clear()
        self.url = ""
        self.postman.clear()

    def note(self, realm: str, kind: str, id: str, operation: str, merged: str = "") -> None:
        if not self.url or kind in NEVER or (kind in UPDATE_ONLY and operation != "update"):
            return
        self.number += 1
        now = self.application.world.clock.now()
        self.pending.append(Event(realm, kind, id, operation, now, self.number, merged))
        if self.window:
            self.wake()
        else:
            self.flush()

    def wake(self) -> None:
        """Watch over the gathering window while something waits in it."""
        if self.pending and (self._watch is None or self._watch.done()):
            self._watch = asyncio.get_running_loop().create_task(self._flush_when_due())

    async def _flush_when_due(self) -> None:
        while self.pending:
            if self.due():
                self.flush()
            await asyncio.sleep(POLL_SECONDS)

    def flush(self) -> int:
        """Send what has gathered: several realms in one delivery, at most 100 events."""
        posts = []
        gathered, self.pending = self.pending, []
        for at in range(0, len(gathered), MOST_EVENTS):
            events = gathered[at : at + MOST_EVENTS]
            if self.application.world.switches["webhook_format"] == "classic":
                body = dump_json(self._classic(events))
            else:
                body = dump_json([self._cloud(event) for event in events])
            posts.append((self.url, self._headers(body), body))
        if posts:
            self.postman.post(posts)
        return len(posts)

    def _headers(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self.verifier.encode(), body, hashlib.sha256).digest()
        now = self.application.world.clock.now()
        cloud = self.application.world.switches["webhook_format"] != "classic"
        kind = str(self.application.world.switches["webhook_content_type"])
        return {
            "content-type": kind if cloud else "application/json",
            "intuit-signature": base64.b64encode(digest).decode(),
            "intuit-t-id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"delivery {self.number}")),
            "intuit-created-time": now.isoformat(),
            "intuit-notification-schema-version": "1.0",
            "user-agent": "intuit_notification_server/1.0",
        }

    def _classic(self, events: list[Event]) -> dict[str, Any]:
        realms: dict[str, list[dict[str, Any]]] = {}
        for event in events:
            entity = {
                "name": event.kind,
                "id": event.id,
                "operation": CLASSIC[event.operation],
                "lastUpdated": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            }
            if event.merged_id:
                entity["deletedId"] = event.merged_id
            realms.setdefault(event.realm, []).append(entity)
        return {
            "eventNotifications": [
                {"realmId": realm, "dataChangeEvent": {"entities": entities}}
                for realm, entities in realms.items()
            ]
        }

    def _cloud(self, event: Event) -> dict[str, Any]:
        void = str(self.application.world.switches["webhook_void_spelling"])
        word = CLOUD.get(event.operation, void)
        at = event.at.astimezone(UTC)
        return {
            "specversion": "1.0",
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"event {event.number}")),
            "source": "intuit.sandbox=",
            "type": f"qbo.{event.kind.lower()}.{word}.v1",
            "datacontenttype": "application/json",
            "time": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond:06d}000Z",
            "intuitentityid": event.id,
            "intuitaccountid": event.realm,
            "data": {"deletedId": event.merged_id} if event.merged_id else {},
        }

    def due(self) -> bool:
        """Whether the gathering window of the oldest event is over."""
        if not self.pending:
            return False
        now = self.application.world.clock.now()
        return now - self.pending[0].at >= timedelta(seconds=self.window)
