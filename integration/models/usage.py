"""How many calls each company and portal made a day, and the metered reads of all (B-27)."""

from django.db import models

from integration.models.tenancy import PortalRow


class VendorUsage(PortalRow):
    company = models.ForeignKey(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="+"
    )
    vendor = models.CharField(max_length=12)
    account = models.CharField(max_length=32)
    """Realm id or hub id."""
    day = models.DateField()
    """UTC."""
    reads = models.PositiveIntegerField(default=0)
    """Calls that QuickBooks meters (CorePlus), or HubSpot GETs and searches."""
    writes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    throttled = models.PositiveIntegerField(default=0)

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "vendor", "account", "day"], name="usage_once_a_day"
            ),
        ]


class MeteredDay(models.Model):
    """Successful reads of QuickBooks a day, of the whole installation: the plan's line is for all.

    Kept apart from ``VendorUsage``, whose rows go with their portal.
    """

    day = models.DateField(primary_key=True)
    """UTC."""
    reads = models.PositiveBigIntegerField(default=0)
