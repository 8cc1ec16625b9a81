"""Mirrored invoices, payments and deals for tests that need rows but no vendor.

Rows come about as in life: through ``mirror_invoices`` from what QuickBooks would say.
"""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.gateways.quickbooks_transactions import payment as parse_payment
from integration.models import Company
from invoices.mirror import mirror_invoices
from invoices.models import DealRef, Invoice, InvoiceAttachment
from invoices.models.invoices import Origin
from tests.tenants import NOON

_numbers = itertools.count(1001)
MADE = "2026-11-20T10:00:00-08:00"


def deal(company: Company, **fields: Any) -> DealRef:
    number = next(_numbers)
    return DealRef.objects.create(
        portal=company.portal,
        **{
            "hubspot_id": str(90_000 + number),
            "name": f"Deal {number}",
            "amount": Decimal(500),
            "currency": "USD",
            "fetched_at": NOON,
            **fields,
        },
    )


def raw_invoice(number: int, total: Decimal, **changes: Any) -> dict[str, Any]:
    """As QuickBooks writes it: one line of two hours of design."""
    return {
        "Id": str(number),
        "SyncToken": "0",
        "MetaData": {"CreateTime": MADE, "LastUpdatedTime": MADE},
        "DocNumber": str(number),
        "TxnDate": "2026-11-20",
        "DueDate": "2026-12-20",
        "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"},
        "CustomerMemo": {"value": "Thank you for your business."},
        "CurrencyRef": {"value": "USD"},
        "BillEmail": {"Address": "birds@amys.example"},
        "Line": [
            {
                "Id": "1",
                "Description": "Custom design",
                "Amount": total,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "4", "name": "Design"},
                    "Qty": 2,
                    "UnitPrice": total / 2,
                    "TaxCodeRef": {"value": "NON"},
                },
            }
        ],
        "TotalAmt": total,
        "Balance": total,
        "EmailStatus": "NotSet",
        **changes,
    }


def invoice(
    company: Company,
    *deals: DealRef,
    total: str = "150.00",
    now: datetime = NOON,
    origin: Origin = Origin.CREATED,
    **changes: Any,
) -> Invoice:
    """On these deals, the first of which counts it. ``changes`` are members of the raw record."""
    number = next(_numbers)
    record = parse_invoice(raw_invoice(number, Decimal(total), **changes))
    mirror_invoices(company, [record], [], now, origin=origin)
    found: Invoice = Invoice.objects.for_portal(company.portal).get(
        company=company, qbo_id=record.id
    )
    for place, each in enumerate(deals):
        attach(found, each, counts=place == 0)
    return found


def attach(invoice: Invoice, deal: DealRef, *, counts: bool = True) -> InvoiceAttachment:
    return InvoiceAttachment.objects.create(
        portal=invoice.portal,
        company=invoice.company,
        invoice=invoice,
        object_kind="deals",
        hubspot_id=deal.hubspot_id,
        counts=counts,
        attached_at=NOON,
    )


def pay(invoice: Invoice, amount: str, *, now: datetime = NOON, **changes: Any) -> Invoice:
    """A payment came in; the invoice's balance falls by it. ``TotalAmt=0``: only a credit."""
    number = next(_numbers)
    paid = {
        "Id": str(number),
        "SyncToken": "0",
        "MetaData": {"LastUpdatedTime": MADE},
        "TxnDate": "2026-11-22",
        "CurrencyRef": {"value": invoice.currency},
        "TotalAmt": Decimal(amount),
        "PaymentRefNum": "4711",
        "Line": [
            {
                "Amount": Decimal(amount),
                "LinkedTxn": [{"TxnId": invoice.qbo_id, "TxnType": "Invoice"}],
            }
        ],
        **changes,
    }
    settled = {
        **invoice.raw,
        "SyncToken": str(int(invoice.sync_token) + 1),
        "Balance": invoice.balance - Decimal(amount),
    }
    mirror_invoices(invoice.company, [parse_invoice(settled)], [parse_payment(paid)], now)
    invoice.refresh_from_db()
    return invoice


def days(number: int) -> str:
    """A date so many days after the tests' noon, as QuickBooks writes it."""
    found: date = (NOON + timedelta(days=number)).date()
    return found.isoformat()
