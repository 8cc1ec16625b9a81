"""What invoices hang on in HubSpot: read once, then asked in several ways."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from integration.models import Portal
from invoices.models import InvoiceAttachment
from sync.snapshot import Attachment

DEALS = "deals"
TIE_COLUMNS = (
    "pk", "invoice_id", "object_kind", "hubspot_id", "counts", "associated_at", "detached_at",
)  # fmt: skip


def ties_of(portal: Portal, ids: Collection[UUID]) -> list[Any]:
    """What these invoices hang on, and what they were taken off."""
    if not ids:
        return []
    rows = InvoiceAttachment.objects.for_portal(portal).filter(invoice__among=ids)
    return list(rows.order_by("attached_at", "pk").values_list(*TIE_COLUMNS, named=True))


def deals_of(ties: Iterable[Any]) -> set[str]:
    return {tie.hubspot_id for tie in ties if tie.object_kind == DEALS and tie.detached_at is None}


def attachments(ties: Iterable[Any]) -> dict[UUID, list[Attachment]]:
    return _by_invoice(tie for tie in ties if tie.detached_at is None)


def detached(ties: Iterable[Any]) -> dict[UUID, list[Attachment]]:
    """Taken off here, and HubSpot was not told yet."""
    return _by_invoice(tie for tie in ties if tie.detached_at and tie.associated_at)


def _by_invoice(ties: Iterable[Any]) -> dict[UUID, list[Attachment]]:
    found: dict[UUID, list[Attachment]] = defaultdict(list)
    for pk, invoice, kind, hubspot_id, counts, tied, _ in ties:
        found[invoice].append(Attachment(str(pk), kind, hubspot_id, counts, bool(tied)))
    return found
