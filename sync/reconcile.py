"""What HubSpot shows against what it should show, property by property. Pure.

HubSpot answers in its own spelling ("100.0", "2026-11-23T00:00:00.000Z", None for empty), so
values are compared by what they mean. Texts it keeps as they are: a SKU "1.10" is not "1.1".
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from integration.records.hubspot import Properties
from mappings.defaults import TEXTS
from mappings.step_functions import equal_numbers


def same(expected: str | None, found: str | None) -> bool:
    """Equal as text, as numbers, or as instants."""
    left, right = expected or "", found or ""
    if left == right:
        return True
    if not left or not right:
        return False
    return equal_numbers(left, right) or _equal_instants(left, right)


def same_property(
    name: str, expected: str | None, found: str | None, texts: Collection[str] = ()
) -> bool:
    """``same``, except that a text is only itself. ``texts``: properties that mappings call text."""
    if name in TEXTS or name in texts:
        return (expected or "") == (found or "")
    return same(expected, found)


def _equal_instants(left: str, right: str) -> bool:
    try:
        return datetime.fromisoformat(left) == datetime.fromisoformat(right)
    except (ValueError, TypeError):
        return False


# ---------------------------------------------------------------------------- lines of a report


class What(StrEnum):
    """The ways in which a record is not the same on both sides."""

    DIFFERS = "differs"
    MISSING = "missing"
    UNTIED = "untied"
    BEHIND = "behind"
    UNKNOWN = "unknown"
    GONE = "gone"


OF_BOOKS = frozenset({What.BEHIND, What.UNKNOWN, What.GONE})
"""Our copy is not what QuickBooks says: what HubSpot should say is only known afterwards."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it should say and what it says."""

    name: str
    expected: str
    found: str

    def stored(self) -> dict[str, str]:
        return {"name": self.name, "expected": self.expected, "found": self.found}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Change":
        return cls(str(stored["name"]), str(stored["expected"]), str(stored["found"]))


@dataclass(frozen=True, slots=True)
class Deviation:
    """One record that is not the same on both sides: one line of a report (B-26).

    ``record_id``: our row's id, a payment's invoice, a deal's HubSpot id; empty where we have none.
    """

    what: What
    record_kind: str
    record_id: str = ""
    qbo_id: str = ""
    object_kind: str = ""
    hubspot_id: str = ""
    label: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The same record off in the same way, whatever the values."""
        return (
            self.what.value,
            self.record_kind,
            self.record_id,
            self.qbo_id,
            self.object_kind,
            self.hubspot_id,
        )


def changes(
    expected: Properties,
    found: Properties,
    besides: frozenset[str] = frozenset(),
    texts: Collection[str] = (),
) -> tuple[Change, ...]:
    """What of ``expected`` HubSpot says otherwise; its other properties belong to somebody else.

    ``besides`` are never looked at, ``texts`` as in ``same_property``.
    """
    return tuple(
        Change(name, expected[name] or "", found.get(name) or "")
        for name in sorted(expected)
        if name not in besides and not same_property(name, expected[name], found.get(name), texts)
    )


def values(named: Iterable[tuple[str, object, object]]) -> tuple[Change, ...]:
    """Changes among (name, expected, found) of our own fields, amounts compared by value."""
    return tuple(
        Change(name, _text(expected), _text(found))
        for name, expected, found in named
        if expected != found
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
