"""``manage.py api_budget``: the installation's calls of QuickBooks this month, for its operator."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Sum

from integration import budget
from integration.clock import now
from integration.models import VendorUsage
from integration.usage import COLUMNS


class Command(BaseCommand):
    help = "Metered reads of QuickBooks this month against the plan's line, by portal and company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *arguments: Any, **options: Any) -> None:
        standing = budget.standing(now())
        found = {
            "month": standing.month.isoformat(),
            "line": standing.line.reads,
            "stop_at": standing.line.stop_at,
            "used": standing.used,
            "percent": standing.percent,
            "forecast": standing.forecast,
            "level": str(standing.level),
            "counted_anew_at": standing.turns_at.isoformat(),
        }
        companies = self._companies(standing.month)
        if options["json"]:
            self.stdout.write(json.dumps({**found, "companies": companies}, indent=2))
            return
        for name, value in found.items():
            self.stdout.write(f"{name:16} {value}")
        for each in companies:
            counts = "  ".join(f"{name} {each[name]}" for name in COLUMNS)
            self.stdout.write(f"{each['portal']}  {each['company'] or each['realm_id']}  {counts}")

    def _companies(self, month: Any) -> list[dict[str, Any]]:
        rows = VendorUsage.objects.everywhere("the operator asks for the whole installation")
        sums = (
            rows.filter(vendor="quickbooks", day__gte=month)
            .values_list("portal__hub_id", "account", "company__name")
            .order_by("portal__hub_id", "account")
            .annotate(*(Sum(column) for column in COLUMNS))
        )
        names = ("portal", "realm_id", "company", *COLUMNS)
        return [dict(zip(names, row, strict=True)) for row in sums]
