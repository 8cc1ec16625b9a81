"""Invoice numbers where QuickBooks leaves them to us (D-12, S-62, B-02).

A number is taken under the series' row lock just before posting. It ends as ``used``, ``taken``
(6140: somebody else has it), ``returned`` (it was still the highest) or ``gap`` (it was not).
"""

from datetime import datetime

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, CompanySettings
from integration.models.company_settings import NumberPolicy
from integration.models.tenancy import PortalQuerySet
from invoices.models import InvoiceOperation, NumberReservation, NumberSeries
from invoices.series import LONGEST, Series
from invoices.signals import number_gap

MOST_TRIES = 5
"""How often the next number is tried after 6140."""


class NumberingFailed(Exception):
    """``code`` and ``parameters`` are for ``integration.messages``; an accountant must act."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def series_ready(company: Company) -> bool:
    """Whether the series was confirmed and the company's policy is to allocate from it."""
    settings = CompanySettings.objects.for_portal(company.portal_id).filter(company=company)
    allocates = settings.filter(number_policy=NumberPolicy.ALLOCATE).exists()
    return allocates and _series(company).exclude(confirmed_at=None).exists()


def confirm(
    actor: Actor,
    company: Company,
    series: Series,
    *,
    shared_by_all_forms: bool,
    gaps_allowed: bool,
    now: datetime,
) -> NumberSeries:
    """An accountant's word on the series; from now on it is allocated from. Raises Forbidden."""
    actor.require(Right.APPROVE, company)
    with transaction.atomic():
        row, _ = NumberSeries.objects.for_portal(company.portal_id).update_or_create(
            company=company,
            defaults={
                "portal_id": company.portal_id,
                "prefix": series.prefix,
                "padding": series.padding,
                "next_number": series.next_number,
                "shared_by_all_forms": shared_by_all_forms,
                "gaps_allowed": gaps_allowed,
                "confirmed_by": actor.person,
                "confirmed_at": now,
            },
        )
        CompanySettings.objects.for_portal(company.portal_id).update_or_create(
            company=company,
            defaults={"portal_id": company.portal_id, "number_policy": NumberPolicy.ALLOCATE},
        )
        audit.record(
            "series.confirmed",
            actor=actor,
            portal=company.portal,
            company=company,
            subject=("series", str(row.pk)),
            after={"number": series.text(series.next_number), "company": company.name},
            now=now,
        )
    return row


def reserve(operation: InvoiceOperation, now: datetime) -> NumberReservation:
    """The operation's number, the same one however often it is asked. Raises NumberingFailed."""
    with transaction.atomic():
        series = _series(operation.company).select_for_update().first()
        if series is None or series.confirmed_at is None:
            raise NumberingFailed("draft.custom_numbers", company=operation.company.name)
        held = _of(operation).filter(state="reserved").first()
        return held or _take(series, operation, now)


def _take(series: NumberSeries, operation: InvoiceOperation, now: datetime) -> NumberReservation:
    """The next number that no reservation holds; the series' row is locked by the caller."""
    number = series.next_number
    taken = NumberReservation.objects.for_portal(series.portal_id).filter(series=series)
    while taken.exclude(state="returned").filter(number=number).exists():
        number += 1
    text = Series(series.prefix, series.padding, number).text(number)
    if len(text) > LONGEST:
        raise NumberingFailed("invoice.number_too_long", number=text)
    series.next_number = number + 1
    series.save(update_fields=["next_number"])
    reservation = NumberReservation(
        portal_id=series.portal_id,
        company_id=series.company_id,
        series=series,
        operation=operation,
        number=number,
        text=text,
        state="reserved",
        reserved_at=now,
    )
    reservation.save(force_insert=True)
    return reservation


def next_after_taken(operation: InvoiceOperation, now: datetime) -> NumberReservation | None:
    """QuickBooks said 6140: the held number is somebody else's. The next one, or None after five.

    The taken number is remembered in either case, so the caller's transaction must commit.
    """
    with transaction.atomic():
        series = _series(operation.company).select_for_update().get()
        held = _of(operation).filter(state="reserved")
        held.update(state="taken", reason="numbering.taken", ended_at=now)
        tried = _of(operation).filter(state="taken", reserved_at__gte=operation.created_at)
        return None if tried.count() > MOST_TRIES else _take(series, operation, now)


def mark_used(operation: InvoiceOperation, now: datetime) -> None:
    """The invoice with this number exists."""
    _of(operation).filter(state="reserved").update(state="used", ended_at=now)


def give_back(
    operation: InvoiceOperation, reason: str, parameters: dict[str, str], now: datetime
) -> None:
    """The post failed for good: the number returns if it is still the highest, else it is a gap.

    ``reason`` and ``parameters`` are the message that the gap report shows.
    """
    with transaction.atomic():
        series = _series(operation.company).select_for_update().first()
        held = _of(operation).filter(state="reserved").first()
        if series is None or held is None:
            return
        highest = held.number == series.next_number - 1
        held.state = "returned" if highest else "gap"
        held.reason, held.reason_parameters, held.ended_at = reason, parameters, now
        held.save(update_fields=["state", "reason", "reason_parameters", "ended_at"])
        if highest:
            series.next_number = held.number
            series.save(update_fields=["next_number"])
        elif not series.gaps_allowed:
            number_gap.send(NumberReservation, reservation=held, now=now)


def gaps(company: Company) -> PortalQuerySet:
    """Numbers that belong to no invoice and nobody explained yet, in order."""
    found = NumberReservation.objects.for_portal(company.portal_id).filter(company=company)
    return found.filter(state="gap", explained_at=None).order_by("number")


def _series(company: Company) -> PortalQuerySet:
    return NumberSeries.objects.for_portal(company.portal_id).filter(company=company)


def _of(operation: InvoiceOperation) -> PortalQuerySet:
    found = NumberReservation.objects.for_portal(operation.portal_id)
    return found.filter(operation=operation)
