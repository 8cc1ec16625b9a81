"""Customers and items on a page: delete markers proven, merges followed, what is news to HubSpot.

Neither can be deleted in QuickBooks, only made inactive; one that is gone was merged into another
(faults 42, 58, 75): what it was linked to moves there, and nothing in HubSpot is taken away.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from integration import link_history
from integration.gateways.errors import NotFound
from integration.gateways.quickbooks import QuickBooks
from integration.models import Company, Record, RecordLink
from integration.models.matching import EndReason
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Invoice as InvoiceRecord
from integration.records.quickbooks import Raw
from invoices.models import Invoice
from mappings.quickbooks_fields import DELETED_NAME
from sync.fetch.changes import NAMES, is_marker
from sync.records import CUSTOMER

Named = tuple[str, Raw]


@dataclass(frozen=True, slots=True)
class Merge:
    """``survivor``: QuickBooks' id of the record it became part of; empty when that is unknown."""

    kind: str
    loser: str
    survivor: str = ""


def proven_names(
    qbo: QuickBooks, company: Company, others: Sequence[Named]
) -> tuple[tuple[Named, ...], list[tuple[str, str]]]:
    """(the living records, (entity, id) of those that are gone); each marker is looked at once."""
    marked = {
        (entity, str(raw.get("Id"))) for entity, raw in others if entity in NAMES and is_marker(raw)
    }
    if not marked:
        return tuple(others), []
    kept = [each for each in others if (each[0], str(each[1].get("Id"))) not in marked]
    gone = []
    for entity, qbo_id in sorted(marked & known(company, marked)):
        try:
            kept.append((entity, qbo.read(entity, qbo_id)))
        except NotFound:
            gone.append((entity, qbo_id))
    return tuple(kept), gone


def known(company: Company, named: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of (entity, id) that live in the mirror."""
    rows = _records(company).filter(qbo_id__in=[qbo_id for _, qbo_id in named], deleted_at=None)
    return set(rows.values_list("kind", "qbo_id")) & set(named)


def merges(
    company: Company, gone: Sequence[tuple[str, str]], invoices: Iterable[InvoiceRecord]
) -> list[Merge]:
    """Where the customers that are gone went: their invoices say so. Before the page is stored."""
    customers = [qbo_id for kind, qbo_id in gone if kind == CUSTOMER]
    votes: dict[str, Counter[str]] = {qbo_id: Counter() for qbo_id in customers}
    if customers:
        now_of = {record.id: record.customer_id for record in invoices if not record.deleted}
        rows = Invoice.objects.for_portal(company.portal_id).filter(
            company=company, customer_id__in=customers, qbo_id__in=list(now_of)
        )
        for qbo_id, before in rows.values_list("qbo_id", "customer_id"):
            if now_of[qbo_id] != before:
                votes[before][now_of[qbo_id]] += 1
    return [Merge(kind, qbo_id, _only(votes.get(qbo_id, Counter()))) for kind, qbo_id in gone]


def _only(votes: Counter[str]) -> str:
    return next(iter(votes)) if len(votes) == 1 else ""


def merge_into(company: Company, merge: Merge, now: datetime) -> list[UUID]:
    """Follow a merge, inside a transaction; our ids of the records to look at again.

    Links move to the survivor; where it has one of its own, the loser's is given up and the HubSpot
    object stays as it is.
    """
    _records(company).filter(kind=merge.kind, qbo_id=merge.loser).update(
        active=False, deleted_at=now, synced_hash=F("raw_hash")
    )
    if not merge.survivor:
        return []
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=merge.kind
    )
    taken = set(links.filter(qbo_id=merge.survivor).values_list("hubspot_kind", flat=True))
    given_up = links.filter(qbo_id=merge.loser, hubspot_kind__in=taken)
    _remember(given_up, merge, now, moved=False)
    given_up.delete()
    _remember(links.filter(qbo_id=merge.loser), merge, now, moved=True)
    links.filter(qbo_id=merge.loser).update(qbo_id=merge.survivor, mapped_hash="")
    rows = _records(company).filter(kind=merge.kind, qbo_id=merge.survivor)
    return list(rows.values_list("pk", flat=True))


def _remember(links: PortalQuerySet, merge: Merge, now: datetime, *, moved: bool) -> None:
    link_history.ended(
        list(links), EndReason.MERGED_QUICKBOOKS, now, other_id=merge.survivor, moved=moved
    )


def news(company: Company, others: Sequence[Named]) -> dict[UUID, str]:
    """Our ids, with the entity, of customers and items on the page that HubSpot was not told of."""
    ids = {str(raw.get("Id")) for entity, raw in others if entity in NAMES}
    if not ids:
        return {}
    kinds = {entity for entity, _ in others if entity in NAMES}
    rows = _records(company).filter(kind__in=kinds, qbo_id__among=ids)
    fresh = rows.exclude(synced_hash=F("raw_hash")).order_by("kind", "pk")
    return dict(fresh.values_list("pk", "kind"))


def owing(company: Company, invoice_ids: Collection[UUID]) -> list[UUID]:
    """Our ids of the linked customers of these invoices: what they owe may have changed."""
    if not invoice_ids:
        return []
    linked = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=CUSTOMER, lost_at=None
    )
    if not linked.exists():
        return []
    invoices = Invoice.objects.for_portal(company.portal_id).filter(pk__among=invoice_ids)
    links = linked.filter(qbo_id__in=invoices.values("customer_id"))
    rows = _records(company).filter(kind=CUSTOMER, active=True, qbo_id__in=links.values("qbo_id"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def dealt_with(company: Company, ids: Collection[UUID]) -> None:
    """This version of each is no news any more."""
    _records(company).filter(pk__among=ids).update(synced_hash=F("raw_hash"))


def inactive(company: Company, ids: Collection[UUID]) -> dict[UUID, str]:
    """Those of our ids that QuickBooks made inactive, with their entity."""
    rows = _records(company).filter(pk__among=ids, active=False)
    return dict(rows.values_list("pk", "kind"))


def labels(company: Company, kind: str, qbo_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """QuickBooks' id to (our id, what a person calls it)."""
    rows = _records(company).filter(kind=kind, qbo_id__in=[each for each in qbo_ids if each])
    return {
        qbo_id: (str(pk), DELETED_NAME.sub("", name))
        for qbo_id, pk, name in rows.values_list("qbo_id", "pk", "name")
    }


def linked(company: Company, kind: str) -> int:
    """How many records of the entity HubSpot has."""
    rows = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, lost_at=None
    )
    return rows.values("qbo_id").distinct().count()  # type: ignore[no-any-return]


def _records(company: Company) -> PortalQuerySet:
    return Record.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind__in=NAMES
    )
