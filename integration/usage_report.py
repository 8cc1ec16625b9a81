"""What a portal's calls were, by company and day (B-27): the page, the API and the command line.

The month's line is one for the whole installation, so a portal sees its own calls and, of the
others, only how far all together have come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, Sum

from integration import budget
from integration.access.actors import Actor
from integration.budget import Standing
from integration.models import Company, VendorUsage
from integration.models.tenancy import PortalQuerySet
from integration.usage import COLUMNS

DAYS = (30, 60)


@dataclass(frozen=True, slots=True)
class Calls:
    """``reads`` were answered (QuickBooks meters those), ``failures`` were not or with an error,
    ``throttled`` were turned away as too many.
    """

    reads: int = 0
    writes: int = 0
    failures: int = 0
    throttled: int = 0

    @property
    def total(self) -> int:
        return self.reads + self.writes + self.failures + self.throttled

    @property
    def unmetered(self) -> int:
        return self.total - self.reads


@dataclass(frozen=True, slots=True)
class AccountUse:
    """``company`` is None for HubSpot, and for a company that was refused while connecting."""

    vendor: str
    account: str
    company: Company | None
    today: Calls
    month: Calls


@dataclass(frozen=True, slots=True)
class DayUse:
    day: date
    quickbooks: Calls
    hubspot: Calls


@dataclass(frozen=True, slots=True)
class Report:
    """``is_whole``: the actor sees every metered read of the installation, so numbers may be named."""

    standing: Standing
    own_reads: int
    is_whole: bool
    accounts: tuple[AccountUse, ...]
    days: tuple[DayUse, ...]


def of_portal(actor: Actor, now: datetime, days: int = DAYS[0]) -> Report:
    """For the companies that the actor may see; HubSpot's calls are the portal's."""
    standing = budget.standing(now)
    today = now.astimezone(UTC).date()
    rows = VendorUsage.objects.for_portal(actor.portal).filter(day__lte=today)
    if actor.company_ids is not None:
        rows = rows.filter(Q(vendor="hubspot") | actor.company_condition())
    accounts = _accounts(actor, rows, standing.month, today)
    own_reads = sum(each.month.reads for each in accounts if each.vendor == "quickbooks")
    return Report(
        standing=standing,
        own_reads=own_reads,
        is_whole=own_reads >= standing.used,
        accounts=accounts,
        days=_days(rows, today, days),
    )


def _accounts(
    actor: Actor, rows: PortalQuerySet, month: date, today: date
) -> tuple[AccountUse, ...]:
    months = _by(rows.filter(day__gte=month), "vendor", "account", "company")
    todays = _by(rows.filter(day=today), "vendor", "account", "company")
    companies = {each.pk: each for each in actor.companies()}
    for company in companies.values():
        months.setdefault(("quickbooks", company.realm_id, company.pk), Calls())
    missing = {key[2] for key in months} - companies.keys() - {None}
    known = Company.objects.for_portal(actor.portal)
    companies |= known.in_bulk(missing) if missing else {}
    found = [
        AccountUse(vendor, account, companies.get(pk), todays.get((vendor, account, pk), Calls()), calls)
        for (vendor, account, pk), calls in months.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=_order))


def _order(use: AccountUse) -> tuple[bool, int, str]:
    """HubSpot last, the busiest company first."""
    return use.vendor == "hubspot", -use.month.reads, use.company.name if use.company else ""


def _days(rows: PortalQuerySet, today: date, count: int) -> tuple[DayUse, ...]:
    first = today - timedelta(days=count - 1)
    found = _by(rows.filter(day__gte=first), "day", "vendor")
    days = (first + timedelta(days=number) for number in range(count))
    return tuple(
        DayUse(day, found.get((day, "quickbooks"), Calls()), found.get((day, "hubspot"), Calls()))
        for day in days
    )


def _by(rows: PortalQuerySet, *keys: str) -> dict[tuple[object, ...], Calls]:
    sums = rows.order_by().values_list(*keys).annotate(*_sums())
    return {tuple(row[: len(keys)]): Calls(*row[len(keys) :]) for row in sums}


def _sums() -> Iterable[Sum]:
    return (Sum(column) for column in COLUMNS)
