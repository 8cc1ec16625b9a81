"""What HubSpot is told of an invoice that QuickBooks deleted (D-28). Pure."""

from collections.abc import Iterator

from sync.operations import ArchiveInvoice, Operation, Skip, UpsertHubSpotInvoice
from sync.policies import Delete, ObjectPolicy
from sync.records import Deletion
from sync.snapshot import InvoiceState


def why_not_deleted(invoice: InvoiceState, policy: ObjectPolicy) -> str:
    """D-28. A linked invoice is followed whatever the tab says, but many at once wait too."""
    if not invoice.origin.is_linked:
        if not policy.enabled:
            return "sync.update_not_allowed"
        if policy.delete is Delete.KEEP:
            return "sync.kept_after_delete"
    waits = {
        Deletion.HELD: "sync.invoice_deletion_held",
        Deletion.CANCELLED: "sync.invoice_deletion_cancelled",
    }
    return waits.get(invoice.deletion, "")


def archived(invoice: InvoiceState, told: UpsertHubSpotInvoice) -> Iterator[Operation]:
    """What nobody made or added here, edited or hung on something goes; the rest is marked."""
    why = "linked" if invoice.origin.is_linked else ""
    if not why and invoice.against:
        why = min(invoice.against).value
    if not why and invoice.against is not None:
        yield ArchiveInvoice(told.subject, invoice.hubspot_id, told, invoice.written)
        return
    if why and invoice.changed:
        yield Skip(told.subject, f"sync.invoice_not_archived_{why}", {"number": invoice.label})
    yield told
