"""What writing contacts, companies and products leaves in the database; inside a transaction."""

from collections.abc import Sequence
from datetime import datetime

from integration import link_history
from integration.bulk import update_rows
from integration.models import Portal, RecordLink
from integration.models.matching import EndReason
from sync.apply.outcomes import Outcome
from sync.apply.records import GONE
from sync.operations import ArchiveRecord, AssociateContact, LinkRecord, WriteRecord
from sync.records import CONTACTS, CUSTOMER, ITEM

TOLD = ("hubspot_id", "written", "mapped_hash", "lost_at")


def save_links(portal: Portal, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Links made and told, ties, and links that went with their object."""
    rows = _rows(portal, outcomes)
    _told(portal, outcomes, rows, now)
    _tied(portal, outcomes)
    _archived(portal, outcomes, now)


LinkKey = tuple[str, str, str]
"""(company, QuickBooks entity and id, HubSpot kind)"""


def _rows(portal: Portal, outcomes: Sequence[Outcome]) -> dict[LinkKey, RecordLink]:
    about = [
        each.operation.subject
        for each in outcomes
        if isinstance(each.operation, WriteRecord | LinkRecord)
    ]
    if not about:
        return {}
    found = RecordLink.objects.for_portal(portal).filter(
        company__in={subject.company_id for subject in about},
        kind__in={subject.kind for subject in about},
        qbo_id__in={subject.qbo_id for subject in about},
    )
    return {
        (str(row.company_id), f"{row.kind}:{row.qbo_id}", row.hubspot_kind): row
        for row in found.select_for_update().order_by("pk")
    }


def _told(
    portal: Portal,
    outcomes: Sequence[Outcome],
    rows: dict[LinkKey, RecordLink],
    now: datetime,
) -> None:
    known: list[RecordLink] = []
    new: list[RecordLink] = []
    for outcome in outcomes:
        operation = outcome.operation
        if not isinstance(operation, WriteRecord | LinkRecord):
            continue
        subject = operation.subject
        key = (subject.company_id, f"{subject.kind}:{subject.qbo_id}", operation.object_kind)
        row = rows.get(key)
        if not outcome.ok:
            if row is not None and outcome.reason == GONE:
                row.lost_at = now
                known.append(row)
            continue
        if row is None:
            row = rows[key] = _new_link(portal, operation, outcome, now)
            new.append(row)
        elif row not in new:
            known.append(row)
        row.hubspot_id = outcome.object_id
        row.written, row.mapped_hash = operation.written, outcome.content_hash
        row.lost_at = None
    RecordLink.objects.for_portal(portal).bulk_create(new)
    update_rows(portal, {row.pk: row for row in known}.values(), TOLD)
    _sharing(portal, outcomes, [*known, *new])


def _sharing(portal: Portal, outcomes: Sequence[Outcome], rows: Sequence[RecordLink]) -> None:
    """Other customers that are the same object: it says to them now what was just written."""
    written = {
        (each.operation.object_kind, each.object_id): each.operation.properties
        for each in outcomes
        if each.ok and isinstance(each.operation, WriteRecord)
    }
    if not written:
        return
    found = RecordLink.objects.for_portal(portal).filter(
        hubspot_id__in={hubspot_id for _, hubspot_id in written}
    )
    others = []
    for row in found.exclude(pk__in=[each.pk for each in rows]).select_for_update().order_by("pk"):
        news = written.get((row.hubspot_kind, row.hubspot_id))
        if news:
            row.written, row.mapped_hash = {**row.written, **news}, ""
            others.append(row)
    update_rows(portal, others, ("written", "mapped_hash"))


def _new_link(
    portal: Portal, operation: WriteRecord | LinkRecord, outcome: Outcome, now: datetime
) -> RecordLink:
    return RecordLink(
        portal=portal,
        company_id=operation.subject.company_id,
        kind=operation.subject.kind,
        qbo_id=operation.subject.qbo_id,
        hubspot_kind=operation.object_kind,
        made_by_us=outcome.created,
        source="created" if outcome.created else operation.source,
        created_at=now,
    )


def _tied(portal: Portal, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome.operation, AssociateContact) and outcome.ok:
            subject = outcome.operation.subject
            RecordLink.objects.for_portal(portal).filter(
                company_id=subject.company_id,
                kind=CUSTOMER,
                qbo_id=subject.qbo_id,
                hubspot_kind=CONTACTS,
            ).update(tied_to=outcome.object_id)


def _archived(portal: Portal, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Should the record come back, a new object is made for it."""
    for outcome in outcomes:
        operation = outcome.operation
        if isinstance(operation, ArchiveRecord) and outcome.ok:
            links = RecordLink.objects.for_portal(portal).filter(
                company_id=operation.subject.company_id,
                kind__in=(CUSTOMER, ITEM),
                qbo_id=operation.subject.qbo_id,
                hubspot_kind=operation.object_kind,
            )
            link_history.ended(list(links), EndReason.ARCHIVED, now)
            links.delete()
