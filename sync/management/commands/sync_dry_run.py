"""``manage.py sync_dry_run``: what the next sync of a company would write, with nothing written (B-22).

    manage.py sync_dry_run --company 93414…          one line for each record
    manage.py sync_dry_run --company 93414… --json   every field before and after, for programs

It does the work itself and waits for a sync of the company that is going on. Ends with 1 when the
list could not be made.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import simplejson
from django.core.management.base import BaseCommand, CommandError

from integration import jobs, messages
from integration.clock import now
from integration.models import Company
from sync import dry_runs
from sync.dry_runs import DryRunRefused
from sync.models import DryRun, DryRunState, PlannedEntry
from sync.views import words

PAUSE = 0.5
LONGEST = 600.0


class Command(BaseCommand):
    help = "List what the next sync of a company would write, field by field, writing nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, help="QuickBooks' realm id")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            row = dry_runs.start_by_command(_company(options["company"]), dry_runs.of_sync(), now())
        except DryRunRefused as error:
            raise CommandError(messages.sentence(error.code, **error.parameters)) from None
        _work_off(row)
        if options["json"]:
            self.stdout.write(simplejson.dumps(_told(row), use_decimal=True, indent=2))
        else:
            for line in _lines(row):
                self.stdout.write(line)
        if row.state != DryRunState.DONE:
            sys.exit(1)


def _company(realm_id: str) -> Company:
    rows = Company.objects.everywhere("an operator names a company").filter(realm_id=realm_id)
    found = rows.filter(disconnected_at=None).select_related("portal").first()
    if found is None:
        raise CommandError(f"No connected company has the realm id {realm_id}.")
    return found  # type: ignore[no-any-return]


def _work_off(row: DryRun) -> None:
    """Turn after turn, here or by a worker that was faster."""
    ends = time.monotonic() + LONGEST
    while row.state == DryRunState.RUNNING and not dry_runs.is_stuck(row):
        job = dry_runs.WORK.job(row)
        if job is None or not jobs.run_one(job.pk, now()):
            time.sleep(PAUSE)
        row.refresh_from_db()
        if row.error or time.monotonic() > ends:
            break


def _entries(row: DryRun) -> Iterator[PlannedEntry]:
    rows = PlannedEntry.objects.for_portal(row.portal_id).filter(dry_run=row)
    yield from rows.order_by("number").iterator(chunk_size=500)


def _told(row: DryRun) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "company": row.company.name,
        "state": row.state,
        "planned": row.planned,
        "skipped": row.skipped,
        "listed": row.listed,
        "counts": row.counts,
        "problem": messages.sentence(row.error, **row.error_parameters) if row.error else "",
        "entries": [
            {
                "operation": each.operation,
                "subject_kind": each.subject_kind,
                "label": each.label,
                "outcome": each.outcome,
                "reason": each.reason,
                "before": each.before,
                "after": each.after,
            }
            for each in _entries(row)
        ],
    }


def _lines(row: DryRun) -> Iterator[str]:
    for each in _entries(row):
        changes = ", ".join(
            f"{change['field']}: {change['before'] or '–'} -> {change['after'] or '–'}"
            for change in words.changes(each)
        )
        reason = words.reason(each.reason, each.reason_parameters)
        said = changes or (reason.sentence if reason else "")
        name = words.record(each.subject_kind, each.label)
        yield f"{name}: {words.operation(each.operation)}. {said}".rstrip()
    problem = messages.sentence(row.error, **row.error_parameters) if row.error else ""
    yield f"{row.planned} would be written, {row.skipped} left alone. {problem}".rstrip()
