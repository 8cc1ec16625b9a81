"""What letting HubSpot change QuickBooks would be about, before it does (D-26, P-47)."""

from dataclasses import dataclass, replace
from datetime import datetime

from integration import sessions
from integration.gateways.errors import GatewayError
from integration.models import Company, Record, RecordLink
from sync.engine.forecast import ENTITIES
from sync.fetch.both_sides import BothSidesReader
from sync.fetch.settings import company_view
from sync.models import SyncObject
from sync.plan_back import BothSides
from sync.policies import ObjectPolicy, Way

MOST_LOOKED_AT = 500
"""So many linked records are compared while a person waits: ten calls at most."""


@dataclass(frozen=True, slots=True)
class BackForecast:
    """In records. ``differing`` of ``looked_at``; None when HubSpot did not answer."""

    linked: int
    looked_at: int
    differing: int | None

    @property
    def is_whole(self) -> bool:
        return self.looked_at == self.linked


def foresee_back(company: Company, object: SyncObject, now: datetime) -> BackForecast:
    """Linked records, and how many say something else on both sides. Nothing is written."""
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=ENTITIES[object], lost_at=None
    )
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind=ENTITIES[object], active=True, qbo_id__in=links.values("qbo_id")
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_LOOKED_AT])
    linked = rows.count()
    if not ids:
        return BackForecast(linked, 0, 0)
    policy = ObjectPolicy(enabled=True, way=Way.BOTH, back_since=now)
    name = {"contacts": policy} if object is SyncObject.CONTACTS else {"products": policy}
    view = replace(company_view(company), **name)
    try:
        hubspot = sessions.hubspot(company.portal, urgent=True)
        sides = BothSidesReader(company, view, lambda: hubspot).sides(ids, ids)
    except GatewayError:
        return BackForecast(linked, 0, None)
    return BackForecast(linked, len(ids), sum(map(_differs, sides)))


def _differs(sides: BothSides) -> bool:
    """An empty side says nothing."""
    return any(
        seen.here.get(name) and seen.there.get(name)
        and not seen.way_back.same(name, seen.here[name], seen.there[name])
        for seen in sides.seen
        for name in seen.way_back.names.values()
    )  # fmt: skip
