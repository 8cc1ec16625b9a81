"""A new draft's content from an invoice that exists (D-14): copies and corrections."""

from dataclasses import replace
from datetime import datetime

from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Company
from integration.records.quickbooks import Term
from integration.reference import Reference
from invoices import contents
from invoices.calendar import company_day
from invoices.change_content import ReadContent
from invoices.change_facts import content_of_record
from invoices.draft import DraftContent
from invoices.due_dates import due_date
from invoices.models import Invoice, InvoiceChange, InvoiceOperation
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.models.invoices import Stage

LEFT_OUT = "left_out"
"""In a copy's extras: descriptions of the lines that it could not carry."""


def source_of(invoice: Invoice) -> ReadContent | None:
    """What stood on it; QuickBooks sets the quantities of a voided one to zero, so what we knew
    before is better. None where nothing can be read."""
    if invoice.stage == Stage.VOIDED:
        before = _before_void(invoice)
        if before is not None:
            return before
    record = contents.read(invoice)
    return content_of_record(invoice, record) if record else None


def _before_void(invoice: Invoice) -> ReadContent | None:
    """From our own void, else from how it was made here."""
    voids = InvoiceChange.objects.for_portal(invoice.portal_id).filter(
        invoice=invoice, kind=ChangeKind.VOID, point=ChangePoint.DONE
    )
    change = voids.order_by("-finished_at").first()
    if change is not None:
        return content_of_record(invoice, parse_invoice(change.base))
    made = InvoiceOperation.objects.for_portal(invoice.portal_id).filter(invoice=invoice).first()
    return ReadContent(DraftContent.from_json(made.content)) if made else None


def follows_terms(content: DraftContent, company: Company) -> bool:
    """The due date is the one that the terms make of the invoice date: it moves with them."""
    term = _term(content, company)
    day = content.txn_date_value
    return day is not None and due_date(term, day) == content.due_date_value


def _term(content: DraftContent, company: Company) -> Term | None:
    terms = Reference.of(company).terms()
    return next((each for each in terms if each.id == content.terms_id), None)


def copied(found: ReadContent, company: Company, now: datetime) -> DraftContent:
    """Dated today, due by its terms; lines get keys of their own, and at least one piece."""
    today = company_day(company, now)
    term = _term(found.content, company)
    return replace(
        found.content,
        source="scratch",
        lines=tuple(
            replace(line, key=f"c{number}", quantity=line.quantity if line.quantity_value else "1")
            for number, line in enumerate(found.content.lines, 1)
        ),
        txn_date=today.isoformat(),
        due_date=due_date(term, today).isoformat(),
        due_date_typed=False,
        extras={LEFT_OUT: list(found.left_out), "furthest": "review"},
    )
