"""Links that ended: who ended them and why, and which pairs a person refused (B-24)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import CompanyRow


class EndReason(models.TextChoices):
    UNLINKED = "unlinked", _("Unlinked")
    REPLACED = "replaced", _("Linked to another record")
    DECLINED = "declined", _("Not the same")
    MERGED_QUICKBOOKS = "merged_quickbooks", _("Merged in QuickBooks")
    MERGED_HUBSPOT = "merged_hubspot", _("Merged in HubSpot")
    ARCHIVED = "archived", _("Archived in HubSpot")


class EndedLink(CompanyRow):
    """A pair of records that was one and is no longer; rows are never altered but for ``refused``.

    ``other_id``: of a merge, the survivor on that side; of a link that was replaced, the new object.
    """

    kind = models.CharField(max_length=30)
    qbo_id = models.CharField(max_length=32)
    hubspot_kind = models.CharField(max_length=30)
    hubspot_id = models.CharField(max_length=32)
    label = models.CharField(max_length=300, blank=True)
    """What people called the object in HubSpot."""
    reason = models.CharField(max_length=20, choices=EndReason)
    other_id = models.CharField(max_length=32, blank=True)
    moved = models.BooleanField(default=False)
    """Of a merge: the link went to the survivor. False: the survivor kept its own."""
    source = models.CharField(max_length=20, blank=True)
    made_by_us = models.BooleanField(default=False)
    made_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    refused = models.BooleanField(default=False)
    """A person said these two are not the same: neither suggested nor linked until one asks."""
    settled_at = models.DateTimeField(null=True, blank=True)
    """Of a merge with two objects: a person chose which stays."""

    class Meta(CompanyRow.Meta):
        indexes = [
            models.Index(fields=["company", "kind", "qbo_id"], name="ended_by_record"),
            models.Index(fields=["portal", "hubspot_kind", "hubspot_id"], name="ended_by_hubspot"),
            models.Index(fields=["company", "-ended_at"], name="ended_by_time"),
        ]
