"""Mails of invoices that people asked for, now or at a time (D-17, B-16)."""

from django.db import models
from django.db.models import Q

from integration.models.tenancy import CompanyRow


class SendState(models.TextChoices):
    WAITING = "waiting"
    """For its time, or for the check just before the call."""
    SENDING = "sending"
    """The call may have left: only QuickBooks knows until its answer is stored."""
    SENT = "sent"
    CANCELLED = "cancelled"
    """By a person, or replaced by a newer one."""
    REFUSED = "refused"
    """By the check or by QuickBooks: ``problem`` says why. Nothing was mailed."""
    UNKNOWN = "unknown"
    """QuickBooks never said: a person looks."""


ACTIVE = (SendState.WAITING, SendState.SENDING)


class InvoiceSending(CompanyRow):
    """One mail of one invoice. The row is committed before anything leaves the house."""

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.CASCADE, related_name="sendings"
    )
    state = models.CharField(max_length=10, choices=SendState, default=SendState.WAITING)
    to = models.CharField(max_length=100)
    cc = models.CharField(max_length=100, blank=True)
    bcc = models.CharField(max_length=100, blank=True)
    send_at = models.DateTimeField()
    is_scheduled = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, blank=True)
    """The company's zone in which the time was chosen."""
    content_hash = models.CharField(max_length=64)
    """Of what the customer will read, as the person saw it (D-17: unchanged since)."""
    request_id = models.UUIDField()
    first_called_at = models.DateTimeField(null=True, blank=True)
    delivery_before = models.CharField(max_length=64, blank=True)
    """QuickBooks' DeliveryTime before the call: another one afterwards proves the mail."""
    sent_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    """How often QuickBooks was asked afterwards whether the mail arrived."""
    problem = models.CharField(max_length=100, blank=True)
    problem_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    created_by = models.ForeignKey("integration.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(state__in=ACTIVE),
                name="one_active_sending",
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "invoice", "-created_at"], name="sending_of_invoice"),
        ]
