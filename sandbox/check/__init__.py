"""Compares what both vendors saw with what must never happen (invariants I1 to I4)."""

from sandbox.check.cursors import unseen_changes
from sandbox.check.duplicates import duplicates
from sandbox.check.events import Event, Finding, events_of
from sandbox.check.mirroring import differences
from sandbox.check.versions import gone_backwards

__all__ = ["Event", "Finding", "check", "events_of"]


def check(entries: list[dict[str, object]], at_rest: bool = True) -> list[Finding]:
    """What is wrong in a history (``entries`` of ``GET /__sandbox/history``), oldest first.

    ``at_rest`` False: the product was still working when the history was taken, so that what is
    not in HubSpot yet is not lost. Raises ValueError for something that is not a history.
    """
    events = events_of(entries)
    found = [
        *duplicates(events),
        *gone_backwards(events),
        *differences(events, at_rest),
        *unseen_changes(events),
    ]
    return sorted(found, key=lambda one: (one.entries[-1], one.invariant))
