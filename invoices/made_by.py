"""Who drafted, approved and posted an invoice, on one line (E-09)."""

from django.utils.translation import gettext as _

from invoices.models import ApprovalRequest, InvoiceOperation
from invoices.models.approvals import ApprovalState


def made_by(operation: InvoiceOperation) -> str:
    """One name for several steps is said once."""
    drafter, sender = str(operation.draft.created_by), str(operation.created_by)
    approver = _approver(operation)
    names = {"drafter": drafter, "approver": approver, "person": sender}
    if approver and drafter == sender:
        return _("Drafted and sent by %(person)s, approved by %(approver)s") % names
    if approver:
        return _("Drafted by %(drafter)s, sent by %(person)s, approved by %(approver)s") % names
    if drafter == sender:
        return _("Drafted and created by %(person)s") % names
    return _("Drafted by %(drafter)s, created by %(person)s") % names


def _approver(operation: InvoiceOperation) -> str:
    """Whoever approved what was posted, not an earlier version of it."""
    rows = ApprovalRequest.objects.for_portal(operation.portal_id).filter(
        operation=operation,
        state=ApprovalState.APPROVED,
        content_hash=operation.submitted_hash,
    )
    newest = rows.select_related("decided_by").order_by("-decided_at").first()
    return str(newest.decided_by) if newest is not None and newest.decided_by else ""
