"""How many calls each company and portal made a day (B-27)."""

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
