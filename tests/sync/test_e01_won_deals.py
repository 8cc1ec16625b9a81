"""Closed won makes a draft, once, and tells the owner (E-01, E-02)."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from integration import jobs, sessions
from integration.clock import now
from integration.models import AuditEvent, Membership
from integration.models.people import Role
from integration.records.hubspot import Write
from integration.reference import refresh_reference
from integration.webhooks.looking import notice_gone
from invoices.drafts import content_of
from invoices.models import DealAutomation, DealRef, Draft, WonDeal
from invoices.models.drafts import DraftState
from invoices.won_deals import JOB
from tests import tenants
from tests.invoices.pages import BACKEND
from tests.sync.books import Books
from workflows.models import Task, TaskState

WON, LOST, OPEN = "closedwon", "closedlost", "contractsent"
INDEXED = 60


@pytest.fixture
def books(committed_books: Books) -> Books:
    refresh_reference(committed_books.company, sessions.quickbooks(committed_books.company), now())
    return committed_books


@pytest.fixture
def admin(books: Books) -> Membership:
    return tenants.member(books.portal, Role.ADMIN)


@pytest.fixture
def rep(books: Books) -> Membership:
    """Whom the sandbox's first owner is here."""
    owner = next(iter(books.hubspot().owners()))
    member = tenants.member(books.portal, Role.SALES_REP)
    member.hubspot_owner_id = owner.id
    member.save()
    return member


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return client


def turn_on(books: Books, admin: Membership, **choices: Any) -> str:
    address = reverse("deal-automation", args=[books.portal.pk, books.company.pk])
    said = {"enabled": "on", "stages": [WON], "paid_action": "nothing", "version": "1", **choices}
    answer = browser(admin).post(address, said)
    assert answer.status_code == 302, answer.content.decode()
    return address


def deal(books: Books, owner: str = "", stage: str = OPEN) -> str:
    """A new deal with one line item of the seeded product."""
    hubspot = books.hubspot()
    properties = {"dealname": "Oak lamps", "dealstage": stage, "pipeline": "default"}
    if owner:
        properties["hubspot_owner_id"] = owner
    [made] = hubspot.create("deals", [Write("x", properties)])
    assert made.error is None, made.error
    line = {"name": "Oak lamp", "quantity": "2", "price": "40", "hs_sku": "OAK"}
    [item] = hubspot.create("line_items", [Write("y", line)])
    assert item.error is None, item.error
    hubspot.associate("line_items", "deals", [(item.id, made.id)], 20)
    return made.id


def move(books: Books, deal_id: str, stage: str, **more: str) -> None:
    books.turn(seconds=5)
    write = Write("x", {"dealstage": stage, **more}, deal_id)
    [done] = books.hubspot().update("deals", [write])
    assert done.error is None
    books.turn(seconds=INDEXED)


def look(books: Books) -> None:
    jobs.enqueue(JOB, portal=books.portal, at=now())
    [job] = books.owed(JOB)
    assert jobs.run_one(job.pk, now())


def drafts(books: Books) -> list[Draft]:
    return list(Draft.objects.for_portal(books.portal).order_by("created_at"))


def tasks(books: Books) -> list[Task]:
    rows = Task.objects.for_portal(books.portal).filter(state=TaskState.OPEN)
    return list(rows.filter(kind__startswith="won.").order_by("created_at"))


def test_e01_a_won_deal_becomes_a_draft_once_and_its_owner_is_told(
    books: Books, admin: Membership, rep: Membership
) -> None:
    before = deal(books)
    move(books, before, WON)
    turn_on(books, admin)
    books.turn(seconds=5)
    found = deal(books, rep.hubspot_owner_id)
    move(books, found, WON)
    mail.outbox.clear()
    for stage in (WON, OPEN, WON):
        move(books, found, stage)
        look(books)
    [draft] = drafts(books)
    assert (draft.state, draft.created_by, draft.deal.hubspot_id) == (
        DraftState.OPEN, rep.person, found,
    )  # fmt: skip
    [line] = content_of(draft).lines
    assert (line.quantity, line.unit_price, line.wanted or line.item_name) == (
        "2", "40.00", "Oak lamp",
    )  # fmt: skip
    [task] = tasks(books)
    assert (task.kind, task.for_owner_id) == ("won.draft_made", rep.hubspot_owner_id)
    [letter] = mail.outbox
    assert letter.to == [rep.person.email]
    assert "Oak lamps" in letter.subject
    assert WonDeal.objects.for_portal(books.portal).count() == 1
    assert AuditEvent.objects.for_portal(books.portal).filter(action="won.draft").count() == 1
    page = browser(rep).get(reverse("home", args=[books.portal.pk])).content.decode()
    assert "Look at the draft of Oak lamps" in page


