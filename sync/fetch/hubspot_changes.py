"""What changed in HubSpot since the last look, by search on the modified stamp (P-47, B-27).

A search is only a hint: its index lags behind, and everything that touches a record moves its
stamp, our own writes too. Who finds something here reads the record itself before believing it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_objects import modified_property
from integration.models import Company
from integration.records.hubspot import Object
from sync.models import HubSpotCursor

OVERLAP = timedelta(minutes=1)
"""Asked for again, because the index may show a record later than others changed after it."""


class HubSpotChanges:
    """Of one kind, for one run of one company. ``since``: older changes never count."""

    def __init__(self, company: Company, kind: str, since: datetime) -> None:
        rows = HubSpotCursor.objects.for_portal(company.portal_id)
        found = rows.filter(company=company, hubspot_kind=kind).first()
        self.kind = kind
        self.row = found or HubSpotCursor(
            portal_id=company.portal_id, company=company, hubspot_kind=kind, position=since
        )
        if self.row.position < since:
            self.row.position, self.row.seen = since, {}
        self._before = (self.row.position, dict(self.row.seen))
        self._found: dict[str, tuple[datetime, str]] = {}

    def pages(self, hubspot: HubSpot, names: Sequence[str]) -> Iterator[list[Object]]:
        """One call where nothing changed. What was looked at already is left out."""
        stamp = modified_property(self.kind)
        since = self.row.position - OVERLAP
        filters = [(stamp, "GTE", str(int(since.timestamp() * 1000)))]
        for rows in hubspot.search_all(self.kind, filters, [*names, stamp, "createdate"]):
            fresh = [each for each in rows if self._is_fresh(each, stamp)]
            if fresh:
                yield fresh

    def _is_fresh(self, found: Object, stamp: str) -> bool:
        at = found.updated_at or self.row.position
        mark = found.text(stamp) or at.isoformat()
        self._found[found.id] = (at, mark)
        return self.row.seen.get(found.id) != mark

    def keep(self, now: datetime) -> None:
        """The cursor moves when all that was found is dealt with; inside a transaction.

        Never beyond ``now``, when this run began: what changes during a long search is found again.
        """
        times = [min(at, now) for at, _ in self._found.values()]
        position = max([self.row.position, *times])
        seen = {id: mark for id, (at, mark) in self._found.items() if at >= position - OVERLAP}
        if (position, seen) != self._before or self.row._state.adding:
            self.row.position, self.row.seen = position, seen
            self.row.save()
