"""``/api/v1/companies/<id>/backfills``: older records brought in by programs (B-21)."""

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
from integration.clock import now
from integration.models import Company
from sync import backfill
from sync.backfill import BackfillRefused, Preview, Wanted
from sync.models import Backfill, BackfillBy, BackfillState, SyncObject

TAGS = ["Sync"]
MOST = 100
OVER = "sync.backfill_over"


class WantedFields(serializers.Serializer[Any]):
    """Which older records."""

    object = serializers.ChoiceField(choices=SyncObject.choices)
    by = serializers.ChoiceField(
        choices=BackfillBy.choices,
        default=BackfillBy.CREATED.value,
        help_text="`dated`: by the invoice date, for invoices only.",
    )
    first_day = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Of the company's calendar."
    )
    last_day = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What holds of no company: days in reverse, the invoice date of what is no invoice."""
        first, last = attrs["first_day"], attrs["last_day"]
        wrong: dict[str, str] = {}
        if first and last and first > last:
            wrong["last_day"] = messages.sentence("sync.backfill_reversed")
        if attrs["by"] == BackfillBy.DATED and attrs["object"] != SyncObject.INVOICES:
            wrong["by"] = messages.sentence("sync.backfill_no_date")
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class PreviewFields(serializers.Serializer[Preview]):
    """In records; nothing was written."""

    total = serializers.IntegerField(help_text="What QuickBooks counts.")
    linked = serializers.IntegerField(help_text="Those of them that HubSpot has already.")
    not_linked = serializers.IntegerField(source="fresh")


class BackfillFields(serializers.Serializer[Backfill]):
    """How far a backfill is, in records."""

    id = serializers.UUIDField()
    object = serializers.ChoiceField(choices=SyncObject.choices)
    by = serializers.ChoiceField(choices=BackfillBy.choices)
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=BackfillState.choices)
    total = serializers.IntegerField(help_text="What QuickBooks counted before the start.")
    seen = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    run = serializers.UUIDField(source="run_id", allow_null=True)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.SerializerMethodField()

    def get_problem(self, row: Backfill) -> str:
        """Why it stopped, rests or is tried again, in a sentence; empty while all is well."""
        code, parameters = backfill.trouble(row, now())
        return messages.sentence(code, **parameters) if code else ""


class OfCompany(PortalApiView):
    """What the endpoints share."""

    def check_reach(self, company_id: UUID, **places: UUID) -> None:
        """Before a stored answer is given again."""
        self.actor.company(company_id, Right.MAP)

    def company(self, company_id: UUID) -> Company:
        return self.actor.company(company_id, Right.MAP)

    def row(self, company_id: UUID, backfill_id: UUID) -> Backfill:
        rows = backfill.backfills(self.actor, self.company(company_id))
        found: Backfill = get_object_or_404(rows, pk=backfill_id)
        return found


def _wanted(given: Any) -> Wanted:
    fields = WantedFields(data=given)
    fields.is_valid(raise_exception=True)
    found = fields.validated_data
    return Wanted(
        SyncObject(found["object"]),
        BackfillBy(found["by"]),
        found["first_day"],
        found["last_day"],
    )


class Backfills(OfCompany):
    """Backfills of one company."""

    rights: ClassVar = {"GET": Right.MAP, "POST": Right.MAP}

    @extend_schema(operation_id="backfills", tags=TAGS, responses=BackfillFields(many=True))
    def get(self, request: Request, company_id: UUID) -> Response:
        """The latest 100, the newest first."""
        rows = backfill.backfills(self.actor, self.company(company_id))[:MOST]
        return Response(BackfillFields(rows, many=True).data)

    @extend_schema(
        operation_id="backfill_start",
        tags=TAGS,
        parameters=[KEY],
        request=WantedFields,
        responses={202: BackfillFields},
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """Start one; 409 while another one of the company is running or paused.

        Ask for the preview first: HubSpot's workflows may start for every record that is written. `dealbooks_bulk` marks them for the workflows' filters.
        """
        company = self.company(company_id)
        try:
            row = backfill.start(self.actor, company, _wanted(request.data), now())
        except BackfillRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(BackfillFields(row).data, status=202)


class BackfillPreview(OfCompany):
    """What a backfill would be about."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(
        operation_id="backfill_preview",
        tags=TAGS,
        parameters=[WantedFields],
        responses=PreviewFields,
    )
    def get(self, request: Request, company_id: UUID) -> Response:
        """Counts before the start; one call to QuickBooks and no write."""
        company = self.company(company_id)
        try:
            found = backfill.preview(self.actor, company, _wanted(request.query_params))
        except BackfillRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(PreviewFields(found).data)


class BackfillDetail(OfCompany):
    """One backfill."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(operation_id="backfill", tags=TAGS, responses=BackfillFields)
    def get(self, request: Request, company_id: UUID, backfill_id: UUID) -> Response:
        """How far it is."""
        return Response(BackfillFields(self.row(company_id, backfill_id)).data)


class BackfillPause(OfCompany):
    """Pausing."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="backfill_pause",
        tags=TAGS,
        parameters=[KEY],
        request=None,
        responses=BackfillFields,
    )
    @once
    def post(self, request: Request, company_id: UUID, backfill_id: UUID) -> Response:
        """Stop after the page that is going on; 409 unless it is running."""
        row = self.row(company_id, backfill_id)
        if not backfill.pause(self.actor, row, now()):
            raise ApiProblem(OVER, status=409)
        return Response(BackfillFields(row).data)


class BackfillResume(OfCompany):
    """Resuming."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="backfill_resume",
        tags=TAGS,
        parameters=[KEY],
        request=None,
        responses=BackfillFields,
    )
    @once
    def post(self, request: Request, company_id: UUID, backfill_id: UUID) -> Response:
        """Go on where it stopped; 409 when it has ended or its company is not connected."""
        row = self.row(company_id, backfill_id)
        try:
            is_resumed = backfill.resume(self.actor, row, now())
        except BackfillRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        if not is_resumed:
            raise ApiProblem(OVER, status=409)
        return Response(BackfillFields(row).data)


class BackfillCancel(OfCompany):
    """Cancelling."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="backfill_cancel",
        tags=TAGS,
        parameters=[KEY],
        request=None,
        responses=BackfillFields,
    )
    @once
    def post(self, request: Request, company_id: UUID, backfill_id: UUID) -> Response:
        """End it; what reached HubSpot stays there. 409 when it has ended."""
        row = self.row(company_id, backfill_id)
        if not backfill.cancel(self.actor, row, now()):
            raise ApiProblem(OVER, status=409)
        return Response(BackfillFields(row).data)
