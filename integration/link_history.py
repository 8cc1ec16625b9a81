"""What became of links between the vendors' records, and which pairs a person refused (B-24).

Whoever ends a ``RecordLink`` writes it down here, in the same transaction.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from integration.models import Company, EndedLink, Person, Portal, RecordLink
from integration.models.matching import EndReason

Pair = tuple[str, str]
"""(HubSpot kind, id)"""


def ended(
    links: Iterable[RecordLink],
    reason: EndReason,
    now: datetime,
    *,
    by: Person | None = None,
    other_id: str = "",
    moved: bool = False,
    refused: bool = False,
) -> list[EndedLink]:
    """One row for each; the links themselves are the caller's to delete or to move."""
    rows = [
        EndedLink(
            portal_id=link.portal_id,
            company_id=link.company_id,
            kind=link.kind,
            qbo_id=link.qbo_id,
            hubspot_kind=link.hubspot_kind,
            hubspot_id=link.hubspot_id,
            label=link.name[:300],
            reason=reason,
            other_id=other_id,
            moved=moved,
            source=link.source,
            made_by_us=link.made_by_us,
            made_at=link.created_at,
            ended_at=now,
            ended_by=by,
            refused=refused,
        )
        for link in links
    ]
    EndedLink.objects.bulk_create(rows)
    return rows


def decline(
    company: Company,
    kind: str,
    qbo_id: str,
    pair: Pair,
    by: Person | None,
    now: datetime,
    label: str = "",
) -> None:
    """A suggestion that a person said is wrong; there never was a link."""
    EndedLink.objects.create(
        portal_id=company.portal_id,
        company=company,
        kind=kind,
        qbo_id=qbo_id,
        hubspot_kind=pair[0],
        hubspot_id=pair[1],
        label=label[:300],
        reason=EndReason.DECLINED,
        ended_at=now,
        ended_by=by,
        refused=True,
    )


def refusals(
    company: Company, kind: str, qbo_ids: Collection[str], hubspot_kind: str
) -> dict[str, frozenset[str]]:
    """QuickBooks id to the HubSpot ids that a person said it is not."""
    rows = EndedLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, qbo_id__in=qbo_ids, hubspot_kind=hubspot_kind, refused=True
    )
    found: dict[str, set[str]] = {}
    for qbo_id, hubspot_id in rows.values_list("qbo_id", "hubspot_id"):
        found.setdefault(qbo_id, set()).add(hubspot_id)
    return {qbo_id: frozenset(ids) for qbo_id, ids in found.items()}


def refused_customers(
    portal: Portal, company: Company, kind: str, pairs: Collection[Pair]
) -> set[str]:
    """QuickBooks ids that a person unlinked from any of these HubSpot objects."""
    rows = EndedLink.objects.for_portal(portal).filter(
        company=company, kind=kind, hubspot_id__in={id for _, id in pairs}, refused=True
    )
    found = rows.values_list("qbo_id", "hubspot_kind", "hubspot_id")
    return {qbo_id for qbo_id, *pair in found if tuple(pair) in set(pairs)}


def forgive(company: Company, kind: str, qbo_id: str, pair: Pair) -> None:
    """A person asked for the pair again."""
    EndedLink.objects.for_portal(company.portal_id).filter(
        company=company,
        kind=kind,
        qbo_id=qbo_id,
        hubspot_kind=pair[0],
        hubspot_id=pair[1],
        refused=True,
    ).update(refused=False)
