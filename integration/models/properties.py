"""HubSpot's properties as its properties API last listed them."""

from django.db import models

from integration.models.tenancy import PortalRow


class PropertyList(PortalRow):
    """All properties of one object type of a portal, options and read-only flags included."""

    object_kind = models.CharField(max_length=20)
    """HubSpot's plural type name."""
    properties = models.JSONField(default=list)
    """``integration.records.hubspot.PropertyDefinition`` as members."""
    read_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    """Message code when the last try to read failed; the list is then the one before."""

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "object_kind"], name="property_list_once"),
        ]
