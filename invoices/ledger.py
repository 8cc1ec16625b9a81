"""The payments ledger: one row for each (payment, invoice), reversed instead of removed (D-20)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Payment
from invoices.amounts import Application, applications
from invoices.calendar import company_day
from invoices.models import AcceptedRefund, Invoice, PaymentApplication

Key = tuple[str, UUID]
"""QuickBooks' payment id and our invoice row."""


def invoices_of(company: Company, payments: Sequence[Payment]) -> set[str]:
    """QuickBooks ids of the invoices these payments settled so far, by the ledger."""
    found = _rows(company).filter(payment_id__among={payment.id for payment in payments})
    return set(found.values_list("invoice__qbo_id", flat=True))


def cash_received(company: Company, invoices: Iterable[Invoice]) -> dict[UUID, Decimal]:
    """Cash by invoice row, reversed payments left out and accepted refunds taken off (D-19)."""
    ids = [invoice.pk for invoice in invoices]
    rows = _rows(company).filter(invoice__among=ids, reversed_at=None)
    found = dict(rows.values_list("invoice").annotate(sum=Sum("cash")).order_by())
    given_back = AcceptedRefund.objects.for_portal(company.portal_id).filter(
        company=company, invoice__among=ids, withdrawn_at=None
    )
    for invoice_id, sum_ in (
        given_back.values_list("invoice").annotate(sum=Sum("amount")).order_by()
    ):
        found[invoice_id] = max(found.get(invoice_id, Decimal(0)) - sum_, Decimal(0))
    return found


def book(
    company: Company, payments: Sequence[Payment], invoices: Mapping[str, Invoice], now: datetime
) -> set[UUID]:
    """Bring the ledger in line with these payments; the rows of invoices that were touched.

    A payment older than the ledger's knowledge of it is ignored.
    """
    held = _held(company, payments)
    methods = _method_names(company, payments)
    touched: set[UUID] = set()
    for payment in (_with_currency(company, each) for each in payments):
        own = {key: row for key, row in held.items() if key[0] == payment.id}
        if _is_old(payment, own.values()):
            continue
        wanted = {
            (payment.id, invoices[invoice_id].pk): (invoices[invoice_id], application)
            for invoice_id, application in applications(payment).items()
            if invoice_id in invoices and application.applied
        }
        for key, (invoice, application) in wanted.items():
            row = own.get(key) or _new(company, invoice, payment)
            if _fill(row, payment, application, methods, company_day(company, now)):
                row.seen_at = now
                row.save(force_insert=row._state.adding)
                held[key] = row
                touched.add(invoice.pk)
        touched |= _reverse([row for key, row in own.items() if key not in wanted], payment, now)
    return touched


def _with_currency(company: Company, payment: Payment) -> Payment:
    """A company with one currency names none; its decimals decide how a payment is shared."""
    return payment if payment.currency else replace(payment, currency=company.home_currency)


def _rows(company: Company) -> PortalQuerySet:
    return PaymentApplication.objects.for_portal(company.portal_id).filter(company=company)


def _held(company: Company, payments: Sequence[Payment]) -> dict[Key, PaymentApplication]:
    ids = {payment.id for payment in payments}
    rows = _rows(company).filter(payment_id__among=ids).select_for_update().order_by("pk")
    return {(row.payment_id, row.invoice_id): row for row in rows}


def _is_old(payment: Payment, rows: Iterable[PaymentApplication]) -> bool:
    newest = max((int(row.sync_token or 0) for row in rows), default=-1)
    return not payment.deleted and int(payment.sync_token or 0) < newest


def _new(company: Company, invoice: Invoice, payment: Payment) -> PaymentApplication:
    return PaymentApplication(
        portal_id=company.portal_id, company=company, invoice=invoice, payment_id=payment.id
    )


def _fill(
    row: PaymentApplication,
    payment: Payment,
    application: Application,
    methods: Mapping[str, str],
    today: date,
) -> bool:
    """Whether anything is different from before."""
    values = {
        "applied": application.applied,
        "cash": application.cash,
        "currency": payment.currency or row.invoice.currency,
        "paid_on": payment.txn_date or today,
        "method": (payment.method_name or methods.get(payment.method_id, ""))[:100],
        "reference": payment.reference[:100],
        "sync_token": payment.sync_token,
        "reversed_at": None,
    }
    is_new = row._state.adding
    different = is_new or any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return different


def _reverse(rows: Iterable[PaymentApplication], payment: Payment, now: datetime) -> set[UUID]:
    """Voided, deleted or unlinked in QuickBooks: the row stays with the time of it."""
    touched: set[UUID] = set()
    for row in rows:
        if row.reversed_at is None:
            row.reversed_at = row.seen_at = now
            row.sync_token = payment.sync_token or row.sync_token
            row.save(update_fields=["reversed_at", "seen_at", "sync_token"])
            touched.add(row.invoice_id)
    return touched


def _method_names(company: Company, payments: Sequence[Payment]) -> dict[str, str]:
    """Payments carry the method's id; its name is in the mirror."""
    ids = {payment.method_id for payment in payments if payment.method_id}
    if not ids:
        return {}
    found = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind="PaymentMethod", qbo_id__in=ids
    )
    return dict(found.values_list("qbo_id", "name"))
