"""``/api/v1/companies/<company>/won-and-paid``: what happens when deals are won and paid (E-01, B-30).

PATCH may be repeated: the same choices make no new version and no second event.
"""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import sessions
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.waiting import given
from integration.clock import now
from integration.company_settings import SettingsChanged
from integration.models import Company
from invoices import automation
from invoices.automation_form import AutomationForm, fitting
from invoices.models.deal_automation import PaidAction

TAGS = ["Settings"]
CHOSEN = ("enabled", "stages", "paid_action", "paid_property", "paid_value", "paid_stage")


class AutomationFields(serializers.Serializer[Any]):
    """Nothing of it ever makes an invoice, and what was won or paid before it was chosen stays."""

    enabled = serializers.BooleanField(
        required=False, help_text="Make a draft when a deal comes to one of `stages`."
    )
    stages = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        help_text="HubSpot's ids of the deal stages that count as won.",
    )
    paid_action = serializers.ChoiceField(
        PaidAction.choices,
        required=False,
        help_text="What happens once when all invoices of a deal are paid in full.",
    )
    paid_property = serializers.CharField(required=False, allow_blank=True, max_length=200)
    paid_value = serializers.CharField(required=False, allow_blank=True, max_length=500)
    paid_stage = serializers.CharField(required=False, allow_blank=True, max_length=64)
    version = serializers.IntegerField(
        required=False,
        help_text="Say the one you read, and choices that somebody changed since are left alone "
        "(409 `automation.changed_meanwhile`).",
    )


class StageFields(serializers.Serializer[Any]):
    """A deal stage in HubSpot. ``taken_by``: the company whose drafts its deals make already."""

    id = serializers.CharField()
    label = serializers.CharField()
    pipeline = serializers.CharField()
    is_won = serializers.BooleanField()
    taken_by = serializers.CharField(allow_blank=True)


class PropertyFields(serializers.Serializer[Any]):
    """A deal property that may be set; `options` are the values it takes, where it takes only some."""

    name = serializers.CharField()
    label = serializers.CharField()
    type = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())


class ChoiceFields(serializers.Serializer[Any]):
    """As HubSpot has them at this moment."""

    stages = StageFields(many=True)
    properties = PropertyFields(many=True)


DRAFTS = OpenApiExample(
    "Drafts for won deals, and a stage for paid ones",
    {
        "enabled": True,
        "stages": ["closedwon"],
        "paid_action": "stage",
        "paid_stage": "paid",
        "version": 1,
    },
    request_only=True,
)


class WonAndPaid(PortalApiView):
    """What a company does with won and paid deals."""

    rights: ClassVar = {"GET": Right.MAP, "PATCH": Right.MAP}

    @extend_schema(operation_id="won_and_paid", tags=TAGS, responses=AutomationFields)
    def get(self, request: Request, company_id: UUID) -> Response:
        return Response(_told(self.actor.company(company_id, Right.MAP)))

    @extend_schema(
        operation_id="change_won_and_paid",
        tags=TAGS,
        request=AutomationFields,
        responses=AutomationFields,
        examples=[DRAFTS],
    )
    def patch(self, request: Request, company_id: UUID) -> Response:
        """What is left out stays. Stages and properties are checked against HubSpot's."""
        company = self.actor.company(company_id, Right.MAP)
        form = _form(company, {**_stored(company), **given(AutomationFields, request)})
        if not form.is_valid():
            raise ApiProblem("api.invalid", status=422, errors=_errors(form))
        version = form.cleaned_data["version"]
        try:
            automation.change(self.actor, company, form.values(), version=version, now=now())
        except SettingsChanged as changed:
            raise ApiProblem(
                "automation.changed_meanwhile", status=409, name=company.name
            ) from changed
        return Response(_told(company))


class WonAndPaidChoices(PortalApiView):
    """What may be chosen."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(operation_id="won_and_paid_choices", tags=TAGS, responses=ChoiceFields)
    def get(self, request: Request, company_id: UUID) -> Response:
        """Read from HubSpot: two calls."""
        company = self.actor.company(company_id, Right.MAP)
        hubspot, taken = sessions.hubspot(company.portal), automation.taken_stages(company)
        stages = [
            {
                "id": each.id,
                "label": each.label,
                "pipeline": each.pipeline,
                "is_won": each.is_won,
                "taken_by": taken.get(each.id, ""),
            }
            for each in hubspot.pipeline_stages()
        ]
        properties = [
            {
                "name": each.name,
                "label": each.label,
                "type": each.type,
                "options": [value for value, _label in each.options],
            }
            for each in fitting(hubspot.properties("deals"))
        ]
        return Response(ChoiceFields({"stages": stages, "properties": properties}).data)


def _form(company: Company, said: dict[str, Any]) -> AutomationForm:
    """The page's own form with the page's own checks."""
    hubspot = sessions.hubspot(company.portal, urgent=True)
    return AutomationForm(
        said,
        stages=hubspot.pipeline_stages(),
        properties=hubspot.properties("deals"),
        taken=automation.taken_stages(company),
    )


def _errors(form: AutomationForm) -> list[dict[str, str]]:
    return [
        {"field": name, "detail": " ".join(map(str, found))} for name, found in form.errors.items()
    ]


def _stored(company: Company) -> dict[str, Any]:
    row = automation.of_company(company)
    return {name: getattr(row, name) for name in (*CHOSEN, "version")}


def _told(company: Company) -> dict[str, Any]:
    return dict(AutomationFields(_stored(company)).data)
