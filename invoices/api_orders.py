"""``POST /api/v1/invoices``: an invoice made by a program, exactly once (B-04, B-30)."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.clock import now
from invoices import ordering, services
from invoices.api import TAGS, Invoices
from invoices.creation import DRAFT_LIFE
from invoices.deals import DealUnknown
from invoices.drafts import DraftChanged, DraftClosed
from invoices.facts import ReferenceMissing
from invoices.models import InvoiceOperation
from invoices.models.drafts import RecoveryPoint
from invoices.order_serializers import (
    CheckedFields,
    OperationFields,
    OrderFields,
    checked_answer,
    operation_answer,
    problem_answer,
)


class InvoicesAndOrders(Invoices):
    """The list, and the creation of an invoice on a deal."""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.POST}

    @extend_schema(
        operation_id="create_invoice",
        tags=TAGS,
        parameters=[KEY],
        request=OrderFields,
        responses={
            200: OpenApiResponse(CheckedFields, description="With `check_only`."),
            201: OpenApiResponse(OperationFields, description="QuickBooks has the invoice."),
            202: OpenApiResponse(
                OperationFields, description="Stored; ask again at `Location`, or wait."
            ),
            422: OpenApiResponse(description="Blockers, all at once; nothing was created."),
        },
    )
    @once
    def post(self, request: Request) -> Response:
        given = OrderFields(data=request.data)
        given.is_valid(raise_exception=True)
        order = given.order()
        try:
            if given.validated_data["check_only"]:
                return Response(checked_answer(ordering.check(self.actor, order, now())))
            operation = ordering.place(self.actor, order, now(), self.operation_id)
        except DealUnknown:
            raise ApiProblem(
                "api.invalid", errors=[{"field": "deal", "detail": "No deal in reach has this id."}]
            ) from None
        except ReferenceMissing as missing:
            raise ApiProblem("draft.reference_missing", status=503, company=str(missing)) from None
        except services.NotReady as refused:
            errors: list[dict[str, str]] = [problem_answer(found) for found in refused.problems]
            raise ApiProblem("invoice.not_ready", status=422, errors=errors) from None
        except DraftClosed as closed:  # a person went on with what this key began
            days = str(DRAFT_LIFE.days)
            raise ApiProblem(f"draft.{closed.state}", status=409, days=days) from None
        except DraftChanged:
            raise ApiProblem("draft.changed_elsewhere", status=409) from None
        return _told(operation)


class OrderState(PortalApiView):
    """How far an order of this API came."""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="order", tags=TAGS, responses=OperationFields)
    def get(self, request: Request, operation_id: UUID) -> Response:
        rows = InvoiceOperation.objects.for_portal(self.actor.portal)
        found: Any = (
            rows.filter(self.actor.company_condition(), pk=operation_id)
            .select_related("draft__deal")
            .first()
        )
        if found is None or not self.actor.sees_deal(found.draft.deal):
            raise Http404
        return Response(operation_answer(found))


def _told(operation: InvoiceOperation) -> Response:
    body = operation_answer(operation)
    if operation.point == RecoveryPoint.FAILED:
        raise ApiProblem(
            operation.problem,
            status=422,
            errors=[{"field": "", "detail": body["detail"], "code": operation.problem}],
            **operation.problem_parameters,
        )
    done = operation.invoice_id is not None
    headers = {"Location": f"/api/v1/orders/{operation.pk}"}
    return Response(body, status=201 if done else 202, headers=headers)
