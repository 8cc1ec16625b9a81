"""A way in on every HubSpot plan: the deal property with the launch link (E-03)."""

from urllib.parse import urlsplit

from django.test import Client

from integration.models.people import Role
from tests import tenants
from tests.invoices.pages import BACKEND
from tests.sync.books import DEAL, Books


def test_e03_the_launch_link_leads_from_hubspot_to_the_deal(books: Books) -> None:
    books.add(books.make("10.00"))
    link = books.deal()["launch_link"]
    client = Client()
    client.force_login(tenants.member(books.portal, Role.OWNER).person, backend=BACKEND)
    page = client.get(urlsplit(link).path)
    assert page.status_code == 200, link
    assert DEAL in link
    assert "Create invoice" in page.content.decode()


def test_e03_the_link_stays_when_the_last_invoice_is_taken_off(books: Books) -> None:
    row = books.add(books.make("10.00"))
    link = books.deal()["launch_link"]
    books.detach(row, DEAL)
    assert books.refresh()
    assert books.deal() == {"launch_link": link}
