"""The mirror as a ``Snapshot``: a handful of queries, however many invoices a run is about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from integration import exact_json
from integration.display import zone_of
from integration.models import Company, Portal, RecordLink
from invoices.models import DealRef, Invoice, InvoiceAttachment, PaymentApplication
from invoices.models.invoices import NoteState
from invoices.stages import Stage
from mappings.additions import InvoiceAdditions
from mappings.catalog import Targets
from sync.fetch import holds
from sync.fetch.invoice_deletions import decided
from sync.fetch.on_paid import marked_paid
from sync.fetch.rates import RateTable
from sync.fetch.settings import company_view
from sync.fetch.ties import DEALS as DEALS
from sync.fetch.ties import attachments, deals_of, detached, ties_of
from sync.models import ParkedRecord
from sync.policies import Origin
from sync.records import Deletion
from sync.snapshot import (
    Attachment,
    DealState,
    InvoiceState,
    PaymentState,
    PortalView,
    Snapshot,
)

CUSTOMER = "Customer"
NO_RATES = RateTable()


def snapshot(
    portal: Portal,
    view: PortalView,
    *,
    invoice_ids: Collection[UUID],
    deal_ids: Collection[str] = (),
    changed: Collection[UUID] = (),
    rates: RateTable = NO_RATES,
    now: datetime,
) -> Snapshot:
    """What a plan needs for these invoices and deals.

    Deals of the invoices are added, and every invoice of such a deal (``in_run`` stays as given).
    ``changed``: invoices this run brought a newer version of.
    """
    own = set(invoice_ids)
    ties = ties_of(portal, own)
    deals = set(deal_ids) | deals_of(ties)
    by_deal = _attached(portal, deals)
    others = {found for ids in by_deal.values() for found in ids} - own
    wanted = own | others
    rows = _invoices(portal, wanted)
    companies = _companies(portal, {row.company_id for row in rows})
    builder = _Builder(
        companies=companies,
        attachments=attachments([*ties, *ties_of(portal, others)]),
        detached=detached(ties),
        payments=_payments(portal, wanted),
        links=_links(portal, rows),
        changed=frozenset(changed),
        rates=rates,
        added=_added(rows, companies),
        deletions=decided(portal, rows),
    )
    return Snapshot(
        portal=view,
        companies={str(company.pk): company_view(company) for company in companies.values()},
        invoices={str(row.pk): builder.invoice(row) for row in rows},
        in_run=tuple(str(found) for found in dict.fromkeys(invoice_ids)),
        deals=_deals(portal, deals, by_deal),
        held=held(portal, now),
        undone=holds.undone(portal),
    )


def portal_view(portal: Portal, targets: Targets, deal_page: str) -> PortalView:
    known = {portal.currency, *portal.additional_currencies} - {""}
    return PortalView(portal.currency, frozenset(known), targets, deal_page)


# --------------------------------------------------------------------------------------- queries


def _attached(portal: Portal, deals: Collection[str]) -> dict[str, list[UUID]]:
    found = InvoiceAttachment.objects.for_portal(portal).filter(
        object_kind=DEALS, hubspot_id__among=deals, detached_at=None
    )
    by_deal: dict[str, list[UUID]] = defaultdict(list)
    for deal, invoice in found.values_list("hubspot_id", "invoice_id"):
        by_deal[deal].append(invoice)
    return by_deal


TOLD = Cast("written", TextField())
"""Our own JSON reader takes a quarter of the time of the column's."""
INVOICE_COLUMNS = (
    "pk", "company_id", "qbo_id", "customer_id", "customer_name", "sync_token", "updated_at",
    "origin", "stage", "currency", "billed", "cash", "credited", "open", "doc_number", "txn_date",
    "due_date", "home_total", "deleted_at", "first_sent_at", "hubspot_id", "mapped_hash", "told",
)  # fmt: skip
"""All but QuickBooks' own JSON, which is most of a row."""
PAYMENT_COLUMNS = (
    "pk", "invoice_id", "payment_id", "applied", "cash", "currency", "paid_on", "method",
    "reference", "reversed_at", "note_id", "note_hash", "note_state", "reversal_note_id",
)  # fmt: skip


def _invoices(portal: Portal, ids: Collection[UUID]) -> list[Any]:
    """Rows with these columns; making models of them costs three times as much."""
    rows = Invoice.objects.for_portal(portal).filter(pk__among=ids).annotate(told=TOLD)
    return list(rows.values_list(*INVOICE_COLUMNS, named=True))


def _added(rows: Iterable[Any], companies: Mapping[UUID, Company]) -> dict[UUID, dict[str, str]]:
    """By invoice, for companies that map more of it; their invoices' JSON is read for it."""
    known = {pk: InvoiceAdditions(company) for pk, company in companies.items()}
    alive = [row for row in rows if row.stage != Stage.DELETED and known[row.company_id]]
    if not alive:
        return {}
    portal_id = companies[alive[0].company_id].portal_id
    stored = Invoice.objects.for_portal(portal_id).filter(pk__among=[row.pk for row in alive])
    raws = stored.values_list("pk", "company_id", "raw")
    return {pk: known[company_id].of(raw) for pk, company_id, raw in raws}


def _companies(portal: Portal, ids: Collection[UUID]) -> dict[UUID, Company]:
    found = Company.objects.for_portal(portal).filter(pk__in=ids)
    return {company.pk: company for company in found.select_related("settings", "portal")}


