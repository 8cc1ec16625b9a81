"""Putting lines of a report right by the way every sync goes, and looking whether it helped (D-31).

HubSpot is written, QuickBooks only read. A line counts as fixed when a second look finds nothing;
one that says something else than the report did is left alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from integration import sessions
from integration.bulk import update_rows
from integration.crashpoints import crashpoint
from integration.jobs import Lease
from integration.models import Company, Record
from invoices.models import Invoice, PaymentApplication
from sync.apply.history import Journal
from sync.engine.checking import Key, key_of, still
from sync.engine.names import Names
from sync.engine.push import Push
from sync.fetch import mirrored, names
from sync.fetch.changes import INVOICES, PAYMENTS, Page, vanished
from sync.fetch.checked_lists import by_id
from sync.fetch.reference import keep_reference
from sync.fetch.settings import invoice_policy
from sync.models import ParkedRecord, RunState, SyncRun
from sync.operations import DEAL, INVOICE, PAYMENT
from sync.reconcile import OF_BOOKS, Deviation, What
from sync.reconciliation_forget import FORGOTTEN, forget
from sync.reconciliation_models import Drift, DriftState, Reconciliation
from sync.reconciliation_rules import is_as_reported, why_not
from sync.reconciliation_store import held, stored
from sync.records import CUSTOMER, ITEM
from sync.signals import differences_fixed

TRIGGER = "fix"
AT_ONCE = 100
WRITING = "sync.drift_writing"
"""On a line that is being written: after a crash it is known that this was us."""
STAYS = "sync.drift_stays"
UNREAD = {"sync_token": "0"}
"""Whatever QuickBooks says now is newer."""
SETTLED = ("state", "reason", "reason_parameters", "settled_at", "differences")
Lines = Sequence[Drift]


@dataclass(slots=True)
class Sorted:
    """The three lists of D-31. ``agree``: nothing is off any more."""

    restored: list[Drift] = field(default_factory=list)
    cannot: list[tuple[Drift, str]] = field(default_factory=list)
    changed: list[tuple[Drift, Deviation]] = field(default_factory=list)
    agree: list[Drift] = field(default_factory=list)


def sort(company: Company, lines: Lines, found: Mapping[Key, Deviation]) -> Sorted:
    """``found``: what is off at this moment."""
    piles = Sorted()
    kept = held(company, [line.record_id for line in lines if line.record_id])
    for line in lines:
        is_held = (line.record_kind, line.record_id) in kept
        reason = why_not(line.what, line.record_kind, is_held=is_held)
        seen = found.get(key_of(line))
        if seen is None:
            piles.agree.append(line)
        elif reason:
            piles.cannot.append((line, reason))
        elif is_as_reported(line.differences, stored(seen)):
            piles.restored.append(line)
        else:
            piles.changed.append((line, seen))
    return piles


def _is_lost(line: Drift) -> bool:
    return line.record_kind == INVOICE and line.what == What.MISSING


class Fix:
    """One turn of it."""

    def __init__(self, row: Reconciliation, lease: Lease, now: datetime) -> None:
        self.row = row
        self.company = row.company
        self.portal = row.company.portal
        self.lease = lease
        self.now = now

    def some(self, chosen: "QuerySet[Drift]") -> bool:
        """The next lines; whether there are more."""
        lines = list(chosen.order_by("pk")[:AT_ONCE])
        if not lines:
            return False
        piles = sort(self.company, lines, still(self.company, lines, self.now))
        with self.lease.fenced():
            self._sorted(piles)
            self._mark(piles.restored)
            if not piles.restored:
                self._told()
        if piles.restored:
            crashpoint("reconcile.fixing")
            self._write(piles.restored)
            crashpoint("reconcile.fixed")
            self._verify(piles.restored)
        return chosen.exists()

    def _sorted(self, piles: Sorted) -> None:
        for line in piles.agree:
            was_ours = line.reason == WRITING
            self._settle(line, DriftState.FIXED if was_ours else DriftState.GONE)
        for line, reason in piles.cannot:
            self._settle(line, DriftState.OPEN, reason)
        for line, seen in piles.changed:
            line.differences = stored(seen)
            self._settle(line, DriftState.OPEN if line.reason == WRITING else DriftState.LEFT)
        others = [line for line, _ in (*piles.cannot, *piles.changed)]
        update_rows(self.portal, [*piles.agree, *others], SETTLED)

    def _settle(self, line: Drift, state: DriftState, reason: str = "", **facts: str) -> None:
        line.state, line.reason, line.reason_parameters = state, reason, facts
        line.settled_at = self.now if state in (DriftState.FIXED, DriftState.GONE) else None

    def _mark(self, lines: Lines) -> None:
        """What HubSpot was told counts no longer, and parked records are due."""
        rows = Drift.objects.for_portal(self.portal).filter(pk__in=[each.pk for each in lines])
        rows.update(reason=WRITING)
        forget(self.company, lines)
        ids = [each.record_id for each in lines if each.record_id]
        parked = ParkedRecord.objects.for_portal(self.portal).filter(company=self.company)
        parked.filter(subject_id__in=ids).update(next_at=self.now, attempts=0)

    # -------------------------------------------------------------------------------- writing

    def _write(self, lines: Lines) -> None:
        """By the plan and its carrier, as a run does it; the history shows it as a run."""
        run = SyncRun.objects.create(
            portal=self.portal, company=self.company, trigger=TRIGGER, started_at=self.now
        )
        push = Push(self.portal, Journal(self.portal, self.company, run), self.lease, self.now)
        tell = Names(self.company, push, self.now)
        invoices = self._read_invoices(lines)
        records = self._read_lists(lines)
        told = [each for each in lines if each.what not in OF_BOOKS]
        invoices |= {UUID(each.record_id) for each in told if each.record_kind == INVOICE}
        records |= {UUID(each.record_id) for each in told if each.record_kind in (CUSTOMER, ITEM)}
        deals = [each.record_id for each in told if each.record_kind == DEAL]
        push.push(sorted(invoices), changed=invoices, deal_ids=deals)
        anew = {UUID(each.record_id) for each in told if _is_lost(each)}
        push.push(sorted(anew), changed=anew)  # made anew, they are tied to nothing yet
        records |= set(names.owing(self.company, invoices))
        tell.push_records(sorted(records), changed=records)
        names.dealt_with(self.company, records)
        push.finish()
        run.state, run.finished_at, run.seen = RunState.DONE, self.now, len(lines)
        run.save()

    def _read_invoices(self, lines: Lines) -> set[UUID]:
        """Invoices of which our copy is behind, read anew with all their payments."""
        mine = [each for each in lines if each.what in OF_BOOKS]
        of_payments = {each.record_id for each in mine if each.record_kind == PAYMENT}
        rows = Invoice.objects.for_portal(self.portal).filter(company=self.company)
        ids = {each.qbo_id for each in mine if each.record_kind == INVOICE}
        ids |= set(rows.filter(pk__in=of_payments).values_list("qbo_id", flat=True))
        if not ids:
            return set()
        qbo = sessions.quickbooks(self.company)
        records, unreadable = INVOICES.parsed(by_id(qbo, INVOICE, sorted(ids)))
        gone = vanished(qbo, sorted(ids - {each.id for each in records}), self.now)
        booked = PaymentApplication.objects.for_portal(self.portal).filter(
            company=self.company, invoice__qbo_id__in=ids
        )
        paid = {link.id for each in records for link in each.linked if link.kind == PAYMENT}
        paid |= set(booked.values_list("payment_id", flat=True))
        payments = PAYMENTS.parsed(by_id(qbo, PAYMENT, sorted(paid)))[0] if paid else ()
        page = Page((*records, *gone), tuple(payments), (), unreadable)
        checked = mirrored.check(qbo, self.company, page, invoice_policy(self.company))
        with self.lease.fenced():
            rows.filter(qbo_id__in=ids).update(**UNREAD, raw_hash="", mapped_hash="")
            booked.update(**UNREAD)
            kept = mirrored.store(self.company, checked, self.now)
        return kept.followed | kept.changed

    def _read_lists(self, lines: Lines) -> set[UUID]:
        """Customers and items of which our copy is behind, read anew."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for each in lines:
            if each.what in OF_BOOKS and each.record_kind in (CUSTOMER, ITEM):
                wanted[each.record_kind].add(each.qbo_id)
        found: set[UUID] = set()
        for kind, ids in sorted(wanted.items()):
            raws = by_id(sessions.quickbooks(self.company), kind, sorted(ids))
            rows = Record.objects.for_portal(self.portal).filter(
                company=self.company, kind=kind, qbo_id__in=ids
            )
            with self.lease.fenced():
                rows.update(**UNREAD, raw_hash="", synced_hash=FORGOTTEN)
                keep_reference(self.company, [(kind, raw) for raw in raws], self.now)
            found |= set(rows.values_list("pk", flat=True))
        return found

    # ------------------------------------------------------------------------------ verifying

    def _verify(self, lines: Lines) -> None:
        """Fixed is what both sides say alike; the rest is open again, with the reason it waits for."""
        found = still(self.company, lines, self.now)
        parked = self._parked([each.record_id for each in lines])
        with self.lease.fenced():
            for line in lines:
                seen = found.get(key_of(line))
                if seen is None:
                    self._settle(line, DriftState.FIXED)
                    continue
                line.differences = stored(seen)
                reason, facts = parked.get(line.record_id, (STAYS, {}))
                self._settle(line, DriftState.OPEN, reason, **facts)
            update_rows(self.portal, lines, SETTLED)
            self._told()

    def _told(self) -> None:
        rows = Drift.objects.for_portal(self.portal).filter(reconciliation=self.row)
        waiting = (DriftState.OPEN, DriftState.FIXING, DriftState.LEFT)
        if not rows.filter(state__in=waiting).exists():
            differences_fixed.send(Reconciliation, reconciliation=self.row, now=self.now)

    def _parked(self, ids: Collection[str]) -> dict[str, tuple[str, dict[str, str]]]:
        rows = ParkedRecord.objects.for_portal(self.portal).filter(
            company=self.company, subject_id__in=ids
        )
        return {row.subject_id: (row.reason, row.reason_parameters) for row in rows}
