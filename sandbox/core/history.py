"""Append-only record of what was asked and answered, for tests, budgets and the checker."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

Facts = dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One request.

    ``changes`` is what it did to what is stored, in order, each with ``vendor``, ``account``
    (realm or portal), ``entity``, ``id``, ``action``, ``version`` (a number that only grows for one
    record) and ``marker`` (the text by which the product knows its own record again, or empty).
    ``reads`` is what an answer of the change feed covered: ``account``, ``entity``, ``since``,
    ``through`` (None, or the instant before which it was whole; both in epoch seconds) and
    ``with_deleted`` (False when it was cut short before the delete markers).
    """

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
    changes: list[Facts]
    reads: list[Facts]
    milliseconds: float


class History:
    """Bodies are cut at 4,000 characters and Authorization is never kept."""

    def __init__(self, limit: int = 50_000) -> None:
        self._entries: list[Entry] = []
        self._limit = limit
        self._number = 0
        self.pending_changes: list[Facts] = []
        self._pending_reads: list[Facts] = []

    def change(
        self,
        *,
        vendor: str,
        account: str,
        entity: str,
        id: str,
        action: str,
        version: int = 0,
        marker: str = "",
        **more: Any,
    ) -> None:
        """Called by vendor code during a request: one change of stored state."""
        self.pending_changes.append(
            {
                "vendor": vendor,
                "account": account,
                "entity": entity,
                "id": id,
                "action": action,
                "version": version,
                "marker": marker,
                **more,
            }
        )

    def read(
        self, account: str, entity: str, since: int, through: int | None, with_deleted: bool
    ) -> None:
        """Called by vendor code during a request: what an answer of the change feed covered."""
        self._pending_reads.append(
            {
                "account": account,
                "entity": entity,
                "since": since,
                "through": through,
                "with_deleted": with_deleted,
            }
        )

    def add(self, **facts: Any) -> Entry:
        self._number += 1
        changes, self.pending_changes = self.pending_changes, []
        reads, self._pending_reads = self._pending_reads, []
        entry = Entry(number=self._number, changes=changes, reads=reads, **facts)
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
        self._pending_reads = []

    @property
    def last_number(self) -> int:
        return self._number

    def go_on_after(self, number: int) -> None:
        """Entries are not kept over a restart, but no number is given twice."""
        self._number = number