def test_e01_a_second_win_after_the_draft_was_given_up_asks(
    books: Books, admin: Membership
) -> None:
    turn_on(books, admin)
    books.turn(seconds=5)
    found = deal(books)
    move(books, found, WON)
    look(books)
    [draft] = drafts(books)
    assert draft.created_by == admin.person
    Draft.objects.for_portal(books.portal).update(state=DraftState.DISCARDED)
    move(books, found, WON, dealname="Oak lamps, signed")
    look(books)
    assert [each.kind for each in tasks(books)] == ["won.draft_made"]
    move(books, found, LOST)
    move(books, found, WON)
    for _ in range(2):
        look(books)
    assert [each.kind for each in tasks(books)] == ["won.draft_made", "won.again"]
    assert len(drafts(books)) == 1


def test_e01_deals_that_have_an_invoice_get_no_draft(books: Books, admin: Membership) -> None:
    turn_on(books, admin)
    books.turn(seconds=5)
    found = deal(books)
    books.add(books.make("80.00"), found)
    move(books, found, WON)
    look(books)
    assert drafts(books) == []
    row = WonDeal.objects.for_portal(books.portal).get()
    assert row.outcome == "has_invoice"
    DealAutomation.objects.for_portal(books.portal).update(enabled=False)
    look(books)
    assert books.owed(JOB) == []


def test_e02_tasks_follow_the_deals_owner(books: Books, admin: Membership, rep: Membership) -> None:
    turn_on(books, admin)
    books.turn(seconds=5)
    found = deal(books)
    move(books, found, WON)
    look(books)
    [task] = tasks(books)
    assert task.for_owner_id == ""
    move(books, found, WON, hubspot_owner_id=rep.hubspot_owner_id)
    notice_gone(books.portal, "deals", [found], now())
    [job] = books.owed("deals.changed")
    assert jobs.run_one(job.pk, now())
    [task] = tasks(books)
    assert task.for_owner_id == rep.hubspot_owner_id
    assert books.owed(JOB)
    assert DealRef.objects.for_portal(books.portal).get(hubspot_id=found).archived_at is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"enabled": "on", "stages": []}, "Choose at least one stage"),
        (
            {"paid_action": "property", "paid_property": "dealtype", "paid_value": "odd"},
            "only takes these",
        ),
        ({"paid_action": "stage"}, "Choose the stage that paid deals move to."),
    ],
)
def test_e01_bad_choices_are_explained(
    books: Books, admin: Membership, said: dict[str, Any], sentence: str
) -> None:
    address = reverse("deal-automation", args=[books.portal.pk, books.company.pk])
    answer = browser(admin).post(address, {"paid_action": "nothing", "version": "1", **said})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not DealAutomation.objects.for_portal(books.portal).exists()


def test_e01_b27_the_stages_of_many_changed_deals_are_asked_in_batches(
    books: Books, admin: Membership
) -> None:
    made = books.hubspot().create(
        "deals",
        [
            Write(str(n), {"dealname": f"Old {n}", "dealstage": WON, "pipeline": "default"})
            for n in range(60)
        ],
    )
    assert all(each.error is None for each in made)
    books.turn(seconds=5)
    turn_on(books, admin)
    books.turn(seconds=5)
    fresh = deal(books)
    move(books, fresh, WON)
    books.forget()
    look(books)
    assert [each.deal.hubspot_id for each in WonDeal.objects.for_portal(books.portal)] == [fresh]
    asked = [each for each in books.calls("hubspot") if "/deals/" in each]
    assert sum(each.endswith("/deals/batch/read") for each in asked) <= 3
    assert len(asked) < 20
