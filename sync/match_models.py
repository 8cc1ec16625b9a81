"""What was found about unlinked records in HubSpot, and traces of HubSpot's own QuickBooks app."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow


class MatchSuggestion(CompanyRow):
    """A HubSpot object that an unlinked customer or product may be (B-24). It never links itself.

    ``score`` is 0 to 100; ``reasons`` and ``doubts`` are codes of ``sync.match_scores``.
    """

    kind = models.CharField(max_length=30)
    qbo_id = models.CharField(max_length=32)
    hubspot_kind = models.CharField(max_length=30)
    hubspot_id = models.CharField(max_length=32)
    label = models.CharField(max_length=300, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    found_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "qbo_id", "hubspot_kind", "hubspot_id"],
                name="match_suggested_once",
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "hubspot_kind", "hubspot_id"], name="match_by_hubspot"),
        ]


class MatchSearch(CompanyRow):
    """How far the search for suggestions is; one row a company."""

    company = models.OneToOneField(
        "integration.Company", on_delete=models.CASCADE, related_name="match_search"
    )
    running = models.BooleanField(default=False)
    position = models.JSONField(default=dict)
    """``kind`` and the key of the last record that was looked at."""
    looked_at = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)
    error_parameters = models.JSONField(default=dict)


class CoexistenceState(models.TextChoices):
    RUNNING = "running", _("Looking")
    CLEAR = "clear", _("No traces")
    TRACES = "traces", _("Traces found")
    DISMISSED = "dismissed", _("Dismissed")


class Coexistence(CompanyRow):
    """D-33: what of HubSpot's own QuickBooks app was found in the portal; one row a company.

    ``findings``: counts and examples by kind of trace, see ``sync.traces``.
    """

    company = models.OneToOneField(
        "integration.Company", on_delete=models.CASCADE, related_name="coexistence"
    )
    state = models.CharField(
        max_length=10, choices=CoexistenceState, default=CoexistenceState.RUNNING
    )
    findings = ExactJSONField(default=dict)
    checked_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)
    error_parameters = models.JSONField(default=dict)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    dismissed_why = models.CharField(max_length=500, blank=True)
