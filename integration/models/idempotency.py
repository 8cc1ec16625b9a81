"""Calls of the API that must have one effect however often they arrive (B-30, control 37)."""

import uuid

from django.db import models
from django.db.models import Q

from integration.models.tenancy import PortalRow


class IdempotentCall(PortalRow):
    """One ``Idempotency-Key`` of one token on one route. The row stays; its answer goes after a day."""

    token = models.ForeignKey("integration.ApiToken", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    route = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the address and the body: another one under the same key is refused."""
    operation_id = models.UUIDField(default=uuid.uuid4)
    """Fixed with the key: the id of whatever the call makes, so that a repeat finds it again."""
    running_until = models.DateTimeField(null=True, blank=True)
    """Real time (the database's clock) until which one request counts as working on it."""
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the answer; null while there is none."""
    answer = models.TextField(blank=True)
    """Sealed JSON; empty again after a day."""
    called_at = models.DateTimeField()

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "token", "method", "route", "key"], name="idempotent_call_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["portal", "called_at"],
                condition=~Q(answer=""),
                name="idempotent_answers",
            ),
        ]
