"""What a delivery says, as data (quickbooks.md 8, hubspot.md 7). Pure.

Events are hints to look: nothing of what they claim about a record is believed. Anything that is
not understood is counted and left alone, so that a vendor may add to its formats.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from integration.webhooks.wanted import (
    CRM_KINDS,
    CRM_TYPE_IDS,
    ENTITIES,
    PROPERTIES_OF_DEALS,
)

CLOUD_TYPE = re.compile(
    r"qbo\.([a-z]{1,40})\.(created|updated|deleted|merged|void|voided|emailed)\.v\d{1,3}",
    re.IGNORECASE,
)
OPERATIONS = {
    "create": "created", "update": "updated", "delete": "deleted", "merge": "merged",
    "void": "voided", "emailed": "emailed",
    "created": "created", "updated": "updated", "deleted": "deleted", "merged": "merged",
    "voided": "voided",
}  # fmt: skip
"""Both formats' words, and both spellings of a void, to one."""
ERASED = "erased"
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:?\d\d)")
ID = re.compile(r"\d{1,20}")
Event = TypeVar("Event")


class Unreadable(ValueError):
    """Not JSON, or not of a shape that either vendor sends."""


@dataclass(frozen=True, slots=True)
class BooksEvent:
    """Something changed in a QuickBooks company.

    ``key`` tells the event from every other. ``is_unique`` is False for the classic format, which
    has no ids: two changes within one second of a record look the same there.
    """

    realm_id: str
    entity: str
    id: str
    operation: str
    at: datetime | None
    key: str
    is_unique: bool = True


@dataclass(frozen=True, slots=True)
class CrmEvent:
    """Something changed in a HubSpot portal.

    ``change``: ``changed``, ``deleted``, ``merged``, or ``erased``: a contact, for privacy.
    """

    hub_id: int
    object_kind: str
    hubspot_id: str
    change: str
    key: str
    survivor_id: str = ""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Event]):
    events: tuple[Event, ...] = ()
    ignored: int = 0


def quickbooks(body: bytes) -> Parsed[BooksEvent]:
    """Both formats on one address, told apart by their shape. Raises Unreadable."""
    found: list[BooksEvent | None] = []
    for notice in _rows(body):
        if "eventNotifications" in notice:
            found += _classic(notice["eventNotifications"])
        else:
            found.append(_cloud(notice))
    return _sorted_out(found)


def hubspot(body: bytes) -> Parsed[CrmEvent]:
    """An array of events. Raises Unreadable."""
    found: list[CrmEvent | None] = []
    for row in _rows(body):
        found += _crm(row) or [None]
    return _sorted_out(found)


def _sorted_out(found: list[Event | None]) -> Parsed[Event]:
    events = tuple(event for event in found if event is not None)
    return Parsed(events, len(found) - len(events))


def _rows(body: bytes) -> Iterator[Mapping[str, Any]]:
    """The members of an array, or a lone one; what is no object counts as an empty one."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None
    if not isinstance(content, list | dict):
        raise Unreadable("neither an array nor an object")
    return _mappings([content] if isinstance(content, dict) else content)


# ----------------------------------------------------------------------------------- QuickBooks
def _classic(notifications: Any) -> Iterator[BooksEvent | None]:
    for notification in _mappings(notifications):
        changed = notification.get("dataChangeEvent")
        entities = changed.get("entities") if isinstance(changed, Mapping) else None
        for entity in _mappings(entities):
            yield _books_event(
                notification.get("realmId"),
                entity.get("name"),
                entity.get("id"),
                entity.get("operation"),
                entity.get("lastUpdated"),
                _hash("classic", notification.get("realmId"), dict(entity)),
                is_unique=False,
            )


def _cloud(notice: Mapping[str, Any]) -> BooksEvent | None:
    kind = CLOUD_TYPE.fullmatch(_text(notice.get("type")))
    if kind is None:
        return None
    own_id = _text(notice.get("id"))
    return _books_event(
        notice.get("intuitaccountid"),
        kind[1],
        notice.get("intuitentityid"),
        kind[2],
        notice.get("time"),
        _hash("cloud", _text(notice.get("source")), own_id or dict(notice)),
        is_unique=bool(own_id),
    )


def _books_event(
    realm: Any, entity: Any, id: Any, operation: Any, at: Any, key: str, *, is_unique: bool
) -> BooksEvent | None:
    """None unless all of it is understood and the entity is one that is followed."""
    realm_id, entity_id = _id(realm), _id(id)
    name = ENTITIES.get(_text(entity).lower())
    done = OPERATIONS.get(_text(operation).lower())
    if not (realm_id and entity_id and name and done):
        return None
    return BooksEvent(realm_id, name, entity_id, done, instant(at), key, is_unique)


def instant(given: Any) -> datetime | None:
    """An ISO time with a zone; digits beyond microseconds are dropped (Intuit sends nanoseconds)."""
    found = TIME.fullmatch(_text(given))
    if found is None:
        return None
    zone = "+00:00" if found[3] == "Z" else found[3]
    fraction = (found[2] or "")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(f"{found[1]}.{fraction}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# -------------------------------------------------------------------------------------- HubSpot
def _crm(row: Mapping[str, Any]) -> list[CrmEvent | None]:
    prefix, _, action = _text(row.get("subscriptionType")).partition(".")
    kind = CRM_KINDS.get(prefix) or CRM_TYPE_IDS.get(_text(row.get("objectTypeId")))
    hub_id, own_id = _id(row.get("portalId")), _id(row.get("objectId"))
    if not (hub_id and own_id and kind):
        return []
    # A retry carries the same events with another attemptNumber; eventId is not unique.
    key = _hash("hubspot", {name: row[name] for name in row if name != "attemptNumber"})
    if action == "merge":
        return list(_merged(row, int(hub_id), kind, own_id, key))
    change = _change(row, action) if kind == "deals" else ""
    if kind == "contacts" and action == "privacyDeletion":
        change = ERASED
    return [CrmEvent(int(hub_id), kind, own_id, change, key)] if change else []


def _change(row: Mapping[str, Any], action: str) -> str:
    """What an event means for a deal; nothing when it is about something we do not keep."""
    if action == "propertyChange":
        return "changed" if _text(row.get("propertyName")) in PROPERTIES_OF_DEALS else ""
    return {"restore": "changed", "deletion": "deleted"}.get(action, "")


def _merged(
    row: Mapping[str, Any], hub_id: int, kind: str, own_id: str, key: str
) -> Iterator[CrmEvent]:
    """One event for each record that lost. Where HubSpot made a new one, the primary lost too."""
    primary = _id(row.get("primaryObjectId")) or own_id
    survivor = _id(row.get("newObjectId")) or primary
    given = row.get("mergedObjectIds")
    losers = [_id(one) for one in given] if isinstance(given, list) else []
    for loser in dict.fromkeys([*losers, primary]):
        if loser and loser != survivor:
            yield CrmEvent(hub_id, kind, loser, "merged", f"{key[:43]}-{loser}", survivor)


# --------------------------------------------------------------------------------------- values
def _mappings(given: Any) -> Iterator[Mapping[str, Any]]:
    for one in given if isinstance(given, list) else ():
        yield one if isinstance(one, dict) else {}


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""


def _id(given: Any) -> str:
    """A vendor's id, sent as a number or as text; nothing for anything else."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**20:
        return str(given)
    text = _text(given)
    return text if text.isascii() and ID.fullmatch(text) else ""


def _hash(*parts: Any) -> str:
    try:
        text = json.dumps(parts, sort_keys=True)  # escapes everything beyond ASCII
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    return hashlib.sha256(text.encode()).hexdigest()
