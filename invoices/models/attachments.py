"""The HubSpot records an invoice stands on."""

from django.db import models
from django.db.models import Q

from integration.models.fields import amount_field
from integration.models.tenancy import CompanyRow, PortalRow


class DealRef(PortalRow):
    """A deal we have met: enough for lists, rights (D-05) and roll-ups."""

    hubspot_id = models.CharField(max_length=32)
    name = models.CharField(max_length=500)
    amount = amount_field(null=True)
    currency = models.CharField(max_length=3, blank=True)
    stage = models.CharField(max_length=100, blank=True)
    stage_label = models.CharField(max_length=200, blank=True)
    owner_id = models.CharField(max_length=32, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    owner_team_ids = models.JSONField(default=list)
    company_ids = models.JSONField(default=list)
    company_name = models.CharField(max_length=500, blank=True)
    contact_ids = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField()
    written_hash = models.CharField(max_length=64, blank=True)
    """Of the properties last written to the deal; an equal set is not written again. A mark while a
    write is on its way or its answer was lost (decision 0017)."""
    written = models.JSONField(default=dict)
    """Those properties, so that an undo and a dry run have the before."""

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "hubspot_id"], name="deal_once"),
        ]

    def __str__(self) -> str:
        return self.name


class InvoiceAttachment(CompanyRow):
    """An invoice on a deal, contact or company. Exactly one deal counts it (D-22)."""

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.CASCADE, related_name="attachments"
    )
    object_kind = models.CharField(max_length=20)
    """``deals``, ``contacts``, ``companies``, or ``quotes``: the one it was made from (D-24)."""
    hubspot_id = models.CharField(max_length=32)
    counts = models.BooleanField(default=False)
    associated_at = models.DateTimeField(null=True, blank=True)
    """When HubSpot confirmed the association with the invoice object."""
    attached_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    attached_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "object_kind", "hubspot_id"],
                condition=Q(detached_at=None),
                name="attached_once",
            ),
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(counts=True, detached_at=None),
                name="one_deal_counts",
            ),
            models.CheckConstraint(
                condition=Q(counts=False) | Q(object_kind="deals"), name="only_deals_count"
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "object_kind", "hubspot_id"], name="attached_to"),
        ]
