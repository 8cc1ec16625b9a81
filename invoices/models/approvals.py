"""Approvals (D-15): what was asked, for which content, and who decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField, amount_field
from integration.models.tenancy import CompanyRow


class ApprovalState(models.TextChoices):
    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    """By the rep, or because the content or the company's connection is gone."""


class ApprovalRequest(CompanyRow):
    """One question to the approvers; either a new invoice (``operation``) or a ``change`` of one.

    A decision is never altered. It binds to ``content_hash`` and to ``policy_version``, which is
    the policy's at the moment of the decision.
    """

    operation = models.ForeignKey(
        "invoices.InvoiceOperation", null=True, on_delete=models.CASCADE, related_name="approvals"
    )
    change = models.ForeignKey(
        "invoices.InvoiceChange", null=True, on_delete=models.CASCADE, related_name="approvals"
    )
    deal = models.ForeignKey(
        "invoices.DealRef", null=True, on_delete=models.CASCADE, related_name="+"
    )
    content = ExactJSONField(default=dict)
    """``invoices.draft.DraftContent`` as it will be posted."""
    content_hash = models.CharField(max_length=64)
    policy_version = models.PositiveIntegerField(default=1)
    amount = amount_field(null=True)
    """The total that Review showed, in ``currency``."""
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=100)
    """Message code: why approval is needed."""
    reason_parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.WAITING)
    drafted_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by = models.ForeignKey("integration.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    job_kind = models.CharField(max_length=50)
    """The job that goes on after an approval, with these parameters."""
    job_parameters = models.JSONField(default=dict)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["operation"], condition=Q(state="waiting"), name="one_approval_of_operation"
            ),
            models.UniqueConstraint(
                fields=["change"], condition=Q(state="waiting"), name="one_approval_of_change"
            ),
            models.CheckConstraint(
                condition=Q(operation=None, change__isnull=False)
                | Q(operation__isnull=False, change=None),
                name="approval_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["portal", "state", "asked_at"], name="approvals_waiting")]
