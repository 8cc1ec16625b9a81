"""Every body QuickBooks is known to refuse with, and what it means (quickbooks.md 1.3, 3.1)."""

import json
from typing import Any

import pytest

from integration.gateways import quickbooks_faults
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

LOWER = (
    '{"warnings":null,"intuitObject":null,"fault":{"error":[%s],"type":"%s"},"time":1633520295688}'
)
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><IntuitResponse time="2026-11-23T05:00:00.000-08:00" '
    'xmlns="http://schema.intuit.com/finance/v3"><Fault type="{type}"><Error code="{code}">'
    "<Message>{message}</Message><Detail>{detail}</Detail></Error></Fault></IntuitResponse>"
)


def upper(
    code: str, message: str, detail: str = "", element: str | None = None, **more: Any
) -> bytes:
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    fault = {"Error": [error], "type": "ValidationFault", **more}
    return json.dumps({"Fault": fault, "time": "2026-11-23T05:00:00.000-08:00"}).encode()


def lower(code: str, message: str, detail: str, kind: str) -> bytes:
    error = json.dumps({"message": message, "detail": detail, "code": code, "element": None})
    return (LOWER % (error, kind)).encode()


def read(status: int, body: bytes) -> GatewayError:
    return quickbooks_faults.from_body(status, {}, body, trace_id="1-tid")


