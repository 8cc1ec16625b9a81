"""HubSpot's error envelope, and the refusals that several endpoints share."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class HubSpotError(Exception):
    """Becomes the JSON envelope; ``category`` is what clients should look at."""

    status: int
    message: str
    category: str = "VALIDATION_ERROR"
    errors: list[dict[str, Any]] = field(default_factory=list)
    context: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self, correlation_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": correlation_id,
        }
        if self.category:
            answer["category"] = self.category
        for name in ("errors", "context", "links"):
            if getattr(self, name):
                answer[name] = getattr(self, name)
        return {**answer, **self.extra}

    def entry(self) -> dict[str, Any]:
        """The same failure as one line of a multi-status answer."""
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": dict(self.context),
        }


def invalid(message: str, **context: list[str]) -> HubSpotError:
    return HubSpotError(400, message, context=context)


def not_found(message: str = "resource not found") -> HubSpotError:
    return HubSpotError(404, message, "OBJECT_NOT_FOUND")


def conflict(message: str) -> HubSpotError:
    return HubSpotError(409, message, "CONFLICT")


def unknown_object_type(name: str) -> HubSpotError:
    return invalid(f"Unable to infer object type from: {name}")


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One refused property value; ``code`` as HubSpot spells it, e.g. ``INVALID_OPTION``."""

    name: str
    code: str
    message: str


def invalid_values(problems: list[ValueProblem], portal_id: int) -> HubSpotError:
    """400 whose message carries the problems once more as JSON text, as HubSpot's does."""
    listed = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            "portalId": portal_id,
        }
        for problem in problems
    ]
    return HubSpotError(
        400,
        "Property values were not valid: " + json.dumps(listed, separators=(",", ":")),
        errors=[
            {
                "message": problem.message,
                "code": problem.code,
                "context": {"propertyName": [problem.name]},
            }
            for problem in problems
        ],
    )


def missing_scopes(scopes: list[str]) -> HubSpotError:
    page = "https://developers.hubspot.com/scopes"
    return HubSpotError(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {page}.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredScopes": scopes},
            }
        ],
        links={"scopes": page},
    )
