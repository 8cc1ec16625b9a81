"""From a submitted draft to an invoice on the deal: the recovery points (B-04, reliability A.2).

Each step leaves the house at most once or twice and stores what came of it before the next begins.
A crash anywhere resumes at the last stored point; request ids never change for one payload, so
QuickBooks answers a repeat with the first outcome.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from integration import audit, company_settings, jobs, sessions
from integration.gateways.quickbooks import QuickBooks
from integration.models import Company, Portal
from integration.reference import Reference
from invoices import quote_pdf
from invoices.approval_facts import of_operation
from invoices.approval_requests import ask as ask_for_approval
from invoices.approval_requests import withdraw
from invoices.draft import DraftContent, blockers
from invoices.facts import draft_facts
from invoices.models import InvoiceOperation
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.numbering import NumberingFailed, give_back
from invoices.payload import PayloadFacts, content_hash, facts_for
from invoices.posting import Verdict, may_post
from invoices.references import reference

CREATE = "invoice.create"
"""The kind of the job that walks an operation."""
DRAFT_LIFE = timedelta(days=30)


class Refused(Exception):
    """It will not work as it is: the draft goes back to the rep with this sentence."""

    def __init__(
        self, code: str, parameters: dict[str, str] | None = None, trace: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters or {}
        self.trace = trace


@dataclass
class Walk:
    """One walk of one operation. ``lease`` None: nobody else can be walking it (tests, commands)."""

    operation: InvoiceOperation
    lease: jobs.Lease | None
    now: datetime
    _quickbooks: QuickBooks | None = None
    is_judged: bool = False
    """This very walk has judged the draft with preferences read now."""

    @property
    def company(self) -> Company:
        return self.operation.company

    @property
    def portal(self) -> Portal:
        return self.operation.portal

    @property
    def content(self) -> DraftContent:
        return DraftContent.from_json(self.operation.content)

    @property
    def quickbooks(self) -> QuickBooks:
        if self._quickbooks is None:
            self._quickbooks = sessions.quickbooks(self.company, urgent=True)
        return self._quickbooks

    def fenced(self) -> AbstractContextManager[None]:
        """The transaction a point is stored in; lost leases store nothing."""
        return self.lease.fenced() if self.lease else transaction.atomic()

    def reach(self, point: RecoveryPoint, **changes: object) -> None:
        """Store the point with what came of the step; the caller holds ``fenced()``."""
        for name, value in changes.items():
            setattr(self.operation, name, value)
        self.operation.point = point
        self.operation.save(update_fields=["point", *changes])

    def payload_facts(self) -> PayloadFacts:
        """Read from the mirror, which validation has just brought up to date."""
        facts = draft_facts(self.company, self.operation.draft.deal, self.content, self.now)
        settings = company_settings.of_company(self.company)
        return facts_for(
            facts,
            self.content,
            reference=reference_text(self.operation),
            reference_place=settings.reference_place,
            deal_reference=reference(self.operation.draft.deal.hubspot_id),
        )


def reference_text(operation: InvoiceOperation) -> str:
    """Our mark on the invoice (D-16)."""
    return f"Ref {operation.number}"


def walk(
    operation: InvoiceOperation, lease: jobs.Lease | None, deadline: float, now: datetime
) -> InvoiceOperation:
    """As far as it goes before ``deadline`` (``time.monotonic()``); the operation as it stands.

    Raises GatewayError when the outcome is open or the vendor is away: walk again later.
    """
    steps = _steps()
    walked = Walk(operation, lease, now)
    while operation.point in steps and monotonic() < deadline:
        if lease is not None:
            lease.check()
        try:
            steps[RecoveryPoint(operation.point)](walked)
        except Refused as refused:
            back_to_draft(walked, refused)
        except NumberingFailed as failed:
            back_to_draft(walked, Refused(failed.code, failed.parameters))
    return operation


def _steps() -> dict[str, Callable[[Walk], None]]:
    """By the point reached: what comes next."""
    from invoices import creating_invoice, creating_items, hubspot_object

    return {
        RecoveryPoint.STORED: validate,
        RecoveryPoint.VALIDATED: creating_items.ensure,
        RecoveryPoint.CUSTOMER_ENSURED: ask,
        RecoveryPoint.ALLOWED: creating_invoice.reserve_number,
        RecoveryPoint.NUMBER_RESERVED: creating_invoice.post,
        RecoveryPoint.POSTED: hubspot_object.show,
        RecoveryPoint.ASSOCIATED: finish,
    }


def validate(walked: Walk) -> None:
    """Before anything is made in QuickBooks, a new customer or product included (control 38)."""
    judge(walked)
    ask(walked, RecoveryPoint.VALIDATED)


def judge(walked: Walk) -> None:
    """Judge again with preferences read now: a period may have closed since (D-13), a quote may
    have been edited (S-28)."""
    from invoices import creating_from_quote

    creating_from_quote.look_again(walked)
    fresh = walked.quickbooks.preferences()
    Reference.of(walked.company).keep("Preferences", [fresh.raw], walked.now)
    facts = draft_facts(
        walked.company, walked.operation.draft.deal, walked.content, walked.now, preferences=fresh
    )
    found = blockers(walked.content, facts)
    if found:
        raise Refused(found[0].code, dict(found[0].parameters))
    walked.is_judged = True


def ask(walked: Walk, then: RecoveryPoint = RecoveryPoint.ALLOWED) -> None:
    """D-15: the rights of whoever submitted, and the policy, at this moment."""
    if _is_allowed(walked):
        with walked.fenced():
            walked.reach(then)


def still_holds(walked: Walk) -> bool:
    """Before the first post: a walk that goes on after a pause judges and asks again (D-13, D-15).

    False when somebody has to approve first; raises Refused.
    """
    if walked.is_judged:
        return True
    judge(walked)
    return _is_allowed(walked)


def _is_allowed(walked: Walk) -> bool:
    verdict = may_post(walked.operation, walked.now)
    if verdict.allowed:
        return True
    if not verdict.waiting:
        raise Refused(verdict.code, verdict.parameters)
    _wait(walked, verdict)
    return False


def _wait(walked: Walk, verdict: Verdict) -> None:
    """The question and the point are one; a number reserved meanwhile is free again (D-12)."""
    operation = walked.operation
    with walked.fenced():
        give_back(operation, verdict.code, verdict.parameters, walked.now)
        parameters = {"operation": str(operation.pk)}
        ask_for_approval(of_operation(operation), verdict, walked.now, job=(CREATE, parameters))
        walked.reach(
            RecoveryPoint.WAITING,
            problem=verdict.code,
            problem_parameters=verdict.parameters,
            doc_number="",
        )


def finish(walked: Walk) -> None:
    """Sync writes the deal's properties; the draft has become an invoice."""
    operation = walked.operation
    with walked.fenced():
        walked.reach(RecoveryPoint.DONE, finished_at=walked.now)
        operation.draft.state = DraftState.DONE
        operation.draft.save(update_fields=["state"])
        deal_id = operation.draft.deal.hubspot_id
        jobs.enqueue(
            "deal.refresh",
            portal=walked.portal,
            subject=deal_id,
            parameters={"deal_id": deal_id},
            at=walked.now,
            queue=jobs.Queue.INTERACTIVE,
            priority=20,
        )
        quote_pdf.owe(operation, walked.now)


