"""``manage.py demo_check``: the main path without a person, on ports and data of its own."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integration import embedded, supervisor
from workflows.demo_check.browser import PageProblem
from workflows.demo_check.check import Check
from workflows.demo_check.progress import Report, Stuck
from workflows.demo_check.walk import walk

SECONDS = 210.0
"""After the start; with it the whole command ends within four minutes."""
LOG_LINES = 15


class Command(BaseCommand):
    help = (
        "Starts the demo, connects, invoices, pays, compares; one JSON line, exit 1 on differences."
    )
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--keep", action="store_true", help="leave data and logs for a look")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEALBOOKS["VENDORS"] != "simulated":
            raise CommandError("The check simulates both vendors: unset DEALBOOKS_VENDORS for it.")
        taken = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
        if taken:
            raise CommandError(
                f"{' and '.join(taken)} would be filled with the check's data. Unset them; the "
                "check starts servers of its own."
            )
        report = Report(self._say, SECONDS)
        with supervisor.ending_on_signals():
            try:
                with _folder(keep=options["keep"]) as data:
                    self._check(report, data)
            except supervisor.Stopped:
                raise CommandError("Stopped; nothing is left running.") from None
            except embedded.EmbeddedError as error:
                report.problem = str(error)
                self._say(report.problem)
        line = report.line()
        self.stdout.write(json.dumps(line, ensure_ascii=False))
        self.stdout.flush()
        if not line["ok"]:
            sys.exit(1)

    def _check(self, report: Report, data: Path) -> None:
        with supervisor.running(supervisor.Options(data, 0, 0, 0)) as up:
            self._say(f"{up.seconds:6.2f} s  started {up.product} with data in {data}")
            report.seen["started_in"] = round(up.seconds, 2)
            try:
                walk(Check(up, report))
            except Stuck as stuck:
                self._stuck(report, up, str(stuck), stuck.process)
            except PageProblem as problem:
                self._stuck(report, up, str(problem), "web")

    def _stuck(self, report: Report, up: supervisor.Running, what: str, process: str) -> None:
        """Say what happened with the end of the log that tells more."""
        report.problem = what
        self._say(f"\n{what}\n")
        for child in up.children:
            if child.name == process:
                self._say(f"The end of {child.log}:\n{child.last_lines(LOG_LINES)}")

    def _say(self, text: str) -> None:
        self.stderr.write(text, lambda plain: plain)
        self.stderr.flush()


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    """Private data that PostgreSQL's own user may pass through; removed unless it is kept."""
    data = Path(tempfile.mkdtemp(prefix="dealbooks-check-"))
    data.chmod(0o711)
    try:
        yield data
    finally:
        if not keep:
            shutil.rmtree(data, ignore_errors=True)
