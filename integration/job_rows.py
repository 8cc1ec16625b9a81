"""How a job's row is written: put once, finished, failed, released; always under its epoch."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import Case, F, Value, When
from django.db.models.functions import Least

from integration.leases import Lease
from integration.models import Company, Job, Portal
from integration.models.fields import dump_exact
from integration.models.tenancy import PortalQuerySet
from integration.retries import Next, Verdict

log = structlog.stdlib.get_logger("dealbooks.jobs")

SET_ASIDE = "job.set_aside"
PRIORITY = 50
FAILED_PAUSE = timedelta(hours=1)
"""A recurring row that failed for good comes back after this, or after its own pause if longer."""

# While the open job runs, its next time becomes that of the run to follow; a waiting one is pulled
# forward; one that was set aside gets a new chance. A lease that ran out may still be renewed by its
# holder, so it counts as running: one run too many is harmless, one too few is lost work.
PUT = """
INSERT INTO {table} AS job (
  id, portal_id, company_id, kind, subject, dedup_key, parameters, queue, priority, every, next_at,
  lease_owner, epoch, again, attempts, last_error, last_error_parameters, last_trace_id,
  paused_reason, paused_vendor, created_at
) VALUES (
  %(id)s, %(portal)s, %(company)s, %(kind)s, %(subject)s, %(key)s, coalesce(%(parameters)s, '{{}}')::jsonb,
  %(queue)s, %(priority)s, %(every)s, %(at)s, '', 0, false, 0, '', '{{}}'::jsonb, '', '', '', %(at)s
)
ON CONFLICT (dedup_key) DO UPDATE SET
  parameters = coalesce(%(parameters)s::jsonb, job.parameters),
  every = coalesce(excluded.every, job.every),
  queue = CASE WHEN excluded.every IS NOT NULL OR excluded.next_at <= job.next_at
    THEN excluded.queue ELSE job.queue END,
  priority = least(job.priority, excluded.priority),
  next_at = CASE
    WHEN excluded.every IS NOT NULL THEN job.next_at
    WHEN job.lease_until >= clock_timestamp() AND NOT job.again THEN excluded.next_at
    ELSE least(job.next_at, excluded.next_at) END,
  again = job.again OR (excluded.every IS NULL AND job.lease_until IS NOT NULL),
  attempts = CASE WHEN job.paused_reason = %(set_aside)s THEN 0 ELSE job.attempts END,
  paused_reason = CASE WHEN job.paused_reason = %(set_aside)s THEN '' ELSE job.paused_reason END
RETURNING job.*
"""


def put(
    *,
    kind: str,
    portal: Portal,
    company: Company | None,
    at: datetime,
    queue: str,
    dedup_key: str,
    subject: str = "",
    parameters: Mapping[str, Any] | None = None,
    priority: int | None = None,
    every: timedelta | None = None,
) -> Job:
    """Insert the job, or merge it into the open one with its key."""
    if company is not None and company.portal_id != portal.pk:
        raise ValueError("A job's company must belong to its portal.")
    values = {
        "id": uuid.uuid4(),
        "portal": portal.pk,
        "company": company.pk if company else None,
        "kind": kind,
        "subject": subject,
        "key": dedup_key,
        "parameters": None if parameters is None else dump_exact(dict(parameters)),
        "queue": queue,
        "priority": PRIORITY if priority is None else priority,
        "every": every,
        "at": at,
        "set_aside": SET_ASIDE,
    }
    # Read from the statement itself: a worker may have done and deleted the job a moment later.
    (job,) = Job.objects.raw(PUT.format(table=Job._meta.db_table), values)
    return job  # type: ignore[no-any-return]


def finish(
    lease: Lease,
    job: Job,
    now: datetime,
    again_at: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> None:
    """Done: delete a one-shot, plan the next run of a recurring row, or of one asked for meanwhile."""
    mine = _mine(lease)
    if job.every is None and again_at is None and mine.filter(again=False).delete()[0]:
        return
    done = {**FREE, "attempts": 0, "last_error": "", "last_error_parameters": {}}
    done |= {"last_trace_id": "", "last_success_at": now}
    if parameters is not None:
        done["parameters"] = dict(parameters)
    # Asked for while it ran: next_at is already the time that was asked for.
    if mine.filter(again=True).update(again=False, **done):
        return
    following = again_at or now + (job.every or timedelta(0))
    if not mine.update(next_at=following, **done):
        log.warning("finished after the lease was lost; the other run decides")


def fail(lease: Lease, job: Job, verdict: Verdict, now: datetime) -> None:
    """Write the failure and when it goes on; a recurring row always goes on.

    Work asked for while it ran is still owed: it goes on as if asked for just after the failure.
    One statement decides, because somebody may ask at this very moment.
    """
    is_final = verdict.next is Next.SET_ASIDE and job.every is None
    attempts = F("attempts") + (1 if verdict.counts else 0)
    values: dict[str, Any] = {
        **FREE,
        "again": False,
        "attempts": _asked(0, attempts) if is_final else attempts,
        "last_error": verdict.code,
        "last_error_parameters": dict(verdict.parameters),
        "last_trace_id": verdict.trace_id[:100],
    }
    if is_final:
        values |= {"paused_reason": _asked("", SET_ASIDE), "paused_vendor": ""}
    else:
        planned = now + _pause(job, verdict)
        values["next_at"] = _asked(Least("next_at", Value(planned)), planned)
    _mine(lease).update(**values)


def _pause(job: Job, verdict: Verdict) -> timedelta:
    if verdict.next is Next.SET_ASIDE and job.every is not None:
        return max(job.every, FAILED_PAUSE)
    return verdict.after


def _asked(then: object, otherwise: object) -> Case:
    """One value where the work was asked for while it ran, the other where it was not."""
    return Case(When(again=True, then=_value(then)), default=_value(otherwise))


def _value(given: object) -> object:
    return given if hasattr(given, "resolve_expression") else Value(given)


def release(lease: Lease) -> None:
    """Give the job back untouched: the process ends, another goes on at once."""
    _mine(lease).update(**FREE)


FREE = {"lease_until": None, "lease_owner": ""}


def _mine(lease: Lease) -> PortalQuerySet:
    found = Job.objects.everywhere("a lease names one job")
    return found.filter(pk=lease.job_id, epoch=lease.epoch)
