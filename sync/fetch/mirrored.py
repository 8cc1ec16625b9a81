"""Bringing the mirror up to date with a page of changes: which records count, and which are new.

With the Invoices tab off only invoices made or added here are kept (S-20); with it on also those
that changed since it went on (D-26). A record that cannot be stored is set apart, not fatal.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from integration.gateways.quickbooks import QuickBooks
from integration.models import Company
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Payment, Raw
from invoices.calendar import company_day
from invoices.mirror import mirror_invoices, restage
from invoices.models import Invoice, PaymentApplication
from invoices.stages import Stage
from sync.fetch.changes import INVOICES, PAYMENTS, Page, by_id, proven
from sync.models import ParkedRecord
from sync.policies import ObjectPolicy

UNREADABLE = "sync.unreadable"
OWED = (Stage.AWAITING_SENDING, Stage.SENT, Stage.PARTIALLY_PAID)
"""Stages that the passing of a day may turn into overdue."""
PAYMENT = "Payment"


@dataclass(slots=True)
class Mirrored:
    """``followed``: rows of the page we keep; ``changed``: those that are news to us, and among
    these ``gone`` from QuickBooks."""

    followed: set[UUID] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)
    gone: set[UUID] = field(default_factory=set)
    troubled: list[tuple[str, Raw]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checked:
    """A page whose delete markers are proven and whose payments are complete."""

    invoices: tuple[Record, ...]
    payments: tuple[Payment, ...]
    unreadable: tuple[tuple[str, Raw], ...] = ()


def check(qbo: QuickBooks, company: Company, page: Page, policy: ObjectPolicy) -> Checked:
    """Everything that needs QuickBooks, before the transaction that stores the page."""
    wanted = _wanted(company, page.invoices, policy)
    invoices = proven(qbo, INVOICES, wanted, lambda ids: set(known_ids(company, ids)))
    payments = proven(qbo, PAYMENTS, page.payments, lambda ids: _known_payments(company, ids))
    missing, unreadable = _missing_payments(qbo, company, invoices, payments)
    return Checked(tuple(invoices), (*payments, *missing), (*page.unreadable, *unreadable))


def store(company: Company, page: Checked, now: datetime) -> Mirrored:
    """The mirror after this page; call it inside the transaction that owns the page."""
    found = Mirrored(troubled=list(page.unreadable))
    for row in _mirror(company, page.invoices, page.payments, now, found.troubled):
        found.changed.add(row.pk)
        if row.deleted_at is not None:
            found.gone.add(row.pk)
    ids = [record.id for record in page.invoices]
    found.followed = set(known_ids(company, ids).values()) | found.changed
    found.followed |= _settled_by(company, page.payments)
    return found


def _settled_by(company: Company, payments: Sequence[Payment]) -> set[UUID]:
    """Invoices the ledger has these payments on: a new reference number leaves the invoice as it
    was, so its own record may not be on the page."""
    rows = PaymentApplication.objects.for_portal(company.portal_id).filter(
        company=company, payment_id__among=[payment.id for payment in payments]
    )
    return set(rows.values_list("invoice_id", flat=True))


def known_ids(company: Company, qbo_ids: Iterable[str]) -> dict[str, UUID]:
    rows = Invoice.objects.for_portal(company.portal_id).filter(
        company=company, qbo_id__among=list(qbo_ids)
    )
    return dict(rows.values_list("qbo_id", "pk"))


def followed_ids(company: Company, alive: Collection[str]) -> Iterator[list[str]]:
    """QuickBooks ids of invoices neither known as deleted nor just seen alive, in portions."""
    rows = Invoice.objects.for_portal(company.portal_id).filter(company=company, deleted_at=None)
    known = rows.order_by("qbo_id").values_list("qbo_id", flat=True)
    ids = [qbo_id for qbo_id in known if qbo_id not in alive]
    for first in range(0, len(ids), 1000):
        yield ids[first : first + 1000]


def overdue(company: Company, checked_on: date | None, now: datetime) -> Mirrored:
    """Invoices whose due date passed since the last look, though QuickBooks changed nothing (S-54).

    Call it inside a transaction: the rows stay locked, so no newer version comes in between. All are followed again until a run that looked ended well.
    """
    today = company_day(company, now)
    if checked_on is not None and checked_on >= today:
        return Mirrored()
    rows = Invoice.objects.for_portal(company.portal_id).filter(
        company=company, open__gt=0, due_date__lt=today, deleted_at=None
    )
    if checked_on is not None:
        rows = rows.filter(due_date__gte=checked_on)
    found = list(rows.select_for_update().order_by("pk"))
    late = [row for row in found if row.stage in OWED or not row.is_overdue]
    changed = {row.pk for row in restage(company, late, now)}
    return Mirrored(followed={row.pk for row in found}, changed=changed)


# ------------------------------------------------------------------------------------- which ones


def _wanted(company: Company, records: Sequence[Record], policy: ObjectPolicy) -> list[Record]:
    known = known_ids(company, (record.id for record in records))
    return [
        record
        for record in records
        if record.id in known or (not record.deleted and policy.adopts(record.updated_at))
    ]


def _known_payments(company: Company, ids: Iterable[str]) -> set[str]:
    rows = PaymentApplication.objects.for_portal(company.portal_id).filter(
        company=company, payment_id__among=list(ids), reversed_at=None
    )
    return set(rows.values_list("payment_id", flat=True))


def _missing_payments(
    qbo: QuickBooks, company: Company, invoices: Sequence[Record], payments: Sequence[Payment]
) -> tuple[list[Payment], list[tuple[str, Raw]]]:
    """Payments that an invoice names and the ledger lacks, or that the ledger has and it no longer
    names: the news about them came before the invoice was known here, or was lost. With those that
    nobody can read, to be parked."""
    here = {payment.id for payment in payments}
    booked = _booked(company, [record.id for record in invoices])
    asked: set[str] = set()
    for record in invoices:
        named = {link.id for link in record.linked if link.kind == PAYMENT}
        asked |= named ^ booked.get(record.id, set())
    asked -= here
    if not asked:
        return [], []
    pages = [PAYMENTS.parsed(rows) for rows in by_id(qbo, PAYMENTS, sorted(asked))]
    found = [payment for readable, _ in pages for payment in readable]
    unreadable = [row for _, troubled in pages for row in troubled]
    seen = {payment.id for payment in found} | {str(raw.get("Id", "")) for _, raw in unreadable}
    absent = asked - seen
    markers = [
        Payment(id=each, sync_token="", updated_at=invoices[0].updated_at, deleted=True)
        for each in sorted(absent)
    ]
    gone = proven(qbo, PAYMENTS, markers, lambda ids: _known_payments(company, ids))
    return found + gone, unreadable


def _booked(company: Company, qbo_ids: Sequence[str]) -> dict[str, set[str]]:
    rows = PaymentApplication.objects.for_portal(company.portal_id).filter(
        company=company, invoice__qbo_id__among=qbo_ids, reversed_at=None
    )
    found: dict[str, set[str]] = {}
    for qbo_id, payment_id in rows.values_list("invoice__qbo_id", "payment_id"):
        found.setdefault(qbo_id, set()).add(payment_id)
    return found


# ------------------------------------------------------------------------------------- storing


def _mirror(
    company: Company,
    invoices: Sequence[Record],
    payments: Sequence[Payment],
    now: datetime,
    troubled: list[tuple[str, Raw]],
) -> list[Invoice]:
    """The changed rows; a record that the database refuses is found by halving (house rule 7)."""
    if not invoices and not payments:
        return []
    try:
        return _mirrored_twice(company, invoices, payments, now)
    except (DataError, IntegrityError, ValueError, ArithmeticError):
        if len(invoices) + len(payments) == 1:
            troubled += [("Invoice", each.raw) for each in invoices]
            troubled += [(PAYMENT, each.raw) for each in payments]
            return []
    changed: list[Invoice] = []
    for some in _halves(invoices):
        changed += _mirror(company, some, (), now, troubled)
    for paid in _halves(payments):
        changed += _mirror(company, (), paid, now, troubled)
    return list({row.pk: row for row in changed}.values())


def _mirrored_twice(
    company: Company, invoices: Sequence[Record], payments: Sequence[Payment], now: datetime
) -> list[Invoice]:
    """Another worker may mirror the same new invoice at this moment: its row is there for the second
    try. Raises IntegrityError when that was not it."""
    for is_last in (False, True):
        try:
            with transaction.atomic():
                return mirror_invoices(company, invoices, payments, now)
        except IntegrityError:
            if is_last:
                raise
    raise AssertionError("the loop returns or raises")


def _halves(records: Sequence[Record] | Sequence[Payment]) -> Iterator:  # type: ignore[type-arg]
    middle = len(records) // 2
    yield from (part for part in (records[:middle], records[middle:]) if part)


def parked(company: Company, now: datetime) -> list[ParkedRecord]:
    """Records whose time to be tried again has come."""
    rows = ParkedRecord.objects.for_portal(company.portal_id)
    return list(rows.filter(company=company, next_at__lte=now).order_by("next_at")[:500])
