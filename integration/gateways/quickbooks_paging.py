"""Walking through all rows of a query in the order of change (faults 39, 44, 45). Pure."""

from collections.abc import Callable, Iterator

from integration.gateways.quickbooks_query import PAGE
from integration.gateways.values import instant, text
from integration.records.quickbooks import Raw

UPDATED = "MetaData.LastUpdatedTime"
ORDER = f"{UPDATED} ASC"
OVERLAP = 100
"""Within one second pages go by position: so many rows may leave it while they are read."""
Ask = Callable[[str, int], list[Raw]]
"""(a further condition, start position) to at most 1,000 rows."""


def pages(ask: Ask, first: list[Raw] | None = None) -> Iterator[list[Raw]]:
    """Each page begins at the time the last one ended with, so a row that moves to the end is seen
    again, not skipped; a second full of equal times is walked by position, with an overlap."""
    since, start = "", 1
    seen: set[tuple[str, str]] = set()
    page = ask("", start) if first is None else first
    while True:
        fresh = [row for row in page if _version(row) not in seen]
        if fresh:
            yield fresh
        if len(page) < PAGE:
            return
        last = _stamp(page[-1])
        if not last or last == since:
            start += len(page) - OVERLAP
            seen |= {_version(row) for row in page}
        else:
            since, start = last, 1
            seen = {_version(row) for row in page}
        page = ask(f"{UPDATED} >= '{since}'" if since else "", start)


def _stamp(row: Raw) -> str:
    stamps = row.get("MetaData")
    stamp = text(stamps.get("LastUpdatedTime")) if isinstance(stamps, dict) else ""
    return stamp if stamp and instant(stamp) else ""


def _version(row: Raw) -> tuple[str, str]:
    return text(row.get("Id")), text(row.get("SyncToken"))
