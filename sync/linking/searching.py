"""Type-ahead over HubSpot's records, for linking by hand."""

from dataclasses import dataclass

from integration import sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from sync.fetch.candidates import PROPERTIES, label_of

LEAST, MOST, LONGEST = 2, 12, 100


@dataclass(frozen=True)
class Option:
    """For ``combobox``."""

    value: str
    label: str
    detail: str = ""
    note: str = ""


def find(actor: Actor, kind: str, text: str) -> list[Option]:
    """One call to HubSpot; its index lags writes by moments. Raises ``GatewayError``."""
    actor.require(Right.MAP)
    wanted = " ".join(text[:LONGEST].split())
    if len(wanted) < LEAST or kind not in PROPERTIES:
        return []
    rows, _, _ = sessions.hubspot(actor.portal, urgent=True).search(
        kind, query=wanted, properties=PROPERTIES[kind], limit=MOST
    )
    return [Option(row.id, *label_of(row)) for row in rows]
