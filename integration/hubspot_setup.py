"""The D-25 group and properties in HubSpot, created after connecting and looked after daily (D-25).

Repeating it changes nothing. What does not fit into a full portal, or what a plan or scope does
not allow, is told on the portal and does not keep the rest from being made.
"""

from datetime import datetime

from integration import audit
from integration.gateways.errors import AccountBlocked, GatewayError, Rejected
from integration.gateways.hubspot import HubSpot
from integration.hubspot_properties import DEALS, GROUP, PROPERTIES, THE_FIVE
from integration.models import Portal
from integration.records.hubspot import PropertyDefinition

Portion = tuple[str, tuple[PropertyDefinition, ...]]
PORTIONS: tuple[Portion, ...] = (
    ("deals", DEALS[:THE_FIVE]),
    *((kind, definitions) for kind, definitions in PROPERTIES.items()),
)
"""The article's five first; then each object type whole, so that a repeat asks once for each."""


def ensure_properties(portal: Portal, hubspot: HubSpot, now: datetime) -> list[str]:
    """Create what is missing; the names created, as ``deals.dealbooks_open_balance``.

    Afterwards ``portal.properties_problem`` holds the message code of the first thing a person
    should solve, or nothing.
    """
    created: list[str] = []
    problem = ""
    for kind, definitions in PORTIONS:
        try:
            names = hubspot.ensure_properties(kind, GROUP, definitions)
        except (AccountBlocked, Rejected) as error:
            problem = problem or _problem(kind, error)
            continue
        created += [f"{kind}.{name}" for name in names]
    _remember(portal, created, problem, now)
    return created


def _problem(kind: str, error: GatewayError) -> str:
    """Products need a scope that small plans lack (``e-commerce``): they may go without."""
    return "" if kind == "products" and error.status == 403 else error.code


def _remember(portal: Portal, created: list[str], problem: str, now: datetime) -> None:
    portal.properties_problem = problem[:200]
    if not problem:
        portal.properties_ready_at = now
    portal.save(update_fields=["properties_problem", "properties_ready_at"])
    if created:
        audit.record(
            "portal.properties_created",
            portal=portal,
            subject=("portal", portal.hub_id),
            after={"names": created},
            now=now,
        )
