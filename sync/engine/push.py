"""Plan and apply for some invoices and deals of a portal, from the mirror as it is."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from integration import jobs, sessions
from integration.gateways.hubspot import HubSpot
from integration.gateways.rehearsal import Notebook
from integration.jobs import Lease
from integration.models import Portal
from invoices.models import Invoice, InvoiceAttachment
from mappings import services as mapping
from mappings.catalog import INVOICES
from sync.apply.carry import Carrier
from sync.apply.history import Journal
from sync.fetch import holds, state
from sync.fetch.invoice_deletions import looked_at
from sync.fetch.rates import RateTable, rates_of
from sync.operations import Operation
from sync.plan import plan
from sync.snapshot import Snapshot

LATER = timedelta(seconds=10)
"""By then whoever is writing a deal's notes has mostly done so."""


def refresh(
    portal: Portal, hubspot_id: str, lease: Lease, now: datetime, kind: str = state.DEALS
) -> bool:
    """Tell a deal, contact or company about its invoices now, those just taken off included.

    False when the caller must try again later.
    """
    here = InvoiceAttachment.objects.for_portal(portal).filter(
        object_kind=kind, hubspot_id=hubspot_id
    )
    owed = here.filter(Q(detached_at=None) | Q(associated_at__isnull=False))
    if kind != state.DEALS:
        owed = owed.filter(Q(associated_at=None) | Q(detached_at__isnull=False))
    ids = list(dict.fromkeys(owed.values_list("invoice_id", flat=True)))
    first = owed.select_related("company").first()
    journal = Journal(portal, company=first.company if first else None)
    push = Push(portal, journal, lease, now)
    push.push(ids, deal_ids=[hubspot_id] if kind == state.DEALS else ())
    push.finish()
    return journal.left == 0


def push_invoice(portal: Portal, invoice_id: UUID, lease: Lease, now: datetime) -> bool:
    """Tell HubSpot what changed of one invoice outside a run; False: try again later."""
    rows = Invoice.objects.for_portal(portal).filter(pk=invoice_id).select_related("company")
    row = rows.first()
    if row is None:
        return True
    journal = Journal(portal, company=row.company)
    push = Push(portal, journal, lease, now)
    push.push([row.pk], changed=[row.pk])
    push.finish()
    return journal.left == 0


class Push:
    """Plan and apply for some invoices and deals of a portal."""

    def __init__(
        self,
        portal: Portal,
        journal: Journal,
        lease: Lease,
        now: datetime,
        *,
        in_bulk: bool = False,
        notebook: Notebook | None = None,
    ) -> None:
        self.in_bulk = in_bulk
        self.notebook = notebook
        self.portal = portal
        self.journal = journal
        self.lease = lease
        self.now = now
        self.view = state.portal_view(portal, mapping.targets(portal), deal_page(portal))
        self._carrier: Carrier | None = None
        self._rates: RateTable | None = None

    def push(
        self,
        invoice_ids: Collection[UUID],
        changed: Collection[UUID] = (),
        deal_ids: Collection[str] = (),
    ) -> None:
        if not invoice_ids and not deal_ids:
            return
        snapshot = self._snapshot(invoice_ids, changed, deal_ids)
        operations = plan(looked_at(self.portal, snapshot, lambda: self.carrier.hubspot))
        if operations:
            self.carrier.carry(operations)

    def planned(self, invoice_ids: Collection[UUID]) -> list[Operation]:
        """What would be done about these invoices and their deals, with no call to HubSpot."""
        return plan(self._snapshot(invoice_ids))

    def _snapshot(
        self,
        invoice_ids: Collection[UUID],
        changed: Collection[UUID] = (),
        deal_ids: Collection[str] = (),
    ) -> Snapshot:
        snapshot = state.snapshot(
            self.portal,
            self.view,
            invoice_ids=invoice_ids,
            deal_ids=deal_ids,
            changed=changed,
            rates=self._rate_table(),
            now=self.now,
        )
        return replace(snapshot, in_bulk=self.in_bulk)

    def held(self) -> frozenset[tuple[str, str]]:
        return state.held(self.portal, self.now)

    def undone(self) -> frozenset[tuple[str, str]]:
        return holds.undone(self.portal)

    @property
    def carrier(self) -> Carrier:
        if self._carrier is None:
            self._carrier = Carrier(self.portal, self.hubspot(), self.lease, self.journal, self.now)
        return self._carrier

    def hubspot(self) -> HubSpot:
        return (
            self._carrier.hubspot
            if self._carrier
            else sessions.hubspot(self.portal, notebook=self.notebook)
        )

    def finish(self) -> None:
        """What was found out about the portal on the way, and deals to be looked at again."""
        if self._carrier is None:
            return
        fitting = self._carrier.fitting
        for value in sorted(fitting.refused):
            mapping.switch_off(self.portal, INVOICES, value)
        if any(fitting.missing.values()):
            jobs.enqueue("hubspot.setup", portal=self.portal, at=self.now)
            mapping.check_soon(self.portal, self.now)
        for deal_id in sorted(self._carrier.look_again):
            refresh_soon(self.portal, deal_id, self.now)
        for deal_id in sorted(self._carrier.look_later - self._carrier.look_again):
            refresh_soon(self.portal, deal_id, self.now + LATER)

    def _rate_table(self) -> RateTable:
        """HubSpot's rates, asked once a run and only where a company needs them."""
        if self._rates is None:
            self._rates = rates_of(self.portal, self.hubspot)
        return self._rates


def refresh_soon(portal: Portal, deal_id: str, now: datetime) -> None:
    jobs.enqueue(
        "deal.refresh",
        portal=portal,
        subject=deal_id,
        parameters={"deal_id": deal_id},
        at=now,
    )


def deal_page(portal: Portal) -> str:
    """E-03: where a deal's page is here, with ``{deal}`` for HubSpot's id."""
    return f"{settings.DEALBOOKS['PUBLIC_URL']}/p/{portal.pk}/deals/{{deal}}/"
