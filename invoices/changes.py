"""What the entrances call to edit, void, correct and copy an invoice (D-14).

Each stores the intent and commits; then the web request walks it as far as it can, and the job
``invoice.change`` finishes the rest (``invoices.changing``). Asked twice, the first one answers.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from integration import audit, jobs, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.errors import NotFound
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Job
from integration.records.quickbooks import Invoice as Record
from invoices import change_facts
from invoices.change_facts import content_of_record, deal_of
from invoices.change_rules import Act, Permission, permission
from invoices.changing import CHANGE
from invoices.copying import copied, follows_terms, source_of
from invoices.creation import DRAFT_LIFE
from invoices.draft import DraftContent
from invoices.mirror import mirror_invoices
from invoices.models import DealRef, Draft, Invoice, InvoiceChange
from invoices.models.changes import ChangeKind
from invoices.models.drafts import DraftState
from invoices.services import LETTERS

BASE = "edits"
"""In an edit's extras: QuickBooks' record that the person began with."""
LONGEST_REASON = 500


class NotAllowed(Exception):
    """It may not be done; ``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.code)
        self.code = permission.code
        self.parameters = dict(permission.parameters)


def require(actor: Actor, act: Act, invoice: Invoice, now: datetime, deal_id: str = "") -> None:
    """Raises NotAllowed."""
    found = permission(act, change_facts.change_facts(actor, invoice, now, deal_id))
    if not found.allowed:
        raise NotAllowed(found)


# ----------------------------------------------------------------------------------- edit and copy
def begin_edit(actor: Actor, invoice: Invoice, now: datetime, deal_id: str = "") -> Draft:
    """A draft of what stands on it now (one call), or the one this person has open for it.

    Raises NotAllowed, and GatewayError when QuickBooks does not answer.
    """
    require(actor, Act.EDIT, invoice, now, deal_id)
    held = _open_edit(actor, invoice, now)
    if held is not None:
        return held
    record = _fresh(invoice, now)
    require(actor, Act.EDIT, invoice, now, deal_id)
    deal = deal_of(actor, invoice, deal_id)
    found = content_of_record(invoice, record)
    content = replace(
        found.content,
        due_date_typed=not follows_terms(found.content, invoice.company),
        extras={BASE: record.raw, "furthest": "review"},
    )
    return _new_draft(actor, invoice, deal, content, "edit.started", now, edits=invoice)


def _open_edit(actor: Actor, invoice: Invoice, now: datetime) -> Draft | None:
    rows = Draft.objects.for_portal(actor.portal).filter(
        edits=invoice, created_by=actor.person, state=DraftState.OPEN, expires_at__gt=now
    )
    return rows.select_related("deal", "company").order_by("-edited_at").first()  # type: ignore[no-any-return]


def _fresh(invoice: Invoice, now: datetime) -> Record:
    """As QuickBooks has it now; our copy learns of it. Raises NotAllowed when it is gone."""
    try:
        raw = sessions.quickbooks(invoice.company, urgent=True).read("Invoice", invoice.qbo_id)
    except NotFound:
        raise NotAllowed(Permission(Act.EDIT, "change.deleted", {"number": str(invoice)})) from None
    record = parse_invoice(raw)
    mirror_invoices(invoice.company, [record], [], now)
    invoice.refresh_from_db()
    return record


def copy(
    actor: Actor, invoice: Invoice, now: datetime, deal_id: str = "", id: UUID | None = None
) -> Draft:
    """A new draft with the same content on the invoice's deal; no vendor call. Raises NotAllowed."""
    require(actor, Act.COPY, invoice, now, deal_id)
    found, deal = source_of(invoice), deal_of(actor, invoice, deal_id)
    if found is None:
        raise NotAllowed(Permission(Act.COPY, "change.unreadable", {"number": str(invoice)}))
    content = copied(found, invoice.company, now)
    return _new_draft(actor, invoice, deal, content, "invoice.copied", now, id=id)


def _new_draft(
    actor: Actor,
    invoice: Invoice,
    deal: DealRef | None,
    content: DraftContent,
    action: str,
    now: datetime,
    edits: Invoice | None = None,
    id: UUID | None = None,
) -> Draft:
    draft = Draft(
        portal=actor.portal,
        company=invoice.company,
        deal=deal,
        content=content.to_json(),
        step="lines" if edits else "review",
        created_by=actor.person,
        edited_by=actor.person,
        created_at=now,
        edited_at=now,
        expires_at=now + DRAFT_LIFE,
        edits=edits,
    )
    if id is not None:
        draft.pk = id
    with transaction.atomic():
        draft.save(force_insert=True)
        audit.record(
            action,
            actor=actor,
            portal=actor.portal,
            company=invoice.company,
            subject=("invoice", str(invoice.pk)),
            after={"number": str(invoice), "deal": deal.name if deal else ""},
            now=now,
        )
    return draft


