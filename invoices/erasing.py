"""A contact was erased in HubSpot for privacy: what drafts and ties say of it goes too (control 26).

What was posted stays as it was posted: it is part of the books.
"""

from typing import Any

from django.db.models import F

from integration.models import Portal
from invoices.crm_records import CONTACTS
from invoices.models import CustomerRequest, DealRef, Draft, InvoiceAttachment
from invoices.models.drafts import DraftState

EMPTY: dict[str, Any] = {
    "contact_id": "",
    "contact_name": "",
    "new_customer": None,
    "bill_email": "",
    "bill_email_cc": "",
}


def erase_contact(portal: Portal, contact_id: str, now: Any) -> int:
    """In the caller's transaction; how many drafts lost something."""
    ties = InvoiceAttachment.objects.for_portal(portal).filter(
        object_kind=CONTACTS, hubspot_id=contact_id, detached_at=None
    )
    ties.update(detached_at=now, associated_at=None)  # HubSpot's went with the contact
    deals = DealRef.objects.for_portal(portal).filter(contact_ids__contains=[contact_id])
    for deal in deals.select_for_update():
        deal.contact_ids = [one for one in deal.contact_ids if one != contact_id]
        deal.save(update_fields=["contact_ids"])
    return _drafts(portal, contact_id)


def _drafts(portal: Portal, contact_id: str) -> int:
    """Not of those that are being posted: they are worked on as they were submitted."""
    drafts = Draft.objects.for_portal(portal).filter(content__contact_id=contact_id)
    found = list(drafts.exclude(state=DraftState.SUBMITTED).select_for_update())
    for draft in found:
        content = {
            **draft.content,
            **{name: EMPTY[name] for name in EMPTY if name in draft.content},
        }
        drafts.filter(pk=draft.pk).update(content=content, version=F("version") + 1)
    requests = CustomerRequest.objects.for_portal(portal).filter(draft__in=found)
    requests.update(content={}, name="")
    return len(found)
