"""Keeping our copy of QuickBooks' invoices and of the payments that settle them.

What QuickBooks says is stored whole; the columns beside it are derived by ``stages`` and
``amounts``. An older version never replaces a newer one, and seeing the same twice changes nothing.
"""

import hashlib
import operator
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from integration import exact_json
from integration.bulk import update_rows
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Company, CompanySettings
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Payment, Raw
from invoices import ledger, mail_news
from invoices.amounts import Amounts, from_ledger
from invoices.calendar import company_day
from invoices.mail_status import mail_status
from invoices.models import Invoice
from invoices.models.invoices import Origin
from invoices.stages import Stage, derive, facts_of
from mappings.quickbooks_fields import DELETED_NAME

FACTS = (
    "doc_number", "customer_name", "sync_token", "customer_id", "txn_date", "due_date",
    "currency", "exchange_rate", "total", "balance", "total_tax", "home_total", "bill_email",
    "updated_at", "raw", "raw_hash", "had_amount", "deleted_at",
)  # fmt: skip
"""Columns that a record fills; the first two are those that ``words`` follows from."""
DERIVED = (
    "billed", "cash", "credited", "open", "stage", "is_sent", "is_overdue", "is_part_paid",
    "first_sent_at", "voided_at", "total_differs", "mail_status",
)  # fmt: skip
"""Columns that follow from the record, the ledger and the day."""
SEEN = operator.attrgetter(*(name for name in (*FACTS, *DERIVED) if name != "raw"))
AT_ONCE = 200
ZERO = Decimal(0)
NOTHING_READ: Mapping[str, Record] = {}


def mirror_invoices(
    company: Company,
    records: Iterable[Record],
    payments: Iterable[Payment],
    now: datetime,
    *,
    origin: Origin = Origin.SYNCED,
) -> list[Invoice]:
    """Store what QuickBooks said; the rows that are new or differ from before, deletes included.

    Unknown invoices are added with ``origin``; unknown deleted ones and payments of unknown
    invoices are ignored. A payment that no longer settles an invoice reverses its ledger row.
    """
    found, paid = list(records), list(payments)
    with transaction.atomic():
        rows = _locked(company, found, paid)
        before = {key: _picture(row) for key, row in rows.items()}
        for record in _latest(found):
            _take(company, rows, record, origin, now)
        _read_rest(company, rows.values())
        _add_new(row for row in rows.values() if row._state.adding)
        touched = ledger.book(company, paid, rows, now)
        mails = {row.pk: row.mail_status for row in rows.values()}
        _derive_all(company, rows.values(), now, {record.id: record for record in found})
        changed = [row for key, row in rows.items() if before.get(key) != _picture(row)]
        _save(changed, now)
        _save([row for row in changed if _is_renamed(row, before.get(row.qbo_id))], now, ["words"])
        mail_news.tell(company, mails, changed, now)
    fresh = {row.pk for row in changed}
    return changed + [row for row in rows.values() if row.pk in touched and row.pk not in fresh]


def restage(company: Company, rows: Iterable[Invoice], now: datetime) -> list[Invoice]:
    """Derive again without news from QuickBooks, e.g. because the day turned; the changed rows.

    The caller holds the rows' locks: what it read must still be what is there.
    """
    found = list(rows)
    before = {row.pk: _picture(row) for row in found}
    _derive_all(company, found, now)
    changed = [row for row in found if before[row.pk] != _picture(row)]
    with transaction.atomic():
        _save(changed, now, DERIVED)
    return changed


def raw_hash(raw: Raw) -> str:
    """Equal for equal content whatever the order of members."""
    return hashlib.blake2b(exact_json.canonical(raw), digest_size=32).hexdigest()


def _latest(records: Sequence[Record]) -> list[Record]:
    """One record an invoice: the newest version, a delete marker last of all."""
    best: dict[str, Record] = {}
    for record in records:
        held = best.get(record.id)
        if held is None or (record.deleted, record.version) >= (held.deleted, held.version):
            best[record.id] = record
    return list(best.values())


def _locked(
    company: Company, records: Sequence[Record], payments: Sequence[Payment]
) -> dict[str, Invoice]:
    """Every invoice these records and payments touch, by QuickBooks id, locked in one order.

    Without what is large and will mostly be replaced; ``_read_rest`` brings it where it is not.
    """
    ids = {record.id for record in records}
    ids |= {line.txn_id for payment in payments for line in payment.lines}
    ids |= ledger.invoices_of(company, payments)
    known = Invoice.objects.for_portal(company.portal_id).filter(company=company, qbo_id__among=ids)
    locked = known.defer("raw", "written", "words").select_for_update().order_by("pk")
    return {row.qbo_id: row for row in locked}


def _read_rest(company: Company, rows: Iterable[Invoice]) -> None:
    """QuickBooks' JSON of the rows that no record filled: only their payments are news."""
    missing = {row.pk: row for row in rows if "raw" not in row.__dict__}
    if missing:
        stored = Invoice.objects.for_portal(company.portal_id).filter(pk__among=missing)
        for pk, raw in stored.values_list("pk", "raw"):
            missing[pk].raw = raw


