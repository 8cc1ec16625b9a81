"""Deliveries of both vendors: stored before they are answered, read afterwards (B-17, decision 8).

An event only says "look now". Reading the stored deliveries turns them into one poll for each
company that was named, and into records of a portal to look at; both are jobs, so nothing is lost
when this process ends. Twice the same delivery, or the same event, changes nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from integration.doorbell import doorbell
from integration.jobs import Queue
from integration.models import Company, CrmChange, Portal, WebhookDelivery, WebhookEvent
from integration.models.grants import Vendor
from integration.webhooks import parsing
from integration.webhooks.looking import erase_contact, look_at_records, look_soon
from integration.webhooks.parsing import BooksEvent, CrmEvent, Parsed, Unreadable

AT_ONCE = 100
"""Deliveries read in one transaction; each brings at most a hundred events."""
KEPT = timedelta(days=14)
CONTENT_TYPE_LENGTH = 100

INSERT_DELIVERY = """
INSERT INTO {table} (
  id, vendor, fingerprint, content_type, body, received_at, events, ignored, dropped, unreadable
) VALUES (
  gen_random_uuid(), %(vendor)s, %(fingerprint)s, %(content_type)s, %(body)s, %(at)s, 0, 0, 0, false
) ON CONFLICT (fingerprint) DO NOTHING
"""
INSERT_EVENTS = """
INSERT INTO {table} (id, key, received_at)
SELECT gen_random_uuid(), key, %(at)s FROM unnest(%(keys)s::text[]) AS key
ON CONFLICT (key) DO NOTHING RETURNING key
"""

COUNTS = ("events", "ignored", "dropped")
SAVE_COUNTS = """
UPDATE {table} AS delivery SET drained_at = %(at)s, events = new.events, ignored = new.ignored,
  dropped = new.dropped, unreadable = new.unreadable
FROM unnest(%(ids)s::uuid[], %(events)s::int[], %(ignored)s::int[], %(dropped)s::int[],
  %(unreadable)s::bool[]) AS new (id, events, ignored, dropped, unreadable)
