"""Deals that were changed, deleted or merged in HubSpot are followed (E-02).

Webhooks, a sync run or a person who opens the deal note such a record (``CrmChange``); the job
``deals.changed`` looks at all of them at once. What HubSpot says then counts, not what the event
said, so the order of events does not matter.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from integration import sessions
from integration.gateways.errors import NotFound
from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_objects import DEAL_PROPERTIES
from integration.gateways.values import optional_amount
from integration.jobs import Again, Lease
from integration.models import CrmChange, Job, Portal
from integration.models.webhooks import CrmChangeKind
from integration.records.hubspot import Deal, Object
from invoices import won_deals
from invoices.crm_records import DEALS
from invoices.deals import fill
from invoices.merging import merge
from invoices.models import DealRef
from invoices.signals import deal_owner_changed

AT_ONCE = 500
HUNDRED = 100
OWN_FIELDS = frozenset(("company_ids", "contact_ids"))
"""Not in a batch read; the next person who opens the deal brings them."""


def follow(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``deals.changed``: everything that was noted in the portal; merges first."""
    portal = job.portal
    rows = list(CrmChange.objects.for_portal(portal).order_by("noted_at", "pk")[:AT_ONCE])
    look = {row.hubspot_id for row in rows if row.object_kind == DEALS}
    for row in rows:
        if row.change == CrmChangeKind.MERGED:
            lease.check()
            _merged(portal, row, now)
            look.discard(row.hubspot_id)
            look |= {row.survivor_id} if row.object_kind == DEALS else set()
    look_at(portal, look, lease, now)
    _forget(portal, rows)
    if any(row.object_kind == DEALS for row in rows):
        won_deals.ring(portal, now)
    return Again(at=now) if len(rows) == AT_ONCE else None


def look_at(portal: Portal, deal_ids: Collection[str], lease: Lease, now: datetime) -> None:
    """Read the known ones among these deals again, a hundred a call."""
    known = DealRef.objects.for_portal(portal).filter(hubspot_id__in=list(deal_ids))
    ids = list(known.order_by("hubspot_id").values_list("hubspot_id", flat=True))
    if not ids:
        return
    hubspot = sessions.hubspot(portal)
    for first in range(0, len(ids), HUNDRED):
        chunk = ids[first : first + HUNDRED]
        lease.check()
        found = hubspot.read(DEALS, chunk, DEAL_PROPERTIES)
        with lease.fenced():
            _fill(portal, found, now)
        for gone in (one for one in chunk if one not in found):
            lease.check()
            _look_for(hubspot, portal, gone, now)


def _fill(portal: Portal, found: dict[str, Object], now: datetime) -> None:
    rows = DealRef.objects.for_portal(portal).filter(hubspot_id__in=list(found))
    for row in rows.select_related("portal").select_for_update(of=("self",)):
        before = row.owner_id
        names = fill(row, _deal(row, found[row.hubspot_id]), now)
        row.save(update_fields=[name for name in names if name not in OWN_FIELDS])
        if row.owner_id != before:
            deal_owner_changed.send(DealRef, deal=row, before=before, now=now)


def _deal(row: DealRef, found: Object) -> Deal:
    return Deal(
        id=found.id,
        name=found.text("dealname"),
        amount=optional_amount(found.text("amount")),
        currency=found.text("deal_currency_code"),
        stage=found.text("dealstage"),
        pipeline=found.text("pipeline"),
        owner_id=found.text("hubspot_owner_id"),
        close_date=None,
        archived=found.archived,
        company_ids=tuple(row.company_ids),
        contact_ids=tuple(row.contact_ids),
    )


def _look_for(hubspot: HubSpot, portal: Portal, deal_id: str, now: datetime) -> None:
    """One that a batch read left out: archived, or part of another deal now."""
    try:
        found = hubspot.get(DEALS, deal_id)
    except NotFound:
        gone = DealRef.objects.for_portal(portal).filter(hubspot_id=deal_id, archived_at=None)
        gone.update(archived_at=now)
        return
    if found.id != deal_id:
        merge(portal, DEALS, deal_id, found.id, now)


def _merged(portal: Portal, row: CrmChange, now: datetime) -> None:
    if row.survivor_id:
        merge(portal, row.object_kind, row.hubspot_id, row.survivor_id, now)


def _forget(portal: Portal, rows: Sequence[CrmChange]) -> None:
    """A record that was noted again meanwhile stays: its row carries another time."""
    mine = CrmChange.objects.for_portal(portal)
    for row in rows:
        mine.filter(pk=row.pk, noted_at=row.noted_at).delete()
