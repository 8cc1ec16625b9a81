"""Rows of a month that an accountant is about to close."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from integration.access import actors
from integration.access.actors import Actor
from integration.models import Company, Membership
from invoices import numbering
from invoices.models import ApprovalRequest, Invoice, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.models.invoices import Origin
from invoices.month import Month
from invoices.series import Series
from tests import books
from tests.tenants import NOON
from tests.unit import invoice_rows as rows

OCTOBER = Month(2026, 10)
IN_OCTOBER = datetime(2026, 10, 15, 12, tzinfo=UTC)
TAXED = {"TxnTaxDetail": {"TotalTax": Decimal("7.13")}}


def actor_of(member: Membership) -> Actor:
    found = actors.of_person(member.person, member.portal, origin="session")
    assert found is not None
    return found


def invoice(
    company: Company, total: str = "150.00", day: str = "2026-10-15", **facts: Any
) -> Invoice:
    return books.invoice(company, total=total, TxnDate=day, **facts)


def approval(
    company: Company, by: Membership, operation: InvoiceOperation, state: ApprovalState
) -> ApprovalRequest:
    return ApprovalRequest.objects.create(
        portal=company.portal, company=company, operation=operation, deal=operation.draft.deal,
        content=operation.content, content_hash=operation.content_hash,
        amount=Decimal("150.00"), currency="USD", reason="approval.every_invoice",
        state=state, asked_by=by.person, asked_at=NOON, job_kind="invoice.create",
    )  # fmt: skip


def a_gap(company: Company, by: Membership, at: datetime = IN_OCTOBER) -> None:
    """INV-0041 was refused after INV-0042 had been taken."""
    numbering.confirm(
        actor_of(by), company, Series("INV-", 4, 41), shared_by_all_forms=False,
        gaps_allowed=False, now=at,
    )  # fmt: skip
    first, second = rows.operation(company, by), rows.operation(company, by)
    numbering.reserve(first, at)
    numbering.reserve(second, at)
    numbering.mark_used(second, at)
    numbering.give_back(first, "quickbooks.610", {"name": "Amy"}, at)


def fill(company: Company, by: Membership) -> None:
    """Something on every line of October, and neighbours that belong to no line of it."""
    invoice(company, "100.10", EmailStatus="EmailSent", **TAXED)
    invoice(company, "0.20", day="2026-10-31")
    invoice(company, "5000", day="2026-10-01", CurrencyRef={"value": "JPY"})
    invoice(company, "77.00", day="2026-09-30")
    invoice(company, "88.00", day="2026-11-01")
    books.invoice(company, total="9.99", TxnDate="2026-10-02", origin=Origin.SYNCED)
    differs = invoice(company, "30.00", EmailStatus="EmailSent")
    Invoice.objects.for_portal(company.portal).filter(pk=differs.pk).update(
        total_differs=True, expected_total=Decimal("29.98")
    )
    changed = invoice(company, "250.00", EmailStatus="EmailSent")
    operation = rows.operation(
        company, by, invoice=changed, expected_total=Decimal("150.00"), customer_id="1"
    )
    approval(company, by, operation, ApprovalState.APPROVED)
    approval(company, by, rows.operation(company, by), ApprovalState.WAITING)
    a_gap(company, by)
