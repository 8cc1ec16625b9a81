"""``mappings.check``: HubSpot's properties read anew and every mapping looked at (B-30).

Daily, after HubSpot refused a value, and when an admin asks.
"""

from collections.abc import Iterable
from datetime import datetime

from integration import property_catalogue, sessions
from integration.gateways.errors import GatewayError
from integration.jobs import Job, Lease
from integration.models import Company, Portal
from mappings.models import FieldMapping
from mappings.quickbooks_fields import Kind
from mappings.sides import sides_of
from mappings.storing import judge, pair_of, rows_of

JUDGED = ["status", "reasons", "checked_at"]


def run(job: Job, lease: Lease, now: datetime) -> None:
    refresh(job.portal, now)


def refresh(portal: Portal, now: datetime, kinds: Iterable[str] = property_catalogue.KINDS) -> None:
    """Raises ``GatewayError`` when HubSpot cannot be asked; the lists of before then stay."""
    wanted = list(kinds)
    try:
        property_catalogue.refresh(portal, sessions.hubspot(portal), now, wanted)
    except GatewayError as error:
        property_catalogue.note_problem(portal, wanted, error)
        raise
    for company in Company.objects.for_portal(portal).filter(disconnected_at=None):
        for kind in Kind:
            check_again(company, kind, now)


def check_again(company: Company, kind: Kind, now: datetime) -> int:
    """How many of the stored mappings need attention. Changes their status only."""
    rows: list[FieldMapping] = list(rows_of(company, kind))
    if not rows:
        return 0
    sides = sides_of(company, kind)
    for row in rows:
        judge(row, pair_of(row), sides, now)
    rows_of(company, kind).bulk_update(rows, JUDGED)
    return sum(bool(row.reasons) for row in rows)
