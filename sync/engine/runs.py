"""One run of a company: fetch, mirror, plan, apply, remember (architecture, "one changed invoice").

The cursor moves in the transaction that ends the run. Until then a run that was killed begins
again from the same place; what HubSpot was told already is known by its hash and not told twice.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from integration import jobs, sessions
from integration.crashpoints import crashpoint
from integration.gateways.errors import GatewayError, NotFound
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.rehearsal import Notebook
from integration.jobs import Lease
from integration.models import Company
from integration.records.quickbooks import Raw
from invoices.calendar import company_day
from invoices.models import PaymentApplication
from invoices.noticing import notice
from sync.apply.history import Journal, Trouble, park
from sync.engine.invoice_deletions import InvoiceDeletions
from sync.engine.names import Names
from sync.engine.push import Push
from sync.fetch import changes, listening, mirrored
from sync.fetch.changes import NAMES, Page
from sync.fetch.mirrored import Mirrored
from sync.fetch.names import proven_names
from sync.fetch.reference import keep_reference
from sync.fetch.settings import invoice_policy
from sync.models import Cursor, ParkedRecord, RunState, SyncRun
from sync.operations import DEAL, INVOICE, PAYMENT

POLL = "poll"
BACKFILL = "backfill"
UNDO = "undo"
"""The run that tells what an undo put back (D-31)."""
BY_ITSELF = (POLL, "webhook")
NOTHING_FOUND = Q(
    trigger__in=BY_ITSELF, state=RunState.DONE, seen=0, written=0, skipped=0, failed=0
)
INTERRUPTED = "sync.interrupted"
"""Of a run whose process ended before it did; the next one goes on from the same place."""
RAW = "QuickBooks "
"""Parked records that never became rows: ``QuickBooks Invoice`` with QuickBooks' own id."""


def run(company: Company, trigger: str, lease: Lease, now: datetime) -> SyncRun:
    """Bring HubSpot up to date with the company's books.

    Raises the gateway error that ended the run; the run's row then says so. Of polls that found
    nothing only the last one's row is kept: it tells when the company was looked at.
    """
    runs = SyncRun.objects.for_portal(company.portal_id).filter(company=company)
    runs.filter(state=RunState.RUNNING).exclude(trigger__in=(BACKFILL, UNDO)).update(
        state=RunState.FAILED, error=INTERRUPTED, finished_at=now
    )
    row = SyncRun.objects.create(
        portal_id=company.portal_id, company=company, trigger=trigger, started_at=now
    )
    try:
        Run(company, row, lease, now).go()
    except GatewayError as error:
        _failed(row, error, now)
        raise
    runs.filter(NOTHING_FOUND).exclude(pk=row.pk).delete()
    return row


def _failed(row: SyncRun, error: GatewayError, now: datetime) -> None:
    row.state = RunState.FAILED
    row.finished_at = now
    row.error = error.code
    row.error_parameters = {**error.parameters, "vendor": error.vendor}
    row.trace_id = error.trace_id
    row.save()


