"""Marks of invoices that lists filter by and the month-end page counts: one meaning for both."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from invoices import reach
from invoices.mail_status import FAILURES
from invoices.models import ApprovalRequest, InvoiceAttachment, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.models.invoices import Origin

OF_THE_ROWS = "of the rows of a scoped query"
ON_A_DEAL = Exists(
    InvoiceAttachment.objects.everywhere(OF_THE_ROWS).filter(
        invoice=OuterRef("pk"), object_kind=reach.DEALS, detached_at=None
    )
)
APPROVED = ApprovalRequest.objects.everywhere(OF_THE_ROWS).filter(
    operation__invoice=OuterRef("pk"), state=ApprovalState.APPROVED
)
AS_SENT = InvoiceOperation.objects.everywhere(OF_THE_ROWS).filter(
    Q(total_is_net=False, expected_total=OuterRef("total"))
    | Q(total_is_net=True, expected_total=OuterRef("total") - OuterRef("total_tax")),
    invoice=OuterRef("pk"),
    customer_id=OuterRef("customer_id"),
)
CREATED_HERE = Q(origin=Origin.CREATED, deleted_at=None)
NOT_SENT = Q(is_sent=False, open__gt=0)
TOTAL_DIFFERS = Q(total_differs=True)
CHANGED_AFTER_APPROVAL = Q(Exists(APPROVED)) & ~Q(Exists(AS_SENT))
"""E-09: another customer or amount than what was approved, last at an edit here."""
MARKS = {
    "created_here": (_("Created here"), CREATED_HERE),
    "differs": (_("Total differs"), TOTAL_DIFFERS),
    "not_sent": (_("Not sent yet"), NOT_SENT),
    "credited": (_("Credit used"), Q(credited__gt=0)),
    "mail_failed": (_("E-mail not delivered"), Q(mail_status__in=FAILURES)),
    "no_deal": (_("On no deal"), Q(~ON_A_DEAL)),
    "after_approval": (_("Changed in QuickBooks after approval"), CHANGED_AFTER_APPROVAL),
}
