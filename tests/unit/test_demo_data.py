"""The demo's people: made once, known to the sandbox under the same ids, never elsewhere."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from integration.models import Membership, Portal
from integration.models.people import Person
from tests.sandbox_process import SandboxProcess
from workflows import demo_data

NOW = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_people_are_made_once_and_a_changed_password_stays() -> None:
    demo_data.ensure(NOW)
    rep = Person.objects.get(email="rep@dealbooks.example")
    rep.set_password("another-long-password")
    rep.save()
    demo_data.ensure(NOW)
    assert Person.objects.count() == 3
    assert Portal.objects.count() == 1
    rep.refresh_from_db()
    assert rep.check_password("another-long-password")


@pytest.mark.parametrize("sign_in", demo_data.PEOPLE, ids=lambda each: str(each.role))
def test_each_signs_in_with_the_printed_password(client: Client, sign_in: demo_data.SignIn) -> None:
    demo_data.ensure(NOW)
    answer = client.post(
        "/accounts/login/", {"login": sign_in.email.upper(), "password": sign_in.password}
    )
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(Person.objects.get(email=sign_in.email).pk)


def test_the_sandbox_knows_them_under_the_same_ids(sandbox: SandboxProcess) -> None:
    demo_data.ensure(NOW)
    portal: dict[str, Any] = next(iter(sandbox.state("hubspot")["hubspot"].values()))
    known = {
        owner["email"]: (str(owner["userId"]), owner["id"], [team["id"] for team in owner["teams"]])
        for owner in portal["owners"]
    }
    members = Membership.objects.everywhere("compares all of the demo's people")
    linked = {
        each.person.email: (each.hubspot_user_id, each.hubspot_owner_id, each.hubspot_team_ids)
        for each in members.select_related("person")
        if each.hubspot_user_id
    }
    assert len(linked) == 2
    assert linked == {email: known[email] for email in linked}


@pytest.mark.parametrize("mode", ["live", "intuit-sandbox"])
def test_c32_public_passwords_exist_in_simulated_mode_only(settings: Settings, mode: str) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "VENDORS": mode}
    with pytest.raises(RuntimeError, match="simulated mode only"):
        demo_data.ensure(NOW)
    assert not Person.objects.exists()
