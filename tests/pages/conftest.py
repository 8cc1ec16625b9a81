"""A signed-in browser without a browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from integration.models import Membership

SignIn = Callable[[Membership], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(membership: Membership) -> Client:
        client = Client()
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(membership.person, backend=backend)
        return client

    return signed_in
