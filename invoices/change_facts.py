"""What ``change_rules`` is asked about, read from rows (D-13, D-14)."""

from dataclasses import replace
from datetime import datetime

from integration import company_settings
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Preferences
from integration.reference import Reference
from invoices import contents, reach
from invoices.calendar import company_day
from invoices.change_content import ReadContent, read
from invoices.change_rules import Act, ChangeFacts, Permission, permissions, with_record
from invoices.custom_fields import po_number_field
from invoices.models import DealRef, Invoice, InvoiceAttachment, InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.stages import StageFacts, derive, facts_of


def allowed(
    actor: Actor, invoice: Invoice, now: datetime, deal_id: str = ""
) -> dict[Act, Permission]:
    """What this person may do to it, with the reason where not; no vendor call."""
    return permissions(change_facts(actor, invoice, now, deal_id))


def change_facts(
    actor: Actor,
    invoice: Invoice,
    now: datetime,
    deal_id: str = "",
    *,
    record: Record | None = None,
    preferences: Preferences | None = None,
    besides: InvoiceChange | None = None,
) -> ChangeFacts:
    """``record`` and ``preferences``: fresher ones than the mirror's. ``besides``: the change that
    asks, which does not stand in its own way."""
    company = invoice.company
    settings = company_settings.of_company(company)
    known = preferences or Reference.of(company).preferences()
    seen = record or contents.read(invoice)
    open_ones = changes_of(invoice).filter(finished_at=None)
    if besides is not None:
        open_ones = open_ones.exclude(pk=besides.pk)
    facts = ChangeFacts(
        number=str(invoice),
        company=company.name,
        connected=company.is_connected,
        deleted=invoice.deleted_at is not None,
        today=company_day(company, now),
        book_close_date=known.book_close_date if known else None,
        tax_filed_up_to=settings.tax_filed_up_to,
        may_draft=actor.may(Right.DRAFT, company),
        may_post=actor.may(Right.POST, company),
        may_correct=actor.may(Right.CORRECT, company),
        has_deal=deal_of(actor, invoice, deal_id) is not None,
        under_way=open_ones.exists(),
        corrected_by=corrected_by(invoice),
        unreadable="" if seen else "change.unreadable",
    )
    return _with(facts, invoice, seen, now, settings.printed_counts_as_sent) if seen else facts


def _with(
    facts: ChangeFacts, invoice: Invoice, record: Record, now: datetime, printed: bool
) -> ChangeFacts:
    stage = stage_of(invoice, record, now, printed)
    uneditable = content_of_record(invoice, record).uneditable
    return replace(with_record(facts, record, stage), uneditable=uneditable)


def stage_of(invoice: Invoice, record: Record, now: datetime, printed: bool) -> StageFacts:
    """As the mirror would derive it from this record."""
    found = facts_of(
        record,
        had_amount=invoice.had_amount,
        void_event=invoice.voided_at is not None,
        delivered_by_hand=invoice.delivered_by_hand_at is not None,
        deleted=invoice.deleted_at is not None,
    )
    return derive(found, company_day(invoice.company, now), printed_counts_as_sent=printed)


def content_of_record(invoice: Invoice, record: Record) -> ReadContent:
    known = Reference.of(invoice.company).preferences()
    return read(
        record,
        currency=invoice.currency or invoice.company.home_currency,
        po_field=po_number_field(known.custom_fields) if known else "",
    )


def changes_of(invoice: Invoice) -> PortalQuerySet:
    return InvoiceChange.objects.for_portal(invoice.portal_id).filter(invoice=invoice)


def open_change(invoice: Invoice) -> InvoiceChange | None:
    """The one under way, if any."""
    found = changes_of(invoice).filter(finished_at=None).select_related("created_by", "draft")
    return found.first()  # type: ignore[no-any-return]


def corrected_by(invoice: Invoice) -> str:
    """What people call the credit memo that took it back; empty without one."""
    done = changes_of(invoice).filter(kind=ChangeKind.CORRECT, point=ChangePoint.DONE)
    found = done.order_by("-finished_at").first()
    return "" if found is None else found.credit_number or found.credit_id


def deal_of(actor: Actor, invoice: Invoice, deal_id: str = "") -> DealRef | None:
    """The deal whose page it is, else the one that counts it, else any other in reach."""
    ties = InvoiceAttachment.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, object_kind=reach.DEALS, detached_at=None
    )
    ids = list(ties.order_by("-counts", "attached_at").values_list("hubspot_id", flat=True))
    known = {
        deal.hubspot_id: deal for deal in reach.visible_deals(actor).filter(hubspot_id__in=ids)
    }
    ordered = ([deal_id] if deal_id in ids else []) + ids
    return next((known[one] for one in ordered if one in known), None)
