"""``manage.py reconcile``: compare both sides of the companies now, or tell what the last reports say.

    manage.py reconcile --start           begins a report of every connected company
    manage.py reconcile --json            the newest report of each, for programs
    manage.py reconcile --company 93414…  of one company

The worker makes the report; ask again for what it found. Ends with 1 when a newest report lists
differences, so that a scheduled check notices.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integration import messages
from integration.clock import now
from integration.currencies import exponent
from integration.models import Company
from mappings.transforms import money
from sync import reconciliations
from sync.reconciled_sums import NAMES, Sum
from sync.reconciliation_models import Reconciliation, ReconciliationState, Side
from sync.reconciliation_store import months
from sync.reconciliations import FIXABLE


class Command(BaseCommand):
    help = "Compare QuickBooks, Dealbooks and HubSpot, or print what the newest reports found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", default="", help="QuickBooks' realm id; all without it")
        parser.add_argument("--start", action="store_true", help="begin a new report")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *arguments: Any, **options: Any) -> None:
        companies = list(self._companies(options["company"]))
        if options["start"]:
            for company in companies:
                reconciliations.start_by_command(company, now())
        found = [_told(company) for company in companies]
        if options["json"]:
            self.stdout.write(json.dumps({"companies": found}, indent=2))
        else:
            for each in found:
                self.stdout.write(_line(each))
        if any(each["report"] and each["report"]["open"] for each in found):
            sys.exit(1)

    def _companies(self, realm_id: str) -> Iterator[Company]:
        rows = Company.objects.everywhere("an operator looks at all companies")
        rows = rows.filter(disconnected_at=None).select_related("portal").order_by("name", "pk")
        if realm_id:
            rows = rows.filter(realm_id=realm_id)
            if not rows.exists():
                raise CommandError(f"No connected company has the realm id {realm_id}.")
        yield from rows


def _told(company: Company) -> dict[str, Any]:
    rows = Reconciliation.objects.for_portal(company.portal_id).filter(company=company)
    row = rows.select_related("company").order_by("-started_at", "-pk").first()
    return {
        "company": company.name,
        "realm_id": company.realm_id,
        "report": _report(row) if row else None,
    }


def _report(row: Reconciliation) -> dict[str, Any]:
    lines = reconciliations.lines_of(row)
    return {
        "id": str(row.pk),
        "state": row.state,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "checked": row.checked,
        "differences": row.drift,
        "open": lines.filter(state__in=FIXABLE).count(),
        "problem": messages.sentence(row.error, **row.error_parameters) if row.error else "",
        "counts": row.counts,
        "months": [
            {
                "month": f"{each.month:%Y-%m}" if each.is_dated else None,
                "currency": each.currency,
                "agrees": each.agrees,
                **{side: _amounts(getattr(each, side), each.currency) for side in Side.values},
            }
            for each in months(row)
        ],
    }


def _amounts(found: Sum, currency: str) -> dict[str, str]:
    return {name: money(getattr(found, name), exponent(currency)) for name in NAMES}


def _line(told: dict[str, Any]) -> str:
    report = told["report"]
    if report is None:
        return f"{told['company']}: never compared"
    if report["state"] != ReconciliationState.DONE:
        return f"{told['company']}: {report['state']}, {report['checked']} compared. {report['problem']}".rstrip()
    return f"{told['company']}: {report['open']} of {report['differences']} differences are open"
