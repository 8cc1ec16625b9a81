"""Deletions that wait for a person's yes: more records in one run than somebody would delete (D-28)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from integration import audit, budget, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Record
from invoices.models import Invoice
from mappings.quickbooks_fields import DELETED_NAME
from sync.models import HeldDeletion, HoldState, SyncObject


def held_deletions(actor: Actor) -> "QuerySet[HeldDeletion]":
    """Those of the actor's companies that nobody has decided yet (D-28)."""
    rows = HeldDeletion.objects.for_portal(actor.portal).filter(state=HoldState.WAITING)
    return rows.filter(actor.company_condition()).select_related("company").order_by("-held_at")


def decide_deletions(actor: Actor, hold: HeldDeletion, *, confirm: bool, now: datetime) -> bool:
    """Let held deletions reach HubSpot, or keep the records there; False when somebody else did."""
    actor.require(Right.RUN_SYNC, hold.company)
    chosen = HoldState.CONFIRMED if confirm else HoldState.CANCELLED
    with transaction.atomic():
        rows = HeldDeletion.objects.for_portal(actor.portal).filter(
            pk=hold.pk, state=HoldState.WAITING
        )
        if not rows.update(state=chosen, decided_at=now, decided_by=actor.person):
            return False
        audit.record(
            "sync.deletions_confirmed" if confirm else "sync.deletions_cancelled",
            actor=actor,
            portal=actor.portal,
            company=hold.company,
            subject=("held deletion", hold.pk),
            after={"records": len(hold.record_ids), "object": hold.object},
            now=now,
        )
        if confirm:
            asked = {"trigger": budget.ASKED}
            jobs.enqueue(
                "sync.poll", portal=actor.portal, company=hold.company, parameters=asked, at=now
            )
    return True


def names_of(hold: HeldDeletion, most: int) -> list[str]:
    """What the records are called in QuickBooks, the first so many in the order of the alphabet."""
    if hold.object == SyncObject.INVOICES:
        return _numbers_of(hold, most)
    rows = Record.objects.for_portal(hold.portal_id).filter(
        company_id=hold.company_id, pk__in=hold.record_ids
    )
    names = rows.order_by("name").values_list("name", flat=True)[:most]
    return [DELETED_NAME.sub("", name) for name in names]


def _numbers_of(hold: HeldDeletion, most: int) -> list[str]:
    rows = Invoice.objects.for_portal(hold.portal_id).filter(
        company_id=hold.company_id, pk__in=hold.record_ids
    )
    found = rows.order_by("doc_number", "pk").values_list("doc_number", "qbo_id", "customer_name")
    return [f"{number or qbo_id} · {customer}" for number, qbo_id, customer in found[:most]]
