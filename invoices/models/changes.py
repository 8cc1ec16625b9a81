"""What a person changes about an invoice that QuickBooks has, and refunds a person accepted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField, amount_field
from integration.models.tenancy import CompanyRow


class ChangeKind(models.TextChoices):
    EDIT = "edit", _("Edit")
    VOID = "void", _("Void")
    CORRECT = "correct", _("Correct this invoice")


class ChangePoint(models.TextChoices):
    """How far a change came; each is committed before the next call leaves the house."""

    STORED = "stored"
    CHECKED = "checked"
    """Looked at in QuickBooks: it is as the person saw it, and it may be done."""
    POSTED = "posted"
    """Edited, voided, or the credit memo exists."""
    APPLIED = "applied"
    """The credit memo settles the invoice, as far as something was open."""
    DONE = "done"
    CONFLICT = "conflict"
    """QuickBooks has another version; a person sees both and chooses (5010)."""
    WAITING = "waiting"
    """Approval is wanted (D-15)."""
    FAILED = "failed"
    """It cannot be done; ``problem`` says why, nothing was changed."""
    DROPPED = "dropped"
    """The person kept what QuickBooks has."""


class InvoiceChange(CompanyRow):
    """Edit, void or correct exactly once (D-14): request ids follow from the key and the version."""

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField(max_length=10, choices=ChangeKind)
    point = models.CharField(max_length=10, choices=ChangePoint, default=ChangePoint.STORED)
    number = models.CharField(max_length=12, unique=True)
    """Our short reference, which the credit memo carries (D-16)."""
    draft = models.ForeignKey(
        "invoices.Draft", null=True, on_delete=models.PROTECT, related_name="changes"
    )
    """Of an edit the draft that holds it; of a correction the new draft, once it is begun."""
    deal_id = models.CharField(max_length=32, blank=True)
    """The deal it was done on, which a correction's new draft belongs to."""
    base = ExactJSONField(default=dict)
    """QuickBooks' record that the person saw."""
    theirs = ExactJSONField(default=dict)
    """The newer one, while a person has to choose."""
    content = ExactJSONField(default=dict)
    """Of an edit: the draft's content at submit."""
    content_hash = models.CharField(max_length=64, blank=True)
    expected_total = amount_field(null=True)
    total_is_net = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    payload_version = models.PositiveIntegerField(default=1)
    first_posted_at = models.DateTimeField(null=True, blank=True)
    retries = models.PositiveIntegerField(default=0)
    """How often it was put on top of a newer version without asking anybody."""
    credit_id = models.CharField(max_length=32, blank=True)
    """QuickBooks' id of the credit memo."""
    credit_number = models.CharField(max_length=32, blank=True)
    credit_total = amount_field(null=True)
    applied = amount_field(null=True)
    """How much of the credit settles the invoice; the rest stays open for the customer."""
    reason = models.CharField(max_length=500, blank=True)
    problem = models.CharField(max_length=100, blank=True)
    problem_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    created_by = models.ForeignKey("integration.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(finished_at=None), name="one_change_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["invoice", "created_at"], name="changes_of_invoice")]


class AcceptedRefund(CompanyRow):
    """A refund receipt that a person said belongs to an invoice (D-19): it lowers "paid"."""

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.CASCADE, related_name="refunds"
    )
    refund_id = models.CharField(max_length=32)
    """QuickBooks' id of the refund receipt."""
    number = models.CharField(max_length=32, blank=True)
    amount = amount_field()
    currency = models.CharField(max_length=3)
    refunded_on = models.DateField()
    accepted_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """Taken back by a person, or voided or deleted in QuickBooks."""

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "refund_id"],
                condition=Q(withdrawn_at=None),
                name="refund_once",
            ),
        ]
