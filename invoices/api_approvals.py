"""``/api/v1/approvals``: what waits for approval, and deciding on it (D-15, S-102)."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import messages
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.api.paging import pages
from integration.api.waiting import WaitingList, given, state_parameter
from integration.clock import now
from invoices import approvals
from invoices.approvals import DecisionRefused
from invoices.draft import DraftContent
from invoices.models import ApprovalRequest
from invoices.models.approvals import ApprovalState
from invoices.serializers import (
    NamedFields,
    OptionalAmountField,
    OptionalRateField,
)

TAGS = ["Approvals"]


class ApprovalLineFields(serializers.Serializer[Any]):
    """A line as it will be posted; `amount` is before tax."""

    item = serializers.CharField(source="name")
    description = serializers.CharField()
    quantity = OptionalRateField(source="quantity_value")
    unit_price = OptionalRateField(source="price_value")
    amount = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["string", "null"], "format": "decimal"})
    def get_amount(self, line: Any) -> str | None:
        found = line.amount(self.context["currency"])
        return None if found is None else f"{found:f}"


class ApprovalFields(serializers.ModelSerializer[ApprovalRequest]):
    """Something that waits for approval, or waited. `content_hash` names exactly what was asked:
    a decision must carry it, so that nobody approves what they did not see."""

    company = NamedFields(help_text="The QuickBooks company.")
    deal = serializers.CharField(
        source="deal.hubspot_id", default="", help_text="HubSpot's deal id; may be empty."
    )
    customer = serializers.SerializerMethodField()
    amount = OptionalAmountField(help_text="The whole invoice's, as Review showed it.")
    reason = serializers.SerializerMethodField(help_text="Why approval is needed, in words.")
    reason_code = serializers.CharField(source="reason")
    lines = serializers.SerializerMethodField()
    drafted_by = serializers.StringRelatedField()
    edited_by = serializers.StringRelatedField()
    asked_by = serializers.StringRelatedField()
    decided_by = serializers.StringRelatedField()
    invoice_id = serializers.SerializerMethodField(
        help_text="Our id of the invoice it became, or that shall be changed; null before."
    )
    url = serializers.SerializerMethodField(help_text="The page in Dealbooks.")

    class Meta:
        model = ApprovalRequest
        fields = (
            "id", "state", "company", "deal", "customer", "currency", "amount", "reason",
            "reason_code", "content_hash", "lines", "drafted_by", "edited_by", "asked_by",
            "asked_at", "decided_by", "decided_at", "comment", "invoice_id", "url",
        )  # fmt: skip
        read_only_fields = fields

    def get_customer(self, found: ApprovalRequest) -> str:
        return DraftContent.from_json(found.content).recipient

    def get_reason(self, found: ApprovalRequest) -> str:
        return messages.message(found.reason, **found.reason_parameters).what

    @extend_schema_field(ApprovalLineFields(many=True))
    def get_lines(self, found: ApprovalRequest) -> Any:
        lines = DraftContent.from_json(found.content).lines
        return ApprovalLineFields(lines, many=True, context={"currency": found.currency}).data

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_invoice_id(self, found: ApprovalRequest) -> Any:
        if found.operation is not None:
            return found.operation.invoice_id
        return found.change.invoice_id if found.change is not None else None

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, found: ApprovalRequest) -> str:
        path = reverse("approval", args=[found.portal_id, found.pk])
        return f"{settings.DEALBOOKS['PUBLIC_URL']}{path}"


class ApproveFields(serializers.Serializer[Any]):
    """`content_hash` of the approval that was looked at."""

    content_hash = serializers.RegexField(r"^[0-9a-f]{64}$")


class RejectFields(ApproveFields):
    """The comment goes to whoever drafted the invoice."""

    comment = serializers.CharField(max_length=approvals.LONGEST_COMMENT)


class Approvals(WaitingList[ApprovalRequest]):
    """What waits for approval in companies and of deals within reach, asked last first."""

    rights: ClassVar = {"GET": Right.APPROVE}
    serializer_class = ApprovalFields
    pagination_class = pages("-asked_at")
    states = ApprovalState

    @extend_schema(operation_id="approvals", tags=TAGS, parameters=[state_parameter(ApprovalState)])
    def get(self, request: Request) -> Response:
        return super().get(request)

    def visible(self) -> QuerySet[Any]:
        return approvals.visible(self.actor)


class ApprovalView(PortalApiView):
    """What reading one and deciding on it share."""

    def check_reach(self, approval_id: UUID) -> None:
        """Raises Http404 or Forbidden."""
        self.actor.require(Right.APPROVE, approvals.find(self.actor, approval_id).company)

    def shown(self, approval_id: UUID) -> Response:
        return Response(ApprovalFields(approvals.find(self.actor, approval_id)).data)


class ApprovalDetail(ApprovalView):
    """One of them."""

    rights: ClassVar = {"GET": Right.APPROVE}

    @extend_schema(operation_id="approval", tags=TAGS, responses=ApprovalFields)
    def get(self, request: Request, approval_id: UUID) -> Response:
        self.check_reach(approval_id)
        return self.shown(approval_id)


class Approve(ApprovalView):
    """Approve: it goes on to QuickBooks. 409 when it was decided or changed meanwhile."""

    rights: ClassVar = {"POST": Right.APPROVE}

    @extend_schema(
        operation_id="approve", tags=TAGS, parameters=[KEY],
        request=ApproveFields, responses=ApprovalFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, approval_id: UUID) -> Response:
        found = given(ApproveFields, request)
        try:
            approvals.approve(self.actor, approval_id, found["content_hash"], now())
        except DecisionRefused as refused:
            raise _problem(refused) from None
        return self.shown(approval_id)


class Reject(ApprovalView):
    """Reject with a comment: the draft goes back to its author."""

    rights: ClassVar = {"POST": Right.APPROVE}

    @extend_schema(
        operation_id="reject", tags=TAGS, parameters=[KEY],
        request=RejectFields, responses=ApprovalFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, approval_id: UUID) -> Response:
        found = given(RejectFields, request)
        shown, comment = found["content_hash"], found["comment"]
        try:
            approvals.reject(self.actor, approval_id, shown, comment, now())
        except DecisionRefused as refused:
            raise _problem(refused) from None
        return self.shown(approval_id)


def _problem(refused: DecisionRefused) -> ApiProblem:
    """Four eyes are a matter of who asks (403), the rest of when (409)."""
    forbidden = ("approval.own_invoice", "approval.right_missing")
    status = 403 if refused.code in forbidden else 409
    return ApiProblem(refused.code, status=status, **refused.parameters)
