"""Linking and unlinking a customer by hand, in Chromium (B-24)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from integration import transports
from integration.clock import now
from integration.models import EndedLink, Membership, RecordLink
from integration.reference import mirror_records
from integration.sessions import quickbooks
from sync.match_models import MatchSuggestion
from tests import tenants
from tests.browser.looks import faults
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect_prepared
from tests.sync.people import customer, make_in_hubspot

SignIn = Callable[[Membership], Page]
MAIL = "ada@lovelace-looms.example"


@pytest.fixture(autouse=True)
def unlimited(settings: Settings) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()


def test_b24_an_admin_links_a_customer_and_unlinks_it_again(
    sign_in: SignIn, sandbox: SandboxProcess, site: str, transactional_db: None
) -> None:
    books = connect_prepared(sandbox)
    ada = make_in_hubspot(books, "contacts", email=MAIL, firstname="Ada", lastname="Byron")
    make_in_hubspot(books, "contacts", email="c@d.example", firstname="Charles", lastname="Babbage")
    books.turn(seconds=5)
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada", FamilyName="Byron")
    read = quickbooks(books.company).read("Customer", raw["Id"])
    mirror_records(books.company, [("Customer", read)], now())
    MatchSuggestion.objects.create(
        portal=books.portal, company=books.company, kind="Customer", qbo_id=raw["Id"],
        hubspot_kind="contacts", hubspot_id=ada, label="Ada Byron", detail=MAIL, score=90,
        reasons=["email", "person"], found_at=now(),
    )  # fmt: skip
    page = sign_in(tenants.member(books.portal))
    page.goto(f"{site}/p/{books.portal.pk}/sync/matching/")
    assert faults(page) == []
    page.get_by_label("Confirm: Ada Byron").check()
    page.get_by_role("button", name="Link the ticked ones").click()
    expect(page.get_by_text("1 record is linked.")).to_be_visible()
    page.get_by_role("link", name="Ada Byron").first.click()
    page.get_by_role("link", name="Unlink Ada Byron").click()
    page.get_by_role("button", name="Unlink").click()
    expect(page.get_by_text("It is linked to nothing.")).to_be_visible()
    expect(page.get_by_text("Not linked again by itself.")).to_be_visible()
    assert faults(page) == []
    field = page.get_by_role("combobox", name="Contact")
    field.press_sequentially("Babbage")
    page.locator(".combobox-option").first.click()
    page.locator("form", has=field).get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("The names are different.")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("I know this, and they are the same").check()
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_text("Ada Byron is linked to Charles Babbage.")).to_be_visible()
    made = RecordLink.objects.for_portal(books.portal).get(qbo_id=raw["Id"])
    assert (made.source, made.hubspot_kind) == ("manual", "contacts")
    assert EndedLink.objects.for_portal(books.portal).get().reason == "unlinked"
