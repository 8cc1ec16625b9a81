"""HubSpot hears what we learnt of an invoice outside a sync run, on whatever record it hangs."""

from datetime import datetime

from integration import jobs
from invoices import attaching
from invoices.models import Invoice, InvoiceAttachment

OBJECT_REFRESH = "invoice.refresh"
"""Sync's work: HubSpot's own invoice object, for an invoice on contacts, companies or nothing."""


def tell(invoice: Invoice, now: datetime) -> None:
    """Owe its deals their properties, and HubSpot's invoice object its status."""
    ties = InvoiceAttachment.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, object_kind=attaching.DEALS, detached_at=None
    )
    deals = list(ties.values_list("hubspot_id", flat=True))
    for deal_id in deals:
        attaching.refresh(invoice.portal, attaching.DEALS, deal_id, now)
    if not deals:
        jobs.enqueue(
            OBJECT_REFRESH,
            portal=invoice.portal,
            company=invoice.company,
            subject=str(invoice.pk),
            parameters={"invoice": str(invoice.pk)},
            at=now,
            queue=jobs.Queue.INTERACTIVE,
            priority=20,
        )
