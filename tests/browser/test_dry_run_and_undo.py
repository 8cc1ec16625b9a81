"""A dry run, the run itself, undoing it and releasing what is held, in Chromium (B-22, D-31)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from integration import jobs, transports
from integration.clock import now
from integration.models import Membership
from tests import tenants
from tests.sandbox_process import SandboxProcess
from tests.sync.books import Books, connect_prepared
from tests.sync.people import change, customer, in_hubspot, turn_on

SignIn = Callable[[Membership], Page]


@pytest.fixture
def books(transactional_db: None, sandbox: SandboxProcess, settings: Settings) -> Iterator[Books]:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield connect_prepared(sandbox)
    transports.start_over()


def work(books: Books) -> None:
    """What the worker does meanwhile: dry runs and undos, no polls."""
    for _ in range(20):
        due = jobs.open_jobs(books.portal).filter(kind__in=("sync.dry_run", "sync.undo")).first()
        if due is None:
            return
        assert jobs.run_one(due.pk, now())


def test_b22_d31_look_ahead_run_undo_and_release(sign_in: SignIn, books: Books, site: str) -> None:
    turn_on(books)
    ada = customer(books, "Ada Byron", "ada@looms.example", GivenName="Ada", FamilyName="Byron")
    books.sync()
    change(books, ada, FamilyName="King")
    jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=books.turn(days=0))
    page = sign_in(tenants.member(books.portal))
    books.forget()

    page.goto(f"{site}/p/{books.portal.pk}/sync/")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("Nothing was written, neither to HubSpot nor")).to_be_visible()
    work(books)
    expect(page.get_by_text("What would change").first).to_be_visible()
    row = page.get_by_role("row", name="Ada Byron").first
    expect(row.get_by_role("cell", name="Byron", exact=True)).to_be_visible()
    expect(row.get_by_role("cell", name="King", exact=True)).to_be_visible()
    assert books.calls(writes=True, vendor="hubspot") == []

    run = books.sync()
    page.goto(f"{site}/p/{books.portal.pk}/sync/runs/{run.pk}/")
    page.get_by_role("button", name="Undo this run").click()
    expect(page.get_by_text("Comparing with HubSpot")).to_be_visible()
    page.reload()
    work(books)
    put_back = page.get_by_role("button", name="Put 1 change back in HubSpot")
    expect(put_back).to_be_visible()
    put_back.click()
    expect(page.get_by_text("Being undone")).to_be_visible()
    work(books)
    expect(page.get_by_text("Undone", exact=True).first).to_be_visible()
    [contact] = in_hubspot(books, "contacts", email="ada@looms.example")
    assert contact["properties"]["lastname"] == "Byron"

    page.get_by_role("link", name="Held after undo").click()
    page.get_by_role("button", name="Release Customer Ada Byron").click()
    expect(page.get_by_text("1 record is released.")).to_be_visible()
    expect(page.get_by_text("Nothing is held.")).to_be_visible()
    books.sync()
    [contact] = in_hubspot(books, "contacts", email="ada@looms.example")
    assert contact["properties"]["lastname"] == "King"
