"""Signed deliveries as both vendors make them, by the rules of their documentation."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from integration.clock import now

VERIFIER = "sandbox-quickbooks-verifier"


def cloud_event(realm: str, entity: str = "invoice", **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "intuit.test=",
        "type": f"qbo.{entity}.updated.v1",
        "time": now().isoformat(),
        "intuitentityid": "1",
        "intuitaccountid": realm,
        "data": {},
        **changes,
    }


def classic(realm: str, *names: str) -> dict[str, Any]:
    entities = [
        {"name": name, "id": "1", "operation": "Update", "lastUpdated": now().isoformat()}
        for name in names
    ]
    return {"realmId": realm, "dataChangeEvent": {"entities": entities}}


def from_intuit(
    content: Any,
    *,
    token: str = VERIFIER,
    content_type: str = "application/json",
    client: Client | None = None,
    **headers: str,
) -> HttpResponse:
    """``content`` is sent as JSON; bytes as they are. Headers win over the right ones."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    digest = hmac.new(token.encode(), body, hashlib.sha256).digest()
    right = {"intuit-signature": base64.b64encode(digest).decode()}
    return (client or Client(enforce_csrf_checks=True)).post(  # type: ignore[return-value]
        "/webhooks/quickbooks",
        body,
        content_type=content_type,
        headers={**right, **headers},
    )


def deal_event(hub_id: int | None, deal: str, kind: str = "propertyChange", **more: Any) -> Any:
    return {
        "eventId": 1,
        "subscriptionId": 2,
        "portalId": hub_id,
        "occurredAt": int(now().timestamp() * 1000),
        "subscriptionType": f"deal.{kind}",
        "attemptNumber": 0,
        "objectId": int(deal),
        **({"propertyName": "dealname"} if kind == "propertyChange" else {}),
        **more,
    }


def from_hubspot(
    content: Any, *, signed_at: datetime | None = None, secret: str = "", **headers: str
) -> HttpResponse:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    stamp = str(int((signed_at or now()).timestamp() * 1000))
    address = f"{settings.DEALBOOKS['PUBLIC_URL']}/webhooks/hubspot"
    source = f"POST{address}".encode() + body + stamp.encode()
    key = (secret or settings.DEALBOOKS["HUBSPOT_CLIENT_SECRET"]).encode()
    right = {
        "X-HubSpot-Signature-v3": base64.b64encode(
            hmac.new(key, source, hashlib.sha256).digest()
        ).decode(),
        "X-HubSpot-Request-Timestamp": stamp,
    }
    return Client(enforce_csrf_checks=True).post(  # type: ignore[return-value]
        "/webhooks/hubspot",
        body,
        content_type="application/json",
        headers={**right, **headers},
    )


def minutes_ago(count: float) -> datetime:
    return now() - timedelta(minutes=count)
