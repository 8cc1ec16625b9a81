"""Association types by direction, and making and breaking them."""

from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.errors import HubSpotError, invalid, not_found
from sandbox.hubspot.schemas import BY_NAME, ObjectType
from sandbox.hubspot.store import Portal, Record


@dataclass(frozen=True, slots=True)
class AssociationType:
    id: int
    reverse: int
    source: str
    target: str
    label: str | None
    name: str
    category: str = "HUBSPOT_DEFINED"


# source target forward reverse [label]; the first row of a pair is its unlabelled default.
_ROWS = """
deals contacts 3 4
deals companies 341 342
deals companies 5 6 Primary
contacts companies 279 280
contacts companies 1 2 Primary
contacts tickets 15 16
tickets companies 339 340
tickets companies 26 25 Primary
deals tickets 27 28
deals line_items 19 20
deals quotes 63 64
quotes line_items 67 68
quotes contacts 69 70
quotes companies 71 72
quotes quote_templates 286 285
invoices deals 175 176
invoices contacts 177 178
invoices companies 179 180
invoices quotes 407 408
invoices line_items 409 410
invoices discounts 411 412
invoices fees 413 414
invoices taxes 415 416
quotes discounts 362 361
quotes fees 364 363
quotes taxes 366 365
invoices commerce_payments 541 542
commerce_payments contacts 387 388
commerce_payments companies 389 390
commerce_payments deals 391 392
notes contacts 202 201
notes companies 190 189
notes deals 214 213
notes tickets 228 227
tasks contacts 204 203
tasks companies 192 191
tasks deals 216 215
tasks quotes 218 217
tasks tickets 230 229
"""
# 285 and the discounts, fees and taxes of a quote are from memory, not from the reference page.


def _v3_name(source: str, target: str, unlabelled_twin: bool) -> str:
    """v3 reads call the primary one ``deal_to_company`` and its twin ``…_unlabeled``."""
    name = f"{BY_NAME[source].singular}_to_{BY_NAME[target].singular}"
    return f"{name}_unlabeled" if unlabelled_twin else name


def _read_rows() -> list[AssociationType]:
    rows = [line.split() for line in _ROWS.strip().splitlines()]
    primary = {(row[0], row[1]) for row in rows if len(row) > 4}
    types = []
    for source, target, forward, reverse, *label in rows:
        twin = (source, target) in primary and not label
        text = label[0] if label else None
        for a, b, one, other in (
            (source, target, forward, reverse),
            (target, source, reverse, forward),
        ):
            types.append(AssociationType(int(one), int(other), a, b, text, _v3_name(a, b, twin)))
    return types


DEFINED: list[AssociationType] = _read_rows()
BY_PAIR: dict[tuple[str, str], list[AssociationType]] = {}
for _row in DEFINED:
    BY_PAIR.setdefault((_row.source, _row.target), []).append(_row)

SINGLE_PARENT = ("deals", "quotes", "invoices")


def types_of(portal: Portal, source: str, target: str) -> list[AssociationType]:
    own = [
        AssociationType(**label)
        for label in portal.labels
        if (label["source"], label["target"]) == (source, target)
    ]
    return BY_PAIR.get((source, target), []) + own


def default_type(portal: Portal, source: str, target: str) -> AssociationType:
    known = types_of(portal, source, target)
    if not known:
        raise invalid(f"No default association exists between {source} and {target}")
    return known[0]


def read_specs(
    portal: Portal, source: ObjectType, target: ObjectType, specs: Any
) -> list[AssociationType]:
    """``[{associationCategory, associationTypeId}]`` of one direction; raises for any other id."""
    if not isinstance(specs, list) or not specs:
        raise invalid("At least one association type is required.")
    known = {row.id: row for row in types_of(portal, source.name, target.name)}
    chosen = []
    for spec in specs:
        number = spec.get("associationTypeId") if isinstance(spec, dict) else None
        row = known.get(int(str(number))) if str(number).isdigit() else None
        if row is None or spec.get("associationCategory") != row.category:
            raise invalid(
                f"association type id {number} with category "
                f"{spec.get('associationCategory') if isinstance(spec, dict) else None} "
                f"does not exist between {source.type_id} and {target.type_id}"
            )
        chosen.append(row)
    return chosen


def target_record(portal: Portal, kind: ObjectType, record_id: Any) -> Record:
    record = portal.find(kind, str(record_id))
    if record is None:
        raise not_found(f"{kind.label} with ID {record_id} not found")
    return record


def _check_single_parent(portal: Portal, line: Record, parent: Record) -> None:
    for kind in SINGLE_PARENT:
        others = set(portal.linked(line.kind, line.id, kind)) - {parent.id}
        if others or (kind != parent.kind.name and portal.linked(line.kind, line.id, kind)):
            raise HubSpotError(
                400,
                f"Line item {line.id} already belongs to another record; "
                "a line item can be associated with one deal, quote or invoice only.",
            )


def connect(portal: Portal, source: Record, target: Record, types: list[AssociationType]) -> bool:
    """Make the links visible from both sides; False when all of them were there already."""
    for line, parent in ((source, target), (target, source)):
        if line.kind.name == "line_items" and parent.kind.name in SINGLE_PARENT:
            _check_single_parent(portal, line, parent)
    here = portal.links.setdefault((source.kind.name, source.id), {}).setdefault(
        target.kind.name, {}
    )
    there = portal.links.setdefault((target.kind.name, target.id), {}).setdefault(
        source.kind.name, {}
    )
    wanted = list(types)
    if any(row.label == "Primary" for row in types):
        _demote(portal, source, target)
        wanted.append(default_type(portal, source.kind.name, target.kind.name))
    fresh = False
    for row in wanted:
        if row.id not in here.get(target.id, []):
            here.setdefault(target.id, []).append(row.id)
            there.setdefault(source.id, []).append(row.reverse)
            fresh = True
    if fresh:
        portal.observe(
            action="associate",
            type=source.kind.name,
            id=source.id,
            to_type=target.kind.name,
            to_id=target.id,
            types=[row.id for row in wanted],
        )
    return fresh


def _demote(portal: Portal, source: Record, target: Record) -> None:
    """A record has one primary company: the label moves, the plain link stays."""
    record, company = (source, target) if target.kind.name == "companies" else (target, source)
    pair = BY_PAIR[(record.kind.name, company.kind.name)]
    primary = next(row for row in pair if row.label == "Primary")
    for other, ids in (
        portal.links.get((record.kind.name, record.id), {}).get("companies", {}).items()
    ):
        if primary.id in ids and other != company.id:
            ids.remove(primary.id)
            portal.links[("companies", other)][record.kind.name][record.id].remove(primary.reverse)


def disconnect(
    portal: Portal, source: Record, target: Record, types: list[AssociationType] | None = None
) -> None:
    """Remove some or all association types of a pair, on both sides."""
    here = portal.links.get((source.kind.name, source.id), {}).get(target.kind.name, {})
    if target.id not in here:
        return
    there = portal.links[(target.kind.name, target.id)][source.kind.name]
    gone = None if types is None else {row.id for row in types}
    backwards = None if types is None else {row.reverse for row in types}
    here[target.id] = [] if gone is None else [n for n in here[target.id] if n not in gone]
    there[source.id] = (
        [] if backwards is None else [n for n in there[source.id] if n not in backwards]
    )
    if not here[target.id]:
        del here[target.id], there[source.id]
    portal.observe(
        action="disassociate",
        type=source.kind.name,
        id=source.id,
        to_type=target.kind.name,
        to_id=target.id,
    )
