"""What HubSpot's refusals mean (hubspot.md 1, 2, 8; reliability.md A.3). Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NeedsReconnect,
    NotFound,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from integration.gateways.fields import as_list, as_text, either

VENDOR = "hubspot"
WINDOW_SECONDS = 10.0
SEARCH_SECONDS = 1.0
LOCK_SECONDS = 2.0

BY_STATUS: dict[int, type[GatewayError]] = {
    401: NeedsReconnect,
    403: AccountBlocked,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: NotFound,
    423: Unavailable,
    429: RateLimited,
    477: Unavailable,
}
BY_NAME: dict[str, type[GatewayError]] = {
    "BAD_REFRESH_TOKEN": NeedsReconnect,
    "EXPIRED_AUTHENTICATION": NeedsReconnect,
    "INVALID_AUTHENTICATION": NeedsReconnect,
    "MISSING_SCOPES": AccountBlocked,
    "CONFLICT": Conflict,
    "OBJECT_NOT_FOUND": NotFound,
    "RATE_LIMITS": RateLimited,
    "RATE_LIMIT": RateLimited,
    "invalid_client": AccountBlocked,
    "unauthorized_client": AccountBlocked,
    "BAD_CLIENT_ID": AccountBlocked,
    "BAD_CLIENT_SECRET": AccountBlocked,
}
EXISTING = re.compile(r"[Ee]xisting (?:ID|id):\s*(\d+)")
ALREADY = re.compile(r"already (?:has|exists|in use|taken)", re.IGNORECASE)
PROPERTY_LIST = re.compile(r"Property values were not valid:\s*(\[.*\])", re.DOTALL)


def from_body(
    status: int, headers: Mapping[str, str], body: bytes, *, trace_id: str = ""
) -> GatewayError:
    """The error for an answer that is not a success: JSON, HTML or empty."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = {}
    return from_content(status, content if isinstance(content, dict) else {}, trace_id=trace_id)


def from_content(status: int, content: Mapping[str, Any], *, trace_id: str = "") -> GatewayError:
    """One error envelope: of a whole answer, or one entry of a multi-status ``errors`` list."""
    parameters = _parameters(content)
    name = _name(content, status, parameters)
    kind = _class_of(name, status, content, parameters)
    return kind(
        f"{VENDOR}.{name}",
        vendor=VENDOR,
        status=status,
        trace_id=trace_id or as_text(either(content, "correlationId", "requestId")),
        parameters=parameters,
        retry_after=_wait(kind, status, content),
    )


def _name(content: Mapping[str, Any], status: int, parameters: dict[str, str]) -> str:
    """The most telling name in the envelope; ``http_502`` when it has none."""
    state = as_text(either(content, "status"))
    named = as_text(either(content, "category", "errorType"))
    if as_text(either(content, "policyName")).upper() == "DAILY":
        return "daily_limit"
    if parameters.get("property_error"):
        return parameters.pop("property_error")
    if named:
        return named
    if state.isupper():  # the token endpoint: {"status": "BAD_REFRESH_TOKEN", "error": …}
        return state
    return as_text(either(content, "error")) or f"http_{status}"


def _class_of(
    name: str, status: int, content: Mapping[str, Any], parameters: dict[str, str]
) -> type[GatewayError]:
    if name == "daily_limit":
        return QuotaExhausted
    if status >= 500:
        return Unavailable
    if name in BY_NAME:
        return BY_NAME[name]
    if as_text(either(content, "error")) == "invalid_grant" and "AUTH_CODE" not in name:
        return NeedsReconnect
    if status in BY_STATUS:
        return BY_STATUS[status]
    if parameters.get("existing_id") or ALREADY.search(parameters.get("detail", "")):
        return Conflict
    return Rejected


def _wait(kind: type[GatewayError], status: int, content: Mapping[str, Any]) -> float | None:
    if status == 423:
        return LOCK_SECONDS
    if kind is not RateLimited:
        return None
    policy = as_text(either(content, "policyName")).upper()
    message = as_text(either(content, "message")).lower()
    if policy == "SECONDLY" or " secondly limit" in message:
        return SEARCH_SECONDS
    return WINDOW_SECONDS


def _parameters(content: Mapping[str, Any]) -> dict[str, str]:
    message = as_text(either(content, "message", "error_description"), 3000)
    found = _property_error(message) or _first_error(content)
    existing = EXISTING.search(message)
    found.setdefault("detail", message[:500])
    found["existing_id"] = existing[1] if existing else ""
    scopes = " ".join(_scopes(content))
    if scopes:
        found["scopes"] = found["detail"] = scopes
    return {name: value for name, value in found.items() if value}


def _property_error(message: str) -> dict[str, str]:
    """``Property values were not valid: [{"name": …, "error": …, "message": …}]``."""
    listed = PROPERTY_LIST.search(message)
    if not listed:
        return {}
    try:
        errors = json.loads(listed[1])
    except (ValueError, RecursionError):
        return {}
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    return {
        "property_error": as_text(either(first, "error")),
        "field": as_text(either(first, "name")),
        "detail": as_text(either(first, "message")),
        "more": str(len(errors) - 1) if len(errors) > 1 else "",
    }


def _first_error(content: Mapping[str, Any]) -> dict[str, str]:
    """``errors: [{"message", "code", "context": {"propertyName": ["x"]}}]``."""
    errors = [one for one in as_list(either(content, "errors")) if isinstance(one, Mapping)]
    if not errors:
        return {}
    first = errors[0]
    names = as_list(either(either(first, "context"), "propertyName", "properties"))
    detail = as_text(either(first, "message"))
    return {
        "property_error": as_text(either(first, "code")) if names else "",
        "field": as_text(names[0]) if names else as_text(either(first, "in")),
        **({"detail": detail} if detail else {}),
        "more": str(len(errors) - 1) if len(errors) > 1 else "",
    }


def _scopes(content: Mapping[str, Any]) -> list[str]:
    scopes: list[str] = []
    for error in as_list(either(content, "errors")):
        context = either(error, "context")
        named = either(context, "requiredScopes", "requiredGranularScopes")
        scopes += [as_text(scope) for scope in as_list(named)]
    return scopes
