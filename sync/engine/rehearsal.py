"""Doing work without doing it (B-22): the real code, with vendors that are only read, rolled back.

Every attempt runs in one transaction. Where it lacks a vendor's answer it is rolled back, the answer
is fetched outside, and the next attempt gets further; the last one is rolled back too. So what it
lists is what the same code would write now, and it leaves nothing behind: no row, no mark, no job.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction

from integration.gateways.errors import Unavailable
from integration.gateways.rehearsal import NotAsked, Notebook
from integration.jobs import Lease

MOST_ASKED = 2000
"""Calls in one rehearsal; more would mean that each attempt asks something new."""
Found = TypeVar("Found")


class RehearsalLease(Lease):
    """The real one's right to work, without its lock: nothing is committed under it."""

    @contextmanager
    def fenced(self) -> Iterator[None]:
        with transaction.atomic():
            yield


def rehearse(lease: Lease, act: Callable[[Notebook, Lease], Found]) -> Found:
    """What ``act`` answers; nothing of what it did stays. Raises the gateway errors that may pass.

    ``act`` is called many times and must ask the same as long as nothing changed.
    """
    notebook = Notebook()
    rehearsed = RehearsalLease(lease.job_id, lease.epoch)
    for _ in range(MOST_ASKED):
        lease.check()
        try:
            with transaction.atomic():
                found = act(notebook, rehearsed)
                transaction.set_rollback(True)
        except NotAsked as missing:
            notebook.fetch(missing)
        else:
            return found
    raise Unavailable("sync.dry_run_endless", vendor="quickbooks")
