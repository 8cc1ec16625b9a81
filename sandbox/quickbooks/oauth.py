"""Intuit's OAuth 2: grants, codes, tokens and their ages (reference section 1)."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sandbox.core.messages import BadJson, Request, Response, json_response
from sandbox.quickbooks.identity import USER
from sandbox.quickbooks.signing import signed

SCOPES = frozenset(
    (
        "com.intuit.quickbooks.accounting",
        "com.intuit.quickbooks.payment",
        "openid",
        "profile",
        "email",
        "phone",
        "address",
    )
)
ACCOUNTING = "com.intuit.quickbooks.accounting"


@dataclass(slots=True)
class Client:
    """One registered app. Loopback redirect addresses need no registration."""

    id: str
    secret: str
    name: str = "Dealbooks"
    redirect_uris: tuple[str, ...] = ()

    def allows(self, redirect_uri: str) -> bool:
        if redirect_uri in self.redirect_uris:
            return True
        parts = urlsplit(redirect_uri)
        return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True)
class Grant:
    """One consent: one app, one company. ``refresh_tokens``: value to (issued, dies)."""

    client_id: str
    realm: str
    scopes: tuple[str, ...]
    consented: datetime
    refresh_token: str = ""
    refresh_issued: datetime | None = None
    used: datetime | None = None
    replaced: dict[str, datetime] = field(default_factory=dict)
    revoked: bool = False


@dataclass(slots=True)
class Code:
    grant: Grant
    redirect_uri: str
    issued: datetime
    spent: bool = False


def pair_error(error: str, description: str = "", status: int = 400) -> Response:
    body = {"error": error}
    if description:
        body["error_description"] = description
    return json_response(body, status)


INVALID_REFRESH = "Incorrect or invalid refresh token"


class Authority:
    """All grants. ``now`` and ``switches`` are the sandbox's."""

    def __init__(self, now: Any, switches: Any) -> None:
        self.now = now
        self.switches = switches
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, tuple[Grant, datetime]] = {}
        self.refresh: dict[str, Grant] = {}
        self.grants: list[Grant] = []
        self.counter = 0

    def _value(self, prefix: str, length: int) -> str:
        """Deterministic, unlike any other, of the length the vendor's have."""
        self.counter += 1
        seed = f"{prefix}:{self.counter}"
        text = ""
        while len(text) < length - len(prefix):
            text += hashlib.sha256(f"{seed}:{len(text)}".encode()).hexdigest()
        return (prefix + text)[:length]

    # -- consent

    def consent(self, client: Client, realm: str, scopes: tuple[str, ...], uri: str) -> str:
        """A fresh code for one company."""
        grant = Grant(client.id, realm, scopes, self.now())
        code = self._value("XAB1", 50)
        self.codes[code] = Code(grant, uri, self.now())
        return code

    def grant_directly(self, client_id: str, realm: str) -> dict[str, Any]:
        """Tokens without a browser, for tests."""
        grant = Grant(client_id, realm, (ACCOUNTING,), self.now())
        self.grants.append(grant)
        return self._issue(grant)

    # -- token endpoint

    def client_of(self, request: Request, form: dict[str, str]) -> Client | None:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        identity, secret = form.get("client_id", ""), form.get("client_secret", "")
        if scheme.lower() == "basic":
            try:
                decoded = base64.b64decode(rest).decode()
            except ValueError:
                return None
            identity, _, secret = decoded.partition(":")
        client = self.clients.get(identity)
        return client if client is not None and client.secret == secret else None

    def token(self, request: Request) -> Response:
        form = request.form()
        client = self.client_of(request, form)
        if client is None:
            return pair_error("invalid_client", status=401)
        if form.get("grant_type") == "authorization_code":
            answer = self._exchange(client, form)
        elif form.get("grant_type") == "refresh_token":
            answer = self._refresh(client, form)
        elif form.get("grant_type"):
            return pair_error("unsupported_grant_type")
        else:
            return pair_error("invalid_request")
        if isinstance(answer, Response):
            return answer
        if request.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true":
            grant = self.refresh[answer["refresh_token"]]
            answer["x_refresh_token_hard_expires_in"] = self._hard_seconds(grant)
        return json_response(answer, headers={"cache-control": "no-store"})

    def _exchange(self, client: Client, form: dict[str, str]) -> dict[str, Any] | Response:
        if not form.get("code") or not form.get("redirect_uri"):
            return pair_error("invalid_request")
        code = self.codes.get(form["code"])
        if code is None or code.grant.client_id != client.id:
            return pair_error("invalid_grant", "Invalid authorization code")
        if code.spent:
            self.revoke_grant(code.grant)
            return pair_error("invalid_grant", "Invalid authorization code")
        age = (self.now() - code.issued).total_seconds()
        late = age > float(self.switches()["intuit_authorization_code_seconds"])
        if late or code.redirect_uri != form["redirect_uri"]:
            return pair_error("invalid_grant", "Invalid authorization code")
        code.spent = True
        self.grants.append(code.grant)
        answer = self._issue(code.grant)
        if "openid" in code.grant.scopes:
            answer["id_token"] = self._id_token(code.grant)
        return answer

    def _refresh(self, client: Client, form: dict[str, str]) -> dict[str, Any] | Response:
        sent = form.get("refresh_token")
        if not sent:
            return pair_error("invalid_request")
        grant = self.refresh.get(sent)
        if grant is None or grant.revoked or grant.client_id != client.id:
            return pair_error("invalid_grant", INVALID_REFRESH)
        now = self.now()
        if sent != grant.refresh_token:
            if self.switches()["concurrent_refresh"] == "kills":
                self.revoke_grant(grant)
                return pair_error("invalid_grant", INVALID_REFRESH)
            if now >= grant.replaced[sent]:
                return pair_error("invalid_grant", INVALID_REFRESH)
        if now >= self._dies(grant):
            return pair_error("invalid_grant", INVALID_REFRESH)
        return self._issue(grant)

    def _issue(self, grant: Grant) -> dict[str, Any]:
        now = self.now()
        switches = self.switches()
        rotation = timedelta(hours=float(switches["refresh_rotation_hours"]))
        if grant.refresh_issued is None or now - grant.refresh_issued >= rotation:
            if grant.refresh_token:
                grace = timedelta(hours=float(switches["refresh_grace_hours"]))
                grant.replaced[grant.refresh_token] = now + grace
            grant.refresh_token = self._value("AB11", 50)
            grant.refresh_issued = now
            self.refresh[grant.refresh_token] = grant
        grant.used = now
        seconds = int(switches["intuit_access_token_seconds"])
        token = self._value("eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0..", 900)
        self.access[token] = (grant, now + timedelta(seconds=seconds))
        return {
            "token_type": "bearer",
            "access_token": token,
            "expires_in": seconds,
            "refresh_token": grant.refresh_token,
            "x_refresh_token_expires_in": round((self._dies(grant) - now).total_seconds()),
        }

    def _dies(self, grant: Grant) -> datetime:
        """Idle expiry from the last use, but never past the hard cap."""
        days = float(self.switches()["refresh_token_days"])
        idle = (grant.used or grant.consented) + timedelta(days=days)
        cap = grant.consented + timedelta(days=float(self.switches()["refresh_hard_cap_days"]))
        return min(idle, cap)

    def _hard_seconds(self, grant: Grant) -> int:
        cap = timedelta(days=float(self.switches()["refresh_hard_cap_days"]))
        left: timedelta = grant.consented + cap - self.now()
        return round(left.total_seconds())

    # -- use and end

    def holder(self, token: str) -> tuple[Grant | None, str]:
        """The grant behind an access token, or None with the vendor's detail text."""
        if len(token) < 20 or len(token) > 4096:
            return None, "Malformed bearer token: too short or too long"
        found = self.access.get(token)
        if found is None or found[0].revoked or self.now() >= found[1]:
            return None, f"Token expired: {token[:4]}"
        return found[0], ""

    def revoke_grant(self, grant: Grant) -> None:
        grant.revoked = True

    def revoke(self, request: Request) -> Response:
        if self.client_of(request, {}) is None:
            return pair_error("invalid_client", status=401)
        try:
            body = request.json() if request.content_type == "application/json" else request.form()
        except BadJson:
            return pair_error("invalid_request")
        token = body.get("token", "") if isinstance(body, dict) else ""
        grant = self.refresh.get(token) or self.access.get(token, (None,))[0]
        if grant is None or grant.revoked:
            return pair_error("invalid_request", "The token is invalid or already revoked")
        self.revoke_grant(grant)
        return Response(200, b"")

    def disconnect(self, realm: str) -> int:
        """As when the user disconnects the app inside QuickBooks: every grant of the realm ends."""
        ended = [grant for grant in self.grants if grant.realm == realm and not grant.revoked]
        for grant in ended:
            self.revoke_grant(grant)
        return len(ended)

    def _id_token(self, grant: Grant) -> str:
        now = int(self.now().timestamp())
        claims = {
            "sub": USER["sub"],
            "aud": [grant.client_id],
            "realmid": grant.realm,
            "auth_time": now,
            "iss": self.issuer,
            "exp": now + 3600,
            "iat": now,
        }
        return signed(json.dumps(claims).encode())

    issuer = "https://oauth.platform.intuit.com/op/v1"
