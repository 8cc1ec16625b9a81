"""What the worker does for sync: poll a company, refresh a deal."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from integration.clock import now as clock_now
from integration.jobs import Again, Lease, Queue, enqueue, register
from integration.models import Company, Job
from invoices.models import InvoiceAttachment
from sync import (
    backfill,
    backfill_work,
    currency_work,
    dry_run_work,
    erasing,
    match_work,
    reconciliation_work,
    undo_work,
)
from sync.coexistence import check
from sync.engine import launch_links
from sync.engine.push import push_invoice, refresh
from sync.engine.runs import POLL, run
from sync.fetch import listening
from sync.fetch.settings import follows_hubspot
from sync.models import Cursor
from sync.policies import QUICK_SPAN, SHORT, Listening, poll_pause

TRY_AGAIN = timedelta(minutes=5)
SET_UP_PAUSE = timedelta(seconds=5)


def poll(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``sync.poll``: one run; the next one when D-29 says. Ends with the company's connection."""
    company = job.company
    if company is None or not company.is_connected:
        return None
    if not _is_set_up(job, now):
        return Again(at=clock_now() + SET_UP_PAUSE)
    # Cleared before the run: whoever asks during it is heard by the next one.
    Job.objects.for_portal(job.portal_id).filter(pk=job.pk).update(parameters={})
    run(company, str(job.parameters.get("trigger") or POLL), lease, now)
    return Again(at=clock_now() + _pause(company, now))


def _pause(company: Company, now: datetime) -> timedelta:
    cursor = Cursor.objects.for_portal(company.portal_id).get(company=company)
    return poll_pause(
        timedelta(seconds=settings.DEALBOOKS["POLL_SECONDS"]),
        idle_polls=cursor.idle_polls,
        quick_until=cursor.quick_until,
        now=now,
        webhooks=_listening(company),
        last_event_at=listening.last_event_at(company),
        due_at=listening.due_at(company, now),
    )


def _listening(company: Company) -> Listening:
    """QuickBooks' webhooks tell nothing of HubSpot's changes, where those reach QuickBooks (P-47)."""
    return Listening.ABSENT if follows_hubspot(company) else listening.standing(company)


def refresh_deal(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``deal.refresh``: what the deal ``deal_id`` says about its invoices, at once.

    Somebody just made, added or took off an invoice, so its companies are looked at more often
    for a while (D-29).
    """
    if not _is_set_up(job, now):
        return Again(at=clock_now() + SET_UP_PAUSE)
    deal_id = str(job.parameters.get("deal_id") or job.subject)
    _look_soon(job, deal_id, now)
    done = refresh(job.portal, deal_id, lease, now)
    return None if done else Again(at=clock_now() + TRY_AGAIN)


def refresh_record(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``record.refresh``: a contact or company whose invoices were added or taken off (S-70)."""
    if not _is_set_up(job, now):
        return Again(at=clock_now() + SET_UP_PAUSE)
    kind, hubspot_id = str(job.parameters["kind"]), str(job.parameters["id"])
    done = refresh(job.portal, hubspot_id, lease, now, kind)
    return None if done else Again(at=clock_now() + TRY_AGAIN)


def refresh_invoice(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``invoice.refresh``: HubSpot's own object of an invoice that hangs on no deal (D-18)."""
    if not _is_set_up(job, now):
        return Again(at=clock_now() + SET_UP_PAUSE)
    done = push_invoice(job.portal, UUID(str(job.parameters["invoice"])), lease, now)
    return None if done else Again(at=clock_now() + TRY_AGAIN)


def write_launch_links(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``deal.launch_links``: the next hundred deals without their launch link (E-03)."""
    if not _is_set_up(job, now):
        return Again(at=clock_now() + SET_UP_PAUSE)
    return launch_links.work(job, lease, now)


def refresh_deals(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``deals.currency``: what deals say of invoices in other currencies, by the rule of now (D-23)."""
    if not _is_set_up(job, now):
        return Again(at=clock_now() + SET_UP_PAUSE)
    currency_work.work(job, lease, now)
    return None


def _is_set_up(job: Job, now: datetime) -> bool:
    """HubSpot must have our properties before anything is written into them (D-25)."""
    portal = job.portal
    if portal.properties_ready_at is not None or portal.properties_problem:
        return True
    enqueue("hubspot.setup", portal=portal, at=now)
    return False


def _look_soon(job: Job, deal_id: str, now: datetime) -> None:
    attached = InvoiceAttachment.objects.for_portal(job.portal_id).filter(
        object_kind="deals", hubspot_id=deal_id, detached_at=None
    )
    companies = Company.objects.for_portal(job.portal_id).filter(
        pk__in=attached.values("company"), disconnected_at=None
    )
    cursors = Cursor.objects.for_portal(job.portal_id).filter(company__in=companies)
    cursors.update(quick_until=now + QUICK_SPAN)
    soon = min(SHORT, timedelta(seconds=settings.DEALBOOKS["POLL_SECONDS"]))
    for company in companies:
        enqueue("sync.poll", portal=job.portal, company=company, at=now + soon)


def register_all() -> None:
    register("sync.poll", poll, queue=Queue.PERIODIC, heavy=True, background=True)
    register(backfill.JOB, backfill_work.work, queue=Queue.BACKFILL, heavy=True, background=True)
    register(dry_run_work.JOB, dry_run_work.work, queue=Queue.INTERACTIVE, heavy=True)
    register(undo_work.JOB, undo_work.undo, queue=Queue.INTERACTIVE, heavy=True)
    register(dry_run_work.FORGET, dry_run_work.forget, queue=Queue.BACKFILL, needs=[])
    register(
        reconciliation_work.JOB,
        reconciliation_work.compare,
        queue=Queue.BACKFILL,
        heavy=True,
        background=True,
    )
    register(reconciliation_work.FIX, reconciliation_work.fix, queue=Queue.INTERACTIVE, heavy=True)
    register(match_work.JOB, match_work.work, queue=Queue.BACKFILL, needs=["hubspot"])
    register(check.JOB, check.work, queue=Queue.BACKFILL)
    register(launch_links.JOB, write_launch_links, queue=Queue.BACKFILL, needs=["hubspot"])
    register(currency_work.JOB, refresh_deals, queue=Queue.BACKFILL, needs=["hubspot"])
    register(erasing.JOB, erasing.work, queue=Queue.WEBHOOK, needs=[])
    register("deal.refresh", refresh_deal, queue=Queue.INTERACTIVE, needs=["hubspot"])
    register("record.refresh", refresh_record, queue=Queue.INTERACTIVE, needs=["hubspot"])
    register("invoice.refresh", refresh_invoice, queue=Queue.INTERACTIVE, needs=["hubspot"])
