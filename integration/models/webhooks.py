"""What the vendors told us by themselves: deliveries as they came, and what is to be looked at."""

from django.db import models
from django.db.models import Q

from integration.models.grants import Vendor
from integration.models.tenancy import PortalRow, Row


class WebhookDelivery(Row):
    """One signed delivery, stored before it was answered (B-17, reliability.md A.1).

    It belongs to no portal: one delivery may speak of several companies, known or not, and who they
    are is only read from it later. Nothing of it reaches a page; 14 days later it is deleted.
    """

    vendor = models.CharField(max_length=12, choices=Vendor)
    fingerprint = models.CharField(max_length=64, unique=True)
    """SHA-256 over vendor and body: the same bytes again are answered and change nothing."""
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    drained_at = models.DateTimeField(null=True, blank=True)
    events = models.PositiveIntegerField(default=0)
    """How many it brought that we had not seen."""
    ignored = models.PositiveIntegerField(default=0)
    """Of types that mean nothing to us, or that we had seen before."""
    dropped = models.PositiveIntegerField(default=0)
    """For companies or portals that are unknown or disconnected."""
    unreadable = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(drained_at=None), name="delivery_waiting"
            ),
            models.Index(fields=["received_at"], name="delivery_by_time"),
        ]


class WebhookEvent(Row):
    """An event that was heard, so that the same one in another delivery is not heard again."""

    key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="event_by_time")]


class CrmChangeKind(models.TextChoices):
    CHANGED = "changed"
    DELETED = "deleted"
    MERGED = "merged"


class CrmChange(PortalRow):
    """A HubSpot record that was changed, deleted or merged, until somebody looked at it.

    ``following_deals`` of the invoices app reads these rows; records it does not know are forgotten.
    """

    object_kind = models.CharField(max_length=20)
    """``deals``, ``contacts`` or ``companies``."""
    hubspot_id = models.CharField(max_length=32)
    change = models.CharField(max_length=8, choices=CrmChangeKind)
    survivor_id = models.CharField(max_length=32, blank=True)
    """Of a merge: the record that goes on."""
    noted_at = models.DateTimeField()

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "object_kind", "hubspot_id", "change"], name="crm_change_once"
            ),
        ]
