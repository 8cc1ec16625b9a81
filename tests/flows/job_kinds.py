"""Kinds of work for the tests of jobs; they leave marks in a file that several processes share."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from integration.crashpoints import crashpoint
from integration.jobs import Again, Job, Lease, register
from integration.models import Portal

MARKS = "JOB_MARKS"


def mark(job: Job, lease: Lease, word: str) -> None:
    line = f"{word} {job.subject} {lease.epoch} {os.getpid()}\n"
    with Path(os.environ[MARKS]).open("a") as file:
        file.write(line)


def quick(job: Job, lease: Lease, now: datetime) -> None:
    mark(job, lease, "ran")


def crashing(job: Job, lease: Lease, now: datetime) -> None:
    """Dies in the middle where the environment says so."""
    mark(job, lease, "began")
    crashpoint("test.before_write")
    with lease.fenced():
        Portal.objects.filter(pk=job.portal_id).update(name=f"epoch {lease.epoch}")
        crashpoint("test.before_commit")
    crashpoint("test.after_commit")
    mark(job, lease, "ended")


def sleepy(job: Job, lease: Lease, now: datetime) -> None:
    """Long enough to be stopped by a signal; then writes under the fence."""
    mark(job, lease, "began")
    time.sleep(float(job.parameters["seconds"]))
    with lease.fenced():
        Portal.objects.filter(pk=job.portal_id).update(name=f"epoch {lease.epoch}")
    mark(job, lease, "ended")


def steps(job: Job, lease: Lease, now: datetime) -> Again | None:
    """Three units of work, one a run."""
    mark(job, lease, "step")
    done = int(job.parameters["done"]) + 1
    return None if done == 3 else Again(now + timedelta(seconds=60), {"done": done})


def unlucky(job: Job, lease: Lease, now: datetime) -> None:
    mark(job, lease, "failed")
    raise RuntimeError("our own mistake")


def units(job: Job, lease: Lease, now: datetime) -> None:
    """Asks between units whether it may go on."""
    mark(job, lease, "began")
    for _ in range(200):
        time.sleep(0.05)
        lease.check()
    mark(job, lease, "ended")


register("test.quick", quick, queue="interactive")
register("test.crashing", crashing, queue="interactive")
register("test.sleepy", sleepy, queue="interactive")
register("test.steps", steps, queue="periodic")
register("test.unlucky", unlucky, queue="periodic")
register("test.units", units, queue="interactive")
register("test.heavy", quick, queue="periodic", heavy=True)
register("test.books_only", quick, queue="periodic", needs=["quickbooks"])
