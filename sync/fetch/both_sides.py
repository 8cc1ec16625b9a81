"""Customers and products with their HubSpot objects, as both sides say now (P-47)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from integration import company_settings
from integration.gateways.errors import AccountBlocked, GatewayError, Rejected
from integration.gateways.hubspot import HubSpot
from integration.link_history import refusals
from integration.models import Company, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from integration.records.hubspot import Object, Properties
from integration.reference import Reference
from mappings.quickbooks_fields import DELETED_NAME
from sync.fetch.mapper import Mapper
from sync.fetch.twins import holders
from sync.operations import Subject
from sync.plan_back import BackMap, BothSides, Seen
from sync.plan_creation import ENTITIES, NAMING, Maker, Newcomer, Twin
from sync.policies import ObjectPolicy, Way
from sync.records import COMPANIES, CONTACTS, PRODUCTS
from sync.snapshot import CompanyView

KINDS = (COMPANIES, CONTACTS, PRODUCTS)
REFUSED = (AccountBlocked, Rejected)
KEY = "dealbooks_key"


def policy_of(kind: str, view: CompanyView) -> ObjectPolicy:
    """Of a HubSpot kind."""
    return view.products if kind == PRODUCTS else view.contacts


class BothSidesReader:
    """For one run of one company."""

    def __init__(self, company: Company, view: CompanyView, hubspot: Callable[[], HubSpot]) -> None:
        self.company = company
        self.view = view
        self._hubspot = hubspot
        self._mapper = Mapper(company)
        self._read_at: dict[tuple[str, str], datetime] = {}
        self.refused: dict[str, GatewayError] = {}
        """Kinds that HubSpot does not show us, e.g. products without their scope."""

    @property
    def kinds(self) -> list[str]:
        """Those of which HubSpot's changes reach QuickBooks."""
        return [kind for kind in KINDS if policy_of(kind, self.view).tells_quickbooks]

    def names(self, kind: str) -> list[str]:
        """What HubSpot is asked for."""
        way_back = self._mapper.way_back(kind)
        return list(dict.fromkeys((*way_back.names.values(), *NAMING[kind])))

    # ---------------------------------------------------------------- what a search brought

    def moved(self, kind: str, objects: Sequence[Object]) -> list[UUID]:
        """Our ids of linked records of which HubSpot says something that nobody agreed on.

        What this run has read since is merged already.
        """
        found = {each.id: each for each in objects if not self._is_read(each)}
        way_back = self._mapper.way_back(kind)
        qbo_ids = {
            link.qbo_id
            for link in self._links().filter(hubspot_kind=kind, hubspot_id__in=list(found))
            if _differs(way_back, found[link.hubspot_id].properties, link.written)
        }
        rows = self._rows(ENTITIES[kind]).filter(qbo_id__in=qbo_ids)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def _is_read(self, found: Object) -> bool:
        read_at = self._read_at.get((found.kind, found.id))
        return read_at is not None and found.updated_at is not None and found.updated_at <= read_at

    def strangers(self, kind: str, objects: Sequence[Object]) -> list[Object]:
        """Objects that are no record of any company of the portal, as far as anybody said."""
        ids = [each.id for each in objects]
        links = RecordLink.objects.for_portal(self.company.portal_id).filter(hubspot_kind=kind)
        known = set(links.filter(hubspot_id__in=ids).values_list("hubspot_id", flat=True))
        return [each for each in objects if each.id not in known]

    # ---------------------------------------------------------------- both sides of records

    def sides(self, ids: Collection[UUID], look: Collection[UUID]) -> list[BothSides]:
        """Records whose HubSpot objects must be looked at before anything is written.

        ``look``: HubSpot says something new of them. Of the others only those of which QuickBooks
        says something new that may meet a change of HubSpot's.
        """
        entities = {ENTITIES[kind] for kind in self.kinds}
        rows = list(self._rows(*entities).filter(pk__in=ids).order_by("pk"))
        links = self._links_of(rows)
        wanted: list[tuple[Record, RecordLink, Properties]] = []
        for row in rows:
            for link in links.get((row.kind, row.qbo_id), []):
                here: Properties = dict(self._mapper.made(link.hubspot_kind, row, {}).properties)
                if row.pk in look or self._meets(link, here):
                    wanted.append((row, link, here))
        objects = self._read(link for _, link, _ in wanted)
        seen: dict[UUID, list[Seen]] = defaultdict(list)
        for row, link, here in wanted:
            found = objects.get((link.hubspot_kind, link.hubspot_id))
            if found is not None and not found.archived:
                seen[row.pk].append(self._seen(link, here, found))
        return [self._both(row, seen[row.pk]) for row in rows if seen[row.pk]]

    def _meets(self, link: RecordLink, here: Properties) -> bool:
        if policy_of(link.hubspot_kind, self.view).way is not Way.BOTH:
            return False
        return _differs(self._mapper.way_back(link.hubspot_kind), here, link.written, here)

    def _read(self, links: Iterable[RecordLink]) -> dict[tuple[str, str], Object]:
        """The objects themselves: what a search said may be old."""
        asked: dict[str, set[str]] = defaultdict(set)
        for link in links:
            asked[link.hubspot_kind].add(link.hubspot_id)
        found: dict[tuple[str, str], Object] = {}
        for kind, ids in sorted(asked.items()):
            names = [*self.names(kind), *self._mapper.names(kind)]
            try:
                objects = self._hubspot().read(kind, sorted(ids), names)
            except REFUSED as error:
                self.refused[kind] = error
                continue
            found |= {(kind, id): each for id, each in objects.items()}
        self._read_at |= {key: each.updated_at for key, each in found.items() if each.updated_at}
        return found

    def _seen(self, link: RecordLink, here: Properties, found: Object) -> Seen:
        way_back = self._mapper.way_back(link.hubspot_kind)
        return Seen(
            link.hubspot_kind,
            link.hubspot_id,
            way_back,
            base=link.written,
            here=here,
            there={
                name: found.properties.get(name)
                for name in (*way_back.names.values(), *self._mapper.names(link.hubspot_kind))
                if name != KEY
            },
            moved_at=found.updated_at,
        )

    def _both(self, row: Record, seen: Sequence[Seen]) -> BothSides:
        label = DELETED_NAME.sub("", row.name)
        subject = Subject(row.kind, str(row.pk), label, str(row.company_id), row.qbo_id)
        return BothSides(
            subject, row.raw, row.sync_token, row.updated_at, self._mapper.context, tuple(seen)
        )

    # ------------------------------------------------------------------- records to be made

    def newcomers(self, kind: str, objects: Sequence[Object]) -> list[Newcomer]:
        """With what QuickBooks seems to have of them already."""
        made = [Newcomer(kind, each.id, dict(each.properties)) for each in objects]
        values = {each.hubspot_id: _value(each) for each in made}
        twins = self._twins(kind, values) if any(values.values()) else {}
        return [
            Newcomer(kind, each.hubspot_id, each.there, twins.get(each.hubspot_id, ()))
            for each in made
        ]

    def _twins(self, kind: str, values: Mapping[str, str]) -> dict[str, tuple[Twin, ...]]:
        rows = list(holders(self.company, kind, sorted({each for each in values.values() if each})))
        linked = self._links().filter(hubspot_kind=kind, qbo_id__in=[row.qbo_id for row in rows])
        taken = set(linked.values_list("qbo_id", flat=True))
        refused = refusals(self.company, ENTITIES[kind], [row.qbo_id for row in rows], kind)
        found: dict[str, tuple[Twin, ...]] = {}
        for hubspot_id, value in values.items():
            found[hubspot_id] = tuple(
                Twin(
                    str(row.pk),
                    row.qbo_id,
                    row.name,
                    row.qbo_id not in taken
                    and hubspot_id not in refused.get(row.qbo_id, frozenset()),
                )
                for row in rows
                if value and value in _as_list(row.sought_value)
            )
        return found

    def maker(self, kind: str) -> Maker:
        chosen = company_settings.of_company(self.company)
        preferences = Reference.of(self.company).preferences()
        return Maker(
            str(self.company.pk),
            self._mapper.way_back(kind),
            self._mapper.context,
            self.company.home_currency,
            is_us=self.company.is_us,
            multicurrency=bool(preferences and preferences.multicurrency),
            account_id=chosen.new_item_account_id,
        )

    # ----------------------------------------------------------------------------- queries

    def _rows(self, *entities: str) -> PortalQuerySet:
        return Record.objects.for_portal(self.company.portal_id).filter(  # type: ignore[no-any-return]
            company=self.company, kind__in=entities, active=True, deleted_at=None
        )

    def _links(self) -> PortalQuerySet:
        return RecordLink.objects.for_portal(self.company.portal_id).filter(  # type: ignore[no-any-return]
            company=self.company, lost_at=None
        )

    def _links_of(self, rows: Sequence[Record]) -> dict[tuple[str, str], list[RecordLink]]:
        found: dict[tuple[str, str], list[RecordLink]] = defaultdict(list)
        links = self._links().filter(
            hubspot_kind__in=self.kinds, qbo_id__in={row.qbo_id for row in rows}
        )
        for link in links.order_by("hubspot_kind", "pk"):
            found[link.kind, link.qbo_id].append(link)
        return found


def _differs(
    way_back: BackMap, said: Properties, base: Properties, among: Collection[str] | None = None
) -> bool:
    """In any property that goes back, of those ``among`` where some are named."""
    return any(
        not way_back.same(name, said.get(name), base.get(name))
        for name in way_back.names.values()
        if among is None or name in among
    )


def _value(newcomer: Newcomer) -> str:
    """By what QuickBooks may know it: address, name or SKU."""
    name = {CONTACTS: "email", COMPANIES: "name", PRODUCTS: "hs_sku"}[newcomer.kind]
    return newcomer.text(name).lower()


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
