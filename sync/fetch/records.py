"""Customers and items of a company as a plan needs them: mapped, with links, balances and matches."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from integration.currencies import exponent
from integration.gateways import quickbooks_records as parse
from integration.gateways.hubspot import HubSpot
from integration.gateways.values import flag, text
from integration.models import Company, Record, RecordLink
from integration.records.hubspot import Properties
from invoices.models import Invoice
from mappings import services as mapping
from mappings.mapped import Context, MappedRecord, mapped
from mappings.pairs import MappingSet
from mappings.quickbooks_fields import DELETED_NAME, OPEN_BALANCE, OVERDUE_BALANCE
from mappings.transforms import CLEARED, money
from sync.fetch.archiving import against_archiving
from sync.fetch.finding import Finder
from sync.plan_records import kinds_of, policy_of, seeks
from sync.policies import Delete
from sync.records import (
    COMPANIES,
    CUSTOMER,
    ITEM,
    PRODUCTS,
    Balance,
    Deletion,
    LinkState,
    RecordState,
    Source,
    owed,
)
from sync.snapshot import CompanyView

ZERO = Decimal(0)
PRICES = {"UnitPrice": "price", "PurchaseCost": "hs_cost_of_goods_sold"}
"""Item prices are in the company's home currency, HubSpot's in the portal's (D-23)."""
ObjectKey = tuple[str, str]


