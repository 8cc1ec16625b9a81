"""How an operation ended, and what that means for the record it was about."""

from dataclasses import dataclass, field
from enum import StrEnum

from integration.gateways.errors import GatewayError
from integration.records.hubspot import WriteResult
from sync.operations import Operation


class Ending(StrEnum):
    """The values of ``sync.models.EntryOutcome``."""

    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"


GONE = frozenset({"hubspot.OBJECT_NOT_FOUND", "hubspot.http_404", "hubspot.http_410"})
PASSING = frozenset(
    {
        "hubspot.RATE_LIMIT",
        "hubspot.RATE_LIMITS",
        "hubspot.daily_limit",
        "hubspot.http_408",
        "hubspot.http_423",
        "hubspot.http_429",
        "hubspot.http_477",
        "quickbooks.5010",
    }
)
"""Refusals that pass by themselves; every other one needs somebody."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``object_id`` is HubSpot's id of what was written; ``content_hash`` of what was sent.

    ``created``: HubSpot had no such object before. ``made_anew``: HubSpot had lost the object, so everything tied to it must be tied again.
    """

    operation: Operation
    ending: Ending
    object_id: str = ""
    content_hash: str = ""
    reason: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    trace_id: str = ""
    made_anew: bool = False
    created: bool = False
    from_id: str = ""
    """Of an association: HubSpot's id of the object that was tied."""

    @property
    def ok(self) -> bool:
        return self.ending is Ending.SUCCEEDED

    @property
    def is_gone(self) -> bool:
        """HubSpot no longer has the object that was to be written, or one it was tied to."""
        return self.reason in GONE

    @property
    def passes(self) -> bool:
        """The same request may work later without anybody acting."""
        return passes(self.reason)


def passes(reason: str) -> bool:
    return reason.startswith(("net.", "hubspot.http_5")) or reason in PASSING


def of_result(operation: Operation, result: WriteResult, content_hash: str = "") -> Outcome:
    if result.error is None:
        return Outcome(operation, Ending.SUCCEEDED, result.id, content_hash)
    code, detail = result.error
    return Outcome(
        operation,
        Ending.WAITING if passes(code) else Ending.FAILED,
        reason=code,
        parameters={"detail": detail, **result.parameters, "vendor": "hubspot"},
        trace_id=result.trace_id,
    )


def of_error(operation: Operation, error: GatewayError) -> Outcome:
    return Outcome(
        operation,
        Ending.WAITING if passes(error.code) else Ending.FAILED,
        reason=error.code,
        parameters={**error.parameters, "vendor": error.vendor},
        trace_id=error.trace_id,
    )