class Run:
    """With a ``notebook`` it is rehearsed (``sync.engine.rehearsal``)."""

    def __init__(
        self,
        company: Company,
        row: SyncRun,
        lease: Lease,
        now: datetime,
        notebook: Notebook | None = None,
    ) -> None:
        self.company = company
        self.notebook = notebook
        self.row = row
        self.lease = lease
        self.now = now
        self.cursor = _cursor(company)
        self.alive: set[str] = set()
        self.news: set[UUID] = set()
        self.settled: datetime | None = None
        self.policy = invoice_policy(company)
        self.journal = Journal(company.portal, company, row)
        self.push = Push(company.portal, self.journal, lease, now, notebook=notebook)
        self.names = Names(company, self.push, now)
        self.gone = InvoiceDeletions(company, self.push, now)

    def go(self) -> None:
        was_unfinished = self.cursor.unfinished
        qbo = sessions.quickbooks(self.company, notebook=self.notebook)
        due = mirrored.parked(self.company, self.now)
        self.names.resume()
        found = self._changes()
        with closing(self._all_pages(qbo, found, due)) as pages:
            for page in pages:
                self._page(qbo, page, everything=was_unfinished)
        self._overdue()
        self._retry(due)
        self.names.from_hubspot()
        self.names.deletions()
        self.gone.tell()
        self.push.finish()
        self._end(found, due)

    # ------------------------------------------------------------------------------ pages

    def _changes(self) -> changes.Found:
        """Through a gateway of their own: they are read ahead. A rehearsal asks in one order."""
        qbo = sessions.quickbooks(self.company, notebook=self.notebook)
        is_real = self.notebook is None
        return changes.changes(qbo, self.cursor.position, self.now, read_ahead=is_real)

    def _all_pages(
        self, qbo: QuickBooks, found: changes.Found, due: list[ParkedRecord]
    ) -> Generator[Page, None, None]:
        yield from found.pages
        for entity in (changes.INVOICES, changes.PAYMENTS):
            ids = [each.subject_id for each in due if each.subject_kind == RAW + entity.name]
            for rows in changes.by_id(qbo, entity, ids):
                yield changes.page_of(entity.name, rows)
        yield from self._parked_reference(qbo, due)
        if found.sweep:
            for known in mirrored.followed_ids(self.company, self.alive):
                yield Page(invoices=tuple(changes.vanished(qbo, known, found.as_of)))

    def _parked_reference(self, qbo: QuickBooks, due: list[ParkedRecord]) -> Iterator[Page]:
        """Customers, items … that could not be stored, read once more."""
        for each in due:
            entity = each.subject_kind.removeprefix(RAW)
            if each.subject_kind.startswith(RAW) and entity in changes.REFERENCE:
                with suppress(NotFound):
                    yield Page(others=((entity, qbo.read(entity, each.subject_id)),))

    def _page(self, qbo: QuickBooks, page: Page, *, everything: bool) -> None:
        self.alive |= {each.id for each in page.invoices if not each.deleted}
        self.settled = listening.newest_settled(page, self.settled, self.now)
        checked = mirrored.check(qbo, self.company, page, self.policy)
        others, gone = proven_names(qbo, self.company, page.others)
        with self.lease.fenced():
            merged = self.names.merged(gone, checked.invoices)
            kept = mirrored.store(self.company, checked, self.now)
            if kept.changed:
                self._mark()
            troubled = keep_reference(self.company, others, self.now)
            notice(self.company, page.invoices, self.now)
            self._park_unreadable([*kept.troubled, *troubled])
        crashpoint("sync.mirrored")
        moved = kept.followed | kept.changed if everything else kept.changed
        self.names.page(others, [*merged, *self.names.owing(moved)])
        self._told(kept, everything=everything)

    def _told(self, kept: Mirrored, *, everything: bool) -> None:
        """Unchanged rows were told by the run that brought them, unless that run never ended."""
        self.news |= kept.changed
        self.row.seen = len(self.news) + self.names.told
        ids = kept.followed if everything else kept.changed
        among = ids if everything else kept.gone
        self.push.push(self.gone.set_aside(ids, among), kept.changed)

    def _park_unreadable(self, troubled: Iterable[tuple[str, Raw]]) -> None:
        for entity, raw in troubled:
            subject = (RAW + entity, str(raw.get("Id", "")), str(raw.get("DocNumber") or ""))
            trouble = Trouble(mirrored.UNREADABLE, {"entity": entity}, passes=True)
            park(self.company.portal, str(self.company.pk), subject, trouble, self.now)
            self.row.failed += 1

    # ------------------------------------------------------------------- without any change

    def _overdue(self) -> None:
        """The day turned: some invoices are overdue although QuickBooks changed nothing."""
        with self.lease.fenced():
            late = mirrored.overdue(self.company, self.cursor.overdue_checked_on, self.now)
            if late.followed:
                self._mark()
        self.names.page((), self.names.owing(late.followed | late.changed))
        self._told(late, everything=True)

    def _retry(self, due: list[ParkedRecord]) -> None:
        """Records whose time has come, from the mirror."""
        ids = {each.subject_id for each in due if each.subject_kind == INVOICE}
        notes = [each.subject_id for each in due if each.subject_kind == PAYMENT]
        rows = PaymentApplication.objects.for_portal(self.company.portal_id).filter(pk__in=notes)
        ids |= {str(found) for found in rows.values_list("invoice_id", flat=True)}
        deals = [each.subject_id for each in due if each.subject_kind == DEAL]
        self.names.retry([UUID(each.subject_id) for each in due if each.subject_kind in NAMES])
        self.push.push({UUID(each) for each in ids}, deal_ids=deals)

    # --------------------------------------------------------------------- start and end

    def _mark(self) -> None:
        """In the transaction that stores something: it is news to HubSpot until the run has ended."""
        if not self.cursor.unfinished:
            self.cursor.unfinished = True
            self.cursor.save(update_fields=["unfinished"])

    def _end(self, found: changes.Found, due: list[ParkedRecord]) -> None:
        """The cursor moves with the run's last word; parked records that needed nothing are done."""
        cursor = self.cursor
        quiet = not (self.row.seen or self.row.written)
        cursor.position = max(found.as_of, cursor.position)
        cursor.overdue_checked_on = company_day(self.company, self.now)
        cursor.unfinished = False
        cursor.idle_polls = cursor.idle_polls + 1 if quiet else 0
        if listening.missed(self.company, self.settled, self.now):
            cursor.missed_at = self.now
        self.row.state = RunState.DONE
        self.row.finished_at = self.now
        with self.lease.fenced():
            settled = ParkedRecord.objects.for_portal(self.company.portal_id).filter(
                pk__in=[each.pk for each in due], next_at__lte=self.now
            )
            settled.delete()
            cursor.save()
            self.row.save()
        if found.refresh_reference:
            jobs.enqueue(
                "company.reference",
                portal=self.company.portal,
                company=self.company,
                at=self.now,
            )


def _cursor(company: Company) -> Cursor:
    """The first run reads from the connection on: older invoices are added by hand or backfilled."""
    row, _ = Cursor.objects.for_portal(company.portal_id).get_or_create(
        company=company,
        defaults={"portal_id": company.portal_id, "position": company.connected_at},
    )
    return row  # type: ignore[no-any-return]
