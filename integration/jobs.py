"""Work as rows: owed, claimed, leased, finished (architecture, decision 5; reliability.md A.2, A.3).

Each app registers ``kind -> handler`` in its ``AppConfig.ready()``; any layer enqueues. A handler
receives the job, its lease and the instant, and returns nothing (done), or ``Again``. What it
raises goes through the table in ``integration.retries``. Recurring rows stay, one-shots are deleted
when done. ``lease.check()`` belongs between units of work, ``lease.fenced()`` around late writes.

    register("deal.refresh", refresh_deal, queue=Queue.PERIODIC)
    enqueue("deal.refresh", portal=portal, subject=deal_id, parameters={...}, at=now)
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.db import close_old_connections, transaction
from django.db.models import Q

from integration import budget, job_rows, leases
from integration.doorbell import doorbell
from integration.leases import Lease, LeaseLost, Stopping
from integration.models import Company, Job, Portal
from integration.models.jobs import Queue
from integration.models.tenancy import PortalQuerySet
from integration.retries import Next, Verdict, judge, until_midnight

__all__ = [
    "SET_ASIDE", "Again", "Kind", "Lease", "LeaseLost", "Queue", "Stopping", "cancel", "enqueue",
    "ensure_recurring", "kinds", "open_jobs", "pause", "register", "resume", "retry", "run_due",
    "run_one",
]  # fmt: skip

SET_ASIDE = job_rows.SET_ASIDE
LOSSES_FACTOR = 2
"""Work that took its process down this many times its attempts is set aside (fault 60)."""

log = structlog.stdlib.get_logger("dealbooks.jobs")


@dataclass(frozen=True, slots=True)
class Again:
    """Returned by a handler: not finished yet, or due once more, at this domain time."""

    at: datetime
    parameters: Mapping[str, Any] | None = None


Handler = Callable[[Job, Lease, datetime], Again | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How work of one kind is done. ``needs`` are the vendors whose lost connection pauses it."""

    name: str
    handler: Handler
    queue: str
    max_attempts: int
    needs: frozenset[str]
    heavy: bool
    background: bool
    longest: timedelta


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    handler: Handler,
    *,
    queue: str,
    max_attempts: int = 6,
    needs: Collection[str] = ("hubspot", "quickbooks"),
    heavy: bool = False,
    background: bool = False,
    longest: timedelta = timedelta(hours=1),
) -> None:
    """Teach this process a kind of work.

    ``background`` work reads QuickBooks without anybody waiting for it: it rests while the month's
    reads are nearly used up, unless a person asked for it (``integration.budget``). ``heavy`` work
    runs once at a time for each company. ``longest`` is how long a lease is renewed: after that the
    work counts as hung and somebody else may take it.
    """
    _kinds[kind] = Kind(
        kind, handler, str(queue), max_attempts, frozenset(needs), heavy, background, longest
    )


def kinds() -> Mapping[str, Kind]:
    """Everything this process can do; jobs of other kinds are left to processes that know them."""
    return _kinds


def enqueue(
    kind: str,
    *,
    portal: Portal,
    company: Company | None = None,
    subject: str = "",
    parameters: Mapping[str, Any] | None = None,
    at: datetime,
    queue: str | None = None,
    priority: int | None = None,
    dedup_key: str | None = None,
) -> Job:
    """Owe the work, once: an open job with the same key is pulled forward instead.

    If that one is running, it runs once more afterwards. Rings Celery when the caller's transaction
    commits. ``parameters`` replace the open job's; None leaves them.
    """
    chosen = str(queue or _queue_of(kind))
    job = job_rows.put(
        kind=kind,
        portal=portal,
        company=company,
        subject=subject,
        parameters=parameters,
        at=at,
        queue=chosen,
        priority=priority,
        dedup_key=dedup_key or key_of(kind, portal, company, subject),
    )
    transaction.on_commit(lambda: doorbell.ring(job.queue))
    return job


def ensure_recurring(
    kind: str,
    *,
    portal: Portal,
    company: Company | None = None,
    every: timedelta,
    at: datetime,
    queue: str | None = None,
) -> Job:
    """A permanent row that runs ``every`` so often, first at ``at``; an existing one keeps its time.

    It shares its key with ``enqueue`` of the same kind, so "Sync now" pulls it forward.
    """
    return job_rows.put(
        kind=kind,
        portal=portal,
        company=company,
        at=at,
        every=every,
        queue=str(queue or _queue_of(kind)),
        dedup_key=key_of(kind, portal, company, ""),
    )


def key_of(kind: str, portal: Portal, company: Company | None, subject: str) -> str:
    """The de-duplication key unless the caller has one: kind, portal, company, subject."""
    return f"{kind}:{portal.pk.hex}:{company.pk.hex if company else '-'}:{subject}"


def open_jobs(portal: Portal, company: Company | None = None) -> PortalQuerySet:
    """Everything owed in a portal, or for one of its companies."""
    found = Job.objects.for_portal(portal)
    return found if company is None else found.filter(company=company)


