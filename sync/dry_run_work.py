"""The job of a dry run: a turn at a time, so that the company's own sync comes in between."""

from datetime import datetime, timedelta

from integration import jobs
from integration.gateways.errors import GatewayError
from integration.jobs import Again, Lease
from integration.models import Job
from integration.models.tenancy import PortalQuerySet
from sync.backfill_work import GIVE_WAY, poll_is_due
from sync.dry_run_engine import one_turn
from sync.engine.rehearsal import TooMuch
from sync.models import DryRun, DryRunState

JOB = "sync.dry_run"
FORGET = "sync.forget_dry_run"
KEPT = timedelta(days=1)


def work(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``sync.dry_run``: the next turn of the dry run that is the job's subject."""
    row = _rows(job).select_related("company", "portal").filter(state=DryRunState.RUNNING).first()
    if row is None:
        return None
    if not row.company.is_connected:
        _end(row, "sync.dry_run_not_connected", {"company": row.company.name}, "", now)
        return None
    if row.cursor and poll_is_due(row.company, now):
        return Again(at=now + GIVE_WAY)
    try:
        if one_turn(row, lease, now):
            return Again(at=now)
    except TooMuch:
        _end(row, "sync.dry_run_too_much", {"company": row.company.name}, "", now)
        return None
    except GatewayError as error:
        _say(row, error)
        raise
    forget_later(row, now)
    return None


def forget(job: Job, lease: Lease, now: datetime) -> None:
    """``sync.forget_dry_run``: its day is over."""
    _rows(job).delete()


def forget_later(row: DryRun, now: datetime) -> None:
    jobs.enqueue(FORGET, portal=row.portal, company=row.company, subject=str(row.pk), at=now + KEPT)


def _rows(job: Job) -> PortalQuerySet:
    found: PortalQuerySet = DryRun.objects.for_portal(job.portal_id).filter(pk=job.subject)
    return found


def _end(row: DryRun, code: str, told: dict[str, str], trace_id: str, now: datetime) -> None:
    rows = DryRun.objects.for_portal(row.portal_id).filter(pk=row.pk)
    rows.update(
        state=DryRunState.FAILED,
        error=code,
        error_parameters=told,
        trace_id=trace_id,
        finished_at=now,
    )
    forget_later(row, now)


def _say(row: DryRun, error: GatewayError) -> None:
    """On the page; the job is tried again as its table says."""
    told = {**error.parameters, "vendor": error.vendor}
    rows = DryRun.objects.for_portal(row.portal_id).filter(pk=row.pk)
    rows.update(error=error.code, error_parameters=told, trace_id=error.trace_id)
