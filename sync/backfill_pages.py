"""Which older records a backfill asks QuickBooks for, and how it walks through them. Pure.

Pages follow the time of creation, which never changes: a record that somebody edits meanwhile does
not move. Each page begins at the second the last one ended with, so none is left out (fault 45).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from integration.gateways.quickbooks_query import PAGE, all_of, where
from integration.gateways.values import instant, text
from integration.records.quickbooks import Raw

CREATED = "MetaData.CreateTime"
DATED = "TxnDate"
ORDER = f"{CREATED} ASC"
EARLIEST = date(1970, 1, 1)
"""Nothing was made in QuickBooks before; zones of older days differ by seconds, which no query takes."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day, both included; ``zone`` is the company's."""

    zone: ZoneInfo
    first: date | None = None
    last: date | None = None
    by: str = CREATED

    @property
    def condition(self) -> str:
        """What QuickBooks is asked for; inactive records it leaves out by itself."""
        if self.by == DATED:
            return all_of(
                where(DATED, ">=", self.first) if self.first else "",
                where(DATED, "<=", self.last) if self.last else "",
            )
        begins, ends = self._instants()
        return all_of(
            where(CREATED, ">=", begins) if begins else "",
            where(CREATED, "<", ends) if ends else "",
        )

    def covers(self, created_at: datetime | None, dated: date | None = None) -> bool:
        """The same of one record; one whose time is unknown counts where no bound is set."""
        if self.by == DATED:
            return _within(dated, self.first, self._day_after)
        return _within(created_at, *self._instants())

    def _instants(self) -> tuple[datetime | None, datetime | None]:
        begins, after = self.first, self._day_after
        return (
            datetime.combine(max(begins, EARLIEST), time(), self.zone) if begins else None,
            datetime.combine(max(after, EARLIEST), time(), self.zone) if after else None,
        )

    @property
    def _day_after(self) -> date | None:
        """Nothing comes after the last day of the calendar, so that one bounds nothing."""
        if self.last is None or self.last == date.max:
            return None
        return self.last + timedelta(days=1)


def _within(value: Any, begins: Any, ends: Any) -> bool:
    if begins is None and ends is None:
        return True
    if value is None:
        return False
    return (begins is None or value >= begins) and (ends is None or value < ends)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins: at ``since``, from the ``start``-th row; ``done`` are the ids of
    that second which were dealt with. ``size``: rows of a page, 1,000 at most."""

    since: str = ""
    start: int = 1
    done: frozenset[str] = frozenset()
    size: int = PAGE

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Place":
        done = frozenset(str(each) for each in stored.get("done", ()))
        start, size = int(stored.get("start", 1)), int(stored.get("size", PAGE))
        return cls(str(stored.get("since", "")), start, done, size)

    def stored(self) -> dict[str, Any]:
        done = sorted(self.done)
        return {"since": self.since, "start": self.start, "done": done, "size": self.size}

    def condition(self, span: str) -> str:
        moment = instant(self.since) if self.since else None
        return all_of(span, where(CREATED, ">=", moment) if moment else "")

    def fresh(self, rows: Sequence[Raw]) -> list[Raw]:
        return [row for row in rows if text(row.get("Id")) not in self.done]

    def after(self, rows: Sequence[Raw]) -> "Place | None":
        """Where to go on; None when these rows were the last."""
        if len(rows) < self.size:
            return None
        last = _created(rows[-1])
        if not last or (self.since and instant(last) == instant(self.since)):
            done = self.done | {text(row.get("Id")) for row in rows}
            return replace(self, start=self.start + len(rows), done=done)
        same = [row for row in rows if _created(row) and instant(_created(row)) == instant(last)]
        return Place(last, 1, frozenset(text(row.get("Id")) for row in same), self.size)


def _created(row: Raw) -> str:
    facts = row.get("MetaData")
    stamp = text(facts.get("CreateTime")) if isinstance(facts, dict) else ""
    return stamp if stamp and instant(stamp) else ""
