"""``/api/v1/companies/<id>/reconciliations``: both sides compared, for programs (B-26)."""

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import messages
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.api.paging import pages
from integration.clock import now
from integration.models import Company
from invoices.serializers import AmountField
from sync import reconciliations as service
from sync.reconciled_sums import Month
from sync.reconciliation_models import (
    Drift,
    DriftKind,
    DriftState,
    ReconciledBy,
    Reconciliation,
    ReconciliationState,
    Side,
)
from sync.reconciliation_store import months
from sync.reconciliations import ReconcileRefused

TAGS = ["Sync"]
MOST = 100


class CountFields(serializers.Serializer[Any]):
    """How many records of a kind each side has; null where it was not looked at."""

    records = serializers.CharField(
        help_text="`invoices`, `payments`, `deals`, `customers` or `items`."
    )
    quickbooks = serializers.IntegerField(allow_null=True)
    dealbooks = serializers.IntegerField(allow_null=True)
    hubspot = serializers.IntegerField(allow_null=True)


class ReconciliationFields(serializers.Serializer[Reconciliation]):
    """One report; `drift` is how many records differed when it was made."""

    id = serializers.UUIDField()
    trigger = serializers.ChoiceField(choices=ReconciledBy.choices)
    state = serializers.ChoiceField(choices=ReconciliationState.choices)
    checked = serializers.IntegerField()
    to_check = serializers.IntegerField()
    drift = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.SerializerMethodField()

    def get_problem(self, row: Reconciliation) -> str:
        """Why it stopped or is tried again, in a sentence; empty while all is well."""
        return messages.sentence(row.error, **row.error_parameters) if row.error else ""


class SumFields(serializers.Serializer[Any]):
    """Invoices of a month and their four amounts, in its currency."""

    count = serializers.IntegerField()
    billed = AmountField()
    cash = AmountField()
    credited = AmountField()
    open = AmountField()


class MonthFields(serializers.Serializer[Month]):
    """Of one month and currency. `left_out`: not in HubSpot by the company's settings."""

    month = serializers.DateField(help_text="Its first day; 0001-01-01 for invoices without one.")
    currency = serializers.CharField()
    quickbooks = SumFields()
    dealbooks = SumFields()
    hubspot = SumFields()
    left_out = SumFields()
    agrees = serializers.BooleanField()


class ReportFields(ReconciliationFields):
    """The report with its counts and totals; its lines have an address of their own."""

    counts = serializers.SerializerMethodField()
    months = serializers.SerializerMethodField()

    def get_counts(self, row: Reconciliation) -> list[dict[str, Any]]:
        sides = ("quickbooks", "dealbooks", "hubspot")
        return [
            {"records": name, **{side: found.get(side) for side in sides}}
            for name, found in sorted(row.counts.items())
        ]

    def get_months(self, row: Reconciliation) -> Any:
        return MonthFields([_month(each) for each in months(row)], many=True).data


def _month(found: Month) -> dict[str, Any]:
    """An amount is written by the decimals of its currency."""
    sides = {
        side: {**asdict(getattr(found, side)), "currency": found.currency} for side in Side.values
    }
    told = {"month": found.month, "currency": found.currency, "agrees": found.agrees}
    return {**told, **sides}


class DriftChangeFields(serializers.Serializer[Any]):
    name = serializers.CharField()
    expected = serializers.CharField(help_text="What it should say.")
    found = serializers.CharField()


class DriftFields(serializers.Serializer[Drift]):
    """A record that is not the same on both sides."""

    id = serializers.UUIDField()
    what = serializers.ChoiceField(choices=DriftKind.choices)
    record_kind = serializers.CharField()
    label = serializers.CharField()
    quickbooks_id = serializers.CharField(source="qbo_id")
    hubspot_kind = serializers.CharField(source="object_kind")
    hubspot_id = serializers.CharField()
    differences = DriftChangeFields(many=True)
    state = serializers.ChoiceField(choices=DriftState.choices)
    reason = serializers.SerializerMethodField()
    settled_at = serializers.DateTimeField(allow_null=True)

    def get_reason(self, row: Drift) -> str:
        """Why it could not be fixed, in a sentence."""
        return messages.sentence(row.reason, **row.reason_parameters) if row.reason else ""


class ChosenFields(serializers.Serializer[Any]):
    """Which lines; without the list, all that are open."""

    lines = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_empty=False,
        max_length=service.MOST_AT_ONCE,
    )


class LookedFields(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="line.pk")
    label = serializers.CharField(source="line.label")
    differences = DriftChangeFields(many=True, help_text="As both sides say now.")
    reason = serializers.SerializerMethodField()

    def get_reason(self, found: service.Looked) -> str:
        return messages.sentence(found.reason) if found.reason else ""


