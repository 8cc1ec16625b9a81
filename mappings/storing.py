"""Sets of pairs in the database: what holds now, and every version there was."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from mappings import exchange
from mappings.checks import check
from mappings.defaults import default_set
from mappings.models import FieldMapping, MappingVersion, Validity
from mappings.pairs import Direction, FieldPair, MappingSet, Property, WhenEmpty
from mappings.quickbooks_fields import Kind
from mappings.sides import Sides, sides_of
from mappings.step_functions import Problem


class SetChanged(Exception):
    """Somebody else changed these mappings since they were shown; nothing was stored."""


def rows_of(company: Company, kind: Kind) -> PortalQuerySet:
    rows = FieldMapping.objects.for_portal(company.portal_id)
    return rows.filter(company=company, kind=kind.value)


def versions_of(company: Company, kind: Kind) -> PortalQuerySet:
    """Newest first."""
    rows = MappingVersion.objects.for_portal(company.portal_id)
    return rows.filter(company=company, kind=kind.value)


def current(company: Company, kind: Kind) -> MappingSet:
    """All pairs, switched-off and broken ones too; the defaults while nobody changed anything."""
    number = versions_of(company, kind).values_list("number", flat=True).first() or 0
    if not number:
        return default_set(kind)
    pairs = tuple(pair_of(row) for row in rows_of(company, kind))
    return MappingSet(kind, pairs, number)


def pair_of(row: FieldMapping) -> FieldPair:
    return FieldPair(
        field=row.field,
        property=Property(row.property_name, row.property_type),
        direction=Direction(row.direction),
        steps=exchange.read_steps(row.steps),
        when_empty=WhenEmpty(row.when_empty),
        enabled=row.enabled,
        once=row.once,
        locked=row.locked,
        id=str(row.pk),
    )


def store(
    actor: Actor, found: MappingSet, company: Company, *, action: str, note: str, now: datetime
) -> MappingSet:
    """Keep the set as the newest version, and tell the audit log.

    ``found.version`` is the one it was made from. Raises ``SetChanged`` when that is an old one.
    A set that says the same makes no version, so that a repeated request changes nothing.
    """
    actor.require(Right.MAP, company)
    with transaction.atomic():
        Company.objects.for_portal(actor.portal).select_for_update().get(pk=company.pk)
        before = current(company, found.kind)
        if before.version != found.version:
            raise SetChanged
        if exchange.plain(before) == exchange.plain(found):
            return before
        if before.version == 0:
            _add_version(company, before, 1, "defaults", "", None, now)
        number = max(before.version, 1) + 1
        kept = _write_rows(company, found, now)
        _add_version(company, found, number, action, note, actor, now)
        _audit(actor, company, before, found, action, note, now)
    return replace(kept, version=number)


def _write_rows(company: Company, found: MappingSet, now: datetime) -> MappingSet:
    """All rows anew, so that two pairs may change places; each keeps its id."""
    sides = sides_of(company, found.kind)
    known = {row.property_name: str(row.pk) for row in rows_of(company, found.kind)}
    rows_of(company, found.kind).delete()
    pairs = tuple(
        replace(pair, id=pair.id or known.get(pair.property.name) or str(uuid.uuid4()))
        for pair in found.pairs
    )
    rows = [_row(company, found.kind, place, pair) for place, pair in enumerate(pairs)]
    for row, pair in zip(rows, pairs, strict=True):
        judge(row, pair, sides, now)
    FieldMapping.objects.bulk_create(rows)
    return replace(found, pairs=pairs)


def _row(company: Company, kind: Kind, place: int, pair: FieldPair) -> FieldMapping:
    return FieldMapping(
        id=pair.id,
        portal_id=company.portal_id,
        company=company,
        kind=kind.value,
        position=place,
        field=pair.field,
        property_name=pair.property.name,
        property_type=pair.property.type,
        direction=pair.direction.value,
        steps=[exchange.plain_step(each) for each in pair.steps],
        when_empty=pair.when_empty.value,
        enabled=pair.enabled,
        once=pair.once,
        locked=pair.locked,
    )


def judge(row: FieldMapping, pair: FieldPair, sides: Sides, now: datetime) -> None:
    """Set the row's validity from what both sides offer; unchecked while HubSpot's is unknown."""
    row.status, row.reasons, row.checked_at = Validity.UNCHECKED, [], None
    if sides.is_known:
        found = check(pair, sides.properties, sides.fields)
        row.status = Validity.BROKEN if found else Validity.VALID
        row.reasons, row.checked_at = plain_problems(found), now


def plain_problems(found: Iterable[Problem]) -> list[dict[str, object]]:
    return [
        {"code": each.code, "field": each.source, "property": each.target,
         "parameters": dict(each.parameters)}
        for each in found
    ]  # fmt: skip


def _add_version(
    company: Company,
    found: MappingSet,
    number: int,
    action: str,
    note: str,
    actor: Actor | None,
    now: datetime,
) -> None:
    MappingVersion.objects.create(
        portal_id=company.portal_id,
        company=company,
        kind=found.kind.value,
        number=number,
        content=exchange.plain(found),
        action=action,
        note=note[:200],
        made_by=actor.person if actor else None,
        made_at=now,
    )


def version(company: Company, kind: Kind, number: int) -> MappingSet | None:
    """The set as it was in that version, with the version it would be made from now."""
    row = versions_of(company, kind).filter(number=number).first()
    if row is None:
        return None
    return MappingSet(kind, exchange.read_pairs(row.content), current(company, kind).version)


def _audit(
    actor: Actor,
    company: Company,
    before: MappingSet,
    after: MappingSet,
    action: str,
    note: str,
    now: datetime,
) -> None:
    changes = exchange.differences(before, after)
    audit.record(
        f"mapping.{action}",
        actor=actor,
        portal=actor.portal,
        company=company,
        subject=("mapping", after.kind.value),
        before={each.name: _said(each.before) for each in changes if each.before},
        after={"note": note, **{each.name: _said(each.after) for each in changes if each.after}},
        now=now,
    )


def _said(pair: FieldPair | None) -> Mapping[str, object]:
    return exchange.plain_pair(pair) if pair else {}
