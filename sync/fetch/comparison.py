"""What HubSpot shows of a company's invoices and deals against what it was told (B-26, in small)."""

from collections.abc import Iterable
from dataclasses import dataclass

from integration.gateways.hubspot import HubSpot
from integration.models import Company
from integration.records.hubspot import Properties
from invoices.models import DealRef, Invoice, InvoiceAttachment
from sync.reconcile import Difference, Missing, drift

LATEST = 100
"""So many invoices, and their deals, are compared: two calls of HubSpot."""
INVOICES, DEALS = "invoices", "deals"


@dataclass(frozen=True, slots=True)
class Compared:
    """``rows``: (kind, HubSpot id) to (our row's id, what a person calls it)."""

    invoices: int
    deals: int
    found: tuple[Difference | Missing, ...]
    rows: dict[tuple[str, str], tuple[str, str]]


def compare_latest(company: Company, hubspot: HubSpot) -> Compared:
    """The invoices that changed last and the deals they are on."""
    rows = Invoice.objects.for_portal(company.portal_id).filter(company=company)
    invoices = list(rows.exclude(hubspot_id="").defer("raw").order_by("-updated_at")[:LATEST])
    attached = InvoiceAttachment.objects.for_portal(company.portal_id).filter(
        invoice__in=invoices, object_kind=DEALS, detached_at=None
    )
    deals = list(
        DealRef.objects.for_portal(company.portal_id)
        .filter(hubspot_id__in=attached.values("hubspot_id"), archived_at=None)
        .exclude(written_hash="")
    )
    names = {(INVOICES, row.hubspot_id): (str(row.pk), str(row)) for row in invoices}
    names |= {(DEALS, row.hubspot_id): (row.hubspot_id, row.name) for row in deals}
    told = {row.hubspot_id: row.written for row in invoices if row.written}
    told_deals = {row.hubspot_id: row.written for row in deals if row.written}
    found = (*_drift(hubspot, INVOICES, told), *_drift(hubspot, DEALS, told_deals))
    return Compared(len(told), len(told_deals), found, names)


def _drift(
    hubspot: HubSpot, kind: str, told: dict[str, Properties]
) -> Iterable[Difference | Missing]:
    if not told:
        return ()
    names = sorted({name for properties in told.values() for name in properties})
    shown = hubspot.read(kind, sorted(told), names)
    living = {key: each.properties for key, each in shown.items() if not each.archived}
    return drift(kind, told, living)
