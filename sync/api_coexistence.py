"""``/api/v1/companies/<id>/coexistence``: traces of HubSpot's own QuickBooks app (D-33)."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.clock import now
from integration.models import Company
from sync.coexistence import decisions
from sync.match_models import Coexistence, CoexistenceState
from sync.traces import Findings

TAGS = ["Matching"]


class CoexistenceFields(serializers.Serializer[Any]):
    """What was found; `running` while nobody has looked yet."""

    state = serializers.ChoiceField(choices=CoexistenceState.choices)
    app_invoices = serializers.IntegerField(help_text="Invoices that say the app brought them.")
    app_examples = serializers.ListField(child=serializers.CharField())
    properties = serializers.ListField(
        child=serializers.CharField(), help_text="Deal properties of older accounting apps."
    )
    doubles = serializers.IntegerField(help_text="Equal number and total on both sides.")
    double_examples = serializers.ListField(child=serializers.CharField())
    checked_at = serializers.DateTimeField(allow_null=True)
    dismissed_at = serializers.DateTimeField(allow_null=True)
    dismissed_why = serializers.CharField(allow_blank=True)


class WhyFields(serializers.Serializer[Any]):
    """Why the traces do not matter."""

    why = serializers.CharField(max_length=decisions.LONGEST)


class OfCoexistence(PortalApiView):
    """What the endpoints share."""

    def check_reach(self, company_id: UUID) -> None:
        """Before a stored answer is given again."""
        self.actor.company(company_id, Right.MAP)

    def told(self, company: Company, status: int = 200) -> Response:
        found = decisions.standing(company)
        row = found.row if found is not None else Coexistence()
        shown = {
            **Findings.of(row.findings).stored(),
            "state": row.state,
            "checked_at": row.checked_at,
            "dismissed_at": row.dismissed_at,
            "dismissed_why": row.dismissed_why,
        }
        return Response(CoexistenceFields(shown).data, status=status)


class CoexistenceOf(OfCoexistence):
    """What was found."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(operation_id="coexistence", tags=TAGS, responses=CoexistenceFields)
    def get(self, request: Request, company_id: UUID) -> Response:
        return self.told(self.actor.company(company_id, Right.MAP))


class CheckCoexistence(OfCoexistence):
    """Looking again."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="coexistence_check",
        tags=TAGS,
        parameters=[KEY],
        request=None,
        responses={202: CoexistenceFields},
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """Starts in the background; the answer is what was known before."""
        company = self.actor.company(company_id, Right.MAP)
        decisions.look_again(self.actor, company, now())
        return self.told(company, 202)


class DismissCoexistence(OfCoexistence):
    """Saying that it does not matter."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="coexistence_dismiss",
        tags=TAGS,
        parameters=[KEY],
        request=WhyFields,
        responses=CoexistenceFields,
    )
    @once
    def post(self, request: Request, company_id: UUID) -> Response:
        """With a reason; when more is found later, it is said again."""
        company = self.actor.company(company_id, Right.MAP)
        fields = WhyFields(data=request.data)
        fields.is_valid(raise_exception=True)
        try:
            decisions.dismiss(self.actor, company, fields.validated_data["why"], now())
        except decisions.ReasonMissing:
            raise ApiProblem("sync.coexistence_why") from None
        return self.told(company)
