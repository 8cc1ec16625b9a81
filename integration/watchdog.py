"""Ends a worker that has gone deaf, and lets a worker that is asked to end stop between units.

After a broker restart a Celery worker can stay connected and receive nothing (fault 65). It then
looks healthy and does no work. Work that is long overdue in its own queues while it hears nothing
is the proof; the process exits and whoever supervises it starts a new one.
"""

import os
import threading
from collections.abc import Collection
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from celery.signals import task_received, worker_ready, worker_shutting_down
from django.db import DatabaseError, connections

from integration import jobs, leases
from integration.clock import now  # noqa: TID251  an entrance like a task

log = structlog.stdlib.get_logger("dealbooks.watchdog")

DEAF_SECONDS = 90.0
LOOK_SECONDS = 15.0
EXIT_CODE = 1

_heard = monotonic()


def install() -> None:
    """Connect to the worker's signals; does nothing in other processes."""
    task_received.connect(_hear, dispatch_uid="watchdog.hear")
    worker_ready.connect(_start, dispatch_uid="watchdog.start")
    worker_shutting_down.connect(_stop, dispatch_uid="watchdog.stop")


def is_deaf(silent_seconds: float, queues: Collection[str], instant: datetime) -> bool:
    """Whether this worker should have heard something: it was silent while its queues had work."""
    if silent_seconds < DEAF_SECONDS:
        return False
    due = leases.due_by_queue(list(jobs.kinds()), instant)
    return any(due.get(queue) for queue in queues)


def _hear(**signal: Any) -> None:
    global _heard
    _heard = monotonic()


def _stop(**signal: Any) -> None:
    leases.stopping.set()


def _start(sender: Any, **signal: Any) -> None:
    queues = list(sender.task_consumer.queues) if sender.task_consumer else []
    names = [getattr(queue, "name", str(queue)) for queue in queues]
    threading.Thread(target=_watch, args=(names,), name="watchdog", daemon=True).start()


def _watch(queues: Collection[str]) -> None:
    while not leases.stopping.wait(LOOK_SECONDS):
        try:
            deaf = is_deaf(monotonic() - _heard, queues, now())
        except DatabaseError:
            continue  # without the database there is no work to hear of
        finally:
            connections.close_all()
        if deaf:
            log.error("no message for too long while work is due; the worker restarts")
            os._exit(EXIT_CODE)
