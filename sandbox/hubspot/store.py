"""One portal's records and links, without rules: those are in ``rules`` and ``objects``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.core.clock import Clock
from sandbox.hubspot.properties import Property, builtin_properties
from sandbox.hubspot.schemas import ObjectType
from sandbox.hubspot.values import iso


@dataclass(slots=True)
class Record:
    """``values`` holds set properties only. ``past`` keeps (instant, value) that were replaced.

    ``index`` is what search saw before: (visible at, values or None), oldest first.
    """

    kind: ObjectType
    id: str
    created: int
    modified: int
    values: dict[str, str] = field(default_factory=dict)
    archived: int = 0
    past: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)
    stamps: dict[str, int] = field(default_factory=dict)
    index: list[tuple[int, dict[str, str] | None]] = field(default_factory=list)

    def system(self, name: str) -> str | None:
        """hs_object_id and the two stamps, which are never stored as values."""
        if name == self.kind.modified:
            return iso(self.modified)
        if name == self.kind.created:
            return iso(self.created)
        return self.id if name == "hs_object_id" else None


Links = dict[str, dict[str, list[int]]]


@dataclass
class Portal:
    """``currencies`` begins with the company currency. ``settings`` are the scenario's own facts."""

    id: int
    clock: Clock
    name: str
    timezone: str
    currencies: list[str]
    settings: dict[str, Any] = field(default_factory=dict)
    switches: dict[str, Any] = field(default_factory=dict)
    rates: dict[str, str] = field(default_factory=dict)
    owners: list[dict[str, Any]] = field(default_factory=list)
    pipelines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tax_rates: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    custom: dict[str, dict[str, Property]] = field(default_factory=dict)
    groups: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    labels: list[dict[str, Any]] = field(default_factory=list)
    merged: dict[tuple[str, str], str] = field(default_factory=dict)
    unique: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    links: dict[tuple[str, str], Links] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    last_stamp: int = 0
    observe: Callable[..., None] = lambda **facts: None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def currency(self) -> str:
        return self.currencies[0]

    @property
    def lag_ms(self) -> int:
        return int(float(self.switches.get("search_lag_seconds", 0)) * 1000)

    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    def stamp(self) -> int:
        """Epoch milliseconds, greater than any stamp before."""
        self.last_stamp = max(self.now_ms(), self.last_stamp + 1)
        return self.last_stamp

    def next_number(self, name: str, first: int) -> int:
        self.numbers[name] = self.numbers.get(name, first - 1) + 1
        return self.numbers[name]

    def new_id(self, kind: ObjectType) -> str:
        """Eleven digits, as real ids no longer fit 32 bits; never reused."""
        base = 20_000_000_000 + kind.number * 100_000_000 + self.id % 1000 * 100_000
        return str(self.next_number(f"id {kind.name}", base + 1))

    def all(self, kind: ObjectType) -> dict[str, Record]:
        return self.records.setdefault(kind.name, {})

    def find(self, kind: ObjectType, record_id: str, archived: bool = False) -> Record | None:
        """A record by id; a merged contact's old id leads to the winner."""
        while (kind.name, record_id) in self.merged:
            record_id = self.merged[(kind.name, record_id)]
        record = self.records.get(kind.name, {}).get(record_id)
        return record if record is not None and bool(record.archived) == archived else None

    def definition(self, kind: ObjectType, name: str) -> Property | None:
        own = self.custom.get(kind.name, {}).get(name)
        if own is not None:
            return None if own.archived else own
        return builtin_properties(kind.name).get(name)

    def definitions(self, kind: ObjectType) -> Iterator[Property]:
        yield from builtin_properties(kind.name).values()
        yield from self.custom.get(kind.name, {}).values()

    def linked(self, kind: ObjectType | str, record_id: str, to: str) -> dict[str, list[int]]:
        """Ids of the linked records of one type with the association type ids, live ones only."""
        name = kind if isinstance(kind, str) else kind.name
        found = self.links.get((name, record_id), {}).get(to)
        if not found:
            return {}
        there = self.records.get(to, {})
        return {other: types for other, types in found.items() if not there[other].archived}

    def linked_records(self, record: Record, to: str) -> list[Record]:
        there = self.records.get(to, {})
        return [there[other] for other in self.linked(record.kind, record.id, to)]

    def owner(self, owner_id: str | None) -> dict[str, Any] | None:
        return next((row for row in self.owners if row["id"] == owner_id), None)

    def stages(self, kind_name: str) -> dict[str, dict[str, Any]]:
        """Stage id to stage, over all pipelines of a type, each with its ``pipeline`` id."""
        return {
            stage["id"]: {**stage, "pipeline": pipeline["id"]}
            for pipeline in self.pipelines.get(kind_name, [])
            for stage in pipeline["stages"]
        }

    def add(self, kind: ObjectType) -> Record:
        """A new empty record; search does not see it before the lag is over."""
        moment = self.stamp()
        record = Record(kind, self.new_id(kind), moment, moment)
        if self.lag_ms > 0:
            record.index.append((self.now_ms() + self.lag_ms, None))
        self.all(kind)[record.id] = record
        return record

    def touch(self, record: Record) -> int:
        """Before a change: the new modified stamp; search sees the old values for a while."""
        moment = self.stamp()
        if self.lag_ms > 0:
            now = self.now_ms()
            record.index = [entry for entry in record.index if entry[0] > now]
            record.index.append((now + self.lag_ms, dict(record.values)))
        record.modified = moment
        return moment

    def searchable(self, record: Record, at_ms: int) -> dict[str, str] | None:
        """The values search sees at an instant: the oldest ones whose successor is not yet visible."""
        for visible_at, values in record.index:
            if at_ms < visible_at:
                return values
        record.index = []
        return record.values
