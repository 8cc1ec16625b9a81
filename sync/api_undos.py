"""``/api/v1/undos`` and ``/api/v1/held-records``: undoing a run, and releasing, for programs (D-31)."""

from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
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
from sync import undos
from sync.models import HeldRecord, SyncRun, Undo, UndoItem, UndoList, UndoState
from sync.undos import UndoRefused

TAGS = ["Sync"]
OVER = "sync.undo_over"


class UndoFields(serializers.Serializer[Undo]):
    """`looking`: HubSpot is compared; `ready`: waits for the yes. Counts are lines of the lists."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    undo_run = serializers.UUIDField(source="undo_run_id", allow_null=True)
    state = serializers.ChoiceField(choices=UndoState.choices)
    total = serializers.IntegerField(help_text="HubSpot records that the run wrote.")
    seen = serializers.IntegerField()
    counts = serializers.SerializerMethodField()
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.SerializerMethodField()

    def get_counts(self, row: Undo) -> dict[str, int]:
        """`restore`, `cannot`, `changed`."""
        return undos.counts(row)

    def get_problem(self, row: Undo) -> str:
        """Why it is tried again, in a sentence; empty while all is well."""
        return messages.sentence(row.error, **row.error_parameters) if row.error else ""


class UndoItemFields(serializers.Serializer[UndoItem]):
    """`before` is put back, `after` is what the run wrote, `found` what somebody put there since."""

    number = serializers.IntegerField()
    list = serializers.ChoiceField(choices=UndoList.choices)
    action = serializers.CharField()
    operation = serializers.CharField()
    subject_kind = serializers.CharField()
    subject_id = serializers.CharField()
    label = serializers.CharField()
    object_kind = serializers.CharField()
    object_id = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()
    found = serializers.DictField()
    done_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.SerializerMethodField()

    def get_reason(self, row: UndoItem) -> str:
        return messages.sentence(row.reason, **row.reason_parameters) if row.reason else ""


class HeldFields(serializers.Serializer[HeldRecord]):
    id = serializers.UUIDField()
    company = serializers.UUIDField(source="company_id")
    subject_kind = serializers.CharField()
    subject_id = serializers.CharField()
    label = serializers.CharField()
    undo = serializers.UUIDField(source="undo_id", allow_null=True)
    held_at = serializers.DateTimeField()


class ReleaseFields(serializers.Serializer[Any]):
    """Which records; without `ids` all of them."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_empty=False)


class ReleasedFields(serializers.Serializer[Any]):
    released = serializers.IntegerField()


class OfRun(PortalApiView):
    """What the endpoints about one run share."""

    all_deals = True

    def check_reach(self, **places: UUID) -> None:
        """Before a stored answer is given again."""
        if "run_id" in places:
            self.run(places["run_id"])
        if "undo_id" in places:
            self.row(places["undo_id"])

    def run(self, run_id: UUID) -> SyncRun:
        rows = SyncRun.objects.for_portal(self.actor.portal).filter(self.actor.company_condition())
        found: SyncRun = get_object_or_404(rows.select_related("company"), pk=run_id)
        return found

    def row(self, undo_id: UUID) -> Undo:
        rows = Undo.objects.for_portal(self.actor.portal).filter(self.actor.company_condition())
        wanted = rows.select_related("company", "portal", "run")
        found: Undo = get_object_or_404(wanted, pk=undo_id)
        return found


class UndoOfRun(OfRun):
    """Undoing one run."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="undo_start", tags=TAGS, parameters=[KEY], request=None,
        responses={202: UndoFields},
    )  # fmt: skip
    @once
    def post(self, request: Request, run_id: UUID) -> Response:
        """Compare with HubSpot; nothing is written. The same undo when asked twice."""
        try:
            row = undos.ask(self.actor, self.run(run_id), now())
        except UndoRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(UndoFields(row).data, status=202)


class UndoDetail(OfRun):
    """One undo."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(operation_id="undo", tags=TAGS, responses=UndoFields)
    def get(self, request: Request, undo_id: UUID) -> Response:
        """How it stands."""
        return Response(UndoFields(self.row(undo_id)).data)


class UndoItems(OfRun):
    """The three lists."""

    rights: ClassVar = {"GET": Right.MAP}
    pagination_class = pages("number")

    @extend_schema(
        operation_id="undo_items", tags=TAGS, responses=UndoItemFields(many=True),
        parameters=[OpenApiParameter("list", str, enum=UndoList.values)],
    )  # fmt: skip
    def get(self, request: Request, undo_id: UUID) -> Response:
        """Line by line; `next` is the cursor of the following page."""
        rows = UndoItem.objects.for_portal(self.actor.portal).filter(undo=self.row(undo_id))
        among = request.query_params.get("list", "")
        if among:
            rows = rows.filter(list=among)
        pager = self.pagination_class()
        page = pager.paginate_queryset(rows, request, self)
        return pager.get_paginated_response(UndoItemFields(page, many=True).data)


class UndoConfirm(OfRun):
    """The yes."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="undo_confirm", tags=TAGS, parameters=[KEY], request=None,
        responses={202: UndoFields},
    )  # fmt: skip
    @once
    def post(self, request: Request, undo_id: UUID) -> Response:
        """Put back what the list `restore` says, in HubSpot alone; 409 unless it is `ready`."""
        row = self.row(undo_id)
        try:
            done = undos.confirm(self.actor, row, now())
        except UndoRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        if not done:
            raise ApiProblem(OVER, status=409)
        return Response(UndoFields(row).data, status=202)


class UndoDrop(OfRun):
    """The no."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="undo_drop", tags=TAGS, parameters=[KEY], request=None, responses=UndoFields
    )
    @once
    def post(self, request: Request, undo_id: UUID) -> Response:
        """Leave the run as it is; 409 once it was decided."""
        row = self.row(undo_id)
        if not undos.drop(self.actor, row, now()):
            raise ApiProblem(OVER, status=409)
        return Response(UndoFields(row).data)


class HeldRecords(PortalApiView):
    """Records held after an undo."""

    all_deals = True
    rights: ClassVar = {"GET": Right.RUN_SYNC}
    pagination_class = pages("-held_at")

    @extend_schema(operation_id="held_records", tags=TAGS, responses=HeldFields(many=True))
    def get(self, request: Request) -> Response:
        """The latest first; the sync leaves them alone until they are released."""
        pager = self.pagination_class()
        rows = undos.held_records(self.actor).order_by()
        page = pager.paginate_queryset(rows, request, self)
        return pager.get_paginated_response(HeldFields(page, many=True).data)


class ReleaseRecords(PortalApiView):
    """Releasing."""

    all_deals = True
    rights: ClassVar = {"POST": Right.RUN_SYNC}

    def check_reach(self) -> None:
        """Before a stored answer is given again: the right is all it takes."""
        self.actor.require(Right.RUN_SYNC)

    @extend_schema(
        operation_id="held_records_release", tags=TAGS, parameters=[KEY], request=ReleaseFields,
        responses=ReleasedFields,
    )  # fmt: skip
    @once
    def post(self, request: Request) -> Response:
        """HubSpot is told about them with the next sync."""
        fields = ReleaseFields(data=request.data)
        fields.is_valid(raise_exception=True)
        rows = HeldRecord.objects.for_portal(self.actor.portal)
        ids = fields.validated_data.get("ids")
        count = undos.release(self.actor, rows.filter(pk__in=ids) if ids else rows, now())
        return Response(ReleasedFields({"released": count}).data)
