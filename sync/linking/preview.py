"""What linking by hand would mean: what speaks against it, and what HubSpot would be told (B-24, D-06).

HubSpot is asked once; the plan is then made as if the link stood, in a transaction that is rolled back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import link_history, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.errors import NotFound
from integration.models import Company, Record, RecordLink
from integration.records.hubspot import Object
from mappings import services as mapping
from sync.engine.push import deal_page
from sync.fetch import state
from sync.fetch.balances import reference
from sync.fetch.candidates import PROPERTIES, label_of, side_of_object, side_of_record
from sync.fetch.records import RecordReader, state_of
from sync.fetch.settings import company_view
from sync.fetch.suggesting import is_shared
from sync.match_scores import Score, doubts_of, score
from sync.operations import WriteRecord
from sync.plan import plan
from sync.record_rules import kinds_of, never, policy_of
from sync.records import CUSTOMER, Source
from sync.snapshot import Snapshot

MOST_NAMED = 3
KINDS = {"Customer": ("companies", "contacts"), "Item": ("products",)}


class ObjectUnknown(Exception):
    """HubSpot has no such object, or it is archived there."""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a person should know before linking; ``code`` is ``match.<code>`` in the catalogue."""

    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One property that HubSpot would be told; ``before`` is what it says now."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``is_told``: the settings say that HubSpot is told about this record."""

    label: str
    detail: str
    score: Score
    warnings: tuple[Warning, ...]
    changes: tuple[Change, ...]
    is_told: bool


def kinds_for(company: Company, record: Record) -> tuple[str, ...]:
    """What the record may be in HubSpot, the usual first; nothing for projects and categories."""
    view = company_view(company)
    found = state_of(record, {})
    if never(found, view):
        return ()
    usual = kinds_of(found, view)
    return tuple(dict.fromkeys((*usual, *KINDS.get(record.kind, ()))))


def preview(
    actor: Actor, company: Company, record: Record, kind: str, hubspot_id: str, now: datetime
) -> Preview:
    """One call to HubSpot and no write. Raises ``ObjectUnknown`` and ``GatewayError``."""
    actor.require(Right.MAP, company)
    found = read(company, record, kind, hubspot_id)
    record_side = side_of_record(company, record, shared=is_shared(company, record, kind))
    side = side_of_object(found)
    label, detail = label_of(found)
    changes, is_told = _changes(company, record, found, now)
    return Preview(
        label=label or hubspot_id,
        detail=detail,
        score=score(kind, record_side, side),
        warnings=(
            *(Warning(each.value) for each in doubts_of(kind, record_side, side)),
            *_facts(company, record, found),
        ),
        changes=changes,
        is_told=is_told,
    )


def read(company: Company, record: Record, kind: str, hubspot_id: str) -> Object:
    """The object with all that may be told to it."""
    reader = RecordReader(company, company_view(company), _nobody)
    names = dict.fromkeys((*reader.names(kind), *PROPERTIES[kind], "dealbooks_key"))
    try:
        read = sessions.hubspot(company.portal, urgent=True).read(kind, [hubspot_id], list(names))
    except NotFound:
        raise ObjectUnknown(hubspot_id) from None
    if hubspot_id not in read or read[hubspot_id].archived:
        raise ObjectUnknown(hubspot_id)
    return read[hubspot_id]


def _nobody() -> Any:
    raise AssertionError("a preview asks HubSpot once, outside its transaction")


# ------------------------------------------------------------------------------- what is known here


def _facts(company: Company, record: Record, found: Object) -> Iterator[Warning]:
    """What our own rows say about the two."""
    mine = _links(company).filter(company=company, kind=record.kind, qbo_id=record.qbo_id)
    own = mine.filter(hubspot_kind=found.kind, lost_at=None).exclude(hubspot_id=found.id)
    if own.exists():
        yield Warning("record_linked")
    others = _links(company).filter(hubspot_kind=found.kind, hubspot_id=found.id, lost_at=None)
    others = others.exclude(company=company, kind=record.kind, qbo_id=record.qbo_id)
    rows = list(others.select_related("company")[:MOST_NAMED])
    if rows:
        yield Warning("object_linked", {"others": ", ".join(_named(rows))})
    if record.kind == CUSTOMER:
        yield from _currencies(company, record, rows)
    if not record.active:
        yield Warning("inactive")
    refused = link_history.refusals(company, record.kind, [record.qbo_id], found.kind)
    if found.id in refused.get(record.qbo_id, ()):
        yield Warning("refused")


def _named(links: Sequence[RecordLink]) -> list[str]:
    names = []
    for link in links:
        rows = Record.objects.for_portal(link.portal_id).filter(
            company_id=link.company_id, kind=link.kind, qbo_id=link.qbo_id
        )
        name = rows.values_list("name", flat=True).first() or link.qbo_id
        names.append(f"{name} ({link.company.name})")
    return names


def _currencies(
    company: Company, record: Record, others: Sequence[RecordLink]
) -> Iterator[Warning]:
    """A sum of dollars and euros says nothing (B-06), and HubSpot knows only its own currencies."""
    own = currency_of(company, record)
    known = {company.portal.currency, *company.portal.additional_currencies}
    if own not in known:
        yield Warning("currency_unknown", {"currency": own})
    for link in others:
        rows = Record.objects.for_portal(company.portal_id).filter(
            company_id=link.company_id, kind=link.kind, qbo_id=link.qbo_id
        )
        theirs = {currency_of(link.company, row) for row in rows} - {own}
        if theirs:
            yield Warning("currency_differs", {"currency": own, "other": theirs.pop()})
            return


def currency_of(company: Company, record: Record) -> str:
    return reference(record.raw.get("CurrencyRef")) or company.home_currency


def _links(company: Company) -> Any:
    return RecordLink.objects.for_portal(company.portal_id)


# ------------------------------------------------------------------------------- what would be told


def _changes(
    company: Company, record: Record, found: Object, now: datetime
) -> tuple[tuple[Change, ...], bool]:
    """The plan's own writes to this object, and whether the settings let it be told anything."""
    with transaction.atomic():
        links = _links(company).filter(
            company=company, kind=record.kind, qbo_id=record.qbo_id, hubspot_kind=found.kind
        )
        links.delete()
        RecordLink.objects.create(
            portal_id=company.portal_id,
            company=company,
            kind=record.kind,
            qbo_id=record.qbo_id,
            hubspot_kind=found.kind,
            hubspot_id=found.id,
            source=Source.MANUAL,
            created_at=now,
            written=dict(found.properties),
        )
        view = company_view(company)
        states = RecordReader(company, view, _nobody).known([record.pk])
        transaction.set_rollback(True)
    states = {key: replace(each, changed=True) for key, each in states.items()}
    portal = state.portal_view(
        company.portal, mapping.targets(company.portal), deal_page(company.portal)
    )
    operations = plan(
        Snapshot(
            portal=portal,
            companies={str(company.pk): view},
            invoices={},
            records=states,
            records_in_run=tuple(states),
        )
    )
    written = [
        each for each in operations if isinstance(each, WriteRecord) and each.hubspot_id == found.id
    ]
    is_told = any(policy_of(each, view).updates for each in states.values())
    changes = (
        Change(name, str(each.before.get(name) or ""), str(value or ""))
        for each in written
        for name, value in sorted(each.properties.items())
    )
    return tuple(changes), is_told or bool(written)
