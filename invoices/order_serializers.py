"""What a program sends to have an invoice made, and what it is told (B-30)."""

from typing import Any, ClassVar

from rest_framework import serializers

from integration import messages
from invoices.draft import DraftDiscount, NewCustomer, Problem
from invoices.models import InvoiceOperation
from invoices.models.drafts import RecoveryPoint
from invoices.ordering import Judged, Order, OrderedLine
from invoices.serializers import AmountField, OptionalAmountField

MOST_LINES = 500
WHOLE = {"max_digits": 21, "decimal_places": 7, "coerce_to_string": True}
ENDED = {RecoveryPoint.DONE: "created", RecoveryPoint.FAILED: "refused"}
WAITS = {RecoveryPoint.WAITING: "waiting_for_approval"}
STATES = (*ENDED.values(), *WAITS.values(), "in_progress")


class OrderDiscountFields(serializers.Serializer[Any]):
    """On the line or the sum of all lines it stands at: exactly one of the two."""

    percent = serializers.DecimalField(max_digits=7, decimal_places=4, required=False)
    amount = serializers.DecimalField(max_digits=19, decimal_places=4, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either percent or amount.")
        return attrs


class OrderLineFields(serializers.Serializer[Any]):
    """Of a product in QuickBooks, whose own is what is left out; or words alone (`text`)."""

    item_id = serializers.CharField(
        max_length=32, required=False, help_text="QuickBooks' id of the product."
    )
    text = serializers.CharField(
        max_length=4000, required=False, help_text="A line of words without an amount."
    )
    quantity = serializers.DecimalField(max_digits=15, decimal_places=5, default="1")
    unit_price = serializers.DecimalField(
        max_digits=21, decimal_places=7, required=False, help_text="In the invoice's currency."
    )
    description = serializers.CharField(max_length=4000, required=False)
    tax_code_id = serializers.CharField(
        max_length=32,
        required=False,
        help_text="QuickBooks' tax code; `TAX` or `NON` in the United States.",
    )
    service_date = serializers.DateField(required=False)
    class_id = serializers.CharField(
        max_length=32, required=False, help_text="QuickBooks' class, where lines have one."
    )
    discount = OrderDiscountFields(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("item_id" in attrs) == ("text" in attrs):
            raise serializers.ValidationError("Give either item_id or text.")
        return attrs


class OrderCustomerFields(serializers.Serializer[Any]):
    """A customer that is created with the invoice."""

    display_name = serializers.CharField(max_length=500)
    company_name = serializers.CharField(max_length=100, required=False)
    given_name = serializers.CharField(max_length=100, required=False)
    family_name = serializers.CharField(max_length=100, required=False)
    email = serializers.CharField(max_length=100, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    line1 = serializers.CharField(max_length=500, required=False)
    line2 = serializers.CharField(max_length=500, required=False)
    city = serializers.CharField(max_length=255, required=False)
    region = serializers.CharField(max_length=255, required=False)
    postcode = serializers.CharField(max_length=31, required=False)
    country = serializers.CharField(max_length=255, required=False)


class OrderFields(serializers.Serializer[Any]):
    """An invoice to create on a deal. What is left out follows the company's and customer's defaults."""

    company = serializers.UUIDField(help_text="Our id of the QuickBooks company.")
    deal = serializers.RegexField(r"^[0-9]{1,20}$", help_text="HubSpot's deal id.")
    customer_id = serializers.CharField(max_length=32, required=False)
    new_customer = OrderCustomerFields(required=False)
    contact_id = serializers.RegexField(
        r"^[0-9]{1,20}$", required=False, help_text="HubSpot's contact, one of the deal's."
    )
    lines = OrderLineFields(many=True, min_length=1, max_length=MOST_LINES)
    discount = OrderDiscountFields(required=False)
    tax_mode = serializers.ChoiceField(["excluded", "inclusive", "not_applicable"], required=False)
    terms_id = serializers.CharField(max_length=32, required=False)
    invoice_date = serializers.DateField(required=False)
    due_date = serializers.DateField(required=False)
    message = serializers.CharField(max_length=1000, required=False)
    email = serializers.CharField(max_length=100, required=False)
    email_copies = serializers.CharField(max_length=200, required=False)
    purchase_order = serializers.CharField(max_length=31, required=False)
    class_id = serializers.CharField(
        max_length=32, required=False, help_text="QuickBooks' class of the whole invoice."
    )
    location_id = serializers.CharField(max_length=32, required=False)
    check_only = serializers.BooleanField(
        default=False, help_text="Say what would happen; nothing is stored or created."
    )

    NAMES: ClassVar = {
        "tax_mode": "tax_mode",
        "terms_id": "terms_id",
        "invoice_date": "txn_date",
        "due_date": "due_date",
        "message": "message",
        "email": "bill_email",
        "email_copies": "bill_email_cc",
        "purchase_order": "po_number",
        "class_id": "class_id",
        "location_id": "location_id",
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("customer_id" in attrs) == ("new_customer" in attrs):
            raise serializers.ValidationError("Give either customer_id or new_customer.")
        return attrs

    def order(self) -> Order:
        """The order, after ``is_valid``."""
        said = self.validated_data
        new = said.get("new_customer")
        return Order(
            deal_id=said["deal"],
            company_id=said["company"],
            lines=[_line(line) for line in said["lines"]],
            customer_id=said.get("customer_id", ""),
            new_customer=NewCustomer(**new) if new else None,
            contact_id=said.get("contact_id", ""),
            discount=_discount(said.get("discount")),
            fields={ours: _text(said[name]) for name, ours in self.NAMES.items() if name in said},
        )


def _line(said: dict[str, Any]) -> OrderedLine:
    plain = {name: _text(value) for name, value in said.items() if name != "discount"}
    return OrderedLine(**plain, discount=_discount(said.get("discount")))


def _text(value: Any) -> str:
    """As the wizard's inputs send it: plain decimals, ISO dates."""
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)


def _discount(said: dict[str, Any] | None) -> DraftDiscount | None:
    if said is None:
        return None
    is_percent = "percent" in said
    return DraftDiscount(_text(said["percent" if is_percent else "amount"]), is_percent)


# -------------------------------------------------------------------------------------- answers
class OrderProblemFields(serializers.Serializer[Any]):
    """One thing that stands in the way, or that somebody should look at."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(["blocker", "warning"])
    field = serializers.CharField(help_text="For example `lines.0.quantity`; may be empty.")
    detail = serializers.CharField()


class CheckedFields(serializers.Serializer[Any]):
    """What `check_only` answers."""

    ready = serializers.BooleanField()
    currency = serializers.CharField()
    net = AmountField()
    tax = OptionalAmountField(help_text="Null where QuickBooks works the tax out itself.")
    total = OptionalAmountField()
    problems = OrderProblemFields(many=True)


class OperationFields(serializers.Serializer[Any]):
    """How far the creation came. `invoice` is set once QuickBooks has it."""

    id = serializers.UUIDField()
    reference = serializers.CharField(source="number", help_text="Printed as “Ref DB-…”.")
    state = serializers.ChoiceField(STATES)
    invoice = serializers.UUIDField(source="invoice_id", allow_null=True)
    problem = serializers.CharField(allow_blank=True, help_text="Why it was refused, as a code.")
    detail = serializers.CharField(allow_blank=True)


def operation_answer(operation: InvoiceOperation) -> dict[str, Any]:
    point = RecoveryPoint(operation.point)
    said = (
        messages.sentence(operation.problem, **operation.problem_parameters)
        if operation.problem
        else ""
    )
    shown = {
        "id": operation.pk,
        "number": operation.number,
        "state": ENDED.get(point) or WAITS.get(point) or "in_progress",
        "invoice_id": operation.invoice_id,
        "problem": operation.problem,
        "detail": said,
    }
    return dict(OperationFields(shown).data)


def checked_answer(judged: Judged) -> dict[str, Any]:
    totals, currency = judged.totals, judged.content.currency
    shown = {
        "ready": judged.is_ready,
        "currency": currency,
        "net": totals.net,
        "tax": None if totals.is_estimate else totals.tax,
        "total": None if totals.is_estimate else totals.total,
        "problems": [problem_answer(found) for found in judged.problems],
    }
    return dict(CheckedFields(shown).data)


def problem_answer(found: Problem) -> dict[str, str]:
    return {
        "code": found.code,
        "severity": str(found.severity),
        "field": _path(found.field),
        "detail": messages.sentence(found.code, **found.parameters),
    }


def _path(field: str) -> str:
    """Line keys are ``a0``, ``a1`` …: the place in the order."""
    head, _, rest = field.partition(".")
    key, _, name = rest.partition(".")
    if head != "lines" or not key.startswith("a"):
        return field
    return ".".join(part for part in ("lines", key[1:], name) if part)
