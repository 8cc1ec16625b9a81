"""``/api/v1/companies/<id>/matches``: what each customer and product is in HubSpot (B-24, D-06)."""

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
from integration.models import Company, Record, RecordLink
from sync.linking import actions, lists
from sync.linking.lists import ENTITIES, STATES, Line
from sync.linking.preview import ObjectUnknown, kinds_for, preview
from sync.match_models import MatchSuggestion

TAGS = ["Matching"]
KINDS = ("contacts", "companies", "products")


class LinkFields(serializers.Serializer[RecordLink]):
    """A link that stands."""

    id = serializers.UUIDField()
    hubspot_kind = serializers.CharField()
    hubspot_id = serializers.CharField()
    source = serializers.CharField(help_text="`created`, `confirmed`, `matched` or `manual`.")
    linked_at = serializers.DateTimeField(source="created_at")
    linked_by = serializers.SerializerMethodField()
    lost_at = serializers.DateTimeField(allow_null=True, help_text="Deleted in HubSpot since.")

    def get_linked_by(self, row: RecordLink) -> str:
        return str(row.made_by) if row.made_by else ""


class SuggestionFields(serializers.Serializer[MatchSuggestion]):
    """What it could be; never linked by its score."""

    id = serializers.UUIDField()
    hubspot_kind = serializers.CharField()
    hubspot_id = serializers.CharField()
    label = serializers.CharField()
    score = serializers.IntegerField(help_text="0 to 100.")
    reasons = serializers.ListField(child=serializers.CharField())
    doubts = serializers.ListField(child=serializers.CharField())
    found_at = serializers.DateTimeField()


class MatchFields(serializers.Serializer[Line]):
    """A customer or product of QuickBooks with what it is, or could be, in HubSpot."""

    id = serializers.UUIDField(source="record.pk")
    qbo_id = serializers.CharField(source="record.qbo_id")
    name = serializers.CharField(source="record.name")
    active = serializers.BooleanField(source="record.active")
    links = LinkFields(many=True)
    suggestions = SuggestionFields(many=True)


class PairFields(serializers.Serializer[Any]):
    """Which HubSpot record it is."""

    hubspot_kind = serializers.ChoiceField(choices=KINDS)
    hubspot_id = serializers.RegexField(r"^[0-9]{1,20}$")
    accept_warnings = serializers.BooleanField(
        required=False, default=False, help_text="Link although the answer 409 named warnings."
    )


class UnlinkFields(serializers.Serializer[Any]):
    """Which of its links ends."""

    hubspot_kind = serializers.ChoiceField(choices=(*KINDS, "deals"))


class ConfirmFields(serializers.Serializer[Any]):
    """Ids of suggestions, at most 200."""

    suggestions = serializers.ListField(child=serializers.UUIDField(), max_length=200)


class DoneFields(serializers.Serializer[Any]):
    """Doubtful ones, and those that compete for one record, are left."""

    linked = serializers.IntegerField()
    left = serializers.ListField(child=serializers.CharField())


class OfMatching(PortalApiView):
    """What the endpoints share."""

    all_deals = True

    def check_reach(self, company_id: UUID, **places: UUID) -> None:
        """Before a stored answer is given again."""
        self.actor.company(company_id, Right.MAP)

    def company(self, company_id: UUID) -> Company:
        return self.actor.company(company_id, Right.MAP)

    def record(self, company: Company, record_id: UUID) -> Record:
        rows = Record.objects.for_portal(self.actor.portal).filter(company=company)
        found: Record = get_object_or_404(rows.filter(kind__in=ENTITIES.values()), pk=record_id)
        return found

    def told(self, company: Company, record: Record) -> Response:
        [line] = lists.lines(company, [record])
        return Response(MatchFields(line).data)


