"""HubSpot's contacts, companies and products against what their customers and items say (B-26)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from integration.gateways.hubspot import HubSpot
from integration.models import Company
from integration.records.hubspot import Object, Properties
from sync.fetch.both_sides import policy_of as tab_of
from sync.fetch.checked_hubspot import BESIDES, NOBODY, Compared
from sync.fetch.records import RecordReader
from sync.operations import WriteRecord
from sync.plan import plan
from sync.plan_records import DELETED_AT
from sync.policies import Delete
from sync.reconcile import Change, Deviation, What
from sync.record_rules import policy_of
from sync.records import LinkState, RecordState
from sync.snapshot import CompanyView, PortalView, Snapshot


class NamesCheck:
    """For one company. ``behind``: our ids of records whose own copy is not what QuickBooks says,
    and of customers of such invoices: what they owe is not known yet."""

    def __init__(
        self,
        company: Company,
        views: tuple[PortalView, CompanyView],
        hubspot: HubSpot,
        *,
        behind: Collection[str] = NOBODY,
    ) -> None:
        self.company = company
        self.view, self.company_view = views
        self.hubspot = hubspot
        self.behind = frozenset(behind)
        self._reader = RecordReader(company, self.company_view, lambda: hubspot)

    def names(self, ids: Sequence[UUID]) -> Compared:
        """Of linked records by our ids, at most five hundred."""
        states = self._reader.known(ids)
        states = {key: each for key, each in states.items() if self._counts(each)}
        shown = self._shown(states.values())
        found = Compared(seen=len(ids))
        for each in states.values():
            found.deviations += _lost(each, shown)
        as_shown = {key: self._as_shown(each, shown) for key, each in states.items()}
        for operation in self._planned(as_shown):
            changed = tuple(
                Change(name, operation.properties.get(name) or "", text or "")
                for name, text in sorted(operation.before.items())
                if name not in BESIDES
            )
            if changed:
                subject = operation.subject
                found.deviations.append(
                    Deviation(
                        What.DIFFERS, subject.kind, subject.id, subject.qbo_id,
                        operation.object_kind, operation.hubspot_id, subject.label, changed,
                    )
                )  # fmt: skip
        found.in_hubspot = sum(_is_there(each, shown) for each in states.values())
        return found

    def _counts(self, state: RecordState) -> bool:
        """One that is gone in QuickBooks only where HubSpot was told so and keeps it (D-28)."""
        if state.is_merged or state.id in self.behind:
            return False
        if state.gone_at is None:
            return True
        is_marked = policy_of(state, self.company_view).delete is Delete.MARK
        return is_marked and any(each.told.get(DELETED_AT) for each in state.links)

    def _shown(self, states: Iterable[RecordState]) -> dict[str, dict[str, Object]]:
        asked: dict[str, set[str]] = defaultdict(set)
        for each in states:
            for link in each.links:
                if not link.is_lost:
                    asked[link.kind].add(link.hubspot_id)
        return {
            kind: {
                key: each
                for key, each in self.hubspot.read(
                    kind, sorted(ids), self._reader.names(kind)
                ).items()
                if not each.archived
            }
            for kind, ids in sorted(asked.items())
        }

    def _planned(self, states: Mapping[str, RecordState]) -> Iterator[WriteRecord]:
        """What the plan would write to objects that are there, knowing what they say."""
        snapshot = Snapshot(
            portal=self.view,
            companies={str(self.company.pk): self.company_view},
            invoices={},
            records=states,
            records_in_run=tuple(states),
        )
        for each in plan(snapshot):
            if isinstance(each, WriteRecord) and each.hubspot_id:
                yield each

    def _as_shown(
        self, state: RecordState, shown: Mapping[str, Mapping[str, Object]]
    ) -> RecordState:
        links, values = [], dict(state.values)
        for link in state.links:
            seen = shown.get(link.kind, {}).get(link.hubspot_id)
            if seen is not None:
                told = {**seen.properties, **self._on_its_way(state, link, seen)}
                links.append(replace(link, told=told, mapped_hash=""))
                values[link.kind] = self._due(state, link)
        return replace(state, links=tuple(links), values=values, matches={}, changed=False)

    def _due(self, state: RecordState, link: LinkState) -> Properties:
        """What HubSpot should say: of a record that a person or the wizard linked and QuickBooks has
        not changed since the tab went on only what it was told, which is a balance (D-26)."""
        values = dict(state.values.get(link.kind, {}))
        told = values.keys() & link.told.keys()
        is_whole = bool(told - state.owed.get(link.kind, {}).keys())
        if is_whole or policy_of(state, self.company_view).enters(state.updated_at):
            return values
        return {name: values[name] for name in told}

    def _on_its_way(self, state: RecordState, link: LinkState, seen: Object) -> Properties:
        """What HubSpot changed since both agreed goes to QuickBooks with the next poll: no drift.

        By property what QuickBooks says, so that nothing is written over it. What HubSpot changed
        before its changes reached QuickBooks stays drift, and so does a value that was emptied
        where that does not empty QuickBooks'.
        """
        policy = tab_of(link.kind, self.company_view)
        if not policy.tells_quickbooks or not _since(seen, policy.back_since):
            return {}
        way_back = self._reader.way_back(link.kind)
        found: Properties = {}
        for pair in way_back.pairs():
            name = way_back.names[pair.property.name]
            said = seen.properties.get(name) or ""
            if (said or way_back.clears(pair)) and not way_back.same(
                name, said, link.told.get(name)
            ):
                found[name] = state.values.get(link.kind, {}).get(name, said)
        return found


def _since(seen: Object, since: datetime | None) -> bool:
    return since is None or seen.updated_at is None or seen.updated_at >= since


def _is_there(state: RecordState, shown: Mapping[str, Mapping[str, Object]]) -> bool:
    """A customer that is a contact and a company counts once."""
    return any(each.hubspot_id in shown.get(each.kind, {}) for each in state.links)


def _lost(state: RecordState, shown: Mapping[str, Mapping[str, Object]]) -> Iterator[Deviation]:
    """Linked objects that somebody deleted in HubSpot and nobody noticed."""
    for link in state.links:
        if not link.is_lost and link.hubspot_id not in shown.get(link.kind, {}):
            yield _missing(state, link)


def _missing(state: RecordState, link: LinkState) -> Deviation:
    return Deviation(
        What.MISSING, state.kind, state.id, state.qbo_id, link.kind, link.hubspot_id, state.label
    )
