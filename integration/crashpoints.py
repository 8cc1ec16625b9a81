"""Places where a test kills the process (reliability.md A.5); nothing at all in production.

``CRASH_AT=name:n`` in the environment kills the process, without any clean-up, the n-th time it
passes ``crashpoint(name)``; the name ``*`` counts them all. One stands before and after every call
that leaves the house. With ``CRASH_BY=raise`` the process lives on and ``Crashed`` is raised.
"""

import os
import signal
from collections import Counter

ANY = "*"
_passed: Counter[str] = Counter()


class Crashed(BaseException):
    """In place of the end, for a test that does the work in its own process; nobody catches it."""


def crashpoint(name: str) -> None:
    """Die here when the environment says so."""
    wanted = os.environ.get("CRASH_AT")
    if not wanted:
        return
    place, _, count = wanted.partition(":")
    if place not in (name, ANY):
        return
    _passed[place] += 1
    if _passed[place] < int(count or 1):
        return
    if os.environ.get("CRASH_BY") == "raise":
        _passed.clear()
        raise Crashed(name)
    os.kill(os.getpid(), signal.SIGKILL)


def start_over() -> None:
    """Count again from nothing."""
    _passed.clear()
