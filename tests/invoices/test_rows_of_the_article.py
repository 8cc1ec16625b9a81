"""Rows of the article that no other test names, each from a person's end to the books' (S-05 to S-41)."""

from dataclasses import replace

import pytest

from integration.clock import now
from integration.models import RecordLink
from invoices import deals
from invoices.drafts import content_of
from invoices.models import Draft, Invoice
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor


def deal_url(desk: Desk) -> str:
    return f"/p/{desk.books.portal.pk}/deals/{DEAL}/"


def begin(desk: Desk, rep: Visitor) -> None:
    rep.see(deal_url(desk))
    rep.post(f"{deal_url(desk)}invoice/")
    if rep.path.endswith("/source/"):
        rep.press(source="scratch")


def draft_of(desk: Desk) -> Draft:
    found: Draft = Draft.objects.for_portal(desk.books.portal).get()
    return found


def test_s05_s06_s18_created_from_the_deal_it_shows_status_and_can_be_worked_with(
    desk: Desk, rep: Visitor
) -> None:
    desk.submit(desk.draft())
    assert desk.books.refresh()
    invoice = Invoice.objects.for_portal(desk.books.portal).get()
    rep.see(deal_url(desk))
    assert str(invoice) in rep.text
    assert "Awaiting sending" in rep.text
    # What workflows and reports work with: the deal's properties and HubSpot's invoice object.
    assert desk.books.deal()["invoice_number"] == invoice.doc_number
    [held] = [
        each
        for each in desk.books.hubspot_invoices()
        if each["properties"].get("dealbooks_key", "").endswith(f":{invoice.qbo_id}")
    ]
    assert held["properties"]["dealbooks_status"] == "awaiting_sending"


def test_s29_from_scratch_the_deals_company_finds_its_customer(desk: Desk, rep: Visitor) -> None:
    """Linked once, the customer is chosen already when the next invoice begins (D-06)."""
    opened = deals.open_deal(desk.actor, DEAL, now(), with_people=True)
    assert opened.people.company is not None
    customer = desk.customer()
    RecordLink.objects.create(
        portal=desk.books.portal,
        company=desk.company,
        kind="Customer",
        qbo_id=customer.id,
        hubspot_kind="companies",
        hubspot_id=opened.people.company.id,
        source="person",
        created_at=now(),
    )
    begin(desk, rep)
    assert rep.path.endswith("/customer/")
    assert content_of(draft_of(desk)).customer_id == customer.id
    assert customer.display_name in rep.text


def test_s30_without_a_match_any_customer_can_be_picked(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    customer = desk.customer()
    rep.press("save", find="customer_id", customer_id_query=customer.display_name[:6])
    assert customer.display_name in rep.text
    rep.press(choice="search", customer_id=customer.id)
    assert rep.path.endswith("/lines/")
    assert content_of(draft_of(desk)).customer_id == customer.id


@pytest.mark.parametrize("days", [-3, 0, 5])
def test_s41_the_invoice_date_chosen_is_the_books_date(desk: Desk, days: int) -> None:
    draft = desk.draft()
    content = replace(
        content_of(draft), txn_date=desk.books.day(days), due_date=desk.books.day(days + 30)
    )
    Draft.objects.for_portal(desk.books.portal).filter(pk=draft.pk).update(
        content=content.to_json()
    )
    [raw] = desk.ours(desk.submit(draft))
    assert raw["TxnDate"] == desk.books.day(days)
    assert raw["DueDate"] == desk.books.day(days + 30)
