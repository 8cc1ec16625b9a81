"""The report of numbers: nothing is lost without a line, and gaps are explained (D-12, B-02)."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from integration.access import actors
from integration.models import AuditEvent, Company, Membership
from integration.models.people import Role
from invoices import numbering
from invoices.models import InvoiceOperation, NumberReservation
from invoices.series import Series
from tests import tenants
from tests.invoices.pages import BACKEND
from tests.tenants import NOON
from tests.unit.invoice_rows import operation
from workflows.models import Task, TaskState

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design")


@pytest.fixture
def accountant(company: Company) -> Membership:
    return tenants.member(company.portal, Role.ACCOUNTANT)


def confirm(company: Company, by: Membership, *, gaps_allowed: bool = False) -> None:
    actor = actors.of_person(by.person, by.portal, origin="session")
    assert actor is not None
    numbering.confirm(
        actor, company, Series("INV-", 4, 41), shared_by_all_forms=False,
        gaps_allowed=gaps_allowed, now=NOON,
    )  # fmt: skip


def a_gap(company: Company, by: Membership) -> tuple[InvoiceOperation, InvoiceOperation]:
    """INV-0041 was refused after INV-0042 had been taken."""
    first, second = operation(company, by), operation(company, by)
    numbering.reserve(first, NOON)
    numbering.reserve(second, NOON)
    numbering.mark_used(second, NOON)
    numbering.give_back(first, "quickbooks.610", {"name": "Amy"}, NOON)
    return first, second


def place(company: Company, page: str = "report/") -> str:
    return f"/p/{company.portal_id}/companies/{company.pk}/numbers/{page}"


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return client


def row(company: Company, text: str) -> NumberReservation:
    return NumberReservation.objects.for_portal(company.portal).get(text=text)  # type: ignore[no-any-return]


def test_d12_every_number_has_a_line_with_who_when_and_why(
    company: Company, accountant: Membership
) -> None:
    confirm(company, accountant)
    first, _second = a_gap(company, accountant)
    page = browser(accountant).get(place(company)).content.decode()
    for text in ("INV-0041", "INV-0042", "Gap", "Used", first.draft.deal.name,
                 str(accountant.person), "Why there is no invoice"):  # fmt: skip
        assert text in page
    assert row(company, "INV-0041").reason == "quickbooks.610"
    only = browser(accountant).get(place(company) + "?state=gap").content.decode()
    assert "INV-0041" in only
    assert "INV-0042" not in only


def test_b02_a_failed_post_leaves_no_silent_gap(company: Company, accountant: Membership) -> None:
    confirm(company, accountant)
    a_gap(company, accountant)
    tasks = Task.objects.for_portal(company.portal).filter(kind="numbering.gap")
    assert [(task.state, task.parameters) for task in tasks] == [
        (TaskState.OPEN, {"number": "INV-0041"})
    ]
    shown = browser(accountant).get(f"/p/{company.portal_id}/tasks/").content.decode()
    assert "INV-0041" in shown
    assert place(company) in shown


def test_d12_where_gaps_are_allowed_nobody_is_troubled(
    company: Company, accountant: Membership
) -> None:
    confirm(company, accountant, gaps_allowed=True)
    a_gap(company, accountant)
    assert not Task.objects.for_portal(company.portal).filter(kind="numbering.gap").exists()
    assert "Gaps are allowed" in browser(accountant).get(place(company)).content.decode()


def test_b02_a_number_still_the_highest_returns_and_is_no_gap(
    company: Company, accountant: Membership
) -> None:
    confirm(company, accountant)
    first = operation(company, accountant)
    numbering.reserve(first, NOON)
    numbering.give_back(first, "net.timeout", {}, NOON)
    assert row(company, "INV-0041").state == "returned"
    assert not numbering.gaps(company).exists()
    assert numbering.reserve(operation(company, accountant), NOON).text == "INV-0041"


def test_d12_an_explained_gap_is_settled(company: Company, accountant: Membership) -> None:
    confirm(company, accountant)
    a_gap(company, accountant)
    gap = row(company, "INV-0041")
    client = browser(accountant)
    explain = place(company, f"{gap.pk}/explain/")
    client.post(explain, {"explanation": "   "})
    assert numbering.gaps(company).exists()
    page = client.post(explain, {"explanation": "Customer <b>gone</b>"}, follow=True)
    assert "Customer &lt;b&gt;gone&lt;/b&gt;" in page.content.decode()
    assert not numbering.gaps(company).exists()
    task = Task.objects.for_portal(company.portal).get(kind="numbering.gap")
    assert task.state == TaskState.DONE
    events = AuditEvent.objects.for_portal(company.portal).filter(action="number.explained")
    assert events.count() == 1
    used = row(company, "INV-0042")
    client.post(place(company, f"{used.pk}/explain/"), {"explanation": "x"})
    used.refresh_from_db()
    assert used.explanation == ""


def test_d12_c20_the_export_has_the_same_rows_and_runs_no_formula(
    company: Company, accountant: Membership
) -> None:
    confirm(company, accountant)
    a_gap(company, accountant)
    gap = row(company, "INV-0041")
    client = browser(accountant)
    client.post(place(company, f"{gap.pk}/explain/"), {"explanation": "=1+1"})
    answer: Any = client.get(place(company, "report/export.csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [(each["number"], each["state"]) for each in found] == [
        ("INV-0041", "explained"), ("INV-0042", "used"),
    ]  # fmt: skip
    assert found[0]["explanation"] == "'=1+1"
    assert found[0]["who"] == str(accountant.person)


@pytest.mark.parametrize("role", [Role.SALES_REP, Role.ADMIN, Role.READ_ONLY])
def test_c13_the_report_is_for_accountants(company: Company, role: Role) -> None:
    client = browser(tenants.member(company.portal, role))
    assert client.get(place(company)).status_code == 403
    assert client.get(place(company, "report/export.csv")).status_code == 403
