"""I1: one operation leaves at most one record."""

from collections.abc import Iterator

from sandbox.check.events import Change, Event, Finding, Key

GONE = ("delete", "archive")
Owner = tuple[str, str, str, str]
"""(vendor, account, entity, marker)"""


def duplicates(events: list[Event]) -> list[Finding]:
    return [*_same_marker(events), *_same_request(events)]


def _same_marker(events: list[Event]) -> Iterator[Finding]:
    """Two living records of one sort that carry the same key or printed reference."""
    holders: dict[Owner, dict[str, int]] = {}
    marked: dict[Key, str] = {}
    for change in (change for event in events for change in event.changes):
        _forget_gone(change, holders, marked)
        if not change.marker or change.action in GONE:
            continue
        before = marked.get(change.key)
        if before == change.marker:
            continue
        if before is not None:
            holders[(*change.key[:3], before)].pop(change.id, None)
        living = holders.setdefault((*change.key[:3], change.marker), {})
        for other, number in living.items():
            yield _finding(change, f"{change.marker} is already {change.entity} {other}", (number,))
        living[change.id] = change.number
        marked[change.key] = change.marker


def _forget_gone(
    change: Change, holders: dict[Owner, dict[str, int]], marked: dict[Key, str]
) -> None:
    gone = change.removed if change.action == "merge" else ()
    if change.action in GONE:
        gone = (change.id,)
    for identity in gone:
        marker = marked.pop((*change.key[:3], identity), None)
        if marker is not None:
            holders[(*change.key[:3], marker)].pop(identity, None)


def _same_request(events: list[Event]) -> Iterator[Finding]:
    """Two requests with one ``requestid`` that both created something of one sort."""
    made: dict[tuple[str, str, str], Change] = {}
    for event in events:
        if not event.request_id:
            continue
        mine: dict[tuple[str, str, str], Change] = {}
        for change in event.changes:
            if change.action == "create":
                mine[(change.account, change.entity, event.request_id)] = change
        for key, change in mine.items():
            first = made.setdefault(key, change)
            if first is not change:
                text = f"requestid {event.request_id} had already created {first.entity} {first.id}"
                yield _finding(change, text, (first.number,))


def _finding(change: Change, text: str, before: tuple[int, ...]) -> Finding:
    what = f"{change.entity} {change.id} is a duplicate: {text}"
    return Finding("I1", what, *change.key, entries=(*before, change.number))
