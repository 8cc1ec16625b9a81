"""``/api/v1/usage``: calls by company and day, and how far the month's metered reads reach (B-27)."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import usage_report
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.clock import now
from integration.read_budget import Level
from integration.usage_report import DAYS, AccountUse, Report


class CallFields(serializers.Serializer[Any]):
    """Calls by how they ended."""

    reads = serializers.IntegerField(help_text="Answered; QuickBooks meters these.")
    writes = serializers.IntegerField()
    failures = serializers.IntegerField(help_text="Ended in an error, or without an answer.")
    throttled = serializers.IntegerField(help_text="Turned away as too many.")


class AccountFields(serializers.Serializer[AccountUse]):
    """One company, or the HubSpot portal."""

    vendor = serializers.ChoiceField(choices=["quickbooks", "hubspot"])
    company = serializers.UUIDField(source="company.pk", allow_null=True, default=None)
    name = serializers.CharField(source="company.name", default="")
    today = CallFields()
    month = CallFields()


class DayFields(serializers.Serializer[Any]):
    """A day of UTC."""

    day = serializers.DateField()
    quickbooks = CallFields()
    hubspot = CallFields()


class UsageFields(serializers.Serializer[Report]):
    """The line is one for all portals of the installation; of the others only the share is told."""

    month = serializers.DateField(source="standing.month", help_text="Its first day.")
    line = serializers.IntegerField(
        source="standing.line.reads", help_text="Metered reads a month; 0: no line."
    )
    percent_used = serializers.IntegerField(source="standing.percent")
    percent_forecast = serializers.IntegerField(
        source="standing.forecast_percent", help_text="At the month's end, at the pace of the last days."
    )  # fmt: skip
    level = serializers.ChoiceField(
        source="standing.level",
        choices=[str(each) for each in Level],
        help_text="`high` from 70 %, `very_high` from 90 %; `stopped`: reads that nobody waits for rest.",
    )
    counted_anew_at = serializers.DateTimeField(source="standing.turns_at")
    own_reads = serializers.IntegerField(
        help_text="Metered reads of the accounts below this month."
    )
    accounts = AccountFields(many=True)
    days = DayFields(many=True)


class Usage(PortalApiView):
    """Calls of the portal's companies."""

    all_deals = True
    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="usage",
        tags=["Sync"],
        parameters=[OpenApiParameter("days", int, enum=DAYS, description="How many days.")],
        responses=UsageFields,
    )
    def get(self, request: Request) -> Response:
        """What was asked of QuickBooks and HubSpot."""
        asked = request.query_params.get("days", "")
        days = next((each for each in DAYS if str(each) == asked), DAYS[0])
        return Response(UsageFields(usage_report.of_portal(self.actor, now(), days)).data)
