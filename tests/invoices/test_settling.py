"""Invoices that were being created when their company was disconnected, or after a long pause."""

import pytest

from integration import connections, jobs
from integration.access.pages import record_url
from integration.clock import now
from integration.models import CompanySettings, Membership
from integration.models.company_settings import NumberPolicy
from integration.models.people import Role
from invoices import numbering, services
from invoices.models import InvoiceOperation, NumberReservation
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.series import Series
from tests.connecting import connected_company
from tests.invoices.desk import Desk
from tests.invoices.pages import Visitor
from tests.invoices.test_creation_faults import INVOICE_POST, fault, run_again

PREFERENCES = {"vendor": "quickbooks", "path": "/preferences$"}


def disconnect(desk: Desk) -> None:
    connections.disconnect_company(desk.actor, desk.company, "keep", now())


def settle(desk: Desk) -> None:
    (job,) = desk.books.owed("invoices.settle")
    assert jobs.run_one(job.pk, now())


def fresh(operation: InvoiceOperation) -> InvoiceOperation:
    rows = InvoiceOperation.objects.for_portal(operation.portal_id).select_related("draft")
    found: InvoiceOperation = rows.get(pk=operation.pk)
    return found


def never_posted(desk: Desk) -> InvoiceOperation:
    draft = desk.draft(message="keep me")
    desk.sandbox.faults(fault(PREFERENCES, "status", "before", status=503))
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.STORED
    return operation


def perhaps_posted(desk: Desk) -> InvoiceOperation:
    draft = desk.draft()
    desk.sandbox.faults(fault(INVOICE_POST, "reset"))
    operation = desk.submit(draft)
    assert operation.first_posted_at is not None
    return operation


def test_d03_a_draft_that_never_left_goes_back_when_its_company_is_disconnected(
    desk: Desk,
) -> None:
    operation = never_posted(desk)
    disconnect(desk)
    settle(desk)
    operation = fresh(operation)
    assert operation.point == RecoveryPoint.FAILED
    assert operation.problem == "posting.company_disconnected"
    assert operation.problem_parameters == {"company": desk.company.name}
    assert operation.draft.state == DraftState.OPEN
    assert operation.draft.content["message"] == "keep me"


def test_b04_an_invoice_that_may_exist_waits_for_the_connection_and_is_one(
    desk: Desk, rep: Visitor
) -> None:
    operation = perhaps_posted(desk)
    disconnect(desk)
    settle(desk)
    assert fresh(operation).draft.state == DraftState.SUBMITTED
    assert services.job_of(operation) is None
    deal_id = operation.draft.deal.hubspot_id
    page = record_url(desk.actor, "wizard-result", deal_id, draft_id=operation.draft.pk)
    told = rep.client.get(page).content.decode()
    assert "was disconnected while it was being created" in told
    assert desk.company.name in told
    connected_company(desk.actor, desk.company.realm_id)
    settle(desk)
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    assert len(desk.ours(operation)) == 1


def test_connecting_again_leaves_alone_what_is_worked_on(desk: Desk) -> None:
    operation = never_posted(desk)
    jobs.enqueue(
        "invoices.settle", portal=desk.books.portal, subject=str(desk.company.pk),
        parameters={"company": str(desk.company.pk)}, at=now(),
    )  # fmt: skip
    settle(desk)
    assert run_again(operation).point == RecoveryPoint.DONE


# -- a pause just before posting


def paused_before_posting(desk: Desk) -> InvoiceOperation:
    """An operation at ``number_reserved`` that has not posted yet."""
    operation = never_posted(desk)
    customer = operation.content["customer_id"]
    number = numbering.reserve(operation, now()).text
    rows = InvoiceOperation.objects.for_portal(operation.portal_id).filter(pk=operation.pk)
    rows.update(point=RecoveryPoint.NUMBER_RESERVED, customer_id=customer, doc_number=number)
    return fresh(operation)


@pytest.fixture
def numbered(desk: Desk) -> Desk:
    """A company whose numbers are ours."""
    desk.books.do("preferences", preferences={"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    numbering.confirm(
        desk.actor, desk.company, Series("INV-", 4, 7001),
        shared_by_all_forms=True, gaps_allowed=True, now=now(),
    )  # fmt: skip
    rows = CompanySettings.objects.for_portal(desk.books.portal)
    assert rows.get(company=desk.company).number_policy == NumberPolicy.ALLOCATE
    desk.books.forget()
    return desk


def test_d13_books_closed_during_a_pause_stop_the_post_and_give_the_number_back(
    numbered: Desk,
) -> None:
    operation = paused_before_posting(numbered)
    numbered.books.do(
        "preferences", preferences={"AccountingInfoPrefs": {"BookCloseDate": "2099-12-31"}}
    )
    numbered.books.forget()
    operation = run_again(operation)
    assert (operation.point, operation.problem) == (RecoveryPoint.FAILED, "draft.books_closed")
    assert numbered.books.calls("quickbooks", writes=True) == []
    rows = NumberReservation.objects.for_portal(numbered.books.portal)
    assert [row.state for row in rows.filter(operation=operation)] == ["returned"]


def test_d15_rights_lost_during_a_pause_stop_the_post(numbered: Desk) -> None:
    operation = paused_before_posting(numbered)
    Membership.objects.for_portal(numbered.books.portal).update(role=Role.READ_ONLY)
    operation = run_again(operation)
    assert (operation.point, operation.problem) == (RecoveryPoint.FAILED, "posting.right_missing")
    assert numbered.ours(operation) == []


def test_a_pause_that_changed_nothing_posts_with_the_number_it_held(numbered: Desk) -> None:
    operation = paused_before_posting(numbered)
    held = operation.doc_number
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    assert [row["DocNumber"] for row in numbered.ours(operation)] == [held]
