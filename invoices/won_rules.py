"""When a deal was won, and which of its quotes its invoice is made from (E-01). Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from invoices.quotes import Quote, obstacle


def won_since(past: Sequence[tuple[datetime, str]], stages: Collection[str]) -> datetime | None:
    """Since when a deal stands in these stages without a break; None when it does not.

    ``past``: its stages with when it came into them, the newest first.
    """
    since = None
    for at, stage in past:
        if stage not in stages:
            break
        since = at
    return since


def usable(quotes: Iterable[Quote], today: date, currencies: Collection[str] | None) -> list[Quote]:
    """Those an invoice can be made from, the one changed last first (S-28)."""
    found = [each for each in quotes if obstacle(each, today, currencies) is None]
    return sorted(found, key=lambda each: (each.modified, len(each.id), each.id), reverse=True)
