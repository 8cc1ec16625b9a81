"""What the page Matching lists: records, what they are in HubSpot, what they could be."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, EndedLink, Record, RecordLink
from integration.models.matching import EndReason
from integration.models.tenancy import PortalQuerySet
from sync.models import MatchSearch, MatchSuggestion
from sync.records import CUSTOMER, ITEM

UNLINKED, SUGGESTED, LINKED, LOST = STATES = ("unlinked", "suggested", "linked", "lost")
ENTITIES = {"customers": CUSTOMER, "products": ITEM}
MERGES = (EndReason.MERGED_QUICKBOOKS, EndReason.MERGED_HUBSPOT)


@dataclass(frozen=True, slots=True)
class Line:
    """A record of QuickBooks with what is known of it in HubSpot; the likeliest first."""

    record: Record
    links: tuple[RecordLink, ...]
    suggestions: tuple[MatchSuggestion, ...]

    @property
    def best(self) -> MatchSuggestion | None:
        return self.suggestions[0] if self.suggestions and not self.is_linked else None

    @property
    def is_linked(self) -> bool:
        return any(link.lost_at is None for link in self.links)


def records(actor: Actor, company: Company, kind: str) -> PortalQuerySet:
    """Those in use, and those that are inactive but still linked."""
    actor.require(Right.MAP, company)
    rows = Record.objects.for_portal(actor.portal).filter(
        company=company, kind=kind, deleted_at=None
    )
    return rows.filter(Q(active=True) | Exists(_links(company, kind)))  # type: ignore[no-any-return]


def condition(company: Company, kind: str, states: Sequence[str]) -> Q:
    """Rows of ``records`` in one of the states of the page's filter."""
    links = _links(company, kind)
    living = Q(Exists(links.filter(lost_at=None)))
    suggested = Q(Exists(_suggestions(company, kind)))
    each = {
        UNLINKED: ~living,
        SUGGESTED: ~living & suggested,
        LINKED: living,
        LOST: Q(Exists(links.exclude(lost_at=None))),
    }
    found = Q()
    for state in states:
        found |= each[state]
    return found


def lines(company: Company, rows: Sequence[Record]) -> list[Line]:
    """Two queries for a page of records. A suggestion that sync made true meanwhile is left out."""
    ids = [row.qbo_id for row in rows]
    kinds = {row.kind for row in rows}
    links: dict[tuple[str, str], list[RecordLink]] = defaultdict(list)
    found = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind__in=kinds, qbo_id__in=ids
    )
    for link in found.select_related("made_by", "portal").order_by("hubspot_kind", "pk"):
        links[link.kind, link.qbo_id].append(link)
    guesses: dict[tuple[str, str], list[MatchSuggestion]] = defaultdict(list)
    suggested = MatchSuggestion.objects.for_portal(company.portal_id).filter(
        company=company, kind__in=kinds, qbo_id__in=ids
    )
    tied = {_pair(link) for each in links.values() for link in each if link.lost_at is None}
    for guess in suggested.select_related("portal").order_by("-score", "hubspot_kind", "pk"):
        if _pair(guess) not in tied:
            guesses[guess.kind, guess.qbo_id].append(guess)
    return [
        Line(row, tuple(links[row.kind, row.qbo_id]), tuple(guesses[row.kind, row.qbo_id]))
        for row in rows
    ]


def _pair(row: RecordLink | MatchSuggestion) -> tuple[str, str, str, str]:
    return row.kind, row.qbo_id, row.hubspot_kind, row.hubspot_id


def history(company: Company, record: Record) -> PortalQuerySet:
    """Its links that ended, the newest first."""
    rows = EndedLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=record.kind, qbo_id=record.qbo_id
    )
    return rows.select_related("ended_by").order_by("-ended_at", "-pk")  # type: ignore[no-any-return]


def merges(actor: Actor, company: Company) -> PortalQuerySet:
    """What merges on either side did to links, the newest first."""
    actor.require(Right.MAP, company)
    rows = EndedLink.objects.for_portal(actor.portal).filter(company=company, reason__in=MERGES)
    return rows.select_related("ended_by").order_by("-ended_at", "-pk")  # type: ignore[no-any-return]


def names(company: Company, kind: str, qbo_ids: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """QuickBooks' id to our id and what a person calls it."""
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, qbo_id__in=qbo_ids
    )
    return {qbo_id: (pk, name) for qbo_id, pk, name in rows.values_list("qbo_id", "pk", "name")}


def search(company: Company) -> MatchSearch | None:
    rows = MatchSearch.objects.for_portal(company.portal_id)
    return rows.filter(company=company).first()  # type: ignore[no-any-return]


def _links(company: Company, kind: str) -> PortalQuerySet:
    return RecordLink.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind=kind, qbo_id=OuterRef("qbo_id")
    )


def _suggestions(company: Company, kind: str) -> PortalQuerySet:
    return MatchSuggestion.objects.for_portal(company.portal_id).filter(  # type: ignore[no-any-return]
        company=company, kind=kind, qbo_id=OuterRef("qbo_id")
    )
