"""Making invoices against the running sandbox."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from integration import transports
from tests.invoices.desk import Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.sandbox_process import SandboxProcess
from tests.sync.books import Books, connect_prepared


@pytest.fixture
def unlimited(settings: Settings) -> Iterator[None]:
    """Only the sandbox's own limits."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield
    transports.start_over()


@pytest.fixture
def books(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Books:
    """The US company, connected to the demo portal whose properties are set up."""
    return connect_prepared(sandbox)


@pytest.fixture
def desk(books: Books) -> Desk:
    """An owner at the US company, whose customers and products were read."""
    found = Desk(books, prepared=True)
    books.forget()
    return found


@pytest.fixture
def rep(desk: Desk) -> Visitor:
    """An owner, signed in, without JavaScript."""
    client = Client()
    client.force_login(desk.member.person, backend=BACKEND)
    return Visitor(client)
