"""Stored versions of entities with their cached JSON, and the indexes over them."""

from typing import Any

from sandbox.core.messages import dump_json
from sandbox.quickbooks.shapes import Row


class Record:
    """One version of one entity. ``data`` is never changed in place once stored."""

    __slots__ = ("_raw", "changed", "data", "kind")

    def __init__(self, kind: str, data: dict[str, Any], changed: int) -> None:
        self.kind = kind
        self.data = data
        self.changed = changed
        self._raw: bytes | None = None

    @property
    def id(self) -> str:
        return str(self.data["Id"])

    @property
    def raw(self) -> bytes:
        """The entity's JSON as sent, made once a version."""
        if self._raw is None:
            self._raw = dump_json(self.data)
        return self._raw

    @property
    def active(self) -> bool:
        return self.data.get("Active", True) is not False


class Table:
    """Records of one entity: by id in order of creation, and by last change."""

    INDEXED = ("DocNumber", "DisplayName", "Name", "Code", "CustomerRef")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.by_id: dict[str, Record] = {}
        self.by_change: dict[str, Record] = {}
        self.deleted: list[tuple[str, int]] = []
        self.indexes: dict[str, dict[str, dict[str, None]]] = {
            name: {} for name in self.INDEXED if name in row.properties
        }

    @staticmethod
    def index_key(value: Any) -> str:
        if isinstance(value, dict):
            value = value.get("value")
        return "" if value is None else str(value).casefold()

    def put(self, record: Record, moved: bool = True) -> None:
        """``moved`` False keeps its place in the order of changes."""
        identity = record.id
        before = self.by_id.get(identity)
        for name, index in self.indexes.items():
            new = self.index_key(record.data.get(name))
            if before is not None:
                old = self.index_key(before.data.get(name))
                if old == new:
                    continue
                index.get(old, {}).pop(identity, None)
            index.setdefault(new, {})[identity] = None
        self.by_id[identity] = record
        if moved:
            self.by_change.pop(identity, None)
        self.by_change[identity] = record

    def render(self) -> None:
        """Make every record's JSON now instead of when it is first asked for."""
        for record in self.by_id.values():
            _ = record.raw

    def remove(self, identity: str, at: int) -> None:
        record = self.by_id.pop(identity)
        self.by_change.pop(identity, None)
        for name, index in self.indexes.items():
            index.get(self.index_key(record.data.get(name)), {}).pop(identity, None)
        self.deleted.append((identity, at))

    def find(self, name: str, value: Any) -> list[Record]:
        """Records whose indexed property equals ``value``, ignoring case."""
        found = self.indexes[name].get(self.index_key(value), {})
        return [self.by_id[identity] for identity in found]

    def changed_since(self, instant: int) -> list[Record]:
        """Records changed at or after ``instant`` (epoch seconds), oldest change first."""
        found: list[Record] = []
        for record in reversed(self.by_change.values()):
            if record.changed < instant:
                break
            found.append(record)
        found.reverse()
        return found
