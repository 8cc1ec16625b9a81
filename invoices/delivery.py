"""Mark as delivered (D-18): handed over, posted or sent from another mailbox."""

from datetime import datetime

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from invoices import telling
from invoices.mirror import restage
from invoices.models import Invoice
from invoices.models.invoices import Stage


class NotDeliverable(Exception):
    """A voided or deleted invoice goes to nobody. ``code`` is for ``integration.messages``."""

    code = "invoice.not_deliverable"


def may_mark(actor: Actor, invoice: Invoice) -> bool:
    """Worth offering: unsent and still owed."""
    return not invoice.is_sent and invoice.open > 0 and actor.may(Right.SEND, invoice.company)


def mark_delivered(actor: Actor, invoice: Invoice, now: datetime) -> Invoice:
    """The invoice counts as sent from now on; its deals in HubSpot are told.

    Doing it twice changes nothing. Raises Forbidden or NotDeliverable.
    """
    actor.require(Right.SEND, invoice.company)
    with transaction.atomic():
        rows = Invoice.objects.for_portal(actor.portal).select_for_update(of=("self",))
        held: Invoice = rows.select_related("company").get(pk=invoice.pk)
        if held.is_sent:
            return held
        if held.stage in (Stage.VOIDED, Stage.DELETED):
            raise NotDeliverable(held.stage)
        before = held.stage
        held.delivered_by_hand_at = now
        held.save(update_fields=["delivered_by_hand_at"])
        restage(held.company, [held], now)
        audit.record(
            "invoice.delivered",
            actor=actor,
            portal=actor.portal,
            company=held.company,
            subject=("invoice", str(held.pk)),
            before={"stage": before},
            after={"stage": held.stage},
            now=now,
        )
        telling.tell(held, now)
    return held
