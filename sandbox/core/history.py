"""Append-only record of what was asked and answered, for tests, budgets and the checker."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Entry:
    """One request. ``change`` says what it did to the books, e.g. ``create Invoice 238``."""

    number: int
    at: str
    vendor: str
    method: str
    path: str
    query: str
    account: str
    status: int
    request_body: str
    fault: str
    changes: list[dict[str, Any]]
    milliseconds: float


class History:
    """Bodies are cut at 4,000 characters and Authorization is never kept."""

    def __init__(self, limit: int = 50_000) -> None:
        self._entries: list[Entry] = []
        self._limit = limit
        self._number = 0
        self.pending_changes: list[dict[str, Any]] = []

    def change(self, **facts: Any) -> None:
        """Called by vendor code during a request: one change of stored state."""
        self.pending_changes.append(facts)

    def add(self, **facts: Any) -> Entry:
        self._number += 1
        changes, self.pending_changes = self.pending_changes, []
        entry = Entry(number=self._number, changes=changes, **facts)
        self._entries.append(entry)
        if len(self._entries) > self._limit:
            del self._entries[: self._limit // 10]
        return entry

    def select(self, **wanted: str) -> Iterator[dict[str, Any]]:
        """Entries whose fields equal the wanted ones; ``path`` matches a part; ``since`` a number."""
        since = int(wanted.pop("since", "0") or 0)
        part = wanted.pop("path", "")
        for entry in self._entries:
            if entry.number <= since or part not in entry.path:
                continue
            if all(str(getattr(entry, name, "")) == value for name, value in wanted.items()):
                yield asdict(entry)

    def clear(self) -> None:
        self._entries.clear()
        self.pending_changes = []

    @property
    def last_number(self) -> int:
        return self._number

    def go_on_after(self, number: int) -> None:
        """Entries are not kept over a restart, but no number is given twice."""
        self._number = number
