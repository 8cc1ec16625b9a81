"""QuickBooks' small records as we last saw them, and which HubSpot object each one is."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow
from integration.models.words import WordsField


class Record(CompanyRow):
    """A Customer, Item, Term, TaxCode, TaxRate, CreditMemo, Account, PaymentMethod …: whole, few columns.

    Invoices and payments have tables of their own in ``invoices``.
    """

    kind = models.CharField(max_length=30)
    """QuickBooks' entity name, e.g. ``Customer``."""
    qbo_id = models.CharField(max_length=32)
    name = models.CharField(max_length=600, blank=True)
    search_text = models.TextField(blank=True)
    """Lower-case words to search in: name, SKU, e-mail, town."""
    active = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    sync_token = models.CharField(max_length=20, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    """QuickBooks' LastUpdatedTime."""
    raw = ExactJSONField(default=dict)
    raw_hash = models.CharField(max_length=64, blank=True)
    mapped_hash = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField()
    synced_hash = models.CharField(max_length=64, blank=True)
    """``raw_hash`` of the version that sync has dealt with; another one is news to HubSpot."""

    words = WordsField(by_beginning=("search_text",), anywhere=("name", "sku"))

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "qbo_id"], name="record_once"),
        ]
        indexes = [
            models.Index(fields=["company", "kind", "active", "name"], name="record_by_name"),
            GinIndex(fields=["words"], name="record_by_words"),
        ]

    @property
    def sku(self) -> Any:
        return self.raw.get("Sku", "")


class RecordLink(CompanyRow):
    """One QuickBooks record is one HubSpot object; several companies may share the HubSpot side."""

    kind = models.CharField(max_length=30)
    qbo_id = models.CharField(max_length=32)
    hubspot_kind = models.CharField(max_length=30)
    hubspot_id = models.CharField(max_length=32)
    made_by_us = models.BooleanField(default=False)
    source = models.CharField(max_length=20)
    """How it came about: ``created``, ``confirmed``, ``matched``, ``manual``."""
    created_at = models.DateTimeField()
    written = ExactJSONField(default=dict)
    """The properties that HubSpot was told last."""
    mapped_hash = models.CharField(max_length=64, blank=True)
    """Of those properties: an equal content is never written again. A mark while a write is on its
    way or its answer was lost (decision 0017)."""
    tied_to = models.CharField(max_length=32, blank=True)
    """Of a contact: the HubSpot company it was associated with."""
    tied_by_person = models.BooleanField(default=False)
    """A person chose the HubSpot company in ``tied_to``: sync leaves the association alone."""
    made_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Who linked the two by hand; nobody when it came about by itself."""
    label = models.CharField(max_length=300, blank=True)
    """What HubSpot called it when a person linked it; what it was told since tells better."""
    lost_at = models.DateTimeField(null=True, blank=True)
    """Somebody deleted the object in HubSpot: it is left alone until a person links anew."""

    @property
    def name(self) -> str:
        """What people call the object in HubSpot, as far as we know; may be empty."""
        told = self.written
        person = f"{told.get('firstname') or ''} {told.get('lastname') or ''}".strip()
        return str(told.get("name") or person or told.get("email") or self.label)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "qbo_id", "hubspot_kind"], name="link_once"
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "hubspot_kind", "hubspot_id"], name="link_by_hubspot"),
        ]
