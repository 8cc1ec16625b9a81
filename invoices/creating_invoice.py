"""Posting the invoice exactly once (B-04, D-12, D-16; faults 20, 21, 25).

The same request id first. Where QuickBooks may have forgotten it, the customer's invoices since the
operation began are searched for our reference or our lines before anything is posted again.
"""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from integration import audit
from integration.crashpoints import crashpoint
from integration.gateways.errors import AccountBlocked, Conflict, GatewayError, NotFound, Rejected
from integration.gateways.quickbooks_query import all_of, where
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Raw
from integration.reference import Reference
from invoices import numbering
from invoices.creation import Refused, Walk, reference_text, still_holds
from invoices.currencies import round_money
from invoices.mirror import mirror_invoices
from invoices.models import Invoice, InvoiceAttachment, InvoiceOperation
from invoices.models.drafts import RecoveryPoint
from invoices.models.invoices import Origin
from invoices.payload import carries_reference, invoice_body, reference_field_of, same_lines
from invoices.signals import total_differs

REQUEST_MEMORY = timedelta(hours=24)
"""How long QuickBooks is trusted to know a request id; its real memory is not documented."""
CLOCKS_APART = timedelta(minutes=10)
NUMBER_TAKEN = "quickbooks.6140"


def request_id(operation: InvoiceOperation) -> uuid.UUID:
    """Fixed for one payload: a new number or a changed draft is a new version."""
    return uuid.uuid5(operation.pk, f"invoice:{operation.payload_version}")


def reserve_number(walked: Walk) -> None:
    """D-12: only where QuickBooks leaves numbering to us."""
    if not _numbers_are_ours(walked):
        with walked.fenced():
            walked.reach(RecoveryPoint.NUMBER_RESERVED)
        return
    with walked.fenced():
        held = numbering.reserve(walked.operation, walked.now)
        walked.reach(RecoveryPoint.NUMBER_RESERVED, doc_number=held.text)


def _numbers_are_ours(walked: Walk) -> bool:
    preferences = Reference.of(walked.company).preferences()
    return preferences is not None and preferences.custom_numbers


def post(walked: Walk) -> None:
    """Create the invoice in QuickBooks, or find the one an earlier try created."""
    operation = walked.operation
    tried_before = operation.first_posted_at is not None
    if tried_before and walked.now - operation.first_posted_at > REQUEST_MEMORY:
        found = _look_up(walked)
        if found is not None:
            return _adopt(walked, found)
    if not tried_before:
        if not still_holds(walked):
            return None
        with walked.fenced():
            operation.first_posted_at = walked.now
            operation.save(update_fields=["first_posted_at"])
    crashpoint("invoice.before_post")
    try:
        raw = walked.quickbooks.create("Invoice", _body(walked), str(operation.invoice_request_id))
    except Conflict as conflict:
        return _conflict(walked, conflict, tried_before)
    except (Rejected, AccountBlocked, NotFound) as error:
        return _refused(walked, error, tried_before)
    crashpoint("invoice.after_post")
    return _adopt(walked, raw)


def _body(walked: Walk) -> Raw:
    operation = walked.operation
    facts = replace(
        walked.payload_facts(),
        customer_id=operation.customer_id,
        doc_number=operation.doc_number,
    )
    return invoice_body(walked.content, facts)


def _refused(walked: Walk, error: GatewayError, tried_before: bool) -> None:
    """A refusal after a lost answer proves nothing: the first try may have gone through."""
    found = _look_up(walked) if tried_before else None
    if found is None:
        raise Refused(error.code, error.parameters, error.trace_id) from error
    _adopt(walked, found)


def _conflict(walked: Walk, conflict: Conflict, tried_before: bool) -> None:
    if conflict.code != NUMBER_TAKEN or not walked.operation.doc_number:
        return _refused(walked, conflict, tried_before)
    holder = _holder(walked, conflict) if tried_before else None
    if holder is not None:
        return _adopt(walked, holder)
    return _next_number(walked)


def _holder(walked: Walk, conflict: Conflict) -> Raw | None:
    """The invoice that has our number, if it is ours after all."""
    owner = conflict.parameters.get("existing_id", "")
    if not owner:
        return _look_up(walked)
    try:
        raw = walked.quickbooks.read("Invoice", owner)
    except NotFound:
        return None
    return raw if _is_ours(walked, raw) else None


