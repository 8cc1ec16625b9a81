"""``/api/v1/invoices/<id>/send``, ``schedule`` and ``pay-link`` (B-16, B-30, control 37)."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client

from integration import jobs
from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.clock import now
from integration.models.people import Role
from invoices.models import Invoice, InvoiceSending
from invoices.models.sending import SendState
from tests import tenants
from tests.invoices.conftest import books, desk, unlimited  # noqa: F401
from tests.invoices.desk import Desk
from tests.invoices.mails import TO, allow, fresh, made, mails

API = "/api/v1/invoices"


class Program:
    """A program with a token of the desk's owner, or of another member."""

    def __init__(self, desk: Desk, member: Any = None, scopes: frozenset[Right] = ALL) -> None:  # noqa: F811
        who = member or desk.member
        self.text = api_tokens.create(who.person, who.portal, "test", scopes, now())[1]
        self.client = Client()

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.text}"}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.generic(
            method,
            f"{API}/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )

    def post(self, path: str, key: str = "k-1", **body: Any) -> Any:
        return self.ask("POST", path, body, key)


@pytest.fixture
def program(desk: Desk) -> Program:  # noqa: F811
    allow(desk)
    return Program(desk)


def later(hours: float = 1) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


# --------------------------------------------------------------------------------------------- send
def test_b30_the_same_post_twice_is_one_mail_and_the_same_answer(
    desk: Desk,  # noqa: F811
    program: Program,
) -> None:
    row = made(desk)
    first = program.post(f"{row.pk}/send", "key-1", cc="boss@x.example")
    second = program.post(f"{row.pk}/send", "key-1", cc="boss@x.example")
    assert (first.status_code, second.status_code) == (202, 202), first.content
    assert first.json() == second.json()
    assert first.json()["state"] == "sent"
    assert second["Idempotency-Replayed"] == "true"
    assert [(each["to"], each["cc"]) for each in mails(desk)] == [(TO, "boss@x.example")]


def test_c37_the_key_is_needed_and_bound_to_the_call(desk: Desk, program: Program) -> None:  # noqa: F811
    row, other = made(desk), made(desk)
    for path in ("send", "schedule"):
        answer = program.post(f"{row.pk}/{path}", "")
        assert (answer.status_code, answer.json()["code"]) == (400, "api.key_missing")
    assert program.post(f"{row.pk}/send", "key").status_code == 202
    for path, body in ((f"{row.pk}/send", {"to": "x@y.example"}), (f"{other.pk}/send", {})):
        answer = program.post(path, "key", **body)
        assert (answer.status_code, answer.json()["code"]) == (422, "api.key_used_otherwise")
    assert len(mails(desk)) == 1


def test_c37_a_deal_taken_away_takes_the_answer_away(desk: Desk, program: Program) -> None:  # noqa: F811
    row = made(desk)
    assert program.post(f"{row.pk}/send").status_code == 202
    tenants_member = tenants.member(desk.books.portal, Role.SALES_REP, hubspot_owner_id="1")
    assert Program(desk, tenants_member).post(f"{row.pk}/send").status_code in (403, 404)
    elsewhere = tenants.member(tenants.portal(), Role.OWNER)
    assert Program(desk, elsewhere).post(f"{row.pk}/send").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "nobody"}, "to"),
        ({"cc": "a@b.example, x"}, "cc"),
        ({"bcc": f"{'b' * 95}@x.example"}, "bcc"),
        ({"to": 7}, "to"),
    ],
)
def test_d17_addresses_that_will_not_do_are_named(
    desk: Desk,  # noqa: F811
    program: Program,
    body: dict[str, Any],
    field: str,
) -> None:
    answer = program.post(f"{made(desk).pk}/send", **body)
    assert answer.status_code == 400, answer.content
    assert [each["field"] for each in answer.json()["errors"]][:1] == [field]
    assert mails(desk) == []


def test_s48_off_by_default_says_so_with_all_reasons(desk: Desk) -> None:  # noqa: F811
    row = made(desk)
    Invoice.objects.for_portal(row.portal_id).filter(pk=row.pk).update(open=0)
    program = Program(desk)
    answer = program.post(f"{row.pk}/send")
    assert (answer.status_code, answer.json()["code"]) == (409, "sending.not_allowed")
    codes = [each["code"] for each in answer.json()["errors"]]
    assert codes == ["sending.not_allowed", "sending.nothing_open"]
    told = program.ask("GET", f"{row.pk}/send").json()
    assert told["may_send"] is False
    assert [each["code"] for each in told["why_not"]] == codes


