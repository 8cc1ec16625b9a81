"""``/api/v1/invoices``: what a program sees of invoices, and what it never sees (B-30, C.13, C.14)."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.models import Company, Membership
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices.models.invoices import Origin
from tests import books, tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db
INVOICES = "/api/v1/invoices"


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design")


@pytest.fixture
def owner(company: Company) -> Membership:
    return tenants.member(company.portal, Role.OWNER)


def ask(
    member: Membership, path: str = INVOICES, scopes: frozenset[Right] = ALL, **headers: str
) -> Any:
    text = api_tokens.create(member.person, member.portal, "test", scopes, NOON)[1]
    return Client().get(path, headers={"Authorization": f"Bearer {text}", **headers})


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["number"] for each in answer.json()["results"]]


def rep(company: Company, **fields: Any) -> Membership:
    return tenants.member(company.portal, Role.SALES_REP, hubspot_owner_id="71", **fields)


# ------------------------------------------------------------------------------------ what it says
def test_b30_amounts_are_texts_with_the_currencys_decimals(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company)
    dollars = books.pay(books.invoice(company, deal, total="150.00"), "50.10")
    yen = books.invoice(company, total="12000", CurrencyRef={"value": "JPY"})
    found = {each["id"]: each for each in ask(owner).json()["results"]}
    assert {name: found[str(dollars.pk)][name] for name in ("total", "paid", "credited", "open")} == {
        "total": "150.00", "paid": "50.10", "credited": "0.00", "open": "99.90",
    }  # fmt: skip
    assert found[str(yen.pk)]["total"] == "12000"
    assert found[str(dollars.pk)]["stage"] == "partially_paid"
    assert found[str(dollars.pk)]["deals"] == [deal.hubspot_id]
    assert found[str(dollars.pk)]["company"] == {
        "id": str(company.pk), "name": "Harbor Light Design",
    }  # fmt: skip
    assert found[str(dollars.pk)]["customer"] == {"id": "1", "name": "Amy's Bird Sanctuary"}


def test_b30_the_detail_adds_lines_payments_and_records(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company)
    row = books.pay(books.invoice(company, deal), "150", TotalAmt=Decimal(110))
    found = ask(owner, f"{INVOICES}/{row.pk}").json()
    assert found["message"] == "Thank you for your business."
    assert found["lines"] == [
        {
            "item_id": "4", "item": "Design", "description": "Custom design", "quantity": "2",
            "unit_price": "75", "tax_code_id": "NON", "service_date": None,
                "class_name": "", "amount": "150.00",
        }
    ]  # fmt: skip
    payment = found["payments"][0]
    assert (payment["applied"], payment["paid"], payment["reference"]) == (
        "150.00", "110.00", "4711",
    )  # fmt: skip
    assert (found["paid"], found["credited"], found["stage"]) == ("110.00", "40.00", "paid")
    assert found["attachments"][0]["hubspot_id"] == deal.hubspot_id
    assert found["attachments"][0]["counts"] is True


# --------------------------------------------------------------------------------- filters, cursor
def test_b30_each_filter_narrows(company: Company, owner: Membership) -> None:
    deal = books.deal(company)
    sent = books.invoice(company, deal, EmailStatus="EmailSent", TxnDate=books.days(-20))
    late = books.invoice(
        company, DueDate=books.days(-3), CustomerRef={"value": "7", "name": "Mill"}
    )
    other = books.invoice(tenants.company(company.portal), now=NOON + timedelta(hours=2))
    since = (NOON + timedelta(hours=1)).isoformat().replace("+", "%2B")
    for query, expected in (
        ("stage=sent", [sent]),
        ("stage=sent&stage=overdue", [sent, late]),
        (f"company={other.company_id}", [other]),
        ("customer_id=7", [late]),
        ("customer=amy", [sent, other]),
        (f"number={late.doc_number}", [late]),
        (f"deal={deal.hubspot_id}", [sent]),
        ("deal=404", []),
        (f"invoice_date_to={books.days(-10)}", [sent]),
        (f"invoice_date_from={books.days(-10)}", [late, other]),
        (f"due_date_to={books.days(-1)}", [late]),
        (f"due_date_from={books.days(0)}", [sent, other]),
        (f"updated_since={since}", [other]),
        (f"stage=overdue&company={other.company_id}", []),
    ):
        found = numbers(ask(owner, f"{INVOICES}?{query}"))
        assert sorted(found) == sorted(each.doc_number for each in expected), query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=late", "stage"),
        ("company=seven", "company"),
        ("due_date_from=31.12.2026", "due_date_from"),
        ("updated_since=yesterday", "updated_since"),
        ("stag=paid", "stag"),
        ("limit=0", "limit"),
    ],
)
def test_b30_a_filter_nobody_understands_is_refused(
    owner: Membership, query: str, field: str
) -> None:
    answer = ask(owner, f"{INVOICES}?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "api.invalid"
    assert [each["field"].split(".")[0] for each in answer.json()["errors"]] == [field]


def test_b30_pages_follow_a_row_while_others_come_and_change(
    company: Company, owner: Membership
) -> None:
    made = [books.invoice(company, now=NOON + timedelta(minutes=each)) for each in range(7)]
    first = ask(owner, f"{INVOICES}?limit=3").json()
    books.invoice(company, now=NOON + timedelta(hours=1))
    seen, cursor = [each["number"] for each in first["results"]], first["next"]
    while cursor:
        page = ask(owner, f"{INVOICES}?limit=3&cursor={cursor}").json()
        seen += [each["number"] for each in page["results"]]
        cursor = page["next"]
    assert seen == [each.doc_number for each in reversed(made)]


def test_b30_an_answer_that_did_not_change_is_not_sent_again(
    company: Company, owner: Membership
) -> None:
    row = books.invoice(company)
    path = f"{INVOICES}/{row.pk}"
    tag = ask(owner, path)["ETag"]
    again = ask(owner, path, **{"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    books.pay(row, "10")
    changed = ask(owner, path, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


# ------------------------------------------------------------------------------------------ rights
def test_c13_a_rep_gets_the_invoices_of_deals_in_reach(company: Company) -> None:
    mine = books.deal(company, owner_id="71")
    team = books.deal(company, owner_id="72", owner_team_ids=["5"])
    foreign = books.deal(company, owner_id="73")
    rows = [books.invoice(company, each) for each in (mine, team, foreign)]
    loose = books.invoice(company, origin=Origin.SYNCED)
    member = rep(company, hubspot_team_ids=["5"])
    assert sorted(numbers(ask(member))) == sorted(each.doc_number for each in rows[:2])
    for row in (rows[2], loose):
        assert ask(member, f"{INVOICES}/{row.pk}").status_code == 404
    assert ask(member, f"{INVOICES}/{rows[1].pk}").status_code == 200
    company.portal.deal_scope = DealScope.ALL
    company.portal.save()
    assert len(numbers(ask(member))) == 4


def test_c13_a_rep_is_not_told_of_foreign_deals_on_the_same_invoice(company: Company) -> None:
    mine, foreign = books.deal(company, owner_id="71"), books.deal(company, owner_id="73")
    row = books.invoice(company, foreign, mine)
    found = ask(rep(company), f"{INVOICES}/{row.pk}").json()
    assert found["deals"] == [mine.hubspot_id]
    assert [each["hubspot_id"] for each in found["attachments"]] == [mine.hubspot_id]
    assert numbers(ask(rep(company), f"{INVOICES}?deal={foreign.hubspot_id}")) == []


def test_c13_an_invoice_taken_off_the_deal_is_out_of_reach(company: Company) -> None:
    row = books.invoice(company, books.deal(company, owner_id="71"))
    row.attachments.update(detached_at=NOON)
    assert ask(rep(company), f"{INVOICES}/{row.pk}").status_code == 404


def test_c14_other_portals_and_companies_do_not_exist(company: Company, owner: Membership) -> None:
    elsewhere = books.invoice(tenants.company(tenants.portal()))
    second = tenants.company(company.portal)
    theirs = books.invoice(second)
    ours = books.invoice(company)
    assert ask(owner, f"{INVOICES}/{elsewhere.pk}").status_code == 404
    limited = tenants.member(company.portal, Role.ACCOUNTANT, company)
    assert numbers(ask(limited)) == [ours.doc_number]
    assert ask(limited, f"{INVOICES}/{theirs.pk}").status_code == 404
    assert numbers(ask(limited, f"{INVOICES}?company={second.pk}")) == []


def test_c15_the_scope_to_see_is_needed(company: Company, owner: Membership) -> None:
    row = books.invoice(company)
    for path in (INVOICES, f"{INVOICES}/{row.pk}"):
        answer = ask(owner, path, ALL - {Right.VIEW})
        assert (answer.status_code, answer.json()["code"]) == (403, "access.token_scope")


# ----------------------------------------------------------------------------- speed, the document
def test_m10_a_page_of_many_asks_as_often_as_one_of_few(
    company: Company, owner: Membership
) -> None:
    counts = []
    for many in (2, 20):
        for _ in range(many):
            books.invoice(company, books.deal(company))
        with CaptureQueriesContext(connection) as queries:
            assert len(numbers(ask(owner))) >= many
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_b30_the_document_is_clean_and_answers_match_it(
    company: Company, owner: Membership, tmp_path: Any
) -> None:
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json",
        "--file", str(tmp_path / "schema.json"),
    )  # fmt: skip
    document = json.loads((tmp_path / "schema.json").read_text())
    row = books.pay(books.invoice(company, books.deal(company)), "20")
    books.invoice(company, CurrencyRef={"value": "GBP"}, ExchangeRate=Decimal("1.31"))
    for path, address in (
        (INVOICES, INVOICES),
        (f"{INVOICES}/{{invoice_id}}", f"{INVOICES}/{row.pk}"),
    ):
        answer = document["paths"][path]["get"]["responses"]["200"]
        schema = {
            **answer["content"]["application/json"]["schema"],
            "components": document["components"],
        }
        jsonschema.validate(ask(owner, address).json(), schema)
    names = {each["name"] for each in document["paths"][INVOICES]["get"]["parameters"]}
    assert {"stage", "company", "customer", "number", "updated_since", "cursor"} <= names