def pause(portal: Portal, company: Company | None, reason: str, vendor: str = "") -> int:
    """Stop claiming a connection's work; ``reason`` is a message code. Returns how many jobs.

    With a ``vendor`` only kinds that need it are paused: QuickBooks for the company, HubSpot for
    the whole portal. Without, everything of the company or portal.
    """
    found = open_jobs(portal, company).filter(paused_reason="")
    if vendor:
        found = found.filter(kind__in=[k.name for k in _kinds.values() if vendor in k.needs])
    return found.update(paused_reason=reason, paused_vendor=vendor)


def resume(portal: Portal, company: Company | None = None, vendor: str = "") -> int:
    """Wake what ``pause`` stopped for this vendor (none: what a person stopped). Rings."""
    paused = open_jobs(portal, company).exclude(paused_reason__in=["", SET_ASIDE])
    count = paused.filter(paused_vendor=vendor).update(
        paused_reason="", paused_vendor="", attempts=0
    )
    if count:
        transaction.on_commit(lambda: doorbell.ring(Queue.PERIODIC))
    return count


def retry(job: Job, now: datetime) -> None:
    """Run work again that was set aside or waits for its next time."""
    waiting = Job.objects.for_portal(job.portal_id).filter(pk=job.pk)
    waiting.filter(Q(paused_reason="") | Q(paused_reason=SET_ASIDE)).update(
        paused_reason="", paused_vendor="", attempts=0, next_at=now
    )
    transaction.on_commit(lambda: doorbell.ring(job.queue))


def cancel(portal: Portal, company: Company | None = None) -> int:
    """Forget all work of a company, or of a portal; what runs loses its lease."""
    count, _ = open_jobs(portal, company).delete()
    return count


# -------------------------------------------------------------------------------------- running
def run_due(queue: str, limit: int, now: datetime, seconds: float = 30.0) -> int:
    """Do up to ``limit`` due jobs of a queue, or for so many seconds; how many were done.

    ``now`` is the domain time at the start; each job gets it plus what has passed since.
    """
    started = monotonic()
    for done in range(limit):
        passed = monotonic() - started
        if leases.stopping.is_set() or passed > seconds:
            return done
        instant = now + timedelta(seconds=passed)
        heavy = [kind.name for kind in _kinds.values() if kind.heavy]
        claimed = leases.claim(str(queue), list(_kinds), heavy, instant)
        if claimed is None:
            return done
        _run(*claimed, instant)
    return limit


def run_one(job_id: UUID, now: datetime) -> bool:
    """Do one job now, due or not; False when it is paused, gone, or somebody has it."""
    claimed = leases.claim_one(job_id, list(_kinds))
    if claimed is None:
        return False
    _run(*claimed, now)
    return True


def _run(job_id: UUID, epoch: int, now: datetime) -> None:
    """Do a claimed job and write down how it ended, under the epoch of the claim."""
    job = Job.objects.everywhere("claimed by id").select_related("portal", "company").get(pk=job_id)
    kind = _kinds[job.kind]
    lease = Lease(job_id, epoch, kind.longest.total_seconds())
    trace = secrets.token_hex(8)
    about = {"job": str(job_id), "kind": job.kind, "portal": str(job.portal_id), "run": trace}
    with structlog.contextvars.bound_contextvars(**about):
        if job.last_error == leases.LOST and job.attempts >= LOSSES_FACTOR * kind.max_attempts:
            job_rows.fail(lease, job, Verdict(Next.SET_ASIDE, leases.LOST, trace_id=trace), now)
            log.error("work set aside: it ended its process again and again")
            return
        if kind.background and (rest := budget.held(job, now)) is not None:
            job_rows.fail(lease, job, rest, now)
            return
        started = monotonic()
        try:
            with leases.heart.beating(lease):
                again = kind.handler(job, lease, now)
        except LeaseLost:
            log.warning("lease lost; nothing was written")
        except Stopping:
            job_rows.release(lease)
        except Exception as error:
            _failed(job, kind, lease, error, trace, now)
        else:
            job_rows.finish(lease, job, now, *((again.at, again.parameters) if again else ()))
            log.info("done", seconds=round(monotonic() - started, 3))
        finally:
            close_old_connections()


def _failed(
    job: Job, kind: Kind, lease: Lease, error: Exception, trace: str, now: datetime
) -> None:
    close_old_connections()  # one that broke cannot take the failure down
    verdict = judge(
        error,
        attempts=job.attempts + 1,
        max_attempts=kind.max_attempts,
        trace_id=trace,
        until_midnight=until_midnight(job.portal.time_zone, now),
    )
    own = verdict.code == "job.crashed"
    log.log(
        40 if own or verdict.next is Next.SET_ASIDE else 30,
        "failed",
        error_code=verdict.code,
        vendor_trace=verdict.trace_id,
        next=str(verdict.next),
        exc_info=error if own else None,
    )
    job_rows.fail(lease, job, verdict, now)
    if verdict.next is Next.PAUSE:
        vendor = verdict.parameters["vendor"]
        company = job.company if vendor == "quickbooks" else None
        pause(job.portal, company, "connect.needs_reconnect", vendor)


def _queue_of(kind: str) -> str:
    known = _kinds.get(kind)
    return known.queue if known else Queue.PERIODIC
