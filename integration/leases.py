"""Who works on a job now: claims, leases on the database's real clock, and fencing (A.2).

A claim is one statement and raises the job's epoch. Everything written later says the epoch it was
claimed under, so a worker that was stopped and lost its lease cannot write. ``next_at`` is domain
time and comes from the caller; leases use ``clock_timestamp()`` of the database, never that.
"""

import os
import socket
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import DateTimeField, Func

from integration.models import Job

log = structlog.stdlib.get_logger(__name__)

OWNER = f"{socket.gethostname()}:{os.getpid()}"
LOST = "job.lost"
TENANTS_REMEMBERED = 1_000

stopping = threading.Event()
"""Set when this process was asked to end: no new claims, and ``Lease.check`` says stop."""


class LeaseLost(Exception):
    """Somebody else has the job now, or it is gone; whatever was not committed is dropped."""


class Stopping(Exception):
    """The process ends: stop at this point; the job goes on elsewhere at once."""


OURS = "SELECT 1 FROM {table} WHERE id = %s AND epoch = %s"
OURS_LOCKED = f"{OURS} FOR UPDATE"


@dataclass
class Lease:
    """The right to work on one job, for as long as its epoch stays ours."""

    job_id: UUID
    epoch: int
    longest_seconds: float = 3600.0
    started: float = field(default_factory=monotonic)
    lost: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """Of this one claim, at most 43 characters; ``held`` tells whether it still lasts."""
        return f"{self.job_id.hex}:{self.epoch}"

    def check(self) -> None:
        """Call between units of work. Raises LeaseLost or Stopping."""
        if self.lost.is_set() or not self._is_ours():
            self.lost.set()
            raise LeaseLost
        if stopping.is_set():
            raise Stopping

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that holds the job's row under our epoch; raises LeaseLost before it starts.

        While it is open nobody can claim the job, so all of it commits or none of it does.
        """
        with transaction.atomic():
            if not self._is_ours(locked=True):
                self.lost.set()
                raise LeaseLost
            yield

    def _is_ours(self, *, locked: bool = False) -> bool:
        """Asked before and after every call to a vendor, so it is asked plainly."""
        statement = (OURS_LOCKED if locked else OURS).format(table=Job._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.job_id, self.epoch])
            return cursor.fetchone() is not None


def _real_now() -> Func:
    return Func(function="clock_timestamp", output_field=DateTimeField())


def held(names: Collection[str]) -> set[str]:
    """Which of these ``Lease.name`` are of claims that last: somebody may be at work under them."""
    parted = [name.partition(":") for name in names]
    ids = [UUID(job) for job, _, epoch in parted if epoch and len(job) == 32]
    jobs = Job.objects.everywhere("a lease names one job").filter(pk__in=ids)
    lasting = jobs.filter(lease_until__gte=_real_now())
    return {Lease(pk, epoch).name for pk, epoch in lasting.values_list("pk", "epoch")} & set(names)


# ------------------------------------------------------------------------------------- claiming
# Free: never claimed and due, or claimed by somebody whose lease ran out (due or not: it was).
# Fair: each tenant's first job before anybody's second, counting what runs already; then the tenant
# that this process served longest ago. Heavy kinds run once at a time for each company.
CLAIM = """
WITH busy AS (
  SELECT portal_id, company_id, count(*) AS leases, bool_or(kind = ANY(%(heavy)s)) AS is_heavy
  FROM {table} WHERE lease_until >= clock_timestamp() GROUP BY portal_id, company_id
), ranked AS (
  SELECT waiting.id,
    row_number() OVER (
      PARTITION BY waiting.portal_id, waiting.company_id
      ORDER BY waiting.priority, waiting.next_at, waiting.id
    ) + coalesce(busy.leases, 0) AS turn,
    coalesce(array_position(%(served)s::text[],
      concat_ws('/', waiting.portal_id, waiting.company_id)), 0) AS served
  FROM {table} AS waiting
  LEFT JOIN busy ON busy.portal_id = waiting.portal_id
    AND busy.company_id IS NOT DISTINCT FROM waiting.company_id
  WHERE {waiting_free} AND waiting.queue = %(queue)s AND waiting.kind = ANY(%(kinds)s)
    AND NOT (waiting.kind = ANY(%(heavy)s) AND coalesce(busy.is_heavy, false))
), chosen AS (
  SELECT due.id FROM {table} AS due JOIN ranked ON ranked.id = due.id
  WHERE {due_free}
  ORDER BY due.priority, ranked.turn, ranked.served, due.next_at
  LIMIT 1
  FOR UPDATE OF due SKIP LOCKED
)
UPDATE {table} AS job SET
  lease_until = clock_timestamp() + make_interval(secs => %(seconds)s),
  lease_owner = %(owner)s,
  epoch = job.epoch + 1,
  attempts = job.attempts + CASE WHEN job.lease_until IS NULL THEN 0 ELSE 1 END,
  last_error = CASE WHEN job.lease_until IS NULL THEN job.last_error ELSE %(lost)s END
