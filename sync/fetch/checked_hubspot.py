"""HubSpot's records against what they should say by the plan's own reckoning (B-26).

A plan is made as if HubSpot had never been told anything; what it would write is what HubSpot
should say. So whatever a sync right after would leave alone is no difference here. Nothing is
written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from integration.gateways.hubspot import HubSpot
from integration.models import Portal
from integration.records.hubspot import Object, Properties
from invoices.amounts import Amounts
from invoices.models import DealRef
from invoices.stages import Stage
from mappings.catalog import DEALS, INVOICES
from sync.fetch import state
from sync.fetch.rates import RateTable
from sync.operations import (
    DEAL,
    INVOICE,
    AssociateInvoice,
    Operation,
    UpsertHubSpotInvoice,
    WriteDealProperties,
)
from sync.plan import plan
from sync.plan_records import BULK
from sync.reconcile import Change, Deviation, What, changes
from sync.reconciled_sums import DEALBOOKS, HUBSPOT, LEFT_OUT, Sums
from sync.snapshot import DealState, InvoiceState, PortalView, Snapshot

BESIDES = frozenset({BULK})
"""The mark of a backfill goes with the next write; nobody waits for that."""
NEVER_TOLD = "-"
AMOUNTS = ("billed", "cash", "credited", "open")
NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class Compared:
    deviations: list[Deviation] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    seen: int = 0
    in_hubspot: int = 0


class HubSpotCheck:
    """For one portal. ``behind``: our ids of invoices whose own copy is not what QuickBooks says;
    what they and their deals should say is not known yet."""

    def __init__(
        self,
        portal: Portal,
        view: PortalView,
        hubspot: HubSpot,
        now: datetime,
        *,
        rates: RateTable = state.NO_RATES,
        behind: Collection[str] = NOBODY,
        texts: Collection[str] = (),
    ) -> None:
        self.portal = portal
        self.view = view
        self.hubspot = hubspot
        self.now = now
        self.rates = rates
        self.behind = frozenset(behind)
        self.texts = frozenset(texts)

    # ------------------------------------------------------------------------------- invoices

    def invoices(self, ids: Sequence[UUID]) -> Compared:
        """By our ids; a few hundred, so that memory stays flat."""
        snapshot = self._snapshot(ids, ())
        asked = replace(snapshot, deals=(), held=frozenset(), invoices=_untold(snapshot))
        operations = plan(asked)
        wanted = {each.subject.id: each for each in _upserts(operations)}
        chosen = [snapshot.invoices[each] for each in snapshot.in_run]
        shown = self._shown(chosen, wanted)
        found = Compared(seen=len(chosen))
        for invoice in chosen:
            upsert, seen = wanted.get(invoice.id), shown.get(invoice.hubspot_id)
            found.in_hubspot += seen is not None
            self._add(found.sums, invoice, upsert, seen)
            if upsert is not None and invoice.id not in self.behind:
                found.deviations += _invoice(invoice, upsert, seen, self.texts)
        found.deviations += self._untied(operations, shown)
        return found

    def _snapshot(self, ids: Sequence[UUID], deals: Sequence[str]) -> Snapshot:
        return state.snapshot(
            self.portal,
            self.view,
            invoice_ids=ids,
            deal_ids=deals,
            rates=self.rates,
            now=self.now,
        )

    def _shown(
        self, chosen: Iterable[InvoiceState], wanted: Mapping[str, UpsertHubSpotInvoice]
    ) -> dict[str, Object]:
        ids = [each.hubspot_id for each in chosen if each.hubspot_id]
        names = {name for each in wanted.values() for name in each.properties}
        names |= {self._property(name) for name in AMOUNTS} - {""}
        return _living(self.hubspot, INVOICES, ids, names)

    def _property(self, name: str) -> str:
        return self.view.targets.property_of(INVOICES, name)

    def _add(
        self,
        sums: Sums,
        invoice: InvoiceState,
        upsert: UpsertHubSpotInvoice | None,
        seen: Object | None,
    ) -> None:
        """D-28: a deleted invoice counts nowhere, whatever HubSpot still says of it."""
        if invoice.stage is Stage.DELETED:
            return
        ours = Amounts(invoice.billed, invoice.cash, invoice.credited, invoice.open)
        sums.add(invoice.txn_date, invoice.currency, DEALBOOKS, ours)
        if upsert is None:
            sums.add(invoice.txn_date, invoice.currency, LEFT_OUT, ours)
        elif seen is not None:
            theirs = Amounts(*(self._amount(seen, name, ours) for name in AMOUNTS))
            sums.add(invoice.txn_date, invoice.currency, HUBSPOT, theirs)

    def _amount(self, seen: Object, name: str, ours: Amounts) -> Decimal:
        """An amount that an admin lets HubSpot have nowhere counts as ours."""
        property = self._property(name)
        if not property:
            return getattr(ours, name)  # type: ignore[no-any-return]
        try:
            return Decimal(seen.properties.get(property) or 0)
        except InvalidOperation:
            return Decimal(0)

    # --------------------------------------------------------------------------- associations

    def _untied(
        self, operations: Sequence[Operation], shown: Mapping[str, Object]
    ) -> Iterator[Deviation]:
        """Invoices HubSpot has without the deal, contact or company they were added to."""
        wanted: dict[str, list[AssociateInvoice]] = defaultdict(list)
        for each in operations:
            if not isinstance(each, AssociateInvoice) or not each.attachment_id:
                continue
            if each.hubspot_id in shown and each.subject.id not in self.behind:
                wanted[each.to_kind].append(each)
        missing: dict[str, list[AssociateInvoice]] = defaultdict(list)
        for kind, ties in sorted(wanted.items()):
            ids = sorted({each.hubspot_id for each in ties})
            there = self.hubspot.associations(INVOICES, kind, ids)
            for tie in ties:
                if tie.to_id not in there.get(tie.hubspot_id, ()):
                    missing[tie.subject.id].append(tie)
        names = self._deals([each.to_id for ties in missing.values() for each in ties])
        for ties in missing.values():
            subject = ties[0].subject
            lost = tuple(
                Change(each.to_kind, names.get(each.to_id) or each.to_id, "")
                for each in ties
                if each.to_kind != DEALS or each.to_id in names
            )
            if lost:
                yield Deviation(
                    What.UNTIED, INVOICE, subject.id, "", INVOICES, ties[0].hubspot_id,
                    subject.label, lost,
                )  # fmt: skip

    def _deals(self, ids: Sequence[str]) -> dict[str, str]:
        """Names of those that HubSpot did not archive."""
        rows = DealRef.objects.for_portal(self.portal).filter(hubspot_id__in=ids, archived_at=None)
        return dict(rows.values_list("hubspot_id", "name"))

    # ---------------------------------------------------------------------------------- deals

    def deals(self, ids: Sequence[str]) -> Compared:
        """By HubSpot's ids: what they say of their invoices, payments and sums (B-06, D-21)."""
        snapshot = self._snapshot((), ids)
        mine = [each for each in snapshot.deals if self.behind.isdisjoint(each.invoice_ids)]
        asked = replace(snapshot, deals=tuple(map(_told_nothing, mine)), held=frozenset())
        wanted = [each for each in plan(asked) if isinstance(each, WriteDealProperties)]
        names = {name for each in wanted for name in each.properties}
        shown = _living(self.hubspot, DEALS, [each.subject.id for each in wanted], names)
        found = Compared(seen=len(ids), in_hubspot=len(shown))
        for each in wanted:
            found.deviations += _object(
                DEAL, each.subject.id, "", DEALS, each.subject.id, each.subject.label,
                each.properties, shown.get(each.subject.id),
            )  # fmt: skip
        return found


