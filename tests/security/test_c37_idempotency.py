"""Control 37 and B-30: a call that arrives twice has one effect and one answer."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from integration import jobs, vault
from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import FORGET, KEPT, forget_answers, once
from integration.models import IdempotentCall, Membership
from integration.models.people import Role
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


class Orders(PortalApiView):
    """An endpoint with an effect that can be counted."""

    rights: ClassVar = {"POST": Right.SEND}
    done: ClassVar[list[Any]] = []
    gone: ClassVar[set[str]] = set()

    def check_reach(self, place: str) -> None:
        if place in self.gone:
            raise Http404

    @once
    def post(self, request: Request, place: str) -> Response:
        if request.data.get("breaks") == "before":
            raise ApiProblem("api.invalid")
        self.done.append(self.operation_id)
        if request.data.get("breaks") == "after":
            raise RuntimeError("the process ended here")
        return Response({"number": len(self.done), "place": place}, status=202)


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    Orders.done.clear()
    Orders.gone.clear()


@pytest.fixture
def member() -> Membership:
    return tenants.member(tenants.portal(), Role.OWNER)


def token(member: Membership, scopes: frozenset[Right] = ALL) -> str:
    return api_tokens.create(member.person, member.portal, "test", scopes, NOON)[1]


def post(text: str, key: str = "k-1", place: str = "here", **body: Any) -> Any:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    if key:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    request = APIRequestFactory().post(f"/orders/{place}", body, format="json", **headers)
    return Orders.as_view()(request, place=place)


def test_c37_twice_with_the_same_key_is_one_effect_and_the_same_answer(member: Membership) -> None:
    text = token(member)
    first, second = post(text, amount="1.10"), post(text, amount="1.10")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.data == second.data == {"number": 1, "place": "here"}
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert len(Orders.done) == 1


@pytest.mark.parametrize("changes", [{"amount": "2"}, {"place": "there"}])
def test_c37_the_same_key_for_something_else_is_refused(
    member: Membership, changes: dict[str, str]
) -> None:
    text = token(member)
    post(text, amount="1")
    answer = post(text, **{"amount": "1", **changes})
    assert (answer.status_code, answer.data["code"]) == (422, "api.key_used_otherwise")
    assert len(Orders.done) == 1


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "api.key_missing"), ("k" * 256, "api.key_unreadable"), ("\x07", "api.key_unreadable")],
)
def test_c37_a_key_is_required_and_readable(member: Membership, key: str, code: str) -> None:
    answer = post(token(member), key)
    assert (answer.status_code, answer.data["code"]) == (400, code)
    assert Orders.done == []


def test_c37_keys_of_other_people_and_tokens_are_their_own(member: Membership) -> None:
    other = tenants.member(member.portal, Role.OWNER)
    for text in (token(member), token(member), token(other)):
        assert post(text).status_code == 202
    assert len(set(Orders.done)) == 3


def test_c37_after_rights_were_lost_the_answer_is_not_given_again(member: Membership) -> None:
    text = token(member)
    post(text)
    Orders.gone.add("here")
    assert post(text).status_code == 404
    Orders.gone.clear()
    Membership.objects.for_portal(member.portal).update(role=Role.READ_ONLY)
    assert post(text).status_code == 403


def test_c37_a_call_that_broke_is_done_again_as_the_same_operation(member: Membership) -> None:
    text = token(member)
    with pytest.raises(RuntimeError):
        post(text, breaks="after")
    with pytest.raises(RuntimeError):
        post(text, breaks="after")
    assert len(Orders.done) == 2
    assert len(set(Orders.done)) == 1


def test_c37_a_refusal_is_not_kept(member: Membership) -> None:
    text = token(member)
    assert post(text, breaks="before").status_code == 400
    row = IdempotentCall.objects.for_portal(member.portal).get()
    assert (row.status, row.answer, row.running_until) == (None, "", None)


def test_c37_while_the_first_is_being_worked_on_the_second_waits(member: Membership) -> None:
    text = token(member)
    post(text)
    rows = IdempotentCall.objects.for_portal(member.portal)
    rows.update(status=None, answer="", running_until=_in_a_minute())
    answer = post(text)
    assert (answer.status_code, answer.data["code"]) == (409, "api.key_busy")
    rows.update(running_until=_in_a_minute() - timedelta(minutes=5))
    assert post(text).status_code == 202


def test_c37_the_answer_is_sealed_and_goes_after_a_day_but_the_key_stays(
    member: Membership,
) -> None:
    text = token(member)
    post(text, place="secret-place")
    row = IdempotentCall.objects.for_portal(member.portal).get()
    assert "secret-place" not in row.answer
    assert "secret-place" in vault.take(row, "answer")
    job = jobs.open_jobs(member.portal).get(kind=FORGET)
    lease = jobs.Lease(job.pk, job.epoch)
    early = forget_answers(job, lease, row.called_at)
    assert early is not None
    assert early.at == row.called_at + KEPT
    assert forget_answers(job, lease, early.at) is None
    answer = post(text, place="secret-place")
    assert (answer.status_code, answer.data["code"]) == (409, "api.key_spent")
    assert len(Orders.done) == 1


def _in_a_minute() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() + interval '1 minute'")
        return cursor.fetchone()[0]
