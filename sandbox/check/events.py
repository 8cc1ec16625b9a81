"""A history read into what the checks need."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs

Key = tuple[str, str, str, str]
"""(vendor, account, entity, id) of one record."""
ARRIVES = ("", "delay")
"""Faults after which the client still has the whole answer."""
API = "/v3/company/"


@dataclass(frozen=True, slots=True)
class Finding:
    """``invariant`` is I1 to I4; ``entries`` are numbers in the history, the last one shows it."""

    invariant: str
    what: str
    vendor: str
    account: str
    entity: str
    id: str
    entries: tuple[int, ...]

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "entries": list(self.entries)}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of what is stored. ``at``: epoch seconds, QuickBooks only."""

    number: int
    vendor: str
    account: str
    entity: str
    id: str
    action: str
    version: int
    marker: str
    at: int
    values: Mapping[str, str]
    was: Mapping[str, str] | None
    properties: Mapping[str, str | None]
    removed: tuple[str, ...]
    """Ids that went into this record by a merge."""

    @property
    def key(self) -> Key:
        return self.vendor, self.account, self.entity, self.id


@dataclass(frozen=True, slots=True)
class Event:
    """One request."""

    number: int
    vendor: str
    method: str
    path: str
    account: str
    status: int
    fault: str
    statement: str
    request_id: str
    changes: tuple[Change, ...]
    reads: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def by_program(self) -> bool:
        """Through QuickBooks' API, not by a person in its pages."""
        return self.path.startswith(API)

    @property
    def parts(self) -> list[str]:
        """Of an API path, what follows the realm: ``["invoice", "130", "send"]``."""
        return self.path.strip("/").split("/")[3:]

    @property
    def answered(self) -> bool:
        """The client holds an answer that says it went well."""
        return 200 <= self.status < 300 and self.fault in ARRIVES


def events_of(entries: list[dict[str, Any]]) -> list[Event]:
    """Raises ValueError naming what is missing."""
    try:
        return [_event(entry) for entry in sorted(entries, key=lambda one: one["number"])]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not a history of the sandbox: {error!r}") from error


def _event(entry: dict[str, Any]) -> Event:
    query = parse_qs(entry["query"])
    statement = query.get("query", [""])[0]
    if entry["method"] == "POST" and entry["path"].endswith("/query"):
        statement = statement or entry["request_body"]
    return Event(
        number=entry["number"],
        vendor=entry["vendor"],
        method=entry["method"],
        path=entry["path"],
        account=entry["account"],
        status=entry["status"],
        fault=entry["fault"],
        statement=statement,
        request_id=query.get("requestid", [""])[0],
        changes=tuple(_change(entry["number"], one) for one in entry["changes"]),
        reads=tuple(entry.get("reads", ())),
    )


def _change(number: int, facts: dict[str, Any]) -> Change:
    merged = facts.get("merged") or ([facts["merged_id"]] if facts.get("merged_id") else [])
    return Change(
        number=number,
        vendor=facts["vendor"],
        account=facts["account"],
        entity=facts["entity"],
        id=facts["id"],
        action=facts["action"],
        version=facts["version"],
        marker=facts["marker"],
        at=facts.get("at", 0),
        values=facts.get("values", {}),
        was=facts.get("was"),
        properties=facts.get("properties", {}),
        removed=tuple(merged),
    )
