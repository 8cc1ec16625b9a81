"""Which lines of a report can be put right, and which cannot and why (D-31). Pure.

HubSpot's side only: nothing is ever written to QuickBooks. What is gone there, and what somebody
deleted in HubSpot on purpose, a person looks at.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.operations import CUSTOMER, DEAL, ITEM
from sync.reconcile import What, same_property


def why_not(what: str, record_kind: str, *, is_held: bool = False) -> str:
    """A reason code, or nothing. ``is_held``: somebody undid what was written of it (D-31)."""
    if is_held:
        return "sync.drift_held"
    if what == What.MISSING and record_kind == DEAL:
        return "sync.drift_deal_deleted"
    if what == What.MISSING and record_kind in (CUSTOMER, ITEM):
        return "sync.drift_object_deleted"
    if what == What.GONE and record_kind in (CUSTOMER, ITEM):
        return "sync.drift_gone_in_quickbooks"
    return ""


def is_as_reported(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> bool:
    """Whether both sides still say what the report says they do."""
    then, here = _values(before), _values(now)
    return then.keys() == here.keys() and all(
        same_property(name, old, new)
        for key, (name, *values) in then.items()
        for old, new in zip(values, here[key][1:], strict=True)
    )


def _values(differences: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str, str]]:
    return {
        f"{each['name']}:{number}": (str(each["name"]), str(each["expected"]), str(each["found"]))
        for number, each in enumerate(differences)
    }
