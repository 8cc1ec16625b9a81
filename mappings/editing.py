"""Changing mappings: add, edit, delete, import, restore (S-91 to S-95, B-30)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from integration import property_catalogue, sessions
from integration.access.actors import Actor
from integration.models import Company
from mappings import storing
from mappings.checks import check
from mappings.defaults import DEFAULTS
from mappings.pairs import FieldPair, MappingSet
from mappings.quickbooks_fields import Kind
from mappings.sides import Sides, as_known, sides_of
from mappings.step_functions import Problem


class Refused(Exception):
    """Nothing was stored; ``problems`` say why, for the form or the API."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(each.code for each in problems))
        self.problems = tuple(problems)


class NoSuchMapping(Exception):
    """The property has no mapping, or no longer."""


def known_sides(company: Company, kind: Kind, now: datetime) -> Sides:
    """What both sides offer; HubSpot is asked once when it never was. Raises ``GatewayError``."""
    found = sides_of(company, kind)
    if not found.is_known:
        hubspot = sessions.hubspot(company.portal, urgent=True)
        property_catalogue.refresh(company.portal, hubspot, now, [kind.value])
        found = sides_of(company, kind)
    return found


def of_property(found: MappingSet, name: str) -> FieldPair:
    """Raises ``NoSuchMapping``."""
    pair = found.by_property.get(name)
    if pair is None:
        raise NoSuchMapping
    return pair


def problems_of(
    found: MappingSet, pair: FieldPair, sides: Sides, replaces: str = ""
) -> list[Problem]:
    """Everything that speaks against having this pair in the set in place of ``replaces``."""
    name = pair.property.name
    others = [each for each in found.pairs if each.property.name != replaces]
    problems = check(pair, sides.properties, sides.fields)
    if any(each.property.name == name for each in others):
        problems.insert(0, Problem("mapping.property_taken", pair.field, name))
    writers = (each for each in others if each.enabled and each.direction.to_quickbooks)
    taken = next((each for each in writers if each.field == pair.field), None)
    if pair.enabled and pair.direction.to_quickbooks and taken is not None:
        said = {"value": taken.property.name}
        problems.append(Problem("mapping.field_taken", pair.field, name, said))
    return problems


def add(
    actor: Actor, company: Company, found: MappingSet, pair: FieldPair, now: datetime
) -> MappingSet:
    """``found`` is the set as the person saw it. Raises ``Refused`` and ``SetChanged``."""
    sides = known_sides(company, found.kind, now)
    pair = _typed(replace(pair, locked=False, once=False, id=""), sides)
    _or_refuse(problems_of(found, pair, sides))
    after = replace(found, pairs=(*found.pairs, pair))
    name = pair.property.name
    return storing.store(actor, after, company, action="added", note=name, now=now)


def edit(
    actor: Actor, company: Company, found: MappingSet, name: str, pair: FieldPair, now: datetime
) -> MappingSet:
    """Put ``pair`` in the place of the one with this property. As ``add``."""
    before = of_property(found, name)
    _may_change(before)
    sides = known_sides(company, found.kind, now)
    pair = _typed(replace(pair, locked=False, once=before.once, id=before.id), sides)
    _or_refuse(problems_of(found, pair, sides, replaces=name))
    pairs = tuple(pair if each is before else each for each in found.pairs)
    after = replace(found, pairs=pairs)
    return storing.store(actor, after, company, action="edited", note=name, now=now)


def delete(
    actor: Actor, company: Company, found: MappingSet, name: str, now: datetime
) -> MappingSet:
    """Values written so far stay in both systems. Raises as ``edit``."""
    before = of_property(found, name)
    _may_change(before)
    after = replace(found, pairs=tuple(each for each in found.pairs if each is not before))
    return storing.store(actor, after, company, action="deleted", note=name, now=now)


def take_over(
    actor: Actor,
    company: Company,
    given: MappingSet,
    version: int,
    now: datetime,
    *,
    action: str = "imported",
    note: str = "",
) -> MappingSet:
    """A whole set from elsewhere; what does not work here is kept and needs attention.

    ``version``: the one the person compared with.
    """
    whole = replace(with_locked(given), version=version)
    return storing.store(actor, whole, company, action=action, note=note, now=now)


def restore(
    actor: Actor, company: Company, kind: Kind, number: int, version: int, now: datetime
) -> MappingSet:
    """The set of an earlier version becomes the newest one. Raises ``NoSuchMapping``."""
    old = storing.version(company, kind, number)
    if old is None:
        raise NoSuchMapping
    return take_over(actor, company, old, version, now, action="restored", note=str(number))


def with_locked(given: MappingSet) -> MappingSet:
    """Locked pairs are as everywhere: missing ones are added in front. Raises ``Refused`` for a
    set that locks others, or unlocks these."""
    required = {each.property.name: each for each in DEFAULTS[given.kind] if each.locked}
    missing = tuple(each for name, each in required.items() if name not in given.by_property)
    pairs = tuple(_as_required(each, required.get(each.property.name)) for each in given.pairs)
    return replace(given, pairs=(*missing, *pairs))


def _as_required(pair: FieldPair, required: FieldPair | None) -> FieldPair:
    is_ours = pair.locked or pair.once
    if is_ours != (required is not None):
        raise Refused([Problem("mapping.import_locked", pair.field, pair.property.name)])
    return pair if required is None else replace(required, id=pair.id)


def _typed(pair: FieldPair, sides: Sides) -> FieldPair:
    """The property's type as it is now, so that a later change of it is noticed."""
    known = as_known(pair, sides)
    return replace(known, property=replace(known.property, options=None))


def _may_change(pair: FieldPair) -> None:
    if pair.locked:
        raise Refused([Problem("mapping.locked", pair.field, pair.property.name)])


def _or_refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(problems)
