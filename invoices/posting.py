"""May this be posted? Asked by the worker just before posting (D-15, control 38).

Pages only predict the answer. The rights of the person who sent the invoice are looked at again
every time, then the company's approval policy. Every path to QuickBooks passes here: pages, API,
retries, schedules, and changes of an invoice that is posted already.
"""

from dataclasses import dataclass, field
from datetime import datetime

from integration.access import actors
from integration.access.rights import Right
from invoices.approval_facts import (
    Subject,
    amount_at_home,
    earlier,
    of_change,
    of_operation,
    policy_of,
)
from invoices.approval_policy import Given, Rule, holds, need
from invoices.models import ApprovalRequest, InvoiceChange, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.models.changes import ChangeKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """``code`` and ``parameters`` say why not, for ``integration.messages``.

    ``waiting``: not refused, but somebody has to approve first (``approval_requests.ask``).
    """

    allowed: bool
    code: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    waiting: bool = False


ALLOWED = Verdict(True)


def may_post(operation: InvoiceOperation, now: datetime) -> Verdict:
    """Of a new invoice; reads rows only."""
    return judge(of_operation(operation), now)


def may_change(change: InvoiceChange, now: datetime) -> Verdict:
    """Of a change of an invoice (D-14); asked just before it leaves.

    Only an edit can wait. The worker then stores ``ChangePoint.WAITING`` and, in the same
    transaction, ``approval_requests.ask(of_change(change), verdict, now, job=(kind, parameters))``;
    an approval sets the point back to ``STORED`` and owes that job, a rejection ends the change.
    """
    subject = of_change(change)
    if change.kind != ChangeKind.EDIT:
        return _rights(subject) or ALLOWED
    return judge(subject, now)


def judge(subject: Subject, now: datetime) -> Verdict:
    """The rights of the sender first, then the policy; also the prediction on Review."""
    return _rights(subject) or _policy(subject, now)


def _rights(subject: Subject) -> Verdict | None:
    """A refusal, or None when the sender still may do this."""
    person, company = subject.sender, subject.company
    names = {"name": str(person), "company": company.name}
    if not company.is_connected:
        return Verdict(False, "posting.company_disconnected", names)
    actor = actors.of_person(person, company.portal_id, origin="worker")
    if actor is None:
        return Verdict(False, "posting.creator_left", names)
    if not actor.may(subject.right, company):
        code = "correct_missing" if subject.right is Right.CORRECT else "right_missing"
        return Verdict(False, f"posting.{code}", names)
    if subject.deal is not None and not actor.sees_deal(subject.deal):
        return Verdict(False, "posting.deal_out_of_reach", names)
    return None


def _policy(subject: Subject, now: datetime) -> Verdict:
    policy = policy_of(subject.company)
    if policy.rule is Rule.NEVER:
        return ALLOWED
    found = need(policy, earlier(subject, now), amount_at_home(subject))
    if found is None or holds(given_to(subject), subject.content_hash, policy.version):
        return ALLOWED
    return Verdict(False, found.code, found.parameters, waiting=True)


def given_to(subject: Subject) -> list[Given]:
    """Approvals of this very invoice or change; a draft nobody sent yet has none."""
    if subject.operation is None and subject.change is None:
        return []
    rows = ApprovalRequest.objects.for_portal(subject.company.portal_id).filter(
        company=subject.company,
        operation=subject.operation,
        change=subject.change,
        state=ApprovalState.APPROVED,
    )
    pairs = rows.values_list("content_hash", "policy_version")
    return [Given(content_hash, version) for content_hash, version in pairs]
