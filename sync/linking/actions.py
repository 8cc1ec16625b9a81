"""Linking, unlinking, declining: what a person decides about two records being one (B-24, D-06)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from integration import audit, budget, jobs, link_history
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, Record, RecordLink
from integration.models.matching import EndReason
from integration.models.tenancy import PortalQuerySet
from sync.apply.history import Trouble, park
from sync.match_models import MatchSuggestion
from sync.match_work import JOB
from sync.models import EntryOutcome, SyncEntry
from sync.records import CONTACTS, Source

ASKED = "sync.linked_by_hand"
LINK, UNLINK = "link_by_hand", "unlink"


@dataclass(frozen=True, slots=True)
class Done:
    """Of several at once: how many are linked now, and what was left for a closer look."""

    linked: int
    left: tuple[str, ...] = ()


def link(
    actor: Actor,
    company: Company,
    record: Record,
    pair: link_history.Pair,
    now: datetime,
    *,
    source: Source = Source.MANUAL,
    label: str = "",
) -> RecordLink:
    """The two are one from now on; doing it again changes nothing.

    Another link of this record to the same kind of object ends, and is kept in its history. HubSpot
    is told with the next sync, by the tab's policies. ``pair`` is (HubSpot kind, id).
    """
    actor.require(Right.MAP, company)
    kind, hubspot_id = pair
    with transaction.atomic():
        rows = _links(company, record).filter(hubspot_kind=kind).select_for_update()
        before = rows.first()
        if before is not None and before.hubspot_id == hubspot_id and before.lost_at is None:
            return before  # type: ignore[no-any-return]
        if before is not None:
            link_history.ended(
                [before], EndReason.REPLACED, now, by=actor.person, other_id=hubspot_id
            )
            before.delete()
        made = _insert(actor, company, record, pair, source, now, label)
        link_history.forgive(company, record.kind, record.qbo_id, pair)
        suggestions(company, record).filter(hubspot_kind=kind).delete()
        told = {"record": record.name, "object": _spoken(kind, hubspot_id, label), "kind": kind}
        _remember("sync.linked", LINK, actor, company, record, now, told)
        _owe(company, record, now)
    return made


def _insert(
    actor: Actor,
    company: Company,
    record: Record,
    pair: link_history.Pair,
    source: Source,
    now: datetime,
    label: str,
) -> RecordLink:
    """Somebody may have linked it at this moment: then theirs stands."""
    try:
        with transaction.atomic():
            made: RecordLink = RecordLink.objects.create(
                portal=actor.portal,
                company=company,
                kind=record.kind,
                qbo_id=record.qbo_id,
                hubspot_kind=pair[0],
                hubspot_id=pair[1],
                source=source,
                label=label[:300],
                made_by=actor.person,
                created_at=now,
            )
            return made
    except IntegrityError:
        found: RecordLink = _links(company, record).get(hubspot_kind=pair[0])
        return found


def confirm(
    actor: Actor, company: Company, chosen: Iterable[MatchSuggestion], now: datetime
) -> Done:
    """Several suggestions at once; what is doubtful, or competes with another one, is left."""
    actor.require(Right.MAP, company)
    rows = list(chosen)
    linked, left = 0, []
    for row in rows:
        record = _record(company, row)
        if record is None:
            continue
        if row.doubts or _competes(row, rows) or _is_taken(company, row):
            left.append(record.name)
            continue
        pair = (row.hubspot_kind, row.hubspot_id)
        link(actor, company, record, pair, now, source=Source.CONFIRMED, label=row.label)
        linked += 1
    return Done(linked, tuple(dict.fromkeys(left)))


def _competes(row: MatchSuggestion, rows: Sequence[MatchSuggestion]) -> bool:
    """Two objects for one record, or two records for one object."""
    return any(
        other is not row
        and other.hubspot_kind == row.hubspot_kind
        and ((other.kind, other.qbo_id) == (row.kind, row.qbo_id)
             or other.hubspot_id == row.hubspot_id)
        for other in rows
    )  # fmt: skip


def _is_taken(company: Company, row: MatchSuggestion) -> bool:
    """Since it was suggested, another record was linked to the object."""
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, hubspot_kind=row.hubspot_kind, hubspot_id=row.hubspot_id, lost_at=None
    )
    return bool(links.exclude(kind=row.kind, qbo_id=row.qbo_id).exists())


def unlink(actor: Actor, company: Company, row: RecordLink, now: datetime) -> bool:
    """End the link and remember the refusal; both records stay as they are. False: ended already."""
    actor.require(Right.MAP, company)
    with transaction.atomic():
        rows = RecordLink.objects.for_portal(actor.portal).filter(pk=row.pk, company=company)
        found = rows.select_for_update().first()
        if found is None:
            return False
        link_history.ended([found], EndReason.UNLINKED, now, by=actor.person, refused=True)
        found.delete()
        record = record_of(company, row.kind, row.qbo_id)
        told = {
            "record": record.name if record else row.qbo_id,
            "object": row.hubspot_id,
            "kind": row.hubspot_kind,
        }
        _remember("sync.unlinked", UNLINK, actor, company, record, now, told)
    return True


def decline(actor: Actor, company: Company, row: MatchSuggestion, now: datetime) -> None:
    """The two are not the same: never suggested or linked again unless somebody asks."""
    actor.require(Right.MAP, company)
    with transaction.atomic():
        pair = (row.hubspot_kind, row.hubspot_id)
        link_history.decline(company, row.kind, row.qbo_id, pair, actor.person, now, row.label)
        record = record_of(company, row.kind, row.qbo_id)
        told = {
            "record": record.name if record else row.qbo_id,
            "object": _spoken(row.hubspot_kind, row.hubspot_id, row.label),
            "kind": row.hubspot_kind,
        }
        _audit("sync.match_declined", actor, company, (row.kind, row.qbo_id), now, told)
        MatchSuggestion.objects.for_portal(actor.portal).filter(pk=row.pk).delete()


def search_now(actor: Actor, company: Company, now: datetime) -> None:
    """Look for suggestions again; asking twice starts one search."""
    actor.require(Right.MAP, company)
    with transaction.atomic():
        _audit("sync.match_asked", actor, company, ("company", company.pk), now, {})
        jobs.enqueue(JOB, portal=actor.portal, company=company, at=now)


def _spoken(kind: str, hubspot_id: str, label: str) -> str:
    """For the log, which is never altered: people are named by their id, as HubSpot may have to
    forget them (security.md, control 26)."""
    return hubspot_id if kind == CONTACTS else label or hubspot_id


def record_of(company: Company, kind: str, qbo_id: str) -> Record | None:
    rows = Record.objects.for_portal(company.portal_id).filter(company=company)
    return rows.filter(kind=kind, qbo_id=qbo_id).first()  # type: ignore[no-any-return]


def suggestions(company: Company, record: Record) -> PortalQuerySet:
    return MatchSuggestion.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind=record.kind, qbo_id=record.qbo_id
    )


def _record(company: Company, row: MatchSuggestion) -> Record | None:
    return record_of(company, row.kind, row.qbo_id)


def _links(company: Company, record: Record) -> PortalQuerySet:
    return RecordLink.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind=record.kind, qbo_id=record.qbo_id
    )


def _owe(company: Company, record: Record, now: datetime) -> None:
    """HubSpot hears of the record with the next run, whatever its policies then say."""
    subject = (record.kind, str(record.pk), record.name)
    row = park(company.portal, str(company.pk), subject, Trouble(ASKED, passes=True), now)
    row.next_at, row.attempts = now, 0
    row.save(update_fields=["next_at", "attempts"])
    asked = {"trigger": budget.ASKED}
    jobs.enqueue("sync.poll", portal=company.portal, company=company, parameters=asked, at=now)


def _remember(
    action: str,
    operation: str,
    actor: Actor,
    company: Company,
    record: Record | None,
    now: datetime,
    told: dict[str, Any],
) -> None:
    """An event of the audit log, and a line in the record's history."""
    subject = (record.kind, record.pk) if record else ("link", told["object"])
    _audit(action, actor, company, subject, now, told)
    if record is None:
        return
    is_new = operation == LINK
    SyncEntry.objects.create(
        portal=actor.portal,
        company=company,
        operation=operation,
        subject_kind=record.kind,
        subject_id=str(record.pk),
        label=record.name[:300],
        outcome=EntryOutcome.SUCCEEDED,
        before={} if is_new else {told["kind"]: told["object"]},
        after={told["kind"]: told["object"]} if is_new else {},
        at=now,
    )


def _audit(
    action: str,
    actor: Actor,
    company: Company,
    subject: tuple[str, Any],
    now: datetime,
    told: dict[str, Any],
) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=company,
        subject=subject,
        after=told,
        now=now,
    )
