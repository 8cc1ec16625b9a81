"""Tasks for people: what the product cannot decide alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import PortalRow


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")


class Task(PortalRow):
    """One thing to do, e.g. "Total differs" for an accountant (D-11)."""

    company = models.ForeignKey(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=50)
    """A message code of ``integration.messages``."""
    parameters = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    for_right = models.CharField(max_length=20, blank=True)
    """People with this right see it."""
    state = models.CharField(max_length=6, choices=TaskState, default=TaskState.OPEN)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    for_owner_id = models.CharField(max_length=32, blank=True)
    """HubSpot's id of the one owner who sees it; empty: everybody with the right."""

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "kind", "subject_kind", "subject_id"],
                condition=models.Q(state="open"),
                name="open_task_once",
            ),
        ]