WHERE delivery.id = new.id
"""

log = structlog.stdlib.get_logger("dealbooks.webhooks")


def receive(vendor: str, body: bytes, content_type: str, now: datetime) -> None:
    """Store a verified delivery and ring. One that came before is left as it is.

    Raises DatabaseError when it could not be stored: the sender must hear of that and try again.
    """
    values = {
        "vendor": str(vendor),
        "fingerprint": hashlib.sha256(f"{vendor}\n".encode() + body).hexdigest(),
        "content_type": "".join(filter(str.isprintable, content_type))[:CONTENT_TYPE_LENGTH],
        "body": connection.Database.Binary(body),
        "at": now,
    }
    with connection.cursor() as cursor:  # one statement is one transaction
        cursor.execute(INSERT_DELIVERY.format(table=WebhookDelivery._meta.db_table), values)
    transaction.on_commit(lambda: doorbell.ring(Queue.WEBHOOK))


def is_waiting() -> bool:
    """Whether a delivery was stored and not read yet."""
    return WebhookDelivery.objects.filter(drained_at=None).exists()


def drain(now: datetime) -> int:
    """Read everything that waits; how many deliveries. Several processes may do so at once."""
    done = 0
    while True:
        with transaction.atomic():
            waiting = WebhookDelivery.objects.select_for_update(skip_locked=True)
            rows = list(waiting.filter(drained_at=None).order_by("received_at", "pk")[:AT_ONCE])
            if rows:
                _Reading(rows, now).go()
        done += len(rows)
        if len(rows) < AT_ONCE:
            return done


def forget_old(now: datetime) -> int:
    """Delete what is older than 14 days (control 26); how many deliveries."""
    WebhookEvent.objects.filter(received_at__lt=now - KEPT).delete()
    CrmChange.objects.everywhere("retention").filter(noted_at__lt=now - KEPT).delete()
    count, _ = WebhookDelivery.objects.filter(received_at__lt=now - KEPT).delete()
    return count


@dataclass
class _Reading:
    """Some deliveries, in the transaction that holds them."""

    rows: Sequence[WebhookDelivery]
    now: datetime
    books: list[tuple[WebhookDelivery, BooksEvent]] = field(default_factory=list)
    crm: list[tuple[WebhookDelivery, CrmEvent]] = field(default_factory=list)

    def go(self) -> None:
        for row in self.rows:
            self._parse(row)
        self._leave_known_out()
        self._companies()
        self._portals()
        for row in self.rows:
            row.events -= row.ignored
        self._save()
        self._say()

    def _save(self) -> None:
        values = {
            "at": self.now,
            "ids": [row.pk for row in self.rows],
            "unreadable": [row.unreadable for row in self.rows],
            **{name: [getattr(row, name) for row in self.rows] for name in COUNTS},
        }
        with connection.cursor() as cursor:
            cursor.execute(SAVE_COUNTS.format(table=WebhookDelivery._meta.db_table), values)

    def _parse(self, row: WebhookDelivery) -> None:
        body = bytes(row.body)
        try:
            if row.vendor == Vendor.QUICKBOOKS:
                books = parsing.quickbooks(body)
                self.books += [(row, event) for event in books.events]
                self._count(row, books)
            else:
                crm = parsing.hubspot(body)
                self.crm += [(row, event) for event in crm.events]
                self._count(row, crm)
        except Unreadable:
            row.unreadable = True

    def _count(self, row: WebhookDelivery, parsed: Parsed[BooksEvent] | Parsed[CrmEvent]) -> None:
        row.ignored = parsed.ignored
        row.events = parsed.ignored + len(parsed.events)

    def _leave_known_out(self) -> None:
        """Events heard before, in another delivery or in this one, count as ignored."""
        lasting = [e.key for _, e in self.crm] + [e.key for _, e in self.books if e.is_unique]
        fresh = _fresh(lasting, self.now) | {e.key for _, e in self.books if not e.is_unique}
        self.books = [pair for pair in self.books if self._is_first(*pair, fresh)]
        self.crm = [pair for pair in self.crm if self._is_first(*pair, fresh)]

    @staticmethod
    def _is_first(row: WebhookDelivery, event: BooksEvent | CrmEvent, fresh: set[str]) -> bool:
        if event.key in fresh:
            fresh.discard(event.key)
            return True
        row.ignored += 1
        return False

    def _companies(self) -> None:
        """One poll for each company that was named; the order keeps two readings from a deadlock."""
        realms = {event.realm_id for _, event in self.books}
        companies = Company.objects.everywhere("a delivery names several realms").filter(
            realm_id__in=realms,
            environment=settings.DEALBOOKS["VENDORS"],
            disconnected_at=None,
        )
        known = {company.realm_id: company for company in companies.select_related("portal")}
        heard: dict[str, datetime] = {}
        for row, event in self.books:
            if event.realm_id in known:
                first = heard.setdefault(event.realm_id, row.received_at)
                heard[event.realm_id] = min(first, row.received_at)
            else:
                row.dropped += 1
        for company in sorted(known.values(), key=lambda found: found.pk):
            mine = Company.objects.for_portal(company.portal_id).filter(pk=company.pk)
            mine.update(last_event_at=self.now)
            look_soon(company, heard[company.realm_id], self.now)

    def _portals(self) -> None:
        """Rows that say which records to look at; whoever knows them does."""
        hubs = {event.hub_id for _, event in self.crm}
        portals = Portal.objects.filter(hub_id__in=hubs, disconnected_at=None)
        known = {portal.hub_id: portal for portal in portals}
        owed: dict[tuple[object, ...], CrmChange] = {}
        for row, event in self.crm:
            portal = known.get(event.hub_id)
            if portal is None:
                row.dropped += 1
                continue
            if event.change == parsing.ERASED:
                erase_contact(portal, event.hubspot_id, self.now)
                continue
            key = (portal.pk, event.object_kind, event.hubspot_id, event.change)
            owed[key] = CrmChange(
                portal=portal,
                object_kind=event.object_kind,
                hubspot_id=event.hubspot_id,
                change=event.change,
                survivor_id=event.survivor_id,
                noted_at=self.now,
            )
        for portal in sorted(known.values(), key=lambda found: found.pk):
            Portal.objects.filter(pk=portal.pk).update(last_event_at=self.now)
            mine = [change for change in owed.values() if change.portal_id == portal.pk]
            look_at_records(portal, mine, self.now)

    def _say(self) -> None:
        told = [self.now - event.at for _, event in self.books if event.at is not None]
        counts: Counter[str] = Counter()
        for row in self.rows:
            counts.update({name: getattr(row, name) for name in COUNTS})
            counts.update(unreadable=int(row.unreadable))
        late = max(told).total_seconds() if told else None
        log.info("webhooks read", deliveries=len(self.rows), late_seconds=late, **counts)


def _fresh(keys: Iterable[str], now: datetime) -> set[str]:
    """Remember these keys; those that were not known. Sorted, so that two of us never deadlock."""
    wanted = sorted(set(keys))
    if not wanted:
        return set()
    statement = INSERT_EVENTS.format(table=WebhookEvent._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": now, "keys": wanted})
        return {key for (key,) in cursor.fetchall()}