class Matches(OfMatching):
    """Customers or products and their matches."""

    rights: ClassVar = {"GET": Right.MAP}
    pagination_class = pages("name")

    @extend_schema(
        operation_id="matches",
        tags=TAGS,
        parameters=[
            OpenApiParameter("object", str, enum=list(ENTITIES), default="customers"),
            OpenApiParameter("state", str, enum=list(STATES)),
        ],
        responses=MatchFields(many=True),
    )
    def get(self, request: Request, company_id: UUID) -> Response:
        """By name, with links and suggestions; `next` is the cursor of the following page."""
        company = self.company(company_id)
        object = request.query_params.get("object", "customers")
        state = request.query_params.get("state", "")
        if object not in ENTITIES or state not in ("", *STATES):
            raise ApiProblem("api.invalid", errors=[{"field": "object", "detail": "unknown"}])
        rows = lists.records(self.actor, company, ENTITIES[object])
        if state:
            rows = rows.filter(lists.condition(company, ENTITIES[object], [state]))
        pager = self.pagination_class()
        page = pager.paginate_queryset(rows, request, self)
        return pager.get_paginated_response(MatchFields(lists.lines(company, page), many=True).data)


class LinkMatch(OfMatching):
    """Linking by hand."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="match_link",
        tags=TAGS,
        parameters=[KEY],
        request=PairFields,
        responses=MatchFields,
    )
    @once
    def post(self, request: Request, company_id: UUID, record_id: UUID) -> Response:
        """409 with the warnings where something speaks against it, until they are accepted.

        Linking what is linked so already changes nothing.
        """
        company = self.company(company_id)
        record = self.record(company, record_id)
        fields = PairFields(data=request.data)
        fields.is_valid(raise_exception=True)
        given = fields.validated_data
        kind, hubspot_id = given["hubspot_kind"], given["hubspot_id"]
        if kind not in kinds_for(company, record):
            raise ApiProblem("sync.match_kind", status=409)
        try:
            shown = preview(self.actor, company, record, kind, hubspot_id, now())
        except ObjectUnknown:
            raise ApiProblem("sync.match_unknown", status=404) from None
        if shown.warnings and not given["accept_warnings"]:
            said = [
                {
                    "field": each.code,
                    "detail": messages.sentence(f"match.{each.code}", **each.parameters),
                }
                for each in shown.warnings
            ]
            raise ApiProblem("sync.match_accept", status=409, errors=said)
        pair = (kind, hubspot_id)
        actions.link(self.actor, company, record, pair, now(), label=shown.label)
        return self.told(company, record)


class UnlinkMatch(OfMatching):
    """Unlinking."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="match_unlink",
        tags=TAGS,
        parameters=[KEY],
        request=UnlinkFields,
        responses=MatchFields,
    )
    @once
    def post(self, request: Request, company_id: UUID, record_id: UUID) -> Response:
        """End a link; the pair is not linked or suggested again unless somebody asks.

        Both records stay as they are. Unlinking what is not linked changes nothing.
        """
        company = self.company(company_id)
        record = self.record(company, record_id)
        fields = UnlinkFields(data=request.data)
        fields.is_valid(raise_exception=True)
        rows = RecordLink.objects.for_portal(self.actor.portal).filter(
            company=company,
            kind=record.kind,
            qbo_id=record.qbo_id,
            hubspot_kind=fields.validated_data["hubspot_kind"],
        )
        for row in rows:
            actions.unlink(self.actor, company, row, now())
        return self.told(company, record)


class ConfirmMatches(OfMatching):
    """Confirming several suggestions at once."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="match_confirm",
        tags=TAGS,
        parameters=[KEY],
        request=ConfirmFields,
        responses=DoneFields,
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """Those with a doubt are left: link them one by one."""
        company = self.company(company_id)
        fields = ConfirmFields(data=request.data)
        fields.is_valid(raise_exception=True)
        rows = MatchSuggestion.objects.for_portal(self.actor.portal).filter(
            company=company, pk__in=fields.validated_data["suggestions"]
        )
        done = actions.confirm(self.actor, company, rows, now())
        return Response(DoneFields({"linked": done.linked, "left": list(done.left)}).data)


class SearchMatches(OfMatching):
    """Looking for suggestions again."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="match_search",
        tags=TAGS,
        parameters=[KEY],
        request=None,
        responses={202: None},
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """Starts in the background; asking twice starts one search."""
        actions.search_now(self.actor, self.company(company_id), now())
        return Response(status=202)
