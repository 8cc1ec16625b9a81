"""Signing in: closed sign-up, lock-out, trusted addresses, liveness (controls 16, 24; decision 1)."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from integration.accounts import client_address
from integration.models.people import Person

EMAIL = "kim@example.org"
PASSWORD = "quiet river under stone"
LOGIN = "/accounts/login/"


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user(EMAIL, PASSWORD, name="Kim")


def attempt(client: Client, password: str, email: str = EMAIL, **headers: str) -> int:
    return int(
        client.post(LOGIN, {"login": email, "password": password}, headers=headers).status_code
    )


@pytest.mark.usefixtures("person")
def test_c16_five_failures_lock_this_person_at_this_address(client: Client) -> None:
    assert [attempt(client, f"wrong {n}") for n in range(4)] == [200] * 4
    assert attempt(client, "wrong for the fifth time") == 429
    assert attempt(client, PASSWORD) == 429


@pytest.mark.usefixtures("person")
def test_c16_another_person_at_the_same_address_is_not_locked(client: Client) -> None:
    Person.objects.create_user("lee@example.org", PASSWORD)
    for n in range(6):
        attempt(client, f"wrong {n}")
    assert attempt(client, PASSWORD, "lee@example.org") == 302


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("spelling", ["KIM@example.org", " kim@Example.org "])
def test_c16_another_spelling_is_the_same_person(client: Client, spelling: str) -> None:
    for n in range(5):
        attempt(client, f"wrong {n}", spelling if n % 2 else EMAIL)
    assert attempt(client, PASSWORD) == 429


@pytest.mark.usefixtures("person")
def test_c16_a_forged_forwarded_address_does_not_help(client: Client) -> None:
    answers = [attempt(client, f"wrong {n}", x_forwarded_for=f"203.0.113.{n}") for n in range(6)]
    assert answers[-1] == 429


@pytest.mark.usefixtures("person")
def test_signing_in_with_the_right_password(client: Client) -> None:
    assert attempt(client, PASSWORD) == 302
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_c16_only_our_own_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9")
    assert client_address(request) == expected


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert not Person.objects.exists()


@pytest.mark.parametrize("password", ["elevenchars", "password1234", "1234567890123"])
def test_c24_short_and_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


def test_c24_no_rules_about_kinds_of_characters() -> None:
    validate_password(PASSWORD)


def test_liveness_answers_any_host_without_a_database(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert client.post("/healthz").status_code != 200
