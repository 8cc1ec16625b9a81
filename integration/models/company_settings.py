"""What an admin or accountant chose for one company, as values; other apps give them meaning."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import amount_field
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


class ProductPolicy(models.TextChoices):
    """B-12: what happens to a quote's line whose product QuickBooks does not have."""

    ASK = "ask", _("Ask: whoever makes the invoice chooses the product")
    DEFAULT_ITEM = "default_item", _("Use the product chosen below")
    CREATE = "create", _("Create the product in QuickBooks")
    BLOCK = "block", _("Refuse the line until the product is in QuickBooks")


class DiscountStyle(models.TextChoices):
    """D-08: how a discount of one quote line stands on the invoice."""

    NET_PRICE = "net_price", _("In the price, with the list price in the description")
    ITEM_LINE = "item_line", _("On a line of its own, below the product at its list price")


class ApprovalRule(models.TextChoices):
    """D-15: which invoices somebody approves before QuickBooks gets them."""

    NEVER = "never", _("No invoice waits for approval")
    OVER = "over", _("Invoices over an amount")
    ALWAYS = "always", _("Every invoice")


class UnmappedTax(models.TextChoices):
    """B-25: what happens to a quote's line whose HubSpot tax rate has no tax code here."""

    ASK = "ask", _("Ask: whoever makes the invoice chooses the tax code")
    DEFAULT = "default", _("Use the product's own tax code, else the company's default")
    NON_TAXABLE = "non_taxable", _("Treat the line as not taxed")
    STOP = "stop", _("Stop: no invoice until the rate has a tax code here")


class RepCustomers(models.TextChoices):
    """E-10: how people who may not approve create customers."""

    FREELY = "freely", _("Freely, with every field")
    LIMITED = "limited", _("With name and address only: no terms, tax setting or parent")
    REQUEST = "request", _("As a request that somebody with the right to approve accepts")


class QuotePdfs(models.TextChoices):
    """E-04: which quotes' PDFs are attached to the invoices made from them."""

    NEVER = "never", _("Never")
    SIGNED = "signed", _("Of signed quotes")
    ALL = "all", _("Of all quotes")


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
    product_policy = models.CharField(
        max_length=16, choices=ProductPolicy, default=ProductPolicy.ASK
    )
    default_item_id = models.CharField(max_length=32, blank=True)
    """For lines without a product of their own (B-12, D-08)."""
    new_item_account_id = models.CharField(max_length=32, blank=True)
    """Income account of products created from quotes."""
    fee_item_id = models.CharField(max_length=32, blank=True)
    discount_style = models.CharField(
        max_length=16, choices=DiscountStyle, default=DiscountStyle.NET_PRICE
    )
    discount_item_id = models.CharField(max_length=32, blank=True)
    payment_notes = models.BooleanField(default=True)
    """D-20: notes on the deal timeline; off means properties only."""
    unmapped_tax = models.CharField(max_length=16, choices=UnmappedTax, default=UnmappedTax.ASK)
    non_taxable_code_id = models.CharField(max_length=32, blank=True)
    """The tax code of lines without tax outside the US (zero-rated or exempt)."""
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    approval_rule = models.CharField(max_length=8, choices=ApprovalRule, default=ApprovalRule.NEVER)
    approval_limit = amount_field(null=True, blank=True)
    """In home currency, for all of a deal's invoices of 30 days together."""
    four_eyes = models.BooleanField(default=True)
    """Whoever drafted or edited last may not approve."""
    approval_version = models.PositiveIntegerField(default=1)
    """Grows with every change of the policy; approvals bind to it."""
    max_discount_percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True
    )
    min_price_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    """Lowest price of a line, in percent of the product's list price (E-06)."""
    allowed_items = models.JSONField(default=list, blank=True)
    """E-08: ``[id, name]`` of the only products that reps may invoice; empty means all."""
    required_fields = models.JSONField(default=list, blank=True)
    backdating_days = models.PositiveSmallIntegerField(null=True, blank=True)
    future_days = models.PositiveSmallIntegerField(null=True, blank=True)
    credit_limit = amount_field(null=True, blank=True)
    """E-11: of one customer's open balance, in home currency; beyond it is a warning."""
    warn_overdue = models.BooleanField(default=True)
    rep_customers = models.CharField(
        max_length=10, choices=RepCustomers, default=RepCustomers.FREELY
    )
    quote_pdfs = models.CharField(max_length=8, choices=QuotePdfs, default=QuotePdfs.NEVER)
    quote_pdf_on_mail = models.BooleanField(default=False)
    """QuickBooks adds the quote's PDF when it mails the invoice."""
