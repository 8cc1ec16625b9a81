"""Telling Intuit's monthly read block from a moment's throttling (fault 16).

Both answer 429 with the same body. The block is what it must be when reads go on being refused
although each waited its turn: three times running over two minutes, with no read answered between.
Writes stay free and say nothing about it.
"""

import threading
import time
from dataclasses import dataclass

from integration.gateways.errors import QuotaExhausted, RateLimited

REFUSALS = 3
PROBE_SECONDS = 3600.0
"""How long reads rest before one is tried again."""


@dataclass(slots=True)
class _Row:
    first: float
    count: int


class ReadQuota:
    """Refused reads in a row, by account."""

    def __init__(self, over_seconds: float) -> None:
        self._over = over_seconds
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()

    def answered(self, account: str) -> None:
        self._rows.pop(account, None)

    def judge(self, account: str, error: RateLimited) -> RateLimited | QuotaExhausted:
        """The same error, or that the month's reads are used up."""
        with self._lock:
            row = self._rows.setdefault(account, _Row(time.monotonic(), 0))
            row.count += 1
            lasted = time.monotonic() - row.first
        if row.count < REFUSALS or lasted < self._over:
            return error
        return QuotaExhausted(
            "quickbooks.monthly_reads",
            vendor="quickbooks",
            status=error.status,
            trace_id=error.trace_id,
            retry_after=PROBE_SECONDS,
        )
