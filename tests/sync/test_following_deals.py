"""Deals and contacts that HubSpot changes, deletes or merges (E-02, fault 76)."""

import time
from typing import Any

import pytest
import requests
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from integration import directory, jobs
from integration.access.actors import of_person
from integration.clock import now
from integration.models import AuditEvent, CrmChange, RecordLink, WebhookDelivery
from integration.models.people import Role
from integration.webhooks import inbox
from integration.webhooks.wanted import SUBSCRIPTIONS
from invoices.deals import open_deal
from invoices.models import AttachmentSuggestion, DealRef, Draft, InvoiceAttachment
from sync.models import SyncEntry, SyncObject, SyncSetting
from tests import tenants
from tests.sync.books import DEAL, OTHER_DEAL, STATIC_TOKEN, Books

PATIENCE = 30.0


@pytest.fixture
def books(committed_books: Books, live_server: LiveServer) -> Books:
    """HubSpot delivers to the running product what its app subscribed to."""
    assert live_server.url == settings.DEALBOOKS["PUBLIC_URL"]
    subscribe(committed_books, f"{live_server.url}/webhooks/hubspot")
    return committed_books


def subscribe(books: Books, target: str) -> None:
    wanted = [
        {"eventType": kind, **({"propertyName": name} if name else {})}
        for kind, name in SUBSCRIPTIONS
    ]
    body = {"targetUrl": target, "subscriptions": wanted}
    books.sandbox.admin("POST", "hubspot/webhooks", body)


def hubspot(books: Books, method: str, path: str, body: Any = None) -> Any:
    """As a person of the portal does it."""
    answer = requests.request(
        method,
        f"{books.sandbox.hubspot}/crm/v3/objects/{path}",
        json=body,
        headers={"Authorization": f"Bearer {STATIC_TOKEN}"},
        timeout=5,
    )
    answer.raise_for_status()
    return answer.json() if answer.content else None


def merge(books: Books, loser: str, winner: str, kind: str = "deals") -> None:
    hubspot(books, "POST", f"{kind}/merge", {"primaryObjectId": winner, "objectIdToMerge": loser})


def heard(books: Books) -> None:
    deadline = time.monotonic() + PATIENCE
    while not WebhookDelivery.objects.filter(drained_at=None).exists():
        assert time.monotonic() < deadline, "nothing was delivered"
        time.sleep(0.02)
    inbox.drain(now())


def follow(books: Books) -> None:
    [job] = books.owed("deals.changed")
    assert jobs.run_one(job.pk, now())
    assert not CrmChange.objects.for_portal(books.portal).exists()


def ref(books: Books, deal: str = DEAL) -> DealRef:
    found: DealRef = DealRef.objects.for_portal(books.portal).get(hubspot_id=deal)
    return found


def hangs_on(books: Books, invoice: Any) -> dict[str, bool]:
    """Deal id to whether it counts the invoice."""
    ties = InvoiceAttachment.objects.for_portal(books.portal).filter(
        invoice=invoice, detached_at=None
    )
    return dict(ties.values_list("hubspot_id", "counts"))


def test_e02_names_amounts_and_owners_are_followed(books: Books) -> None:
    directory.refresh(books.portal, books.hubspot(), now())
    books.add(books.make("100.00"))
    books.add(books.make("50.00"), OTHER_DEAL)
    owners = [one for one in directory.owners(books.portal).values() if not one.archived]
    for deal, owner in ((DEAL, owners[0]), (OTHER_DEAL, owners[1])):
        changed = {"dealname": f"Renamed {deal}", "amount": "1234.56", "hubspot_owner_id": owner.id}
        hubspot(books, "PATCH", f"deals/{deal}", {"properties": changed})
    heard(books)
    heard_all(books)
    books.forget()
    follow(books)
    assert len(books.calls("hubspot")) == 1
    for deal, owner in ((DEAL, owners[0]), (OTHER_DEAL, owners[1])):
        row = ref(books, deal)
        assert (row.name, row.amount.normalize()) == (f"Renamed {deal}", row.amount.normalize())
        assert str(row.amount.normalize()) == "1234.56"
        assert (row.owner_id, row.archived_at) == (owner.id, None)
        assert row.owner_name == directory.owner_name(books.portal, owner.id)


def heard_all(books: Books) -> None:
    """Nothing is under way any more."""
    deadline = time.monotonic() + PATIENCE
    while True:
        shown = books.sandbox.admin("GET", "hubspot/webhooks")["deliveries"]
        if all(one["state"] == "delivered" for one in shown):
            inbox.drain(now())
            return
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_e02_a_deal_we_do_not_know_costs_no_call(books: Books) -> None:
    hubspot(books, "PATCH", f"deals/{DEAL}", {"properties": {"dealname": "Nobody's"}})
    heard(books)
    books.forget()
    follow(books)
    assert books.calls() == []
    assert not DealRef.objects.for_portal(books.portal).exists()


def test_e02_a_deleted_deal_is_marked(books: Books) -> None:
    books.add(books.make("100.00"))
    hubspot(books, "DELETE", f"deals/{DEAL}")
    heard(books)
    follow(books)
    assert ref(books).archived_at is not None


