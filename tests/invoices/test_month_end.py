"""Month end: what is posted, unsent, differing and unexplained, to the cent and by company (E-11)."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integration.access import api_tokens
from integration.access.rights import ALL
from integration.clock import now
from integration.models import Company, Membership
from integration.models.people import Role
from invoices import month_end, numbering
from invoices.models import Invoice
from invoices.month import Month
from invoices.month_end import Line
from tests import tenants
from tests.invoices.months import (
    OCTOBER,
    a_gap,
    actor_of,
    fill,
    invoice,
)
from tests.invoices.pages import BACKEND
from tests.tenants import NOON


@pytest.fixture
def company(db: None) -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design", time_zone="Asia/Taipei")


@pytest.fixture
def accountant(company: Company) -> Membership:
    return tenants.member(company.portal, Role.ACCOUNTANT)


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return client


def place(company: Company, rest: str = "", **query: Any) -> str:
    asked = {"company": company.pk, "month": OCTOBER, **query}
    shown = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/p/{company.portal_id}/invoices/month-end/{rest}?{shown}"


def found(company: Company, by: Membership, of: Month = OCTOBER) -> dict[Line, Any]:
    return {each.line: each for each in month_end.report(actor_of(by), company, of)}


def sums(company: Company, by: Membership, line: Line) -> dict[str, Decimal]:
    return {each.currency: each.total for each in found(company, by)[line].sums}


def test_e11_every_line_counts_the_months_rows_and_adds_up_by_currency(
    company: Company, accountant: Membership
) -> None:
    fill(company, accountant)
    lines = found(company, accountant)
    assert {line.value: each.count for line, each in lines.items()} == {
        "created": 5, "not_sent": 3, "total_differs": 1, "changed_after_approval": 1,
        "waiting_for_approval": 1, "number_gaps": 1,
    }  # fmt: skip
    created = {each.currency: each for each in lines[Line.CREATED].sums}
    assert created["USD"].total == Decimal("380.30")
    assert created["USD"].tax == Decimal("7.13")
    assert created["JPY"].total == Decimal(5000)
    assert sums(company, accountant, Line.NOT_SENT) == {
        "JPY": Decimal(5000), "USD": Decimal("10.19"),
    }  # fmt: skip
    (differing,) = lines[Line.DIFFERS].sums
    assert (differing.total, differing.expected) == (Decimal("30.00"), Decimal("29.98"))


def test_e11_another_company_and_a_deleted_invoice_do_not_count(
    company: Company, accountant: Membership
) -> None:
    other = tenants.company(company.portal, name="Other")
    invoice(other, "1000.00")
    gone = invoice(company, "40.00")
    Invoice.objects.for_portal(company.portal).filter(pk=gone.pk).update(
        deleted_at=NOON, billed=0, open=0, stage="deleted"
    )
    invoice(company, "60.00")
    assert sums(company, accountant, Line.CREATED) == {"USD": Decimal("60.00")}
    assert found(company, accountant)[Line.CREATED].count == 1


def test_e11_a_gap_counts_until_somebody_explains_it_by_the_companys_midnight(
    company: Company, accountant: Membership
) -> None:
    late = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("Asia/Taipei"))
    a_gap(company, accountant, late)
    assert found(company, accountant)[Line.GAPS].count == 0
    assert found(company, accountant, OCTOBER.next)[Line.GAPS].count == 1
    page = f"/p/{company.portal_id}/companies/{company.pk}/numbers/report/?state=gap&taken_to="
    client = browser(accountant)
    assert len(client.get(f"{page}2026-10-31").context["listing"].rows) == 0
    assert len(client.get(f"{page}2026-11-01").context["listing"].rows) == 1
    numbering.gaps(company).update(explained_at=NOON, explanation="Refused")
    assert found(company, accountant, OCTOBER.next)[Line.GAPS].count == 0


def test_e11_each_line_leads_to_exactly_its_rows(company: Company, accountant: Membership) -> None:
    tenants.company(company.portal, name="A second one")
    fill(company, accountant)
    client = browser(accountant)
    answer = client.get(place(company))
    for line in answer.context["lines"]:
        assert f'href="{line.url}"' in unescape(answer.content.decode()), line.label
        shown = client.get(line.url).context["listing"].rows
        assert len(shown) == line.found.count > 0, line.found.line


def test_e11_the_month_that_ended_last_is_shown_first_and_neighbours_are_links(
    company: Company, accountant: Membership
) -> None:
    client = browser(accountant)
    answer = client.get(f"/p/{company.portal_id}/invoices/month-end/")
    assert answer.context["month"] == month_end.last_ended(company, now())
    october = client.get(place(company))
    assert "October 2026" in october.content.decode()
    before = client.get(october.context["previous_url"])
    assert before.context["month"] == OCTOBER.previous
    assert client.get(before.context["next_url"]).context["month"] == OCTOBER


def test_e11_the_last_month_is_that_of_the_companys_own_day(company: Company) -> None:
    instant = datetime(2026, 10, 31, 20, tzinfo=UTC)
    assert month_end.last_ended(company, instant) == OCTOBER
    company.time_zone = "America/Los_Angeles"
    assert month_end.last_ended(company, instant) == OCTOBER.previous


def test_e11_a_month_that_is_none_is_said_and_the_page_still_works(
    company: Company, accountant: Membership
) -> None:
    answer = browser(accountant).get(place(company, month="<b>soon"))
    assert answer.status_code == 200
    assert "&lt;b&gt;soon is not a month." in answer.content.decode()
    assert answer.context["month"] == month_end.last_ended(company, now())


def test_e11_companies_out_of_reach_do_not_exist(company: Company) -> None:
    theirs = tenants.company(company.portal, name="Theirs")
    limited = tenants.member(company.portal, Role.ACCOUNTANT, theirs)
    client = browser(limited)
    assert client.get(place(theirs)).context["companies"] == [theirs]
    assert client.get(place(company)).status_code == 404
    assert client.get(place(company, "export.csv")).status_code == 404
    elsewhere = tenants.company(tenants.portal())
    url = place(company).replace(str(company.pk), str(elsewhere.pk))
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("role", [Role.SALES_REP, Role.READ_ONLY, Role.OPERATOR])
def test_e11_people_who_do_not_approve_do_not_see_the_page(company: Company, role: Role) -> None:
    client = browser(tenants.member(company.portal, role))
    assert client.get(place(company)).status_code == 403
    assert "month-end" not in client.get(f"/p/{company.portal_id}/invoices/").content.decode()


def test_e11_the_csv_has_every_row_and_runs_no_formula(
    company: Company, accountant: Membership
) -> None:
    fill(company, accountant)
    invoice(company, "1.00", CustomerRef={"value": "1", "name": '=HYPERLINK("http://x")'})
    answer = browser(accountant).get(place(company, "export.csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.DictReader(io.StringIO(text)))
    counts = {line: each.count for line, each in found(company, accountant).items()}
    for line, count in counts.items():
        assert len([each for each in lines if each["line"] == line.value]) == count, line
    created = [each for each in lines if each["line"] == "created" and each["currency"] == "USD"]
    total = sum((Decimal(each["total"]) for each in created), Decimal(0))
    assert total == sums(company, accountant, Line.CREATED)["USD"]
    assert {each["customer"] for each in lines if "HYPERLINK" in each["customer"]} == {
        '\'=HYPERLINK("http://x")'
    }
    assert {each["expected_total"] for each in lines if each["line"] == "total_differs"} == {
        "29.9800"
    }


def test_e11_two_invoices_and_two_hundred_take_the_same_queries(
    company: Company, accountant: Membership
) -> None:
    client = browser(accountant)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(place(company)).status_code == 200
        return len(seen)

    for _number in range(2):
        invoice(company)
    queries()
    few = queries()
    made = [invoice(company) for _number in range(2)]
    copies = []
    for number in range(198):
        copy = Invoice.objects.for_portal(company.portal).get(pk=made[number % 2].pk)
        copy.pk, copy.qbo_id, copy._state.adding = None, f"c{number}", True
        copy.pk = Invoice._meta.pk.get_default()
        copies.append(copy)
    Invoice.objects.bulk_create(copies)
    assert queries() == few
    assert found(company, accountant)[Line.CREATED].count == 202


# ------------------------------------------------------------------------------------------ the API
def ask(member: Membership, query: str) -> Any:
    text = api_tokens.create(member.person, member.portal, "test", ALL, now())[1]
    return Client().get(f"/api/v1/month-end?{query}", headers={"Authorization": f"Bearer {text}"})


def test_e11_the_api_says_the_same_as_the_page(company: Company, accountant: Membership) -> None:
    fill(company, accountant)
    told = ask(accountant, f"company={company.pk}&month=2026-10").json()
    assert (told["date_from"], told["date_to"]) == ("2026-10-01", "2026-10-31")
    lines = {each["line"]: each for each in told["lines"]}
    assert {line: each["count"] for line, each in lines.items()} == {
        line.value: each.count for line, each in found(company, accountant).items()
    }
    assert lines["created"]["sums"] == [
        {"currency": "JPY", "count": 1, "total": "5000", "tax": "0", "expected": None},
        {"currency": "USD", "count": 4, "total": "380.30", "tax": "7.13", "expected": None},
    ]
    assert lines["total_differs"]["sums"][0]["expected"] == "29.98"


def test_e11_the_api_names_what_is_wrong_with_the_question(
    company: Company, accountant: Membership
) -> None:
    wrong = ask(accountant, f"company={company.pk}&month=13")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "month")
    missing = ask(accountant, "month=2026-10")
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (400, "company")
    assert ask(accountant, "company=x").status_code == 404
    assert ask(accountant, f"company={tenants.company(tenants.portal()).pk}").status_code == 404
    rep = tenants.member(company.portal, Role.SALES_REP)
    assert ask(rep, f"company={company.pk}").status_code == 403
