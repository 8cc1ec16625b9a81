"""How a worker treats its memory: a sync makes many small objects and hardly any cycles."""

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 20
"""Python's own 700 makes the collector look through everything again and again while a page of a
thousand records is read: a quarter of a run's CPU time."""


def settle() -> None:
    """Once, when a process has loaded what it needs: that is never looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
