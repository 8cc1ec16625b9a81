"""Where the way from HubSpot to QuickBooks stands: how far it was read, what is being written (P-47)."""

from django.db import models

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow


class HubSpotCursor(CompanyRow):
    """How far HubSpot's changes of one kind of record were read, by HubSpot's clock.

    ``seen``: {HubSpot id: modified stamp} of what was looked at shortly before ``position``: the
    search is asked for it again, because its index lags behind.
    """

    hubspot_kind = models.CharField(max_length=30)
    position = models.DateTimeField()
    seen = models.JSONField(default=dict)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "hubspot_kind"], name="hubspot_cursor_once"),
        ]


class QuickBooksWrite(CompanyRow):
    """A write to QuickBooks that is under way: stored before the call, gone with its answer.

    Rows of one ``request_id`` left in one call, in the order of ``place``; a repeat sends the same
    again and QuickBooks answers with what it did the first time. ``told`` is what HubSpot said of
    each object then: {HubSpot kind: properties}.
    """

    request_id = models.UUIDField()
    place = models.PositiveIntegerField(default=0)
    entity = models.CharField(max_length=30)
    qbo_id = models.CharField(max_length=32, blank=True)
    """Empty: a record to be made."""
    hubspot_kind = models.CharField(max_length=30, blank=True)
    hubspot_id = models.CharField(max_length=32, blank=True)
    """Of a record to be made: the HubSpot object it is made from."""
    label = models.CharField(max_length=300, blank=True)
    body = ExactJSONField(default=dict)
    before = ExactJSONField(default=dict)
    after = ExactJSONField(default=dict)
    told = models.JSONField(default=dict)
    begun_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "entity", "qbo_id"],
                condition=~models.Q(qbo_id=""),
                name="quickbooks_write_once",
            ),
            models.UniqueConstraint(
                fields=["company", "hubspot_kind", "hubspot_id"],
                condition=models.Q(qbo_id=""),
                name="quickbooks_creation_once",
            ),
        ]
