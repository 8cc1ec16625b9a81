"""Deciding on what waits for approval (D-15): one decision, by somebody who may, on what they saw."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404

from integration import jobs
from integration.access.actors import Actor, Forbidden
from integration.access.rights import WORDS, Right
from integration.models.tenancy import PortalQuerySet
from invoices import approval_requests
from invoices.approval_facts import policy_of
from invoices.approval_policy import Policy, refusal
from invoices.changing import give_back
from invoices.creation import CREATE, Refused, Walk, back_to_draft
from invoices.models import ApprovalRequest, Draft, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.models.changes import ChangePoint
from invoices.models.drafts import RecoveryPoint
from invoices.services import owe_walk
from invoices.signals import approval_decided

LONGEST_COMMENT = 1000
NEWS = timedelta(days=7)
RELATED = (
    "company", "portal", "deal", "drafted_by", "edited_by", "asked_by", "decided_by",
    "operation__draft__deal", "operation__company", "operation__portal", "operation__created_by",
    "change__invoice",
)  # fmt: skip


class DecisionRefused(Exception):
    """Nothing was decided. ``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def visible(actor: Actor) -> PortalQuerySet:
    """Requests of any state in companies and of deals within the person's reach."""
    rows = ApprovalRequest.objects.for_portal(actor.portal).filter(actor.company_condition())
    in_reach = rows.filter(Q(deal=None) | actor.deal_condition("deal__"))
    return in_reach.select_related(*RELATED)


def waiting(actor: Actor) -> PortalQuerySet:
    return visible(actor).filter(state=ApprovalState.WAITING)


def told(actor: Actor, deal_id: str, now: datetime) -> list[ApprovalRequest]:
    """E-05: what this person sent, and somebody approved within a week, as invoices of the deal."""
    rows = visible(actor).filter(
        deal__hubspot_id=deal_id,
        asked_by=actor.person,
        state=ApprovalState.APPROVED,
        decided_at__gt=now - NEWS,
        operation__point=RecoveryPoint.DONE,
    )
    return list(rows.select_related("operation__invoice").order_by("-decided_at")[:3])


def find(actor: Actor, request_id: UUID | str) -> ApprovalRequest:
    """Raises Http404."""
    found = visible(actor).filter(pk=request_id).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def why_not(actor: Actor, request: ApprovalRequest, policy: Policy | None = None) -> str:
    """Why this person may not decide on it, as a message code; empty when they may.

    ``policy``: the company's, where the caller has read it for many.
    """
    if actor.person is None or not actor.may(Right.APPROVE, request.company):
        return "approval.right_missing"
    authors = {request.drafted_by_id, request.edited_by_id, request.asked_by_id}
    return refusal(policy or policy_of(request.company), actor.person.pk, authors)


def approve(
    actor: Actor, request_id: UUID | str, content_hash: str, now: datetime
) -> ApprovalRequest:
    """It goes on by its job, which asks ``may_post`` again. ``content_hash``: of what was shown.

    A second approval by the same person is the first one. Raises Http404, Forbidden,
    DecisionRefused.
    """
    with transaction.atomic():
        request = _held(actor, request_id)
        if request.state == ApprovalState.APPROVED and request.decided_by == actor.person:
            return request
        _check(actor, request, content_hash)
        request.policy_version = policy_of(request.company).version
        _decide(actor, request, ApprovalState.APPROVED, "", now)
        _go_on(request, now)
    return request


def reject(
    actor: Actor, request_id: UUID | str, content_hash: str, comment: str, now: datetime
) -> ApprovalRequest:
    """The draft is the rep's again, with the comment. Raises what ``approve`` raises."""
    said = comment.strip()
    if not said:
        raise DecisionRefused("approval.comment_missing")
    if len(said) > LONGEST_COMMENT:
        raise DecisionRefused("approval.comment_long", limit=str(LONGEST_COMMENT))
    with transaction.atomic():
        request = _held(actor, request_id)
        same = request.decided_by == actor.person and request.comment == said
        if request.state == ApprovalState.REJECTED and same:
            return request
        _check(actor, request, content_hash)
        _decide(actor, request, ApprovalState.REJECTED, said, now)
        _send_back(request, now)
    return request


