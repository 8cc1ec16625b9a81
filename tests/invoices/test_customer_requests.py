"""New customers of reps: freely, with limited fields, or as a request (E-10)."""

import pytest
from django.test import Client

from integration.models import AuditEvent, Membership, Portal
from integration.models.people import Role
from invoices.models import CustomerRequest, Draft, Invoice
from tests import tenants
from tests.invoices.desk import Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.test_wizard import add_product, begin

NAME = "Newcomer Nurseries"


@pytest.fixture
def seller(desk: Desk) -> Membership:
    """A sales rep who reaches every deal of the portal."""
    Portal.objects.filter(pk=desk.books.portal.pk).update(deal_scope="all")
    return tenants.member(desk.books.portal, Role.SALES_REP)


@pytest.fixture
def rep(seller: Membership) -> Visitor:
    client = Client()
    client.force_login(seller.person, backend=BACKEND)
    return Visitor(client)


@pytest.fixture
def accountant(desk: Desk) -> Visitor:
    client = Client()
    client.force_login(desk.member.person, backend=BACKEND)
    return Visitor(client)


def request_of(desk: Desk) -> CustomerRequest:
    found: CustomerRequest = CustomerRequest.objects.for_portal(desk.books.portal).latest(
        "asked_at"
    )
    return found


def ask(desk: Desk, rep: Visitor, name: str = NAME, **typed: str) -> str:
    """The rep fills in a new customer and the rest of the invoice; the address of Review."""
    begin(desk, rep)
    rep.press("next", choice="new", new_display_name=name, **typed)
    assert rep.path.endswith("/lines/"), rep.text
    add_product(desk, rep)
    rep.press()
    rep.press()
    assert rep.path.endswith("/review/"), rep.text
    return rep.path


def pages(desk: Desk) -> str:
    return f"/p/{desk.books.portal.pk}/invoices/customers/"


def decide(desk: Desk, who: Visitor, go: str, **typed: str) -> None:
    who.post(f"{pages(desk)}{request_of(desk).pk}/", go=go, **typed)


def test_e10_a_request_waits_is_accepted_and_the_invoice_goes_on(
    desk: Desk, rep: Visitor, accountant: Visitor
) -> None:
    desk.books.configure(rep_customers="request")
    review = ask(desk, rep)
    assert "is not decided yet" in rep.text
    rep.press("create")
    assert rep.page.status_code == 422
    assert desk.customers_named(NAME) == []
    accountant.see(pages(desk))
    assert NAME in accountant.text
    accountant.see(f"{pages(desk)}{request_of(desk).pk}/")
    assert "cannot be changed later" in accountant.text
    decide(desk, accountant, "accept")
    assert "Accepted." in accountant.text
    rep.see(review)
    rep.press("create")
    assert "was created" in rep.text, rep.text
    assert len(desk.customers_named(NAME)) == 1
    assert Invoice.objects.for_portal(desk.books.portal).count() == 1
    actions = AuditEvent.objects.for_portal(desk.books.portal).values_list("action", flat=True)
    assert {"customer.requested", "customer.request_accepted", "customer.created"} <= set(actions)


def test_e10_a_rejection_comes_back_with_its_reason_and_may_be_asked_again(
    desk: Desk, rep: Visitor, accountant: Visitor
) -> None:
    desk.books.configure(rep_customers="request")
    review = ask(desk, rep)
    decide(desk, accountant, "reject")
    assert accountant.page.status_code == 422
    assert "A rejection needs a reason" in accountant.text
    decide(desk, accountant, "reject", comment="Is a branch of Amy's")
    decide(desk, accountant, "accept")
    assert accountant.page.status_code == 409
    rep.see(review)
    assert "was rejected: “Is a branch of Amy's”." in rep.text
    rep.see(review.replace("/review/", "/customer/"))
    assert "Is a branch of Amy's" in rep.text
    rep.press("next", new_display_name="Newcomer Nurseries Ltd")
    assert request_of(desk).name == "Newcomer Nurseries Ltd"
    assert request_of(desk).state == "waiting"


def test_e10_an_accepted_customer_that_changes_is_asked_for_anew(
    desk: Desk, rep: Visitor, accountant: Visitor
) -> None:
    desk.books.configure(rep_customers="request")
    review = ask(desk, rep)
    decide(desk, accountant, "accept")
    rep.see(review.replace("/review/", "/customer/"))
    rep.press("next", new_email="other@newcomer.example")
    rep.see(review)
    assert "is not decided yet" in rep.text
    rep.see(review.replace("/review/", "/customer/"))
    rep.press("next", choice="search", customer_id=desk.customer().id)
    states = CustomerRequest.objects.for_portal(desk.books.portal).order_by("asked_at")
    assert list(states.values_list("state", flat=True)) == ["accepted", "withdrawn"]


def test_e10_the_answer_may_be_a_customer_that_is_there(
    desk: Desk, rep: Visitor, accountant: Visitor
) -> None:
    desk.books.configure(rep_customers="request")
    review = ask(desk, rep)
    decide(desk, accountant, "existing", customer_id="999999")
    assert accountant.page.status_code == 422
    decide(desk, accountant, "existing", customer_id=desk.customer().id)
    draft = Draft.objects.for_portal(desk.books.portal).get()
    assert draft.content["customer_id"] == desk.customer().id
    rep.see(review)
    rep.press("create")
    assert "was created" in rep.text, rep.text
    assert desk.customers_named(NAME) == []


def test_e10_limited_fields_leave_the_rest_to_accountants(
    desk: Desk, rep: Visitor, accountant: Visitor
) -> None:
    desk.books.configure(rep_customers="limited")
    begin(desk, rep)
    assert "new_terms_id" not in rep.fields()
    assert "new_parent_id" not in rep.fields()
    rep.press("next", choice="new", new_display_name=NAME, new_tax="exempt")
    assert rep.page.status_code == 422
    assert "are set by people who may approve" in rep.text
    rep.press("next", new_tax="")
    assert rep.path.endswith("/lines/"), rep.text
    begin(desk, accountant)
    assert "new_terms_id" in accountant.fields()


def test_e10_who_may_approve_is_not_held_back_and_a_rep_decides_nothing(
    desk: Desk, rep: Visitor, accountant: Visitor
) -> None:
    desk.books.configure(rep_customers="request")
    ask(desk, rep)
    decide(desk, rep, "accept")
    assert rep.page.status_code == 403
    assert request_of(desk).state == "waiting"
    begin(desk, accountant)
    accountant.press("next", choice="new", new_display_name="By an owner")
    assert accountant.path.endswith("/lines/")
    assert CustomerRequest.objects.for_portal(desk.books.portal).count() == 1
