"""The launch link on open deals without an invoice: every one, once, and nothing else (E-03)."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from integration import jobs
from integration.access import actors
from integration.access.actors import Actor, Forbidden
from integration.clock import now
from integration.models import AuditEvent
from integration.models.people import Role
from integration.records.hubspot import Write
from sync.engine import launch_links
from sync.engine.launch_links import ONCE, Progress
from tests import tenants
from tests.invoices.pages import BACKEND
from tests.sync.books import DEAL, Books

LINK = "dealbooks_launch_link"
INDEXED = 60
"""Seconds after which HubSpot's search knows what was written."""


@pytest.fixture
def books(committed_books: Books) -> Books:
    return committed_books


def actor_of(books: Books, role: Role) -> Actor:
    member = tenants.member(books.portal, role)
    found = actors.of_person(member.person, books.portal, origin="session")
    assert found is not None
    return found


def deals(books: Books) -> dict[str, dict[str, Any]]:
    found = books._hubspot("deals")
    return {key: dict(each["properties"]) for key, each in found.items() if not each["archived"]}


def is_lost(deal: dict[str, Any]) -> bool:
    return deal.get("hs_is_closed") == "true" and deal.get("hs_is_closed_won") != "true"


def turn(books: Books) -> None:
    (job,) = books.owed(launch_links.JOB)
    assert jobs.run_one(job.pk, now())


def finish(books: Books) -> int:
    """Turns until nothing is owed; how many."""
    turns = 0
    while books.owed(launch_links.JOB):
        turn(books)
        turns += 1
        assert turns < 50
    return turns


def test_e03_open_deals_get_the_link_and_no_other_property(books: Books) -> None:
    before = deals(books)
    launch_links.start(actor_of(books, Role.ADMIN), now())
    finish(books)
    after = deals(books)
    open_ones = {key for key, each in before.items() if not is_lost(each)}
    assert DEAL in open_ones
    assert len(open_ones) < len(before)
    stamps = {"hs_lastmodifieddate"}
    for key, each in after.items():
        changed = {name for name in each if each[name] != before[key].get(name)} - stamps
        assert changed == ({LINK} if key in open_ones else set()), key
        if key in open_ones:
            assert urlsplit(each[LINK]).path == f"/p/{books.portal.pk}/deals/{key}/"
    told = launch_links.last_result(books.portal)
    assert told is not None
    assert told.after == {"written": len(open_ones), "failed": 0}


def test_e03_the_second_time_there_is_nothing_left_to_write(books: Books) -> None:
    launch_links.start(actor_of(books, Role.ADMIN), now())
    finish(books)
    books.sandbox.advance(INDEXED)
    books.forget()
    launch_links.start(actor_of(books, Role.ADMIN), now())
    finish(books)
    assert [
        each for each in books.calls("hubspot", writes=True) if "batch/update" in str(each)
    ] == []
    told = launch_links.last_result(books.portal)
    assert told is not None
    assert told.after == {"written": 0, "failed": 0}


def test_e03_more_than_a_page_of_deals_is_written_a_hundred_a_turn(books: Books) -> None:
    made = [
        Write(f"d{number}", {"dealname": f"Deal {number}", "dealstage": "contractsent"})
        for number in range(ONCE)
    ]
    books.hubspot().create("deals", made)
    books.sandbox.advance(INDEXED)
    launch_links.start(actor_of(books, Role.ADMIN), now())
    turn(books)
    (job,) = books.owed(launch_links.JOB)
    first = Progress.of(job.parameters)
    assert (first.seen, first.total > ONCE) == (ONCE, True)
    assert launch_links.start(actor_of(books, Role.ADMIN), now()).pk == job.pk
    assert Progress.of(books.owed(launch_links.JOB)[0].parameters) == first
    finish(books)
    told = launch_links.last_result(books.portal)
    assert told is not None
    wanted = {key for key, each in deals(books).items() if not is_lost(each)}
    assert told.after["written"] == len(wanted)
    assert {key for key, each in deals(books).items() if each.get(LINK)} == wanted
    asked = AuditEvent.objects.for_portal(books.portal).filter(action="sync.launch_links_asked")
    assert asked.count() == 1


def test_e03_it_goes_on_where_it_stopped(books: Books) -> None:
    open_ones = sorted(int(key) for key, each in deals(books).items() if not is_lost(each))
    half = open_ones[len(open_ones) // 2]
    came = Progress(last=str(half), total=len(open_ones), written=3)
    jobs.enqueue(launch_links.JOB, portal=books.portal, parameters=came.as_parameters(), at=now())
    finish(books)
    linked = sorted(int(key) for key, each in deals(books).items() if each.get(LINK))
    assert linked == [each for each in open_ones if each > half]
    told = launch_links.last_result(books.portal)
    assert told is not None
    assert told.after["written"] == 3 + len(linked)


def test_e03_only_people_who_may_map_ask_for_it(books: Books) -> None:
    with pytest.raises(Forbidden):
        launch_links.start(actor_of(books, Role.SALES_REP), now())
    assert books.owed(launch_links.JOB) == []


def test_e03_the_page_starts_it_and_shows_how_it_went(books: Books) -> None:
    client = Client()
    client.force_login(tenants.member(books.portal, Role.ADMIN).person, backend=BACKEND)
    place = f"/p/{books.portal.pk}/sync/settings/launch-links/"
    assert "Write the launch link on open and won deals" in client.get(place).content.decode()
    going_on = client.post(place, follow=True).content.decode()
    assert "<progress" in going_on
    finish(books)
    done = client.get(place).content.decode()
    assert "got their link" in done
    assert place in client.get(f"/p/{books.portal.pk}/sync/settings/", follow=True).content.decode()
