"""Errors of the API as ``application/problem+json`` (RFC 9457), with sentences of the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import JsonResponse

from integration import messages

MEDIA_TYPE = "application/problem+json"


def document(
    status: int,
    code: str,
    *,
    trace: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    **parameters: Any,
) -> dict[str, Any]:
    """``type``, ``title``, ``status``, ``detail``, ``code``, ``trace`` and ``errors``.

    Each of ``errors`` has ``field`` (a path such as ``lines.0.quantity``) and ``detail``.
    """
    message = messages.message(code, trace=trace, **parameters)
    found: dict[str, Any] = {
        "type": f"/api/docs#{code}",
        "title": message.title,
        "status": status,
        "detail": message.sentence,
        "code": code,
    }
    if trace:
        found["trace"] = trace
    if errors:
        found["errors"] = list(errors)
    return found


def problem(status: int, code: str, **parameters: Any) -> JsonResponse:
    """The same as an answer, for places without Django REST framework."""
    found = document(status, code, **parameters)
    return JsonResponse(found, status=status, content_type=MEDIA_TYPE)
