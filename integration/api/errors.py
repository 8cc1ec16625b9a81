"""Every error of the API becomes a problem document with a code of the catalogue (control 28)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from integration.access.actors import Forbidden
from integration.api.problems import MEDIA_TYPE, document
from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NeedsReconnect,
    NotFound,
    Rejected,
)
from integration.texts.general import STATUS_CODES

# The vendor's trouble as ours: what is not listed is "not available right now" (503).
GATEWAY_STATUS: dict[type[GatewayError], int] = {
    NeedsReconnect: 424,
    AccountBlocked: 424,
    Conflict: 409,
    NotFound: 404,
    Rejected: 422,
}
RETRY_SECONDS = 30


class ApiProblem(Exception):
    """A refusal with a code of the catalogue: ``raise ApiProblem("draft.expired", status=409)``.

    ``facts`` are further members of the problem document.
    """

    def __init__(
        self,
        code: str,
        *,
        status: int = 400,
        errors: list[dict[str, str]] | None = None,
        facts: Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.errors = errors or []
        self.facts = facts or {}
        self.parameters = parameters


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None, for an error of our own, becomes the 500 page's document."""
    found = _document(error, context)
    if found is None:
        return None
    request = context["request"]
    found["trace"] = getattr(request, "trace_id", "")
    response = Response(found, status=found["status"], content_type=MEDIA_TYPE)
    for name, value in _headers(error).items():
        response[name] = value
    return response


def _document(error: Exception, context: Mapping[str, Any]) -> dict[str, Any] | None:
    if isinstance(error, ApiProblem):
        found = document(error.status, error.code, errors=error.errors, **error.parameters)
        return {**error.facts, **found}
    if isinstance(error, Forbidden):
        return document(403, error.code, **error.parameters)
    if isinstance(error, Http404 | exceptions.NotFound):
        return document(404, STATUS_CODES[404])
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return document(403, STATUS_CODES[403])
    if isinstance(error, GatewayError):
        return _of_gateway(error)
    if isinstance(error, exceptions.ValidationError):
        return document(400, "api.invalid", errors=list(_fields(error.detail)))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error, context)
    return None


def _of_gateway(error: GatewayError) -> dict[str, Any]:
    code = GATEWAY_STATUS.get(type(error), status.HTTP_503_SERVICE_UNAVAILABLE)
    found = document(code, error.code, **{**error.parameters, "vendor": error.vendor})
    if error.trace_id:
        found["vendor_trace"] = error.trace_id
    return found


def _of_framework(error: exceptions.APIException, context: Mapping[str, Any]) -> dict[str, Any]:
    number = error.status_code
    if isinstance(error, exceptions.ParseError):
        return document(number, "api.unreadable")
    code = getattr(error, "message_code", STATUS_CODES.get(number, STATUS_CODES[400]))
    wait = getattr(error, "wait", None)
    return document(number, code, method=context["request"].method, seconds=int(wait or 1))


def _fields(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors as a flat list with paths such as ``lines.0.quantity``."""
    if isinstance(detail, Mapping):
        for name, part in detail.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _fields(part, here)
    elif isinstance(detail, list):
        for place, part in enumerate(detail):
            is_nested = isinstance(part, Mapping | list)
            yield from _fields(part, f"{path}.{place}".lstrip(".") if is_nested else path)
    else:
        yield {"field": path, "detail": str(detail)}


def _headers(error: Exception) -> dict[str, str]:
    found: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        found["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    wait = getattr(error, "wait", None) or getattr(error, "retry_after", None)
    if wait:
        found["Retry-After"] = str(int(wait) or 1)
    elif isinstance(error, GatewayError) and type(error) not in GATEWAY_STATUS:
        found["Retry-After"] = str(RETRY_SECONDS)
    return found