class RecordReader:
    """For one run of one company. HubSpot is only asked about records that enter."""

    def __init__(
        self, company: Company, view: CompanyView, hubspot: Callable[[], HubSpot], now: datetime
    ) -> None:
        self.company = company
        self.view = view
        self.now = now
        self._hubspot = hubspot
        self._finder = Finder(company, hubspot)
        self._sets: dict[str, MappingSet] = {}
        self._context = mapping.context(company)

    def states(
        self, ids: Collection[UUID], deletions: Mapping[str, Deletion] | None = None
    ) -> dict[str, RecordState]:
        """By our own id; a thousand at most, so that memory stays flat."""
        rows = list(
            Record.objects.for_portal(self.company.portal_id).filter(
                pk__in=ids, company=self.company, kind__in=(CUSTOMER, ITEM)
            )
        )
        links = self._links(rows)
        balances = self._balances(rows, links)
        parents = self._parents(rows)
        found = {}
        for row in rows:
            state = _state(row, parents)
            state = replace(state, deletion=(deletions or {}).get(state.id, Deletion.ALLOWED))
            found[state.id] = self._mapped(
                state, row, links.get((row.kind, row.qbo_id), []), balances
            )
        return self._matched(self._told(found), rows)

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
        above = {_reference(row.raw.get("ParentRef")) for row in rows if row.kind == CUSTOMER}
        if not above - {""}:
            return {}
        found = RecordLink.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind=CUSTOMER, qbo_id__in=above, hubspot_kind="companies"
        )
        return dict(found.filter(lost_at=None).values_list("qbo_id", "hubspot_id"))

    def _balances(
        self, rows: Iterable[Record], links: Mapping[tuple[str, str], list[RecordLink]]
    ) -> dict[ObjectKey, Balance | None]:
        """What all customers of one HubSpot object owe, over every company of the portal.

        A customer without a link stands under ("", its id).
        """
        own = {row.qbo_id: row for row in rows if row.kind == CUSTOMER}
        if not own:
            return {}
        objects: dict[ObjectKey, list[tuple[UUID, str]]] = defaultdict(list)
        wanted = {
            (link.hubspot_kind, link.hubspot_id)
            for (kind, _), found in links.items()
            for link in found
            if kind == CUSTOMER
        }
        shared = RecordLink.objects.for_portal(self.company.portal_id).filter(
            kind=CUSTOMER, hubspot_id__in={hubspot_id for _, hubspot_id in wanted}
        )
        for link in shared.only("company_id", "qbo_id", "hubspot_kind", "hubspot_id"):
            objects[link.hubspot_kind, link.hubspot_id].append((link.company_id, link.qbo_id))
        customers = {each for found in objects.values() for each in found}
        customers |= {(self.company.pk, qbo_id) for qbo_id in own}
        single = self._single_balances(customers, own)
        summed = {
            key: owed(single[each] for each in set(found) if each in single)
            for key, found in objects.items()
        }
        return summed | {("", qbo_id): single[self.company.pk, qbo_id] for qbo_id in own}

    def _single_balances(
        self, customers: Collection[tuple[UUID, str]], own: Mapping[str, Record]
    ) -> dict[tuple[UUID, str], Balance]:
        raws = {(self.company.pk, qbo_id): row.raw for qbo_id, row in own.items()}
        elsewhere = [each for each in customers if each not in raws]
        if elsewhere:
            others = Record.objects.for_portal(self.company.portal_id).filter(
                kind=CUSTOMER,
                company__in={company for company, _ in elsewhere},
                qbo_id__in={qbo_id for _, qbo_id in elsewhere},
            )
            for row in others:
                raws.setdefault((row.company_id, row.qbo_id), row.raw)
        late = self._overdue(customers)
        return {
            key: Balance(
                _reference(raw.get("CurrencyRef")) or self.company.home_currency,
                Decimal(text(raw.get("Balance")) or 0),
                late.get(key, ZERO),
            )
            for key, raw in raws.items()
            if key in customers
        }

    def _overdue(self, customers: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Decimal]:
        """Of the invoices known here."""
        found = (
            Invoice.objects.for_portal(self.company.portal_id)
            .filter(
                company__in={company for company, _ in customers},
                customer_id__in={qbo_id for _, qbo_id in customers},
                is_overdue=True,
                deleted_at=None,
            )
            .values_list("company_id", "customer_id")
            .annotate(late=Sum("open"))
        )
        return {(company, customer): late for company, customer, late in found.order_by()}

    # ------------------------------------------------------------------------------ one record

    def _set(self, kind: str) -> MappingSet:
        if kind not in self._sets:
            self._sets[kind] = mapping.mapping_set(self.company, kind)
        return self._sets[kind]

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
            computed = self._computed(balances.get(key))
            made = self._made(kind, row, computed)
            told[kind] = self._owed(kind, made.properties, computed) if computed else {}
            values[kind] = {**made.properties, **told[kind]}
            on_create[kind] = dict(made.on_create)
            if made.problems and not problem[0]:
                first = made.problems[0]
                problem = (first.code, tuple(sorted(first.parameters.items())))
        return replace(
            state,
            values=values,
            owed=told,
            on_create=on_create,
            problem=problem,
            links=tuple(_link(link) for link in linked.values()),
        )

    def _made(self, kind: str, row: Record, computed: Mapping[str, str]) -> MappedRecord:
        context = Context(
            self._context.realm_id, self._context.country, self._context.places, computed
        )
        made = mapped(kind, row.raw, self._set(kind), context)
        if made.properties.get("email"):
            # HubSpot keeps addresses in small letters.
            email = made.properties["email"].lower()
            made = replace(made, properties={**made.properties, "email": email})
        if kind == COMPANIES and not made.properties.get("name"):
            # A company needs a name; many customers have theirs in the display name alone.
            name = DELETED_NAME.sub("", row.name)
            made = replace(made, properties={**made.properties, "name": name})
        if kind != PRODUCTS or self.company.home_currency == self.company.portal.currency:
            return made
        return replace(made, properties=self._priced(made.properties))

    def _priced(self, properties: dict[str, str]) -> dict[str, str]:
        """A price in another currency than the portal's goes where HubSpot keeps that currency's."""
        own = {
            pair.property.name: PRICES[pair.field]
            for pair in self._set(PRODUCTS).to_hubspot()
            if pair.field in PRICES
        }
        kept = {name: value for name, value in properties.items() if own.get(name, CLEARED) != name}
        currency = self.company.home_currency
        if "price" in properties and currency in self.company.portal.additional_currencies:
            kept[f"hs_price_{currency.lower()}"] = properties["price"]
        return kept

    def _computed(self, balance: Balance | None) -> dict[str, str]:
        """Nothing over mixed currencies: a sum of dollars and euros says nothing."""
        if balance is None:
            return {OPEN_BALANCE: CLEARED, OVERDUE_BALANCE: CLEARED}
        places = exponent(balance.currency)
        return {
            OPEN_BALANCE: money(balance.open, places),
            OVERDUE_BALANCE: money(balance.overdue, places),
        }

    def _owed(
        self, kind: str, properties: Mapping[str, str], computed: Mapping[str, str]
    ) -> Properties:
        """The balances alone, emptied where there is no sum any more."""
        return {
            pair.property.name: properties.get(pair.property.name, CLEARED)
            for pair in self._set(kind).to_hubspot()
            if pair.field in computed
        }

    # ------------------------------------------------------------------------ asking HubSpot

    def _told(self, states: dict[str, RecordState]) -> dict[str, RecordState]:
        """What HubSpot says of linked objects that were never written to, and may be now."""
        asked: dict[str, set[str]] = defaultdict(set)
        for state in states.values():
            for link in state.links:
                if self._must_look(state, link):
                    asked[link.kind].add(link.hubspot_id)
        found = {
            kind: self._hubspot().read(kind, sorted(ids), self._names(kind))
            for kind, ids in sorted(asked.items())
        }
        if not found and not self._archives(states):
            return states
        return {key: self._looked(state, found) for key, state in states.items()}

    def _must_look(self, state: RecordState, link: LinkState) -> bool:
        if link.is_lost or link.told:
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

    def _names(self, kind: str) -> list[str]:
        names = self._set(kind).properties
        return list(dict.fromkeys((*names, "dealbooks_deleted_at")))

    def _matched(
        self, states: dict[str, RecordState], rows: Iterable[Record]
    ) -> dict[str, RecordState]:
        """With what HubSpot has for records that are linked to nothing, and what speaks against
        archiving those that are gone."""
        raws = {str(row.pk): row.raw for row in rows}
        wanted = [(state, kind) for state in states.values() for kind in seeks(state, self.view)]
        for kind in sorted({kind for _, kind in wanted}):
            some = [state for state, found in wanted if found == kind]
            hits = self._finder.find(kind, some, raws, self._names(kind))
            for key, match in hits.items():
                states[key] = replace(states[key], matches={**states[key].matches, kind: match})
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


def _state(row: Record, parents: Mapping[str, str]) -> RecordState:
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


def _link(row: RecordLink) -> LinkState:
    return LinkState(
        id=str(row.pk),
        kind=row.hubspot_kind,
        hubspot_id=row.hubspot_id,
        source=Source(row.source),
        made_by_us=row.made_by_us,
        mapped_hash=row.mapped_hash,
        told=row.written,
        tied_to=row.tied_to,
        is_lost=row.lost_at is not None,
    )


def _reference(value: object) -> str:
    return text(value.get("value")) if isinstance(value, Mapping) else ""
