"""What the entrances call: submit a draft, walk its operation, mirror invoices.

``submit`` stores the intent and commits; then the web request does the job itself as far as it can,
and a worker finishes what is left (the way of one created invoice).
"""

import secrets
from dataclasses import replace
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction

from integration import audit, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Job
from invoices.creating_invoice import request_id
from invoices.creation import CREATE, walk
from invoices.customer_requests import with_request
from invoices.draft import DraftContent, DraftFacts, Problem, problems
from invoices.draft_checks import blocker
from invoices.drafts import DraftChanged, DraftClosed, content_of, editable
from invoices.duplicates import twins_of
from invoices.facts import draft_facts
from invoices.line_checks import with_mapped_codes
from invoices.mirror import mirror_invoices, restage
from invoices.models import Draft, InvoiceOperation
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.payload import content_hash, expected_totals, with_default_codes
from invoices.taxes import Totals, group_code

__all__ = [
    "CREATE",
    "NotReady",
    "job_of",
    "judged",
    "mirror_invoices",
    "owe",
    "owe_walk",
    "restage",
    "submit",
    "walk",
]

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letters that look like digits: people read references over the phone."""


class NotReady(Exception):
    """Blockers stand in the way; ``problems`` has all of them and the warnings."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__("invoice.not_ready")
        self.problems = found


def judged(
    draft: Draft, content: DraftContent, now: datetime
) -> tuple[DraftContent, DraftFacts, list[Problem], Totals]:
    """The content with default tax codes, its facts, problems and totals.

    Raises ReferenceMissing while the company's data is still being read.
    """
    facts = draft_facts(draft.company, draft.deal, content, now)
    facts = with_request(facts, draft, content)
    facts = replace(facts, twins=twins_of(draft, content, now))
    mode = facts.tax_mode(content.tax_mode)
    filled = with_default_codes(
        with_mapped_codes(content, facts), mode, facts.items, facts.customer
    )
    group = group_code(mode, facts.preferences, facts.customer, facts.tax_codes)
    totals = expected_totals(filled, mode, facts.tax_codes, group, facts.line_discounts)
    return filled, facts, problems(filled, facts), totals


def submit(actor: Actor, draft: Draft, version: int, now: datetime) -> InvoiceOperation:
    """Create the invoice in QuickBooks: stored, owed, and walked as far as a few seconds reach.

    A second submit of the same draft gets the first one's operation. Raises NotReady with every
    blocker, DraftChanged, DraftClosed, ReferenceMissing or Forbidden; nothing is stored then.
    """
    operation, job = owe(actor, draft, version, now)
    if job is not None:
        jobs.run_one(job.pk, now)
        operation.refresh_from_db()
    return operation


def owe(
    actor: Actor, draft: Draft, version: int, now: datetime
) -> tuple[InvoiceOperation, Job | None]:
    """The intent, committed before anything leaves the house; no job when it was owed before."""
    actor.require(Right.POST, draft.company)
    with transaction.atomic():
        held = Draft.objects.for_portal(actor.portal).select_for_update(of=("self",))
        locked: Draft = held.select_related("deal", "company").get(pk=draft.pk)
        if locked.state in (DraftState.SUBMITTED, DraftState.DONE):
            return _operation_of(locked), None
        if locked.edits_id is not None:  # an edit never becomes a second invoice (D-14)
            raise DraftClosed(locked, "edit")
        editable(locked, now)
        if locked.version != version:
            raise DraftChanged(locked)
        if locked.company is None:
            raise NotReady([blocker("draft.company_missing", "company")])
        operation = _store(actor, locked, now)
        job = owe_walk(operation, now)
    return operation, job


def owe_walk(operation: InvoiceOperation, now: datetime) -> Job:
    """Somebody will walk it, from where it stands."""
    return jobs.enqueue(
        CREATE,
        portal=operation.portal,
        company=operation.company,
        subject=str(operation.pk),
        parameters={"operation": str(operation.pk)},
        at=now,
        queue=jobs.Queue.INTERACTIVE,
        priority=10,
    )


def _store(actor: Actor, draft: Draft, now: datetime) -> InvoiceOperation:
    content, _, found, totals = judged(draft, content_of(draft), now)
    if any(problem.is_blocker for problem in found):
        raise NotReady(found)
    operation = _operation_or_none(draft) or InvoiceOperation(
        portal=draft.portal, company=draft.company, draft=draft, number=_number(), payload_version=0
    )
    operation.payload_version += 1
    operation.invoice_request_id = request_id(operation)
    operation.point = RecoveryPoint.STORED
    operation.company = draft.company
    operation.content = content.to_json()
    operation.content_hash = operation.submitted_hash = content_hash(content)
    operation.currency = content.currency
    operation.expected_total = totals.total
    operation.total_is_net = totals.is_estimate
    operation.customer_id = operation.doc_number = operation.problem = operation.trace_id = ""
    operation.problem_parameters = {}
    operation.first_posted_at = operation.finished_at = None
    operation.created_by = actor.person
    operation.created_at = now
    operation.save()
    draft.state = DraftState.SUBMITTED
    draft.content = content.to_json()
    draft.save(update_fields=["state", "content"])
    audit.record(
        "invoice.submitted",
        actor=actor,
        portal=actor.portal,
        company=draft.company,
        subject=("draft", str(draft.pk)),
        after={
            "reference": operation.number,
            "total": totals.total,
            "hash": operation.content_hash,
        },
        now=now,
    )
    return operation


def _number() -> str:
    """Unique by constraint: 30**5 possibilities an attempt, one attempt in practice."""
    while True:
        found = "DB-" + "".join(secrets.choice(LETTERS) for _ in range(5))
        taken = InvoiceOperation.objects.everywhere("references are unique in the installation")
        if not taken.filter(number=found).exists():
            return found


def _operation_or_none(draft: Draft) -> InvoiceOperation | None:
    found = InvoiceOperation.objects.for_portal(draft.portal_id).filter(draft=draft)
    return found.first()  # type: ignore[no-any-return]


def _operation_of(draft: Draft) -> InvoiceOperation:
    operation = _operation_or_none(draft)
    if operation is None:
        raise DraftClosed(draft, draft.state)
    return operation


def job_of(operation: InvoiceOperation) -> Job | None:
    """What still works on it, with its last error: the progress page reads it."""
    found = Job.objects.for_portal(operation.portal_id).filter(
        kind=CREATE, subject=str(operation.pk)
    )
    return found.first()  # type: ignore[no-any-return]


def run_creation(job: Job, lease: jobs.Lease, now: datetime) -> jobs.Again | None:
    """The handler of ``invoice.create``: goes on where the last run stopped."""
    operation = (
        InvoiceOperation.objects.for_portal(job.portal_id)
        .filter(pk=job.parameters["operation"])
        .select_related("draft__deal", "company", "portal", "created_by", "invoice__company")
        .first()
    )
    if operation is None:
        return None
    deadline = monotonic() + settings.DEALBOOKS["WEB_WALK_SECONDS"]
    walk(operation, lease, deadline, now)
    ended = (RecoveryPoint.DONE, RecoveryPoint.FAILED, RecoveryPoint.WAITING)
    return None if operation.point in ended else jobs.Again(at=now)
