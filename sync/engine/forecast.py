"""What turning a tab on would do, before it does: counts only, nothing is written (D-26)."""

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from integration import sessions
from integration.gateways.errors import GatewayError
from integration.models import Company, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from mappings import services as mapping
from sync.engine.push import deal_page
from sync.fetch import state
from sync.fetch.records import RecordReader
from sync.fetch.settings import company_view
from sync.models import SyncObject
from sync.operations import LinkRecord, Operation, Skip, WriteRecord
from sync.plan import plan
from sync.policies import ObjectPolicy, Save
from sync.records import CUSTOMER, ITEM
from sync.snapshot import CompanyView, Snapshot

MOST_ASKED = 300
"""So many records are looked for in HubSpot one by one; of more, the mirror alone is counted."""
ENTITIES = {SyncObject.CONTACTS: CUSTOMER, SyncObject.PRODUCTS: ITEM}


@dataclass(frozen=True, slots=True)
class Forecast:
    """In records. ``is_exact``: HubSpot was asked which of them it has already."""

    create: int
    update: int
    skip: int
    is_exact: bool

    @property
    def total(self) -> int:
        return self.create + self.update + self.skip


def foresee(company: Company, object: SyncObject, save: Save, without_email: bool) -> Forecast:
    """A handful of calls at most; without an answer of HubSpot the mirror alone is counted."""
    rows = _living(company, object)
    if rows.count() <= MOST_ASKED:
        policy = ObjectPolicy(enabled=True, save=save, without_email=without_email)
        try:
            return _planned(company, list(rows.values_list("pk", flat=True)), object, policy)
        except GatewayError:
            pass
    return _estimated(company, rows, object, save, without_email)


def _living(company: Company, object: SyncObject) -> PortalQuerySet:
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind=ENTITIES[object], active=True, deleted_at=None
    )
    return rows.order_by("pk")  # type: ignore[no-any-return]


def _planned(
    company: Company, ids: list[UUID], object: SyncObject, policy: ObjectPolicy
) -> Forecast:
    """The plan itself, as if every record had just changed."""
    name = {"contacts": policy} if object is SyncObject.CONTACTS else {"products": policy}
    view: CompanyView = replace(company_view(company), **name)
    hubspot = sessions.hubspot(company.portal, urgent=True)
    states = RecordReader(company, view, lambda: hubspot).states(ids)
    states = {
        key: replace(
            each, changed=True, links=tuple(replace(link, mapped_hash="") for link in each.links)
        )
        for key, each in states.items()
    }
    portal = state.portal_view(
        company.portal, mapping.targets(company.portal), deal_page(company.portal)
    )
    operations = plan(
        Snapshot(
            portal=portal,
            companies={str(company.pk): view},
            invoices={},
            records=states,
            records_in_run=tuple(states),
        )
    )
    return _counted(states.keys(), operations)


def _counted(ids: object, operations: list[Operation]) -> Forecast:
    """A customer counts once: as created where a new contact or company is made of it."""
    ends: dict[str, str] = {}
    for each in operations:
        if isinstance(each, WriteRecord) and not each.hubspot_id:
            ends[each.subject.id] = "create"
        elif isinstance(each, WriteRecord | LinkRecord):
            ends.setdefault(each.subject.id, "update")
    for each in operations:
        if isinstance(each, Skip):
            ends.setdefault(each.subject.id, "skip")
    found = Counter(ends.values())
    return Forecast(found["create"], found["update"], found["skip"], True)


def _estimated(
    company: Company, rows: PortalQuerySet, object: SyncObject, save: Save, without_email: bool
) -> Forecast:
    linked = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=ENTITIES[object], lost_at=None
    )
    total = rows.count()
    known = rows.filter(qbo_id__in=linked.values("qbo_id")).count()
    open_ones = rows.exclude(qbo_id__in=linked.values("qbo_id"))
    unfit = Q(raw__contains={"Type": "Category"}) | Q(raw__contains={"IsProject": True})
    if object is SyncObject.CONTACTS and not without_email:
        unfit |= ~Q(raw__has_key="PrimaryEmailAddr")
    skipped = open_ones.filter(unfit).count()
    made = total - known - skipped
    creates = save in (Save.CREATE_AND_UPDATE, Save.CREATE_ONLY)
    updates = save in (Save.CREATE_AND_UPDATE, Save.UPDATE_ONLY)
    create = made if creates else 0
    update = known if updates else 0
    return Forecast(create, update, total - create - update, False)
