"""``python -m bench.worker <kind> <id>``: one piece of sync work in a process of its own, as a worker does it.

What the process used is its own: neither the sandbox, nor PostgreSQL, nor the making of the data.
Prints one line of JSON: CPU seconds (user and system), seconds on the clock, memory in MB.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

SETTLED = 2
"""After so many pages everything is loaded and the limiter's first calls are used up."""


def measured(kind: str, id: UUID, limiter: str) -> dict[str, Any]:
    """What it cost. ``run``: of a company; ``backfill``: all its pages."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "integration.settings",
        "DEALBOOKS_LIMITER": limiter,
        "DEALBOOKS_LOG_LEVEL": "WARNING",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.worker", kind, str(id)],
        env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    import django

    django.setup()
    from integration import memory

    memory.settle()
    work = {"run": _run, "backfill": _backfill}[sys.argv[1]]
    cpu, wall = time.process_time(), time.monotonic()
    found = work(UUID(sys.argv[2]))
    used = time.process_time() - cpu
    print(json.dumps({**found, "cpu": used, "wall": time.monotonic() - wall, "memory": _peak()}))


def _run(id: UUID) -> dict[str, Any]:
    from integration import jobs
    from integration.clock import now
    from integration.jobs import Lease
    from integration.models import Company
    from sync.engine.runs import run

    rows = Company.objects.everywhere("the bench has one company")
    company = rows.select_related("portal").get(pk=id)
    job = jobs.enqueue("sync.poll", portal=company.portal, company=company, at=now())
    done = run(company, "person", Lease(job.pk, job.epoch), now())
    return {"seen": done.seen, "written": done.written, "failed": done.failed}


def _backfill(id: UUID) -> dict[str, Any]:
    """``early``: memory after the second page; ``steady``: seconds for each record after it."""
    from integration import jobs
    from integration.clock import now
    from integration.jobs import Lease
    from sync.backfill_engine import one_page
    from sync.models import Backfill

    rows = Backfill.objects.everywhere("the bench has one backfill")
    pages, early, began, seen, again = 0, 0.0, 0.0, 0, True
    while again:
        row = rows.select_related("company", "portal", "run").get(pk=id)
        job = jobs.enqueue("sync.poll", portal=row.portal, company=row.company, at=now())
        again = one_page(row, Lease(job.pk, job.epoch), now())
        pages += 1
        row.refresh_from_db()
        if pages == SETTLED:
            early, began, seen = _peak(), time.monotonic(), row.seen
    steady = (time.monotonic() - began) / max(row.seen - seen, 1)
    counts = {"created": row.created, "skipped": row.skipped, "failed": row.failed}
    return {"pages": pages, "early": early, "steady": steady, **counts}


def _peak() -> float:
    """MB, the most this program ever had. Linux counts what ran before it in the same process, the
    bench itself, into ``ru_maxrss``; its own is told elsewhere."""
    facts = Path("/proc/self/status")
    if facts.exists():
        [line] = [each for each in facts.read_text().splitlines() if each.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
