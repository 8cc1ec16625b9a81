"""What an admin or accountant chose for one company, as values; other apps give them meaning."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import CompanyRow


class CustomerModel(models.TextChoices):
    COMPANY = "company", _("The HubSpot company is the customer")
    CONTACT = "contact", _("The contact is the customer")
    SUB_CUSTOMER = "sub_customer", _("A sub-customer for each deal")


class NumberPolicy(models.TextChoices):
    """D-12: what happens where QuickBooks has custom transaction numbers on."""

    ASK = "ask", _("Ask: block until the series is confirmed")
    ALLOCATE = "allocate", _("Number invoices from the confirmed series")


class CurrencyPolicy(models.TextChoices):
    """D-23."""

    BLOCK = "block", _("Leave the deal properties alone")
    SEPARATE = "separate", _("Write the amount with its currency code")
    CONVERT = "convert", _("Convert to the portal's currency")


class AutomaticAttachment(models.TextChoices):
    """D-32: what happens with an invoice made in QuickBooks that seems to belong to a deal."""

    OFF = "off", _("Nothing")
    SUGGEST = "suggest", _("Suggest the deal; a person decides")
    ATTACH = "attach", _("Add it where the deal's reference proves it, suggest the rest")


class CompanySettings(CompanyRow):
    company = models.OneToOneField(
        "integration.Company", on_delete=models.CASCADE, related_name="settings"
    )
    customer_model = models.CharField(
        max_length=16, choices=CustomerModel, default=CustomerModel.COMPANY
    )
    number_policy = models.CharField(max_length=16, choices=NumberPolicy, default=NumberPolicy.ASK)
    currency_policy = models.CharField(
        max_length=16, choices=CurrencyPolicy, default=CurrencyPolicy.BLOCK
    )
    sending_allowed = models.BooleanField(default=False)
    """D-17: sending from here is off until an admin allows it."""
    printed_counts_as_sent = models.BooleanField(default=True)
    reference_place = models.CharField(max_length=16, default="custom_field")
    """Where "Ref DB-…" is kept: ``custom_field``, ``memo`` or ``none`` (D-16)."""
    automatic_attachment = models.CharField(
        max_length=10, choices=AutomaticAttachment, default=AutomaticAttachment.OFF
    )
    tax_filed_up_to = models.DateField(null=True, blank=True)
    default_terms_id = models.CharField(max_length=32, blank=True)
    default_tax_code_id = models.CharField(max_length=32, blank=True)
    payment_notes = models.BooleanField(default=True)
    """D-20: notes on the deal timeline; off means properties only."""
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
