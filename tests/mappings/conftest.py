"""Mappings of the sandbox's US company, connected to the demo portal."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from integration import transports
from integration.clock import now
from integration.models.people import Role
from tests import tenants
from tests.kept_reference import read_reference
from tests.mappings.desk import Desk
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect_prepared

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def unlimited(settings: Settings) -> Iterator[None]:
    """Only the sandbox's own limits."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield
    transports.start_over()


@pytest.fixture
def desk(db: None, sandbox: SandboxProcess, unlimited: None) -> Desk:
    """An admin at the US company, whose customers and products were read."""
    sandbox.switch(burst_limit=0)
    books = connect_prepared(sandbox)
    read_reference(books.company, now())
    client = Client()
    member = tenants.member(books.portal, Role.ADMIN)
    client.force_login(member.person, backend=BACKEND)
    books.forget()
    return Desk(books, client, member)
