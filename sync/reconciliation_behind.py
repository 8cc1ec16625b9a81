"""Which of a portion's records have a copy here that is not what QuickBooks says (B-26).

A report's lines are asked about the portion at hand alone, so that a report with many of them costs
each portion no more than one with few.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from integration.models import Record
from integration.models.tenancy import PortalQuerySet
from invoices.models import Invoice, InvoiceAttachment
from sync.operations import INVOICE, PAYMENT
from sync.reconcile import OF_BOOKS
from sync.reconciliation_models import Drift, Reconciliation
from sync.records import CUSTOMER, ITEM

KINDS = (INVOICE, PAYMENT, CUSTOMER, ITEM)


def among(row: Reconciliation, ids: Collection[Any]) -> set[str]:
    """Of our own ids of invoices or records."""
    found = _lines(row).filter(record_id__in=[str(each) for each in ids])
    return set(found.values_list("record_id", flat=True))


def of_deals(row: Reconciliation, ids: Collection[str]) -> set[str]:
    """Invoices on these deals, by HubSpot's ids of those."""
    ties = InvoiceAttachment.objects.for_portal(row.portal_id).filter(
        object_kind="deals", hubspot_id__in=ids, detached_at=None
    )
    return _named(row, ties, "invoice_id")


def of_records(row: Reconciliation, ids: Collection[Any]) -> set[str]:
    """These customers and items, and the invoices that make what a customer owes."""
    records = Record.objects.for_portal(row.portal_id).filter(kind=CUSTOMER, pk__in=ids)
    owing = Invoice.objects.for_portal(row.portal_id).filter(
        company=row.company_id, customer_id__in=list(records.values_list("qbo_id", flat=True))
    )
    return among(row, ids) | _named(row, owing, "pk")


def _lines(row: Reconciliation) -> PortalQuerySet:
    """With the kinds named, the index of a report's lines leads to a record."""
    rows = Drift.objects.for_portal(row.portal_id).filter(
        reconciliation=row, what__in=[each.value for each in OF_BOOKS], record_kind__in=KINDS
    )
    return rows.order_by()  # type: ignore[no-any-return]


def _named(row: Reconciliation, rows: PortalQuerySet, key: str) -> set[str]:
    lines = _lines(row).filter(record_id=OuterRef("told"))
    found = rows.order_by().annotate(told=Cast(key, CharField())).filter(Exists(lines))
    return set(found.values_list("told", flat=True))
