"""Editing an invoice that QuickBooks has: only while unsent and unpaid, and only what was changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from integration import jobs, sessions
from integration.access import actors
from integration.clock import now
from integration.hubspot_setup import ensure_properties
from integration.models import AuditEvent, Job
from integration.models.people import Role
from invoices import approvals, changes, conflicts, drafts, editing, services
from invoices.draft import DraftContent
from invoices.drafts import DraftClosed, content_of
from invoices.models import ApprovalRequest
from invoices.models.changes import ChangePoint
from invoices.models.drafts import DraftState
from invoices.services import NotReady
from tests import tenants
from tests.invoices.change_desk import edited, fault, fresh, made, run_again, there, typed
from tests.invoices.desk import Desk
from tests.invoices.totals import US_AUTOMATED
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect

UPDATE = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/invoice$"}


def test_d14_an_edit_changes_the_line_and_keeps_the_rest(desk: Desk) -> None:
    invoice = made(desk, message="Thank you!")
    before = there(desk, invoice)
    draft = edited(desk, invoice, quantity="5")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    after = there(desk, invoice)
    line, was = after["Line"][0], before["Line"][0]
    assert line["SalesItemLineDetail"]["Qty"] == 5
    assert line["Id"] == was["Id"]
    for name in ("CustomField", "CustomerMemo", "DocNumber", "DueDate", "CustomerRef"):
        assert after.get(name) == before.get(name), name
    row = fresh(invoice)
    assert row.billed == Decimal(str(after["TotalAmt"])) == change.expected_total
    assert not row.total_differs
    draft.refresh_from_db()
    assert draft.state == DraftState.DONE


def test_d14_an_edit_of_the_due_date_sends_no_lines(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, due_date="2027-03-01")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert set(editing.body(change, editing.base_of(content_of(draft)))) == {
        "Id", "SyncToken", "sparse", "DueDate",
    }  # fmt: skip
    assert there(desk, invoice)["DueDate"] == "2027-03-01"


def test_d13_a_closed_period_is_a_blocked_account_not_a_stale_record(desk: Desk) -> None:
    """The books close between our look and the save; QuickBooks says 5010 with other words."""
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.sandbox.faults(fault(UPDATE, "status", "before", status=503))
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.CHECKED
    closed = {"AccountingInfoPrefs": {"BookCloseDate": "2099-12-31"}}
    desk.books.do("preferences", preferences=closed)
    change = run_again(change)
    assert change.point == ChangePoint.FAILED
    assert change.problem in ("quickbooks.6210", "quickbooks.closed_period")
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN


def test_d13_the_new_date_must_be_in_an_open_period_too(desk: Desk) -> None:
    invoice = made(desk)
    assert invoice.txn_date is not None
    filed = invoice.txn_date - timedelta(days=3)
    desk.books.configure(tax_filed_up_to=filed)
    draft = edited(desk, invoice, txn_date=filed.isoformat())
    with pytest.raises(NotReady) as refused:
        editing.submit(desk.actor, draft, draft.version, now())
    assert "draft.tax_filed" in {problem.code for problem in refused.value.problems}


def test_b04_two_submits_are_one_edit(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.sandbox.faults(fault(UPDATE, "status", "before", status=503))
    first = editing.submit(desk.actor, draft, draft.version, now())
    second = editing.submit(desk.actor, draft, draft.version, now())
    assert first.pk == second.pk
    assert second.point == ChangePoint.DONE


def test_d15_a_change_of_the_amount_waits_for_approval(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.configure(approval_rule="always")
    draft = edited(desk, invoice, quantity="5")
    desk.books.forget()
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.WAITING
    looks = [call for call in desk.books.calls("quickbooks") if "/invoice/" in call]
    assert len(looks) == 1, "once it waits, nothing looks at it until somebody decides"
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 2
    request = ApprovalRequest.objects.for_portal(desk.books.portal).get(change=change)
    accountant = tenants.member(desk.books.portal, Role.ACCOUNTANT)
    actor = actors.of_person(accountant.person, desk.books.portal, origin="session")
    assert actor is not None
    approvals.approve(actor, request.pk, request.content_hash, now())
    change = run_again(change) if changes.job_of(change) else change
    change.refresh_from_db()
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 5


def test_d15_a_rejected_or_withdrawn_edit_is_the_reps_draft_again(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.configure(approval_rule="always")
    draft = edited(desk, invoice, quantity="5")
    change = editing.submit(desk.actor, draft, draft.version, now())
    conflicts.take_back(change, desk.actor, now())
    assert change.point == ChangePoint.FAILED
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    change = editing.submit(desk.actor, draft, draft.version, now())
    first, request = ApprovalRequest.objects.for_portal(desk.books.portal).order_by("asked_at")
    assert first.state == "withdrawn"
    accountant = tenants.member(desk.books.portal, Role.ACCOUNTANT)
    actor = actors.of_person(accountant.person, desk.books.portal, origin="session")
    assert actor is not None
    approvals.reject(actor, request.pk, request.content_hash, "Too many", now())
    draft.refresh_from_db()
    assert (draft.state, content_of(draft).lines[0].quantity) == (DraftState.OPEN, "5")
    change.refresh_from_db()
    assert change.finished_at is not None
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 2


def test_d15_approved_and_taken_back_at_once_is_one_of_the_two(desk: Desk) -> None:
    """Whoever comes second finds it decided; neither waits for the other for ever."""
    invoice = made(desk)
    desk.books.configure(approval_rule="always")
    draft = edited(desk, invoice, quantity="5")
    change = editing.submit(desk.actor, draft, draft.version, now())
    request = ApprovalRequest.objects.for_portal(desk.books.portal).get(change=change)
    accountant = tenants.member(desk.books.portal, Role.ACCOUNTANT)
    actor = actors.of_person(accountant.person, desk.books.portal, origin="session")
    assert actor is not None

    def approve() -> str:
        try:
            approvals.approve(actor, request.pk, request.content_hash, now())
        except approvals.DecisionRefused as refused:
            return refused.code
        finally:
            connection.close()
        return "approved"

    def take_back() -> None:
        try:
            conflicts.take_back(change, desk.actor, now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        decided, taken = pool.submit(approve), pool.submit(take_back)
    taken.result()
    request.refresh_from_db()
    change.refresh_from_db()
    found = (decided.result(), request.state, change.point)
    assert found in (
        ("approved", "approved", ChangePoint.STORED),
        ("approval.was_withdrawn", "withdrawn", ChangePoint.FAILED),
    )
    events = AuditEvent.objects.for_portal(invoice.portal_id).filter(action="approval.withdrawn")
    assert events.count() == (1 if request.state == "withdrawn" else 0)


def test_d15_other_taxable_lines_are_another_total_where_quickbooks_works_out_the_tax(
    transactional_db: None, sandbox: SandboxProcess, unlimited: None
) -> None:
    """The net stays, the tax does not: the policy is asked once more."""
    sandbox.switch(burst_limit=0)
    books = connect(sandbox, realm=US_AUTOMATED.realm)
    ensure_properties(books.portal, sessions.hubspot(books.portal), now())
    desk = Desk(books)
    invoice = made(desk)
    desk.books.configure(approval_rule="always")
    draft = edited(desk, invoice)
    first = content_of(draft).lines[0]
    other = "NON" if first.tax_code_id == "TAX" else "TAX"

    def flip(content: DraftContent) -> DraftContent:
        return replace(content, lines=(replace(content.lines[0], tax_code_id=other),))

    draft = drafts.save(desk.actor, draft, flip, version=draft.version, step="review", now=now())
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.total_is_net
    assert change.point == ChangePoint.WAITING


def test_d15_two_edits_at_once_on_one_deal_count_together(desk: Desk) -> None:
    first, second = made(desk), made(desk)
    both = first.billed + second.billed
    desk.books.configure(approval_rule="over", approval_limit=both + Decimal("1.00"))
    draft = edited(desk, first, quantity="3")
    waiting = editing.submit(desk.actor, draft, draft.version, now())
    assert waiting.point == ChangePoint.WAITING
    desk.books.configure(approval_limit=waiting.expected_total + second.billed)
    draft = edited(desk, second, quantity="3")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert (change.point, change.problem) == (ChangePoint.WAITING, "approval.over_limit")


def test_d15_a_new_due_date_waits_for_nobody(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.configure(approval_rule="always")
    draft = edited(desk, invoice, due_date="2027-03-01")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.DONE


def test_p26_what_the_accountant_added_in_quickbooks_survives_an_edit(desk: Desk) -> None:
    invoice = made(desk)
    raw = there(desk, invoice)
    fields = {
        "Line": [*raw["Line"], {"DetailType": "DescriptionOnly", "Description": "On site"}],
        "PrivateNote": "Ask Tom first",
    }
    desk.books.do("edit", invoice_id=invoice.qbo_id, fields=fields)
    draft = edited(desk, invoice, quantity="5")
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.DONE, change.problem
    after = there(desk, invoice)
    assert "On site" in [line.get("Description") for line in after["Line"]]
    assert after["PrivateNote"] == "Ask Tom first"
    assert not fresh(invoice).total_differs


def test_e05_begun_again_it_is_the_same_draft(desk: Desk) -> None:
    invoice = made(desk)
    assert changes.begin_edit(desk.actor, invoice, now()).pk == edited(desk, invoice).pk


def test_b19_a_change_that_never_left_ends_when_the_company_is_disconnected(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice, quantity="5")
    desk.sandbox.faults(
        fault({"vendor": "quickbooks", "path": "/preferences$"}, "status", "before", status=503)
    )
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.STORED
    Job.objects.for_portal(desk.books.portal).filter(company=desk.company).delete()
    job = jobs.enqueue("invoices.settle", portal=desk.books.portal, subject="x", at=now(),
                       parameters={"company": str(desk.company.pk)})  # fmt: skip
    assert jobs.run_one(job.pk, now())
    change.refresh_from_db()
    assert (change.point, change.problem) == (ChangePoint.FAILED, "change.company_disconnected")
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN


def test_d14_other_terms_move_the_due_date_as_review_showed_it(desk: Desk) -> None:
    invoice = made(desk)
    draft = edited(desk, invoice)
    content = content_of(draft)
    assert not content.due_date_typed, "it is what the terms make of the date"
    other = next(t for t in desk.reference.terms() if t.id != content.terms_id and t.due_days == 15)
    due = (invoice.txn_date + timedelta(days=15)).isoformat()
    draft = typed(desk, draft, terms_id=other.id, due_date=due)
    change = editing.submit(desk.actor, draft, draft.version, now())
    assert change.point == ChangePoint.DONE
    raw = there(desk, invoice)
    assert (raw["SalesTermRef"]["value"], raw["DueDate"]) == (other.id, due)


def test_d14_an_edit_is_never_created_a_second_time(desk: Desk) -> None:
    draft = edited(desk, made(desk), quantity="5")
    before = len(desk.in_quickbooks())
    with pytest.raises(DraftClosed):
        services.submit(desk.actor, draft, draft.version, now())
    assert len(desk.in_quickbooks()) == before
