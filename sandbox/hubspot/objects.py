"""Creating, changing, archiving and merging records of any type."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot import rules
from sandbox.hubspot.associations import (
    SINGLE_PARENT,
    AssociationType,
    connect,
    default_type,
    disconnect,
    read_specs,
    target_record,
    types_of,
)
from sandbox.hubspot.errors import ValueProblem, invalid, invalid_values, not_found
from sandbox.hubspot.schemas import OBJECT_TYPES, ObjectType, find_type
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import check, iso

Values = dict[str, str | None]
Wish = tuple[Record, list[AssociationType]]


@dataclass(slots=True)
class Prepared:
    """A create that passed every check and only needs to be stored."""

    kind: ObjectType
    values: Values
    links: list[Wish] = field(default_factory=list)


def clean(portal: Portal, kind: ObjectType, properties: Any, creating: bool) -> Values:
    """Checked values; raises one 400 that names every refused property."""
    if not isinstance(properties, dict):
        raise invalid("Invalid input JSON: properties must be an object.")
    values: Values = {}
    problems: list[ValueProblem] = []
    for name, value in properties.items():
        definition = portal.definition(kind, name)
        if definition is None:
            text = f'Property "{name}" does not exist'
            problems.append(ValueProblem(name, "PROPERTY_DOESNT_EXIST", text))
        elif definition.read_only:
            text = f'"{name}" is a read only property; its value cannot be set'
            problems.append(ValueProblem(name, "READ_ONLY_VALUE", text))
        else:
            checked = check(definition, value)
            if isinstance(checked, ValueProblem):
                problems.append(checked)
            else:
                values[name] = checked
    problems += [
        ValueProblem(name, "REQUIRED_PROPERTY", f"{name} is required")
        for name in kind.required
        if values.get(name) is None
        and (creating or name in values)
        and name not in {problem.name for problem in problems}
    ]
    problems += rules.check_external(portal, kind, values)
    if problems:
        raise invalid_values(problems, portal.id)
    if kind.name == "contacts" and values.get("email"):
        values["email"] = str(values["email"]).strip().lower()
    return values


def _type_of_target(portal: Portal, kind: ObjectType, spec: dict[str, Any]) -> list[ObjectType]:
    """An association on create names type ids only: they tell which object type is meant."""
    numbers = {str(row.get("associationTypeId")) for row in spec.get("types", [])}
    from_here = [
        row
        for target in OBJECT_TYPES
        for row in types_of(portal, kind.name, target.name)
        if str(row.id) in numbers
    ]
    names = {row.target for row in from_here}
    return [target for target in OBJECT_TYPES if target.name in names]


def read_wishes(portal: Portal, kind: ObjectType, associations: Any) -> list[Wish]:
    """``associations`` of a create; raises 400 for wrong types and 404 for unknown targets."""
    wishes: list[Wish] = []
    for spec in associations or []:
        if not isinstance(spec, dict) or not isinstance(spec.get("to"), dict):
            raise invalid("Invalid input JSON: each association needs to.id and types.")
        targets = _type_of_target(portal, kind, spec)
        if len(targets) != 1:
            shown = [row.get("associationTypeId") for row in spec.get("types", [])]
            raise invalid(f"association types {shown} do not exist for {kind.type_id}")
        types = read_specs(portal, kind, targets[0], spec.get("types"))
        wishes.append((target_record(portal, targets[0], spec["to"].get("id")), types))
    parents = [target for target, _ in wishes if target.kind.name in SINGLE_PARENT]
    if kind.name == "line_items" and len({(row.kind.name, row.id) for row in parents}) > 1:
        raise invalid("A line item can be associated with one deal, quote or invoice only.")
    return wishes


def prepare(portal: Portal, kind: ObjectType, given: Any) -> Prepared:
    """Check one create input ``{properties, associations}`` without storing anything."""
    if not isinstance(given, dict):
        raise invalid("Invalid input JSON: an object was expected.")
    values = clean(portal, kind, given.get("properties", {}), creating=True)
    rules.check_unique(portal, kind, values)
    wishes = read_wishes(portal, kind, given.get("associations"))
    counts: dict[str, int] = {}
    for target, _ in wishes:
        counts[target.kind.name] = counts.get(target.kind.name, 0) + 1
    rules.before_create(portal, kind, values, counts)
    return Prepared(kind, values, wishes)


def store(portal: Portal, prepared: Prepared) -> Record:
    record = portal.add(prepared.kind)
    record.values = {name: value for name, value in prepared.values.items() if value is not None}
    for name, value in record.values.items():
        _index_unique(portal, record, name, None, value)
    portal.observe(
        action="create", type=record.kind.name, id=record.id, properties=dict(record.values)
    )
    for target, types in prepared.links:
        link(portal, record, target, types)
    return record


def link(portal: Portal, source: Record, target: Record, types: list[AssociationType]) -> None:
    if connect(portal, source, target, types):
        rules.after_link(portal, source, target)


def link_default(portal: Portal, source: Record, target: Record) -> AssociationType:
    row = default_type(portal, source.kind.name, target.kind.name)
    link(portal, source, target, [row])
    return row


def _is_unique(portal: Portal, kind: ObjectType, name: str) -> bool:
    if kind.name == "contacts" and name == "email":
        return True
    definition = portal.custom.get(kind.name, {}).get(name)
    return definition is not None and definition.unique


def _index_unique(
    portal: Portal, record: Record, name: str, old: str | None, new: str | None
) -> None:
    if not _is_unique(portal, record.kind, name):
        return
    taken = portal.unique.setdefault((record.kind.name, name), {})
    if old is not None and taken.get(old.lower()) == record.id:
        del taken[old.lower()]
    if new is not None:
        taken[new.lower()] = record.id


def update(portal: Portal, record: Record, properties: Any) -> Record:
    values = clean(portal, record.kind, properties, creating=False)
    rules.check_unique(portal, record.kind, values, record.id)
    rules.before_update(portal, record, values)
    apply(portal, record, values)
    return record


def apply(portal: Portal, record: Record, values: Values) -> None:
    """Store checked values; every write bumps the modified stamp, changed or not."""
    before = record.modified
    moment = portal.touch(record)
    changed: Values = {}
    for name, value in values.items():
        old = record.values.get(name)
        if old == value:
            continue
        changed[name] = value
        record.past.setdefault(name, []).append((record.stamps.get(name, record.created), old))
        record.stamps[name] = moment
        if value is None:
            record.values.pop(name, None)
        else:
            record.values[name] = value
        _index_unique(portal, record, name, old, value)
    portal.observe(
        action="update",
        type=record.kind.name,
        id=record.id,
        properties=changed,
        previous_modified=iso(before),
    )


def archive(portal: Portal, record: Record) -> None:
    """Line items go with their parent; freed unique values may be used again."""
    rules.before_archive(portal, record)
    children = (
        portal.linked_records(record, "line_items") if record.kind.name in SINGLE_PARENT else []
    )
    record.archived = portal.touch(record)
    for name, value in record.values.items():
        _index_unique(portal, record, name, value, None)
    portal.observe(action="archive", type=record.kind.name, id=record.id)
    for child in children:
        archive(portal, child)


def find(
    portal: Portal, kind: ObjectType, record_id: str, id_property: str = "", archived: bool = False
) -> Record | None:
    """By id, or by a unique property (contacts: also ``email``); raises 400 for any other one."""
    if not id_property or id_property == "hs_object_id":
        return portal.find(kind, record_id, archived)
    if not _is_unique(portal, kind, id_property):
        raise invalid(
            f"idProperty {id_property} does not exist or does not hold unique values "
            f"for {kind.name}",
            idProperty=[id_property],
        )
    holder = portal.unique.get((kind.name, id_property), {}).get(record_id.lower())
    return portal.find(kind, holder, archived) if holder else None


def require(portal: Portal, kind: ObjectType, record_id: str, id_property: str = "") -> Record:
    record = find(portal, kind, record_id, id_property)
    if record is None:
        raise not_found()
    return record


def merge(portal: Portal, kind: ObjectType, winner_id: str, loser_id: str) -> Record:
    """The winner keeps its id and its own values; the loser's id leads to it from now on."""
    winner, loser = require(portal, kind, winner_id), require(portal, kind, loser_id)
    if winner is loser:
        raise invalid("A record cannot be merged with itself.")
    portal.touch(winner)
    for name, value in loser.values.items():
        winner.values.setdefault(name, value)
    merged = [row for row in winner.values.get("hs_merged_object_ids", "").split(";") if row]
    winner.values["hs_merged_object_ids"] = ";".join([*merged, loser.id])
    if kind.name == "contacts" and loser.values.get("email"):
        more = [row for row in winner.values.get("hs_additional_emails", "").split(";") if row]
        winner.values["hs_additional_emails"] = ";".join([*more, loser.values["email"]])
    for target_name in list(portal.links.get((kind.name, loser.id), {})):
        target_kind = find_type(target_name)
        for other in portal.linked_records(loser, target_name) if target_kind else []:
            disconnect(portal, loser, other)
            link_default(portal, winner, other)
    loser.archived = portal.touch(loser)
    for name, value in loser.values.items():
        if _is_unique(portal, kind, name):
            portal.unique[(kind.name, name)][value.lower()] = winner.id
    portal.merged[(kind.name, loser.id)] = winner.id
    portal.observe(action="merge", type=kind.name, id=winner.id, merged=[loser.id])
    return winner
