"""Before a write leaves, its row forgets what HubSpot was told: the answer may never come.

If it is lost, HubSpot may have the new content or the old one. Should QuickBooks go back to the old
one meanwhile, its hash would look told already, and HubSpot would keep the new content for good. So
the hash gives way to a mark, and the next plan writes whatever the content is.
"""

from collections.abc import Sequence

from django.db import connection

from integration.leases import Lease
from integration.models import Portal, RecordLink
from invoices.models import DealRef, Invoice
from sync.operations import Operation, UpsertHubSpotInvoice, WriteDealProperties, WriteRecord
from sync.records import SENT

INVOICES = (
    f'WITH mine AS (SELECT old.id FROM "{Invoice._meta.db_table}" AS old '  # noqa: S608  our own names
    "JOIN unnest(%s::uuid[], %s::text[]) AS planned(key, hash) ON old.id = planned.key "
    "WHERE old.portal_id = %s AND old.mapped_hash = planned.hash ORDER BY old.id FOR UPDATE OF old) "
    f'UPDATE "{Invoice._meta.db_table}" AS old SET mapped_hash = %s FROM mine WHERE old.id = mine.id'
)
DEALS = (
    f'WITH mine AS (SELECT old.id FROM "{DealRef._meta.db_table}" AS old '  # noqa: S608  as above
    "JOIN unnest(%s::text[], %s::text[]) AS planned(key, hash) ON old.hubspot_id = planned.key "
    "WHERE old.portal_id = %s AND old.written_hash = planned.hash "
    "ORDER BY old.hubspot_id FOR UPDATE OF old) "
    f'UPDATE "{DealRef._meta.db_table}" AS old SET written_hash = %s FROM mine WHERE old.id = mine.id'
)
"""Only where the hash is still the one that the plan read: else somebody wrote meanwhile, which
``store.save`` has to notice."""


def marks(operations: Sequence[Operation]) -> bool:
    """Whether these leave a mark; all are of one kind."""
    return bool(operations) and isinstance(
        operations[0], UpsertHubSpotInvoice | WriteDealProperties | WriteRecord
    )


def mark_of(lease: Lease) -> str:
    """Another one for each claim of a job, so that two who write at once tell each other apart."""
    return f"{SENT}{lease.name}"


def mark(portal: Portal, operations: Sequence[Operation], lease: Lease) -> None:
    """Call it in a transaction of its own before they leave."""
    known: dict[str, str] = {}
    links: dict[tuple[str, str], list[str]] = {}
    for each in operations:
        if isinstance(each, WriteRecord):
            if each.hubspot_id:
                key = (each.subject.company_id, each.object_kind)
                links.setdefault(key, []).append(each.hubspot_id)
        elif isinstance(each, UpsertHubSpotInvoice | WriteDealProperties) and each.read_hash:
            known[each.subject.id] = each.read_hash
    if known:
        is_deal = isinstance(operations[0], WriteDealProperties)
        given = [list(known), list(known.values()), portal.pk, mark_of(lease)]
        with connection.cursor() as cursor:
            cursor.execute(DEALS if is_deal else INVOICES, given)
    for (company_id, kind), ids in sorted(links.items()):
        rows = RecordLink.objects.for_portal(portal).filter(
            company_id=company_id, hubspot_kind=kind, hubspot_id__among=ids
        )
        locked = rows.select_for_update().order_by("pk").values_list("pk", flat=True)
        rows.filter(pk__among=list(locked)).update(mapped_hash=mark_of(lease))
