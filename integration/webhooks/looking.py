"""What follows from news of a vendor: one poll of a company, one look at a portal's records.

Events, a sync run that met a record under another id, and a person who opened one all end here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from integration import jobs
from integration.jobs import Queue
from integration.models import Company, CrmChange, Portal
from integration.models.webhooks import CrmChangeKind
from integration.webhooks.parsing import instant
from integration.webhooks.waiting import DEBOUNCE, quiet_at

POLL, FOLLOW, ERASE = "sync.poll", "deals.changed", "contact.erase"
TRIGGER = "webhook"


def look_soon(company: Company, first: datetime, now: datetime) -> None:
    """Owe the company one poll when it has been quiet for 2 s, at most 15 s after ``first``.

    While such a poll waits, further news pushes it later; one that runs is followed by another.
    """
    mine = jobs.open_jobs(company.portal, company).filter(
        kind=POLL, lease_until=None, parameters__trigger=TRIGGER
    )
    waiting = mine.first()
    since = instant(waiting.parameters.get("since")) if waiting else None
    first = min(first, since) if since else first
    at = quiet_at(first, now)
    if waiting is not None and mine.filter(pk=waiting.pk).update(next_at=at):
        return
    jobs.enqueue(
        POLL,
        portal=company.portal,
        company=company,
        parameters={"trigger": TRIGGER, "since": first.isoformat()},
        at=at,
        queue=Queue.WEBHOOK,
    )


def notice_merge(portal: Portal, kind: str, loser_id: str, survivor_id: str, now: datetime) -> None:
    """HubSpot answered for one record with another's id: it was merged, and no event told."""
    change = CrmChange(
        portal=portal,
        object_kind=kind,
        hubspot_id=loser_id,
        change=CrmChangeKind.MERGED,
        survivor_id=survivor_id,
        noted_at=now,
    )
    look_at_records(portal, [change], now)


def notice_gone(portal: Portal, kind: str, ids: Iterable[str], now: datetime) -> None:
    """HubSpot no longer has these records: somebody finds out whether they live on in others."""
    look_at_records(
        portal,
        [
            CrmChange(
                portal=portal,
                object_kind=kind,
                hubspot_id=one,
                change=CrmChangeKind.DELETED,
                noted_at=now,
            )
            for one in dict.fromkeys(ids)
        ],
        now,
    )


def look_at_records(portal: Portal, changes: Sequence[CrmChange], now: datetime) -> None:
    """Owe these HubSpot records a look, all of them together.

    One that waits already gets the newer time, so that whoever looks at it now looks again.
    """
    if not changes:
        return
    CrmChange.objects.bulk_create(
        sorted(changes, key=lambda one: (one.object_kind, one.hubspot_id, one.change)),
        update_conflicts=True,
        unique_fields=["portal", "object_kind", "hubspot_id", "change"],
        update_fields=["survivor_id", "noted_at"],
    )
    jobs.enqueue(FOLLOW, portal=portal, at=now + DEBOUNCE, queue=Queue.WEBHOOK)


def erase_contact(portal: Portal, contact_id: str, now: datetime) -> None:
    """Owe a contact that was deleted for privacy that our copies of its data go too (control 26)."""
    jobs.enqueue(ERASE, portal=portal, subject=contact_id, at=now, queue=Queue.WEBHOOK)
