"""Doing work without doing it (B-22): the real code, with vendors that are only read, rolled back.

Every attempt runs in one transaction. Where it lacks a vendor's answer it is rolled back, the answer
is fetched outside, and the next attempt gets further; the last one is rolled back too. So what it
lists is what the same code would write now, and it leaves nothing behind: no row, no mark, no job.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from integration.gateways.errors import RateLimited
from integration.gateways.rehearsal import NotAsked, Notebook
from integration.jobs import Lease

LONGEST_SECONDS = 600.0
"""Of one rehearsal, unless the setting DRY_RUN_SECONDS says otherwise."""
LONGEST_WAIT = 15.0
"""For a vendor that wants fewer calls: what it answered so far would have to be asked for again."""
Found = TypeVar("Found")


class TooMuch(Exception):
    """It would take too long, or each attempt asked something new because everything changes."""


class RehearsalLease(Lease):
    """The real one's right to work, without its lock: nothing is committed under it."""

    @contextmanager
    def fenced(self) -> Iterator[None]:
        with transaction.atomic():
            yield


def rehearse(lease: Lease, act: Callable[[Notebook, Lease], Found]) -> Found:
    """What ``act`` answers; nothing of what it did stays.

    Raises ``TooMuch``, or the gateway errors that may pass.
    ``act`` is called many times and must ask the same as long as nothing changed.
    """
    notebook = Notebook()
    rehearsed = RehearsalLease(lease.job_id, lease.epoch)
    ends = monotonic() + settings.DEALBOOKS.get("DRY_RUN_SECONDS", LONGEST_SECONDS)
    while monotonic() < ends:
        lease.check()
        try:
            with transaction.atomic():
                found = act(notebook, rehearsed)
                transaction.set_rollback(True)
        except NotAsked as missing:
            _fetch(notebook, missing, lease, ends)
        else:
            return found
    raise TooMuch


def _fetch(notebook: Notebook, missing: NotAsked, lease: Lease, ends: float) -> None:
    while True:
        try:
            return notebook.fetch(missing)
        except RateLimited as error:
            wait = error.retry_after or 1.0
            if wait > LONGEST_WAIT or monotonic() + wait > ends:
                raise
        sleep(wait)
        lease.check()