def _untold(snapshot: Snapshot) -> dict[str, InvoiceState]:
    """As if nothing had been written and nothing tied."""
    return {key: _invoice_untold(each) for key, each in snapshot.invoices.items()}


def _invoice_untold(invoice: InvoiceState) -> InvoiceState:
    ties = tuple(replace(each, confirmed=False) for each in invoice.attachments)
    return replace(invoice, mapped_hash="", written={}, attachments=ties, detached=(), payments=())


def _told_nothing(deal: DealState) -> DealState:
    return replace(deal, written={}, written_hash=NEVER_TOLD if deal.written_hash else "")


def _upserts(operations: Iterable[Operation]) -> Iterator[UpsertHubSpotInvoice]:
    return (each for each in operations if isinstance(each, UpsertHubSpotInvoice))


def _living(
    hubspot: HubSpot, kind: str, ids: Sequence[str], names: Collection[str]
) -> dict[str, Object]:
    if not ids:
        return {}
    shown = hubspot.read(kind, sorted(set(ids)), sorted(names))
    return {key: each for key, each in shown.items() if not each.archived}


def _invoice(
    invoice: InvoiceState,
    upsert: UpsertHubSpotInvoice,
    seen: Object | None,
    texts: frozenset[str],
) -> Iterator[Deviation]:
    return _object(
        INVOICE, invoice.id, invoice.qbo_id, INVOICES, invoice.hubspot_id, invoice.label,
        upsert.properties, seen, texts,
    )  # fmt: skip


def _object(
    record_kind: str,
    record_id: str,
    qbo_id: str,
    object_kind: str,
    hubspot_id: str,
    label: str,
    expected: Properties,
    seen: Object | None,
    texts: frozenset[str] = frozenset(),
) -> Iterator[Deviation]:
    """A line when HubSpot lacks the object or says something else of it."""
    if seen is None:
        what, changed = What.MISSING, ()
    else:
        what, changed = What.DIFFERS, changes(expected, seen.properties, BESIDES, texts)
    if seen is None or changed:
        yield Deviation(
            what, record_kind, record_id, qbo_id, object_kind, hubspot_id, label, changed
        )