def test_c15_the_scope_to_send_is_needed(desk: Desk) -> None:  # noqa: F811
    row = made(desk)
    program = Program(desk, scopes=ALL - {Right.SEND})
    for method, path in (("POST", "send"), ("POST", "schedule"), ("DELETE", "schedule")):
        answer = program.ask(method, f"{row.pk}/{path}", {}, "k")
        assert (answer.status_code, answer.json()["code"]) == (403, "access.token_scope")


# ----------------------------------------------------------------------------------------- schedule
def test_b16_schedule_change_and_call_off(desk: Desk, program: Program) -> None:  # noqa: F811
    row = made(desk)
    first = program.post(f"{row.pk}/schedule", "s-1", at=later())
    assert (first.status_code, first.json()["state"]) == (202, "waiting"), first.content
    second = program.post(f"{row.pk}/schedule", "s-2", at=later(2), to="other@x.example")
    assert second.json()["to"] == "other@x.example"
    told = program.ask("GET", f"{row.pk}/send").json()
    assert told["scheduled"]["id"] == second.json()["id"]
    assert program.ask("DELETE", f"{row.pk}/schedule").status_code == 204
    assert program.ask("DELETE", f"{row.pk}/schedule").status_code == 204
    desk.books.turn(days=1)
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())
    assert mails(desk) == []
    states = InvoiceSending.objects.for_portal(row.portal_id).values_list("state", flat=True)
    assert set(states) == {SendState.CANCELLED}


@pytest.mark.parametrize(
    ("at", "status", "code"),
    [
        ("", 400, "api.invalid"),
        ("tomorrow", 400, "api.invalid"),
        ("2026-13-45T25:00", 400, "api.invalid"),
        (7, 400, "api.invalid"),
        ("2020-01-01T00:00:00Z", 422, "sending.time_past"),
        ("2090-01-01T00:00:00Z", 422, "sending.time_too_far"),
    ],
)
def test_d17_a_time_that_cannot_be(
    desk: Desk,  # noqa: F811
    program: Program,
    at: Any,
    status: int,
    code: str,
) -> None:
    answer = program.post(f"{made(desk).pk}/schedule", at=at)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content


# ----------------------------------------------------------------------------------------- pay link
def test_b16_the_pay_link_or_why_there_is_none(desk: Desk, program: Program) -> None:  # noqa: F811
    row = made(desk)
    found = program.ask("GET", f"{row.pk}/pay-link")
    assert found["Cache-Control"] == "no-store"
    assert "/t/scs-v1-" in found.json()["url"]
    desk.books.do(
        "edit", invoice_id=row.qbo_id,
        fields={"AllowOnlineCreditCardPayment": False, "AllowOnlineACHPayment": False},
    )  # fmt: skip
    assert program.ask("GET", f"{row.pk}/pay-link").json()["code"] == "pay_link.payments_off"
    bare = made(desk, BillEmail=None)
    assert program.ask("GET", f"{bare.pk}/pay-link").json()["code"] == "pay_link.no_address"
    desk.books.do("pay", invoice_id=row.qbo_id)
    desk.books.sync()
    desk.books.forget()
    paid = program.ask("GET", f"{row.pk}/pay-link").json()
    assert (paid["url"], paid["code"]) == ("", "pay_link.paid")
    assert desk.books.calls("quickbooks") == []
    assert "scs-v1" not in json.dumps(fresh(row).raw, default=str)


# ------------------------------------------------------------------------------------- the document
def test_b30_answers_match_the_document(desk: Desk, program: Program, tmp_path: Any) -> None:  # noqa: F811
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json",
        "--file", str(tmp_path / "schema.json"),
    )  # fmt: skip
    document = json.loads((tmp_path / "schema.json").read_text())
    row = made(desk)
    for method, path, answer in (
        ("post", "send", program.post(f"{row.pk}/send", "a")),
        ("post", "schedule", program.post(f"{row.pk}/schedule", "b", at=later())),
        ("get", "send", program.ask("GET", f"{row.pk}/send")),
        ("get", "pay-link", program.ask("GET", f"{row.pk}/pay-link")),
    ):
        described = document["paths"][f"{API}/{{invoice_id}}/{path}"][method]
        content = described["responses"][str(answer.status_code)]["content"]
        schema = {**content["application/json"]["schema"], "components": document["components"]}
        jsonschema.validate(answer.json(), schema)
        names = {each["name"] for each in described["parameters"]}
        assert ("Idempotency-Key" in names) is (method == "post")
