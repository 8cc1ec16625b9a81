"""Whether a company's webhooks can be relied on, and when it must be looked at without them (D-29)."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from integration.display import zone_of
from integration.gateways.quickbooks_records import entity_time
from integration.models import Company
from invoices.calendar import company_day
from sync.fetch.changes import Page
from sync.models import Cursor, ParkedRecord
from sync.policies import TOLD_WITHIN, Listening, is_untold, listening

AFTER_MIDNIGHT = timedelta(minutes=1)
SPREAD_SECONDS = 240
"""Companies of one time zone are not all looked at in the same second."""


def last_event_at(company: Company) -> datetime | None:
    """When a webhook told of the company last, as the database has it now."""
    rows = Company.objects.for_portal(company.portal_id).filter(pk=company.pk)
    found: datetime | None = rows.values_list("last_event_at", flat=True).first()
    return found


def standing(company: Company) -> Listening:
    cursor = Cursor.objects.for_portal(company.portal_id).filter(company=company).first()
    return listening(last_event_at(company), cursor.missed_at if cursor else None)


def newest_settled(page: Page, known: datetime | None, now: datetime) -> datetime | None:
    """The newest change so far that webhooks have had their time to tell of."""
    settled = [at for at in _times(page) if now - at >= TOLD_WITHIN]
    return max([*settled, known]) if known else max(settled, default=None)


def missed(company: Company, newest: datetime | None, now: datetime) -> bool:
    """Whether webhooks should have told of this change and did not."""
    return newest is not None and is_untold(newest, last_event_at(company), now)


def _times(page: Page) -> Iterator[datetime]:
    """When the records of a page were changed, by QuickBooks' clock."""
    yield from (each.updated_at for each in page.invoices)
    yield from (each.updated_at for each in page.payments)
    for _, raw in page.others:
        with suppress(ValueError, KeyError, TypeError):
            yield entity_time(raw)


def due_at(company: Company, now: datetime) -> datetime:
    """The company's next midnight, when invoices become overdue, or the next try of a record."""
    parked = ParkedRecord.objects.for_portal(company.portal_id).filter(
        company=company, next_at__gt=now
    )
    soonest = parked.order_by("next_at").values_list("next_at", flat=True).first()
    midnight = _after_midnight(company, company_day(company, now) + timedelta(days=1))
    return min(midnight, soonest) if soonest else midnight


def _after_midnight(company: Company, day: date) -> datetime:
    start = datetime.combine(day, time(), zone_of(company.time_zone)).astimezone(UTC)
    return start + AFTER_MIDNIGHT + timedelta(seconds=company.pk.int % SPREAD_SECONDS)
