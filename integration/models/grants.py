"""Permission to speak to a vendor: tokens, their state, and the OAuth round trips that bring them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField
from integration.models.tenancy import PortalRow, Row


class Vendor(models.TextChoices):
    HUBSPOT = "hubspot", "HubSpot"
    QUICKBOOKS = "quickbooks", "QuickBooks"


class GrantState(models.TextChoices):
    """B-03. ``expiring`` is active with a warning; ``needs_reconnect`` pauses its jobs."""

    ACTIVE = "active", _("Connected")
    EXPIRING = "expiring", _("Connected, expires soon")
    NEEDS_RECONNECT = "needs_reconnect", _("Needs reconnect")
    DISCONNECTED = "disconnected", _("Disconnected")


class Grant(PortalRow):
    """Tokens of a portal (company empty) or of one company; sealed by ``integration.vault``.

    The row is locked while a token is refreshed, and the rotated refresh token is stored before
    the new access token is used. ``epoch`` grows with every refresh.
    """

    company = models.OneToOneField(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="grant"
    )
    vendor = models.CharField(max_length=12, choices=Vendor)
    static = models.BooleanField(default=False)
    """A HubSpot service key from the settings: never refreshed, never revoked by us."""
    access_token = models.TextField(blank=True)
    refresh_token = models.TextField(blank=True)
    access_expires_at = models.DateTimeField(null=True, blank=True)
    refresh_expires_at = models.DateTimeField(null=True, blank=True)
    hard_expires_at = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=GrantState, default=GrantState.ACTIVE)
    state_reason = models.CharField(max_length=100, blank=True)
    """A message code of ``integration.messages`` when the state needs explaining."""
    epoch = models.PositiveIntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    connected_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["portal"], condition=Q(company=None), name="one_hubspot_grant_a_portal"
            ),
            models.CheckConstraint(
                condition=Q(vendor="hubspot", company=None)
                | Q(vendor="quickbooks", company__isnull=False),
                name="grant_vendor_fits_company",
            ),
        ]


class Purpose(models.TextChoices):
    NEW = "new"
    RECONNECT = "reconnect"


class OAuthState(Row):
    """One trip to a consent page (D-02, control 1): single use, 10 minutes, stored hashed."""

    state_sha256 = models.CharField(max_length=64, unique=True)
    vendor = models.CharField(max_length=12, choices=Vendor)
    purpose = models.CharField(max_length=12, choices=Purpose)
    portal = models.ForeignKey(
        "integration.Portal", null=True, on_delete=models.CASCADE, related_name="+"
    )
    """Empty when a new HubSpot portal is being connected."""
    company = models.ForeignKey(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="+"
    )
    """The company to reconnect."""
    person = models.ForeignKey("integration.Person", on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=64)
    environment = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class PendingConnection(PortalRow):
    """A company that answered but was not confirmed yet: "Connect <name> to portal <domain>?".

    Tokens are sealed; the row ends with the confirmation, a refusal, or after 10 minutes (then
    the grant is revoked).
    """

    person = models.ForeignKey("integration.Person", on_delete=models.CASCADE, related_name="+")
    realm_id = models.CharField(max_length=32)
    environment = models.CharField(max_length=20)
    facts = ExactJSONField(default=dict)
    """name, country, currency, time zone … of CompanyInfo, for the page."""
    access_token = models.TextField()
    refresh_token = models.TextField()
    access_expires_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField(null=True)
    hard_expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
