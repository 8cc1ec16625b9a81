"""What a rep is making, and the operation that makes it real."""

from django.db import models
from django.db.models import Q

from integration.models.fields import ExactJSONField, amount_field
from integration.models.tenancy import CompanyRow, PortalRow


class DraftState(models.TextChoices):
    OPEN = "open"
    SUBMITTED = "submitted"
    """An operation owns it; it can no longer be edited."""
    DONE = "done"
    DISCARDED = "discarded"


class Draft(PortalRow):
    """The wizard's row: autosaved, never lost. ``content`` is ``invoices.draft.DraftContent``."""

    company = models.ForeignKey(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="+"
    )
    deal = models.ForeignKey("invoices.DealRef", on_delete=models.CASCADE, related_name="drafts")
    quote_id = models.CharField(max_length=32, blank=True)
    content = ExactJSONField(default=dict)
    step = models.CharField(max_length=20, default="company")
    """The step the rep was on last."""
    version = models.PositiveIntegerField(default=1)
    """Grows with every save; a save based on an older version is refused, nothing is lost."""
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.OPEN)
    created_by = models.ForeignKey("integration.Person", on_delete=models.CASCADE, related_name="+")
    edited_by = models.ForeignKey("integration.Person", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    edits = models.ForeignKey(
        "invoices.Invoice", null=True, on_delete=models.CASCADE, related_name="edit_drafts"
    )
    """The invoice in QuickBooks that this draft changes; none: it becomes a new one."""

    class Meta(PortalRow.Meta):
        indexes = [models.Index(fields=["portal", "deal", "state"], name="draft_of_deal")]


class RecoveryPoint(models.TextChoices):
    """How far an operation came; each is committed before the next call leaves the house."""

    STORED = "stored"
    VALIDATED = "validated"
    CUSTOMER_ENSURED = "customer_ensured"
    ALLOWED = "allowed"
    NUMBER_RESERVED = "number_reserved"
    POSTED = "posted"
    ASSOCIATED = "associated"
    DONE = "done"
    FAILED = "failed"
    """A person must act; ``problem`` says what."""
    WAITING = "waiting"
    """Approval is wanted (D-15)."""


class InvoiceOperation(CompanyRow):
    """Exactly-once creation (B-04): its ``request_id`` never changes for one payload version."""

    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="operation")
    number = models.CharField(max_length=12, unique=True)
    """Our short reference, e.g. ``DB-7F3K9`` (D-16)."""
    point = models.CharField(max_length=20, choices=RecoveryPoint, default=RecoveryPoint.STORED)
    payload_version = models.PositiveIntegerField(default=1)
    customer_request_id = models.UUIDField(null=True)
    invoice_request_id = models.UUIDField()
    content = ExactJSONField(default=dict)
    """The draft's content at submit; never edited afterwards."""
    content_hash = models.CharField(max_length=64)
    submitted_hash = models.CharField(max_length=64, blank=True)
    """Of the content at submit, before a new customer's id was filled in: approvals bind to it."""
    expected_total = amount_field(null=True)
    total_is_net = models.BooleanField(default=False)
    """D-11: with automated sales tax only the net is compared."""
    currency = models.CharField(max_length=3)
    customer_id = models.CharField(max_length=32, blank=True)
    doc_number = models.CharField(max_length=32, blank=True)
    invoice = models.OneToOneField(
        "invoices.Invoice", null=True, on_delete=models.PROTECT, related_name="operation"
    )
    first_posted_at = models.DateTimeField(null=True, blank=True)
    """When the invoice call first left; tells whether QuickBooks may still know our request id."""
    problem = models.CharField(max_length=100, blank=True)
    problem_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    created_by = models.ForeignKey("integration.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "doc_number"],
                condition=~Q(doc_number=""),
                name="operation_number_once",
            ),
        ]
