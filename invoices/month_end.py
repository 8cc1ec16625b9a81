"""What an accountant looks at before closing a month (E-11): a fixed number of queries for any month.

Invoices count by their date in QuickBooks. Approvals are those that wait now; number gaps those
that nobody explained until the month's end. Each line's rows are what the linked list shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, Sum

from integration.access.actors import Actor
from integration.display import zone_of
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from invoices import approvals, month, numbering, reach
from invoices.calendar import company_day
from invoices.marks import CHANGED_AFTER_APPROVAL, CREATED_HERE, NOT_SENT, TOTAL_DIFFERS
from invoices.month import Month

ZERO = Decimal(0)


class Line(StrEnum):
    CREATED = "created"
    NOT_SENT = "not_sent"
    DIFFERS = "total_differs"
    CHANGED = "changed_after_approval"
    APPROVALS = "waiting_for_approval"
    GAPS = "number_gaps"


OF_INVOICES: dict[Line, Q] = {
    Line.CREATED: CREATED_HERE,
    Line.NOT_SENT: NOT_SENT,
    Line.DIFFERS: TOTAL_DIFFERS,
    Line.CHANGED: CHANGED_AFTER_APPROVAL,
}
"""In the order of the page; ``invoices.marks`` has the same conditions for the list."""


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the page: how many, and their sums by currency (gaps have none)."""

    line: Line
    count: int
    sums: Sequence[month.Sum] = ()


def last_ended(company: Company, now: datetime) -> Month:
    """The month before the company's own day."""
    return month.before(company_day(company, now))


def report(actor: Actor, company: Company, of: Month) -> list[Found]:
    """Every line, also those without anything; the caller asked for the right."""
    found = [_of_invoices(line, invoices(actor, company, of, line)) for line in OF_INVOICES]
    return [*found, _of_approvals(waiting(actor, company)), _of_gaps(gaps(company, of))]


def invoices(actor: Actor, company: Company, of: Month, line: Line) -> PortalQuerySet:
    rows = reach.visible_invoices(actor).filter(OF_INVOICES[line], company=company)
    return rows.filter(txn_date__gte=of.first, txn_date__lte=of.last)


def waiting(actor: Actor, company: Company) -> PortalQuerySet:
    return approvals.waiting(actor).filter(company=company)


def gaps(company: Company, of: Month) -> PortalQuerySet:
    """Taken until the company's midnight after the month, still without an explanation."""
    after = datetime.combine(of.last + timedelta(days=1), time.min, zone_of(company.time_zone))
    return numbering.gaps(company).filter(reserved_at__lt=after)


def _of_invoices(line: Line, rows: PortalQuerySet) -> Found:
    grouped = rows.order_by("currency").values("currency").annotate(
        count=Count("pk"), total=Sum("billed"), tax=Sum("total_tax"), expected=Sum("expected_total")
    )  # fmt: skip
    return _found(line, [_sum(line, row) for row in grouped])


def _sum(line: Line, row: dict[str, Any]) -> month.Sum:
    expected = row["expected"] if line is Line.DIFFERS else None
    return month.Sum(row["currency"], row["count"], row["total"], row["tax"], expected)


def _of_approvals(rows: PortalQuerySet) -> Found:
    grouped = rows.select_related(None).order_by("currency").values("currency")
    found = grouped.annotate(count=Count("pk"), total=Sum("amount"))
    sums = [month.Sum(row["currency"], row["count"], row["total"] or ZERO) for row in found]
    return _found(Line.APPROVALS, sums)


def _of_gaps(rows: PortalQuerySet) -> Found:
    return Found(Line.GAPS, rows.count())


def _found(line: Line, sums: Sequence[month.Sum]) -> Found:
    return Found(line, sum(each.count for each in sums), sums)
