"""What other apps tell becomes a task for a person."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from integration.access.rights import Right
from invoices.models import Invoice
from invoices.signals import total_differs
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