def test_e02_what_hung_on_the_loser_of_a_merge_hangs_on_the_survivor(books: Books) -> None:
    counted = books.add(books.make("100.00"))
    shared = books.add(books.make("50.00"))
    books.attach(shared, OTHER_DEAL, counts=False)
    person = tenants.member(books.portal, Role.OWNER).person
    draft = Draft.objects.create(
        portal=books.portal, deal=ref(books), created_by=person, edited_by=person,
        created_at=now(), edited_at=now(), expires_at=now(),
    )  # fmt: skip
    for deal, qbo_id in ((DEAL, "7"), (DEAL, "8"), (OTHER_DEAL, "8")):
        AttachmentSuggestion.objects.create(
            portal=books.portal, company=books.company, qbo_id=qbo_id, customer_id="1", total=1,
            balance=1, currency="USD", deal_id=deal, created_at=now(),
        )  # fmt: skip
    merge(books, DEAL, OTHER_DEAL)
    heard(books)
    heard_all(books)
    follow(books)
    assert hangs_on(books, counted) == {OTHER_DEAL: True}
    assert hangs_on(books, shared) == {OTHER_DEAL: True}
    draft.refresh_from_db()
    assert draft.deal_id == ref(books, OTHER_DEAL).pk
    assert ref(books).archived_at is not None
    survivor = ref(books, OTHER_DEAL)
    assert survivor.archived_at is None
    suggested = AttachmentSuggestion.objects.for_portal(books.portal)
    assert set(suggested.values_list("qbo_id", "deal_id")) == {("7", OTHER_DEAL), ("8", OTHER_DEAL)}
    [event] = AuditEvent.objects.for_portal(books.portal).filter(action="record.merged")
    assert (event.subject_id, event.after["invoices"]) == (OTHER_DEAL, 2)
    assert OTHER_DEAL in {job.subject for job in books.owed("deal.refresh")}
    assert books.refresh(OTHER_DEAL)
    assert books.deal(OTHER_DEAL)["invoice_count"] == "2"


def test_e02_hearing_of_a_merge_twice_changes_nothing(books: Books) -> None:
    row = books.add(books.make("100.00"))
    merge(books, DEAL, OTHER_DEAL)
    heard(books)
    heard_all(books)
    follow(books)
    inbox.look_at_records(
        books.portal,
        [
            CrmChange(
                portal=books.portal, object_kind="deals", hubspot_id=DEAL, change="merged",
                survivor_id=OTHER_DEAL, noted_at=now(),
            )
        ],
        now(),
    )  # fmt: skip
    follow(books)
    assert hangs_on(books, row) == {OTHER_DEAL: True}
    assert AuditEvent.objects.for_portal(books.portal).filter(action="record.merged").count() == 1


def test_e02_without_webhooks_a_run_notices_the_merge(committed_books: Books) -> None:
    books = committed_books
    row = books.add(books.make("100.00"))
    merge(books, DEAL, OTHER_DEAL)
    books.do("pay", invoice_id=row.qbo_id)
    books.sync()
    follow(books)
    assert hangs_on(books, row) == {OTHER_DEAL: True}
    assert books.refresh(OTHER_DEAL)
    assert books.deal(OTHER_DEAL)["invoice_status"] == "paid"


def test_e02_without_webhooks_opening_the_deal_notices_the_merge(committed_books: Books) -> None:
    books = committed_books
    row = books.add(books.make("100.00"))
    merge(books, DEAL, OTHER_DEAL)
    actor = of_person(
        tenants.member(books.portal, Role.OWNER).person, books.portal, origin="session"
    )
    assert actor is not None
    assert open_deal(actor, DEAL, now()).row.hubspot_id == OTHER_DEAL
    follow(books)
    assert hangs_on(books, row) == {OTHER_DEAL: True}


def test_e02_a_merged_contact_keeps_its_customer_and_its_invoices(books: Books) -> None:
    contacts = sorted(books._hubspot("contacts"))
    loser, survivor = contacts[:2]
    books.link_customer("1", "contacts", loser)
    row = books.add(books.make("100.00"))
    InvoiceAttachment.objects.create(
        portal=books.portal, company=books.company, invoice=row, object_kind="contacts",
        hubspot_id=loser, attached_at=now(),
    )  # fmt: skip
    merge(books, loser, survivor, "contacts")
    heard(books)
    heard_all(books)
    follow(books)
    [link] = RecordLink.objects.for_portal(books.portal)
    assert (link.hubspot_id, link.mapped_hash) == (survivor, "")
    assert hangs_on(books, row) == {DEAL: True, survivor: False}
    [owed] = books.owed("record.refresh")
    assert owed.parameters == {"kind": "contacts", "id": survivor}


def test_c26_a_contact_erased_in_hubspot_is_forgotten_and_does_not_come_back(books: Books) -> None:
    SyncSetting.objects.create(
        portal=books.portal, company=books.company, object=SyncObject.CONTACTS, enabled=True,
        enabled_at=now(),
    )  # fmt: skip
    body = {"DisplayName": "Forgotten Friend", "PrimaryEmailAddr": {"Address": "a@erased.example"}}
    customer = books.do("save", kind="Customer", body=body)["Customer"]
    books.sync()
    links = RecordLink.objects.for_portal(books.portal).filter(hubspot_kind="contacts")
    link = links.get(qbo_id=customer["Id"])
    assert link.written["email"] == "a@erased.example"
    hubspot(books, "POST", "contacts/gdpr-delete", {"objectId": link.hubspot_id})
    heard(books)
    [job] = books.owed("contact.erase")
    assert jobs.run_one(job.pk, now())
    link.refresh_from_db()
    assert (link.written, link.lost_at is not None) == ({}, True)
    values = SyncEntry.objects.for_portal(books.portal).filter(object_id=link.hubspot_id)
    assert {(str(each.before), str(each.after), each.label) for each in values} == {
        ("{}", "{}", "–")
    }
    books.do("save", kind="Customer", body={**customer, "Notes": "Asked again"})
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []
    assert AuditEvent.objects.for_portal(books.portal).filter(action="contact.erased").exists()
