"""The OpenAPI document of ``/api/v1/`` (B-30): how to sign in, and how errors look."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from integration.api.problems import MEDIA_TYPE

PROBLEM = "Problem"
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem document.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "Address of what the code means."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, why, and what to do."},
        "code": {
            "type": "string",
            "description": "Stable; branch on this.",
            "example": "net.timeout",
        },
        "trace": {"type": "string", "description": "Number of this request in our logs."},
        "vendor_trace": {"type": "string", "description": "Number of the vendor's answer."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": {"type": "string", "example": "lines.0.quantity"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
LIMIT_HEADERS: dict[str, Any] = {
    "RateLimit-Limit": "Calls a minute for this token.",
    "RateLimit-Remaining": "Calls left in this minute.",
    "RateLimit-Reset": "Seconds until the next minute starts.",
}
METHODS = ("get", "post", "put", "patch", "delete")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "integration.api.base.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token of a person in one portal: `dbk_….secret`.",
        }


def describe_answers(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Post-processing hook: every operation may answer a problem, and says what is left to call."""
    result.setdefault("components", {}).setdefault("schemas", {})[PROBLEM] = PROBLEM_SCHEMA
    problem = {
        "description": "A problem; `code` says which.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}}},
    }
    headers = {
        name: {"description": text, "schema": {"type": "integer"}}
        for name, text in LIMIT_HEADERS.items()
    }
    for path in result.get("paths", {}).values():
        for method in METHODS:
            if method in path:
                answers = path[method].setdefault("responses", {})
                for status, answer in answers.items():
                    if status.startswith("2"):
                        answer.setdefault("headers", {}).update(headers)
                answers.setdefault("default", problem)
    return result
