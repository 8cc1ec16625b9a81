"""The job of a backfill: one page a turn, so that the company's other work comes in between."""

from datetime import datetime, timedelta

from integration import jobs
from integration.gateways.errors import GatewayError
from integration.jobs import Again, Lease
from integration.models import Company, Job
from sync.backfill_engine import one_page
from sync.fetch.settings import object_policies
from sync.models import Backfill, BackfillState, SyncObject

GIVE_WAY = timedelta(seconds=5)
"""So long a company's own poll that is due goes first."""


def work(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``sync.backfill``: the next page of the backfill that is the job's subject."""
    rows = Backfill.objects.for_portal(job.portal_id).select_related("company", "portal", "run")
    row = rows.filter(pk=job.subject, state=BackfillState.RUNNING).first()
    if row is None:
        return None
    if trouble := _must_stop(row):
        _stop(row, trouble)
        return None
    if poll_is_due(row.company, now):
        return Again(at=now + GIVE_WAY)
    try:
        return Again(at=now) if one_page(row, lease, now) else None
    except GatewayError as error:
        _failed(row, error)
        raise


def _must_stop(row: Backfill) -> str:
    if not row.company.is_connected:
        return "sync.backfill_not_connected"
    enabled = object_policies(row.company)[SyncObject(row.object)].enabled
    return "" if enabled else "sync.backfill_tab_off"


def _stop(row: Backfill, code: str) -> None:
    told = {"company": row.company.name, "object": str(SyncObject(row.object).label)}
    rows = Backfill.objects.for_portal(row.portal_id).filter(pk=row.pk, state=BackfillState.RUNNING)
    rows.update(state=BackfillState.PAUSED, error=code, error_parameters=told)


def _failed(row: Backfill, error: GatewayError) -> None:
    """Said on the page; the job is tried again as its table says."""
    told = {**error.parameters, "vendor": error.vendor}
    rows = Backfill.objects.for_portal(row.portal_id).filter(pk=row.pk)
    rows.update(error=error.code, error_parameters=told, trace_id=error.trace_id)


def poll_is_due(company: Company, now: datetime) -> bool:
    waiting = jobs.open_jobs(company.portal, company).filter(
        kind="sync.poll", paused_reason="", lease_until=None, next_at__lte=now
    )
    return waiting.exists()  # type: ignore[no-any-return]
