"""Chromium against the product in this process; vendors are the sandbox.

A page that breaks its own content security policy, throws, or cannot load a file of ours fails
the test that opened it.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from integration.models import Membership, Portal
from tests import tenants

# Playwright's sync API keeps an event loop in this thread; the queries of the tests are ordinary.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
ORDINARY = re.compile(r"the server responded with a status of (401|403|404)")
"""Chromium reports the status of a page that a test opened on purpose."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def site(live_server: Any) -> str:
    """The product's address; what it sends to vendors leads back there."""
    assert live_server.url == settings.DEALBOOKS["PUBLIC_URL"]
    return str(live_server.url)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "viewport": SIZES["desk"]}


@pytest.fixture(autouse=True)
def quiet_console(context: BrowserContext) -> Iterator[list[str]]:
    """Everything a page complained about; none of it is accepted."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ORDINARY.search(message.text):
            complaints.append(f"{message.location.get('url', '')}: {message.text}")

    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield complaints
    assert complaints == []


SignIn = Callable[[Membership], Page]


@pytest.fixture
def sign_in(site: str, context: BrowserContext) -> SignIn:
    """A page of the browser in which the member is signed in."""

    def signed_in(membership: Membership) -> Page:
        client = Client()
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(membership.person, backend=backend)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
        return context.new_page()

    return signed_in


@pytest.fixture
def new_portal(transactional_db: None) -> Portal:
    """Not connected to anything yet."""
    return tenants.portal(hub_id=None, connected_at=None, domain="", name="New portal")
