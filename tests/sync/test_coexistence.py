"""Traces of HubSpot's own QuickBooks app: found at connect, shown before a toggle (D-33)."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from integration.access import actors, api_tokens
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.clock import now
from integration.jobs import Lease
from integration.models import AuditEvent
from sync.coexistence import decisions
from sync.coexistence.check import JOB, look, work
from sync.models import Coexistence, SyncObject, SyncSetting
from sync.tabs import TabRefused, save_tab, tab
from tests import tenants
from tests.sync.books import HUB, Books


@pytest.fixture
def actor(books: Books) -> Actor:
    person = tenants.member(books.portal).person
    found = actors.of_person(person, books.portal, origin="session")
    assert found is not None
    return found


def leave(books: Books, **traces: Any) -> None:
    """As HubSpot's own app would have; search sees it a moment later."""
    books.sandbox.admin("POST", "hubspot/quickbooks-app", {"portal": HUB, **traces})
    books.turn(seconds=5)


def check(books: Books, actor: Actor) -> Coexistence:
    decisions.look_again(actor, books.company, now())
    [job] = books.owed(JOB)
    assert work(job, Lease(job.pk, job.epoch), now()) is None
    job.delete()
    return Coexistence.objects.for_portal(books.portal).get()  # type: ignore[no-any-return]


def test_d33_a_portal_without_traces_is_clear_and_nothing_is_written(
    books: Books, actor: Actor
) -> None:
    books.forget()
    row = check(books, actor)
    assert (row.state, row.findings["unseen"]) == ("clear", [])
    assert books.calls(writes=True) == []
    assert not decisions.must_know(books.company)


def test_d33_each_trace_is_counted_with_examples(books: Books) -> None:
    raw = books.make("362.07")
    number = raw["DocNumber"]
    leave(
        books,
        invoices=[
            {"number": number, "total": str(raw["TotalAmt"]), "currency": "USD"},
            {"number": "HS-9", "total": "5.00"},
        ],
        properties=True,
    )
    found = look(books.company)
    assert found.app_invoices == 2
    assert set(found.app_examples) == {number, "HS-9"}
    assert "Invoice status" in found.properties
    assert (found.doubles, found.double_examples) == (1, (number,))
    leave(books, invoices=[{"number": "1001", "total": "0.01"}], source="")
    again = look(books.company)
    assert (again.app_invoices, again.doubles) == (2, 1)


def test_d33_our_own_invoices_and_properties_are_no_traces(books: Books) -> None:
    books.add(books.make("50.00"))
    books.turn(seconds=5)
    found = look(books.company)
    assert not found.any


def test_d33_the_tick_is_needed_and_a_dismissal_is_kept_until_there_is_more(
    books: Books, actor: Actor, client: Client
) -> None:
    leave(books, invoices=[{"number": "77", "total": "1.00"}])
    assert check(books, actor).state == "traces"
    person = actor.person
    assert person is not None
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    place = f"/p/{books.portal.pk}/sync/settings/{books.company.pk}/"
    shown = client.get(place)
    assert "own QuickBooks app seems to be at work" in shown.content.decode()
    asked = {"enabled": "on", "save_policy": "create_and_update", "delete_policy": "mark"}
    for route in (place, f"{place}products/"):
        question = client.post(route, {**asked, "delete_policy": "mark"})
        assert 'name="knows_traces"' in question.content.decode()
        refused = client.post(route, {**asked, "confirmed": "on"})
        assert "Please tick that you know" in refused.content.decode()
    assert not SyncSetting.objects.for_portal(books.portal).filter(enabled=True).exists()
    chosen = tab(books.company, SyncObject.INVOICES)
    with pytest.raises(TabRefused):
        save_tab(actor, books.company, SyncObject.INVOICES, _on(chosen), now())
    client.post(place, {**asked, "confirmed": "on", "knows_traces": "on"})
    assert SyncSetting.objects.for_portal(books.portal).get().enabled

    with pytest.raises(decisions.ReasonMissing):
        decisions.dismiss(actor, books.company, "  ", now())
    page = f"/p/{books.portal.pk}/sync/companies/{books.company.pk}/coexistence/"
    assert "Say why in a few words." in client.post(page, {"why": ""}).content.decode()
    client.post(page, {"why": "The app was removed in May."})
    assert check(books, actor).state == "dismissed"
    assert not decisions.must_know(books.company)
    said = AuditEvent.objects.for_portal(books.portal).get(action="sync.coexistence_dismissed")
    assert said.after == {"why": "The app was removed in May."}
    secret = api_tokens.create(person, books.portal, "test", frozenset(Right), now())[1]
    api = f"/api/v1/companies/{books.company.pk}/coexistence"
    told = client.get(api, headers={"Authorization": f"Bearer {secret}"}).json()
    assert (told["state"], told["app_invoices"], told["app_examples"]) == ("dismissed", 1, ["77"])
    leave(books, invoices=[{"number": "78", "total": "2.00"}])
    assert check(books, actor).state == "traces"


def _on(chosen: Any) -> Any:
    return replace(chosen, enabled=True)
