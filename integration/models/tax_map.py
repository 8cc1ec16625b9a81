"""Which tax code of a company a HubSpot tax rate means (B-25)."""

from django.db import models

from integration.models.tenancy import CompanyRow, PortalRow


class HubSpotTaxRate(PortalRow):
    """A tax rate of the portal as HubSpot last told it; kept, so that the map names old ones too."""

    rate_id = models.CharField(max_length=32)
    name = models.CharField(max_length=200, blank=True)
    percent = models.DecimalField(max_digits=24, decimal_places=10, null=True, blank=True)
    active = models.BooleanField(default=True)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "rate_id"], name="tax_rate_once"),
        ]


class TaxMapping(CompanyRow):
    """In the US ``tax_code_id`` is ``TAX`` or ``NON``; rates without a row are unmapped."""

    rate_id = models.CharField(max_length=32)
    tax_code_id = models.CharField(max_length=32)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "rate_id"], name="tax_mapping_once"),
        ]