def _payments(portal: Portal, ids: Collection[UUID]) -> dict[UUID, list[PaymentState]]:
    rows = PaymentApplication.objects.for_portal(portal).filter(invoice__among=ids)
    found: dict[UUID, list[PaymentState]] = defaultdict(list)
    columns = rows.order_by("paid_on", "payment_id").values_list(*PAYMENT_COLUMNS, named=True)
    for row in columns:
        found[row.invoice_id].append(
            PaymentState(
                id=str(row.pk),
                payment_id=row.payment_id,
                applied=row.applied,
                cash=row.cash,
                currency=row.currency,
                paid_on=row.paid_on,
                method=row.method,
                reference=row.reference,
                reversed_at=row.reversed_at,
                note_id=row.note_id,
                note_hash=row.note_hash,
                note_tried=row.note_state == NoteState.OWED,
                reversal_note_id=row.reversal_note_id,
            )
        )
    return found


def _links(portal: Portal, rows: Iterable[Any]) -> dict[tuple[UUID, str], list[tuple[str, str]]]:
    """(company, customer) to HubSpot objects, for invoices that HubSpot does not have yet."""
    new = [row for row in rows if not row.hubspot_id]
    if not new:
        return {}
    links = RecordLink.objects.for_portal(portal).filter(
        kind=CUSTOMER,
        company__in={row.company_id for row in new},
        qbo_id__in={row.customer_id for row in new},
    )
    found: dict[tuple[UUID, str], list[tuple[str, str]]] = defaultdict(list)
    for link in links.order_by("hubspot_kind", "hubspot_id"):
        found[link.company_id, link.qbo_id].append((link.hubspot_kind, link.hubspot_id))
    return found


def _deals(
    portal: Portal, deals: Collection[str], by_deal: Mapping[str, list[UUID]]
) -> tuple[DealState, ...]:
    """In the order of their ids; a deal that HubSpot archived is not written to."""
    known = DealRef.objects.for_portal(portal).filter(hubspot_id__among=deals)
    columns = ("hubspot_id", "name", "told", "written_hash", "archived_at")
    named = known.annotate(told=TOLD).values_list(*columns, named=True)
    rows = {row.hubspot_id: row for row in named}
    marked = marked_paid(portal, deals)
    return tuple(
        _deal(deal, rows.get(deal), by_deal.get(deal, []), deal in marked)
        for deal in sorted(deals)
        if not (deal in rows and rows[deal].archived_at)
    )


def _deal(hubspot_id: str, row: Any, invoices: list[UUID], marked: bool) -> DealState:
    ids = tuple(str(found) for found in invoices)
    if row is None:
        return DealState(hubspot_id, "", ids, is_marked=marked)
    return DealState(hubspot_id, row.name, ids, exact_json.read(row.told), row.written_hash, marked)


def held(portal: Portal, now: datetime) -> frozenset[tuple[str, str]]:
    waiting = ParkedRecord.objects.for_portal(portal).filter(Q(next_at=None) | Q(next_at__gt=now))
    return frozenset(waiting.values_list("subject_kind", "subject_id"))


# --------------------------------------------------------------------------------------- one row


class _Builder:
    def __init__(
        self,
        *,
        companies: Mapping[UUID, Company],
        attachments: Mapping[UUID, list[Attachment]],
        detached: Mapping[UUID, list[Attachment]],
        payments: Mapping[UUID, list[PaymentState]],
        links: Mapping[tuple[UUID, str], list[tuple[str, str]]],
        changed: frozenset[UUID],
        rates: RateTable,
        added: Mapping[UUID, dict[str, str]],
        deletions: Mapping[UUID, Deletion],
    ) -> None:
        self.companies = companies
        self.attachments = attachments
        self.detached = detached
        self.payments = payments
        self.links = links
        self.changed = changed
        self.rates = rates
        self.added = added
        self.deletions = deletions

    def invoice(self, row: Any) -> InvoiceState:
        return InvoiceState(
            id=str(row.pk),
            company_id=str(row.company_id),
            qbo_id=row.qbo_id,
            sync_token=int(row.sync_token or 0),
            updated_at=row.updated_at,
            origin=Origin(row.origin),
            stage=Stage(row.stage),
            currency=row.currency,
            billed=row.billed,
            cash=row.cash,
            credited=row.credited,
            open=row.open,
            number=row.doc_number,
            recipient=row.customer_name,
            txn_date=row.txn_date,
            due_date=row.due_date,
            home_total=row.home_total,
            hubspot_rate=self.rates.on(row.currency, row.txn_date),
            deleted_at=row.deleted_at,
            first_sent_on=self._local_day(row),
            hubspot_id=row.hubspot_id,
            mapped_hash=row.mapped_hash,
            written=exact_json.read(row.told),
            added=self.added.get(row.pk, {}),
            changed=row.pk in self.changed,
            attachments=tuple(self.attachments.get(row.pk, ())),
            detached=tuple(self.detached.get(row.pk, ())),
            linked=tuple(self.links.get((row.company_id, row.customer_id), ())),
            payments=tuple(self.payments.get(row.pk, ())),
            deletion=self.deletions.get(row.pk, Deletion.ALLOWED),
        )

    def _local_day(self, row: Any) -> date | None:
        if row.first_sent_at is None:
            return None
        zone = zone_of(self.companies[row.company_id].time_zone)
        return row.first_sent_at.astimezone(zone).date()  # type: ignore[no-any-return]
