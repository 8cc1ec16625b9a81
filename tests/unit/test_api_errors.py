"""B-08, B-30: whatever is raised below an endpoint becomes a problem with a code."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from integration.access.actors import Forbidden
from integration.access.rights import WORDS, Right
from integration.api.errors import ApiProblem, answer
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

CONTEXT = {"request": SimpleNamespace(trace_id="t1", method="PUT")}


def said(error: Exception) -> Any:
    found = answer(error, CONTEXT)
    assert found is not None
    assert found.data["trace"] == "t1"
    assert found.content_type == "application/problem+json"
    return found


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "generic.not_found"),
        (PermissionDenied(), 403, "generic.forbidden"),
        (Forbidden(right=WORDS[Right.SEND]), 403, "access.forbidden"),
        (exceptions.NotAuthenticated(), 401, "access.sign_in"),
        (exceptions.MethodNotAllowed("PUT"), 405, "api.method"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "api.media_type"),
        (exceptions.ParseError(), 400, "api.unreadable"),
        (exceptions.Throttled(wait=7), 429, "generic.too_many"),
        (ApiProblem("api.cursor", status=409), 409, "api.cursor"),
    ],
)
def test_every_refusal_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    found = said(error)
    assert (found.status_code, found.data["status"], found.data["code"]) == (status, status, code)
    assert "%" not in found.data["detail"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Unavailable, 503), (RateLimited, 503), (QuotaExhausted, 503), (NeedsReconnect, 424),
        (AccountBlocked, 424), (Conflict, 409), (NotFound, 404), (Rejected, 422),
    ],
)  # fmt: skip
def test_a_vendors_trouble_keeps_its_code_and_trace(kind: type[GatewayError], status: int) -> None:
    error = kind(
        "quickbooks.6240", vendor="quickbooks", parameters={"value": "Amy"}, trace_id="tid"
    )
    found = said(error)
    assert (found.status_code, found.data["vendor_trace"]) == (status, "tid")
    assert "Amy" in found.data["detail"]
    assert ("Retry-After" in found) == (status == 503)


def test_nested_errors_name_their_field_by_path() -> None:
    error = exceptions.ValidationError(
        {
            "lines": [{}, {"quantity": ["Too small."]}],
            "due_date": ["No date."],
            "non_field_errors": ["Neither."],
        }
    )
    assert said(error).data["errors"] == [
        {"field": "lines.1.quantity", "detail": "Too small."},
        {"field": "due_date", "detail": "No date."},
        {"field": "", "detail": "Neither."},
    ]


def test_an_error_of_our_own_is_left_to_the_500_page() -> None:
    assert answer(ZeroDivisionError("inside"), CONTEXT) is None
