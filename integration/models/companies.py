"""A QuickBooks company (realm) connected to a portal."""

from django.db import models
from django.db.models import Q

from integration.models.tenancy import PortalRow


class Company(PortalRow):
    """One realm. It stays after a disconnect: history hangs on it; reconnecting revives it."""

    portal = models.ForeignKey(
        "integration.Portal", on_delete=models.CASCADE, related_name="companies"
    )
    realm_id = models.CharField(max_length=32)
    environment = models.CharField(max_length=20)
    """``simulated``, ``intuit-sandbox`` or ``live``: the mode it was connected in."""
    name = models.CharField(max_length=255)
    legal_name = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=2)
    home_currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64, default="UTC")
    offering_sku = models.CharField(max_length=100, blank=True)
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True, blank=True)
    after_disconnect = models.CharField(max_length=8, blank=True)
    """``keep`` or ``mark``: what was chosen for synced records at disconnect (D-03)."""
    last_event_at = models.DateTimeField(null=True, blank=True)
    """When a webhook told of this company last (D-29)."""

    class Meta(PortalRow.Meta):
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(
                fields=["realm_id", "environment"],
                condition=Q(disconnected_at=None),
                name="realm_connected_once",
            ),
            models.UniqueConstraint(
                fields=["portal", "realm_id", "environment"], name="realm_once_a_portal"
            ),
            models.UniqueConstraint(fields=["id", "portal"], name="company_with_portal"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_connected(self) -> bool:
        return self.disconnected_at is None

    @property
    def is_us(self) -> bool:
        return self.country == "US"

    @property
    def is_advanced(self) -> bool:
        return "advanced" in self.offering_sku.lower()
