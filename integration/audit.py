"""Who changed what: one row for each change of state, never altered (control 25)."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from integration.models import AuditEvent, Company, Person, Portal

if TYPE_CHECKING:
    from integration.access.actors import Actor

SECRET_NAME = re.compile(r"(^|_)(token|tokens|secret|password|key)$|^(code|state)$")
HARMLESS = ("sync_token",)
REMOVED = "[removed]"
LONGEST_TEXT = 2000


def record(
    action: str,
    *,
    actor: "Actor | None" = None,
    person: Person | None = None,
    portal: Portal | None,
    company: Company | None = None,
    subject: tuple[str, Any] = ("", ""),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    now: datetime,
    origin: str = "",
) -> AuditEvent:
    """Write the event in the caller's transaction, so that a change never goes unrecorded.

    ``action`` is dotted, with a line ``audit.<action>`` in the catalogue. Without an ``actor`` it
    was ``person`` or the machine itself; ``origin`` is then ``session`` or ``worker`` unless given.
    ``before`` and ``after`` hold the changed fields only; values under secret names are removed.
    """
    who = actor.person if actor is not None else person
    return AuditEvent.objects.create(
        portal=portal,
        company=company,
        person=who,
        origin=origin or (actor.origin if actor is not None else "session" if who else "worker"),
        action=action,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        before=_plain(before or {}),
        after=_plain(after or {}),
        ip=(actor.ip or None) if actor is not None else None,
        request_id=actor.request_id if actor is not None else "",
        at=now,
    )


def _plain(value: Any, name: str = "") -> Any:
    """Values as JSON: money and dates as text, nothing secret, nothing endless."""
    if name not in HARMLESS and SECRET_NAME.search(name.lower()):
        return REMOVED if value not in (None, "") else value
    if isinstance(value, Mapping):
        return {str(key): _plain(part, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part, name) for part in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | float):
        return str(value)
    return str(value)[:LONGEST_TEXT]
