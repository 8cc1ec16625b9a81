"""How the money is, for Home: overdue, due this week, paid this month, not sent.

Each currency stands for itself: amounts of different currencies are never added (D-23).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from integration.access.actors import Actor
from integration.models import Company
from invoices.models import PaymentApplication
from invoices.models.invoices import Stage
from invoices.reach import visible_invoices

DAYS_AHEAD = 7
GONE = (Stage.VOIDED, Stage.DELETED)


@dataclass(frozen=True)
class Amount:
    value: Decimal
    currency: str
    count: int


@dataclass(frozen=True)
class Money:
    """Amounts by currency, the largest first."""

    overdue: list[Amount]
    due_soon: list[Amount]
    paid: list[Amount]
    not_sent: list[Amount]


def of(actor: Actor, company: Company | None, today: date) -> Money:
    """What the person may see, of one company when the page is filtered."""
    seen = invoices_of(actor, company)
    alive = seen.exclude(stage__in=GONE)
    soon = alive.filter(open__gt=0, due_date__range=(today, today + timedelta(days=DAYS_AHEAD - 1)))
    payments = PaymentApplication.objects.for_portal(actor.portal).filter(
        invoice__in=seen, reversed_at=None, paid_on__range=(today.replace(day=1), today)
    )
    return Money(
        overdue=_sum(alive.filter(is_overdue=True), "open"),
        due_soon=_sum(soon, "open"),
        paid=_sum(payments, "cash"),
        not_sent=_sum(alive.filter(stage=Stage.AWAITING_SENDING), "open"),
    )


def invoices_of(actor: Actor, company: Company | None = None) -> QuerySet[Any]:
    """Invoices of companies the person may see; for a rep those on deals within reach (D-05)."""
    found = visible_invoices(actor)
    return found if company is None else found.filter(company=company)


def _sum(rows: QuerySet[Any], field: str) -> list[Amount]:
    grouped = rows.order_by().values("currency").annotate(value=Sum(field), count=Count("pk"))
    found = [Amount(row["value"], row["currency"], row["count"]) for row in grouped]
    return sorted(found, key=lambda amount: amount.value, reverse=True)
