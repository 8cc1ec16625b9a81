"""Two companies in one portal, and everything that may happen to them, for random histories.

What people do goes through the sandbox's pages or the product's own services. A ``turn`` is one
poll of the worker, in this process, so that a history costs milliseconds; it may crash at any
crash point or lose an answer on the way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import requests

from integration import crashpoints, job_rows, jobs
from integration.access.actors import Actor, of_person
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.jobs import Again, Lease
from integration.models import Job
from integration.models.people import Role
from integration.webhooks import inbox
from invoices import attaching
from invoices.attaching import Target
from invoices.models import Invoice
from sync import services
from sync.models import ParkedRecord, SyncObject
from sync.policies import FIRST_RETRY
from sync.services import Tab
from tests import tenants
from tests.sandbox_process import SandboxProcess
from tests.sync.books import HUB, STATIC_TOKEN, UK, US, Books, connect, connect_prepared
from tests.webhooks import classic, cloud_event, deal_event, from_hubspot, from_intuit

DEALS = ("20300100001", "20300100002", "20300100003")
LOSSES = ("reset", "hang", "malformed", "status")
FOLLOWING = (
    "deal.refresh",
    "record.refresh",
    "invoice.refresh",
    "deals.changed",
    "company.reference",
)
POLL = "sync.poll"
SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
SOON = timedelta(minutes=1)
MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook of QuickBooks would say."""

    realm: str
    entity: str
    id: str


