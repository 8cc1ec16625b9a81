"""OAuth with both vendors: where to send people, and codes and refresh tokens into tokens.

Intuit through its own library over our transport (its constructor would fetch the discovery
document each time: here it comes from a cache); HubSpot directly on the dated version, because its
library only knows endpoints that end in February 2027.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.crypto import salted_hmac
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes

from integration import transports
from integration.gateways.errors import Unavailable
from integration.gateways.hubspot_wire import VERSION
from integration.gateways.transport import Answer

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HARD_EXPIRY = "x-include-refresh-token-hard-expires-in"
DISCOVERY_SECONDS = 24 * 3600.0
HUBSPOT_SCOPES = (
    "oauth",
    "crm.objects.deals.read", "crm.objects.deals.write",
    "crm.objects.contacts.read", "crm.objects.contacts.write",
    "crm.objects.companies.read", "crm.objects.companies.write",
    "crm.objects.invoices.read", "crm.objects.invoices.write",
    "crm.objects.products.read", "crm.objects.products.write",
    "crm.objects.line_items.read", "crm.objects.quotes.read",
    "crm.objects.owners.read",
    "crm.schemas.deals.read", "crm.schemas.deals.write",
    "crm.schemas.contacts.read", "crm.schemas.contacts.write",
    "crm.schemas.companies.read", "crm.schemas.companies.write",
    "crm.schemas.invoices.read", "crm.schemas.invoices.write",
    "settings.currencies.read",
)  # fmt: skip
HUBSPOT_OPTIONAL = ("e-commerce", "tax_rates.read")
"""A plan may lack these; without ``e-commerce`` products get no properties of ours."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Lifetimes are in seconds from now. ``hub_id`` and ``scopes`` are HubSpot's."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int | None = None
    hard_expires_in: int | None = None
    hub_id: int | None = None
    scopes: tuple[str, ...] = ()


def is_configured(vendor: str) -> bool:
    """Whether this installation has an app of its own at the vendor."""
    return all(_credentials(vendor))


def redirect_uri(vendor: str) -> str:
    """Registered at the vendor, character for character."""
    return f"{settings.DEALBOOKS['PUBLIC_URL']}/oauth/{vendor}/callback"


