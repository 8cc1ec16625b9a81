"""A HubSpot portal: the tenant everything else belongs to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import Row


class DealScope(models.TextChoices):
    """Which deals a sales rep reaches (D-05)."""

    OWN = "own", _("Own deals")
    TEAM = "team", _("Own deals and the team's")
    ALL = "all", _("All deals")


class Portal(Row):
    """``hub_id`` is empty until the first connection; then it never changes."""

    hub_id = models.BigIntegerField(null=True, unique=True)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=255, blank=True)
    ui_domain = models.CharField(max_length=255, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    additional_currencies = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, default="UTC")
    deal_scope = models.CharField(max_length=8, choices=DealScope, default=DealScope.TEAM)
    properties_ready_at = models.DateTimeField(null=True, blank=True)
    """When the D-25 property group and properties were last found complete in HubSpot."""
    properties_problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    connected_at = models.DateTimeField(null=True, blank=True)
    disconnected_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    """When a HubSpot webhook told of this portal last."""

    def __str__(self) -> str:
        return self.name