def back_to_draft(walked: Walk, refused: Refused, *, recorded: bool = True) -> None:
    """Nothing is lost: the draft opens again as it was, with the reason and the way out.

    ``recorded`` False: the caller has written a line of its own.
    """
    operation, draft = walked.operation, walked.operation.draft
    with walked.fenced():
        give_back(operation, refused.code, refused.parameters, walked.now)
        withdraw(operation, walked.now)
        draft.state = DraftState.OPEN
        draft.content = operation.content
        draft.step = "review"
        draft.version += 1
        draft.expires_at = walked.now + DRAFT_LIFE
        draft.save(update_fields=["state", "content", "step", "version", "expires_at"])
        walked.reach(
            RecoveryPoint.FAILED,
            problem=refused.code,
            problem_parameters=refused.parameters,
            trace_id=refused.trace,
            doc_number="",
            finished_at=walked.now,
        )
        if recorded:
            audit.record(
                "invoice.refused",
                person=operation.created_by,
                portal=walked.portal,
                company=walked.company,
                subject=("draft", str(draft.pk)),
                after={"reason": refused.code},
                now=walked.now,
                origin="worker",
            )


def keep_content(walked: Walk, content: DraftContent) -> dict[str, object]:
    """Changes for ``reach``: a customer created on the way stands in the content from then on."""
    return {"content": content.to_json(), "content_hash": content_hash(content)}
