"""Which HubSpot property receives which of our values."""

from django.db import models

from integration.models.tenancy import PortalRow


class PropertyTarget(PortalRow):
    """D-25: an admin may send one of our values to an existing property instead of ours.

    Without a row the value goes to the property of its own name in the group ``dealbooks``.
    """

    object_kind = models.CharField(max_length=20)
    """HubSpot's plural type name: ``deals``, ``contacts``, ``companies``, ``invoices``."""
    value = models.CharField(max_length=60)
    """A name of ``mappings.catalog``, e.g. ``amount_invoiced``."""
    property_name = models.CharField(max_length=100)
    """Empty: this value is not written at all."""

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "object_kind", "value"], name="target_once"),
        ]
