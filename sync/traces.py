"""Traces that HubSpot's own QuickBooks app leaves in a portal (D-33, hubspot.md 11). Pure.

Its invoices carry a source of their own; the app of before 2024 made deal properties whose group
spoke of accounting. Neither name is documented, so an equal number with an equal total counts too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integration.records.hubspot import PropertyDefinition

SOURCES = ("data_sync", "legacy_quickbooks")
"""Of ``hs_invoice_source``; the first is what a portal was seen with."""
OWN_GROUP = "dealbooks"
MARKS = ("accounting", "quickbooks", "qbo")
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Copy:
    """One invoice as one side has it; amounts in its own currency."""

    number: str
    total: Decimal | None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Counts with a few examples for people; ``unseen``: what HubSpot did not let us look at.

    ``looked_at``: invoices of HubSpot that are not ours, of which numbers and totals were compared.
    """

    app_invoices: int = 0
    app_examples: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    doubles: int = 0
    double_examples: tuple[str, ...] = ()
    looked_at: int = 0
    in_hubspot: int = 0
    unseen: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.app_invoices or self.properties or self.doubles)

    def stored(self) -> dict[str, Any]:
        return {name: _plain(getattr(self, name)) for name in self.__slots__}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Findings":
        """Members of another release are passed over."""
        known = {name: stored[name] for name in cls.__slots__ if name in stored}
        return cls(**{name: _kept(value) for name, value in known.items()})

    def is_more_than(self, before: "Findings") -> bool:
        """Something that was not there when a person dismissed the others."""
        return (
            self.app_invoices > before.app_invoices
            or self.doubles > before.doubles
            or bool(set(self.properties) - set(before.properties))
        )


def accounting_properties(definitions: Iterable[PropertyDefinition]) -> tuple[str, ...]:
    """Labels of deal properties that speak of accounting or QuickBooks and are not ours."""
    found = [
        each.label or each.name
        for each in definitions
        if each.group != OWN_GROUP
        and not each.name.startswith(f"{OWN_GROUP}_")
        and any(mark in f"{each.group} {each.name}".lower() for mark in MARKS)
    ]
    return tuple(sorted(dict.fromkeys(found)))


def doubles(hubspot: Sequence[Copy], quickbooks: Iterable[Copy]) -> tuple[str, ...]:
    """Numbers that both sides have with the same total; a zero total proves nothing."""
    known = {(_number(each.number), each.total) for each in quickbooks if each.total}
    found = (each.number for each in hubspot if (_number(each.number), each.total) in known)
    return tuple(dict.fromkeys(found))


def _number(text: str) -> str:
    return text.strip().casefold()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
