"""``POST /api/v1/invoices``: an invoice made by a program (B-04, B-30)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.clock import now
from integration.models.people import Role
from invoices import drafts
from invoices.models import Draft, Invoice, InvoiceOperation
from tests import tenants
from tests.invoices.conftest import books, desk, unlimited
from tests.invoices.desk import DEAL, Desk

__all__ = ["books", "desk", "unlimited"]
INVOICES = "/api/v1/invoices"


def token(at: Desk, scopes: frozenset[Right] = ALL) -> str:
    return api_tokens.create(at.member.person, at.member.portal, "test", scopes, now())[1]


def order(at: Desk, **more: Any) -> dict[str, Any]:
    return {
        "company": str(at.company.pk),
        "deal": DEAL,
        "customer_id": at.customer().id,
        "lines": [{"item_id": at.item().id, "quantity": "2", "unit_price": "12.50"}],
        **more,
    }


def post(text: str, body: dict[str, Any], key: str = "one") -> Any:
    headers = {"Authorization": f"Bearer {text}"} | ({"Idempotency-Key": key} if key else {})
    return Client().post(INVOICES, body, content_type="application/json", headers=headers)


def test_b30_a_program_makes_an_invoice(desk: Desk) -> None:
    body = order(desk, message="Thanks", purchase_order="PO-7", email="pay@example.org")
    answer = post(token(desk), body)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    invoice = Invoice.objects.for_portal(desk.books.portal).get()
    assert (told["state"], told["invoice"]) == ("created", str(invoice.pk))
    assert invoice.total - invoice.total_tax == Decimal("25.00")
    assert invoice.bill_email == "pay@example.org"
    [raw] = desk.in_quickbooks(Id=invoice.qbo_id)
    assert raw["CustomerMemo"]["value"] == "Thanks"
    state = Client().get(answer["Location"], headers={"Authorization": f"Bearer {token(desk)}"})
    assert state.json() == told


def test_b30_b04_the_same_key_twice_gives_one_invoice_and_the_same_answer(desk: Desk) -> None:
    text = token(desk)
    first, second = post(text, order(desk)), post(text, order(desk))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert Invoice.objects.for_portal(desk.books.portal).count() == 1
    other = post(text, order(desk, message="Something else"))
    assert other.status_code == 422
    assert other.json()["code"] == "api.key_used_otherwise"


def test_b04_a_lost_answer_and_the_same_key_is_one_invoice(desk: Desk) -> None:
    text = token(desk)
    desk.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "method": "POST", "path": "/invoice$"},
            "fault": {"kind": "reset", "when": "after_commit"},
            "times": 1,
        }
    )
    first = post(text, order(desk))
    assert (first.status_code, first.json()["state"]) == (202, "in_progress")
    again = post(text, order(desk), key="another")
    operations = InvoiceOperation.objects.for_portal(desk.books.portal)
    first_operation = operations.get(pk=first.json()["id"])
    assert len(desk.ours(first_operation)) == 1
    assert again.json()["id"] != first.json()["id"], "another key is another invoice"


def test_b05_all_blockers_at_once_and_nothing_is_stored(desk: Desk) -> None:
    body = order(
        desk,
        lines=[
            {"item_id": desk.item().id, "quantity": "0"},
            {"item_id": "999999", "unit_price": "5"},
        ],
        due_date="2001-01-01",
    )
    answer = post(token(desk), body)
    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json()["errors"]}
    assert "lines.0.quantity" in fields
    assert any(field.startswith("lines.1") for field in fields)
    assert not Draft.objects.for_portal(desk.books.portal).exists()
    assert desk.books.calls("quickbooks", writes=True) == []


def test_b22_check_only_stores_nothing(desk: Desk) -> None:
    answer = post(token(desk), order(desk, check_only=True))
    assert answer.status_code == 200
    assert (answer.json()["ready"], answer.json()["net"]) == (True, "25.00")
    assert not Draft.objects.for_portal(desk.books.portal).exists()
    assert desk.books.calls(writes=True) == []


def test_s31_a_new_customer_comes_with_it(desk: Desk) -> None:
    body = order(desk, new_customer={"display_name": "Program & Co", "email": "a@program.example"})
    del body["customer_id"]
    assert post(token(desk), body).status_code == 201
    assert len(desk.customers_named("Program & Co")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": []}, "lines"),
        ({"customer_id": None}, "customer_id"),
        ({"new_customer": {"display_name": "Both"}}, ""),
        ({"deal": "abc"}, "deal"),
        ({"deal": "999999999"}, "deal"),
        ({"discount": {"percent": "5", "amount": "1"}}, "discount"),
        ({"invoice_date": "31.12.2026"}, "invoice_date"),
    ],
)
def test_bad_input_names_the_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = post(token(desk), order(desk, **change))
    assert answer.status_code == 400, answer.content
    assert field in [each["field"] for each in answer.json()["errors"]]


def test_b04_a_draft_that_a_person_discarded_is_not_made_by_the_old_key(desk: Desk) -> None:
    """QuickBooks refused it, so the draft is a person's: the key's repeat says what became of it."""
    text, body = token(desk), {"Fault": {"Error": [{"code": "6000", "Message": "Business"}]}}
    desk.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "method": "POST", "path": "/invoice$"},
            "fault": {"kind": "status", "when": "before", "status": 400, "body": body},
            "times": 1,
        }
    )
    assert post(text, order(desk)).status_code == 422
    draft = Draft.objects.for_portal(desk.books.portal).get()
    drafts.discard(desk.actor, draft, now())
    again = post(text, order(desk))
    assert (again.status_code, again.json()["code"]) == (409, "draft.discarded")
    assert not Invoice.objects.for_portal(desk.books.portal).exists()


def test_b04_what_a_person_edited_after_a_refusal_is_not_overwritten_by_the_old_key(
    desk: Desk,
) -> None:
    text, body = token(desk), {"Fault": {"Error": [{"code": "6000", "Message": "Business"}]}}
    desk.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "method": "POST", "path": "/invoice$"},
            "fault": {"kind": "status", "when": "before", "status": 400, "body": body},
            "times": 1,
        }
    )
    assert post(text, order(desk)).status_code == 422
    draft = Draft.objects.for_portal(desk.books.portal).get()
    drafts.save(
        desk.actor, draft, lambda content: replace(content, message="Mended by hand"),
        version=draft.version, step="review", now=now(),
    )  # fmt: skip
    again = post(text, order(desk))
    assert (again.status_code, again.json()["code"]) == (409, "draft.changed_elsewhere")
    draft.refresh_from_db()
    assert drafts.content_of(draft).message == "Mended by hand"
    assert not Invoice.objects.for_portal(desk.books.portal).exists()


def test_c13_rights_and_reach(desk: Desk) -> None:
    assert post(token(desk, frozenset({Right.VIEW})), order(desk)).status_code == 403
    stranger = Desk(desk.books, tenants.member(desk.books.portal, Role.SALES_REP))
    answer = post(token(stranger), order(desk))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "deal", "a foreign deal does not exist"
    other = tenants.company(tenants.portal())
    assert post(token(desk), order(desk, company=str(other.pk))).status_code == 404
    assert post(token(desk), order(desk), key="").status_code == 400


def test_b13_d08_line_discounts_and_words_over_the_api(desk: Desk) -> None:
    lines = [
        {"item_id": desk.item().id, "quantity": "2", "unit_price": "100.00",
         "discount": {"percent": "10"}},
        {"text": "Delivered in May"},
    ]  # fmt: skip
    answer = post(token(desk), order(desk, lines=lines))
    assert answer.status_code == 201, answer.content
    invoice = Invoice.objects.for_portal(desk.books.portal).get()
    first, words = invoice.raw["Line"][:2]
    assert (first["Amount"], first["SalesItemLineDetail"]["UnitPrice"]) == (180, 90)
    assert (words["DetailType"], words["Description"]) == ("DescriptionOnly", "Delivered in May")
    both = post(token(desk), order(desk, lines=[{"item_id": "1", "text": "x"}]), key="two")
    assert both.status_code == 400