class FixPreviewFields(serializers.Serializer[service.Preview]):
    """What a fix would do; nothing was written."""

    restored = LookedFields(many=True)
    cannot = LookedFields(many=True)
    changed = LookedFields(many=True, help_text="Changed since the report; they are left.")
    agree = serializers.IntegerField(help_text="Those that agree by themselves by now.")
    more = serializers.IntegerField(help_text="Lines beyond those that one fix takes.")


class FixedFields(serializers.Serializer[Any]):
    lines = serializers.IntegerField(help_text="Lines that are being fixed now.")


class OfCompany(PortalApiView):
    """What the endpoints share."""

    all_deals = True
    reach: ClassVar = Right.RUN_SYNC

    def check_reach(self, company_id: UUID, **places: UUID) -> None:
        """Before a stored answer is given again."""
        self.actor.company(company_id, self.reach)

    def company(self, company_id: UUID, right: Right = Right.VIEW) -> Company:
        return self.actor.company(company_id, right)

    def row(self, company_id: UUID, report_id: UUID, right: Right = Right.VIEW) -> Reconciliation:
        rows = service.reports(self.actor, self.company(company_id, right))
        found: Reconciliation = get_object_or_404(rows, pk=report_id)
        return found


class Reconciliations(OfCompany):
    """Reports of one company."""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.RUN_SYNC}

    @extend_schema(
        operation_id="reconciliations", tags=TAGS, responses=ReconciliationFields(many=True)
    )
    def get(self, request: Request, company_id: UUID) -> Response:
        """The latest 100, the newest first."""
        rows = service.reports(self.actor, self.company(company_id))[:MOST]
        return Response(ReconciliationFields(rows, many=True).data)

    @extend_schema(
        operation_id="reconcile",
        tags=TAGS,
        parameters=[KEY],
        request=None,
        responses={202: ReconciliationFields},
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """Compare both sides now. While a report is being made, that one is the answer."""
        company = self.company(company_id, Right.RUN_SYNC)
        try:
            row = service.start(self.actor, company, now())
        except ReconcileRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(ReconciliationFields(row).data, status=202)


class ReconciliationDetail(OfCompany):
    """One report."""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="reconciliation", tags=TAGS, responses=ReportFields)
    def get(self, request: Request, company_id: UUID, report_id: UUID) -> Response:
        """Counts of each side and totals by month, to the cent."""
        return Response(ReportFields(self.row(company_id, report_id)).data)


class ReconciliationDrift(OfCompany):
    """Lines of one report."""

    rights: ClassVar = {"GET": Right.VIEW}
    pagination_class = pages("found_at")

    @extend_schema(operation_id="reconciliation_drift", tags=TAGS, responses=DriftFields(many=True))
    def get(self, request: Request, company_id: UUID, report_id: UUID) -> Response:
        """Records that differ, page by page."""
        rows = service.lines_of(self.row(company_id, report_id))
        paginator = self.pagination_class()
        found = paginator.paginate_queryset(rows, request, self)
        return paginator.get_paginated_response(DriftFields(found, many=True).data)


class ReconciliationFixPreview(OfCompany):
    """What a fix would do."""

    rights: ClassVar = {"GET": Right.RUN_SYNC}

    @extend_schema(operation_id="reconciliation_fix_preview", tags=TAGS, responses=FixPreviewFields)
    def get(self, request: Request, company_id: UUID, report_id: UUID) -> Response:
        """Looks at both sides now: will be restored, cannot be, changed since. Writes nothing."""
        row = self.row(company_id, report_id, Right.RUN_SYNC)
        try:
            found = service.preview(self.actor, row, None, now())
        except ReconcileRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(FixPreviewFields(found).data)


class ReconciliationFix(OfCompany):
    """Putting right."""

    rights: ClassVar = {"POST": Right.RUN_SYNC}

    @extend_schema(
        operation_id="reconciliation_fix",
        tags=TAGS,
        parameters=[KEY],
        request=ChosenFields,
        responses={202: FixedFields},
    )
    @once
    def post(self, request: Request, company_id: UUID, report_id: UUID) -> Response:
        """Write to HubSpot again what QuickBooks says. QuickBooks is only read."""
        row = self.row(company_id, report_id, Right.RUN_SYNC)
        fields = ChosenFields(data=request.data)
        fields.is_valid(raise_exception=True)
        try:
            count = service.fix(self.actor, row, fields.validated_data.get("lines"), now())
        except ReconcileRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(FixedFields({"lines": count}).data, status=202)
