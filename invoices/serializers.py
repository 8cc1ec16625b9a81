"""What the API says of invoices; fields are named, never "all" (control 17)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoices.currencies import round_money
from invoices.models import Invoice, InvoiceAttachment
from invoices.models.invoices import Origin, Stage

AMOUNT = {
    "type": "string",
    "format": "decimal",
    "pattern": r"^-?\d+(\.\d+)?$",
    "example": "362.07",
    "description": "In the currency of the object it stands in, with that currency's decimals.",
}
RATE = {"type": "string", "format": "decimal", "example": "1.31"}


@extend_schema_field(AMOUNT)
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """An amount as text, with the decimals of the object's ``currency``; null stays null."""

    def get_attribute(self, instance: Any) -> Any:
        name = self.source or self.field_name
        amount = instance[name] if isinstance(instance, dict) else getattr(instance, str(name))
        currency = instance["currency"] if isinstance(instance, dict) else instance.currency
        return None if amount is None else (amount, currency)

    def to_representation(self, value: tuple[Decimal, str]) -> str:
        return f"{round_money(*value):f}"


@extend_schema_field({**AMOUNT, "type": ["string", "null"]})
class OptionalAmountField(AmountField):
    """An amount that may be unknown."""


@extend_schema_field(RATE)
class RateField(serializers.Field[Any, Any, Any, Any]):
    """A price, quantity or exchange rate with the decimals that carry information."""

    def to_representation(self, value: Decimal) -> str:
        shown = f"{value:f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown


@extend_schema_field({**RATE, "type": ["string", "null"]})
class OptionalRateField(RateField):
    """A rate that may be unknown."""


class NamedFields(serializers.Serializer[Any]):
    """A QuickBooks company, by our id."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class CustomerFields(serializers.Serializer[Any]):
    """The customer as the invoice names it."""

    id = serializers.CharField(source="customer_id", help_text="QuickBooks' customer id.")
    name = serializers.CharField(source="customer_name")


class InvoiceFields(serializers.ModelSerializer[Invoice]):
    """An invoice as QuickBooks last showed it.

    Always `total` = `paid` + `credited` + `open`; `paid` is money that came in, without credits.
    """

    company = NamedFields(help_text="The QuickBooks company.")
    number = serializers.CharField(
        source="doc_number", help_text="The invoice number; may be empty."
    )
    quickbooks_id = serializers.CharField(source="qbo_id")
    hubspot_id = serializers.CharField(
        help_text="Id of HubSpot's invoice object; empty until HubSpot has it."
    )
    customer = CustomerFields(source="*")
    stage = serializers.ChoiceField(Stage.choices)
    origin = serializers.ChoiceField(
        Origin.choices, help_text="Why it is known here: created, attached by hand, or synced."
    )
    invoice_date = serializers.DateField(source="txn_date", allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    total = AmountField(source="billed")
    tax = AmountField(source="total_tax")
    paid = AmountField(source="cash")
    credited = AmountField()
    open = AmountField()
    exchange_rate = OptionalRateField(
        help_text="Home currency of the company for one unit of `currency`, where QuickBooks says."
    )
    expected_total = OptionalAmountField(
        help_text="What Review showed, where QuickBooks' total differs from it."
    )
    email = serializers.CharField(source="bill_email")
    mail_status = serializers.CharField(
        help_text="What QuickBooks says of its e-mail; see `/invoices/{id}/send`. Empty: not known."
    )
    deals = serializers.SerializerMethodField(help_text="HubSpot ids; the counting deal first.")
    url = serializers.SerializerMethodField(help_text="The invoice's page in Dealbooks.")
    updated_at = serializers.DateTimeField(
        source="seen_at", help_text="When it last changed here; what `updated_since` compares."
    )
    quickbooks_updated_at = serializers.DateTimeField(
        source="updated_at", help_text="QuickBooks' own LastUpdatedTime."
    )

    class Meta:
        model = Invoice
        fields = (
            "id",
            "number",
            "company",
            "customer",
            "stage",
            "is_sent",
            "is_overdue",
            "is_part_paid",
            "invoice_date",
            "due_date",
            "currency",
            "total",
            "tax",
            "paid",
            "credited",
            "open",
            "exchange_rate",
            "total_differs",
            "expected_total",
            "email",
            "mail_status",
            "origin",
            "deals",
            "quickbooks_id",
            "hubspot_id",
            "url",
            "voided_at",
            "deleted_at",
            "quickbooks_updated_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_deals(self, invoice: Any) -> list[str]:
        """Of those in reach of the caller (D-05)."""
        reached = self.context.get("deals_in_reach")
        return [
            each.hubspot_id
            for each in attached(invoice)
            if each.object_kind == "deals" and (reached is None or each.hubspot_id in reached)
        ]

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, invoice: Any) -> str:
        path = reverse("invoice", args=[invoice.portal_id, invoice.pk])
        return f"{settings.DEALBOOKS['PUBLIC_URL']}{path}"


def attached(invoice: Any) -> Iterable[InvoiceAttachment]:
    """What the view prefetched: current attachments, the counting one first."""
    found: list[InvoiceAttachment] = invoice.attached
    return found


class LineFields(serializers.Serializer[Any]):
    """A line; `amount` is before tax, null on a line of text only."""

    item_id = serializers.CharField(help_text="QuickBooks' product or service; may be empty.")
    item = serializers.CharField(source="item_name")
    description = serializers.CharField()
    quantity = OptionalRateField()
    unit_price = OptionalRateField()
    tax_code_id = serializers.CharField()
    service_date = serializers.DateField(allow_null=True)
    class_name = serializers.CharField(help_text="QuickBooks' class of the line; may be empty.")
    amount = OptionalAmountField()


class CustomFieldFields(serializers.Serializer[Any]):
    """A custom field of the company's sales forms that is filled in."""

    name = serializers.CharField()
    text = serializers.CharField()


