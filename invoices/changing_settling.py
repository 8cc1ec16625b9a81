"""Changes whose work was forgotten when their company was disconnected (D-03, B-04, B-19)."""

from datetime import datetime

from integration import jobs
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from invoices.changes import job_of, owe_walk
from invoices.changing import ChangeWalk, fail
from invoices.creation import Refused
from invoices.models import InvoiceChange
from invoices.models.changes import ChangePoint

A_PERSONS = (ChangePoint.CONFLICT, ChangePoint.WAITING)
"""Points at which nothing has to work on it."""


def settle(company: Company, lease: jobs.Lease, now: datetime) -> None:
    """What never left ends with its reason; what may have left goes on once it is connected."""
    for change in forsaken(company):
        lease.check()
        if change.first_posted_at is None:
            names = {"company": company.name}
            fail(ChangeWalk(change, lease, now), Refused("change.company_disconnected", names))
        elif company.is_connected:
            owe_walk(change, now)


def forsaken(company: Company) -> list[InvoiceChange]:
    """Unfinished, and nothing works on them any more."""
    rows: PortalQuerySet = InvoiceChange.objects.for_portal(company.portal_id)
    found = rows.filter(company=company, finished_at=None).exclude(point__in=A_PERSONS)
    told = found.select_related(
        "draft__deal", "company", "portal", "created_by", "invoice__company"
    )
    return [change for change in told if job_of(change) is None]
