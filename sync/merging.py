"""One field of both sides against what both last agreed on (P-47). Pure.

A side without a word (None) leaves the other one alone: the value is empty and its mapping says
that an empty value does not empty the other side. What was never agreed on is no loss to either:
the empty side is filled, and two different values are a conflict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sync.policies import Rule
from sync.reconcile import same


class Side(StrEnum):
    NEITHER = "neither"
    QUICKBOOKS = "quickbooks"
    HUBSPOT = "hubspot"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose value goes to the other side; ``is_conflict``: both had changed it."""

    winner: Side
    is_conflict: bool = False


NOTHING = Verdict(Side.NEITHER)


def verdict(
    base: str | None,
    here: str | None,
    there: str | None,
    rule: Rule,
    newest: Side,
    *,
    equal: Callable[[str | None, str | None], bool] = same,
) -> Verdict:
    """``here`` is QuickBooks' value as a property, ``there`` HubSpot's, ``base`` the agreed one.

    ``newest`` is the side that was changed last, as far as their clocks tell. ``equal`` compares as the
    type of the field asks.
    """
    if equal(here, there):
        return NOTHING
    here_moved = here is not None and (base is None or not equal(here, base))
    there_moved = there is not None and (base is None or not equal(there, base))
    if here_moved and there_moved:
        if base is None and not (here and there):
            return Verdict(Side.QUICKBOOKS if here else Side.HUBSPOT)
        return Verdict(_by_rule(rule, newest), is_conflict=True)
    if there_moved:
        return Verdict(Side.HUBSPOT)
    return Verdict(Side.QUICKBOOKS) if here_moved else NOTHING


def _by_rule(rule: Rule, newest: Side) -> Side:
    if rule is Rule.NEWEST:
        return newest
    return Side.HUBSPOT if rule is Rule.HUBSPOT else Side.QUICKBOOKS
