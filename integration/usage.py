"""How many vendor calls each realm and portal makes (B-27).

Calls are counted in Redis as they end and moved to ``VendorUsage`` by the ``usage.flush`` job;
while Redis is away they wait in the process. Intuit meters successful reads only: those are also
added up for the whole installation (``MeteredDay``).
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from integration.models import Company, MeteredDay, PendingConnection, Portal, VendorUsage

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
        if account and kind != "token":
            self._add({(vendor, account, column_of(kind, status)): 1})

    def give_back(self, vendor: str, account: str, counted: Mapping[str, int]) -> None:
        """What was taken could not be kept: the next ``take`` finds it again."""
        self._add({(vendor, account, column): number for column, number in counted.items()})

    def take(self, vendor: str, account: str) -> dict[str, int]:
        """What was counted since the last time, by column."""
        pairs = self._client.eval(TAKE_ALL, 1, self._key(vendor, account))
        texts = [one.decode() if isinstance(one, bytes) else str(one) for one in pairs]
        return {name: int(number) for name, number in zip(texts[::2], texts[1::2], strict=True)}

    def _add(self, calls: Mapping[tuple[str, str, str], int]) -> None:
        with self._lock:
            self._waiting.update(calls)
            counted, self._waiting = self._waiting, Counter()
        while counted:
            (vendor, account, column), number = counted.popitem()
            try:
                self._client.hincrby(self._key(vendor, account), column, number)
            except Exception:  # any client error means the same: keep the counts for the next call
                with self._lock:
                    self._waiting.update({**counted, (vendor, account, column): number})
                return

    def _key(self, vendor: str, account: str) -> str:
        return f"{self._prefix}:{vendor}:{account}"


def flush(portal: Portal, meter: UsageMeter, now: datetime) -> bool:
    """Add what was counted for the portal and its companies to today's rows (UTC days).

    Whether there were metered reads among it.
    """
    is_metered = False
    for vendor, account, company in _accounts(portal):
        counted = {name: n for name, n in meter.take(vendor, account).items() if name in COLUMNS}
        if not counted:
            continue
        try:
            _keep(portal, vendor, account, company, counted, now)
        except Exception:
            meter.give_back(vendor, account, counted)
            raise
        is_metered |= vendor == "quickbooks" and "reads" in counted
    return is_metered


def _accounts(portal: Portal) -> Iterator[tuple[str, str, Company | None]]:
    """(vendor, account, company). Companies that are no longer connected, or not yet, come with
    their few calls unless another portal has them now.
    """
    yield "hubspot", str(portal.hub_id), None
    others: dict[str, Company | None] = {
        row.realm_id: None for row in PendingConnection.objects.for_portal(portal)
    }
    for company in Company.objects.for_portal(portal):
        if company.is_connected:
            yield "quickbooks", company.realm_id, company
        else:
            others[company.realm_id] = company
    connected = Company.objects.everywhere("a realm is one company's, whichever portal has it")
    taken = connected.filter(realm_id__in=others, disconnected_at=None) if others else ()
    for realm_id in others.keys() - {company.realm_id for company in taken}:
        yield "quickbooks", realm_id, others[realm_id]


def _keep(
    portal: Portal, vendor: str, account: str, company: Company | None,
    counted: Mapping[str, int], now: datetime,
) -> None:  # fmt: skip
    rows = VendorUsage.objects.for_portal(portal)
    with transaction.atomic():
        rows.get_or_create(
            portal=portal, vendor=vendor, account=account, day=now.date(),
            defaults={"company": company},
        )  # fmt: skip
        today = rows.filter(vendor=vendor, account=account, day=now.date())
        today.update(**{name: F(name) + number for name, number in counted.items()})
        if vendor == "quickbooks" and counted.get("reads"):
            MeteredDay.objects.get_or_create(day=now.date())
            MeteredDay.objects.filter(day=now.date()).update(reads=F("reads") + counted["reads"])
