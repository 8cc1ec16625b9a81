"""How many vendor calls each realm and portal makes (B-27).

Calls are counted in Redis as they end and moved to ``VendorUsage`` by the ``usage.flush`` job;
while Redis is away they wait in the process. Intuit meters successful reads only.
"""

import threading
from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F

from integration.models import Company, Portal, VendorUsage

READ_KINDS = ("read", "search")
COLUMNS = ("reads", "writes", "failures", "throttled")
TAKE_ALL = "local all = redis.call('HGETALL', KEYS[1]) redis.call('DEL', KEYS[1]) return all"


def column_of(kind: str, status: int) -> str:
    """Which counter a call belongs to; status 0 means no answer."""
    if status == 429:
        return "throttled"
    if not 200 <= status < 300:
        return "failures"
    return "reads" if kind in READ_KINDS else "writes"


class UsageMeter:
    """Counts into Redis; never slows or fails a call because of it."""

    def __init__(self, client: Any, prefix: str = "dealbooks:usage") -> None:
        self._client = client
        self._prefix = prefix
        self._waiting: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()

    def count(self, vendor: str, account: str, kind: str, status: int) -> None:
        if not account or kind == "token":
            return
        with self._lock:
            self._waiting[(vendor, account, column_of(kind, status))] += 1
            counted, self._waiting = self._waiting, Counter()
        try:
            for (owner, name, column), number in counted.items():
                self._client.hincrby(self._key(owner, name), column, number)
        except Exception:  # any client error means the same: keep the counts for the next call
            with self._lock:
                self._waiting.update(counted)

    def take(self, vendor: str, account: str) -> dict[str, int]:
        """What was counted since the last time, by column."""
        pairs = self._client.eval(TAKE_ALL, 1, self._key(vendor, account))
        texts = [one.decode() if isinstance(one, bytes) else str(one) for one in pairs]
        return {name: int(number) for name, number in zip(texts[::2], texts[1::2], strict=True)}

    def _key(self, vendor: str, account: str) -> str:
        return f"{self._prefix}:{vendor}:{account}"


def flush(portal: Portal, meter: UsageMeter, now: datetime) -> None:
    """Add what was counted for the portal and its companies to today's rows (UTC days)."""
    accounts: list[tuple[str, str, Company | None]] = [("hubspot", str(portal.hub_id), None)]
    accounts += [
        ("quickbooks", company.realm_id, company)
        for company in Company.objects.for_portal(portal)
        if company.is_connected
    ]
    for vendor, account, company in accounts:
        counted = {name: n for name, n in meter.take(vendor, account).items() if name in COLUMNS}
        if counted:
            rows = VendorUsage.objects.for_portal(portal)
            rows.get_or_create(
                portal=portal, vendor=vendor, account=account, day=now.date(),
                defaults={"company": company},
            )  # fmt: skip
            today = rows.filter(vendor=vendor, account=account, day=now.date())
            today.update(**{name: F(name) + number for name, number in counted.items()})
