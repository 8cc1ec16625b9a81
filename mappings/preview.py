"""Dry run of a change of mappings: which records HubSpot would be told something else of (B-22).

Both sets are worked out on what was last seen of each linked record; nobody is asked or told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from integration.models import Company, Record, RecordLink
from integration.records.quickbooks import Raw
from mappings.mapped import Context, mapped
from mappings.pairs import MappingSet
from mappings.quickbooks_fields import ENTITY, Kind
from mappings.services import context
from mappings.sides import Sides, as_known, sides_of
from mappings.words import property_label

MOST_RECORDS = 5_000
MOST_LINES = 20
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Line:
    """As the component for before and after wants it."""

    record: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``changed`` of ``seen`` linked records; ``lines`` are the first of their values."""

    seen: int
    changed: int
    lines: tuple[Line, ...]
    is_cut: bool
    """There are more records than were looked at."""


def preview(company: Company, before: MappingSet, after: MappingSet) -> Preview | None:
    """None for invoices, whose values change with the invoice only."""
    if after.kind is Kind.INVOICES:
        return None
    sides, known = sides_of(company, after.kind), context(company)
    old, new = _as_known(before, sides), _as_known(after, sides)
    seen = changed = 0
    lines: list[Line] = []
    for name, raw in _linked(company, after.kind):
        seen += 1
        found = list(_differences(name, raw, old, new, known, sides))
        changed += bool(found)
        lines += found[: MOST_LINES - len(lines)]
    return Preview(seen, changed, tuple(lines), seen >= MOST_RECORDS)


def _as_known(found: MappingSet, sides: Sides) -> MappingSet:
    return replace(found, pairs=tuple(as_known(pair, sides) for pair in found.pairs))


def _linked(company: Company, kind: Kind) -> Iterator[tuple[str, Raw]]:
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=ENTITY[kind], hubspot_kind=kind.value, qbo_id=OuterRef("qbo_id")
    )
    rows = Record.objects.for_portal(company.portal_id).filter(
        Exists(links), company=company, kind=ENTITY[kind], active=True
    )
    chosen = rows.order_by("name", "qbo_id").values_list("name", "raw")[:MOST_RECORDS]
    yield from chosen.iterator(chunk_size=CHUNK)


def _differences(
    name: str, raw: Raw, old: MappingSet, new: MappingSet, known: Context, sides: Sides
) -> Iterator[Line]:
    """A property that is mapped no longer keeps its value, so it is no difference."""
    before = mapped(old.kind, raw, old, known).properties
    after = mapped(new.kind, raw, new, known).properties
    for property, value in after.items():
        if value != before.get(property, ""):
            label = property_label(property, sides.properties)
            yield Line(name, label, before.get(property, ""), value)
