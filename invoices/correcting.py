"""The new draft of a correction: what stood on the invoice, to be put right (D-14)."""

from datetime import date, datetime

from integration.access import actors
from invoices import contents
from invoices.calendar import company_day
from invoices.change_facts import content_of_record
from invoices.changing import ChangeWalk
from invoices.copying import copied
from invoices.creation import DRAFT_LIFE
from invoices.models import DealRef, Draft, InvoiceChange


def today(change: InvoiceChange, now: datetime) -> date:
    """Of the first try, so that a repeat after midnight is the same payload."""
    return company_day(change.company, change.first_posted_at or now)


def new_draft(walked: ChangeWalk) -> Draft | None:
    """On the deal it was corrected on; None without a deal, or when nothing could be copied."""
    change, invoice = walked.change, walked.invoice
    rows = DealRef.objects.for_portal(walked.portal)
    deal = rows.filter(hubspot_id=change.deal_id).first() if change.deal_id else None
    record = contents.read(invoice)
    if deal is None or record is None:
        return None
    if actors.of_person(change.created_by, change.portal_id, origin="worker") is None:
        return None
    found = content_of_record(invoice, walked.base)
    content = copied(found, change.company, walked.now)
    draft = Draft(
        portal=walked.portal,
        company=change.company,
        deal=deal,
        content=content.to_json(),
        step="review",
        created_by=change.created_by,
        edited_by=change.created_by,
        created_at=walked.now,
        edited_at=walked.now,
        expires_at=walked.now + DRAFT_LIFE,
    )
    draft.save(force_insert=True)
    return draft
