"""Deletions that wait for a person (D-28), and records held after an undo (D-31)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from integration.models import Company, Portal, Record, RecordLink
from sync.models import HeldDeletion, HeldRecord, HoldState, SyncObject, SyncRun


def with_links(company: Company, kind: str, ids: Sequence[UUID]) -> list[UUID]:
    """Those of our ids that HubSpot has something of: the others leave nothing to delete."""
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, lost_at=None
    )
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, pk__in=ids, qbo_id__in=links.values("qbo_id")
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def hold(
    company: Company,
    object: SyncObject,
    policy: str,
    ids: Sequence[UUID],
    linked: int,
    run: SyncRun | None,
    now: datetime,
) -> HeldDeletion:
    row: HeldDeletion = HeldDeletion.objects.create(
        portal_id=company.portal_id,
        company=company,
        object=object,
        policy=policy,
        record_ids=[str(pk) for pk in ids],
        linked=linked,
        run=run,
        held_at=now,
    )
    return row


def confirmed(company: Company, object: SyncObject) -> list[HeldDeletion]:
    rows = HeldDeletion.objects.for_portal(company.portal_id).filter(
        company=company, object=object, state=HoldState.CONFIRMED
    )
    return list(rows.order_by("held_at"))


def done(row: HeldDeletion) -> None:
    row.state = HoldState.DONE
    row.save(update_fields=["state"])


def undone(portal: Portal) -> frozenset[tuple[str, str]]:
    """D-31: what was taken back and nobody released."""
    rows = HeldRecord.objects.for_portal(portal)
    return frozenset(rows.values_list("subject_kind", "subject_id"))
