"""What other apps tell becomes a task for a person."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from integration.access.rights import Right
from invoices.models import Invoice
from invoices.signals import mail_trouble, mail_went_out, total_differs
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
