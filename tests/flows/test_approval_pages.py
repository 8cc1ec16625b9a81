"""Waiting for approval as a page and over the API; who sees and decides what (D-15, B-28, C.13)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.models import Company, Membership
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices import approval_requests
from invoices.approval_facts import of_operation
from invoices.models import ApprovalRequest, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.posting import Verdict
from tests import books, tenants
from tests.invoices.pages import BACKEND
from tests.tenants import NOON
from tests.unit import invoice_rows as rows
from workflows.models import Task, TaskState

pytestmark = pytest.mark.django_db
API = "/api/v1/approvals"


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design")


@pytest.fixture
def rep(company: Company) -> Membership:
    return tenants.member(company.portal, Role.SALES_REP, hubspot_owner_id="71")


@pytest.fixture
def accountant(company: Company) -> Membership:
    return tenants.member(company.portal, Role.ACCOUNTANT)


def waits(company: Company, by: Membership, **fields: Any) -> ApprovalRequest:
    """An invoice of this person that waits, as the worker leaves it."""
    draft = rows.draft(company, by, state=DraftState.SUBMITTED, **fields)
    operation = rows.operation(
        company, by, draft=draft, point=RecoveryPoint.WAITING, problem="approval.every_invoice",
        submitted_hash="a" * 64, expected_total=Decimal("150.00"),
    )  # fmt: skip
    verdict = Verdict(False, "approval.every_invoice", waiting=True)
    return approval_requests.ask(
        of_operation(operation), verdict, NOON,
        job=("invoice.create", {"operation": str(operation.pk)}),
    )  # fmt: skip


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return client


def list_url(company: Company) -> str:
    return f"/p/{company.portal_id}/invoices/approvals/"


def url(request: ApprovalRequest) -> str:
    return f"/p/{request.portal_id}/invoices/approvals/{request.pk}/"


def decide(member: Membership, request: ApprovalRequest, go: str, **body: str) -> Any:
    body = {"content_hash": request.content_hash, **body}
    return browser(member).post(url(request), {"go": go, **body})


def state_of(request: ApprovalRequest) -> str:
    request.refresh_from_db()
    return str(request.state)


# ------------------------------------------------------------------------------------------ pages
def test_d15_the_list_and_the_page_show_what_will_be_posted_and_why(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    listed = browser(accountant).get(list_url(company)).content.decode()
    assert "Amy&#x27;s Bird Sanctuary" in listed
    assert str(rep.person) in listed
    page = browser(accountant).get(url(request)).content.decode()
    for text in ("Custom design", "Every invoice of this company is approved", "birds@amys.example",
                 "Drafted by", str(rep.person), 'value="approve"', 'value="reject"'):  # fmt: skip
        assert text in page


def test_d15_b28_approve_on_the_page(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    assert decide(accountant, request, "approve").status_code == 302
    assert state_of(request) == ApprovalState.APPROVED
    operation = InvoiceOperation.objects.for_portal(company.portal).get(pk=request.operation_id)
    assert operation.point == RecoveryPoint.STORED
    assert (
        "Nothing waits for approval." in browser(accountant).get(list_url(company)).content.decode()
    )


def test_b28_reject_wants_a_comment_and_keeps_what_was_typed(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep, deal=rows.deal(company, owner_id="71"))
    answer = decide(accountant, request, "reject", comment="  ")
    assert answer.status_code == 422
    assert "A rejection needs a comment." in answer.content.decode()
    long = decide(accountant, request, "reject", comment="x" * 1001)
    assert long.status_code == 422
    assert "x" * 1001 in long.content.decode()
    assert decide(accountant, request, "reject", comment="Use <b>net</b> prices").status_code == 302
    shown = browser(rep).get(f"/p/{company.portal_id}/invoices/drafts/").content.decode()
    assert "Use &lt;b&gt;net&lt;/b&gt; prices" in shown
    assert "Rejected" in shown
    home = browser(rep).get(f"/p/{company.portal_id}/").content.decode()
    assert "Use &lt;b&gt;net&lt;/b&gt; prices" in home


def test_d15_decided_meanwhile_says_so(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    other = tenants.member(company.portal, Role.ACCOUNTANT)
    decide(other, request, "approve")
    answer = decide(accountant, request, "reject", comment="No")
    assert answer.status_code == 409
    assert "has already approved this invoice" in answer.content.decode()
    assert state_of(request) == ApprovalState.APPROVED


def test_d15_a_page_of_another_content_decides_nothing(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    answer = decide(accountant, request, "approve", content_hash="b" * 64)
    assert answer.status_code == 409
    assert "no longer the one you looked at" in answer.content.decode()
    assert state_of(request) == ApprovalState.WAITING


def test_d15_the_author_sees_why_somebody_else_decides(company: Company) -> None:
    owner = tenants.member(company.portal, Role.OWNER)
    request = waits(company, owner)
    page = browser(owner).get(url(request)).content.decode()
    assert "another person has to decide on it" in page
    assert 'value="approve"' not in page
    assert decide(owner, request, "approve").status_code == 409
    assert state_of(request) == ApprovalState.WAITING


def test_d15_s102_a_task_while_it_waits(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    tasks = Task.objects.for_portal(company.portal).filter(kind="approval.waiting")
    assert [task.state for task in tasks] == [TaskState.OPEN]
    shown = browser(accountant).get(f"/p/{company.portal_id}/tasks/").content.decode()
    assert url(request) in shown
    assert "150.00 USD" in shown
    decide(accountant, request, "approve")
    assert [task.state for task in tasks.all()] == [TaskState.DONE]


def test_c14_companies_and_deals_out_of_reach_do_not_exist(
    company: Company, rep: Membership
) -> None:
    request = waits(company, rep)
    other = tenants.company(company.portal)
    limited = tenants.member(company.portal, Role.ACCOUNTANT, other)
    stranger = tenants.member(tenants.portal(), Role.OWNER)
    for member in (limited, stranger):
        assert decide(member, request, "approve").status_code == 404
    assert "Amy" not in browser(limited).get(list_url(company)).content.decode()
    assert state_of(request) == ApprovalState.WAITING


@pytest.mark.parametrize("role", [Role.SALES_REP, Role.ADMIN, Role.OPERATOR, Role.READ_ONLY])
def test_c13_only_who_may_approve_opens_or_decides(
    company: Company, rep: Membership, role: Role
) -> None:
    request = waits(company, rep)
    member = tenants.member(company.portal, role)
    assert browser(member).get(url(request)).status_code == 403
    assert decide(member, request, "approve").status_code == 403
    assert state_of(request) == ApprovalState.WAITING


def test_e05_a_rep_watches_it_wait_and_takes_it_back(company: Company, rep: Membership) -> None:
    company.portal.deal_scope = DealScope.ALL
    company.portal.save()
    request = waits(company, rep)
    draft = request.operation.draft  # type: ignore[union-attr]
    place = f"/p/{company.portal_id}/deals/{draft.deal.hubspot_id}/invoice/{draft.pk}/"
    page = browser(rep).get(f"{place}result/").content.decode()
    assert "Waiting for approval" in page
    assert "Nobody in this portal may approve it yet" in page
    answer = browser(rep).post(f"{place}take-back/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("/review/")
    assert state_of(request) == ApprovalState.WITHDRAWN
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN


# -------------------------------------------------------------------------------------- the API
def api(
    member: Membership, path: str, body: Any = None, key: str = "", scopes: frozenset[Right] = ALL
) -> Any:
    text = api_tokens.create(member.person, member.portal, "test", scopes, NOON)[1]
    headers = {"Authorization": f"Bearer {text}"}
    if body is None:
        return Client().get(path, headers=headers)
    headers["Idempotency-Key"] = key or "k1"
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_d15_b30_the_api_lists_shows_and_approves(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    (listed,) = api(accountant, API).json()["results"]
    assert listed["id"] == str(request.pk)
    assert (listed["amount"], listed["currency"]) == ("150.00", "USD")
    assert listed["lines"][0]["amount"] == "150.00"
    assert listed["reason"].startswith("Every invoice")
    one = api(accountant, f"{API}/{request.pk}").json()
    answer = api(accountant, f"{API}/{request.pk}/approve", {"content_hash": one["content_hash"]})
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "approved"
    again = api(
        accountant, f"{API}/{request.pk}/approve", {"content_hash": one["content_hash"]}, "k2"
    )
    assert again.status_code == 200
    assert api(accountant, API).json()["results"] == []
    assert len(api(accountant, f"{API}?state=approved").json()["results"]) == 1
    assert api(accountant, f"{API}?state=maybe").status_code == 400


def test_b28_b30_the_api_rejects_with_a_comment(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    request = waits(company, rep)
    body = {"content_hash": request.content_hash}
    path = f"{API}/{request.pk}/reject"
    assert api(accountant, path, {**body, "comment": ""}).status_code == 400
    assert api(accountant, path, body, "k2").status_code == 400
    answer = api(accountant, path, {**body, "comment": "Too cheap"}, "k3")
    assert (answer.status_code, answer.json()["comment"]) == (200, "Too cheap")
    late = api(accountant, f"{API}/{request.pk}/approve", body, "k4")
    assert (late.status_code, late.json()["code"]) == (409, "approval.was_rejected")


def test_c13_c15_the_api_asks_for_the_right_and_four_eyes(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    owner = tenants.member(company.portal, Role.OWNER)
    request = waits(company, owner)
    body = {"content_hash": request.content_hash}
    path = f"{API}/{request.pk}/approve"
    own = api(owner, path, body)
    assert (own.status_code, own.json()["code"]) == (403, "approval.own_invoice")
    assert api(rep, path, body, "k2").status_code == 403
    scoped = frozenset({Right.VIEW, Right.POST})
    assert api(accountant, path, body, "k3", scoped).status_code == 403
    wrong = api(accountant, path, {"content_hash": "c" * 64}, "k4")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "approval.changed")
    stranger = tenants.member(tenants.portal(), Role.OWNER)
    assert api(stranger, path, body, "k5").status_code == 404
    assert state_of(request) == ApprovalState.WAITING


# ------------------------------------------------------------------------------------------- E-09
def posted(company: Company, rep: Membership, accountant: Membership) -> Any:
    """Sent by the rep, approved by the accountant, in QuickBooks over 150.00."""
    request = waits(company, rep)
    decide(accountant, request, "approve")
    invoice = books.invoice(company, total="150.00")
    operation = request.operation
    InvoiceOperation.objects.for_portal(company.portal).filter(pk=operation.pk).update(  # type: ignore[union-attr]
        point=RecoveryPoint.DONE, invoice=invoice, customer_id=invoice.customer_id
    )
    return invoice


def test_e09_who_drafted_sent_and_approved_stands_on_one_line(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    invoice = posted(company, rep, accountant)
    page = browser(accountant).get(f"/p/{company.portal_id}/invoices/{invoice.pk}/")
    line = f"Drafted and sent by {rep.person}, approved by {accountant.person}"
    assert line in page.content.decode()


def test_e09_invoices_changed_after_approval_are_listed(
    company: Company, rep: Membership, accountant: Membership
) -> None:
    invoice = posted(company, rep, accountant)
    never_approved = books.invoice(company, total="99.00")
    place = f"/p/{company.portal_id}/invoices/?mark=after_approval"
    client = browser(accountant)
    assert invoice.doc_number not in rows_of(client, place)
    invoice.total = Decimal("250.00")
    invoice.save()
    assert rows_of(client, place) == [invoice.doc_number]
    invoice.total, invoice.customer_id = Decimal("150.00"), "77"
    invoice.save()
    assert rows_of(client, place) == [invoice.doc_number]
    assert never_approved.doc_number not in rows_of(client, place)


def rows_of(client: Client, place: str) -> list[str]:
    return [row.doc_number for row in client.get(place).context["listing"].rows]
