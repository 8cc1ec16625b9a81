"""The quote's PDF on the invoice that was made from it (E-04): owed, tried again, told.

The setting decides when the invoice is created; the job ``invoice.attach_quote`` does the work
(``invoices.quote_pdf_walk``). Nothing here delays the invoice or makes it fail.
"""

import re
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import audit, company_settings, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, Job
from integration.models.company_settings import QuotePdfs
from invoices import draft_quotes
from invoices.draft import DraftContent
from invoices.models import Invoice, InvoiceOperation, QuotePdf
from invoices.models.quote_pdf import PdfState

ATTACH = "invoice.attach_quote"
"""The kind of the job."""
PRIORITY = 60
"""After the work that people wait for."""


def owe(operation: InvoiceOperation, now: datetime) -> QuotePdf | None:
    """Once the invoice stands; the caller holds the transaction. None: nothing is wanted."""
    settings = company_settings.of_company(operation.company)
    held = draft_quotes.of(DraftContent.from_json(operation.content))
    if settings.quote_pdfs == QuotePdfs.NEVER or held is None or operation.invoice is None:
        return None
    row, is_new = QuotePdf.objects.for_portal(operation.portal_id).get_or_create(
        invoice=operation.invoice,
        defaults={
            "portal": operation.portal,
            "company": operation.company,
            "quote_id": held.quote.id,
            "quote_name": (held.quote.title or held.quote.number)[:300],
            "file_name": file_name(held.quote.number or held.quote.title, operation.number),
            "on_mail": settings.quote_pdf_on_mail,
            "request_id": uuid.uuid4(),
            "created_by": operation.created_by,
            "created_at": now,
        },
    )
    if is_new:
        owe_walk(row, now)
    return row  # type: ignore[no-any-return]


def file_name(quote: str, reference: str) -> str:
    """Quotes may be called anything (control 36): letters, digits, dots and dashes stay."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", quote).strip("-.")[:60]
    return "-".join(part for part in ("quote", plain, reference) if part) + ".pdf"


def owe_walk(row: QuotePdf, now: datetime) -> Job:
    return jobs.enqueue(
        ATTACH,
        portal=row.portal,
        company=row.company,
        subject=str(row.pk),
        parameters={"pdf": str(row.pk)},
        at=now,
        priority=PRIORITY,
    )


def of_invoice(invoice: Invoice) -> QuotePdf | None:
    rows = QuotePdf.objects.for_portal(invoice.portal_id).filter(invoice=invoice)
    return rows.select_related("portal", "company", "invoice").first()  # type: ignore[no-any-return]


def job_of(row: QuotePdf) -> Job | None:
    """What works on it, with its last error."""
    found = Job.objects.for_portal(row.portal_id).filter(kind=ATTACH, subject=str(row.pk))
    return found.first()  # type: ignore[no-any-return]


def try_again(actor: Actor, invoice: Invoice, now: datetime) -> bool:
    """False: there is none, or it is attached already. With the settings of this moment."""
    actor.require(Right.POST, invoice.company)
    with transaction.atomic():
        rows = QuotePdf.objects.for_portal(invoice.portal_id).select_for_update()
        row = rows.filter(invoice=invoice).exclude(state=PdfState.ATTACHED).first()
        if row is None:
            return False
        if row.first_called_at is None:
            row.on_mail = company_settings.of_company(invoice.company).quote_pdf_on_mail
        if row.state == PdfState.FAILED:
            row.state = PdfState.UPLOADING if row.first_called_at else PdfState.WAITING
        row.problem, row.problem_parameters, row.finished_at = "", {}, None
        row.save()
        job = owe_walk(row, now)
        jobs.retry(job, now)
        note(row, "invoice.quote_pdf_again", now, {}, actor=actor)
    return True


def settle(company: Company, now: datetime) -> None:
    """Work that was forgotten when the company was disconnected goes on with the connection."""
    if not company.is_connected:
        return
    rows = QuotePdf.objects.for_portal(company.portal_id).filter(company=company)
    for row in rows.filter(state__in=(PdfState.WAITING, PdfState.UPLOADING)):
        if job_of(row) is None:
            owe_walk(row, now)


def note(
    row: QuotePdf, action: str, now: datetime, after: dict[str, Any], *, actor: Actor | None = None
) -> None:
    by: dict[str, Any] = {"actor": actor} if actor else {"origin": "worker"}
    audit.record(
        action,
        portal=row.portal,
        company=row.company,
        subject=("invoice", str(row.invoice_id)),
        after={"quote": row.quote_name or row.quote_id, "file": row.file_name, **after},
        now=now,
        **by,
    )