def authorize_url(vendor: str, state: str, hub_id: int | None = None) -> str:
    """The consent page; ``hub_id`` preselects the portal when one is reconnected."""
    if vendor == "quickbooks":
        return str(_intuit().get_authorization_url([Scopes.ACCOUNTING], state_token=state))
    digest = hashlib.sha256(_verifier(state).encode()).digest()
    asked = {
        "client_id": _credentials(vendor)[0],
        "redirect_uri": redirect_uri(vendor),
        "scope": " ".join(HUBSPOT_SCOPES),
        "optional_scope": " ".join(HUBSPOT_OPTIONAL),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    portal = f"/{hub_id}" if hub_id else ""
    return f"{settings.DEALBOOKS['HUBSPOT']['APP_URL']}/oauth{portal}/authorize?{urlencode(asked)}"


def exchange(vendor: str, code: str, state: str) -> Tokens:
    """A code for tokens; raises a gateway error, ``NeedsReconnect`` or ``Rejected`` for a bad code."""
    if vendor == "quickbooks":
        client = _intuit()
        client.get_bearer_token(code)
        return _intuit_tokens(client)
    asked = {"code": code, "redirect_uri": redirect_uri(vendor), "code_verifier": _verifier(state)}
    return _hubspot_tokens(_hubspot("token", {"grant_type": "authorization_code", **asked}))


def refresh(vendor: str, refresh_token: str) -> Tokens:
    """Fresh tokens. Store the refresh token before using the access token: it may have changed."""
    if vendor == "quickbooks":
        client = _intuit()
        client.refresh(refresh_token=refresh_token)
        return _intuit_tokens(client)
    asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _hubspot_tokens(_hubspot("token", asked))


def revoke(vendor: str, refresh_token: str) -> None:
    """Give the access back; raises a gateway error when it was dead already."""
    if vendor == "quickbooks":
        _intuit().revoke(token=refresh_token)
    else:
        _hubspot("token/revoke", {"token": refresh_token, "token_type_hint": "refresh_token"})


def introspect(token: str) -> dict[str, Any]:
    """What HubSpot says about an access token: active, hub_id, hub_domain, user_id, scopes …"""
    asked = {"token": token, "token_type_hint": "access_token"}
    return _hubspot("token/introspect", asked)


# -- HubSpot


def _hubspot(path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """All parameters go into the form: the dated endpoints refuse them in the address."""
    client_id, client_secret = _credentials("hubspot")
    form = {"client_id": client_id, "client_secret": client_secret, **asked}
    answer = transports.to("hubspot").call(
        "POST",
        f"{settings.DEALBOOKS['HUBSPOT']['API_URL']}/oauth/{VERSION}/{path}",
        account="",
        kind="token",
        body=urlencode(form).encode(),
        headers=FORM,
        accept="*/*" if path.endswith("revoke") else "application/json",
    )
    return {} if path.endswith("revoke") else answer.object()


def _hubspot_tokens(content: dict[str, Any]) -> Tokens:
    try:
        return Tokens(
            access_token=str(content["access_token"]),
            refresh_token=str(content["refresh_token"]),
            expires_in=int(content["expires_in"]),
            hub_id=int(content["hub_id"]) if content.get("hub_id") else None,
            scopes=tuple(content.get("scopes") or ()),
        )
    except (KeyError, ValueError, TypeError):
        raise Unavailable("net.unreadable", vendor="hubspot") from None


def _verifier(state: str) -> str:
    """PKCE's secret, made anew from the state and our key, so that nothing needs storing."""
    digest = salted_hmac("integration.oauth.pkce", state, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


# -- Intuit


class _Intuit(AuthClient):  # type: ignore[misc]
    """Intuit's client whose requests use our transport; the discovery document is cached."""

    def __init__(self) -> None:
        client_id, client_secret = _credentials("quickbooks")
        discovery = settings.DEALBOOKS["QUICKBOOKS"]["DISCOVERY_URL"]
        self.discovery_url = discovery
        self.x_refresh_token_hard_expires_in: int | None = None
        super().__init__(client_id, client_secret, redirect_uri("quickbooks"), discovery)

    def request(self, method: str, url: str, **options: Any) -> "_Reply":  # type: ignore[override]
        if url == self.discovery_url:
            return _Reply(_discovery(url))
        headers = {**(options.get("headers") or {}), HARD_EXPIRY: "true"}
        accept = headers.pop("Accept", "application/json")
        answer = transports.to("quickbooks").call(
            method,
            url,
            account="",
            kind="token",
            body=str(options.get("data") or "").encode(),
            headers=headers,
            accept=accept if url == self.token_endpoint else "*/*",
        )
        return _Reply(answer)


class _Reply:
    """The few members of an answer that Intuit's library reads."""

    status_code = 200

    def __init__(self, answer: Answer) -> None:
        self.content = answer.body
        self.text = answer.text
        self.headers = answer.headers
        self._answer = answer

    def json(self) -> Any:
        return self._answer.object()


_documents: dict[str, tuple[float, Answer]] = {}


def _discovery(url: str) -> Answer:
    """Fetched once a day; an old one serves while Intuit's page is away."""
    fetched_at, found = _documents.get(url, (0.0, None))
    if found is not None and time.monotonic() - fetched_at < DISCOVERY_SECONDS:
        return found
    try:
        answer = transports.to("quickbooks").call("GET", url, account="", kind="token")
        json.loads(answer.body)["token_endpoint"]
    except (Unavailable, ValueError, KeyError, TypeError):
        if found is None:
            raise Unavailable("net.unreadable", vendor="quickbooks", sent=False) from None
        return found
    _documents[url] = (time.monotonic(), answer)
    return answer


def _intuit() -> _Intuit:
    return _Intuit()


def _intuit_tokens(client: _Intuit) -> Tokens:
    idle, hard = client.x_refresh_token_expires_in, client.x_refresh_token_hard_expires_in
    if not client.access_token or not client.refresh_token or not client.expires_in:
        raise Unavailable("net.unreadable", vendor="quickbooks")
    return Tokens(
        access_token=client.access_token,
        refresh_token=client.refresh_token,
        expires_in=int(client.expires_in),
        refresh_expires_in=int(idle) if idle else None,
        hard_expires_in=int(hard) if hard else None,
    )


def _credentials(vendor: str) -> tuple[str, str]:
    name = vendor.upper()
    return settings.DEALBOOKS[f"{name}_CLIENT_ID"], settings.DEALBOOKS[f"{name}_CLIENT_SECRET"]
