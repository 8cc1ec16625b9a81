"""Telling HubSpot, through sync, that something about an invoice is different."""

from datetime import datetime

from integration import jobs
from invoices.models import Invoice, InvoiceAttachment


def tell(invoice: Invoice, now: datetime) -> None:
    """Every deal it is on is worked out anew."""
    ties = InvoiceAttachment.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, object_kind="deals", detached_at=None
    )
    for deal_id in ties.values_list("hubspot_id", flat=True):
        jobs.enqueue(
            "deal.refresh",
            portal=invoice.portal,
            subject=deal_id,
            parameters={"deal_id": deal_id},
            at=now,
            queue=jobs.Queue.INTERACTIVE,
            priority=20,
        )
