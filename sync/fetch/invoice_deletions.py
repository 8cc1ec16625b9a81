"""Invoices that QuickBooks deleted: what a person decided, and what speaks against archiving (D-28)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from integration.gateways.hubspot import HubSpot
from integration.models import Company, Portal, RecordLink
from integration.records.hubspot import Object
from invoices.models import Invoice, InvoiceAttachment
from invoices.stages import Stage
from sync.fetch.archiving import CLOSED, OWNER
from sync.models import HeldDeletion, HoldState, SyncObject
from sync.policies import Delete
from sync.reconcile import same_property
from sync.records import Against, Deletion
from sync.snapshot import InvoiceState, Snapshot

KEY = "dealbooks_key"
ENDS = ("contacts", "companies")
WAITS = {
    HoldState.WAITING.value: Deletion.HELD,
    HoldState.CANCELLED.value: Deletion.CANCELLED,
}


def decided(portal: Portal, rows: Iterable[Invoice]) -> dict[UUID, Deletion]:
    """Of the deleted ones among the rows that HubSpot still has: those that wait or stay.

    What was decided before an invoice came back to life counts no longer.
    """
    gone = {str(row.pk): row for row in rows if row.deleted_at is not None and row.hubspot_id}
    if not gone:
        return {}
    holds = HeldDeletion.objects.for_portal(portal).filter(
        company__in={row.company_id for row in gone.values()}, object=SyncObject.INVOICES
    )
    found: dict[UUID, Deletion] = {}
    for hold in holds.order_by("held_at"):
        for key in gone.keys() & set(hold.record_ids):
            row = gone[key]
            if row.deleted_at is not None and hold.held_at >= row.deleted_at:
                found[row.pk] = WAITS.get(hold.state, Deletion.ALLOWED)
    return found


def deleted(company: Company, ids: Collection[UUID]) -> set[UUID]:
    """Those of the invoices that are gone in QuickBooks and that HubSpot has."""
    rows = Invoice.objects.for_portal(company.portal_id).filter(company=company, pk__among=ids)
    gone = rows.exclude(deleted_at=None).exclude(hubspot_id="")
    return set(gone.values_list("pk", flat=True))


def in_hubspot(company: Company) -> int:
    """How many of the company's living invoices HubSpot has."""
    rows = Invoice.objects.for_portal(company.portal_id).filter(company=company, deleted_at=None)
    return rows.exclude(hubspot_id="").count()


def looked_at(portal: Portal, snapshot: Snapshot, hubspot: Callable[[], HubSpot]) -> Snapshot:
    """The snapshot with ``InvoiceState.against`` filled where something may have to be archived."""
    doubtful = [
        state
        for state in (snapshot.invoices[found] for found in dict.fromkeys(snapshot.in_run))
        if state.stage is Stage.DELETED
        and state.hubspot_id
        and not state.origin.is_linked
        and state.deletion is Deletion.ALLOWED
        and snapshot.companies[state.company_id].invoices.delete is Delete.ARCHIVE
        and snapshot.companies[state.company_id].invoices.enabled
    ]
    if not doubtful:
        return snapshot
    against = _against(portal, doubtful, hubspot())
    told = {state.id: replace(state, against=against[state.id]) for state in doubtful}
    return replace(snapshot, invoices={**snapshot.invoices, **told})


def _against(
    portal: Portal, states: Sequence[InvoiceState], hubspot: HubSpot
) -> dict[str, frozenset[Against]]:
    """By our id; a few calls for a hundred."""
    ids = [state.hubspot_id for state in states]
    names = sorted({KEY, OWNER, *(name for state in states for name in state.written)})
    current = hubspot.read("invoices", ids, names)
    with_deals = hubspot.associations("invoices", "deals", ids)
    open_deals = _open(hubspot, {deal for ends in with_deals.values() for deal in ends})
    tied = {kind: hubspot.associations("invoices", kind, ids) for kind in ENDS}
    customers = _customers(portal, states)
    added = _added(portal, states)
    found: dict[str, frozenset[Against]] = {}
    for state in states:
        why: set[Against] = set()
        if _is_edited(state, current.get(state.hubspot_id)):
            why.add(Against.EDITED)
        deals = set(with_deals.get(state.hubspot_id, ()))
        if deals & open_deals:
            why.add(Against.OPEN_DEAL)
        ends = {(kind, end) for kind in ENDS for end in tied[kind].get(state.hubspot_id, ())}
        if deals or state.id in added or ends - customers.get(state.id, set()):
            why.add(Against.OTHER_LINK)
        found[state.id] = frozenset(why)
    return found


def _open(hubspot: HubSpot, deals: set[str]) -> set[str]:
    if not deals:
        return set()
    read = hubspot.read("deals", sorted(deals), [CLOSED])
    return {deal for deal in deals if deal not in read or read[deal].text(CLOSED) != "true"}


def _is_edited(state: InvoiceState, current: Object | None) -> bool:
    """Somebody changed what we wrote, made it theirs, or took it out already."""
    if current is None:
        return False
    written = state.written.items()
    return bool(current.text(OWNER)) or any(
        not same_property(name, value, current.text(name)) for name, value in written
    )


def _customers(portal: Portal, states: Sequence[InvoiceState]) -> dict[str, set[tuple[str, str]]]:
    """By our id: (kind, id) of the HubSpot objects its customer is, to which we tied it."""
    rows = Invoice.objects.for_portal(portal).filter(pk__in=[state.id for state in states])
    invoices = list(rows.values_list("pk", "company_id", "customer_id"))
    links = RecordLink.objects.for_portal(portal).filter(
        kind="Customer", qbo_id__in={customer for _, _, customer in invoices}
    )
    ends: dict[tuple[UUID, str], set[tuple[str, str]]] = {}
    for link in links:
        own = ends.setdefault((link.company_id, link.qbo_id), set())
        own.add((link.hubspot_kind, link.hubspot_id))
    return {str(pk): ends.get((company, customer), set()) for pk, company, customer in invoices}


def _added(portal: Portal, states: Sequence[InvoiceState]) -> set[str]:
    rows = InvoiceAttachment.objects.for_portal(portal).filter(
        invoice__in=[state.id for state in states], detached_at=None
    )
    return {str(found) for found in rows.values_list("invoice_id", flat=True)}
