"""``/api/v1/invoices/<id>/changes``, ``/void``, ``/correct`` and ``/copy`` (B-30, D-14)."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import messages
from integration.access.pages import record_url
from integration.access.rights import Right
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.clock import now
from invoices import change_facts, changes
from invoices.api_sending import OfInvoice
from invoices.change_places import change_url
from invoices.change_rules import Act
from invoices.changes import LONGEST_REASON, NotAllowed
from invoices.models import Draft, InvoiceChange
from invoices.models.changes import ChangePoint
from invoices.serializers import OptionalAmountField

TAGS = ["Invoices"]
STATES = ("going_on", "conflict", "waiting", "done", "failed", "dropped")
OWN_STATES = frozenset(
    {ChangePoint.CONFLICT, ChangePoint.WAITING, ChangePoint.DONE, ChangePoint.FAILED,
     ChangePoint.DROPPED}
)  # fmt: skip


class ReasonFields(serializers.Serializer[Any]):
    """Why, for the invoice's history; the customer does not see it."""

    reason = serializers.CharField(
        max_length=LONGEST_REASON, required=False, allow_blank=True, default=""
    )


class ActFields(serializers.Serializer[Any]):
    """Something that may be done to the invoice, or why it may not."""

    act = serializers.ChoiceField([act.value for act in Act])
    allowed = serializers.BooleanField()
    code = serializers.CharField(help_text="Why not; empty when it is allowed.")
    detail = serializers.CharField()


class ChangeFields(serializers.ModelSerializer[InvoiceChange]):
    """A change of an invoice. `conflict`: QuickBooks has a newer version, and a person compares
    both at `url`. `waiting`: for approval."""

    state = serializers.SerializerMethodField()
    problem = serializers.CharField(help_text="Message code of why it failed or waits.")
    detail = serializers.SerializerMethodField(help_text="The same in words.")
    credit_total = OptionalAmountField()
    applied = OptionalAmountField(help_text="What of the credit memo settles the invoice.")
    draft_id = serializers.UUIDField(allow_null=True, help_text="A correction's new draft.")
    url = serializers.SerializerMethodField()

    class Meta:
        model = InvoiceChange
        fields = (
            "id", "kind", "state", "problem", "detail", "reason", "currency", "credit_id",
            "credit_number", "credit_total", "applied", "draft_id", "url", "created_at",
            "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "string", "enum": list(STATES)})
    def get_state(self, change: Any) -> str:
        return change.point if change.point in OWN_STATES else "going_on"

    def get_detail(self, change: Any) -> str:
        if not change.problem:
            return ""
        return messages.sentence(change.problem, **change.problem_parameters)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, change: Any) -> str:
        return f"{settings.DEALBOOKS['PUBLIC_URL']}{change_url(self.context['actor'], change)}"


class InvoiceChangesFields(serializers.Serializer[Any]):
    """What may be done, and what was done so far."""

    acts = ActFields(many=True)
    changes = ChangeFields(many=True)


class CopyFields(serializers.Serializer[Any]):
    """The new draft."""

    draft_id = serializers.UUIDField()
    url = serializers.URLField()


class InvoiceChanges(OfInvoice):
    """What may be done to an invoice, and its changes so far."""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="invoice_changes", tags=TAGS, responses=InvoiceChangesFields)
    def get(self, request: Request, invoice_id: UUID) -> Response:
        """Each act with the reason where it is not allowed; changes, the newest first."""
        invoice = self.invoice(invoice_id)
        rows = change_facts.changes_of(invoice).select_related("invoice").order_by("-created_at")
        found = {
            "acts": [
                {
                    "act": act.value,
                    "allowed": each.allowed,
                    "code": each.code,
                    "detail": messages.sentence(each.code, **each.parameters) if each.code else "",
                }
                for act, each in change_facts.allowed(self.actor, invoice, now()).items()
            ],
            "changes": list(rows[:100]),
        }
        return Response(InvoiceChangesFields(found, context={"actor": self.actor}).data)


class Changing(OfInvoice):
    """What void and correct share; each needs the right to correct."""

    rights: ClassVar = {"POST": Right.CORRECT}

    def change(
        self, request: Request, invoice_id: UUID, work: Callable[..., InvoiceChange]
    ) -> Response:
        given = ReasonFields(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        try:
            change = work(
                self.actor, self.invoice(invoice_id), now(), reason=reason, id=self.operation_id
            )
        except NotAllowed as refused:
            raise ApiProblem(refused.code, status=409, **refused.parameters) from None
        fields = ChangeFields(change, context={"actor": self.actor})
        return Response(fields.data, status=202)


class InvoiceVoid(Changing):
    """Voiding it in QuickBooks."""

    @extend_schema(
        operation_id="invoice_void", tags=TAGS, parameters=[KEY], request=ReasonFields,
        responses={202: ChangeFields},
    )  # fmt: skip
    @once
    def post(self, request: Request, invoice_id: UUID) -> Response:
        """Void it: all amounts become zero, number and date stay.

        Only while nothing settles it, nothing is linked to it and its period is open; otherwise correct it.
        """
        return self.change(request, invoice_id, changes.void)


class InvoiceCorrect(Changing):
    """Correcting it by a credit memo."""

    @extend_schema(
        operation_id="invoice_correct", tags=TAGS, parameters=[KEY], request=ReasonFields,
        responses={202: ChangeFields},
    )  # fmt: skip
    @once
    def post(self, request: Request, invoice_id: UUID) -> Response:
        """Make a credit memo dated today, apply it to what is open, and begin a new draft.

        For an invoice that was sent or paid; one that is neither is edited instead.
        """
        return self.change(request, invoice_id, changes.correct)


class InvoiceCopy(OfInvoice):
    """Copying it to a new draft."""

    rights: ClassVar = {"POST": Right.DRAFT}

    @extend_schema(
        operation_id="invoice_copy", tags=TAGS, parameters=[KEY], request=None,
        responses={201: CopyFields},
    )  # fmt: skip
    @once
    def post(self, request: Request, invoice_id: UUID) -> Response:
        """Begin a draft with its content, dated today, on its deal; also of a voided invoice."""
        held = Draft.objects.for_portal(self.actor.portal).filter(pk=self.operation_id).first()
        try:
            draft = held or changes.copy(
                self.actor, self.invoice(invoice_id), now(), id=self.operation_id
            )
        except NotAllowed as refused:
            raise ApiProblem(refused.code, status=409, **refused.parameters) from None
        path = record_url(self.actor, "wizard-draft", draft.deal.hubspot_id, draft_id=draft.pk)
        found = {"draft_id": draft.pk, "url": f"{settings.DEALBOOKS['PUBLIC_URL']}{path}"}
        return Response(CopyFields(found).data, status=201)
