"""Suggestions for a batch of unlinked records, as rows to be stored (B-24)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from integration import link_history
from integration.gateways.hubspot import HubSpot
from integration.models import Company, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from integration.records.hubspot import Object
from sync.fetch.candidates import Candidates, Wanted, label_of, side_of_object, side_of_record
from sync.fetch.records import state_of
from sync.fetch.settings import company_view
from sync.fetch.twins import twins
from sync.match_models import MatchSuggestion
from sync.match_pool import Pool
from sync.match_scores import Score, best
from sync.record_rules import kinds_of, never
from sync.records import COMPANIES, CONTACTS

LABEL = 300


def unlinked(company: Company, kind: str) -> PortalQuerySet:
    """Active records of a QuickBooks entity that are nothing in HubSpot."""
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, qbo_id=OuterRef("qbo_id"), lost_at=None
    )
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, active=True, deleted_at=None
    )
    return rows.filter(~Exists(links))  # type: ignore[no-any-return]


def suggest(
    company: Company, rows: Sequence[Record], hubspot: HubSpot, now: datetime
) -> list[MatchSuggestion]:
    """At most three for each record and HubSpot kind; nothing is stored here."""
    by_kind = _by_kind(company, rows)
    return [
        each
        for kind in sorted(by_kind)
        for each in _of_kind(company, kind, by_kind[kind], hubspot, now)
    ]


def _by_kind(company: Company, rows: Sequence[Record]) -> dict[str, list[Record]]:
    """HubSpot kinds that each record may be (D-06, the customer model)."""
    view = company_view(company)
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        state = state_of(row, {})
        if not never(state, view):
            for kind in kinds_of(state, view):
                found[kind].append(row)
    return found


def _of_kind(
    company: Company, kind: str, rows: Sequence[Record], hubspot: HubSpot, now: datetime
) -> Iterator[MatchSuggestion]:
    sides = {row.pk: side_of_record(company, row) for row in rows}
    named = (
        (str(row.pk), _values(kind, sides[row.pk].emails, sides[row.pk].name, sides[row.pk].sku))
        for row in rows
    )
    alike = twins(company, kind, named)
    wanted = [
        Wanted(row, side_of_record(company, row, shared=str(row.pk) in alike)) for row in rows
    ]
    objects = Candidates(hubspot, kind).of(wanted)
    taken = _taken(company, kind, objects)
    pool = Pool({id: side_of_object(each, taken=taken) for id, each in objects.items()})
    refused = link_history.refusals(company, rows[0].kind, [row.qbo_id for row in rows], kind)
    for each in wanted:
        barred = refused.get(each.row.qbo_id, frozenset())
        able = ((id, side) for id, side in pool.like(each.side) if id not in barred)
        for id, score in best(kind, each.side, able):
            yield _row(company, each.row, objects[id], score, now)


def is_shared(company: Company, record: Record, kind: str) -> bool:
    """Whether other records of QuickBooks have its address, name or SKU."""
    side = side_of_record(company, record)
    named = [(str(record.pk), _values(kind, side.emails, side.name, side.sku))]
    return bool(twins(company, kind, named))


def _values(kind: str, emails: Sequence[str], name: str, sku: str) -> Sequence[str]:
    if kind == CONTACTS:
        return emails
    return [name] if kind == COMPANIES else [sku]


def _taken(company: Company, kind: str, objects: Mapping[str, Object]) -> set[str]:
    rows = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, hubspot_kind=kind, hubspot_id__in=list(objects), lost_at=None
    )
    return set(rows.values_list("hubspot_id", flat=True))


def _row(
    company: Company, row: Record, object: Object, score: Score, now: datetime
) -> MatchSuggestion:
    label, detail = label_of(object)
    return MatchSuggestion(
        portal_id=company.portal_id,
        company=company,
        kind=row.kind,
        qbo_id=row.qbo_id,
        hubspot_kind=object.kind,
        hubspot_id=object.id,
        label=label[:LABEL],
        detail=detail[:LABEL],
        score=score.points,
        reasons=[each.value for each in score.reasons],
        doubts=[each.value for each in score.doubts],
        found_at=now,
    )
