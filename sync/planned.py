"""Lines of a dry run: what a record would look like after all of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sync.reconcile import same_property

PLANNED, LINKED, SKIPPED = "planned", "linked", "skipped"
"""The values of ``sync.dry_run_models.PlannedOutcome``."""
LINK = "link_record"
WHOLE = frozenset(
    {"upsert_hubspot_invoice", "write_deal_properties", "write_contact", "write_company",
     "write_product", "mark_paid_deal"}
)  # fmt: skip
"""Operations whose values are an object's properties: two of them are one change."""
NEW = "new"


@dataclass(frozen=True, slots=True)
class Line:
    operation: str
    subject_kind: str
    subject_id: str
    label: str
    outcome: str
    reason: str = ""
    reason_parameters: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def outcome_of(operation: str, *, is_skipped: bool) -> str:
    if is_skipped:
        return SKIPPED
    return LINKED if operation == LINK else PLANNED


def without_made_up(values: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Ids that no object has yet read ``new``."""
    return {
        name: NEW if isinstance(value, str) and value.startswith(mark) else value
        for name, value in values.items()
    }


def merged(lines: Iterable[Line]) -> list[Line]:
    """One line for each object and kind of write, from its first value to its last.

    A property that ends as it began is left out; skipped lines and associations stay as they are.
    """
    found: list[Line] = []
    places: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.operation, line.subject_kind, line.subject_id)
        if line.outcome != PLANNED or line.operation not in WHOLE:
            found.append(line)
        elif key in places:
            found[places[key]] = _together(found[places[key]], line)
        else:
            places[key] = len(found)
            found.append(line)
    return found


def _together(first: Line, second: Line) -> Line:
    before = {**second.before, **first.before}
    after = {**first.after, **second.after}
    idle = {
        name
        for name in before
        if name in after and same_property(name, _text(before[name]), _text(after[name]))
    }
    return replace(
        first,
        before={name: value for name, value in before.items() if name not in idle},
        after={name: value for name, value in after.items() if name not in idle},
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