class PaymentFields(serializers.Serializer[Any]):
    """A payment or credit that settles part of the invoice; `paid` is its money alone (D-19)."""

    payment_id = serializers.CharField(help_text="QuickBooks' payment id.")
    currency = serializers.CharField()
    applied = AmountField()
    paid = AmountField(source="cash")
    paid_on = serializers.DateField()
    method = serializers.CharField()
    reference = serializers.CharField()
    reversed_at = serializers.DateTimeField(
        allow_null=True, help_text="Voided, deleted or unlinked in QuickBooks since."
    )


class AttachmentFields(serializers.Serializer[Any]):
    """A HubSpot record the invoice is on; `counts` marks the one deal whose sums hold it."""

    object_kind = serializers.ChoiceField(["deals", "contacts", "companies", "quotes"])
    hubspot_id = serializers.CharField()
    counts = serializers.BooleanField()
    attached_at = serializers.DateTimeField()


class InvoiceDetailFields(InvoiceFields):
    """The same with lines, payments and the HubSpot records it is on."""

    message = serializers.SerializerMethodField(help_text="Printed on the customer's invoice.")
    class_name = serializers.SerializerMethodField(
        help_text="QuickBooks' class of the whole invoice; may be empty."
    )
    location = serializers.SerializerMethodField(help_text="QuickBooks' location; may be empty.")
    custom_fields = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()
    payments = PaymentFields(source="ledger", many=True)
    attachments = serializers.SerializerMethodField()

    class Meta(InvoiceFields.Meta):
        fields = (
            *InvoiceFields.Meta.fields,
            "message",
            "class_name",
            "location",
            "custom_fields",
            "lines",
            "payments",
            "attachments",
        )
        read_only_fields = fields

    def get_message(self, invoice: Any) -> str:
        record = self.context["record"]
        return record.customer_memo if record else ""

    def get_class_name(self, invoice: Any) -> str:
        record = self.context["record"]
        return record.class_name if record else ""

    def get_location(self, invoice: Any) -> str:
        record = self.context["record"]
        return record.location_name if record else ""

    @extend_schema_field(CustomFieldFields(many=True))
    def get_custom_fields(self, invoice: Any) -> Any:
        record = self.context["record"]
        found = (
            [{"name": name, "text": text} for name, text in record.custom_fields] if record else []
        )
        return CustomFieldFields(found, many=True).data

    @extend_schema_field(LineFields(many=True))
    def get_lines(self, invoice: Any) -> Any:
        record = self.context["record"]
        found = [
            {
                **{name: getattr(line, name) for name in LINE_NAMES},
                "amount": None if line.detail == "DescriptionOnly" else line.net,
                "currency": invoice.currency,
            }
            for line in (record.lines if record else ())
        ]
        return LineFields(found, many=True).data

    @extend_schema_field(AttachmentFields(many=True))
    def get_attachments(self, invoice: Any) -> Any:
        reached = self.context.get("deals_in_reach")
        found = [
            each
            for each in attached(invoice)
            if each.object_kind != "deals" or reached is None or each.hubspot_id in reached
        ]
        return AttachmentFields(found, many=True).data


LINE_NAMES = (
    "item_id", "item_name", "description", "quantity", "unit_price", "tax_code_id", "service_date",
    "class_name",
)  # fmt: skip
