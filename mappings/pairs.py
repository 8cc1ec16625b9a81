"""One mapping is a pair: a QuickBooks field and a HubSpot property (S-90). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from mappings.quickbooks_fields import Kind
from mappings.steps import Step

TEXT = "string"


class Direction(StrEnum):
    """Which ways a pair may go; the company's tab decides which of them are used."""

    TO_HUBSPOT = "to_hubspot"
    TO_QUICKBOOKS = "to_quickbooks"
    BOTH = "both"

    @property
    def to_hubspot(self) -> bool:
        return self is not Direction.TO_QUICKBOOKS

    @property
    def to_quickbooks(self) -> bool:
        return self is not Direction.TO_HUBSPOT


class WhenEmpty(StrEnum):
    """What an empty value does to the other side: leave what is there, or empty it too."""

    KEEP = "keep"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Property:
    """What a value must be to be written: HubSpot's type, and its options where it has any."""

    name: str
    type: str = TEXT
    options: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class FieldPair:
    """``once``: written when the record is made and never again. ``locked``: nobody removes it."""

    field: str
    property: Property
    direction: Direction = Direction.TO_HUBSPOT
    steps: tuple[Step, ...] = ()
    when_empty: WhenEmpty = WhenEmpty.KEEP
    enabled: bool = True
    once: bool = False
    locked: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class MappingSet:
    """All pairs of one company and object, as one version of them says."""

    kind: Kind
    pairs: tuple[FieldPair, ...] = ()
    version: int = 0
    by_property: dict[str, FieldPair] = field(init=False, repr=False, compare=False)
    texts: frozenset[str] = field(init=False, repr=False, compare=False)
    """The properties that hold text: "1.10" is no number there."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_property", {each.property.name: each for each in self.pairs})
        names = (each.property.name for each in self.pairs if each.property.type == TEXT)
        object.__setattr__(self, "texts", frozenset(names))

    def to_hubspot(self) -> Iterator[FieldPair]:
        return (each for each in self.pairs if each.enabled and each.direction.to_hubspot)

    def to_quickbooks(self) -> Iterator[FieldPair]:
        return (each for each in self.pairs if each.enabled and each.direction.to_quickbooks)

    @property
    def properties(self) -> tuple[str, ...]:
        """The names to ask HubSpot for, to compare with or to read from."""
        return tuple(dict.fromkeys(each.property.name for each in self.pairs if each.enabled))
