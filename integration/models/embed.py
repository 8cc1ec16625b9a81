"""The wizard inside HubSpot's frame: one-time codes and frame sessions (control 9)."""

from django.db import models

from integration.models.tenancy import PortalRow


class EmbedCode(PortalRow):
    """Issued to the card, burnt by ``/embed/start`` within 60 s; only its hash is kept."""

    code_sha256 = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("integration.Person", on_delete=models.CASCADE, related_name="+")
    object_kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=32)
    purpose = models.CharField(max_length=12)
    """``wizard`` or ``panel``."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class EmbedSession(PortalRow):
    """A frame's session: one person, one record; 30 minutes idle, 8 hours in all."""

    key_sha256 = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("integration.Person", on_delete=models.CASCADE, related_name="+")
    object_kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
