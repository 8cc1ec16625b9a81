"""Operations whose work was forgotten when their company was disconnected (D-03, B-04, B-19).

What never left for QuickBooks goes back to the rep as a draft. What may have left has an outcome
that only QuickBooks knows: it goes on, with the same request id, once the company is connected.
"""

from datetime import datetime

from integration import jobs
from integration.models import Company, Job
from integration.models.tenancy import PortalQuerySet
from invoices import changing_settling, quote_pdf, sending_walk
from invoices.creation import Refused, Walk, back_to_draft
from invoices.models import InvoiceOperation
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.services import job_of, owe_walk

JOB = "invoices.settle"
ENDED = (RecoveryPoint.DONE, RecoveryPoint.FAILED)


def settle(job: Job, lease: jobs.Lease, now: datetime) -> None:
    """The handler: owed after each end and each beginning of a company's connection.

    It belongs to the portal, so that it outlives the company's own work; ``parameters`` name the
    company.
    """
    rows = Company.objects.for_portal(job.portal_id)
    company = rows.filter(pk=job.parameters["company"]).first()
    if company is None:
        return
    for operation in forsaken(company):
        lease.check()
        if operation.point == RecoveryPoint.WAITING and company.is_connected:
            continue  # it waits for a person, not for the connection (D-15)
        if operation.first_posted_at is None:
            names = {"company": company.name}
            back_to_draft(
                Walk(operation, lease, now), Refused("posting.company_disconnected", names)
            )
        elif company.is_connected:
            owe_walk(operation, now)
    sending_walk.settle(company, lease, now)
    changing_settling.settle(company, lease, now)
    quote_pdf.settle(company, now)


def forsaken(company: Company) -> list[InvoiceOperation]:
    """Unfinished, and nothing works on them any more."""
    rows: PortalQuerySet = InvoiceOperation.objects.for_portal(company.portal_id)
    found = rows.filter(company=company, draft__state=DraftState.SUBMITTED).exclude(point__in=ENDED)
    told = found.select_related("draft__deal", "company", "portal", "created_by")
    return [operation for operation in told if job_of(operation) is None]