STALE = (
    "Stale Object Error : You and root were working on this at the same time. root finished "
    "before you did, so your work was not saved."
)
CASES = [
    (400, upper("610", "Object Not Found"), NotFound, "610"),
    (400, upper("2010", "invalid property", "Property Name:Foo specified is unsupported"), Rejected, "2010"),
    (400, upper("2020", "Required param missing", "Required parameter Line", "Line"), Rejected, "2020"),
    (400, upper("2050", "Length exceeds limit"), Rejected, "2050"),
    (400, upper("2170", "Invalid Enumeration"), Rejected, "2170"),
    (400, upper("2500", "Invalid Reference Id", "Names element id 75 not found"), Rejected, "2500"),
    (400, upper("4000", "Error parsing query"), Rejected, "4000"),
    (400, upper("4001", "Invalid query"), Rejected, "4001"),
    (400, upper("5010", "Stale Object Error", STALE), Conflict, "5010"),
    (400, upper("5010", "Account Period Closed", "The books are closed"), AccountBlocked, "closed_period"),
    (400, upper("5010", "Objet obsolète", "Vous et root travailliez dessus"), Conflict, "5010"),
    (400, upper("5020", "Permission denied"), AccountBlocked, "5020"),
    (400, upper("6000", "A business validation error"), Rejected, "6000"),
    (400, upper("6070", "Amount calculation incorrect", "", "Line.Amount"), Rejected, "6070"),
    (400, upper("6190", "Invalid Company Status"), AccountBlocked, "6190"),
    (400, upper("6210", "Account Period Closed"), AccountBlocked, "6210"),
    (400, upper("6540", "Deposited Transaction cannot be changed"), Rejected, "6540"),
    (400, lower("", "errorCode=007001; Subscription lapsed", "", "SERVICE"), AccountBlocked, "7001"),
    (401, upper("120", "AuthorizationFailure", type="AuthorizatonFault"), NeedsReconnect, "120"),
    (401, lower("3200", "message=AuthenticationFailed; errorCode=003200", "Token expired", "AUTHENTICATION"),
     NeedsReconnect, "3200"),
    (401, XML.format(type="AUTHENTICATION", code="100", message="General Authentication Error",
                     detail="SRV-110").encode(), NeedsReconnect, "100"),
    (401, XML.format(type="AUTHENTICATION", code="130", message="Wrong Cluster", detail="").encode(),
     NeedsReconnect, "130"),
    (403, lower("3100", "message=ApplicationAuthorizationFailed; errorCode=003100", "", "SERVICE"),
     AccountBlocked, "3100"),
    (429, upper("3001", "message=ThrottleExceeded; errorCode=003001; statusCode=429"), RateLimited, "3001"),
    (429, lower("003001", "ThrottleExceeded", "The request limit was reached.", "SERVICE"), RateLimited, "3001"),
    (429, XML.format(type="SERVICE", code="003001", message="ThrottleExceeded", detail="").encode(),
     RateLimited, "3001"),
    (429, b"", RateLimited, "http_429"),
    (429, b"<html>Too many</html>", RateLimited, "http_429"),
    (429, upper("3001", "Usage", "The monthly quota of this app is used up"), QuotaExhausted, "3001"),
    (500, upper("10000", "An application error has occurred", type="SystemFault"), Unavailable, "10000"),
    (500, b"", Unavailable, "http_500"),
    (502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", Unavailable, "http_502"),
    (503, b"{half", Unavailable, "http_503"),
    (504, b"null", Unavailable, "http_504"),
    (401, b"", NeedsReconnect, "http_401"),
    (403, b"<html/>", AccountBlocked, "http_403"),
    (404, b"<html/>", NotFound, "http_404"),
    (413, b"", Rejected, "http_413"),
    (400, b"[]", Rejected, "http_400"),
    (400, b'{"Fault":{"Error":[],"type":"x"}}', Rejected, "http_400"),
    (400, b'{"Fault":{"Error":null}}', Rejected, "http_400"),
    (400, b'{"Fault":"text"}', Rejected, "http_400"),
    (400, b'{"error":"invalid_grant","error_description":"Incorrect or invalid refresh token"}',
     NeedsReconnect, "invalid_grant"),
    (400, b'{"error":"invalid_grant"}', NeedsReconnect, "invalid_grant"),
    (401, b'{"error":"invalid_client"}', AccountBlocked, "invalid_client"),
    (400, b'{"error":"invalid_request"}', Rejected, "invalid_request"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "code"), CASES)
def test_qbo_rule_08_every_body_becomes_its_class(
    status: int, body: bytes, kind: type[GatewayError], code: str
) -> None:
    error = read(status, body)
    assert (type(error), error.code) == (kind, f"quickbooks.{code}")
    assert (error.vendor, error.status, error.trace_id) == ("quickbooks", status, "1-tid")


def test_f13_a_throttle_without_a_header_waits_a_minute() -> None:
    assert read(429, b"").retry_after == 60.0
    assert read(500, b"").retry_after is None


@pytest.mark.parametrize(
    ("code", "detail", "existing"),
    [
        ("6140", "Duplicate Document Number Error : … DocNumber=1037 is assigned to TxnType=Invoice "
         "with TxnId=130", "130"),
        ("6140", "Numéro de document en double. DocNumber=12 TxnType=Facture TxnId=77", "77"),
        ("6240", "The name supplied already exists. : Id=123", "123"),
        ("6240", "Another customer, vendor or employee is already using this name.", None),
    ],
)  # fmt: skip
def test_qbo_rule_16_conflicts_name_the_record_in_the_way(
    code: str, detail: str, existing: str | None
) -> None:
    error = read(400, upper(code, "Duplicate", detail))
    assert isinstance(error, Conflict)
    assert error.parameters.get("existing_id") == existing
    assert error.parameters["detail"] == detail


def test_b08_parameters_say_field_and_number_of_further_errors() -> None:
    errors = [
        {"Message": "Required", "Detail": "Line is missing", "code": "2020", "element": "Line"},
        {"Message": "Required", "Detail": "CustomerRef is missing", "code": "2020"},
    ]
    error = read(400, json.dumps({"Fault": {"Error": errors}}).encode())
    assert error.parameters["field"] == "Line"
    assert error.parameters["more"] == "1"


def test_f32_a_single_error_needs_no_list() -> None:
    body = b'{"Fault":{"Error":{"Message":"m","Detail":"d","code":610}}}'
    assert isinstance(read(400, body), NotFound)


def test_c05_the_text_of_an_error_carries_no_vendor_text() -> None:
    error = read(400, upper("6240", "Duplicate", "The name Amy Lauterbach already exists. : Id=1"))
    assert str(error) == "quickbooks.6240 (trace 1-tid)"
    assert "Amy" not in repr(error)
