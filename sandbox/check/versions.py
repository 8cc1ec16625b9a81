"""I3 at each vendor: the version of a record never falls."""

from collections.abc import Iterator

from sandbox.check.events import Event, Finding, Key


def gone_backwards(events: list[Event]) -> Iterator[Finding]:
    """Not what a client can cause; it says that this history or its sandbox is not to be trusted."""
    newest: dict[Key, tuple[int, int]] = {}
    for event in events:
        for change in event.changes:
            before = newest.get(change.key)
            if before is not None and change.version < before[0]:
                what = (
                    f"{change.entity} {change.id} went from version {before[0]} back "
                    f"to {change.version}"
                )
                yield Finding("I3", what, *change.key, entries=(before[1], change.number))
            newest[change.key] = (change.version, change.number)
