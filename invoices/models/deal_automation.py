"""What happens by itself when a deal is won, and when its invoices are paid (E-01)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import CompanyRow


class PaidAction(models.TextChoices):
    NOTHING = "nothing", _("Nothing")
    PROPERTY = "property", _("Set a deal property")
    STAGE = "stage", _("Move the deal to a stage")


class DealAutomation(CompanyRow):
    """One company's choices; off until an admin turns them on.

    ``stages``: HubSpot's ids of the deal stages that count as won for this company.
    """

    company = models.OneToOneField(
        "integration.Company", on_delete=models.CASCADE, related_name="deal_automation"
    )
    enabled = models.BooleanField(default=False)
    enabled_at = models.DateTimeField(null=True, blank=True)
    """Deals that were won before stay as they are."""
    stages = models.JSONField(default=list, blank=True)
    read_up_to = models.DateTimeField(null=True, blank=True)
    """Deals changed in HubSpot before then were looked at."""
    made_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Whoever turned it on: drafts of deals without an owner here are theirs."""
    paid_action = models.CharField(max_length=8, choices=PaidAction, default=PaidAction.NOTHING)
    paid_since = models.DateTimeField(null=True, blank=True)
    paid_property = models.CharField(max_length=100, blank=True)
    paid_value = models.CharField(max_length=500, blank=True)
    paid_stage = models.CharField(max_length=64, blank=True)
    paid_pipeline = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)


class WonOutcome(models.TextChoices):
    DRAFT = "draft", _("A draft was made")
    HAS_INVOICE = "has_invoice", _("It had an invoice or a draft already")
    NOBODY = "nobody", _("Nobody may draft it")


class WonDeal(CompanyRow):
    """A deal that was won: dealt with once, however often its stage goes back and forth."""

    deal = models.ForeignKey("invoices.DealRef", on_delete=models.CASCADE, related_name="+")
    won_at = models.DateTimeField()
    """When it came into the stage; a later time is another win."""
    outcome = models.CharField(max_length=12, choices=WonOutcome)
    draft = models.ForeignKey(
        "invoices.Draft", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    dealt_with_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "deal"], name="won_deal_once"),
        ]


class PaidDeal(CompanyRow):
    """A deal that HubSpot was told is paid: once, so that what a person changes later stays."""

    deal_id = models.CharField(max_length=32)
    """HubSpot's id."""
    told_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "deal_id"], name="paid_deal_once"),
        ]
