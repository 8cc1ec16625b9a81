"""A comparison of both sides, page by page, each committed with the place of the next one (B-26).

A page that was interrupted is compared again; its lines and sums are stored once, with the cursor.
Nothing is written to either vendor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from integration import jobs
from integration.bulk import insert_rows
from integration.crashpoints import crashpoint
from integration.jobs import Again, Lease
from integration.models import Company, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from invoices.models import DealRef, Invoice, InvoiceAttachment, PaymentApplication
from sync import reconciliation_behind as behind
from sync.backfill_pages import ORDER, Place
from sync.engine.checking import OBJECT_OF, Checks, key_of, still
from sync.engine.runs import BACKFILL
from sync.fetch.changes import ACTIVE_OR_NOT, IDS_A_QUERY
from sync.fetch.checked_books import Checked
from sync.fetch.checked_lists import by_id
from sync.models import RunState, SyncObject, SyncRun
from sync.operations import INVOICE, PAYMENT
from sync.reconcile import Deviation
from sync.reconciled_sums import Sums
from sync.reconciliation_models import Drift, Reconciliation
from sync.reconciliation_store import add_sums, lines_of
from sync.records import CUSTOMER, ITEM

STAGES = (
    "settle", "counts", "invoices", "customers", "items", "vanished", "hubspot_invoices",
    "hubspot_deals", "hubspot_customers", "hubspot_items", "again",
)  # fmt: skip
AT_ONCE = 200
"""So many of our records are compared with HubSpot in one step: two calls for each kind."""
IDS_AT_ONCE = 2 * IDS_A_QUERY
SPARSE = 5
"""Where fewer than one invoice in five is followed, they are asked for by id, not by page."""
SOON = timedelta(seconds=5)
PATIENCE = timedelta(minutes=15)
"""So long the changes that are under way may take before the comparison begins."""
PLACES = {INVOICE: "invoices", CUSTOMER: "customers", ITEM: "items", PAYMENT: "payments"}


@dataclass(slots=True)
class Step:
    """What one step found. ``cursor``: where this stage goes on; None ends it."""

    cursor: dict[str, Any] | None = None
    deviations: Sequence[Deviation] = ()
    sums: Sums = field(default_factory=Sums)
    seen: int = 0
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    to_check: int = 0
    settled: Sequence[Any] = ()
    """Lines that were no difference after all."""
    wait: Again | None = None


class Comparison:
    """One turn of the work on a report."""

    def __init__(self, row: Reconciliation, lease: Lease, now: datetime) -> None:
        self.row = row
        self.company: Company = row.company
        self.lease = lease
        self.now = now
        self.checks = Checks(self.company, row.started_at, now)
        self.stages: dict[str, Callable[[], Step]] = {
            "settle": self._settle,
            "counts": self._counts,
            "invoices": self._invoices,
            "customers": lambda: self._names(CUSTOMER),
            "items": lambda: self._names(ITEM),
            "vanished": self._vanished,
            "hubspot_invoices": self._hubspot_invoices,
            "hubspot_deals": self._hubspot_deals,
            "hubspot_customers": lambda: self._hubspot_names(CUSTOMER),
            "hubspot_items": lambda: self._hubspot_names(ITEM),
            "again": self._again,
        }

    def step(self) -> Again | bool:
        """One page; whether there is another one, or when to go on."""
        step = self.stages[self.row.stage]()
        if step.wait is not None:
            return step.wait
        crashpoint("reconcile.read")
        self._commit(step)
        return self.row.stage in self.stages

    # ------------------------------------------------------------------------------ beginning

    def _settle(self) -> Step:
        """What changed meanwhile is no difference: a run of the sync that began later comes first."""
        runs = SyncRun.objects.for_portal(self.company.portal_id).filter(company=self.company)
        done = runs.filter(state=RunState.DONE, started_at__gte=self.row.started_at)
        if done.exclude(trigger=BACKFILL).exists() or self.now - self.row.started_at > PATIENCE:
            return Step()
        waiting = jobs.open_jobs(self.company.portal, self.company).filter(kind="sync.poll")
        if not waiting.filter(next_at__lte=self.now).exists():
            jobs.enqueue("sync.poll", portal=self.company.portal, company=self.company, at=self.now)
        return Step(wait=Again(at=self.now + SOON))

    def _counts(self) -> Step:
        """How many each side has; what is worth a page of QuickBooks' is decided by it."""
        wanted = {INVOICE: "", PAYMENT: "", CUSTOMER: ACTIVE_OR_NOT, ITEM: ACTIVE_OR_NOT}
        found = {entity: self.checks.qbo.count(entity, where) for entity, where in wanted.items()}
        counts = {(PLACES[entity], "quickbooks"): count for entity, count in found.items()}
        followed, deals = self._followed().count(), self._deals().count()
        payments = PaymentApplication.objects.for_portal(self.company.portal_id).filter(
            company=self.company, reversed_at=None
        )
        counts["invoices", "dealbooks"] = followed
        counts["payments", "dealbooks"] = payments.values("payment_id").distinct().count()
        counts["deals", "dealbooks"] = deals
        to_check = followed + deals
        to_check += followed if self._is_sparse(found[INVOICE], followed) else found[INVOICE]
        for entity, object in OBJECT_OF.items():
            linked = self._linked(entity).count()
            counts[PLACES[entity], "dealbooks"] = self._records(entity).count()
            is_read = bool(linked) or self.checks.policies[object].enabled
            counts[PLACES[entity], "read"] = int(is_read)
            to_check += linked + (found[entity] if is_read else 0)
        return Step(counts=counts, to_check=to_check)

    def _count(self, place: str, side: str) -> int:
        return int(self.row.counts.get(place, {}).get(side, 0))

    def _is_sparse(self, total: int, followed: int) -> bool:
        """What the tab should have brought can only be seen on pages."""
        is_on = self.checks.policies[SyncObject.INVOICES].enabled
        return not is_on and followed * SPARSE < total

    # ----------------------------------------------------------------------- QuickBooks' side

    def _invoices(self) -> Step:
        policy = self.checks.policies[SyncObject.INVOICES]
        counted = self._count("invoices", "quickbooks"), self._count("invoices", "dealbooks")
        if not self._is_sparse(*counted):
            return self._page(INVOICE, lambda rows: self.checks.books.invoices(rows, policy))
        ids = self._ids(self._followed())
        rows = by_id(self.checks.qbo, INVOICE, ids) if ids else []
        found = self.checks.books.invoices(rows, policy)
        cursor = {"after": ids[-1]} if len(ids) == IDS_AT_ONCE else None
        return _of_books(INVOICE, found, cursor)

    def _names(self, entity: str) -> Step:
        if not self._count(PLACES[entity], "read"):
            return Step()
        policy = self.checks.policies[OBJECT_OF[entity]]
        return self._page(entity, lambda rows: self.checks.lists.names(entity, rows, policy))

    def _page(self, entity: str, check: Callable[[Sequence[Any]], Checked]) -> Step:
        place = Place.of(self.row.cursor)
        base = ACTIVE_OR_NOT if entity in OBJECT_OF else ""
        rows = self.checks.qbo.query(entity, place.condition(base), ORDER, place.start, place.size)
        following = place.after(rows)
        return _of_books(
            entity, check(place.fresh(rows)), following.stored() if following else None
        )

    def _vanished(self) -> Step:
        """Where QuickBooks showed fewer than our copy has, each of ours is asked for by its id."""
        kinds = [INVOICE, *(each for each in OBJECT_OF if self._count(PLACES[each], "read"))]
        kind = self.row.cursor.get("kind") or INVOICE
        following = kinds[kinds.index(kind) + 1 :][:1]
        ended = {"kind": following[0]} if following else None
        rows = self._followed() if kind == INVOICE else self._records(kind)
        alive = rows.filter(updated_at__lte=self.row.started_at)
        is_known = "after" in self.row.cursor
        if not is_known and self._count(PLACES[kind], "matched") >= alive.count():
            return Step(cursor=ended)
        ids = self._ids(alive)
        found = self._gone(kind, ids)
        has_more = len(ids) == IDS_AT_ONCE
        return Step({"kind": kind, "after": ids[-1]} if has_more else ended, found)

    def _gone(self, kind: str, ids: Sequence[str]) -> list[Deviation]:
        if not ids:
            return []
        if kind == INVOICE:
            return self.checks.books.vanished(ids)
        return self.checks.lists.names_gone(kind, ids)

    def _ids(self, rows: PortalQuerySet) -> list[str]:
        after = self.row.cursor.get("after", "")
        found = rows.filter(qbo_id__gt=after).order_by("qbo_id")
        return list(found.values_list("qbo_id", flat=True)[:IDS_AT_ONCE])

    # -------------------------------------------------------------------------- HubSpot's side

    def _hubspot_invoices(self) -> Step:
        rows = Invoice.objects.for_portal(self.company.portal_id).filter(company=self.company)
        ids = self._next(rows.exclude(deleted_at__isnull=False, hubspot_id=""), "qbo_id")
        checks = self._without(behind.among(self.row, ids.values()))
        found = checks.hubspot.invoices(list(ids.values()))
        counts = {("invoices", "hubspot"): found.in_hubspot}
        return Step(_after(list(ids)), found.deviations, found.sums, found.seen, counts)

    def _hubspot_deals(self) -> Step:
        ids = list(self._next(self._deals(), "hubspot_id"))
        found = self._without(behind.of_deals(self.row, ids)).hubspot.deals(ids)
        counts = {("deals", "hubspot"): found.in_hubspot}
        return Step(_after(ids), found.deviations, found.sums, found.seen, counts)

    def _hubspot_names(self, entity: str) -> Step:
        ids = self._next(self._linked(entity), "qbo_id")
        if not ids:
            return Step()
        checks = self._without(behind.of_records(self.row, list(ids.values())))
        found = checks.names.names(list(ids.values()))
        counts = {(PLACES[entity], "hubspot"): found.in_hubspot}
        return Step(_after(list(ids)), found.deviations, seen=found.seen, counts=counts)

    def _without(self, ids: set[str]) -> Checks:
        """What hangs on records whose own copy is behind is not compared until it was read anew."""
        self.checks = Checks(self.company, self.row.started_at, self.now, behind=ids)
        return self.checks

    def _next(self, rows: PortalQuerySet, name: str) -> dict[str, Any]:
        """Our ids by the vendor's, in the order of those: an index has it."""
        after = self.row.cursor.get("after")
        some = rows.filter(**{f"{name}__gt": after}) if after else rows
        return dict(some.order_by(name).values_list(name, "pk")[:AT_ONCE])

    def _again(self) -> Step:
        """What the sync put right or brought while the pages were read is no difference."""
        rows = Drift.objects.for_portal(self.row.portal_id).filter(reconciliation=self.row)
        after = self.row.cursor.get("after")
        lines = list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[:AT_ONCE])
        if not lines or not self._is_moving():
            return Step()
        found = still(self.company, lines, self.now)
        settled = [line.pk for line in lines if key_of(line) not in found]
        return Step(_after([line.pk for line in lines]), settled=settled)

    def _is_moving(self) -> bool:
        runs = SyncRun.objects.for_portal(self.company.portal_id).filter(company=self.company)
        recent = runs.filter(started_at__gte=self.row.started_at)
        return recent.filter(written__gt=0).exists() or recent.filter(seen__gt=0).exists()

    # -------------------------------------------------------------------------- our own records

    def _followed(self) -> PortalQuerySet:
        rows = Invoice.objects.for_portal(self.company.portal_id)
        return rows.filter(company=self.company, deleted_at=None)  # type: ignore[no-any-return]

    def _records(self, entity: str) -> PortalQuerySet:
        rows = Record.objects.for_portal(self.company.portal_id)
        return rows.filter(company=self.company, kind=entity, deleted_at=None)  # type: ignore[no-any-return]

    def _linked(self, entity: str) -> PortalQuerySet:
        links = RecordLink.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind=entity, lost_at=None
        )
        return self._records(entity).filter(qbo_id__in=links.values("qbo_id"))  # type: ignore[no-any-return]

    def _deals(self) -> PortalQuerySet:
        """Every deal an invoice of the company is or was on, unless HubSpot archived it."""
        ties = InvoiceAttachment.objects.for_portal(self.company.portal_id).filter(
            company=self.company, object_kind="deals"
        )
        rows = DealRef.objects.for_portal(self.company.portal_id).filter(archived_at=None)
        return rows.filter(hubspot_id__in=ties.values("hubspot_id"))  # type: ignore[no-any-return]

    # --------------------------------------------------------------------------------- storing

    def _commit(self, step: Step) -> None:
        """The page's lines, sums and counts with the place of the next one."""
        row = self.row
        for (place, side), count in step.counts.items():
            sides = row.counts.setdefault(place, {})
            sides[side] = sides.get(side, 0) + count
        if step.cursor is None:
            row.stage = (*STAGES, "")[STAGES.index(row.stage) + 1]
        row.cursor = step.cursor or {}
        row.checked += step.seen
        row.to_check += step.to_check
        row.error, row.error_parameters, row.trace_id = "", {}, ""
        with self.lease.fenced():
            insert_rows(row.portal, lines_of(row, step.deviations, self.now))
            Drift.objects.for_portal(row.portal_id).filter(pk__in=step.settled).delete()
            add_sums(row, step.sums)
            row.save()
        crashpoint("reconcile.page")


def _of_books(entity: str, found: Checked, cursor: dict[str, Any] | None) -> Step:
    counts = {(PLACES[entity], "matched"): found.matched}
    return Step(cursor, found.deviations, found.sums, found.seen, counts)


def _after(ids: Sequence[Any]) -> dict[str, Any] | None:
    return {"after": str(ids[-1])} if len(ids) == AT_ONCE else None