class World:
    """``us`` books in dollars, ``uk`` in pounds; both tell one portal whose currency is the dollar."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.us = connect_prepared(sandbox)
        self.uk = connect(sandbox, realm=UK, portal=self.us.portal)
        sandbox.switch(delete_open_invoices=True)
        self.events: list[Event] = []
        self.merges: list[Any] = []
        """What HubSpot's webhooks have yet to tell; they may be late, and HubSpot repeats them."""
        self._names = 0
        self.actor = self._actor()

    def _actor(self) -> Actor:
        member = tenants.member(self.us.portal, Role.OWNER)
        found = of_person(member.person, self.us.portal, origin="session")
        assert found is not None
        return replace(found, rights=frozenset(Right))

    @property
    def both(self) -> tuple[Books, Books]:
        return self.us, self.uk

    def books(self, realm: str) -> Books:
        return self.us if realm == US else self.uk

    def fresh(self, word: str) -> str:
        """A name nobody has yet."""
        self._names += 1
        return f"{word} {self._names}"

    # -- people in QuickBooks

    def do(self, books: Books, action: str, **body: Any) -> dict[str, Any]:
        """Answers nothing where QuickBooks refuses, as it refuses a person."""
        try:
            answer = books.do(action, **body)
        except ValueError:
            return {}
        for entity, raw in answer.items():
            if isinstance(raw, dict) and "Id" in raw:
                self.events.append(Event(books.company.realm_id, entity, str(raw["Id"])))
        return answer

    def save(self, books: Books, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self.do(books, "save", kind=kind, body=body).get(kind) or {})

    def invoice(self, books: Books, customer: str, amount: str, due: int) -> dict[str, Any]:
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
        body: dict[str, Any] = {
            "CustomerRef": {"value": customer},
            "Line": [line],
            "DueDate": books.day(due),
        }
        if books is self.uk:
            body |= {"GlobalTaxCalculation": "NotApplicable", "CurrencyRef": {"value": "GBP"}}
        return self.save(books, "Invoice", body)

    def rows(self, books: Books, kind: str) -> list[dict[str, Any]]:
        state = self.sandbox.state("quickbooks")["quickbooks"]["companies"]
        return list(state[books.company.realm_id].get(kind, []))

    def change(self, books: Books, kind: str, raw: dict[str, Any], **facts: Any) -> None:
        """A sparse update of the record as it is now."""
        body = {"Id": raw["Id"], "SyncToken": raw["SyncToken"], "sparse": True, **facts}
        self.save(books, kind, body)

    # -- people in HubSpot

    def edit(self, kind: str, hubspot_id: str, **properties: str) -> None:
        self._api("PATCH", f"{kind}/{hubspot_id}", {"properties": properties})

    def remove(self, kind: str, hubspot_id: str) -> bool:
        """False where HubSpot refuses, e.g. a paid invoice."""
        return self._api("DELETE", f"{kind}/{hubspot_id}")

    def merge(self, kind: str, loser: str, survivor: str) -> bool:
        """Two records become one; the loser's id leads to the survivor from now on."""
        ends = {"primaryObjectId": survivor, "objectIdToMerge": loser}
        if not self._api("POST", f"{kind}/merge", ends):
            return False
        told = {"primaryObjectId": int(survivor), "mergedObjectIds": [int(loser)]}
        name = f"{SINGULAR[kind]}.merge"
        self.merges.append(deal_event(HUB, survivor, "merge", subscriptionType=name, **told))
        return True

    def hear_of_merges(self, times: int = 1) -> None:
        """Each ``times`` over, the last one first."""
        told = [each for each in reversed(self.merges) for _ in range(times)]
        self.merges.clear()
        if told:
            assert from_hubspot(told).status_code in (200, 204)
            inbox.drain(now())

    def _api(self, method: str, path: str, body: Any = None) -> bool:
        answer = requests.request(
            method,
            f"{self.sandbox.hubspot}/crm/v3/objects/{path}",
            json=body,
            headers={"Authorization": f"Bearer {STATIC_TOKEN}"},
            timeout=5,
        )
        assert answer.status_code < 500
        return answer.ok

    # -- people here

    def add(self, books: Books, qbo_id: str, deal: str) -> None:
        """As a person adds an invoice to a deal (S-70); the refresh is owed."""
        attaching.attach(self.actor, Target("deals", deal), books.company, [qbo_id], now())

    def take_off(self, invoice: Invoice, deal: str) -> None:
        attaching.detach(self.actor, Target("deals", deal), invoice, now())

    def tab(self, books: Books, name: SyncObject, tab: Tab) -> None:
        services.save_tab(self.actor, books.company, name, tab, now())

    # -- webhooks

    def deliver(self, chosen: list[int], *, is_classic: bool) -> None:
        """Some of the events, in the order and as often as ``chosen`` says; the rest is lost."""
        picked = [self.events[at % len(self.events)] for at in chosen] if self.events else []
        self.events.clear()
        for event in picked:
            if is_classic:
                body: Any = {"eventNotifications": [classic(event.realm, event.entity)]}
            else:
                body = [cloud_event(event.realm, event.entity.lower(), intuitentityid=event.id)]
            assert from_intuit(body).status_code == 200
        inbox.drain(now())

    # -- the worker

    def turn(self, books: Books, trigger: str = "poll") -> bool:
        """One run; whether it ended well. Losses and crashes end it as they end a worker's."""
        try:
            books.sync(trigger)
        except (GatewayError, crashpoints.Crashed):
            return False
        return True

    def work(self, *, polls: bool = True) -> None:
        """What is owed within the next minute."""
        owed = jobs.open_jobs(self.us.portal).filter(next_at__lte=now() + SOON)
        kinds = (*FOLLOWING, POLL) if polls else FOLLOWING
        for job in owed.filter(kind__in=kinds).order_by("next_at", "pk"):
            self._do(job)

    def _do(self, job: Job) -> None:
        lease = Lease(job.pk, job.epoch)
        kind = jobs.kinds()[job.kind]
        again: Again | None
        try:
            again = kind.handler(job, lease, now())
        except (GatewayError, crashpoints.Crashed):
            return
        if job.kind == POLL:
            again = None
        job_rows.finish(lease, job, now(), *((again.at, again.parameters) if again else ()))

    @contextmanager
    def dying(self, at: int) -> Iterator[None]:
        """Inside, the worker dies at the ``at``-th crash point it passes."""
        crashpoints.start_over()
        os.environ |= {"CRASH_AT": f"{crashpoints.ANY}:{at}", "CRASH_BY": "raise"}
        try:
            yield
        finally:
            del os.environ["CRASH_AT"], os.environ["CRASH_BY"]

    @contextmanager
    def losing(self, vendor: str, nth: int, kind: str) -> Iterator[None]:
        """Inside, the answer to the ``nth`` call of the vendor is lost after it was carried out."""
        fault = {"kind": kind, "when": "after_commit", "seconds": 0.01, "status": 503}
        self.sandbox.faults({"match": {"vendor": vendor, "nth": nth}, "fault": fault})
        try:
            yield
        finally:
            self.sandbox.faults()

    def settle(self) -> None:
        """Polls until nothing is left to do; what is parked is tried again on the way."""
        self.events.clear()
        self.hear_of_merges()
        is_patient = False
        for _ in range(MOST_ROUNDS):
            self.us.turn(seconds=20)
            self.us.forget()
            self.work(polls=False)
            for books in self.both:
                books.sync()
            if self.us.calls("hubspot", writes=True) or self._owed():
                continue
            if is_patient or not self._parked():
                return
            is_patient = True
            self.us.turn(seconds=FIRST_RETRY.total_seconds())
        raise AssertionError(f"it never came to rest: {self.us.calls('hubspot', writes=True)}")

    def _parked(self) -> bool:
        """What may go at its next try, e.g. an answer about the loser of a merge (fault 76)."""
        rows = ParkedRecord.objects.for_portal(self.us.portal)
        return rows.filter(next_at__lte=now() + FIRST_RETRY).exists()

    def _owed(self) -> bool:
        owed = jobs.open_jobs(self.us.portal).filter(next_at__lte=now() + SOON)
        return owed.filter(kind__in=FOLLOWING).exists()
