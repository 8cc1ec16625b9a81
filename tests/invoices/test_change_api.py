"""``/void``, ``/correct``, ``/copy`` and ``/changes`` for programs (B-30, D-14)."""

import json
from typing import Any

from django.test import Client

from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.clock import now
from integration.models import Membership
from integration.models.people import Role
from invoices.models import Draft, Invoice, InvoiceChange
from tests import tenants
from tests.invoices.change_desk import made, state_of, there
from tests.invoices.desk import DEAL, Desk


class Program:
    """One token, and a key for each thing it wants done."""

    def __init__(self, member: Membership, scopes: frozenset[Right] = ALL) -> None:
        text = api_tokens.create(member.person, member.portal, "test", scopes, now())[1]
        self.headers = {"Authorization": f"Bearer {text}"}

    def post(self, invoice: Invoice, act: str, key: str = "one", **body: str) -> Any:
        return Client().post(
            f"/api/v1/invoices/{invoice.pk}/{act}", json.dumps(body), "application/json",
            headers={**self.headers, "Idempotency-Key": key},
        )  # fmt: skip

    def get(self, invoice: Invoice, what: str) -> Any:
        return Client().get(f"/api/v1/invoices/{invoice.pk}/{what}", headers=self.headers)


def test_b30_void_with_the_same_key_is_one_void_and_one_answer(desk: Desk) -> None:
    invoice, program = made(desk), Program(desk.member)
    first = program.post(invoice, "void", reason="Ordered twice")
    assert first.status_code == 202, first.content
    assert (first.json()["state"], first.json()["kind"]) == ("done", "void")
    again = program.post(invoice, "void", reason="Ordered twice")
    assert (again.status_code, again.json()) == (202, first.json())
    assert InvoiceChange.objects.for_portal(desk.books.portal).count() == 1
    assert there(desk, invoice)["TotalAmt"] == 0
    other = program.post(invoice, "void", key="two")
    assert (other.status_code, other.json()["code"]) == (409, "change.voided")


def test_b30_correct_tells_the_credit_and_the_new_draft(desk: Desk) -> None:
    invoice, program = made(desk), Program(desk.member)
    desk.books.do("send", invoice_id=invoice.qbo_id, address="a@example.com")
    desk.books.sync()
    acts = {each["act"]: each for each in program.get(invoice, "changes").json()["acts"]}
    assert (acts["correct"]["allowed"], acts["edit"]["allowed"]) == (True, False)
    assert acts["edit"]["code"] == "change.sent"
    answer = program.post(invoice, "correct").json()
    assert (answer["state"], answer["credit_total"]) == ("done", answer["applied"])
    draft = Draft.objects.for_portal(desk.books.portal).get(pk=answer["draft_id"])
    assert draft.deal.hubspot_id == DEAL
    (change,) = program.get(invoice, "changes").json()["changes"]
    assert change["credit_number"] == answer["credit_number"]


def test_b30_copy_makes_one_draft_for_one_key(desk: Desk) -> None:
    invoice, program = made(desk), Program(desk.member)
    before = len(state_of(desk, "Invoice"))
    first, again = (program.post(invoice, "copy").json() for _twice in range(2))
    assert first == again
    rows = Draft.objects.for_portal(desk.books.portal).filter(state="open")
    assert [str(row.pk) for row in rows] == [first["draft_id"]]
    assert len(state_of(desk, "Invoice")) == before


def test_c13_a_token_without_the_right_voids_nothing(desk: Desk) -> None:
    invoice = made(desk)
    limited = Program(desk.member, frozenset({Right.VIEW, Right.POST}))
    assert limited.post(invoice, "void").status_code == 403
    rep = Program(tenants.member(desk.books.portal, Role.SALES_REP))
    assert rep.post(invoice, "correct").status_code in (403, 404)
    assert not InvoiceChange.objects.for_portal(desk.books.portal).exists()


def test_b30_a_call_without_a_key_is_refused(desk: Desk) -> None:
    invoice, program = made(desk), Program(desk.member)
    answer = Client().post(
        f"/api/v1/invoices/{invoice.pk}/void", "{}", "application/json", headers=program.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "api.key_missing")
