"""``/api/v1/month-end``: the month's counts and sums of a company (E-11, B-30)."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.clock import now
from invoices import month, month_end
from invoices.month import Month
from invoices.month_end import Line
from invoices.serializers import AmountField, OptionalAmountField

TAGS = ["Invoices"]


class MonthSumFields(serializers.Serializer[Any]):
    """Of one currency; `expected` is what Review showed, on `total_differs` only; `tax` is null for approvals."""

    currency = serializers.CharField()
    count = serializers.IntegerField()
    total = AmountField()
    tax = OptionalAmountField()
    expected = OptionalAmountField()


class MonthLineFields(serializers.Serializer[Any]):
    """One line of the month; `number_gaps` has a count only."""

    line = serializers.ChoiceField([each.value for each in Line])
    count = serializers.IntegerField()
    sums = MonthSumFields(many=True)


class MonthEndFields(serializers.Serializer[Any]):
    """Invoices count by their date in QuickBooks; approvals are those that wait now."""

    company = serializers.UUIDField()
    month = serializers.CharField(help_text="Such as `2026-10`.")
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    lines = MonthLineFields(many=True)


class MonthEnd(PortalApiView):
    """A company's month as the page Month end shows it."""

    rights: ClassVar = {"GET": Right.APPROVE}

    @extend_schema(
        operation_id="month_end",
        tags=TAGS,
        parameters=[
            OpenApiParameter("company", UUID, required=True, description="Our id of a company."),
            OpenApiParameter("month", str, description="Such as `2026-10`; the one ended last."),
        ],
        responses=MonthEndFields,
    )
    def get(self, request: Request) -> Response:
        company = self.actor.company(_company_id(request), Right.APPROVE)
        of = _month(request) or month_end.last_ended(company, now())
        told = {
            "company": company.pk,
            "month": str(of),
            "date_from": of.first,
            "date_to": of.last,
            "lines": month_end.report(self.actor, company, of),
        }
        return Response(MonthEndFields(told).data)


def _company_id(request: Request) -> UUID:
    text = request.query_params.get("company", "")
    if not text:
        errors = [{"field": "company", "detail": "Name the company."}]
        raise ApiProblem("api.invalid", errors=errors)
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _month(request: Request) -> Month | None:
    text = request.query_params.get("month", "")
    found = month.read(text)
    if text and found is None:
        errors = [{"field": "month", "detail": "A month is written like 2026-10."}]
        raise ApiProblem("api.invalid", errors=errors)
    return found
