"""What compares both sides of one company, and a second look at lines that were found (B-26)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from integration import sessions
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks import QuickBooks
from integration.models import Company, Record
from invoices.models import Invoice
from mappings import services as mapping
from mappings.quickbooks_fields import Kind
from sync.engine.push import deal_page
from sync.fetch import state
from sync.fetch.checked_books import BooksCheck
from sync.fetch.checked_hubspot import HubSpotCheck
from sync.fetch.checked_lists import ListsCheck, by_id
from sync.fetch.checked_names import NamesCheck
from sync.fetch.rates import rates_of
from sync.fetch.settings import company_view, object_policies
from sync.models import SyncObject
from sync.operations import DEAL, INVOICE, PAYMENT
from sync.reconcile import OF_BOOKS, Deviation, What
from sync.reconciliation_models import Drift
from sync.records import CUSTOMER, ITEM
from sync.snapshot import PortalView

OBJECT_OF = {CUSTOMER: SyncObject.CONTACTS, ITEM: SyncObject.PRODUCTS}
TOLERANCE = timedelta(hours=1)
"""A second look is about now, by whichever vendor's clock."""
Key = tuple[str, ...]


def key_of(line: Drift) -> Key:
    """Which record is off and how; the id of a HubSpot object may be another one by now."""
    return (line.what, line.record_kind, line.record_id, line.qbo_id, line.object_kind)


class Checks:
    """For one company and one turn. ``behind``: our ids of records that are not what QuickBooks
    says, so that nobody knows yet what HubSpot should say of them."""

    def __init__(
        self,
        company: Company,
        since: datetime,
        now: datetime,
        *,
        behind: Iterable[str] = (),
        urgent: bool = False,
    ) -> None:
        self.company = company
        self.since = since
        self.now = now
        self.behind = frozenset(behind)
        self.urgent = urgent
        self.policies = object_policies(company)

    @cached_property
    def qbo(self) -> QuickBooks:
        return sessions.quickbooks(self.company, urgent=self.urgent)

    @cached_property
    def crm(self) -> HubSpot:
        return sessions.hubspot(self.company.portal, urgent=self.urgent)

    @cached_property
    def books(self) -> BooksCheck:
        return BooksCheck(self.company, self.qbo, self.since)

    @cached_property
    def lists(self) -> ListsCheck:
        return ListsCheck(self.company, self.qbo, self.since)

    @cached_property
    def hubspot(self) -> HubSpotCheck:
        return HubSpotCheck(
            self.company.portal,
            self._view,
            self.crm,
            self.now,
            rates=rates_of(self.company.portal, lambda: self.crm),
            behind=self.behind,
            texts=mapping.mapping_set(self.company, Kind.INVOICES).texts,
        )

    @cached_property
    def names(self) -> NamesCheck:
        views = (self._view, company_view(self.company))
        return NamesCheck(self.company, views, self.crm, behind=self._behind_names())

    @cached_property
    def _view(self) -> PortalView:
        portal = self.company.portal
        return state.portal_view(portal, mapping.targets(portal), deal_page(portal))

    def _behind_names(self) -> set[str]:
        """What a customer owes is the sum of its invoices."""
        if not self.behind:
            return set()
        invoices = Invoice.objects.for_portal(self.company.portal_id).filter(
            company=self.company, pk__in=self.behind
        )
        customers = Record.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind=CUSTOMER, qbo_id__in=invoices.values("customer_id")
        )
        return self.behind | {str(pk) for pk in customers.values_list("pk", flat=True)}


def behind(lines: Iterable[Drift]) -> set[str]:
    """Our ids of records among the lines whose own copy is not what QuickBooks says."""
    return {line.record_id for line in lines if line.what in OF_BOOKS} - {""}


def still(
    company: Company, lines: Sequence[Drift], now: datetime, *, urgent: bool = False
) -> dict[Key, Deviation]:
    """What of these lines is off at this moment; a few hundred at most.

    Raises the gateway error of a vendor that does not answer.
    """
    checks = Checks(company, now + TOLERANCE, now, behind=behind(lines), urgent=urgent)
    found = [*_books(checks, lines), *_lists(checks, lines), *_in_hubspot(checks, lines)]
    return {each.key[:5]: each for each in found}


def _books(checks: Checks, lines: Sequence[Drift]) -> list[Deviation]:
    mine = [each for each in lines if each.what in OF_BOOKS]
    ids = {each.qbo_id for each in mine if each.record_kind == INVOICE}
    rows = {each.record_id for each in mine if each.record_kind == PAYMENT}
    invoices = Invoice.objects.for_portal(checks.company.portal_id).filter(pk__in=rows)
    ids |= set(invoices.values_list("qbo_id", flat=True))
    if not ids:
        return []
    asked = sorted(ids)
    policy = checks.policies[SyncObject.INVOICES]
    found = checks.books.invoices(by_id(checks.qbo, INVOICE, asked), policy).deviations
    gone = [each.qbo_id for each in mine if each.what == What.GONE and each.record_kind == INVOICE]
    return [*found, *(_alive_gone(checks, gone) if gone else ())]


def _alive_gone(checks: Checks, ids: Sequence[str]) -> list[Deviation]:
    """Those that our copy still takes for alive."""
    rows = Invoice.objects.for_portal(checks.company.portal_id).filter(
        company=checks.company, qbo_id__in=ids, deleted_at=None
    )
    return checks.books.vanished(list(rows.values_list("qbo_id", flat=True)))


def _lists(checks: Checks, lines: Sequence[Drift]) -> list[Deviation]:
    found: list[Deviation] = []
    for entity in (CUSTOMER, ITEM):
        mine = [each for each in lines if each.what in OF_BOOKS and each.record_kind == entity]
        gone = sorted({each.qbo_id for each in mine if each.what == What.GONE})
        ids = sorted({each.qbo_id for each in mine} - set(gone))
        if ids:
            rows = by_id(checks.qbo, entity, ids)
            found += checks.lists.names(entity, rows, checks.policies[OBJECT_OF[entity]]).deviations
        if gone:
            found += checks.lists.names_gone(entity, gone)
    return found


def _in_hubspot(checks: Checks, lines: Sequence[Drift]) -> list[Deviation]:
    mine = [each for each in lines if each.what not in OF_BOOKS]
    invoices = {each.record_id for each in mine if each.record_kind == INVOICE}
    deals = {each.record_id for each in mine if each.record_kind == DEAL}
    names = {each.record_id for each in mine if each.record_kind in OBJECT_OF}
    found: list[Deviation] = []
    if invoices:
        found += checks.hubspot.invoices([UUID(each) for each in sorted(invoices)]).deviations
    if deals:
        found += checks.hubspot.deals(sorted(deals)).deviations
    if names:
        found += checks.names.names([UUID(each) for each in sorted(names)]).deviations
    return found
