"""Places where a test kills the process (reliability.md A.5); nothing at all in production.

``CRASH_AT=name:n`` in the environment kills the process, without any clean-up, the n-th time it
passes ``crashpoint(name)``. One stands before and after every call that leaves the house.
"""

import os
import signal
from collections import Counter

_passed: Counter[str] = Counter()


def crashpoint(name: str) -> None:
    """Die here when the environment says so."""
    wanted = os.environ.get("CRASH_AT")
    if not wanted:
        return
    place, _, count = wanted.partition(":")
    if place != name:
        return
    _passed[name] += 1
    if _passed[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
