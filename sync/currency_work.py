"""Deals that show an invoice in another currency are told at once when the rule for them changes (D-23)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.dispatch import receiver

from integration import jobs
from integration.jobs import Lease
from integration.models import Company, Job
from integration.signals import company_settings_changed
from invoices.models import InvoiceAttachment
from sync.apply.history import Journal
from sync.engine.push import Push, refresh_soon
from sync.fetch.state import DEALS

JOB = "deals.currency"
AT_ONCE = 100
TRY_AGAIN = timedelta(minutes=5)


@receiver(company_settings_changed, dispatch_uid="sync.currency_policy")
def owe(company: Company, after: Mapping[str, Any], now: datetime, **_: object) -> None:
    if "currency_policy" in after:
        jobs.enqueue(JOB, portal=company.portal, company=company, at=now)


def work(job: Job, lease: Lease, now: datetime) -> None:
    """``deals.currency``: all of the company's deals with such an invoice, a hundred at a time.

    What HubSpot says already is not written again, so one that was interrupted may begin anew.
    """
    company = job.company
    if company is None or not company.is_connected:
        return
    for ids in _deals(company):
        lease.check()
        journal = Journal(job.portal, company=company)
        push = Push(job.portal, journal, lease, now)
        push.push((), deal_ids=ids)
        push.finish()
        if journal.left:
            for deal_id in ids:
                refresh_soon(job.portal, deal_id, now + TRY_AGAIN)


def _deals(company: Company) -> Iterator[list[str]]:
    """HubSpot's ids of the deals that an invoice in another currency than the portal's is on."""
    rows = InvoiceAttachment.objects.for_portal(company.portal_id).filter(
        company=company, object_kind=DEALS, detached_at=None
    )
    rows = rows.exclude(invoice__currency=company.portal.currency)
    ids = rows.order_by("hubspot_id").values_list("hubspot_id", flat=True).distinct()
    last = ""
    while found := list(ids.filter(hubspot_id__gt=last)[:AT_ONCE]):
        yield found
        last = found[-1]
