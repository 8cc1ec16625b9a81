"""What a comparison of both sides found, line by line and month by month (B-26)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import amount_field
from integration.models.tenancy import CompanyRow


class ReconciliationState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ReconciledBy(models.TextChoices):
    NIGHT = "night", _("Every night")
    PERSON = "person", _("Asked for")


class Reconciliation(CompanyRow):
    """One report of one company; at most one at a time is being made.

    ``stage`` and ``cursor`` say where to go on; they move with the lines and sums of the page they
    end. ``counts``: object to side to how many, for the cards of the report.
    """

    trigger = models.CharField(max_length=6, choices=ReconciledBy)
    state = models.CharField(
        max_length=7, choices=ReconciliationState, default=ReconciliationState.RUNNING
    )
    stage = models.CharField(max_length=20, default="settle")
    cursor = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    checked = models.PositiveIntegerField(default=0)
    to_check = models.PositiveIntegerField(default=0)
    drift = models.PositiveIntegerField(default=0)
    """How many lines it found, whatever became of them."""
    error = models.CharField(max_length=100, blank=True)
    error_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    requested_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(state="running"),
                name="reconciliation_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["company", "-started_at"], name="reconciliation_by_time")]


class DriftKind(models.TextChoices):
    """The values of ``sync.reconcile.What``."""

    DIFFERS = "differs", _("Differs in HubSpot")
    MISSING = "missing", _("Missing in HubSpot")
    UNTIED = "untied", _("Not tied in HubSpot")
    BEHIND = "behind", _("Dealbooks behind QuickBooks")
    UNKNOWN = "unknown", _("Only in QuickBooks")
    GONE = "gone", _("Gone from QuickBooks")


class DriftState(models.TextChoices):
    OPEN = "open", _("Open")
    FIXING = "fixing", _("Being fixed")
    FIXED = "fixed", _("Fixed")
    LEFT = "left", _("Changed since, left")
    GONE = "gone", _("Agrees by itself")


class Drift(CompanyRow):
    """One record that is not the same on both sides.

    ``record_id`` is our row's id (of a payment: its invoice's), a deal's HubSpot id, or empty where
    we have no row. ``differences``: name, expected and found, as texts.
    """

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name="lines"
    )
    what = models.CharField(max_length=8, choices=DriftKind)
    record_kind = models.CharField(max_length=30)
    record_id = models.CharField(max_length=64, blank=True)
    qbo_id = models.CharField(max_length=32, blank=True)
    object_kind = models.CharField(max_length=30, blank=True)
    hubspot_id = models.CharField(max_length=32, blank=True)
    label = models.CharField(max_length=300, blank=True)
    differences = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=DriftState, default=DriftState.OPEN)
    reason = models.CharField(max_length=100, blank=True)
    """A message code: why it could not be fixed."""
    reason_parameters = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "reconciliation", "what", "record_kind", "record_id", "qbo_id",
                    "object_kind", "hubspot_id",
                ],
                name="drift_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["reconciliation", "state", "id"], name="drift_by_state"),
            models.Index(fields=["reconciliation", "id"], name="drift_in_order"),
        ]


class Side(models.TextChoices):
    QUICKBOOKS = "quickbooks", _("QuickBooks")
    DEALBOOKS = "dealbooks", _("Dealbooks")
    HUBSPOT = "hubspot", _("HubSpot")
    LEFT_OUT = "left_out", _("Not in HubSpot by your settings")


class ReconciledSum(CompanyRow):
    """What one side says of the invoices of one month in one currency (D-19's four amounts)."""

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name="sums"
    )
    month = models.DateField()
    """Its first day, by the invoice date."""
    currency = models.CharField(max_length=3)
    side = models.CharField(max_length=10, choices=Side)
    count = models.PositiveIntegerField(default=0)
    billed = amount_field(default=0)
    cash = amount_field(default=0)
    credited = amount_field(default=0)
    open = amount_field(default=0)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["reconciliation", "month", "currency", "side"], name="reconciled_sum_once"
            ),
        ]
