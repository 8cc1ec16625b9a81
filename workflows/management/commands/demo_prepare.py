"""``manage.py demo_prepare``: migrate and seed the demo's database; part of ``demo``."""

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from integration.clock import now
from workflows import demo_data


class Command(BaseCommand):
    help = "Migrates the database and makes the demo's sign-ins; prints them as one JSON line."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        people = [
            {"email": each.email, "password": each.password, "role": str(each.role.label)}
            for each in demo_data.ensure(now())
        ]
        self.stdout.write(json.dumps({"people": people}))
