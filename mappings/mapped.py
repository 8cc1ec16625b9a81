"""A record of one side as what the other side is told (S-90, S-88). Pure and total.

This is the contract the sync engine builds on:

``mapped(kind, record, mapping_set, context)``
    QuickBooks to HubSpot. ``record`` is the raw object of QuickBooks or one of
    ``integration.records.quickbooks`` that carries it. ``properties`` is what to write and to
    compare; ``on_create`` comes on top when the object is made in HubSpot (``dealbooks_key``).
    ``content_hash`` is the same for the same properties: equal to the stored one, nothing is to
    be written. A value that cannot be written is left out and told in ``problems``; the rest goes.
``mapped_back(kind, properties, mapping_set, context, current)``
    HubSpot to QuickBooks: ``body`` is a sparse update without ``Id``, ``SyncToken`` and
    ``sparse``, holding only members that differ from ``current`` (``{}`` for a new record).

Both say nothing about policies: which way a company's tab lets records flow, and who wins, is
decided above. ``context.computed`` gives values that are not QuickBooks' own, by the names of
``quickbooks_fields`` (``@deleted_at``, ``@open_balance`` …); what is not given is not written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from integration.records.hubspot import Properties
from integration.records.quickbooks import Customer, Invoice, Item, Raw
from mappings.catalog import dealbooks_key
from mappings.fitting import for_hubspot, for_quickbooks
from mappings.pairs import TEXT, FieldPair, MappingSet, WhenEmpty
from mappings.quickbooks_fields import (
    COMPANY,
    COMPUTED,
    ENTITY,
    FIELDS,
    KEY,
    FieldType,
    Kind,
    plain,
    put,
    read,
)
from mappings.step_functions import Problem, Unreadable, equal_numbers
from mappings.steps import Surroundings, run, run_back
from mappings.transforms import CLEARED, fingerprint

__all__ = ["Context", "MappedBack", "MappedRecord", "Problem", "mapped", "mapped_back"]
Given = Raw | Customer | Item | Invoice


@dataclass(frozen=True, slots=True)
class Context:
    """The company the record is of: ``country`` is ISO alpha-2, ``places`` its currency's."""

    realm_id: str
    country: str = ""
    places: int = 2
    computed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MappedRecord:
    """An empty text empties the property; a property that is not there is left alone."""

    properties: dict[str, str]
    problems: tuple[Problem, ...] = ()
    on_create: dict[str, str] = field(default_factory=dict)
    content_hash: str = ""

    def for_create(self) -> dict[str, str]:
        """Everything a new object is told; empty properties need not be."""
        given = {name: value for name, value in self.properties.items() if value}
        return {**given, **self.on_create}


@dataclass(frozen=True, slots=True)
class MappedBack:
    """``changed`` are the field paths in which ``body`` differs from the record as it is."""

    body: Raw
    problems: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()
    content_hash: str = ""


def mapped(
    kind: Kind | str, record: Given, mapping_set: MappingSet, context: Context
) -> MappedRecord:
    """See the module."""
    raw = raw_of(record)
    around = surroundings(Kind(kind), raw, context)
    properties: dict[str, str] = {}
    on_create: dict[str, str] = {}
    problems: list[Problem] = []
    for pair in mapping_set.to_hubspot():
        if not is_known(pair, around):
            continue
        try:
            value = outward(pair, around)
        except Unreadable as found:
            problems.append(_about(found.problem, pair.field, pair.property.name))
            continue
        if value or pair.when_empty is WhenEmpty.CLEAR:
            (on_create if pair.once else properties)[pair.property.name] = value or CLEARED
    told: Properties = {**properties}
    return MappedRecord(properties, tuple(problems), on_create, fingerprint(told))


def mapped_back(
    kind: Kind | str,
    properties: Mapping[str, str | None],
    mapping_set: MappingSet,
    context: Context,
    current: Raw | None = None,
) -> MappedBack:
    """See the module. Properties that were not read (absent, not None) change nothing."""
    stored = current or {}
    around = surroundings(Kind(kind), stored, context)
    said: dict[str, str] = {}
    problems: list[Problem] = []
    changed: list[str] = []
    body: Raw = {}
    for pair in mapping_set.to_quickbooks():
        if pair.property.name not in properties or pair.field.startswith(COMPUTED):
            continue
        given = properties[pair.property.name] or ""
        try:
            exact = for_quickbooks(FIELDS[Kind(kind)].get(pair.field), inward(pair, given, around))
        except Unreadable as found:
            problems.append(_about(found.problem, pair.property.name, pair.field))
            continue
        if exact == "" and pair.when_empty is WhenEmpty.KEEP:
            continue
        said[pair.field] = plain(exact)
        if not _agrees(pair, given, around) and not _is_there(pair, kind, plain(exact), stored):
            put(body, pair.field, exact, stored)
            changed.append(pair.field)
    return MappedBack(body, tuple(problems), tuple(changed), fingerprint({**said}))


def raw_of(record: Given) -> Raw:
    return record if isinstance(record, dict) else record.raw


def surroundings(kind: Kind, raw: Raw, context: Context) -> Surroundings:
    """What transforms see: every field of the record, computed ones among them."""
    computed = {
        KEY: dealbooks_key(context.realm_id, ENTITY[kind], plain(raw.get("Id"))),
        COMPANY: read(raw, "CompanyName") or read(raw, "DisplayName"),
        **context.computed,
    }

    def other(path: str) -> str:
        return computed.get(path, "") if path.startswith(COMPUTED) else read(raw, path)

    return Surroundings(context.country, context.places, other, frozenset(computed))


def is_known(pair: FieldPair, around: Surroundings) -> bool:
    """Values that QuickBooks does not hold are written only by those who know them."""
    return not pair.field.startswith(COMPUTED) or pair.field in around.computed


def outward(pair: FieldPair, around: Surroundings) -> str:
    """The text for HubSpot; raises ``Unreadable``."""
    outcome = run(around.other(pair.field), pair.steps, around)
    return for_hubspot(pair.property, _or_raise(outcome.value, outcome.problem))


def inward(pair: FieldPair, value: str, around: Surroundings) -> str:
    """The text for QuickBooks: steps forward on a one-way pair, backward on a two-way one."""
    steps = run_back if pair.direction.to_hubspot else run
    outcome = steps(value, pair.steps, around)
    return _or_raise(outcome.value, outcome.problem)


def _agrees(pair: FieldPair, given: str, around: Surroundings) -> bool:
    """HubSpot says just what it is told from here, so it is no news."""
    if not pair.direction.to_hubspot:
        return False
    try:
        here, there = outward(pair, around), for_hubspot(pair.property, given)
    except Unreadable:
        return False
    return same(here, there, is_text=pair.property.type == TEXT)


def same(one: str, other: str, *, is_text: bool = False) -> bool:
    """``75`` and ``75.00`` are the same number, but not the same SKU."""
    return one == other or (not is_text and equal_numbers(one, other))


def _is_there(pair: FieldPair, kind: Kind | str, value: str, stored: Raw) -> bool:
    """QuickBooks has the value already."""
    known = FIELDS[Kind(kind)].get(pair.field)
    is_number = known is not None and known.type in (FieldType.MONEY, FieldType.NUMBER)
    return same(value, read(stored, pair.field), is_text=not is_number)


def _or_raise(value: str, problem: Problem | None) -> str:
    if problem is not None:
        raise Unreadable(problem.code, problem.parameters.get("value", ""))
    return value


def _about(problem: Problem, source: str, target: str) -> Problem:
    return Problem(problem.code, source, target, problem.parameters)
