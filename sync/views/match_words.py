"""Matching in words: what a record is in HubSpot, and what it could be, with reasons (B-24)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from integration import messages
from integration.messages import Message
from integration.models import EndedLink, Portal, Record, RecordLink
from invoices.links import TYPES, record_in_hubspot
from sync.linking.lists import Line
from sync.match_models import MatchSuggestion

SOURCES = {
    "created": gettext_lazy("Created in HubSpot"),
    "confirmed": gettext_lazy("Confirmed"),
    "matched": gettext_lazy("Found by itself"),
    "manual": gettext_lazy("Linked by hand"),
}
KINDS = {
    "contacts": gettext_lazy("Contact"),
    "companies": gettext_lazy("Company"),
    "products": gettext_lazy("Product"),
    "deals": gettext_lazy("Deal"),
}
STRONG, FAIR = 80, 60


@dataclass(frozen=True)
class Guess:
    """A suggestion in words."""

    row: MatchSuggestion
    kind: str
    tone: str
    reasons: list[Message]
    doubts: list[Message]
    url: str


@dataclass(frozen=True)
class Linked:
    """A link in words."""

    row: RecordLink
    kind: str
    name: str
    source: str
    url: str
    """Of the object in HubSpot; empty where it has no page."""


@dataclass(frozen=True)
class Shown:
    """One line of the page."""

    record: Record
    detail: str
    links: list[Linked]
    guess: Guess | None
    more: int
    """Further suggestions."""


def shown(line: Line) -> Shown:
    return Shown(
        record=line.record,
        detail=detail_of(line.record),
        links=[linked(each) for each in line.links],
        guess=guess(line.best) if line.best else None,
        more=max(len(line.suggestions) - 1, 0) if line.best else 0,
    )


def detail_of(record: Record) -> str:
    """What tells a record from its namesakes."""
    raw = record.raw
    parts = (
        (raw.get("PrimaryEmailAddr") or {}).get("Address"),
        (raw.get("BillAddr") or {}).get("City"),
        raw.get("Sku"),
    )
    return " · ".join(str(each) for each in parts if each)


def linked(link: RecordLink) -> Linked:
    return Linked(
        row=link,
        kind=str(KINDS[link.hubspot_kind]),
        name=name_of(link),
        source=str(SOURCES[link.source]),
        url=_address(link.portal, link.hubspot_kind, link.hubspot_id),
    )


def _address(portal: Portal, kind: str, hubspot_id: str) -> str:
    return record_in_hubspot(portal, kind, hubspot_id) if kind in TYPES else ""


def name_of(link: RecordLink) -> str:
    """As HubSpot was told it; a link that nobody ever named has a number only."""
    return link.name or f"{KINDS[link.hubspot_kind]} {link.hubspot_id}"


def ended_name(row: EndedLink) -> str:
    return row.label or f"{KINDS[row.hubspot_kind]} {row.hubspot_id}"


def guess(row: MatchSuggestion) -> Guess:
    tone = "ok" if row.score >= STRONG else "info" if row.score >= FAIR else "warn"
    return Guess(
        row=row,
        kind=str(KINDS[row.hubspot_kind]),
        tone="warn" if row.doubts else tone,
        reasons=[messages.message(f"match.{each}") for each in row.reasons],
        doubts=[messages.message(f"match.{each}") for each in row.doubts],
        url=_address(row.portal, row.hubspot_kind, row.hubspot_id),
    )