def _next_number(walked: Walk) -> None:
    """Another number is another payload: QuickBooks would replay the refusal of the old one."""
    operation = walked.operation
    refused = operation.doc_number
    with walked.fenced():
        held = numbering.next_after_taken(operation, walked.now)
        if held is not None:
            operation.payload_version += 1
            walked.reach(
                RecoveryPoint.NUMBER_RESERVED,
                doc_number=held.text,
                payload_version=operation.payload_version,
                invoice_request_id=request_id(operation),
                first_posted_at=None,
            )
    if held is None:
        raise Refused("invoice.numbers_taken", {"number": refused})


# ------------------------------------------------------------------------------------ finding it
def _look_up(walked: Walk) -> Raw | None:
    """D-16: this customer's invoices since the operation began, ours by reference or by content."""
    began = walked.operation.created_at - CLOCKS_APART
    rows = walked.quickbooks.query(
        "Invoice",
        all_of(
            where("CustomerRef", "=", walked.operation.customer_id),
            where("MetaData.CreateTime", ">=", began),
        ),
        order="MetaData.CreateTime",
    )
    return next((raw for raw in rows if _is_ours(walked, raw)), None)


def _is_ours(walked: Walk, raw: Raw) -> bool:
    facts = walked.payload_facts()
    marked = facts.reference_place == "memo" or bool(reference_field_of(facts))
    if marked:
        return carries_reference(raw, reference_text(walked.operation))
    taken = InvoiceOperation.objects.for_portal(walked.portal).filter(
        company=walked.company, invoice__qbo_id=str(raw.get("Id"))
    )
    expected = walked.operation.expected_total
    record = parse_invoice(raw)
    same_total = expected is None or _comparable(walked.operation, record) == expected
    return same_total and same_lines(raw, walked.content, facts.discounts) and not taken.exists()


def _comparable(operation: InvoiceOperation, record: Record) -> Decimal:
    """D-11: with automated sales tax only the net was shown."""
    return record.total - record.total_tax if operation.total_is_net else record.total


# ------------------------------------------------------------------------------------ keeping it
def _adopt(walked: Walk, raw: Raw) -> None:
    """Store the answer as our copy, hang it on the deal, and compare the total (D-11)."""
    operation, record = walked.operation, parse_invoice(raw)
    actual = _comparable(operation, record)
    differs = operation.expected_total is not None and actual != operation.expected_total
    with walked.fenced():
        mirror_invoices(walked.company, [record], [], walked.now, origin=Origin.CREATED)
        invoice = Invoice.objects.for_portal(walked.portal).get(
            company=walked.company, qbo_id=record.id
        )
        invoice.origin = Origin.CREATED
        invoice.expected_total = operation.expected_total
        invoice.total_differs = differs
        invoice.save(update_fields=["origin", "expected_total", "total_differs"])
        _attach(walked, invoice)
        numbering.mark_used(operation, walked.now)
        walked.reach(RecoveryPoint.POSTED, invoice=invoice, problem="", problem_parameters={})
        _record(walked, invoice, actual, differs)


def _attach(walked: Walk, invoice: Invoice) -> None:
    """The deal counts it (D-22); its contact, company and quote carry it too (D-24)."""
    operation, deal = walked.operation, walked.operation.draft.deal
    contact = walked.content.contact_id or (
        deal.contact_ids[0] if len(deal.contact_ids) == 1 else ""
    )
    wanted = [
        ("deals", deal.hubspot_id),
        ("contacts", contact),
        ("companies", next(iter(deal.company_ids), "")),
        ("quotes", operation.draft.quote_id),
    ]
    for kind, hubspot_id in wanted:
        if hubspot_id:
            InvoiceAttachment.objects.for_portal(walked.portal).get_or_create(
                invoice=invoice,
                object_kind=kind,
                hubspot_id=hubspot_id,
                detached_at=None,
                defaults={
                    "portal": walked.portal,
                    "company": walked.company,
                    "counts": kind == "deals",
                    "attached_by": operation.created_by,
                    "attached_at": walked.now,
                },
            )


def _record(walked: Walk, invoice: Invoice, actual: Decimal, differs: bool) -> None:
    shared = {
        "person": walked.operation.created_by,
        "portal": walked.portal,
        "company": walked.company,
        "subject": ("invoice", str(invoice.pk)),
        "now": walked.now,
        "origin": "worker",
    }
    total = f"{round_money(invoice.total, invoice.currency)} {invoice.currency}"
    audit.record("invoice.created", after={"number": str(invoice), "total": total}, **shared)
    if differs:
        numbers = {"actual": str(actual), "expected": str(walked.operation.expected_total)}
        audit.record("invoice.total_differs", after=numbers, **shared)
        total_differs.send(InvoiceOperation, invoice=invoice, now=walked.now, **numbers)
