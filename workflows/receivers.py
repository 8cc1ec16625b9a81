"""What other apps tell becomes a task for a person."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from integration.access.rights import Right
from integration.budget import Standing, facts
from integration.models import Company, Person, Portal
from integration.read_budget import Level
from integration.signals import reads_counted
from invoices.draft import DraftContent
from invoices.models import ApprovalRequest, Invoice, NumberReservation
from invoices.signals import (
    approval_asked,
    approval_decided,
    gaps_explained,
    mail_trouble,
    mail_went_out,
    number_gap,
    policy_loosened,
    total_differs,
)
from sync.models import Drift, Reconciliation, Undo
from sync.signals import (
    both_sides_compared,
    differences_fixed,
    gone_from_quickbooks,
    records_released,
    run_undone,
)
from workflows.models import Task, TaskState


@receiver(total_differs, dispatch_uid="workflows.total_differs")
def total_differs_becomes_a_task(
    sender: Any, invoice: Invoice, now: datetime, **numbers: Any
) -> None:
    """D-11: an accountant looks at it; inside the sender's transaction, once while it is open."""
    Task.objects.for_portal(invoice.portal_id).get_or_create(
        portal_id=invoice.portal_id,
        kind="invoice.total_differs",
        subject_kind="invoice",
        subject_id=str(invoice.pk),
        state=TaskState.OPEN,
        defaults={
            "company_id": invoice.company_id,
            "for_right": Right.CORRECT.value,
            "created_at": now,
            "parameters": {
                "number": invoice.doc_number,
                "actual": str(numbers.get("actual", "")),
                "expected": str(numbers.get("expected", "")),
            },
        },
    )


@receiver(mail_trouble, dispatch_uid="workflows.mail_trouble")
def mail_trouble_becomes_a_task(
    sender: Any,
    invoice: Invoice,
    code: str,
    parameters: dict[str, str],
    now: datetime,
    **others: Any,
) -> None:
    """D-17: whoever may send hears of a mail that did not go out or came back, once while open."""
    Task.objects.for_portal(invoice.portal_id).update_or_create(
        portal_id=invoice.portal_id,
        kind=code,
        subject_kind="invoice",
        subject_id=str(invoice.pk),
        state=TaskState.OPEN,
        create_defaults={
            "company_id": invoice.company_id,
            "for_right": Right.SEND.value,
            "created_at": now,
            "parameters": parameters,
        },
        defaults={"parameters": parameters},
    )


@receiver(mail_went_out, dispatch_uid="workflows.mail_went_out")
def a_mail_that_went_out_ends_its_tasks(
    sender: Any, invoice: Invoice, now: datetime, **others: Any
) -> None:
    """Nobody has to tick off what was put right."""
    open_tasks = Task.objects.for_portal(invoice.portal_id).filter(
        kind__startswith="sending.",
        subject_kind="invoice",
        subject_id=str(invoice.pk),
        state=TaskState.OPEN,
    )
    open_tasks.update(state=TaskState.DONE, done_at=now)


@receiver(approval_asked, dispatch_uid="workflows.approval_asked")
def approval_becomes_a_task(
    sender: Any, request: ApprovalRequest, now: datetime, **others: Any
) -> None:
    """D-15, S-102: whoever may approve hears of it, once while it waits."""
    _open_task(
        request.company,
        "approval.waiting",
        ("approval", str(request.pk)),
        Right.APPROVE,
        {
            "amount": str(request.amount or 0),
            "currency": request.currency,
            "customer": DraftContent.from_json(request.content).recipient,
            "person": str(request.asked_by),
        },
        now,
    )


@receiver(approval_decided, dispatch_uid="workflows.approval_decided")
def decided_approvals_are_no_task(
    sender: Any, request: ApprovalRequest, now: datetime, **others: Any
) -> None:
    _close_tasks(
        request.company, "approval.waiting", ("approval", str(request.pk)), request.decided_by, now
    )


@receiver(policy_loosened, dispatch_uid="workflows.policy_loosened")
def a_looser_policy_is_told(
    sender: Any, company: Company, person: Person | None, now: datetime, **others: Any
) -> None:
    """D-15: owners and admins see who lets more pass."""
    about = ("rules", str(company.pk))
    _open_task(company, "approval.loosened", about, Right.PEOPLE, {"person": str(person)}, now)


@receiver(number_gap, dispatch_uid="workflows.number_gap")
def a_gap_becomes_a_task(
    sender: Any, reservation: NumberReservation, now: datetime, **others: Any
) -> None:
    """D-12: the newest one is named; the report has all."""
    about = ("numbers", str(reservation.company_id))
    told = {"number": reservation.text}
    _open_task(reservation.company, "numbering.gap", about, Right.APPROVE, told, now)


@receiver(gaps_explained, dispatch_uid="workflows.gaps_explained")
def explained_gaps_are_no_task(
    sender: Any, company: Company, person: Person | None, now: datetime, **others: Any
) -> None:
    _close_tasks(company, "numbering.gap", ("numbers", str(company.pk)), person, now)


