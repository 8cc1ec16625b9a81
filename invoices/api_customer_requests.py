"""``/api/v1/customer-requests``: customers that reps asked for, and deciding on them (E-10)."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.api.paging import pages
from integration.api.waiting import WaitingList, given, state_parameter
from integration.clock import now
from invoices import customer_requests
from invoices.customer_requests import DecisionRefused
from invoices.models import CustomerRequest
from invoices.models.customer_requests import CustomerRequestState
from invoices.serializers import NamedFields

TAGS = ["Customer requests"]


class CustomerRequestFields(serializers.ModelSerializer[CustomerRequest]):
    """A new customer that somebody asked for. `customer_id` is the existing one chosen instead."""

    company = NamedFields(help_text="The QuickBooks company.")
    deal = serializers.CharField(source="draft.deal.hubspot_id", help_text="HubSpot's deal id.")
    currency = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()
    parent = serializers.SerializerMethodField(help_text="Name of the parent customer, if any.")
    asked_by = serializers.StringRelatedField()
    decided_by = serializers.StringRelatedField()

    class Meta:
        model = CustomerRequest
        fields = (
            "id", "state", "company", "deal", "name", "email", "currency", "parent", "asked_by",
            "asked_at", "decided_by", "decided_at", "comment", "customer_id",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(str)
    def get_currency(self, found: CustomerRequest) -> str:
        return customer_requests.asked(found)[1]

    @extend_schema_field(str)
    def get_email(self, found: CustomerRequest) -> str:
        return customer_requests.asked(found)[0].email

    @extend_schema_field(str)
    def get_parent(self, found: CustomerRequest) -> str:
        return customer_requests.asked(found)[0].parent_name


class AcceptFields(serializers.Serializer[Any]):
    """With `customer_id` the draft takes that existing customer instead of a new one."""

    customer_id = serializers.CharField(max_length=32, required=False, default="")
    comment = serializers.CharField(max_length=customer_requests.LONGEST_COMMENT, required=False,
                                    default="", allow_blank=True)  # fmt: skip


class RejectRequestFields(serializers.Serializer[Any]):
    """The comment goes to whoever asked."""

    comment = serializers.CharField(max_length=customer_requests.LONGEST_COMMENT)


class CustomerRequests(WaitingList[CustomerRequest]):
    """Requests in companies and of deals within reach, asked last first."""

    rights: ClassVar = {"GET": Right.DRAFT}
    serializer_class = CustomerRequestFields
    pagination_class = pages("-asked_at")
    states = CustomerRequestState

    @extend_schema(
        operation_id="customer_requests",
        tags=TAGS,
        parameters=[state_parameter(CustomerRequestState)],
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    def visible(self) -> QuerySet[Any]:
        return customer_requests.visible(self.actor)


class CustomerRequestView(PortalApiView):
    """What both decisions share."""

    rights: ClassVar = {"POST": Right.APPROVE}

    def shown(self, request_id: UUID) -> Response:
        found = customer_requests.find(self.actor, request_id)
        return Response(CustomerRequestFields(found).data)


class AcceptCustomer(CustomerRequestView):
    """Accept: the draft may go on. 409 when it was decided meanwhile."""

    @extend_schema(
        operation_id="accept_customer", tags=TAGS, parameters=[KEY],
        request=AcceptFields, responses=CustomerRequestFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, request_id: UUID) -> Response:
        found = given(AcceptFields, request)
        try:
            if found["customer_id"]:
                chosen = found["customer_id"]
                customer_requests.use_existing(self.actor, request_id, chosen, now())
            else:
                customer_requests.accept(self.actor, request_id, now(), found["comment"])
        except DecisionRefused as refused:
            raise _problem(refused) from None
        return self.shown(request_id)


class RejectCustomer(CustomerRequestView):
    """Reject with a comment: whoever asked reads it in the draft."""

    @extend_schema(
        operation_id="reject_customer", tags=TAGS, parameters=[KEY],
        request=RejectRequestFields, responses=CustomerRequestFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, request_id: UUID) -> Response:
        found = given(RejectRequestFields, request)
        try:
            customer_requests.reject(self.actor, request_id, found["comment"], now())
        except DecisionRefused as refused:
            raise _problem(refused) from None
        return self.shown(request_id)


def _problem(refused: DecisionRefused) -> ApiProblem:
    forbidden = ("customer_request.own", "approval.right_missing")
    status = 403 if refused.code in forbidden else 409
    return ApiProblem(refused.code, status=status, **refused.parameters)
