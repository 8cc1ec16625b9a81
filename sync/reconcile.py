"""What HubSpot shows against what it should show, property by property. Pure.

HubSpot answers in its own spelling ("100.0", "2026-11-23T00:00:00.000Z", None for empty), so
values are compared by what they mean.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from integration.records.hubspot import Properties


@dataclass(frozen=True, slots=True)
class Difference:
    """One property of one HubSpot object: what it should say and what it says."""

    object_kind: str
    object_id: str
    name: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Missing:
    """HubSpot has no such object, or it is archived."""

    object_kind: str
    object_id: str


def same(expected: str | None, found: str | None) -> bool:
    """Equal as text, as numbers, or as instants."""
    left, right = expected or "", found or ""
    if left == right:
        return True
    if not left or not right:
        return False
    return _equal_numbers(left, right) or _equal_instants(left, right)


def _equal_numbers(left: str, right: str) -> bool:
    try:
        return Decimal(left) == Decimal(right)
    except InvalidOperation:
        return False


def _equal_instants(left: str, right: str) -> bool:
    try:
        return datetime.fromisoformat(left) == datetime.fromisoformat(right)
    except (ValueError, TypeError):
        return False


def compare(
    object_kind: str, object_id: str, expected: Properties, found: Properties
) -> Iterator[Difference]:
    """Only properties that are expected count; others belong to somebody else."""
    for name in sorted(expected):
        if not same(expected[name], found.get(name)):
            yield Difference(
                object_kind, object_id, name, expected[name] or "", found.get(name) or ""
            )


def drift(
    object_kind: str,
    expected: Mapping[str, Properties],
    found: Mapping[str, Properties],
) -> Iterable[Difference | Missing]:
    """``{HubSpot id: properties}`` on both sides."""
    for object_id in sorted(expected):
        if object_id not in found:
            yield Missing(object_kind, object_id)
        else:
            yield from compare(object_kind, object_id, expected[object_id], found[object_id])
