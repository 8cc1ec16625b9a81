"""Why a draft came back to its rep: QuickBooks refused it, or an approver did (E-05)."""

from integration import messages
from integration.messages import Message
from invoices.models import Draft, InvoiceChange, InvoiceOperation
from invoices.models.drafts import RecoveryPoint

NOT_TOLD = ("", "approval.withdrawn")
"""The rep took it back: nothing to explain."""
REJECTED = "approval.rejected"


def refusal_of(draft: Draft, operation: InvoiceOperation | InvoiceChange | None) -> Message | None:
    """Until the draft is changed or sent again."""
    if operation is None or operation.point != RecoveryPoint.FAILED:
        return None
    if operation.problem in NOT_TOLD or operation.finished_at is None:
        return None
    if draft.edited_at > operation.finished_at:
        return None
    return messages.message(operation.problem, **operation.problem_parameters)
