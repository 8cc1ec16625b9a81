"""Deletions that wait for a person, for programs (D-28)."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.api.paging import pages
from integration.api.waiting import WaitingList, state_parameter
from integration.clock import now
from sync import deletions
from sync.models import HeldDeletion, HoldState

TAGS = ["Sync"]
OVER = "sync.deletions_over"
MOST_NAMES = 200


class HeldDeletionFields(serializers.ModelSerializer[HeldDeletion]):
    """Deletions that more records are about than somebody would make; HubSpot was not told."""

    company = serializers.UUIDField(source="company_id")
    records = serializers.SerializerMethodField(help_text="How many.")
    names = serializers.SerializerMethodField(help_text=f"The first {MOST_NAMES}.")
    decided_by = serializers.StringRelatedField()

    class Meta:
        model = HeldDeletion
        fields = (
            "id", "company", "object", "state", "policy", "records", "linked", "names", "held_at",
            "decided_by", "decided_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_records(self, found: HeldDeletion) -> int:
        return len(found.record_ids)

    def get_names(self, found: HeldDeletion) -> list[str]:
        return deletions.names_of(found, MOST_NAMES)


def _holds(view: PortalApiView) -> QuerySet[HeldDeletion]:
    """Of companies within reach; none for those who see only their own deals (D-05)."""
    rows = HeldDeletion.objects.for_portal(view.actor.portal)
    found: QuerySet[HeldDeletion] = rows.filter(view.actor.company_condition()).select_related(
        "company", "decided_by"
    )
    return found if view.actor.sees_all_deals else found.none()


class HeldDeletions(WaitingList[HeldDeletion]):
    """Deletions that wait for a yes (D-28), the last first."""

    rights: ClassVar = {"GET": Right.VIEW}
    states = HoldState
    serializer_class = HeldDeletionFields
    pagination_class = pages("-held_at")

    @extend_schema(
        operation_id="held_deletions", tags=TAGS, parameters=[state_parameter(HoldState)]
    )
    def get(self, request: Request) -> Response:
        return super().get(request)

    def visible(self) -> QuerySet[Any]:
        return _holds(self)


class Deciding(PortalApiView):
    """What both decisions share."""

    rights: ClassVar = {"POST": Right.RUN_SYNC}

    def row(self, hold_id: UUID) -> HeldDeletion:
        return get_object_or_404(_holds(self), pk=hold_id)

    def check_reach(self, hold_id: UUID) -> None:
        self.actor.require(Right.RUN_SYNC, self.row(hold_id).company)

    def decided(self, hold_id: UUID, *, confirm: bool) -> Response:
        row = self.row(hold_id)
        if not deletions.decide_deletions(self.actor, row, confirm=confirm, now=now()):
            raise ApiProblem(OVER, status=409)
        return Response(HeldDeletionFields(self.row(hold_id)).data)


class ConfirmDeletions(Deciding):
    """Let them reach HubSpot with the next sync."""

    @extend_schema(
        operation_id="confirm_deletions", tags=TAGS, parameters=[KEY],
        request=None, responses=HeldDeletionFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, hold_id: UUID) -> Response:
        """409 when somebody decided about them already."""
        return self.decided(hold_id, confirm=True)


class CancelDeletions(Deciding):
    """Keep the records in HubSpot as they are."""

    @extend_schema(
        operation_id="cancel_deletions", tags=TAGS, parameters=[KEY],
        request=None, responses=HeldDeletionFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, hold_id: UUID) -> Response:
        """409 when somebody decided about them already."""
        return self.decided(hold_id, confirm=False)
