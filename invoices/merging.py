"""Two HubSpot records became one: what hung on the loser hangs on the survivor (E-02, fault 76).

HubSpot moves its own associations; here move our rows: invoices, drafts, approvals, suggestions and
customer links. Doing it twice changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from integration import audit, link_history
from integration.models import Portal, RecordLink
from integration.models.matching import EndReason
from integration.models.tenancy import PortalQuerySet
from invoices.attaching import refresh
from invoices.crm_records import DEALS
from invoices.models import (
    ApprovalRequest,
    AttachmentSuggestion,
    DealRef,
    Draft,
    Invoice,
    InvoiceAttachment,
    InvoiceChange,
)
from invoices.models.approvals import ApprovalState


def merge(portal: Portal, kind: str, loser_id: str, survivor_id: str, now: datetime) -> bool:
    """Whether anything of ours hung on the loser and now hangs on the survivor."""
    if loser_id == survivor_id:
        return False
    with transaction.atomic():
        invoices = _invoices(portal, kind, loser_id, survivor_id, now)
        others = _deal if kind == DEALS else _links
        if not others(portal, kind, loser_id, survivor_id, now) + invoices:
            return False
        audit.record(
            "record.merged",
            portal=portal,
            subject=(kind, survivor_id),
            before={"id": loser_id},
            after={"record": _name(portal, kind, loser_id), "kind": kind, "invoices": invoices},
            now=now,
        )
        refresh(portal, kind, survivor_id, now)
    return True


def _invoices(portal: Portal, kind: str, loser_id: str, survivor_id: str, now: datetime) -> int:
    """How many invoices moved. One that hung on both hangs on the survivor once.

    The rows are locked as ``attaching`` locks them, so that nobody adds or takes off meanwhile.
    """
    ties = InvoiceAttachment.objects.for_portal(portal).filter(object_kind=kind, detached_at=None)
    ids = ties.filter(hubspot_id=loser_id).values_list("invoice", flat=True)
    invoices = Invoice.objects.for_portal(portal).filter(pk__in=list(ids))
    list(invoices.select_for_update().order_by("pk"))
    there = {tie.invoice_id: tie for tie in ties.filter(hubspot_id=survivor_id)}
    moving: Sequence[InvoiceAttachment] = list(ties.filter(hubspot_id=loser_id))
    for tie in moving:
        twin = there.get(tie.invoice_id)
        if twin is None:
            tie.hubspot_id, tie.associated_at = survivor_id, None
            tie.save(update_fields=["hubspot_id", "associated_at"])
            continue
        # HubSpot's own tie has moved: taking it off by the loser's id would take the survivor's off.
        counted, tie.counts, tie.detached_at, tie.associated_at = tie.counts, False, now, None
        tie.save(update_fields=["counts", "detached_at", "associated_at"])
        if counted:
            twin.counts = True
            twin.save(update_fields=["counts"])
    return len(moving)


def _name(portal: Portal, kind: str, hubspot_id: str) -> str:
    """What a person calls it; contacts and companies are not stored."""
    if kind != DEALS:
        return hubspot_id
    rows = DealRef.objects.for_portal(portal).filter(hubspot_id=hubspot_id)
    return rows.values_list("name", flat=True).first() or hubspot_id


def _deal(portal: Portal, kind: str, loser_id: str, survivor_id: str, now: datetime) -> int:
    """How many rows moved. The loser's own is archived, and the survivor's is written anew."""
    rows = DealRef.objects.for_portal(portal)
    loser = rows.filter(hubspot_id=loser_id).first()
    changes = InvoiceChange.objects.for_portal(portal).filter(deal_id=loser_id)
    moved = _suggestions(portal, loser_id, survivor_id) + changes.update(deal_id=survivor_id)
    if loser is None:
        return moved
    survivor, _ = rows.get_or_create(
        hubspot_id=survivor_id,
        defaults={
            "portal": portal,
            "name": loser.name,
            "currency": loser.currency,
            "owner_id": loser.owner_id,
            "owner_name": loser.owner_name,
            "owner_team_ids": loser.owner_team_ids,
            "fetched_at": now,
        },
    )
    rows.filter(pk=survivor.pk).update(written_hash="", archived_at=None)
    moved += rows.filter(pk=loser.pk, archived_at=None).update(archived_at=now)
    moved += Draft.objects.for_portal(portal).filter(deal=loser).update(deal=survivor)
    waiting = ApprovalRequest.objects.for_portal(portal).filter(state=ApprovalState.WAITING)
    return moved + waiting.filter(deal=loser).update(deal=survivor)


def _suggestions(portal: Portal, loser_id: str, survivor_id: str) -> int:
    """How many; what was suggested for both deals stays suggested once."""
    rows: PortalQuerySet = AttachmentSuggestion.objects.for_portal(portal)
    taken = set(rows.filter(deal_id=survivor_id).values_list("company", "qbo_id"))
    mine = list(rows.filter(deal_id=loser_id))
    for row in mine:
        if (row.company_id, row.qbo_id) in taken:
            row.delete()
        else:
            rows.filter(pk=row.pk).update(deal_id=survivor_id)
    return len(mine)


def _links(portal: Portal, kind: str, loser_id: str, survivor_id: str, now: datetime) -> int:
    """How many customers were linked to the loser; HubSpot is told their values anew.

    Contacts that worked for a company are at the survivor: HubSpot moved them.
    """
    if kind == "companies":
        tied = RecordLink.objects.for_portal(portal).filter(tied_to=loser_id)
        tied.update(tied_to=survivor_id)
    links = RecordLink.objects.for_portal(portal).filter(hubspot_kind=kind, hubspot_id=loser_id)
    link_history.ended(list(links), EndReason.MERGED_HUBSPOT, now, other_id=survivor_id, moved=True)
    return links.update(hubspot_id=survivor_id, mapped_hash="", lost_at=None)
