"""Invoices as QuickBooks last showed them, and the payments that settle them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField, amount_field, rate_field
from integration.models.tenancy import CompanyRow
from integration.models.words import WordsField


class Stage(models.TextChoices):
    """D-18, S-49 to S-54. The words are the article's; ``invoices.stages`` decides."""

    AWAITING_SENDING = "awaiting_sending", _("Awaiting sending")
    SENT = "sent", _("Sent to customer")
    PARTIALLY_PAID = "partially_paid", _("Partially paid")
    PAID = "paid", _("Paid in full")
    OVERDUE = "overdue", _("Overdue")
    VOIDED = "voided", _("Voided")
    DELETED = "deleted", _("Deleted")


class Origin(models.TextChoices):
    """Why we know this invoice (S-20, D-26)."""

    CREATED = "created", _("Created here")
    ATTACHED = "attached", _("Added by hand")
    SYNCED = "synced", _("Synced from QuickBooks")


class Invoice(CompanyRow):
    """The mirror of one QuickBooks invoice. The four amounts are D-19's, in ``currency``."""

    company = models.ForeignKey(
        "integration.Company", on_delete=models.CASCADE, related_name="invoices"
    )
    qbo_id = models.CharField(max_length=32)
    sync_token = models.CharField(max_length=20)
    doc_number = models.CharField(max_length=32, blank=True)
    customer_id = models.CharField(max_length=32)
    customer_name = models.CharField(max_length=600)
    txn_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    exchange_rate = rate_field(null=True)
    total = amount_field()
    balance = amount_field()
    total_tax = amount_field(default=0)
    home_total = amount_field(null=True)
    billed = amount_field()
    cash = amount_field(default=0)
    credited = amount_field(default=0)
    open = amount_field()
    stage = models.CharField(max_length=20, choices=Stage)
    is_sent = models.BooleanField(default=False)
    is_overdue = models.BooleanField(default=False)
    is_part_paid = models.BooleanField(default=False)
    delivered_by_hand_at = models.DateTimeField(null=True, blank=True)
    """Set by "Mark as delivered"."""
    first_sent_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    total_differs = models.BooleanField(default=False)
    """D-11: QuickBooks' total is not the one the rep saw; it cannot be sent."""
    expected_total = amount_field(null=True)
    bill_email = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    updated_at = models.DateTimeField()
    """QuickBooks' LastUpdatedTime."""
    seen_at = models.DateTimeField()
    raw = ExactJSONField(default=dict)
    raw_hash = models.CharField(max_length=64)
    mapped_hash = models.CharField(max_length=64, blank=True)
    """Of the properties HubSpot was told last, or a mark while a write is on its way or its answer
    was lost (decision 0017)."""
    hubspot_id = models.CharField(max_length=32, blank=True)
    """The HubSpot invoice object's id (D-24)."""
    written = models.JSONField(default=dict)
    """The HubSpot invoice object's properties as last written: the before of the next write."""
    had_amount = models.BooleanField(default=False)
    """A total above zero was seen once: what tells voided from a zero invoice."""
    mail_status = models.CharField(max_length=16, blank=True)
    """What QuickBooks says of its e-mail: ``invoices.mail_status.MailStatus``."""

    words = WordsField(anywhere=("doc_number", "customer_name"))

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "qbo_id"], name="invoice_once"),
            models.UniqueConstraint(fields=["id", "portal"], name="invoice_with_portal"),
        ]
        indexes = [
            # As the lists sort: the last first, none at the end, the key breaks ties.
            models.Index(
                F("portal"),
                F("txn_date").desc(nulls_last=True),
                F("id").desc(),
                name="invoice_by_date",
            ),
            models.Index(
                F("portal"),
                F("seen_at").desc(nulls_last=True),
                F("id").desc(),
                name="invoice_by_change",
            ),
            models.Index(fields=["portal", "stage", "due_date"], name="invoice_by_stage"),
            models.Index(fields=["company", "due_date"], name="invoice_by_due"),
            models.Index(fields=["portal", "doc_number"], name="invoice_by_number"),
            models.Index(fields=["company", "customer_id"], name="invoice_by_customer"),
            models.Index(fields=["portal", "customer_name", "id"], name="invoice_by_name"),
            models.Index(
                F("portal"),
                F("billed").desc(nulls_last=True),
                F("id").desc(),
                name="invoice_by_size",
            ),
            models.Index(fields=["company", "total"], name="invoice_by_total"),
            GinIndex(fields=["words"], name="invoice_by_words"),
        ]

    def __str__(self) -> str:
        return self.doc_number or self.qbo_id


class NoteState(models.TextChoices):
    NONE = "none"
    """No note is wanted (notes off, or no deal)."""
    OWED = "owed"
    WRITTEN = "written"


class PaymentApplication(CompanyRow):
    """D-20: one row for each (payment, invoice), with what the deal's timeline was told."""

    payment_id = models.CharField(max_length=32)
    """QuickBooks' payment id."""
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="payments")
    applied = amount_field()
    """What this payment settled of the invoice: cash plus credits used in it."""
    cash = amount_field()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    method = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    sync_token = models.CharField(max_length=20)
    reversed_at = models.DateTimeField(null=True, blank=True)
    """Voided, deleted or unlinked in QuickBooks."""
    note_id = models.CharField(max_length=32, blank=True)
    note_state = models.CharField(max_length=10, choices=NoteState, default=NoteState.NONE)
    note_hash = models.CharField(max_length=64, blank=True)
    """Of the text last written, so that an unchanged note is not written again. While a note is on
    its way: the lease under which it left."""
    reversal_note_id = models.CharField(max_length=32, blank=True)
    seen_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "payment_id", "invoice"], name="payment_invoice_once"
            ),
        ]
