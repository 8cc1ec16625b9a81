"""``…/won-and-paid``: what happens with won and paid deals, for programs (E-01, B-30)."""

from typing import Any

import pytest
from django.test import Client

from integration.access import api_tokens
from integration.access.rights import ALL
from integration.clock import now
from integration.models import AuditEvent
from integration.models.people import Role
from invoices.models import DealAutomation
from tests import tenants
from tests.sync.books import Books
from tests.sync.conftest import books, unlimited

__all__ = ["books", "unlimited"]


class Program:
    """A program with a token of its own."""

    def __init__(self, books: Books, role: Role = Role.ADMIN) -> None:
        person = tenants.member(books.portal, role).person
        secret = api_tokens.create(person, books.portal, "test", ALL, now())[1]
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.address = f"/api/v1/companies/{books.company.pk}/won-and-paid"

    def get(self, more: str = "") -> Any:
        return Client().get(self.address + more, headers=self.headers)

    def change(self, **said: Any) -> Any:
        return Client().patch(
            self.address, said, headers=self.headers, content_type="application/json"
        )


def test_e01_programs_choose_what_happens_with_won_and_paid_deals(books: Books) -> None:
    program = Program(books)
    before = program.get().json()
    assert (before["enabled"], before["stages"], before["version"]) == (False, [], 1)
    choices = program.get("/choices").json()
    [won] = [each for each in choices["stages"] if each["is_won"]]
    assert (won["id"], won["taken_by"]) == ("closedwon", "")
    assert "dealstage" not in {each["name"] for each in choices["properties"]}
    for _ in range(2):
        answer = program.change(enabled=True, stages=["closedwon"])
        assert answer.status_code == 200, answer.json()
    paid = {"paid_action": "property", "paid_property": "description", "paid_value": "Paid"}
    assert program.change(**paid).json() == {**answer.json(), **paid, "version": 3}
    row = DealAutomation.objects.for_portal(books.portal).get()
    assert (row.enabled, row.stages, row.paid_value) == (True, ["closedwon"], "Paid")
    assert row.enabled_at is not None
    assert row.paid_since is not None
    events = AuditEvent.objects.for_portal(books.portal).filter(action="automation.changed")
    assert events.count() == 2
    stale = program.change(enabled=False, version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "automation.changed_meanwhile")
    assert books.company.name in stale.json()["detail"]


@pytest.mark.parametrize(
    ("said", "field", "status"),
    [
        ({"enabled": True, "stages": []}, "stages", 422),
        ({"enabled": True, "stages": ["nowhere"]}, "stages", 422),
        ({"paid_action": "stage"}, "paid_stage", 422),
        ({"paid_action": "property", "paid_property": "dealbooks_key"}, "paid_property", 422),
        ({"paid_action": "everything"}, "paid_action", 400),
    ],
)
def test_e01_bad_choices_of_programs_are_refused_by_name(
    books: Books, said: dict[str, Any], field: str, status: int
) -> None:
    answer = Program(books).change(**said)
    assert answer.status_code == status
    assert field in {each["field"] for each in answer.json()["errors"]}
    assert not DealAutomation.objects.for_portal(books.portal).exists()


def test_c13_c14_only_who_may_map_chooses_for_a_company_of_the_own_portal(books: Books) -> None:
    assert Program(books, Role.SALES_REP).get().status_code == 403
    assert Program(books, Role.SALES_REP).change(enabled=False).status_code == 403
    stranger = Program(books)
    other = tenants.member(tenants.portal(), Role.ADMIN)
    secret = api_tokens.create(other.person, other.portal, "test", ALL, now())[1]
    stranger.headers = {"Authorization": f"Bearer {secret}"}
    assert stranger.get().status_code == 404
    assert stranger.get("/choices").status_code == 404
