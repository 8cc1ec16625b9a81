"""Customers and items of one run: told to HubSpot as the pages come, deletions weighed at the end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from integration.models import Company
from integration.records.quickbooks import Invoice as InvoiceRecord
from integration.records.quickbooks import Raw
from sync.apply.outcomes import Ending, Outcome
from sync.engine.push import Push
from sync.engine.two_way import TwoWay, is_open
from sync.fetch import holds, names
from sync.fetch.names import Merge
from sync.fetch.records import RecordReader
from sync.fetch.settings import company_view
from sync.models import SyncObject
from sync.operations import Skip, Subject
from sync.plan import plan
from sync.policies import Delete, ObjectPolicy, asks_first
from sync.records import CUSTOMER, ITEM, Deletion
from sync.snapshot import CompanyView, Snapshot

AT_ONCE = 500
"""So many records are planned together: enough for full batches, little enough for memory."""
OBJECTS = {CUSTOMER: SyncObject.CONTACTS, ITEM: SyncObject.PRODUCTS}
Named = tuple[str, Raw]


class Names:
    """What a run does about customers and items."""

    def __init__(
        self,
        company: Company,
        push: Push,
        now: datetime,
        *,
        in_bulk: bool = False,
        view: CompanyView | None = None,
    ) -> None:
        self.company = company
        self.push = push
        self.now = now
        self.in_bulk = in_bulk
        self.view = view or company_view(company)
        self.told = 0
        self._gone: dict[str, list[UUID]] = {CUSTOMER: [], ITEM: []}
        self._reader = RecordReader(company, self.view, lambda: push.carrier.hubspot)
        goes_back = self.view.contacts.tells_quickbooks or self.view.products.tells_quickbooks
        self._two_way = TwoWay(company, self.view, push, now) if goes_back else None

    # -------------------------------------------------------------- inside the page's transaction

    def merged(
        self, gone: Sequence[tuple[str, str]], invoices: Iterable[InvoiceRecord]
    ) -> list[UUID]:
        """The merges that a page shows, followed; survivors are to be looked at again."""
        found = names.merges(self.company, gone, invoices)
        again = [pk for merge in found for pk in names.merge_into(self.company, merge, self.now)]
        if found:
            self.push.journal.write([self._line(merge) for merge in found], self.now)
        return again

    def _line(self, merge: Merge) -> Outcome:
        labels = names.labels(self.company, merge.kind, [merge.loser, merge.survivor])
        pk, label = labels.get(merge.loser, ("", merge.loser))
        survivor = labels.get(merge.survivor, ("", ""))[1]
        reason = "sync.merged" if merge.survivor else "sync.merged_unknown"
        subject = Subject(merge.kind, pk, label, str(self.company.pk), merge.loser)
        told = {"name": label, "survivor": survivor}
        return Outcome(Skip(subject, reason, told), Ending.SKIPPED, reason=reason, parameters=told)

    # ----------------------------------------------------------------------------- as pages come

    def page(self, others: Sequence[Named], more: Collection[UUID] = ()) -> None:
        """The news of a page, and customers whose balance may have moved."""
        fresh = names.news(self.company, others)
        inactive = names.inactive(self.company, fresh) if fresh else {}
        for pk, kind in inactive.items():
            self._gone[kind].append(pk)
        living = [pk for pk in fresh if pk not in inactive]
        self.told += sum(self._policy(kind).enabled for kind in fresh.values())
        self.push_records(list(dict.fromkeys((*living, *more))))
        names.dealt_with(self.company, living)

    def _policy(self, kind: str) -> ObjectPolicy:
        return self.view.contacts if kind == CUSTOMER else self.view.products

    def owing(self, invoice_ids: Collection[UUID]) -> list[UUID]:
        return names.owing(self.company, invoice_ids)

    def retry(self, ids: Collection[UUID]) -> None:
        """Parked records whose time has come; the outcome is told whatever it is."""
        inactive = names.inactive(self.company, ids) if ids else {}
        for pk, kind in inactive.items():
            self._gone[kind].append(pk)
        self.push_records([pk for pk in ids if pk not in inactive], changed=ids)

    # ------------------------------------------------------------------------- from HubSpot (P-47)

    def resume(self) -> None:
        """Writes to QuickBooks that a run left unfinished, before anything else is read."""
        if is_open(self.company):
            way = self._two_way or TwoWay(self.company, self.view, self.push, self.now)
            self._from_hubspot(way.resume())

    def from_hubspot(self) -> None:
        """What was changed in HubSpot reaches QuickBooks, where a tab says so; else no call."""
        for ids in self._two_way.news() if self._two_way else ():
            self._from_hubspot(ids)

    def _from_hubspot(self, ids: Sequence[UUID]) -> None:
        if ids:
            self.push_records(ids, look=ids)
            names.dealt_with(self.company, ids)

    # -------------------------------------------------------------------------------- at the end

    def deletions(self) -> None:
        """D-28: few are carried out, many wait for a person."""
        for kind in (CUSTOMER, ITEM):
            gone = list(dict.fromkeys(self._gone[kind]))
            if gone:
                self._weigh(kind, self._policy(kind), gone)
                names.dealt_with(self.company, gone)
            self._confirmed(kind)

    def _weigh(self, kind: str, policy: ObjectPolicy, gone: list[UUID]) -> None:
        would = holds.with_links(self.company, kind, gone)
        asks = policy.enabled and policy.delete is not Delete.KEEP
        if not (asks and asks_first(len(would), names.linked(self.company, kind))):
            self.push_records(gone, changed=gone)
            return
        with self.push.lease.fenced():
            holds.hold(
                self.company,
                OBJECTS[kind],
                policy.delete.value,
                would,
                names.linked(self.company, kind),
                self.push.journal.run,
                self.now,
            )
        held = dict.fromkeys((str(pk) for pk in would), Deletion.HELD)
        self.push_records(gone, held, changed=gone)

    def _confirmed(self, kind: str) -> None:
        """What a person said yes to since."""
        for hold in holds.confirmed(self.company, OBJECTS[kind]):
            ids = [UUID(each) for each in hold.record_ids]
            self.push_records(ids, changed=ids)
            with self.push.lease.fenced():
                holds.done(hold)

    # ---------------------------------------------------------------------------------- one slice

    def push_records(
        self,
        ids: Sequence[UUID],
        deletions: Mapping[str, Deletion] | None = None,
        changed: Collection[UUID] = (),
        look: Collection[UUID] = (),
    ) -> None:
        """Plan and apply, so many at a time. ``changed``: treat them as news; ``look``: HubSpot has
        news of them."""
        fresh = {str(pk) for pk in changed}
        for first in range(0, len(ids), AT_ONCE):
            if self._two_way is not None:
                self._two_way.settle(ids[first : first + AT_ONCE], {*look, *changed})
            states = self._reader.states(ids[first : first + AT_ONCE], deletions)
            if not states:
                continue
            states = {
                key: replace(state, changed=True) if key in fresh else state
                for key, state in states.items()
            }
            operations = plan(
                Snapshot(
                    portal=self.push.view,
                    companies={str(self.company.pk): self.view},
                    invoices={},
                    held=self.push.held(),
                    undone=self.push.undone(),
                    records=states,
                    records_in_run=tuple(states),
                    in_bulk=self.in_bulk,
                )
            )
            if operations:
                self.push.carrier.carry(operations)
