"""``/api/v1/companies/<id>/dry-runs``: what would be written, for programs (B-22)."""

from dataclasses import replace
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
from sync import dry_runs, services
from sync.api_backfills import WantedFields
from sync.api_settings import TabFields
from sync.backfill import Wanted
from sync.dry_runs import DryRunRefused, Look
from sync.models import (
    BackfillBy,
    DryRun,
    DryRunKind,
    DryRunState,
    PlannedEntry,
    PlannedOutcome,
    SyncObject,
)

TAGS = ["Sync"]
MOST = 100


class LookFields(serializers.Serializer[Any]):
    """What to look ahead at. `sync`: the next run. `tab`: choices as they would be saved, as if every
    record known here had changed just now. `backfill`: a range of older records."""

    kind = serializers.ChoiceField(choices=DryRunKind.choices, default=DryRunKind.SYNC.value)
    object = serializers.ChoiceField(
        choices=SyncObject.choices, required=False, help_text="Needed for `tab`."
    )
    tab = TabFields(required=False, help_text="For `tab`; what is left out stays as it is.")
    backfill = WantedFields(required=False, help_text="Needed for `backfill`.")


class DryRunFields(serializers.Serializer[DryRun]):
    """How far a dry run is; counts are exact, of the lines at most 5,000 are kept, for a day."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DryRunKind.choices)
    object = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=DryRunState.choices)
    total = serializers.IntegerField(help_text="Records to look at; 0 where nobody knows before.")
    seen = serializers.IntegerField()
    planned = serializers.IntegerField(help_text="Lines that would be written.")
    skipped = serializers.IntegerField(help_text="Lines that would be left alone.")
    listed = serializers.IntegerField()
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Lines that would be written, by operation."
    )
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.SerializerMethodField()

    def get_problem(self, row: DryRun) -> str:
        """Why it ended or is tried again, in a sentence; empty while all is well."""
        return messages.sentence(row.error, **row.error_parameters) if row.error else ""


class PlannedFields(serializers.Serializer[PlannedEntry]):
    """One line, by HubSpot property; an id that does not exist yet reads `new`."""

    number = serializers.IntegerField()
    operation = serializers.CharField()
    subject_kind = serializers.CharField(help_text="`Invoice`, `Customer`, `Deal` …")
    subject_id = serializers.CharField()
    label = serializers.CharField()
    outcome = serializers.ChoiceField(choices=PlannedOutcome.choices)
    before = serializers.DictField()
    after = serializers.DictField()
    reason = serializers.SerializerMethodField()

    def get_reason(self, row: PlannedEntry) -> str:
        """Why it would be left alone."""
        return messages.sentence(row.reason, **row.reason_parameters) if row.reason else ""


class OfCompany(PortalApiView):
    """What the endpoints share."""

    all_deals = True

    def check_reach(self, company_id: UUID, **places: UUID) -> None:
        """Before a stored answer is given again."""
        self.company(company_id)

    def company(self, company_id: UUID) -> Company:
        return self.actor.company(company_id, Right.RUN_SYNC)

    def row(self, company_id: UUID, dry_run_id: UUID) -> DryRun:
        rows = dry_runs.dry_runs(self.actor, self.company(company_id))
        found: DryRun = get_object_or_404(rows, pk=dry_run_id)
        return found

    def look(self, company: Company, given: Any) -> Look:
        """Raises ``ApiProblem`` or ``DryRunRefused``."""
        fields = LookFields(data=given)
        fields.is_valid(raise_exception=True)
        found = fields.validated_data
        if found["kind"] == DryRunKind.TAB:
            return self._tab(company, found)
        if found["kind"] == DryRunKind.BACKFILL:
            return self._backfill(company, found)
        return dry_runs.of_sync()

    def _tab(self, company: Company, found: Any) -> Look:
        if not found.get("object"):
            raise _missing("object")
        self.actor.require(Right.MAP, company)
        object = SyncObject(found["object"])
        stored = services.tab(company, object)
        chosen = {
            name: value for name, value in (found.get("tab") or {}).items() if hasattr(stored, name)
        }
        return dry_runs.of_tab(company, object, replace(stored, **chosen))

    def _backfill(self, company: Company, found: Any) -> Look:
        wanted = found.get("backfill")
        if not wanted:
            raise _missing("backfill")
        older = Wanted(
            SyncObject(wanted["object"]),
            BackfillBy(wanted["by"]),
            wanted["first_day"],
            wanted["last_day"],
        )
        return dry_runs.of_backfill(self.actor, company, older)


def _missing(field: str) -> ApiProblem:
    wrong = {"field": field, "detail": messages.sentence("sync.dry_run_choice_unclear")}
    return ApiProblem("api.invalid", errors=[wrong])


class DryRuns(OfCompany):
    """Dry runs of one company."""

    rights: ClassVar = {"GET": Right.RUN_SYNC, "POST": Right.RUN_SYNC}

    @extend_schema(operation_id="dry_runs", tags=TAGS, responses=DryRunFields(many=True))
    def get(self, request: Request, company_id: UUID) -> Response:
        """Those of the last day, the newest first."""
        rows = dry_runs.dry_runs(self.actor, self.company(company_id))[:MOST]
        return Response(DryRunFields(rows, many=True).data)

    @extend_schema(
        operation_id="dry_run_start",
        tags=TAGS,
        parameters=[KEY],
        request=LookFields,
        responses={202: DryRunFields},
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """Start one; 409 while another one of the company is going on. Nothing is ever written."""
        company = self.company(company_id)
        try:
            look = self.look(company, request.data)
            row = dry_runs.start(self.actor, company, look, now())
        except DryRunRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(DryRunFields(row).data, status=202)


class DryRunDetail(OfCompany):
    """One dry run."""

    rights: ClassVar = {"GET": Right.RUN_SYNC}

    @extend_schema(operation_id="dry_run", tags=TAGS, responses=DryRunFields)
    def get(self, request: Request, company_id: UUID, dry_run_id: UUID) -> Response:
        """How far it is."""
        return Response(DryRunFields(self.row(company_id, dry_run_id)).data)


class DryRunEntries(OfCompany):
    """What would be written."""

    rights: ClassVar = {"GET": Right.RUN_SYNC}
    pagination_class = pages("number")

    @extend_schema(operation_id="dry_run_entries", tags=TAGS, responses=PlannedFields(many=True))
    def get(self, request: Request, company_id: UUID, dry_run_id: UUID) -> Response:
        """Line by line in the order of the work; `next` is the cursor of the following page."""
        row = self.row(company_id, dry_run_id)
        rows = PlannedEntry.objects.for_portal(self.actor.portal).filter(dry_run=row)
        pager = self.pagination_class()
        page = pager.paginate_queryset(rows, request, self)
        return pager.get_paginated_response(PlannedFields(page, many=True).data)
