"""Customers and items of a company as a plan needs them: mapped, with links, balances and matches."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from integration.gateways import quickbooks_records as parse
from integration.gateways.hubspot import HubSpot
from integration.gateways.values import flag, text
from integration.models import Company, Record, RecordLink
from integration.records.hubspot import Properties
from mappings.quickbooks_fields import DELETED_NAME
from sync.fetch.archiving import against_archiving
from sync.fetch.balances import Balances, ObjectKey, reference
from sync.fetch.finding import Finder
from sync.fetch.mapper import Mapper
from sync.plan_back import BackMap
from sync.policies import Delete
from sync.record_rules import kinds_of, policy_of, seeks
from sync.records import (
    CUSTOMER,
    ITEM,
    SENT,
    Balance,
    Deletion,
    LinkState,
    RecordState,
    Source,
    owed,
)
from sync.snapshot import CompanyView


class RecordReader:
    """For one run of one company. HubSpot is only asked about records that enter."""

    def __init__(self, company: Company, view: CompanyView, hubspot: Callable[[], HubSpot]) -> None:
        self.company = company
        self.view = view
        self._hubspot = hubspot
        self._finder = Finder(company, hubspot)
        self._balances = Balances(company)
        self._mapper = Mapper(company)

    def states(
        self, ids: Collection[UUID], deletions: Mapping[str, Deletion] | None = None
    ) -> dict[str, RecordState]:
        """By our own id; a thousand at most, so that memory stays flat."""
        rows = self._rows(ids)
        return self._matched(self._told(self._known(rows, deletions or {})), rows)

    def known(self, ids: Collection[UUID]) -> dict[str, RecordState]:
        """The same without asking HubSpot anything: what its linked objects should say."""
        return self._known(self._rows(ids), {})

    def names(self, kind: str) -> list[str]:
        """The properties of a HubSpot kind that its records may be told."""
        return self._mapper.names(kind)

    def way_back(self, kind: str) -> BackMap:
        """What of a HubSpot kind QuickBooks takes over where its tab goes back (P-47)."""
        return self._mapper.way_back(kind)

    def _rows(self, ids: Collection[UUID]) -> list[Record]:
        return list(
            Record.objects.for_portal(self.company.portal_id).filter(
                pk__in=ids, company=self.company, kind__in=(CUSTOMER, ITEM)
            )
        )

    def _known(
        self, rows: Sequence[Record], deletions: Mapping[str, Deletion]
    ) -> dict[str, RecordState]:
        links = self._links(rows)
        balances = self._balances.of_page(rows, links)
        parents = self._parents(rows)
        found = {}
        for row in rows:
            state = state_of(row, parents)
            state = replace(state, deletion=deletions.get(state.id, Deletion.ALLOWED))
            found[state.id] = self._mapped(
                state, row, links.get((row.kind, row.qbo_id), []), balances
            )
        return found

    # ------------------------------------------------------------------------------ queries

    def _links(self, rows: Iterable[Record]) -> dict[tuple[str, str], list[RecordLink]]:
        by_record: dict[tuple[str, str], list[RecordLink]] = defaultdict(list)
        found = RecordLink.objects.for_portal(self.company.portal_id).filter(
            company=self.company,
            kind__in=(CUSTOMER, ITEM),
            qbo_id__in={row.qbo_id for row in rows},
        )
        for link in found.order_by("hubspot_kind", "pk"):
            by_record[link.kind, link.qbo_id].append(link)
        return by_record

    def _parents(self, rows: Iterable[Record]) -> dict[str, str]:
        """Customer id to the HubSpot company it is, for parents of sub-customers."""
        above = {reference(row.raw.get("ParentRef")) for row in rows if row.kind == CUSTOMER}
        if not above - {""}:
            return {}
        found = RecordLink.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind=CUSTOMER, qbo_id__in=above, hubspot_kind="companies"
        )
        return dict(found.filter(lost_at=None).values_list("qbo_id", "hubspot_id"))

    def _shared(
        self, states: dict[str, RecordState], rows: Mapping[str, Record]
    ) -> dict[str, RecordState]:
        """Found objects that are customers already: what is owed is the sum of all of them."""
        matched = {
            (kind, match.hubspot_id): state
            for state in states.values()
            for kind, match in state.matches.items()
            if match.hubspot_id and state.kind == CUSTOMER
        }
        objects = self._balances.customers_of(matched) if matched else {}
        for (kind, hubspot_id), customers in objects.items():
            state = states[matched[kind, hubspot_id].id]
            own = {state.qbo_id: rows[state.id]}
            everyone = {*customers, (self.company.pk, state.qbo_id)}
            computed = self._mapper.computed(owed(self._balances.single(everyone, own).values()))
            made = self._mapper.made(kind, rows[state.id], computed)
            told = self._mapper.owed(kind, made.properties, computed)
            states[state.id] = replace(
                state,
                owed={**state.owed, kind: told},
                values={**state.values, kind: {**made.properties, **told}},
            )
        return states

    # ------------------------------------------------------------------------------ one record

    def _mapped(
        self,
        state: RecordState,
        row: Record,
        links: Iterable[RecordLink],
        balances: Mapping[ObjectKey, Balance | None],
    ) -> RecordState:
        linked = {link.hubspot_kind: link for link in links}
        values: dict[str, Properties] = {}
        told: dict[str, Properties] = {}
        on_create: dict[str, Properties] = {}
        problem = state.problem
        for kind in dict.fromkeys((*kinds_of(state, self.view), *linked)):
            link = linked.get(kind)
            key = (kind, link.hubspot_id) if link else ("", state.qbo_id)
            computed = self._mapper.computed(balances.get(key))
            made = self._mapper.made(kind, row, computed)
            told[kind] = self._mapper.owed(kind, made.properties, computed) if computed else {}
            values[kind] = {**made.properties, **told[kind]}
            on_create[kind] = dict(made.on_create)
            if made.problems and not problem[0]:
                first = made.problems[0]
                problem = (first.code, tuple(sorted(first.parameters.items())))
        return replace(
            state,
            values=values,
            owed=told,
            texts={kind: self._mapper.texts(kind) for kind in values},
            on_create=on_create,
            problem=problem,
            links=tuple(link_state(link) for link in linked.values()),
        )

    # ------------------------------------------------------------------------ asking HubSpot

    def _told(self, states: dict[str, RecordState]) -> dict[str, RecordState]:
        """What HubSpot says of linked objects that were never written to, and may be now, and of
        those where the answer to a write was lost."""
        asked: dict[str, set[str]] = defaultdict(set)
        for state in states.values():
            for link in state.links:
                if self._must_look(state, link):
                    asked[link.kind].add(link.hubspot_id)
        found = {
            kind: self._hubspot().read(kind, sorted(ids), self._mapper.names(kind))
            for kind, ids in sorted(asked.items())
        }
        if not found and not self._archives(states):
            return states
        return {key: self._looked(state, found) for key, state in states.items()}

    def _must_look(self, state: RecordState, link: LinkState) -> bool:
        if link.is_lost or (link.told and not link.mapped_hash.startswith(SENT)):
            return False
        policy = policy_of(state, self.view)
        return policy.updates or (state.kind == CUSTOMER and link.source is not Source.MATCHED)

    def _looked(self, state: RecordState, found: Mapping[str, Mapping[str, object]]) -> RecordState:
        links = []
        for link in state.links:
            known = found.get(link.kind, {})
            if self._must_look(state, link):
                seen = known.get(link.hubspot_id)
                told = dict(getattr(seen, "properties", {}))
                link = replace(link, told=told, is_lost=seen is None)
            links.append(link)
        return replace(state, links=tuple(links))

    def _matched(
        self, states: dict[str, RecordState], rows: Sequence[Record]
    ) -> dict[str, RecordState]:
        """With what HubSpot has for records that are linked to nothing, and what speaks against
        archiving those that are gone."""
        raws = {str(row.pk): row.raw for row in rows}
        wanted = [(state, kind) for state in states.values() for kind in seeks(state, self.view)]
        for kind in sorted({kind for _, kind in wanted}):
            some = [state for state, found in wanted if found == kind]
            hits = self._finder.find(kind, some, raws, self._mapper.names(kind))
            for key, match in hits.items():
                states[key] = replace(states[key], matches={**states[key].matches, kind: match})
        states = self._shared(states, {str(row.pk): row for row in rows})
        gone = self._archives(states)
        return (
            {**states, **against_archiving(self.company, self._hubspot, gone)} if gone else states
        )

    def _archives(self, states: Mapping[str, RecordState]) -> list[RecordState]:
        return [
            state
            for state in states.values()
            if state.gone_at is not None
            and state.links
            and state.deletion is Deletion.ALLOWED
            and policy_of(state, self.view).enabled
            and policy_of(state, self.view).delete is Delete.ARCHIVE
        ]


def state_of(row: Record, parents: Mapping[str, str]) -> RecordState:
    """Without links, values and matches."""
    raw = row.raw
    is_gone = not row.active and row.deleted_at is None
    common = {
        "id": str(row.pk),
        "company_id": str(row.company_id),
        "kind": row.kind,
        "qbo_id": row.qbo_id,
        "label": DELETED_NAME.sub("", row.name),
        "updated_at": row.updated_at,
        "gone_at": (row.updated_at or row.seen_at) if is_gone else None,
        "is_merged": row.deleted_at is not None,
        "changed": row.synced_hash != row.raw_hash,
    }
    if row.kind == ITEM:
        return RecordState(
            **common, item_kind=text(raw.get("Type")), sku=text(raw.get("Sku")).strip()
        )
    customer = parse.customer({**raw, "Balance": 0})
    return RecordState(
        **common,
        emails=customer.emails,
        company_name=customer.company_name.strip(),
        is_person=bool(customer.given_name or customer.family_name),
        is_project=customer.is_project,
        is_sub=bool(customer.parent_id) or flag(raw.get("Job")),
        parent_company=parents.get(customer.parent_id, ""),
    )


def link_state(row: RecordLink) -> LinkState:
    return LinkState(
        id=str(row.pk),
        kind=row.hubspot_kind,
        hubspot_id=row.hubspot_id,
        source=Source(row.source),
        made_by_us=row.made_by_us,
        mapped_hash=row.mapped_hash,
        told=row.written,
        tied_to=row.tied_to,
        is_tied_by_person=row.tied_by_person,
        is_lost=row.lost_at is not None,
    )
