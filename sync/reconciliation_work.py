"""The jobs of a report: every night in a quiet hour, on demand, and putting right what it found."""

from datetime import datetime, time, timedelta

from integration.crashpoints import crashpoint
from integration.display import zone_of
from integration.gateways.errors import GatewayError
from integration.jobs import Again, Lease, enqueue
from integration.models import Company, Job
from sync.models import Cursor
from sync.reconcile import What
from sync.reconciliation_engine import Comparison
from sync.reconciliation_fix import Fix
from sync.reconciliation_models import (
    Drift,
    DriftState,
    ReconciledBy,
    Reconciliation,
    ReconciliationState,
)
from sync.signals import both_sides_compared, gone_from_quickbooks

JOB = "sync.reconcile"
FIX = "sync.reconcile_fix"
STEPS_A_TURN = 4
"""Then the company's other work has a turn."""
QUIET = time(2)
QUIET_MINUTES = 120
"""From two to four in the morning, each company at its own minute."""
FRESH = timedelta(hours=12)
KEPT = timedelta(days=90)
TOLD_AT_MOST = 20
SET_UP_PAUSE = timedelta(seconds=5)


def next_quiet(company: Company, now: datetime) -> datetime:
    """The company's next quiet hour, by its own clock."""
    local = now.astimezone(zone_of(company.time_zone))
    minute = timedelta(minutes=company.pk.int % QUIET_MINUTES)
    today = datetime.combine(local.date(), QUIET, local.tzinfo) + minute
    if today > local:
        return today
    tomorrow = local.date() + timedelta(days=1)
    return datetime.combine(tomorrow, QUIET, local.tzinfo) + minute


def is_quiet(company: Company, now: datetime) -> bool:
    """Between the company's minute and the end of the quiet hours, with an hour for late workers."""
    begins = next_quiet(company, now) - timedelta(days=1)
    return now - begins < timedelta(hours=3)


def compare(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``sync.reconcile``: goes on with the company's open report, or begins tonight's."""
    company = job.company
    if company is None:
        return None
    row = _open(company)
    if not company.is_connected:
        _fail(row, now)
        return None
    row = row or _tonight(company, now)
    if row is None:
        _forget_who_asked(job)
        return Again(at=next_quiet(company, now))
    if not (company.portal.properties_ready_at or company.portal.properties_problem):
        enqueue("hubspot.setup", portal=company.portal, at=now)
        return Again(at=now + SET_UP_PAUSE)
    try:
        going_on = _turn(row, lease, now)
    except GatewayError as error:
        _troubled(row, error)
        raise
    if going_on is None:
        _forget_who_asked(job)
    return going_on or Again(at=next_quiet(company, now))


def _forget_who_asked(job: Job) -> None:
    """Tonight's report rests where the month's reads are nearly used up (B-27)."""
    Job.objects.for_portal(job.portal_id).filter(pk=job.pk).update(parameters={})


def _turn(row: Reconciliation, lease: Lease, now: datetime) -> Again | None:
    work = Comparison(row, lease, now)
    for _ in range(STEPS_A_TURN):
        lease.check()
        more = work.step()
        if isinstance(more, Again):
            return more
        if not more:
            _end(row, lease, now)
            return None
        work = Comparison(row, lease, now)
    return Again(at=now)


def _open(company: Company) -> Reconciliation | None:
    rows = Reconciliation.objects.for_portal(company.portal_id).select_related("company__portal")
    return rows.filter(company=company, state=ReconciliationState.RUNNING).first()  # type: ignore[no-any-return]


def _tonight(company: Company, now: datetime) -> Reconciliation | None:
    """Only in the quiet hours, once a night, and only where a sync ever ended."""
    rows = Reconciliation.objects.for_portal(company.portal_id).filter(company=company)
    is_known = Cursor.objects.for_portal(company.portal_id).filter(company=company).exists()
    is_fresh = rows.filter(started_at__gt=now - FRESH).exists()
    if is_fresh or not is_known or not is_quiet(company, now):
        return None
    row: Reconciliation = Reconciliation.objects.create(
        portal_id=company.portal_id, company=company, trigger=ReconciledBy.NIGHT, started_at=now
    )
    return row


def _end(row: Reconciliation, lease: Lease, now: datetime) -> None:
    lines = Drift.objects.for_portal(row.portal_id).filter(reconciliation=row)
    row.state, row.finished_at, row.drift = ReconciliationState.DONE, now, lines.count()
    with lease.fenced():
        row.save()
        both_sides_compared.send(Reconciliation, reconciliation=row, now=now)
        for line in lines.filter(what=What.GONE.value).select_related("company")[:TOLD_AT_MOST]:
            gone_from_quickbooks.send(Drift, line=line, now=now)
        old = Reconciliation.objects.for_portal(row.portal_id).filter(company=row.company)
        old.filter(started_at__lt=now - KEPT).delete()
    crashpoint("reconcile.ended")


def _fail(row: Reconciliation | None, now: datetime) -> None:
    if row is not None:
        row.state, row.finished_at = ReconciliationState.FAILED, now
        row.error, row.error_parameters = (
            "sync.reconcile_not_connected",
            {"company": row.company.name},
        )
        row.save()


def _troubled(row: Reconciliation, error: GatewayError) -> None:
    """Said on the page; the job is tried again as its table says."""
    rows = Reconciliation.objects.for_portal(row.portal_id).filter(pk=row.pk)
    told = {**error.parameters, "vendor": error.vendor}
    rows.update(error=error.code, error_parameters=told, trace_id=error.trace_id)


# ------------------------------------------------------------------------------- putting right


def fix(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``sync.reconcile_fix``: the next lines that a person chose of the report that is its subject."""
    rows = Reconciliation.objects.for_portal(job.portal_id).select_related("company__portal")
    row = rows.filter(pk=job.subject).first()
    if row is None:
        return None
    chosen = Drift.objects.for_portal(job.portal_id).filter(
        reconciliation=row, state=DriftState.FIXING
    )
    if not row.company.is_connected:
        chosen.update(
            state=DriftState.OPEN,
            reason="sync.reconcile_not_connected",
            reason_parameters={"company": row.company.name},
        )
        return None
    has_more = Fix(row, lease, now).some(chosen)
    return Again(at=now) if has_more else None
