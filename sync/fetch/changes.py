"""One call of change data capture, or paged queries where it cannot be trusted.

Reliability A.2: the cursor is QuickBooks' own clock less an overlap; an answer with 1,000 objects
may have left some out; after 30 days QuickBooks has forgotten; and a delete marker is only a hint
until the record was looked at once more (fault 42).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from integration.gateways import quickbooks_records
from integration.gateways.errors import NotFound
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import all_of, one_of, where
from integration.records.quickbooks import Changes, Invoice, Payment, Raw
from sync.fetch.ahead import ahead

OVERLAP = timedelta(minutes=5)
"""Read again what changed shortly before: late indexing and equal seconds (faults 45, 46)."""
LOOK_BACK = timedelta(days=29)
"""QuickBooks answers for 30 days; a day less keeps clear of the edge."""
IDS_A_QUERY = 200

INVOICE, PAYMENT = "Invoice", "Payment"
REFERENCE = (
    "CreditMemo",
    "RefundReceipt",
    "Estimate",
    "Customer",
    "Item",
    "Term",
    "Account",
    "PaymentMethod",
    "Class",
    "Department",
    "Preferences",
)
ENTITIES = (INVOICE, PAYMENT, *REFERENCE)
NAMES = ("Customer", "Item")
"""Records that are told to HubSpot and may be inactive; queries leave those out unless asked."""
PAGED = (*NAMES, PAYMENT, INVOICE)
"""In this order: an invoice's amounts need its payments, its ties its customer."""
ACTIVE_OR_NOT = one_of("Active", [True, False])
UPDATED = "MetaData.LastUpdatedTime"

Record = TypeVar("Record", Invoice, Payment)


@dataclass(frozen=True, slots=True)
class Entity(Generic[Record]):
    """A kind of QuickBooks record and how its JSON is read."""

    name: str
    parse: Callable[[Raw], Record]

    def one(self, raw: Raw) -> tuple[str, Record | None]:
        """Its id with the record, or with None when an amount or date cannot be read."""
        try:
            return str(raw["Id"]), self.parse(raw)
        except (ValueError, KeyError, TypeError):
            return str(raw.get("Id", "")), None

    def parsed(self, rows: Sequence[Raw]) -> tuple[tuple[Record, ...], tuple[tuple[str, Raw], ...]]:
        """The records, and apart the rows that nobody can read: they are parked."""
        read = [(raw, self.one(raw)[1]) for raw in rows]
        records = tuple(record for _, record in read if record is not None)
        return records, tuple((self.name, raw) for raw, record in read if record is None)


INVOICES: Entity[Invoice] = Entity(INVOICE, quickbooks_records.invoice)
PAYMENTS: Entity[Payment] = Entity(PAYMENT, quickbooks_records.payment)


