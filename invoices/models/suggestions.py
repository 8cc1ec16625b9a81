"""Which deal an invoice made in QuickBooks probably belongs to (B-23, D-32)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import amount_field
from integration.models.tenancy import CompanyRow


class SuggestionState(models.TextChoices):
    NEW = "new"
    """Seen in QuickBooks and not judged yet; ``deal_id`` is empty."""
    JUDGED = "judged"
    """Judged at this version; what was found stands in rows with a ``deal_id``."""
    OPEN = "open", _("Waiting")
    ACCEPTED = "accepted", _("Added")
    DISMISSED = "dismissed", _("Dismissed")
    UNDONE = "undone", _("Undone")


class SuggestionReason(models.TextChoices):
    REFERENCE = "reference"
    """The deal's own reference stands on the invoice."""
    LIKENESS = "likeness"
    """Customer, amount and date agree with the deal: never enough to attach alone."""


class AttachmentSuggestion(CompanyRow):
    """One invoice and one deal. The invoice is not mirrored until it is attached (S-20).

    What a person needs to decide is kept here as QuickBooks and HubSpot last said it.
    """

    qbo_id = models.CharField(max_length=32)
    sync_token = models.CharField(max_length=20, blank=True)
    doc_number = models.CharField(max_length=32, blank=True)
    customer_id = models.CharField(max_length=32)
    customer_name = models.CharField(max_length=600, blank=True)
    txn_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    total = amount_field()
    total_tax = amount_field(default=0)
    balance = amount_field()
    currency = models.CharField(max_length=3)
    field_text = models.CharField(max_length=300, blank=True)
    """What stands in the field that carries references."""
    other_text = models.CharField(max_length=500, blank=True)
    """References that stand elsewhere on it: worth a suggestion, no more."""
    deal_id = models.CharField(max_length=32, blank=True)
    """HubSpot's id; empty while the state is new."""
    deal_name = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=10, choices=SuggestionReason, blank=True)
    obstacles = models.JSONField(default=list)
    """Message codes: why it did not attach alone."""
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.NEW)
    is_automatic = models.BooleanField(default=False)
    """Attached by Dealbooks itself, not by a person."""
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "qbo_id", "deal_id"], name="suggested_once"),
        ]
        indexes = [
            models.Index(fields=["portal", "state", "-created_at"], name="suggestion_queue"),
        ]

    def __str__(self) -> str:
        return self.doc_number or self.qbo_id
