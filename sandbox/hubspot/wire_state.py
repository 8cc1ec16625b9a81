"""A portal as plain JSON for ``/__sandbox/state``."""

from typing import Any

from sandbox.hubspot.computed import COMPUTED, value_of
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import iso


def record_state(portal: Portal, record: Record) -> dict[str, Any]:
    derived = [name for kind, name in COMPUTED if kind == record.kind.name]
    return {
        "id": record.id,
        "properties": {
            **{name: value_of(portal, record, name) for name in derived},
            **record.values,
        },
        "createdAt": iso(record.created),
        "updatedAt": iso(record.modified),
        "archived": bool(record.archived),
        "associations": {
            to: {other: list(ids) for other, ids in found.items()}
            for to, found in portal.links.get((record.kind.name, record.id), {}).items()
            if found
        },
    }


def portal_state(portal: Portal) -> dict[str, Any]:
    return {
        "portalId": portal.id,
        "name": portal.name,
        "timeZone": portal.timezone,
        "currencies": portal.currencies,
        "owners": portal.owners,
        "objects": {
            name: {key: record_state(portal, record) for key, record in rows.items()}
            for name, rows in portal.records.items()
        },
        "properties": {
            name: {key: row.wire() for key, row in rows.items()}
            for name, rows in portal.custom.items()
        },
        "groups": portal.groups,
    }
