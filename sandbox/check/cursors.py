"""I4: the cursor never goes beyond a change that was not read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.check.events import Change, Event, Finding

_ENTITY = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
_BY_ID = re.compile(r"\bid\s*(?:=|in)\s*\(?((?:\s*'[^']*'\s*,?)+)\)?", re.IGNORECASE)
_QUOTED = re.compile(r"'([^']*)'")


@dataclass
class Feed:
    """Of one entity of one realm: changes nobody has read since a program first looked."""

    watched: bool = False
    unread: dict[str, Change] = field(default_factory=dict)

    def changed(self, change: Change) -> None:
        """The oldest unread change of a record counts."""
        if self.watched:
            self.unread.setdefault(change.id, change)

    def saw_all(self) -> None:
        self.watched = True
        self.unread.clear()

    def saw(self, identities: list[str]) -> None:
        for identity in identities:
            self.unread.pop(identity, None)

    def beyond(self, since: int) -> list[Change]:
        """Unread changes from before ``since``; each is told once."""
        found = [change for change in self.unread.values() if change.at < since]
        self.saw([change.id for change in found])
        return found

    def saw_changes(self, read: Mapping[str, Any]) -> None:
        """One answer of the feed; of one cut short only what was surely in it."""
        self.watched = True
        since, through = read["since"], read["through"]
        for change in list(self.unread.values()):
            in_time = change.at >= since and (through is None or change.at < through)
            if in_time and (read["with_deleted"] or change.action != "delete"):
                del self.unread[change.id]


Feeds = dict[tuple[str, str], Feed]


def unseen_changes(events: list[Event]) -> Iterator[Finding]:
    """QuickBooks only: changes that a later ``changedSince`` left behind without any read of them.

    A write whose answer arrived is known to the one who wrote. A query without ids counts as a
    read of the whole entity. What changed before a program's first look is not counted.
    """
    feeds: Feeds = {}
    for event in events:
        if event.vendor != "quickbooks":
            continue
        for change in event.changes:
            feed = feeds.setdefault((change.account, change.entity.lower()), Feed())
            feed.changed(change)
        if not event.by_program or not event.answered:
            continue
        for written in _written(event):
            feeds.setdefault((written.account, written.entity.lower()), Feed()).saw([written.id])
        yield from _feed_answers(event, feeds)
        _look(event, feeds)


def _written(event: Event) -> list[Change]:
    """What the answer of a write showed: the record itself (in a batch all), not what it moved."""
    entity = event.parts[0].lower() if event.parts else ""
    return [one for one in event.changes if entity in ("batch", one.entity.lower())]


def _feed_answers(event: Event, feeds: Feeds) -> Iterator[Finding]:
    for read in event.reads:
        feed = feeds.setdefault((read["account"], read["entity"].lower()), Feed())
        for change in feed.beyond(read["since"]):
            what = (
                f"changedSince of {change.entity} passed a change nobody read: "
                f"{change.action} of {change.entity} {change.id}"
            )
            yield Finding("I4", what, *change.key, entries=(change.number, event.number))
        feed.saw_changes(read)


def _look(event: Event, feeds: Feeds) -> None:
    """Reads that are not the change feed: one record, or a query."""
    if event.method == "GET" and len(event.parts) == 2:
        feeds.setdefault((event.account, event.parts[0].lower()), Feed()).saw([event.parts[1]])
    entity = _ENTITY.search(event.statement)
    if entity is None or "count(" in event.statement.lower():
        return
    feed = feeds.setdefault((event.account, entity[1].lower()), Feed())
    by_id = _BY_ID.search(event.statement)
    if by_id:
        feed.saw(_QUOTED.findall(by_id[1]))
    else:
        feed.saw_all()
