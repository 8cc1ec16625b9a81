"""Every body HubSpot is known to refuse with, and what it means (hubspot.md 1, 2, 8)."""

import json
from typing import Any

import pytest

from integration.gateways import hubspot_faults
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


def body(**members: Any) -> bytes:
    return json.dumps({"status": "error", "correlationId": "c-1", **members}).encode()


def properties(*errors: dict[str, Any]) -> bytes:
    listed = json.dumps([{"isValid": False, **error} for error in errors])
    return body(message=f"Property values were not valid: {listed}", category="VALIDATION_ERROR")


SCOPES = [
    {"message": "One or more scopes", "context": {"requiredScopes": ["crm.objects.invoices.write"]}}
]
TOKEN = {"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}
CASES = [
    (401, body(message="The OAuth token expired", category="EXPIRED_AUTHENTICATION"), NeedsReconnect,
     "EXPIRED_AUTHENTICATION"),
    (401, body(message="not found", category="INVALID_AUTHENTICATION"), NeedsReconnect,
     "INVALID_AUTHENTICATION"),
    (401, b"", NeedsReconnect, "http_401"),
    (403, body(message="scopes", category="MISSING_SCOPES", errors=SCOPES), AccountBlocked, "MISSING_SCOPES"),
    (403, body(message="not allowed", category="FORBIDDEN"), AccountBlocked, "FORBIDDEN"),
    (404, body(message="resource not found", category="OBJECT_NOT_FOUND"), NotFound, "OBJECT_NOT_FOUND"),
    (409, body(message="Contact already exists. Existing ID: 12345", category="CONFLICT"), Conflict, "CONFLICT"),
    (400, body(message="dealbooks_key: another object already has that value", category="VALIDATION_ERROR"),
     Conflict, "VALIDATION_ERROR"),
    (400, properties({"name": "x", "error": "INVALID_OPTION", "message": "not one of"}), Rejected,
     "INVALID_OPTION"),
    (400, properties({"name": "x", "error": "PROPERTY_DOESNT_EXIST", "message": "no"}), Rejected,
     "PROPERTY_DOESNT_EXIST"),
    (400, body(message="Property values were not valid: [half", category="VALIDATION_ERROR"), Rejected,
     "VALIDATION_ERROR"),
    (400, body(message="Unable to infer object type from: x"), Rejected, "http_400"),
    (400, json.dumps({**TOKEN, "error": "invalid_grant"}).encode(), NeedsReconnect, "BAD_REFRESH_TOKEN"),
    (400, json.dumps({"status": "BAD_AUTH_CODE", "error": "invalid_grant"}).encode(), Rejected,
     "BAD_AUTH_CODE"),
    (400, json.dumps({"status": "BAD_CLIENT_SECRET", "error": "invalid_client"}).encode(), AccountBlocked,
     "BAD_CLIENT_SECRET"),
    (400, b'{"error":"invalid_grant"}', NeedsReconnect, "invalid_grant"),
    (423, body(message="locked"), Unavailable, "http_423"),
    (429, body(message="You have reached your ten_secondly_rolling limit.", errorType="RATE_LIMIT",
               policyName="TEN_SECONDLY_ROLLING"), RateLimited, "RATE_LIMIT"),
    (429, body(message="You have reached your daily limit.", errorType="RATE_LIMIT", policyName="DAILY"),
     QuotaExhausted, "daily_limit"),
    (429, body(message="too fast", category="RATE_LIMITS"), RateLimited, "RATE_LIMITS"),
    (429, b"", RateLimited, "http_429"),
    (477, b"", Unavailable, "http_477"),
    (500, body(message="internal error", category="INTERNAL_ERROR"), Unavailable, "INTERNAL_ERROR"),
    (502, b"<html>bad gateway</html>", Unavailable, "http_502"),
    (524, b"", Unavailable, "http_524"),
    (400, b"null", Rejected, "http_400"),
    (400, b'["list"]', Rejected, "http_400"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "content", "kind", "code"), CASES)
def test_hubspot_rule_39_every_body_becomes_its_class(
    status: int, content: bytes, kind: type[GatewayError], code: str
) -> None:
    error = hubspot_faults.from_body(status, {}, content)
    assert (type(error), error.code) == (kind, f"hubspot.{code}")
    assert (error.vendor, error.status) == ("hubspot", status)


def test_hubspot_rule_02_missing_scopes_are_named() -> None:
    content = body(message="m", category="MISSING_SCOPES", errors=SCOPES)
    error = hubspot_faults.from_body(403, {}, content)
    assert error.parameters["scopes"] == "crm.objects.invoices.write"
    assert error.trace_id == "c-1"


def test_hubspot_rule_15_a_duplicate_names_the_existing_contact() -> None:
    content = body(message="Contact already exists. Existing ID: 12345", category="CONFLICT")
    assert hubspot_faults.from_body(409, {}, content).parameters["existing_id"] == "12345"


@pytest.mark.parametrize(
    "content",
    [
        properties({"name": "amount", "error": "INVALID_FLOAT", "message": "not a number"}),
        body(
            message="Property values were wrong",
            category="VALIDATION_ERROR",
            errors=[{"message": "not a number", "code": "INVALID_FLOAT",
                     "context": {"propertyName": ["amount"]}}],
        ),
    ],
)  # fmt: skip
def test_hubspot_rule_14_property_errors_name_field_and_reason(content: bytes) -> None:
    error = hubspot_faults.from_body(400, {}, content)
    assert error.code == "hubspot.INVALID_FLOAT"
    assert error.parameters["field"] == "amount"
    assert error.parameters["detail"] == "not a number"


@pytest.mark.parametrize(
    ("status", "members", "seconds"),
    [
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, 10.0),
        (429, {"message": "You have reached your secondly limit."}, 1.0),
        (429, {"policyName": "SECONDLY"}, 1.0),
        (429, {"message": "You have reached your ten_secondly_rolling limit."}, 10.0),
        (423, {}, 2.0),
        (500, {}, None),
    ],
)
def test_f13_waits_without_a_header(
    status: int, members: dict[str, str], seconds: float | None
) -> None:
    assert hubspot_faults.from_body(status, {}, body(**members)).retry_after == seconds
