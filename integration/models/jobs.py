"""Work as rows (architecture, decision 5). ``integration.jobs`` claims, leases and finishes them."""

from django.db import models
from django.db.models import F, Q

from integration.models.fields import ExactJSONField
from integration.models.tenancy import PortalRow


class Queue(models.TextChoices):
    INTERACTIVE = "interactive"
    WEBHOOK = "webhook"
    PERIODIC = "periodic"
    BACKFILL = "backfill"


class Job(PortalRow):
    """One piece of work that is owed. One-shot rows are deleted when done; recurring ones stay."""

    company = models.ForeignKey(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=50)
    subject = models.CharField(max_length=100, blank=True)
    """What it is about, usually an id; part of the de-duplication key."""
    dedup_key = models.CharField(max_length=200, unique=True)
    parameters = ExactJSONField(default=dict)
    queue = models.CharField(max_length=12, choices=Queue, default=Queue.PERIODIC)
    priority = models.SmallIntegerField(default=50)
    """Smaller first."""
    every = models.DurationField(null=True, blank=True)
    """Recurring rows only: the pause after a run that asked for no other time."""
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    """Real time (the database's clock), never domain time."""
    lease_owner = models.CharField(max_length=100, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    again = models.BooleanField(default=False)
    """Asked for while it ran: run once more after this run."""
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True)
    last_error_parameters = models.JSONField(default=dict)
    last_trace_id = models.CharField(max_length=100, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    paused_reason = models.CharField(max_length=100, blank=True)
    """Why it is not claimed, e.g. ``needs_reconnect``; empty means it may run."""
    paused_vendor = models.CharField(max_length=12, blank=True)
    """The vendor whose reconnection wakes it; empty when a person or a failure stopped it."""
    created_at = models.DateTimeField()

    class Meta(PortalRow.Meta):
        indexes = [
            models.Index(
                F("queue"),
                F("priority"),
                F("next_at"),
                condition=Q(paused_reason=""),
                name="job_due",
            ),
            models.Index(fields=["portal", "company", "kind"], name="job_of_company"),
        ]