# ------------------------------------------------------------------------------- void and correct
def void(
    actor: Actor,
    invoice: Invoice,
    now: datetime,
    *,
    reason: str = "",
    deal_id: str = "",
    id: UUID | None = None,
) -> InvoiceChange:
    """Void it in QuickBooks. Raises NotAllowed; a second call gets the first one's change."""
    return _do(actor, ChangeKind.VOID, Act.VOID, invoice, now, reason, deal_id, id)


def correct(
    actor: Actor,
    invoice: Invoice,
    now: datetime,
    *,
    reason: str = "",
    deal_id: str = "",
    id: UUID | None = None,
) -> InvoiceChange:
    """A credit memo dated today, applied to it, and a new draft with its content (D-14)."""
    return _do(actor, ChangeKind.CORRECT, Act.CORRECT, invoice, now, reason, deal_id, id)


def _do(
    actor: Actor,
    kind: ChangeKind,
    act: Act,
    invoice: Invoice,
    now: datetime,
    reason: str,
    deal_id: str,
    id: UUID | None,
) -> InvoiceChange:
    actor.require(Right.CORRECT, invoice.company)
    held = _same(invoice, kind, id)
    if held is None:
        require(actor, act, invoice, now, deal_id)
        deal = deal_of(actor, invoice, deal_id)
        change = InvoiceChange(
            kind=kind,
            deal_id=deal.hubspot_id if deal else "",
            base=invoice.raw,
            reason=reason.strip()[:LONGEST_REASON],
        )
        if id is not None:
            change.pk = id
        held = owe(actor, invoice, change, now)
    return run(held, now)


def _same(invoice: Invoice, kind: ChangeKind, id: UUID | None) -> InvoiceChange | None:
    """The one that a double click, or a repeat of the same call, already began."""
    rows = change_facts.changes_of(invoice).filter(kind=kind)
    if id is not None and (held := rows.filter(pk=id).first()) is not None:
        return held  # type: ignore[no-any-return]
    return rows.filter(finished_at=None).first()  # type: ignore[no-any-return]


def owe(actor: Actor, invoice: Invoice, change: InvoiceChange, now: datetime) -> InvoiceChange:
    """Store the change and the job that does it; the one already under way when there is one."""
    change.portal_id, change.company, change.invoice = invoice.portal_id, invoice.company, invoice
    change.currency = change.currency or invoice.currency
    change.number = new_number()
    change.created_by, change.created_at = actor.person, now
    try:
        with transaction.atomic():
            change.save(force_insert=True)
            owe_walk(change, now)
            audit.record(
                f"{change.kind}.submitted",
                actor=actor,
                portal=actor.portal,
                company=invoice.company,
                subject=("invoice", str(invoice.pk)),
                after={"number": str(invoice), "reference": change.number, "why": change.reason},
                now=now,
            )
    except IntegrityError:
        held = change_facts.open_change(invoice)
        if held is None:
            raise
        return held
    return change


def new_number() -> str:
    """Unique by constraint; one attempt in practice."""
    while True:
        found = "DC-" + "".join(secrets.choice(LETTERS) for _ in range(5))
        taken = InvoiceChange.objects.everywhere("references are unique in the installation")
        if not taken.filter(number=found).exists():
            return found


def owe_walk(change: InvoiceChange, now: datetime) -> Job:
    return jobs.enqueue(
        CHANGE,
        portal=change.portal,
        company=change.company,
        subject=str(change.pk),
        parameters={"change": str(change.pk)},
        at=now,
        queue=jobs.Queue.INTERACTIVE,
        priority=10,
    )


def job_of(change: InvoiceChange) -> Job | None:
    """What still works on it, with its last error."""
    found = Job.objects.for_portal(change.portal_id).filter(kind=CHANGE, subject=str(change.pk))
    return found.first()  # type: ignore[no-any-return]


def run(change: InvoiceChange, now: datetime) -> InvoiceChange:
    """As far as a few seconds reach; the worker does the rest."""
    job = job_of(change)
    if job is not None and change.finished_at is None:
        jobs.run_one(job.pk, now)
        change.refresh_from_db()
    return change


def find(actor: Actor, invoice: Invoice, change_id: UUID | str) -> InvoiceChange | None:
    """One of the invoice's changes; the caller knows that the invoice is in reach."""
    del actor
    rows = change_facts.changes_of(invoice).filter(pk=change_id)
    related = rows.select_related("draft__deal", "company", "portal", "created_by", "invoice")
    return related.first()  # type: ignore[no-any-return]
