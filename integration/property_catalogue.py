"""HubSpot's properties, kept for the pages and checks of field mappings (S-92, B-30).

Read from HubSpot's properties API when a portal's mappings are first opened, daily, on request and
after HubSpot refused a value. What could not be read keeps the list of last time, with the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from integration.gateways.errors import AccountBlocked, GatewayError, NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.models import Portal
from integration.models.properties import PropertyList
from integration.records.hubspot import PropertyDefinition

MEMBERS = tuple(each.name for each in fields(PropertyDefinition))
KINDS = ("contacts", "companies", "products", "invoices", "deals")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``read_at`` is None when it was never read; ``problem`` a message code."""

    properties: Mapping[str, PropertyDefinition] = field(default_factory=dict)
    read_at: datetime | None = None
    problem: str = ""

    @property
    def is_known(self) -> bool:
        return self.read_at is not None


def refresh(
    portal: Portal, hubspot: HubSpot, now: datetime, kinds: Iterable[str] = KINDS
) -> list[str]:
    """One call for each kind; the kinds that HubSpot refused, which others do not suffer from.

    Raises ``GatewayError`` when HubSpot cannot be reached at all or wants a new connection.
    """
    refused = []
    for kind in kinds:
        try:
            found = hubspot.properties(kind)
        except (AccountBlocked, Rejected, NotFound) as error:
            _store(portal, kind, problem=error.code)
            refused.append(kind)
        else:
            _store(portal, kind, properties=[asdict(one) for one in found], read_at=now, problem="")
    return refused


def note_problem(portal: Portal, kinds: Iterable[str], error: GatewayError) -> None:
    """Why the list is as old as it is."""
    for kind in kinds:
        _store(portal, kind, problem=error.code)


def catalogue(portal: Portal, kind: str) -> Catalogue:
    row = PropertyList.objects.for_portal(portal).filter(object_kind=kind).first()
    if row is None:
        return Catalogue()
    found = (_definition(each) for each in row.properties)
    return Catalogue({each.name: each for each in found}, row.read_at, row.problem)


def _definition(row: Mapping[str, Any]) -> PropertyDefinition:
    """Members of another release are passed over, so that an old list stays readable."""
    members: dict[str, Any] = {name: row[name] for name in MEMBERS if name in row}
    members["options"] = tuple((value, label) for value, label in members.get("options", ()))
    return PropertyDefinition(**members)


def _store(portal: Portal, kind: str, **values: object) -> None:
    if "problem" in values:
        values["problem"] = str(values["problem"])[:200]
    PropertyList.objects.for_portal(portal).update_or_create(
        portal=portal, object_kind=kind, defaults=values
    )