def _take(
    company: Company, rows: dict[str, Invoice], record: Record, origin: Origin, now: datetime
) -> None:
    row = rows.get(record.id)
    if record.deleted:
        if row is not None and row.deleted_at is None:
            row.deleted_at = now
        return
    if row is None:
        row = Invoice(portal_id=company.portal_id, company=company, qbo_id=record.id, origin=origin)
        rows[record.id] = row
    elif (int(row.sync_token or 0), row.updated_at) > record.version:
        return
    _fill(row, company, record)


def _fill(row: Invoice, company: Company, record: Record) -> None:
    row.sync_token = record.sync_token
    row.updated_at = record.updated_at
    row.doc_number = record.doc_number
    row.customer_id = record.customer_id
    row.customer_name = DELETED_NAME.sub("", record.customer_name)
    row.txn_date = record.txn_date
    row.due_date = record.due_date
    row.currency = record.currency or company.home_currency
    row.exchange_rate = record.exchange_rate
    row.total = record.total
    row.balance = record.balance
    row.total_tax = record.total_tax
    row.home_total = record.home_total
    row.bill_email = record.bill_email
    row.raw = record.raw
    row.raw_hash = raw_hash(record.raw)
    row.had_amount = row.had_amount or record.total > 0
    row.deleted_at = None


def _derive_all(
    company: Company,
    rows: Iterable[Invoice],
    now: datetime,
    records: Mapping[str, Record] = NOTHING_READ,
) -> None:
    """``records``: those just read, by id; the others are read from their row once more."""
    found = list(rows)
    received = ledger.cash_received(company, found)
    settings = CompanySettings.objects.for_portal(company.portal_id).filter(company=company)
    printed = settings.values_list("printed_counts_as_sent", flat=True).first()
    today = company_day(company, now)
    for row in found:
        given = records.get(row.qbo_id)
        record = given if given and given.raw is row.raw else parse_invoice(row.raw)
        cash = record.deposit + received.get(row.pk, ZERO)
        _derive_amounts(row, from_ledger(record.total, record.balance, cash))
        _derive_stage(row, record, today, now, printed is not False)


def _derive_amounts(row: Invoice, amounts: Amounts) -> None:
    """A deleted invoice is worth nothing any more; its last total stays in ``total`` and ``raw``."""
    if row.deleted_at is not None:
        row.billed = row.cash = row.credited = row.open = row.balance = ZERO
        return
    row.billed, row.cash = amounts.billed, amounts.cash
    row.credited, row.open = amounts.credited, amounts.open


def _derive_stage(row: Invoice, record: Record, today: date, now: datetime, printed: bool) -> None:
    facts = facts_of(
        record,
        had_amount=row.had_amount,
        void_event=row.voided_at is not None,
        delivered_by_hand=row.delivered_by_hand_at is not None,
        deleted=row.deleted_at is not None,
    )
    found = derive(facts, today, printed_counts_as_sent=printed)
    row.stage = found.stage.value
    row.is_sent, row.is_overdue = found.is_sent, found.is_overdue
    row.is_part_paid = found.is_part_paid
    row.mail_status = mail_status(record).value
    if found.is_sent and row.first_sent_at is None:
        row.first_sent_at = record.delivered_at or now
    if found.stage is Stage.VOIDED:
        row.voided_at = row.voided_at or now
    elif found.stage is not Stage.DELETED:
        row.voided_at = None
    if row.total_differs and _agrees(row):
        row.total_differs = False


def _agrees(row: Invoice) -> bool:
    """D-11: somebody put the total right in QuickBooks; net only where tax is QuickBooks' own."""
    operation = getattr(row, "operation", None)
    net_only = operation is not None and operation.total_is_net
    return row.expected_total == (row.total - row.total_tax if net_only else row.total)


def _picture(row: Invoice) -> tuple[object, ...]:
    """What tells a changed row; ``raw`` is represented by its hash."""
    return SEEN(row)


def _is_renamed(row: Invoice, before: tuple[object, ...] | None) -> bool:
    """Words follow from the number and the name; a new row has them already."""
    return before is not None and before[:2] != (row.doc_number, row.customer_name)


def _add_new(rows: Iterable[Invoice]) -> None:
    """New rows come before their ledger rows; amounts and stage follow at once."""
    fresh = list(rows)
    for row in fresh:
        row.billed, row.open = row.total, row.balance
        row.stage, row.seen_at = Stage.AWAITING_SENDING.value, row.updated_at
    Invoice.objects.bulk_create(fresh, batch_size=AT_ONCE)


def _save(
    rows: Sequence[Invoice], now: datetime, names: Sequence[str] = (*FACTS, *DERIVED)
) -> None:
    for row in rows:
        row.seen_at = now
    if rows:
        update_rows(rows[0].portal_id, rows, [*names, "seen_at"])
