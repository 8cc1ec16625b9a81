"""A mail that came back is told once: in the history, and to those who may send (B-16, E-05)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from integration import audit
from integration.models import Company
from invoices.mail_status import FAILURES, MailStatus
from invoices.models import Invoice
from invoices.signals import mail_trouble, mail_went_out

FAILED_CODES: Mapping[MailStatus, str] = {status: f"sending.{status}" for status in FAILURES}
"""Sentences of ``integration.messages``."""


def tell(
    company: Company, before: Mapping[UUID, str], rows: Iterable[Invoice], now: datetime
) -> None:
    """``before`` are the rows' statuses until now. Inside the transaction that stores the new ones."""
    for row in rows:
        was, status = before.get(row.pk, ""), MailStatus(row.mail_status or MailStatus.NOT_SENT)
        if was == status or row.deleted_at is not None or row.voided_at is not None:
            continue
        if status in FAILURES:
            _failed(company, row, status, now)
        elif was in FAILURES:
            mail_went_out.send(Invoice, invoice=row, now=now)


def _failed(company: Company, row: Invoice, status: MailStatus, now: datetime) -> None:
    code = FAILED_CODES[status]
    facts = {"number": str(row), "to": row.bill_email}
    audit.record(
        "invoice.mail_failed",
        portal=company.portal,
        company=company,
        subject=("invoice", str(row.pk)),
        after={**facts, "reason": code},
        now=now,
        origin="worker",
    )
    mail_trouble.send(Invoice, invoice=row, code=code, parameters=facts, now=now)