def take_back(actor: Actor, draft: Draft, now: datetime) -> None:
    """The rep wants to change it: the draft opens again and nobody needs to decide.

    Raises Forbidden, and DecisionRefused when it no longer waits.
    """
    actor.require(Right.DRAFT, draft.company)
    with transaction.atomic():
        rows = ApprovalRequest.objects.for_portal(draft.portal_id)
        held = rows.select_for_update(of=("self",)).filter(
            operation__draft=draft, state=ApprovalState.WAITING
        )
        request = held.select_related(*RELATED).first()
        if request is None or request.operation.point != RecoveryPoint.WAITING:
            raise DecisionRefused("approval.not_waiting")
        approval_requests.record("approval.withdrawn", request, now, actor=actor)
        walked = Walk(request.operation, None, now)
        back_to_draft(walked, Refused("approval.withdrawn"), recorded=False)


# ------------------------------------------------------------------------------------- one decision
def _held(actor: Actor, request_id: UUID | str) -> ApprovalRequest:
    """The request, locked until the transaction ends: two approvers decide one after the other."""
    request = find(actor, request_id)
    actor.require(Right.APPROVE, request.company)
    if actor.person is None:
        raise Forbidden(right=WORDS[Right.APPROVE])
    rows = ApprovalRequest.objects.for_portal(actor.portal).select_for_update(of=("self",))
    return rows.select_related(*RELATED).get(pk=request.pk)  # type: ignore[no-any-return]


def _check(actor: Actor, request: ApprovalRequest, content_hash: str) -> None:
    if request.state != ApprovalState.WAITING:
        raise DecisionRefused(f"approval.was_{request.state}", person=str(request.decided_by or ""))
    refused = why_not(actor, request)
    if refused:
        raise DecisionRefused(refused)
    if content_hash != request.content_hash or not _still_waits(request):
        raise DecisionRefused("approval.changed")


def _still_waits(request: ApprovalRequest) -> bool:
    operation, change = request.operation, request.change
    if operation is not None:
        same = operation.submitted_hash == request.content_hash
        return operation.point == RecoveryPoint.WAITING and same
    if change is None:
        return False
    return change.point == ChangePoint.WAITING and change.content_hash == request.content_hash


def _decide(
    actor: Actor, request: ApprovalRequest, state: ApprovalState, comment: str, now: datetime
) -> None:
    request.state, request.comment = state, comment
    request.decided_by, request.decided_at = actor.person, now
    request.save(update_fields=["state", "comment", "decided_by", "decided_at", "policy_version"])
    approval_requests.record(f"approval.{state.value}", request, now, actor=actor, comment=comment)
    approval_decided.send(ApprovalRequest, request=request, now=now)


def _go_on(request: ApprovalRequest, now: datetime) -> None:
    if request.operation is not None:
        _again(request.operation)
        if request.job_kind == CREATE:
            owe_walk(request.operation, now)
            return
    elif request.change is not None:
        request.change.point = ChangePoint.STORED
        request.change.problem, request.change.problem_parameters = "", {}
        request.change.save(update_fields=["point", "problem", "problem_parameters"])
    jobs.enqueue(
        request.job_kind,
        portal=request.portal,
        company=request.company,
        subject=str(request.operation_id or request.change_id),
        parameters=request.job_parameters,
        at=now,
        queue=jobs.Queue.INTERACTIVE,
        priority=10,
    )


def _again(operation: InvoiceOperation) -> None:
    """From the beginning: a period may have closed while it waited, a quote been edited."""
    operation.point = RecoveryPoint.STORED
    operation.problem, operation.problem_parameters = "", {}
    operation.save(update_fields=["point", "problem", "problem_parameters"])


def _send_back(request: ApprovalRequest, now: datetime) -> None:
    said = {"person": str(request.decided_by), "comment": request.comment}
    if request.operation is not None:
        walked = Walk(request.operation, None, now)
        back_to_draft(walked, Refused("approval.rejected", said), recorded=False)
    elif request.change is not None:
        change = request.change
        change.point, change.finished_at = ChangePoint.FAILED, now
        change.problem, change.problem_parameters = "approval.rejected", said
        change.save(update_fields=["point", "finished_at", "problem", "problem_parameters"])
        give_back(change, now)
