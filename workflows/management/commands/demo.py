"""``manage.py demo``: everything on this machine, with simulated vendors, until Ctrl-C."""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integration import embedded, supervisor

DEMO_DATA = ("postgresql", "redis", "log", "mail", "clock.json", "sandbox.state", "secrets.json")


class Command(BaseCommand):
    help = "Starts PostgreSQL, Redis, the sandbox, web, worker and beat; Ctrl-C stops them all."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the product; 0: a free one")
        parser.add_argument("--quickbooks-port", type=int, default=9100, help="of the sandbox")
        parser.add_argument("--hubspot-port", type=int, default=9200, help="of the sandbox")
        parser.add_argument("--data", type=Path, default=settings.DEALBOOKS["DATA"])
        parser.add_argument("--json-ready", action="store_true", help="one JSON line when ready")
        parser.add_argument("--reset", action="store_true", help="remove the demo's data and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEALBOOKS["VENDORS"] != "simulated":
            raise CommandError(
                "The demo simulates both vendors and has public passwords, but DEALBOOKS_VENDORS "
                f"is {settings.DEALBOOKS['VENDORS']}. Unset it for the demo."
            )
        data = options["data"].resolve()
        try:
            if options["reset"]:
                self._reset(data)
            else:
                self._run(data, options)
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from None

    def _reset(self, data: Path) -> None:
        if data.is_dir():
            with embedded.only_one(data):
                for name in DEMO_DATA:
                    path = data / name
                    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self.stdout.write("The demo's data is gone; `make demo` starts over.")

    def _run(self, data: Path, options: dict[str, Any]) -> None:
        wanted = supervisor.Options(
            data, options["port"], options["quickbooks_port"], options["hubspot_port"]
        )
        if not options["json_ready"]:
            self.stdout.write("Starting; the first time takes a few seconds longer.")
        with supervisor.ending_on_signals():
            try:
                with supervisor.running(wanted) as up:
                    self._announce(up, as_json=options["json_ready"])
                    dead = supervisor.watch(up.children)
                    raise CommandError(f"{supervisor.obituary(dead)}\nEverything else was stopped.")
            except supervisor.Stopped:
                if not options["json_ready"]:
                    self.stdout.write("\nStopped. The data stays for the next `make demo`.")

    def _announce(self, up: supervisor.Running, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(up.summary()))
            self.stdout.flush()
            return
        width = max(len(each["email"]) for each in up.people)
        sign_ins = "\n".join(
            f"    {each['email']:<{width}}  {each['password']:<20}  {each['role']}"
            for each in up.people
        )
        self.stdout.write(
            f"\nReady after {up.seconds:.0f} s.\n\n"
            f"  Dealbooks            {up.product}\n"
            f"  HubSpot (sandbox)    {up.hubspot}\n"
            f"  QuickBooks (sandbox) {up.quickbooks}\n\n"
            f"  Sign in with\n{sign_ins}\n\n"
            "Logs lie in var/log. Ctrl-C stops everything.\n"
        )
        self.stdout.flush()
