"""One page of a backfill: read, stored, told to HubSpot, counted, and its place committed (B-21).

A page that was interrupted begins again. What HubSpot was told already is known by its key and
hash, so nothing is made twice; the counts come from the history, where each outcome stands once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from integration import sessions
from integration.crashpoints import crashpoint
from integration.display import zone_of
from integration.gateways.rehearsal import Notebook
from integration.jobs import Lease
from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Raw
from sync.apply.history import Journal, Trouble, park
from sync.backfill_pages import CREATED, DATED, ORDER, Place, Span
from sync.engine.names import Names
from sync.engine.push import Push
from sync.engine.runs import RAW
from sync.fetch import mirrored, names
from sync.fetch.changes import INVOICE, page_of
from sync.fetch.reference import keep_reference
from sync.fetch.settings import company_view, object_policies
from sync.models import (
    Backfill,
    BackfillBy,
    BackfillState,
    EntryOutcome,
    RunState,
    SyncEntry,
    SyncRun,
)
from sync.models import SyncObject as Object
from sync.policies import ObjectPolicy
from sync.records import CUSTOMER, ITEM

ENTITIES = {Object.CONTACTS: CUSTOMER, Object.PRODUCTS: ITEM, Object.INVOICES: INVOICE}
WRITES = (
    "write_contact",
    "write_company",
    "write_product",
    "link_record",
    "upsert_hubspot_invoice",
)
MADE = Q(after__has_key="dealbooks_key") | Q(operation="upsert_hubspot_invoice", made=True)


@dataclass(frozen=True, slots=True)
class Counts:
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """Of one page: our ids of the records HubSpot was to be told of, and what never got so far."""

    ids: Collection[UUID] = ()
    unreadable: int = 0
    left_out: int = 0


def span_of(row: Backfill) -> Span:
    return Span(
        zone_of(row.company.time_zone),
        row.first_day,
        row.last_day,
        DATED if row.by == BackfillBy.DATED else CREATED,
    )


def open_policy(company: Company, object: Object) -> ObjectPolicy:
    """The tab without "since it went on": older records are what a backfill is for (D-27, D-30)."""
    return replace(object_policies(company)[object], enabled_at=None)


def one_page(row: Backfill, lease: Lease, now: datetime) -> bool:
    """Whether there is another page. Raises the gateway error that a page ended with."""
    entity = ENTITIES[Object(row.object)]
    place = Place.of(row.cursor)
    rows = sessions.quickbooks(row.company).query(
        entity, place.condition(span_of(row).condition), ORDER, place.start, place.size
    )
    crashpoint("backfill.read")
    fresh = place.fresh(rows)
    told = Page(row, lease, now).tell(entity, fresh)
    crashpoint("backfill.told")
    following = place.after(rows)
    _commit(row, lease, told, following, len(fresh), now)
    crashpoint("backfill.counted")
    return following is not None


class Page:
    """Tells HubSpot about the rows of one page; with a ``notebook`` it is rehearsed."""

    def __init__(
        self, row: Backfill, lease: Lease, now: datetime, notebook: Notebook | None = None
    ) -> None:
        self.company = row.company
        self.notebook = notebook
        self.lease = lease
        self.now = now
        self.object = Object(row.object)
        self.policy = open_policy(self.company, self.object)
        journal = Journal(row.portal, self.company, row.run)
        self.push = Push(row.portal, journal, lease, now, in_bulk=True, notebook=notebook)

    def tell(self, entity: str, rows: Sequence[Raw]) -> Told:
        return self.invoices(rows) if entity == INVOICE else self.names(entity, rows)

    def names(self, entity: str, rows: Sequence[Raw]) -> Told:
        with self.lease.fenced():
            troubled = keep_reference(self.company, [(entity, raw) for raw in rows], self.now)
            self._park(troubled)
        crashpoint("backfill.stored")
        unfit = {str(raw.get("Id")) for _, raw in troubled}
        ids = self._records(entity, {str(raw.get("Id")) for raw in rows} - unfit)
        self._names().push_records(ids, changed=ids)
        names.dealt_with(self.company, ids)
        self.push.finish()
        return Told(ids, unreadable=len(troubled))

    def invoices(self, rows: Sequence[Raw]) -> Told:
        page = page_of(INVOICE, rows)
        qbo = sessions.quickbooks(self.company, notebook=self.notebook)
        checked = mirrored.check(qbo, self.company, page, self.policy)
        with self.lease.fenced():
            kept = mirrored.store(self.company, checked, self.now)
            self._park(kept.troubled)
        crashpoint("backfill.stored")
        known = mirrored.known_ids(self.company, [each.id for each in page.invoices])
        ids = list(known.values())
        self.push.push(ids, ids)
        self._names().push_records(names.owing(self.company, kept.changed))
        self.push.finish()
        unreadable = sum(entity == INVOICE for entity, _ in kept.troubled)
        return Told(ids, unreadable, max(len(rows) - unreadable - len(ids), 0))

    def _names(self) -> Names:
        view = company_view(self.company)
        if self.object is Object.CONTACTS:
            view = replace(view, contacts=self.policy)
        elif self.object is Object.PRODUCTS:
            view = replace(view, products=self.policy)
        return Names(self.company, self.push, self.now, in_bulk=True, view=view)

    def _records(self, entity: str, qbo_ids: Collection[str]) -> list[UUID]:
        rows = Record.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind=entity, qbo_id__in=qbo_ids, active=True
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def _park(self, troubled: Sequence[tuple[str, Raw]]) -> None:
        for entity, raw in troubled:
            subject = (RAW + entity, str(raw.get("Id", "")), str(raw.get("DocNumber") or ""))
            trouble = Trouble(mirrored.UNREADABLE, {"entity": entity}, passes=True)
            park(self.company.portal, str(self.company.pk), subject, trouble, self.now)


# ------------------------------------------------------------------------------------- counting


def _commit(
    row: Backfill, lease: Lease, told: Told, following: Place | None, seen: int, now: datetime
) -> None:
    """The page's counts with the place of the next one. A pause or cancel meanwhile stays."""
    counts = _counted(row, told.ids)
    rows = Backfill.objects.for_portal(row.portal_id).filter(pk=row.pk)
    with lease.fenced():
        rows.update(
            seen=F("seen") + seen,
            created=F("created") + counts.created,
            updated=F("updated") + counts.updated,
            skipped=F("skipped") + counts.skipped + told.left_out,
            failed=F("failed") + counts.failed + told.unreadable,
            error="",
            error_parameters={},
            trace_id="",
            **({"cursor": following.stored()} if following else {}),
        )
        if following is None:
            rows.update(state=BackfillState.DONE, finished_at=now)
        end = {} if following else {"state": RunState.DONE, "finished_at": now}
        runs = SyncRun.objects.for_portal(row.portal_id).filter(pk=row.run_id)
        runs.update(seen=F("seen") + seen, **end)


def _counted(row: Backfill, ids: Collection[UUID]) -> Counts:
    """By what the history says; a customer that is a contact and a company counts once."""
    lines = SyncEntry.objects.for_portal(row.portal_id).filter(
        run=row.run_id, subject_id__in=[str(each) for each in ids]
    )
    done = lines.filter(outcome=EntryOutcome.SUCCEEDED, operation__in=WRITES)
    unhappy = (EntryOutcome.FAILED, EntryOutcome.WAITING)
    failed = _subjects(lines.filter(outcome__in=unhappy))
    created = _subjects(done.filter(MADE)) - failed
    updated = _subjects(done) - created - failed
    skipped = _subjects(lines.filter(outcome=EntryOutcome.SKIPPED)) - created - updated - failed
    return Counts(len(created), len(updated), len(skipped), len(failed))


def _subjects(lines: PortalQuerySet) -> set[str]:
    return set(lines.values_list("subject_id", flat=True))
