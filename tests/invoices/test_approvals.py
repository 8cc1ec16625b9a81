"""Approval against the books: nothing held reaches QuickBooks, whatever the path (D-15, C.38)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from integration import company_settings, jobs
from integration.access import actors
from integration.access.actors import Actor, Forbidden
from integration.clock import now
from integration.models import AuditEvent, Membership
from integration.models.people import Role
from invoices import approvals, attaching, drafts, rules, services
from invoices.approvals import DecisionRefused
from invoices.attaching import Target
from invoices.creation import walk
from invoices.draft import NewCustomer
from invoices.drafts import DraftClosed, content_of
from invoices.models import ApprovalRequest, Draft, InvoiceAttachment, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.payload import content_hash
from invoices.settling import JOB as SETTLE
from invoices.views.approvals import lines_of
from tests import tenants
from tests.invoices.desk import Desk

FAR = 1e12


def actor_of(member: Membership) -> Actor:
    found = actors.of_person(member.person, member.portal, origin="session")
    assert found is not None
    return found


def set_policy(desk: Desk, rule: str, limit: str = "", *, four_eyes: bool = True) -> None:
    """The approval policy, as an owner sets it."""
    stored = company_settings.of_company(desk.company)
    rules.change(
        desk.actor,
        desk.company,
        {
            "approval_rule": rule,
            "approval_limit": Decimal(limit) if limit else None,
            "four_eyes": four_eyes,
        },
        version=stored.version,
        now=now(),
    )


@pytest.fixture
def accountant(desk: Desk) -> Membership:
    return tenants.member(desk.books.portal, Role.ACCOUNTANT)


@pytest.fixture
def held(desk: Desk) -> InvoiceOperation:
    """An invoice that waits: every one needs approval."""
    set_policy(desk, "always")
    operation = desk.submit(desk.draft())
    assert operation.point == RecoveryPoint.WAITING, operation.problem
    return operation


def request_of(operation: InvoiceOperation) -> ApprovalRequest:
    rows = ApprovalRequest.objects.for_portal(operation.portal_id).filter(operation=operation)
    found = rows.order_by("-asked_at", "-pk").first()
    assert found is not None
    return found  # type: ignore[no-any-return]


def work(desk: Desk) -> None:
    """The worker does what is owed."""
    jobs.run_due(jobs.Queue.INTERACTIVE, 20, now())


def approve(member: Membership, operation: InvoiceOperation) -> ApprovalRequest:
    request = request_of(operation)
    return approvals.approve(actor_of(member), request.pk, request.content_hash, now())


def writes(desk: Desk) -> list[Any]:
    return [call for call in desk.books.calls() if call.startswith("POST /v3/company/")]


# ------------------------------------------------------------------------------------ the states
def test_d15_without_a_policy_nothing_waits(desk: Desk) -> None:
    assert desk.submit(desk.draft()).point == RecoveryPoint.DONE
    assert not ApprovalRequest.objects.for_portal(desk.books.portal).exists()


def test_d15_b28_waits_is_approved_and_goes_on_by_its_job(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    assert desk.ours(held) == []
    request = request_of(held)
    assert (request.state, request.reason) == (ApprovalState.WAITING, "approval.every_invoice")
    assert services.job_of(held) is None
    approve(accountant, held)
    held.refresh_from_db()
    assert held.point == RecoveryPoint.STORED
    assert desk.ours(held) == []
    work(desk)
    held.refresh_from_db()
    assert held.point == RecoveryPoint.DONE, held.problem
    assert len(desk.ours(held)) == 1
    actions = AuditEvent.objects.for_portal(desk.books.portal).values_list("action", flat=True)
    assert {"approval.asked", "approval.approved", "invoice.created"} <= set(actions)


def test_d15_b28_a_rejected_draft_is_the_reps_again_with_the_comment(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    request = request_of(held)
    approvals.reject(actor_of(accountant), request.pk, request.content_hash, " Wrong price ", now())
    held.refresh_from_db()
    draft = Draft.objects.for_portal(desk.books.portal).get(pk=held.draft_id)
    assert (held.point, held.problem) == (RecoveryPoint.FAILED, "approval.rejected")
    assert held.problem_parameters["comment"] == "Wrong price"
    assert (draft.state, draft.step) == (DraftState.OPEN, "review")
    assert content_of(draft).lines == content_of(held.draft).lines
    work(desk)
    assert desk.ours(held) == []


def test_d15_taken_back_changed_and_sent_again_waits_again(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    first = request_of(held)
    approvals.take_back(desk.actor, held.draft, now())
    first.refresh_from_db()
    assert first.state == ApprovalState.WITHDRAWN
    with pytest.raises(DecisionRefused) as refused:
        approvals.approve(actor_of(accountant), first.pk, first.content_hash, now())
    assert refused.value.code == "approval.was_withdrawn"
    draft = Draft.objects.for_portal(desk.books.portal).get(pk=held.draft_id)
    drafts.save(
        desk.actor, draft, lambda content: change_price(content, "1.00"),
        version=draft.version, step="review", now=now(),
    )  # fmt: skip
    again = desk.submit(draft)
    assert again.point == RecoveryPoint.WAITING
    assert request_of(again).content_hash != first.content_hash


def change_price(content: Any, price: str) -> Any:
    return content.with_line(replace(content.lines[0], unit_price=price))


def test_d15_a_held_draft_cannot_be_edited(desk: Desk, held: InvoiceOperation) -> None:
    with pytest.raises(DraftClosed):
        drafts.save(
            desk.actor, held.draft, lambda content: content,
            version=held.draft.version, step="lines", now=now(),
        )  # fmt: skip


# --------------------------------------------------------------------------------- what it binds to
def test_d15_an_approval_is_for_this_content_only(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    """Another content in the row than the approved one waits once more."""
    approve(accountant, held)
    held.refresh_from_db()
    other = change_price(content_of(held.draft), "99999.00")
    held.content, held.submitted_hash = other.to_json(), content_hash(other)
    held.save()
    work(desk)
    held.refresh_from_db()
    assert held.point == RecoveryPoint.WAITING
    assert desk.ours(held) == []


def test_d15_a_changed_policy_makes_old_approvals_void(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    approve(accountant, held)
    set_policy(desk, "over", "0.01")
    work(desk)
    held.refresh_from_db()
    assert held.point == RecoveryPoint.WAITING
    assert desk.ours(held) == []
    approve(accountant, held)
    work(desk)
    held.refresh_from_db()
    assert held.point == RecoveryPoint.DONE, held.problem


def test_d15_a_new_customer_is_not_created_before_approval(
    desk: Desk, accountant: Membership
) -> None:
    set_policy(desk, "always")
    new = NewCustomer(display_name="Held Back Ltd", email="held@example.test")
    draft = desk.draft(customer_id="", customer_name="", new_customer=new)
    desk.books.forget()
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.WAITING
    assert writes(desk) == []
    assert desk.customers_named("Held Back Ltd") == []
    approve(accountant, operation)
    work(desk)
    operation.refresh_from_db()
    assert operation.point == RecoveryPoint.DONE, operation.problem
    assert len(desk.customers_named("Held Back Ltd")) == 1


def test_d15_the_limit_counts_the_deals_invoices_of_30_days(desk: Desk) -> None:
    first = desk.submit(desk.draft())
    assert first.expected_total is not None
    set_policy(desk, "over", str(first.expected_total * 2 - Decimal("0.01")))
    second = desk.submit(desk.draft())
    assert (second.point, second.problem) == (RecoveryPoint.WAITING, "approval.over_limit")


def test_d15_two_on_their_way_at_once_count_together(desk: Desk) -> None:
    draft = desk.draft()
    total = services.judged(draft, content_of(draft), now())[3].total
    set_policy(desk, "over", str(total + Decimal("0.01")))
    first, _ = services.owe(desk.actor, draft, draft.version, now())
    second = desk.submit(desk.draft())
    assert second.point == RecoveryPoint.WAITING
    walk(first, None, FAR, now())
    assert first.point == RecoveryPoint.WAITING


def test_d15_a_backdated_invoice_does_not_slip_under_the_limit(desk: Desk) -> None:
    old = (now().date() - timedelta(days=60)).isoformat()
    first = desk.submit(desk.draft(txn_date=old, due_date=old, due_date_typed=True))
    assert first.point == RecoveryPoint.DONE, first.problem
    set_policy(desk, "over", str(first.expected_total))
    assert desk.submit(desk.draft()).point == RecoveryPoint.WAITING


def test_d15_an_invoice_taken_off_the_deal_still_counts(desk: Desk) -> None:
    first = desk.submit(desk.draft())
    assert first.invoice is not None
    rows = InvoiceAttachment.objects.for_portal(desk.books.portal)
    tie = rows.get(invoice=first.invoice, object_kind="deals")
    target = Target("deals", tie.hubspot_id, "The deal")
    assert attaching.detach(desk.actor, target, first.invoice, now())
    set_policy(desk, "over", str(first.expected_total))
    assert desk.submit(desk.draft()).point == RecoveryPoint.WAITING


# -------------------------------------------------------------------------------------- who decides
def test_d15_four_eyes_whoever_drafted_does_not_approve(desk: Desk, held: InvoiceOperation) -> None:
    request = request_of(held)
    with pytest.raises(DecisionRefused) as refused:
        approvals.approve(desk.actor, request.pk, request.content_hash, now())
    assert refused.value.code == "approval.own_invoice"
    set_policy(desk, "always", four_eyes=False)
    approvals.approve(desk.actor, request.pk, request.content_hash, now())


@pytest.mark.parametrize("role", [Role.SALES_REP, Role.ADMIN, Role.OPERATOR, Role.READ_ONLY])
def test_d15_d04_who_may_not_approve(desk: Desk, held: InvoiceOperation, role: Role) -> None:
    other = tenants.member(desk.books.portal, role)
    with pytest.raises((Forbidden, Http404)):
        approve(other, held)
    assert request_of(held).state == ApprovalState.WAITING


def test_d15_two_approvers_at_once_are_one_decision(desk: Desk, held: InvoiceOperation) -> None:
    several = [tenants.member(desk.books.portal, Role.ACCOUNTANT) for _ in range(4)]

    def decide(member: Membership) -> str:
        try:
            approve(member, held)
        except DecisionRefused as refused:
            return refused.code
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(decide, several))
    assert answers == ["approval.was_approved"] * 3 + ["approved"]
    work(desk)
    assert len(desk.ours(held)) == 1


def test_d15_the_same_approval_twice_is_one(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    first = approve(accountant, held)
    assert approve(accountant, held).decided_at == first.decided_at
    work(desk)
    assert len(desk.ours(held)) == 1


def test_d15_what_was_not_seen_is_not_approved(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    with pytest.raises(DecisionRefused) as refused:
        approvals.approve(actor_of(accountant), request_of(held).pk, "0" * 64, now())
    assert refused.value.code == "approval.changed"


@pytest.mark.parametrize("comment", ["", "   ", "x" * 1001])
def test_d15_a_rejection_says_why(
    desk: Desk, held: InvoiceOperation, accountant: Membership, comment: str
) -> None:
    request = request_of(held)
    with pytest.raises(DecisionRefused):
        approvals.reject(actor_of(accountant), request.pk, request.content_hash, comment, now())
    assert request_of(held).state == ApprovalState.WAITING


# --------------------------------------------------------------------------- every path of a held one
def again_by_submit(desk: Desk, held: InvoiceOperation) -> None:
    desk.submit(held.draft)


def again_by_its_job(desk: Desk, held: InvoiceOperation) -> None:
    job = services.owe_walk(held, now())
    jobs.run_one(job.pk, now())


def again_by_the_worker(desk: Desk, held: InvoiceOperation) -> None:
    services.owe_walk(held, now())
    work(desk)


def again_by_hand(desk: Desk, held: InvoiceOperation) -> None:
    walk(held, None, FAR, now())


def again_from_the_beginning(desk: Desk, held: InvoiceOperation) -> None:
    """A command that sets the point back does not get past the question either."""
    for point in (RecoveryPoint.STORED, RecoveryPoint.VALIDATED, RecoveryPoint.CUSTOMER_ENSURED):
        held.point = point
        held.save(update_fields=["point"])
        walk(held, None, FAR, now())
        assert held.point == RecoveryPoint.WAITING


def again_at_the_post(desk: Desk, held: InvoiceOperation) -> None:
    for point in (RecoveryPoint.ALLOWED, RecoveryPoint.NUMBER_RESERVED):
        held.point = point
        held.save(update_fields=["point"])
        walk(held, None, FAR, now())
        assert held.point == RecoveryPoint.WAITING


def again_as_a_copy(desk: Desk, held: InvoiceOperation) -> None:
    assert desk.submit(desk.draft()).point == RecoveryPoint.WAITING


@pytest.mark.parametrize(
    "path",
    [
        again_by_submit, again_by_its_job, again_by_the_worker, again_by_hand,
        again_from_the_beginning, again_at_the_post, again_as_a_copy,
    ],
)  # fmt: skip
def test_c38_no_path_of_a_held_draft_reaches_quickbooks(
    desk: Desk, held: InvoiceOperation, path: Any
) -> None:
    before = len(desk.in_quickbooks())
    desk.books.forget()
    path(desk, held)
    assert writes(desk) == []
    assert len(desk.in_quickbooks()) == before
    held.refresh_from_db()
    assert held.point == RecoveryPoint.WAITING


def test_d15_rights_lost_while_it_waited_stop_the_post(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    desk.member.role = Role.READ_ONLY
    desk.member.save()
    approve(accountant, held)
    work(desk)
    held.refresh_from_db()
    assert (held.point, held.problem) == (RecoveryPoint.FAILED, "posting.right_missing")
    assert desk.ours(held) == []


# ------------------------------------------------------------------------------------ the policy
def test_d15_loosening_is_audited(desk: Desk) -> None:
    set_policy(desk, "always")
    events = AuditEvent.objects.for_portal(desk.books.portal).filter(action="approval.loosened")
    assert not events.exists()
    set_policy(desk, "over", "100")
    assert events.count() == 1
    set_policy(desk, "never")
    assert events.count() == 2


def test_d15_who_may_not_approve_does_not_set_the_policy(desk: Desk) -> None:
    admin = actor_of(tenants.member(desk.books.portal, Role.ADMIN))
    stored = company_settings.of_company(desk.company)
    with pytest.raises(Forbidden):
        rules.change(
            admin, desk.company, {"approval_rule": "always"}, version=stored.version, now=now()
        )
    changed = rules.change(
        admin, desk.company, {"backdating_days": 3, "approval_rule": "never"},
        version=stored.version, now=now(),
    )  # fmt: skip
    assert (changed.backdating_days, changed.approval_version) == (3, 1)


# ------------------------------------------------------------------------------ company comes and goes
def settle_now(desk: Desk) -> None:
    jobs.enqueue(
        SETTLE, portal=desk.books.portal, parameters={"company": str(desk.company.pk)},
        at=now(), queue=jobs.Queue.INTERACTIVE,
    )  # fmt: skip
    work(desk)


def test_d15_a_renewed_connection_leaves_what_waits(desk: Desk, held: InvoiceOperation) -> None:
    settle_now(desk)
    held.refresh_from_db()
    assert held.point == RecoveryPoint.WAITING
    assert request_of(held).state == ApprovalState.WAITING


def test_d03_d15_a_disconnected_company_gives_what_waits_back(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    desk.company.disconnected_at = now()
    desk.company.save()
    settle_now(desk)
    held.refresh_from_db()
    assert (held.point, held.problem) == (RecoveryPoint.FAILED, "posting.company_disconnected")
    assert request_of(held).state == ApprovalState.WITHDRAWN
    with pytest.raises(DecisionRefused):
        approve(accountant, held)


def test_s102_the_list_asks_for_the_policy_once_however_much_waits(
    desk: Desk, held: InvoiceOperation, accountant: Membership
) -> None:
    rows = [request_of(held) for _ in range(5)]
    for row in rows:
        row.company = held.company
    with CaptureQueriesContext(connection) as one:
        lines_of(actor_of(accountant), rows[:1])
    with CaptureQueriesContext(connection) as five:
        lines_of(actor_of(accountant), rows)
    assert len(five) == len(one)
