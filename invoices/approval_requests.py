"""The question to the approvers: stored with the point it waits at, taken back when it is void."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from integration import audit
from integration.access.actors import Actor
from integration.models.tenancy import PortalQuerySet
from invoices.approval_facts import Subject, policy_of
from invoices.models import ApprovalRequest, InvoiceChange, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.posting import Verdict
from invoices.signals import approval_asked, approval_decided


def ask(
    subject: Subject, verdict: Verdict, now: datetime, *, job: tuple[str, Mapping[str, Any]]
) -> ApprovalRequest:
    """Once while it waits; the caller stores the waiting point in the same transaction.

    ``job``: kind and parameters of the work that goes on after an approval.
    """
    rows = ApprovalRequest.objects.for_portal(subject.company.portal_id)
    values = {
        "deal": subject.deal,
        "content": subject.content.to_json(),
        "content_hash": subject.content_hash,
        "policy_version": policy_of(subject.company).version,
        "amount": subject.amount,
        "currency": subject.currency,
        "reason": verdict.code,
        "reason_parameters": verdict.parameters,
        "drafted_by": subject.drafted_by,
        "edited_by": subject.edited_by,
        "asked_by": subject.sender,
        "job_kind": job[0],
        "job_parameters": dict(job[1]),
    }
    request, is_new = rows.update_or_create(
        company=subject.company,
        operation=subject.operation,
        change=subject.change,
        state=ApprovalState.WAITING,
        defaults=values,
        create_defaults={**values, "portal_id": subject.company.portal_id, "asked_at": now},
    )
    if is_new:
        record("approval.asked", request, now, person=subject.sender, reason=verdict.code)
        approval_asked.send(ApprovalRequest, request=request, now=now)
    return request  # type: ignore[no-any-return]


def withdraw(operation: InvoiceOperation, now: datetime) -> None:
    """Nobody needs to decide any more: the draft is the rep's again."""
    rows = ApprovalRequest.objects.for_portal(operation.portal_id)
    _withdraw(rows.filter(operation=operation), now)


def withdraw_change(change: InvoiceChange, now: datetime) -> None:
    """The same of a change that ended without a decision."""
    rows = ApprovalRequest.objects.for_portal(change.portal_id)
    _withdraw(rows.filter(change=change), now)


def held_of(change: InvoiceChange) -> ApprovalRequest | None:
    """What it waits for, locked; None once that was decided."""
    rows = ApprovalRequest.objects.for_portal(change.portal_id).select_for_update(of=("self",))
    waiting = rows.filter(change=change, state=ApprovalState.WAITING)
    related = waiting.select_related("company", "portal", "operation", "change")
    return related.first()  # type: ignore[no-any-return]


def _withdraw(rows: PortalQuerySet, now: datetime) -> None:
    for request in rows.filter(state=ApprovalState.WAITING):
        request.state, request.decided_at = ApprovalState.WITHDRAWN, now
        request.save(update_fields=["state", "decided_at"])
        approval_decided.send(ApprovalRequest, request=request, now=now)


def record(
    action: str,
    request: ApprovalRequest,
    now: datetime,
    *,
    actor: Actor | None = None,
    person: Any = None,
    **after: str,
) -> None:
    """One line of the invoice's history and of the audit log."""
    draft = request.operation.draft_id if request.operation is not None else ""
    change = request.change.invoice_id if request.change is not None else ""
    audit.record(
        action,
        actor=actor,
        person=person,
        portal=request.portal,
        company=request.company,
        subject=("draft", str(draft)) if draft else ("invoice", str(change)),
        after={"hash": request.content_hash, "policy": request.policy_version, **after},
        now=now,
    )
