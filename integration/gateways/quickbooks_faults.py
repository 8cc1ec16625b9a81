"""What QuickBooks' refusals mean (quickbooks.md 1.3, 3.1; reliability.md A.3).

Pure. Codes decide, never texts, because texts come in the company's language; the one exception
is 5010, which has two meanings.
"""

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

VENDOR = "quickbooks"
THROTTLE_SECONDS = 60.0
"""Intuit's advice after a 429 without Retry-After."""

CLASSES: dict[int, type[GatewayError]] = {
    **dict.fromkeys((100, 120, 130, 270, 3200, 3201), NeedsReconnect),
    **dict.fromkeys((3100, 5020, 5030, 6190, 6210, 7001), AccountBlocked),
    **dict.fromkeys((600, 5010, 6140, 6240), Conflict),
    **dict.fromkeys((3001,), RateLimited),
    **dict.fromkeys((610,), NotFound),
}
OAUTH_CLASSES: dict[str, type[GatewayError]] = {
    "invalid_grant": NeedsReconnect,
    "invalid_client": AccountBlocked,
    "unauthorized_client": AccountBlocked,
    "temporarily_unavailable": Unavailable,
    "server_error": Unavailable,
}
EXISTING = re.compile(r"(?:TxnId|\bId)\s*=\s*(\d+)")
ERROR_CODE = re.compile(r"errorCode=0*(\d+)")
UNSUPPORTED = re.compile(r"Property Name:\s*(\S+)")
CLOSED_WORDS = ("closed", "closing", "period")
STALE_WORDS = ("stale", "same time")
QUOTA_WORDS = ("quota", "monthly", "allowance", "usage limit")


def from_body(
    status: int, headers: Mapping[str, str], body: bytes, *, trace_id: str = ""
) -> GatewayError:
    """The error for an answer that is not a success: JSON in either case, XML, HTML or empty."""
    content = _json(body)
    oauth_error = as_text(either(content, "error")) if isinstance(content, dict) else ""
    if oauth_error:
        return _oauth(oauth_error, content, status, trace_id)
    fault = either(content, "Fault", "fault")
    if fault is None and body.lstrip()[:1] == b"<":
        fault = _xml(body)
    if fault is None:
        return _bare(status, body, trace_id)
    return from_fault(fault, status, trace_id=trace_id)


def from_fault(fault: Any, status: int, *, trace_id: str = "") -> GatewayError:
    """One ``Fault``, of a whole answer or of one item of a batch."""
    errors = as_list(either(fault, "Error", "error"))
    first = errors[0] if errors and isinstance(errors[0], Mapping) else {}
    message = as_text(either(first, "Message", "message"))
    detail = as_text(either(first, "Detail", "detail"))
    number = _code(either(first, "code", "Code"), message)
    if number is None:
        return _bare(status, b"", trace_id, detail or message)
    kind = _class_of(number, status, f"{message} {detail}".lower(), as_text(either(fault, "type")))
    name = "closed_period" if kind is AccountBlocked and number == 5010 else str(number)
    return kind(
        f"{VENDOR}.{name}",
        vendor=VENDOR,
        status=status,
        trace_id=trace_id,
        parameters=_parameters(first, message, detail, len(errors)),
        retry_after=THROTTLE_SECONDS if kind is RateLimited else None,
    )


def _class_of(number: int, status: int, words: str, fault_type: str) -> type[GatewayError]:
    if status == 429 or number == 3001:
        return QuotaExhausted if any(word in words for word in QUOTA_WORDS) else RateLimited
    if number == 5010:
        stale = any(word in words for word in STALE_WORDS)
        closed = any(word in words for word in CLOSED_WORDS)
        return AccountBlocked if closed and not stale else Conflict
    if number in CLASSES:
        return CLASSES[number]
    if status == 401 or fault_type.upper() in ("AUTHENTICATION", "AUTHENTICATIONFAULT"):
        return NeedsReconnect
    if status == 403:
        return AccountBlocked
    if status >= 500 or number >= 10000 or fault_type == "SystemFault":
        return Unavailable
    return Rejected


def _parameters(first: Mapping[str, Any], message: str, detail: str, count: int) -> dict[str, str]:
    existing = EXISTING.search(detail)
    unsupported = UNSUPPORTED.search(detail)
    element = as_text(either(first, "element"))
    found = {
        "message": message,
        "detail": detail,
        "element": element,
        "field": element or (unsupported[1] if unsupported else ""),
        "existing_id": existing[1] if existing else "",
        "more": str(count - 1) if count > 1 else "",
    }
    return {name: value for name, value in found.items() if value}


def _code(given: Any, message: str) -> int | None:
    """``5010``, ``"003001"``, or hidden in the text as ``errorCode=003200``."""
    hidden = ERROR_CODE.search(message)
    try:
        return int(str(given).strip())
    except ValueError:
        return int(hidden[1]) if hidden else None


def _oauth(error: str, content: Any, status: int, trace_id: str) -> GatewayError:
    kind = OAUTH_CLASSES.get(error, Unavailable if status >= 500 else Rejected)
    detail = as_text(either(content, "error_description"))
    return kind(
        f"{VENDOR}.{error}",
        vendor=VENDOR,
        status=status,
        trace_id=trace_id,
        parameters={"detail": detail} if detail else {},
    )


def _bare(status: int, body: bytes, trace_id: str, detail: str = "") -> GatewayError:
    """Nothing but a status: an empty body, a proxy's page, or a shape we do not know."""
    kinds: dict[int, type[GatewayError]] = {
        401: NeedsReconnect, 403: AccountBlocked, 404: NotFound, 408: Unavailable,
        409: Conflict, 429: RateLimited,
    }  # fmt: skip
    kind = kinds.get(status, Rejected if 400 <= status < 500 else Unavailable)
    if kind is RateLimited and any(word.encode() in body.lower() for word in QUOTA_WORDS):
        kind = QuotaExhausted
    return kind(
        f"{VENDOR}.http_{status}",
        vendor=VENDOR,
        status=status,
        trace_id=trace_id,
        parameters={"detail": detail} if detail else {},
        retry_after=THROTTLE_SECONDS if kind is RateLimited else None,
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


XML_ERROR = re.compile(rb"<(?:\w+:)?Error\b([^>]*)>(.*?)</(?:\w+:)?Error>", re.DOTALL)
XML_ATTRIBUTE = re.compile(rb"(\w+)\s*=\s*\"([^\"]*)\"")
XML_CHILD = re.compile(rb"<(?:\w+:)?(Message|Detail)>([^<]*)<")


def _xml(body: bytes) -> dict[str, Any] | None:
    """The faults of ``<IntuitResponse><Fault><Error code="…"><Message>…``, in the JSON's shape.

    Read by pattern: a few flat elements do not deserve an XML parser with its entity tricks.
    """
    errors = []
    for attributes, inside in XML_ERROR.findall(body[:100_000]):
        named = dict(XML_ATTRIBUTE.findall(attributes)) | dict(XML_CHILD.findall(inside))
        errors.append(
            {key.decode(): value.decode("utf-8", "replace") for key, value in named.items()}
        )
    return {"Error": errors} if errors else None
