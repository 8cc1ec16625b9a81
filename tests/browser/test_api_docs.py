"""The API's page (B-30): drawn from files of our own, under our own content security policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from integration.models import Membership
from tests import tenants

pytestmark = pytest.mark.django_db(transaction=True)


def test_b30_the_page_shows_every_endpoint_and_asks_no_other_site(
    site: str, sign_in: Callable[[Membership], Page]
) -> None:
    page = sign_in(tenants.member(tenants.portal()))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/api/docs")
    expect(page.get_by_text("/api/v1/me", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Dealbooks API")).to_be_visible()
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