@dataclass(frozen=True, slots=True)
class Page:
    """Some changed records; at most a few thousand, so that memory stays flat."""

    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    others: tuple[tuple[str, Raw], ...] = ()
    unreadable: tuple[tuple[str, Raw], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``as_of`` becomes the cursor once every page is done.

    ``sweep``: deleted records may be missing among the pages; compare with what we know.
    ``refresh_reference``: read customers, items and lists whole.
    """

    as_of: datetime
    pages: Iterator[Page]
    sweep: bool = False
    refresh_reference: bool = False


def changes(
    qbo: QuickBooks, position: datetime, now: datetime, *, read_ahead: bool = False
) -> Found:
    """Everything that changed since the cursor. One metered call in the usual case.

    With ``read_ahead`` the pages of queries are read in a thread, so ``qbo`` belongs to them until
    all are done.
    """
    reading = ahead if read_ahead else iter
    if now - position > LOOK_BACK:
        # A call over a moment tells QuickBooks' time; the queries bring what changed.
        as_of = qbo.changes_since((INVOICE,), now - OVERLAP).as_of
        pages = reading(_paged(qbo, PAGED, position - OVERLAP))
        return Found(as_of, pages, sweep=True, refresh_reference=True)
    since = position - OVERLAP
    answer = qbo.changes_since(ENTITIES, since)
    # If the 1,000 are the whole answer's, even entities it does not name were cut off.
    is_cut = bool(answer.truncated)
    doubtful = tuple(each for each in PAGED if is_cut or each in answer.failed)
    return Found(
        answer.as_of,
        _pages(answer, doubtful, reading(_paged(qbo, doubtful, since)) if doubtful else ()),
        sweep=bool({PAYMENT, INVOICE} & set(doubtful)),
        refresh_reference=is_cut or bool(set(answer.failed) & set(REFERENCE)),
    )


def _pages(answer: Changes, doubtful: Sequence[str], more: Iterable[Page]) -> Iterator[Page]:
    """What the answer brought whole, with its delete markers; then the doubtful entities by query."""
    yield Page(
        invoices=_kept(answer.invoices, INVOICE in doubtful),
        payments=_kept(answer.payments, PAYMENT in doubtful),
        others=tuple(each for each in answer.others if _is_whole(each, doubtful)),
        unreadable=answer.unreadable,
    )
    yield from more


def _kept(records: tuple[Record, ...], doubtful: bool) -> tuple[Record, ...]:
    return tuple(each for each in records if each.deleted) if doubtful else records


def _is_whole(named: tuple[str, Raw], doubtful: Sequence[str]) -> bool:
    """What a query brings again need not be looked at twice; delete markers it does not bring."""
    entity, raw = named
    return entity not in doubtful or is_marker(raw)


def is_marker(raw: Raw) -> bool:
    return str(raw.get("status") or "").lower() == "deleted"


def _paged(qbo: QuickBooks, entities: Sequence[str], since: datetime) -> Iterator[Page]:
    """The first pages of all in one call; most entities have no second one."""
    changed = where(UPDATED, ">=", since)
    wanted = {
        entity: all_of(ACTIVE_OR_NOT, changed) if entity in NAMES else changed
        for entity in entities
    }
    first = qbo.first_pages(wanted)
    for entity in entities:
        for rows in qbo.query_all(entity, wanted[entity], first.pop(entity)):
            yield page_of(entity, rows)


def page_of(entity: str, rows: Sequence[Raw]) -> Page:
    if entity in NAMES:
        return Page(others=tuple((entity, row) for row in rows))
    if entity == INVOICE:
        invoices, unreadable = INVOICES.parsed(rows)
        return Page(invoices=invoices, unreadable=unreadable)
    payments, unreadable = PAYMENTS.parsed(rows)
    return Page(payments=payments, unreadable=unreadable)


def by_id(qbo: QuickBooks, entity: Entity[Record], ids: Sequence[str]) -> Iterator[list[Raw]]:
    """Rows named one by one, e.g. payments made before their invoice was known here."""
    for first in range(0, len(ids), IDS_A_QUERY):
        yield qbo.query(entity.name, one_of("Id", ids[first : first + IDS_A_QUERY]))


def proven(
    qbo: QuickBooks,
    entity: Entity[Record],
    records: Sequence[Record],
    known: Callable[[Sequence[str]], set[str]],
) -> list[Record]:
    """The records, where a delete marker stays only if the record is really gone.

    ``known`` says which ids we have; a marker for any other is dropped unread.
    """
    marked = [each.id for each in records if each.deleted]
    if not marked:
        return list(records)
    ours = known(marked)
    living = _living(qbo, entity, sorted(ours))
    kept = [each for each in records if not each.deleted]
    kept += [each for each in records if each.deleted and each.id in ours - set(living)]
    return kept + [each for each in living.values() if each is not None]


def vanished(qbo: QuickBooks, ids: Sequence[str], as_of: datetime) -> Iterator[Invoice]:
    """Of invoices we follow: those deleted in QuickBooks, each proven by a look at its id."""
    for first in range(0, len(ids), IDS_A_QUERY):
        asked = ids[first : first + IDS_A_QUERY]
        living = _living(qbo, INVOICES, asked)
        for each in asked:
            if each not in living:
                yield Invoice(id=each, sync_token="", updated_at=as_of, deleted=True)


def _living(
    qbo: QuickBooks, entity: Entity[Record], ids: Sequence[str]
) -> dict[str, Record | None]:
    """Those QuickBooks still has; None for one that cannot be read.

    A list proves nothing about an absent record, so each absent one is asked for by its id.
    """
    rows = [row for page in by_id(qbo, entity, ids) for row in page] if len(ids) > 1 else []
    found = dict(entity.one(row) for row in rows)
    for missing in [each for each in ids if each not in found]:
        with suppress(NotFound):
            found.update([entity.one(qbo.read(entity.name, missing))])
    return found