READS = {
    Level.HIGH: "budget.reads_high",
    Level.VERY_HIGH: "budget.reads_very_high",
    Level.STOPPED: "budget.reads_stopped",
}


@receiver(reads_counted, dispatch_uid="workflows.reads_counted")
def few_reads_become_a_task(
    sender: Any, portal: Portal, standing: Standing, now: datetime, **others: Any
) -> None:
    """B-27: told once a month at each step; ended when the step no longer holds."""
    kind, month = READS.get(standing.level, ""), standing.month.isoformat()
    tasks = Task.objects.for_portal(portal)
    others_open = tasks.filter(kind__in=READS.values(), state=TaskState.OPEN)
    others_open.exclude(kind=kind, subject_id=month).update(state=TaskState.DONE, done_at=now)
    told = {"kind": kind, "subject_kind": "reads", "subject_id": month}
    if kind and not tasks.filter(**told).exists():
        Task.objects.create(
            portal=portal,
            for_right=Right.OPERATE.value,
            parameters=facts(standing),
            created_at=now,
            **told,
        )


@receiver(both_sides_compared, dispatch_uid="workflows.both_sides_compared")
def differences_become_a_task(
    sender: Any, reconciliation: Reconciliation, now: datetime, **others: Any
) -> None:
    """B-26: one for each company while its newest report found something; it ends by itself."""
    company = reconciliation.company
    earlier = Task.objects.for_portal(company.portal_id).filter(
        company=company, kind="reconcile.drift", state=TaskState.OPEN
    )
    earlier.update(state=TaskState.DONE, done_at=now)
    lines = Drift.objects.for_portal(company.portal_id).filter(reconciliation=reconciliation)
    to_do = lines.filter(reason="").count()
    if to_do:
        about = ("reconciliation", str(reconciliation.pk))
        told = {"count": str(to_do)}
        _open_task(company, "reconcile.drift", about, Right.RUN_SYNC, told, now)


@receiver(differences_fixed, dispatch_uid="workflows.differences_fixed")
def fixed_differences_are_no_task(
    sender: Any, reconciliation: Reconciliation, now: datetime, **others: Any
) -> None:
    about = ("reconciliation", str(reconciliation.pk))
    _close_tasks(reconciliation.company, "reconcile.drift", about, None, now)


@receiver(gone_from_quickbooks, dispatch_uid="workflows.gone_from_quickbooks")
def what_is_gone_from_quickbooks_becomes_a_task(
    sender: Any, line: Drift, now: datetime, **others: Any
) -> None:
    """D-31: nothing is ever written to QuickBooks to put a difference right."""
    subject = "invoice" if line.record_kind == "Invoice" else line.record_kind.lower()
    told = {"label": line.label}
    about = (subject, line.record_id)
    _open_task(line.company, "reconcile.gone", about, Right.CORRECT, told, now)


def _open_task(
    company: Company,
    kind: str,
    subject: tuple[str, str],
    right: Right,
    parameters: dict[str, str],
    now: datetime,
) -> None:
    """Once while it is open; asked again, the newest facts stand on it."""
    Task.objects.for_portal(company.portal_id).update_or_create(
        portal_id=company.portal_id,
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        state=TaskState.OPEN,
        defaults={"parameters": parameters},
        create_defaults={
            "company_id": company.pk,
            "for_right": right.value,
            "created_at": now,
            "parameters": parameters,
        },
    )


def _close_tasks(
    company: Company, kind: str, subject: tuple[str, str], person: Person | None, now: datetime
) -> None:
    rows = Task.objects.for_portal(company.portal_id).filter(
        kind=kind, subject_kind=subject[0], subject_id=subject[1], state=TaskState.OPEN
    )
    rows.update(state=TaskState.DONE, done_at=now, done_by=person)


@receiver(run_undone, dispatch_uid="workflows.run_undone")
def run_undone_becomes_a_task(
    sender: Any, undo: Undo, held: int, now: datetime, **others: Any
) -> None:
    """D-31: QuickBooks still says what the run wrote; whoever decides what flows puts it right."""
    Task.objects.for_portal(undo.portal_id).get_or_create(
        portal_id=undo.portal_id,
        kind="sync.undo_differs",
        subject_kind="undo",
        subject_id=str(undo.pk),
        state=TaskState.OPEN,
        defaults={
            "company_id": undo.company_id,
            "for_right": Right.MAP.value,
            "created_at": now,
            "parameters": {"count": str(held)},
        },
    )


@receiver(records_released, dispatch_uid="workflows.records_released")
def released_records_end_their_task(sender: Any, undo: Undo, now: datetime, **others: Any) -> None:
    tasks = Task.objects.for_portal(undo.portal_id).filter(
        kind="sync.undo_differs", subject_id=str(undo.pk), state=TaskState.OPEN
    )
    tasks.update(state=TaskState.DONE, done_at=now)