FROM chosen WHERE job.id = chosen.id
RETURNING job.id, job.epoch, concat_ws('/', job.portal_id, job.company_id)
"""
CLAIM_ONE = """
UPDATE {table} AS job SET
  lease_until = clock_timestamp() + make_interval(secs => %(seconds)s),
  lease_owner = %(owner)s,
  epoch = job.epoch + 1
WHERE job.id = (
  SELECT id FROM {table} AS due
  WHERE id = %(job)s AND kind = ANY(%(kinds)s) AND paused_reason = ''
    AND (lease_until IS NULL OR lease_until < clock_timestamp())
  FOR UPDATE SKIP LOCKED
)
RETURNING job.id, job.epoch
"""
FREE = (
    "{alias}paused_reason = '' AND "
    "(({alias}lease_until IS NULL AND {alias}next_at <= %(now)s) "
    "OR {alias}lease_until < clock_timestamp())"
)

_served: "OrderedDict[str, None]" = OrderedDict()
_served_lock = threading.Lock()


def claim(
    queue: str, kinds: Sequence[str], heavy: Sequence[str], now: datetime
) -> tuple[UUID, int] | None:
    """(id, epoch) of the next job of a queue that is due at ``now`` and free; None when there is none."""
    with _served_lock:
        served = list(_served)
    parameters = {
        "seconds": settings.DEALBOOKS["JOB_LEASE_SECONDS"],
        "owner": OWNER,
        "lost": LOST,
        "queue": queue,
        "kinds": list(kinds),
        "heavy": list(heavy),
        "served": served,
        "now": now,
    }
    statement = CLAIM.format(
        table=Job._meta.db_table,
        waiting_free=FREE.format(alias="waiting."),
        due_free=FREE.format(alias="due."),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    with _served_lock:
        _served.pop(row[2], None)
        _served[row[2]] = None
        while len(_served) > TENANTS_REMEMBERED:
            _served.popitem(last=False)
    return row[0], row[1]


def claim_one(job_id: UUID, kinds: Sequence[str]) -> tuple[UUID, int] | None:
    """The same for one job, due or not, unless it is paused or somebody has it."""
    parameters = {
        "seconds": settings.DEALBOOKS["JOB_LEASE_SECONDS"],
        "owner": OWNER,
        "job": job_id,
        "kinds": list(kinds),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_ONE.format(table=Job._meta.db_table), parameters)
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def due_by_queue(kinds: Sequence[str], now: datetime) -> dict[str, int]:
    """How many free jobs are due in each queue: what the tick rings for."""
    statement = (
        f"SELECT queue, count(*) FROM {Job._meta.db_table} "  # noqa: S608  our own table name
        f"WHERE {FREE.format(alias='')} AND kind = ANY(%(kinds)s) GROUP BY queue"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "kinds": list(kinds)})
        return dict(cursor.fetchall())


# ------------------------------------------------------------------------------------ heartbeat
BEAT = """
UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND epoch = %s AND lease_until IS NOT NULL
"""


class Heart:
    """One thread a process renews the leases of everything that runs in it; it ends when idle."""

    def __init__(self) -> None:
        self._leases: dict[UUID, Lease] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def beating(self, lease: Lease) -> Iterator[None]:
        """Renew the lease while the block runs."""
        with self._changed:
            self._leases[lease.job_id] = lease
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._leases.pop(lease.job_id, None)
                self._changed.notify_all()

    def _beat(self) -> None:
        try:
            while True:
                with self._changed:
                    self._changed.wait(settings.DEALBOOKS["JOB_HEARTBEAT_SECONDS"])
                    leases = list(self._leases.values())
                    if not leases:
                        self._thread = None
                        return
                for lease in leases:
                    self._renew(lease)
        finally:
            connections.close_all()

    def _renew(self, lease: Lease) -> None:
        if monotonic() - lease.started > lease.longest_seconds:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    BEAT.format(table=Job._meta.db_table),
                    [settings.DEALBOOKS["JOB_LEASE_SECONDS"], lease.job_id, lease.epoch],
                )
                if cursor.rowcount == 0:
                    lease.lost.set()
        except DatabaseError as trouble:
            log.warning("lease not renewed", job=str(lease.job_id), trouble=type(trouble).__name__)
            with suppress(DatabaseError):
                connection.close()


heart = Heart()
