"""Controls 21 and 26: a contact deleted for privacy leaves nothing behind; two secrets while one is replaced."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from integration import jobs
from integration.clock import now
from integration.models import (
    AuditEvent,
    Company,
    Job,
    Membership,
    Portal,
    Record,
    RecordLink,
    WebhookDelivery,
)
from integration.webhooks import inbox
from invoices.models import CustomerRequest, DealRef, Draft, InvoiceAttachment
from invoices.models.drafts import DraftState
from sync.dry_run_models import DryRun, PlannedEntry
from sync.match_models import MatchSuggestion
from sync.models import ParkedRecord, SyncEntry, SyncRun
from sync.reconciliation_models import Drift, Reconciliation
from sync.undo_models import Undo, UndoItem
from tests import books, tenants
from tests.webhooks import from_hubspot

pytestmark = pytest.mark.django_db

CONTACT, OTHER = "20100100007", "20100100008"
CANARY = "canary.of.a.person@erased.example"
VALUES = {"email": CANARY, "firstname": f"Ms {CANARY}", "phone": CANARY}


def event(portal: Portal) -> dict[str, Any]:
    return {
        "eventId": 1, "subscriptionId": 2, "portalId": portal.hub_id, "attemptNumber": 0,
        "occurredAt": 1_790_000_000_000, "subscriptionType": "contact.privacyDeletion",
        "objectId": int(CONTACT),
    }  # fmt: skip


def tables_with(text: str) -> list[str]:
    """Every table that has the text in any column of any row."""
    names = connection.introspection.table_names()
    found = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(
                f'SELECT count(*) FROM "{name}" AS row WHERE row::text ILIKE %s',
                [f"%{text}%"],
            )
            found += [name] if cursor.fetchone()[0] else []
    return sorted(found)


@pytest.fixture
def member() -> Membership:
    return tenants.member(tenants.portal())


@pytest.fixture
def company(member: Membership) -> Company:
    """A customer of QuickBooks that is the contact, and all that is kept of it."""
    portal = member.portal
    found = tenants.company(portal)
    customer = Record.objects.create(
        portal=portal, company=found, kind="Customer", qbo_id="7", name="Amy's Bird Sanctuary",
        seen_at=now(),
    )  # fmt: skip
    for contact in (CONTACT, OTHER):
        RecordLink.objects.create(
            portal=portal, company=found, kind="Customer", qbo_id="7" if contact == CONTACT else "8",
            hubspot_kind="contacts", hubspot_id=contact, source="created", created_at=now(),
            written=VALUES if contact == CONTACT else {"email": "kept@example.com"},
            mapped_hash="x",
        )  # fmt: skip
    _history(portal, found, str(customer.pk))
    _plans(portal, found, str(customer.pk))
    _drafts(member, found)
    return found


def _history(portal: Portal, company: Company, customer: str) -> None:
    run = SyncRun.objects.create(portal=portal, company=company, trigger="poll", started_at=now())
    about = {"subject_kind": "Customer", "subject_id": customer, "label": CANARY}
    SyncEntry.objects.create(
        portal=portal, company=company, run=run, operation="write_contact", outcome="succeeded",
        before=VALUES, after=VALUES, object_kind="contacts", object_id=CONTACT, at=now(), **about,
    )  # fmt: skip
    SyncEntry.objects.create(
        portal=portal, company=company, run=run, operation="skip", outcome="skipped",
        reason="sync.shared", reason_parameters={"others": CANARY}, at=now(), **about,
    )  # fmt: skip
    ParkedRecord.objects.create(
        portal=portal, company=company, reason="hubspot.INVALID_EMAIL",
        reason_parameters={"value": CANARY}, parked_at=now(), **about,
    )  # fmt: skip
    undo = Undo.objects.create(portal=portal, company=company, run=run, requested_at=now())
    UndoItem.objects.create(
        portal=portal, undo=undo, number=1, list="restore", action="restore",
        operation="write_contact", object_kind="contacts", object_id=CONTACT, before=VALUES,
        after=VALUES, found=VALUES, **about,
    )  # fmt: skip


def _plans(portal: Portal, company: Company, customer: str) -> None:
    ahead = DryRun.objects.create(portal=portal, company=company, kind="sync", started_at=now())
    PlannedEntry.objects.create(
        portal=portal, dry_run=ahead, number=1, operation="write_contact", subject_kind="Customer",
        subject_id=customer, label=CANARY, outcome="planned", before={}, after=VALUES,
    )  # fmt: skip
    report = Reconciliation.objects.create(
        portal=portal, company=company, trigger="night", started_at=now()
    )
    Drift.objects.create(
        portal=portal, company=company, reconciliation=report, what="differs",
        record_kind="Customer", record_id=customer, object_kind="contacts", hubspot_id=CONTACT,
        label=CANARY, differences=[{"name": "email", "expected": "", "found": CANARY}],
        found_at=now(),
    )  # fmt: skip
    MatchSuggestion.objects.create(
        portal=portal, company=company, kind="Customer", qbo_id="9", hubspot_kind="contacts",
        hubspot_id=CONTACT, label=CANARY, detail=CANARY, score=80, found_at=now(),
    )  # fmt: skip


def _drafts(member: Membership, company: Company) -> None:
    portal = member.portal
    deal = DealRef.objects.create(
        portal=portal, hubspot_id="20300100001", name="Lobby", contact_ids=[CONTACT, OTHER],
        fetched_at=now(),
    )  # fmt: skip
    draft = Draft.objects.create(
        portal=portal, company=company, deal=deal, created_by=member.person,
        edited_by=member.person, created_at=now(), edited_at=now(), expires_at=now(),
        content={
            "contact_id": CONTACT, "contact_name": CANARY, "bill_email": CANARY,
            "new_customer": {"display_name": CANARY, "email": CANARY}, "message": "Thank you",
        },
    )  # fmt: skip
    CustomerRequest.objects.create(
        portal=portal, company=company, draft=draft, content={"email": CANARY}, content_hash="x",
        name=CANARY, asked_by=member.person, asked_at=now(),
    )  # fmt: skip
    invoice = books.invoice(company, total="10.00")
    InvoiceAttachment.objects.create(
        portal=portal, company=company, invoice=invoice, object_kind="contacts",
        hubspot_id=CONTACT, attached_at=now(),
    )  # fmt: skip


def test_c26_what_was_copied_of_an_erased_contact_is_in_no_table(
    member: Membership, company: Company
) -> None:
    portal = member.portal
    before = tables_with(CANARY)
    assert len(before) == 9, before
    assert from_hubspot([event(portal)]).status_code == 200
    inbox.drain(now())
    [job] = Job.objects.for_portal(portal).filter(kind="contact.erase")
    handler = jobs.kinds()[job.kind].handler
    handler(job, jobs.Lease(job.pk, job.epoch), now())
    assert tables_with(CANARY) == []
    link = RecordLink.objects.for_portal(portal).get(hubspot_id=CONTACT)
    assert (link.lost_at is not None, link.written, link.mapped_hash) == (True, {}, "")
    assert RecordLink.objects.for_portal(portal).get(hubspot_id=OTHER).written
    draft = Draft.objects.for_portal(portal).get()
    assert (draft.content["message"], draft.version) == ("Thank you", 2)
    assert DealRef.objects.for_portal(portal).get().contact_ids == [OTHER]
    assert InvoiceAttachment.objects.for_portal(portal).get().detached_at is not None
    assert tables_with("Amy's Bird Sanctuary"), "QuickBooks' customer is the books"
    [told] = AuditEvent.objects.for_portal(portal).filter(action="contact.erased")
    assert told.after == {"links": 1, "entries": 2, "drafts": 1}
    handler(job, jobs.Lease(job.pk, job.epoch), now())
    assert UndoItem.objects.for_portal(portal).get().list == "cannot"


def test_c26_a_draft_that_is_being_posted_is_left_as_it_was_submitted(
    member: Membership, company: Company
) -> None:
    Draft.objects.for_portal(member.portal).update(state=DraftState.SUBMITTED)
    assert from_hubspot([event(member.portal)]).status_code == 200
    inbox.drain(now())
    [job] = Job.objects.for_portal(member.portal).filter(kind="contact.erase")
    jobs.kinds()[job.kind].handler(job, jobs.Lease(job.pk, job.epoch), now())
    assert Draft.objects.for_portal(member.portal).get().content["bill_email"] == CANARY


@pytest.mark.parametrize(
    ("secret", "status"), [("the-new-one", 200), ("the-old-one", 200), ("nobodys", 401)]
)
def test_c21_both_client_secrets_are_good_while_one_is_replaced(
    settings: Any, secret: str, status: int
) -> None:
    secrets = ["the-new-one", "the-old-one"]
    settings.DEALBOOKS = {**settings.DEALBOOKS, "HUBSPOT_SIGNING_SECRETS": secrets}
    answer = from_hubspot([event(tenants.portal())], secret=secret)
    assert answer.status_code == status
    assert WebhookDelivery.objects.exists() == (status == 200)
    assert Client().post("/webhooks/hubspot", b"[]", "application/json").status_code == 401
