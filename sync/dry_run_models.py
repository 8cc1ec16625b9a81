"""What a dry run would have written (B-22): rows of their own, so that no count ever mixes them up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow, PortalRow


class DryRunKind(models.TextChoices):
    SYNC = "sync", _("The next sync")
    TAB = "tab", _("A choice that is not saved")
    BACKFILL = "backfill", _("Older records")


class DryRunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class DryRun(CompanyRow):
    """One look ahead. Kept for a day after its end.

    ``wanted``: the tab's choices or the backfill's range, as JSON. ``cursor``: where the next turn
    goes on; it moves with the counts of the turn it ends. Counts are exact, lines end at a limit.
    """

    kind = models.CharField(max_length=8, choices=DryRunKind)
    object = models.CharField(max_length=10, blank=True)
    """Of a tab or a backfill: a value of ``sync.models.SyncObject``."""
    wanted = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=DryRunState, default=DryRunState.RUNNING)
    cursor = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    """How many records there are to look at; 0 where nobody knows beforehand."""
    seen = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    """Of the lines, those that would write something."""
    skipped = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    """``{operation: lines}`` of what would be written."""
    listed = models.PositiveIntegerField(default=0)
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
                name="dry_run_one_at_a_time",
            ),
        ]

    @property
    def unlisted(self) -> int:
        return max(self.lines - self.listed, 0)


class PlannedOutcome(models.TextChoices):
    PLANNED = "planned", _("Would be written")
    LINKED = "linked", _("Found, nothing to write")
    SKIPPED = "skipped", _("Would be left alone")


class PlannedEntry(PortalRow):
    """One line of a dry run: the fields that would change, before and after.

    An id of HubSpot that does not exist yet reads ``new``.
    """

    dry_run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    """In the order of the work."""
    operation = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=8, choices=PlannedOutcome)
    reason = models.CharField(max_length=100, blank=True)
    reason_parameters = models.JSONField(default=dict)
    before = ExactJSONField(default=dict)
    after = ExactJSONField(default=dict)

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["dry_run", "number"], name="planned_entry_once"),
        ]
