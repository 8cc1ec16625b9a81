"""What the Connected apps page, Home and the API say about each connection (B-03)."""

from dataclasses import dataclass
from datetime import datetime

from integration import grants
from integration.models import Company, Grant, Portal
from integration.models.grants import GrantState, Vendor


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """``reason`` is a message code; ``days_left`` is None where no end is known."""

    vendor: str
    name: str
    state: str
    reason: str
    days_left: int | None
    last_refreshed: datetime | None
    connected_by: str
    company: Company | None = None
    is_static: bool = False

    @property
    def needs_reconnect(self) -> bool:
        return self.state == GrantState.NEEDS_RECONNECT


def status(portal: Portal, now: datetime) -> list[ConnectionStatus]:
    """HubSpot first, then the companies by name, disconnected ones last."""
    rows = Grant.objects.for_portal(portal).select_related("company", "connected_by")
    by_company = {grant.company_id: grant for grant in rows}
    found = [_of(portal.name, by_company.get(None), None, Vendor.HUBSPOT, now)]
    companies = sorted(
        Company.objects.for_portal(portal), key=lambda one: (not one.is_connected, one.name.lower())
    )
    for company in companies:
        grant = by_company.get(company.pk)
        found.append(_of(company.name, grant, company, Vendor.QUICKBOOKS, now))
    return found


def _of(
    name: str, grant: Grant | None, company: Company | None, vendor: Vendor, now: datetime
) -> ConnectionStatus:
    if grant is None:
        state, code = GrantState.DISCONNECTED, "connect.disconnected"
        return ConnectionStatus(vendor, name, state, code, None, None, "", company)
    is_alive = grant.state in grants.ALIVE
    return ConnectionStatus(
        vendor=vendor,
        name=name,
        state=grant.state,
        reason=grant.state_reason,
        days_left=grants.days_left(grant, now) if is_alive else None,
        last_refreshed=grant.refreshed_at,
        connected_by=str(grant.connected_by or ""),
        company=company,
        is_static=grant.static,
    )
