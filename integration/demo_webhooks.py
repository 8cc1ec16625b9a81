"""The demo's sandbox delivers webhooks too, as both vendors do to an app that is set up."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from integration.binaries import EmbeddedError
from integration.webhooks.wanted import SUBSCRIPTIONS

VERIFIER_TOKEN = "sandbox-quickbooks-verifier"  # noqa: S105  known to everybody: simulated only


def subscribe(environment: Mapping[str, str]) -> None:
    """Tell the sandbox where to deliver webhooks; it keeps that in its state file too."""
    product = f"{environment['DEALBOOKS_PUBLIC_URL']}/webhooks"
    wanted = [
        {"eventType": kind, **({"propertyName": name} if name else {})}
        for kind, name in SUBSCRIPTIONS
    ]
    hubspot = {"targetUrl": f"{product}/hubspot", "subscriptions": wanted}
    quickbooks = {"url": f"{product}/quickbooks", "verifier_token": VERIFIER_TOKEN}
    for vendor, settings in (("quickbooks", quickbooks), ("hubspot", hubspot)):
        address = environment[f"DEALBOOKS_SANDBOX_{vendor.upper()}_URL"]
        _tell(f"{address}/__sandbox/{vendor}/webhooks", settings)


def _tell(address: str, settings: dict[str, Any]) -> None:
    """POST to the sandbox. Raises ``EmbeddedError`` when it does not take it."""
    request = urllib.request.Request(  # noqa: S310  our own address
        address, json.dumps(settings).encode(), method="POST"
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(request, timeout=5).close()
    except OSError as trouble:
        raise EmbeddedError(
            f"The sandbox did not take the address for webhooks ({trouble}). Its log, sandbox.log, "
            "says why; start the demo again afterwards."
        ) from None
