"""Token endpoints: exchange, refresh, introspect, revoke, look up, uninstall."""

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from sandbox.core.messages import Request, Response, json_response
from sandbox.hubspot.calls import Call
from sandbox.hubspot.errors import not_found
from sandbox.hubspot.tokens import Grant

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot


class OAuthRefusal(Exception):
    """RFC 6749 ``error`` plus the older ``status`` and ``message`` fields."""

    def __init__(self, error: str, status: str, message: str) -> None:
        super().__init__(message)
        self.error, self.status, self.message = error, status, message


class OAuth:
    def __init__(self, hubspot: "HubSpot") -> None:
        self.hubspot = hubspot

    @property
    def vault(self) -> Any:
        return self.hubspot.vault

    def _guard(self, request: Request, version: str, work: Any) -> Response:
        """Form-encoded bodies only; v1 also takes the query."""
        form = request.form() if request.content_type == "application/x-www-form-urlencoded" else {}
        if version == "v1":
            form = {**request.query, **form}
        try:
            if version != "v1" and request.query:
                raise OAuthRefusal(
                    "invalid_request", "BAD_REQUEST", "parameters belong in the request body"
                )
            if not form:
                raise OAuthRefusal("invalid_request", "BAD_REQUEST", "missing grant type")
            return json_response(work(form), headers={"cache-control": "no-store"})
        except OAuthRefusal as refusal:
            return json_response(
                {
                    "status": refusal.status,
                    "message": refusal.message,
                    "error": refusal.error,
                    "error_description": refusal.message,
                    "correlationId": self.hubspot.new_correlation(),
                },
                400,
            )

    def _client(self, form: dict[str, str]) -> str:
        client = form.get("client_id", "")
        if self.vault.clients.get(client) is None:
            raise OAuthRefusal("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id")
        if self.vault.clients[client] != form.get("client_secret"):
            raise OAuthRefusal(
                "invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret"
            )
        return client

    def token(self, request: Request, version: str = "v1") -> Response:
        return self._guard(request, version, self._exchange)

    def _exchange(self, form: dict[str, str]) -> dict[str, Any]:
        kind = form.get("grant_type", "")
        client = self._client(form)
        if kind == "authorization_code":
            return self._from_code(client, form)
        if kind == "refresh_token":
            return self._from_refresh(client, form)
        raise OAuthRefusal(
            "unsupported_grant_type", "BAD_GRANT_TYPE", f"missing or invalid grant type {kind}"
        )

    def _from_code(self, client: str, form: dict[str, str]) -> dict[str, Any]:
        code = self.vault.codes.get(form.get("code", ""))
        if code is None or code.is_used or code.grant.client_id != client:
            raise OAuthRefusal(
                "invalid_grant", "BAD_AUTH_CODE", "missing or unknown authorization code"
            )
        if code.expires <= self.hubspot.world.clock.now():
            raise OAuthRefusal("invalid_grant", "EXPIRED_AUTH_CODE", "authorization code expired")
        if code.redirect_uri != form.get("redirect_uri"):
            raise OAuthRefusal(
                "invalid_grant",
                "BAD_REDIRECT_URI",
                "redirect_uri does not match the one the code was issued for",
            )
        if code.challenge:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
                raise OAuthRefusal("invalid_grant", "BAD_CODE_VERIFIER", "code_verifier is wrong")
        code.is_used = True
        return self._answer(code.grant, self.vault.issue_refresh(code.grant))

    def _from_refresh(self, client: str, form: dict[str, str]) -> dict[str, Any]:
        given = form.get("refresh_token", "")
        grant = self.vault.refresh.get(given)
        if grant is None or grant.client_id != client or not grant.is_installed:
            raise OAuthRefusal(
                "invalid_grant", "BAD_REFRESH_TOKEN", "missing or invalid refresh token"
            )
        if self.hubspot.world.switches["refresh_token_rotates"]:
            del self.vault.refresh[given]
            given = self.vault.issue_refresh(grant)
        return self._answer(grant, given)

    def _answer(self, grant: Grant, refresh: str) -> dict[str, Any]:
        seconds = int(self.hubspot.world.switches["access_token_seconds"])
        return {
            "token_type": "bearer",
            "access_token": self.vault.issue_access(grant, seconds),
            "refresh_token": refresh,
            "expires_in": seconds,
            "hub_id": grant.portal_id,
            "user_id": grant.user["userId"],
            "scopes": sorted(grant.scopes),
            "token_use": "access_token",
        }

    def describe(self, token: str, hint: str = "") -> dict[str, Any]:
        """Introspection of either kind; ``active`` false and nothing more for dead tokens."""
        refresh = self.vault.refresh.get(token)
        grant, expired = (refresh, None) if refresh else self.vault.grant_of(token)
        if grant is None or expired is not None:
            return {"active": False}
        portal = self.hubspot.portals[grant.portal_id]
        answer = {
            "active": True,
            "app_id": grant.app_id,
            "client_id": grant.client_id,
            "hub_id": grant.portal_id,
            "hub_domain": portal.name,
            "scopes": sorted(grant.scopes),
            "token": token,
            "token_type": "bearer",
            "token_use": "refresh_token" if refresh else "access_token",
            "user": grant.user["email"],
            "user_id": grant.user["userId"],
        }
        if not refresh and token in self.vault.access:
            left = self.vault.access[token][1] - self.hubspot.world.clock.now()
            answer["expires_in"] = int(left.total_seconds())
            answer["is_private_distribution"] = True
        return answer

    def introspect(self, request: Request, version: str = "v1") -> Response:
        def work(form: dict[str, str]) -> dict[str, Any]:
            self._client(form)
            return self.describe(form.get("token", ""), form.get("token_type_hint", ""))

        return self._guard(request, version, work)

    def revoke(self, request: Request, version: str = "v1") -> Response:
        """The refresh token dies; the app stays installed and access tokens live out their time."""

        def work(form: dict[str, str]) -> dict[str, Any]:
            self._client(form)
            self.vault.refresh.pop(form.get("token", ""), None)
            return {}

        return self._guard(request, version, work)

    def look_up(self, request: Request, kind: str, token: str) -> Response:
        """``/oauth/v1/access-tokens/{t}`` and ``/oauth/v1/refresh-tokens/{t}``."""
        if request.method == "DELETE":
            self.vault.refresh.pop(token, None)
            return Response(204)
        found = self.describe(token)
        wanted = "access_token" if kind == "access-tokens" else "refresh_token"
        if not found["active"] or found["token_use"] != wanted:
            body = not_found("token is not valid").body(self.hubspot.new_correlation())
            return json_response(body, 404)
        return json_response(found)

    def uninstall(self, call: Call) -> Response:
        call.need(("oauth",))
        self.vault.uninstall(call.grant)
        call.portal.observe(action="uninstall", type="app", id=str(call.grant.app_id))
        return Response(204)
