"""What an admin decided about fields: targets of our values, pairs of fields, their versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import CompanyRow, PortalRow


class PropertyTarget(PortalRow):
    """D-25: an admin may send one of our values to an existing property instead of ours.

    Without a row the value goes to the property of its own name in the group ``dealbooks``.
    """

    object_kind = models.CharField(max_length=20)
    """HubSpot's plural type name: ``deals``, ``contacts``, ``companies``, ``invoices``."""
    value = models.CharField(max_length=60)
    """A name of ``mappings.catalog``, e.g. ``amount_invoiced``."""
    property_name = models.CharField(max_length=100)
    """Empty: this value is not written at all."""

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "object_kind", "value"], name="target_once"),
        ]


class ObjectKind(models.TextChoices):
    """The codes are ``quickbooks_fields.Kind``'s."""

    CONTACTS = "contacts", _("Contacts")
    COMPANIES = "companies", _("Companies")
    PRODUCTS = "products", _("Products")
    INVOICES = "invoices", _("Invoices")


class Validity(models.TextChoices):
    UNCHECKED = "unchecked", _("Not checked yet")
    VALID = "valid", _("Working")
    BROKEN = "broken", _("Needs attention")


class FieldMapping(CompanyRow):
    """One pair of a QuickBooks field and a HubSpot property (S-90).

    A company without rows for an object has the defaults of ``mappings.defaults``; the first change
    stores them. ``property_type`` is HubSpot's when the pair was saved, to notice when it changes.
    """

    kind = models.CharField(max_length=20, choices=ObjectKind)
    position = models.PositiveIntegerField(default=0)
    field = models.CharField(max_length=100)
    """A path of ``mappings.quickbooks_fields``."""
    property_name = models.CharField(max_length=100)
    property_type = models.CharField(max_length=30, default="string")
    direction = models.CharField(max_length=20)
    steps = models.JSONField(default=list)
    """As ``mappings.exchange`` writes them."""
    when_empty = models.CharField(max_length=10)
    enabled = models.BooleanField(default=True)
    once = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Validity, default=Validity.UNCHECKED)
    reasons = models.JSONField(default=list)
    """(message code, parameters) of everything that is wrong."""
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        ordering = ["position", "property_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "property_name"], name="mapping_once"
            ),
        ]


class MappingVersion(CompanyRow):
    """The whole set after a change; version 1 holds what was there before the first one.

    Undo and restore write a new version with an old content: nothing is ever lost.
    """

    kind = models.CharField(max_length=20, choices=ObjectKind)
    number = models.PositiveIntegerField()
    content = models.JSONField(default=list)
    """The pairs as ``mappings.exchange`` writes them."""
    action = models.CharField(max_length=20)
    """``defaults``, ``added``, ``edited``, ``deleted``, ``imported``, ``restored``."""
    note = models.CharField(max_length=200, blank=True)
    """What was changed: the property, or the number of the version restored."""
    made_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "number"], name="mapping_version_once"
            ),
        ]
