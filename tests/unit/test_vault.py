"""Sealed tokens: bound to their place, readable after a key change, loud on a wrong key (control 3)."""

import uuid

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from integration import vault
from integration.models import AuditEvent, Grant
from tests import tenants


@given(text=st.text(max_size=2000), bind=st.text(max_size=50))
def test_c03_what_is_sealed_opens_again(text: str, bind: str) -> None:
    assert vault.open_sealed(vault.seal(text, bind), bind) == text


@given(text=st.text(min_size=8, max_size=50))
def test_c03_the_text_is_not_in_the_sealed_value(text: str) -> None:
    sealed = vault.seal(text, "grant:1")
    assert text not in sealed
    assert vault.seal(text, "grant:1") != sealed


@pytest.mark.parametrize("other", ["grant:2:access_token", "grant:1:refresh_token", ""])
def test_c03_a_value_moved_elsewhere_is_refused(other: str) -> None:
    sealed = vault.seal("token", "grant:1:access_token")
    with pytest.raises(vault.WrongKey):
        vault.open_sealed(sealed, other)


@pytest.mark.parametrize(
    "damage", [lambda s: s[:-2], lambda s: s.replace(":", ":A", 1), lambda s: "", lambda s: "x:y"]
)
def test_c03_a_damaged_value_is_refused(damage: object) -> None:
    with pytest.raises(vault.WrongKey):
        vault.open_sealed(damage(vault.seal("token", "b")), "b")  # type: ignore[operator]


def keys(settings: Settings, *chosen: str) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "TOKEN_KEYS": list(chosen)}


@pytest.fixture
def old_and_new() -> tuple[str, str]:
    return Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_c03_a_missing_key_is_a_hard_error(
    settings: Settings, old_and_new: tuple[str, str]
) -> None:
    old, new = old_and_new
    keys(settings, old)
    sealed = vault.seal("token", "b")
    keys(settings, new, old)
    assert vault.open_sealed(sealed, "b") == "token"
    keys(settings, new)
    with pytest.raises(vault.WrongKey):
        vault.open_sealed(sealed, "b")


def a_grant() -> Grant:
    portal = tenants.portal()
    grant = Grant(portal=portal, vendor="hubspot", created_at=tenants.NOON, id=uuid.uuid4())
    vault.put(grant, "access_token", "an access token")
    vault.put(grant, "refresh_token", "a refresh token")
    grant.save()
    return grant


@pytest.mark.django_db
def test_c03_rotation_leaves_everything_readable_without_the_old_key(
    settings: Settings, old_and_new: tuple[str, str]
) -> None:
    old, new = old_and_new
    keys(settings, old)
    grants = [a_grant(), a_grant()]
    keys(settings, new, old)
    call_command("rotate_keys", verbosity=0)
    keys(settings, new)
    for grant in grants:
        row = Grant.objects.for_portal(grant.portal).get(pk=grant.pk)
        assert vault.take(row, "access_token") == "an access token"
        assert vault.take(row, "refresh_token") == "a refresh token"
    assert vault.rotate() == 0
    assert AuditEvent.objects.everywhere("t").get(action="keys.rotated").after == {"rows": 2}


@pytest.mark.django_db
def test_c03_rotation_without_the_old_key_says_what_to_do(
    settings: Settings, old_and_new: tuple[str, str]
) -> None:
    old, new = old_and_new
    keys(settings, old)
    a_grant()
    keys(settings, new)
    with pytest.raises(CommandError, match="DEALBOOKS_TOKEN_KEYS"):
        call_command("rotate_keys", verbosity=0)


@pytest.mark.django_db
def test_c03_a_ciphertext_swapped_between_tenants_is_refused() -> None:
    one, other = a_grant(), a_grant()
    other.access_token = one.access_token
    other.save()
    with pytest.raises(vault.WrongKey):
        vault.take(other, "access_token")
