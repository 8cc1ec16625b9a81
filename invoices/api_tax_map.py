"""``/api/v1/companies/<company>/tax-map``: what HubSpot's tax rates mean in a company (B-25, B-30).

PUT may be repeated: the same map makes no new version and no second event.
"""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration import company_settings, tax_map
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.clock import now
from integration.models import Company
from integration.models.company_settings import UnmappedTax
from invoices.tax_map_form import TaxMapForm, form_of

TAGS = ["Settings"]


class RateFields(serializers.Serializer[Any]):
    """One of HubSpot's tax rates; `tax_code_id` is empty as long as nobody mapped it."""

    rate_id = serializers.CharField(max_length=32, help_text="HubSpot's id of the tax rate.")
    name = serializers.CharField(read_only=True)
    percent = serializers.CharField(read_only=True, allow_null=True)
    tax_code_id = serializers.CharField(
        max_length=32,
        allow_blank=True,
        help_text="QuickBooks' tax code; `TAX` or `NON` in the United States.",
    )


class TaxMapFields(serializers.Serializer[Any]):
    """The company's tax map. Rates that a PUT leaves out stay as they are."""

    version = serializers.IntegerField(help_text="Of the company's settings when they were read.")
    unmapped = serializers.ChoiceField(UnmappedTax.choices)
    non_taxable_code_id = serializers.CharField(max_length=32, allow_blank=True, required=False)
    rates = RateFields(many=True)


class TaxMapView(PortalApiView):
    """Rates as HubSpot told them last; the page of the tax map asks HubSpot anew."""

    rights: ClassVar = {"GET": Right.MAP, "PUT": Right.MAP}

    @extend_schema(operation_id="tax_map", tags=TAGS, responses=TaxMapFields)
    def get(self, request: Request, company_id: UUID) -> Response:
        return Response(_told(self.actor.company(company_id, Right.MAP)))

    @extend_schema(
        operation_id="change_tax_map", tags=TAGS, request=TaxMapFields, responses=TaxMapFields
    )
    def put(self, request: Request, company_id: UUID) -> Response:
        company = self.actor.company(company_id, Right.MAP)
        said = TaxMapFields(data=request.data)
        said.is_valid(raise_exception=True)
        form = _form(company, said.validated_data)
        if not form.is_valid():
            raise ApiProblem("api.invalid", status=422, errors=_errors(form))
        try:
            tax_map.change(
                self.actor,
                company,
                form.chosen(),
                form.settings_values(),
                version=form.cleaned_data["version"],
                now=now(),
            )
        except company_settings.SettingsChanged as changed:
            raise ApiProblem("tax_map.changed_meanwhile", status=409) from changed
        return Response(_told(company))


def _form(company: Company, said: dict[str, Any]) -> TaxMapForm:
    """The page's own form with the page's own checks; unknown rates are refused."""
    rates = tax_map.known_rates(company.portal)
    known = {rate.rate_id for rate in rates}
    unknown = [row["rate_id"] for row in said["rates"] if row["rate_id"] not in known]
    if unknown:
        errors = [{"field": "rates", "detail": f"There is no such rate: {id}."} for id in unknown]
        raise ApiProblem("api.invalid", status=422, errors=errors)
    settings, stored = company_settings.of_company(company), tax_map.codes_by_rate(company)
    stored |= {row["rate_id"]: row["tax_code_id"] for row in said["rates"]}
    data = {
        "version": said["version"],
        "unmapped_tax": said["unmapped"],
        "non_taxable_code_id": said.get("non_taxable_code_id", settings.non_taxable_code_id),
        **{f"code_{rate_id}": code for rate_id, code in stored.items()},
    }
    return form_of(company, rates, data)


def _errors(form: TaxMapForm) -> list[dict[str, str]]:
    return [
        {"field": name.replace("code_", "rates.", 1), "detail": " ".join(map(str, found))}
        for name, found in form.errors.items()
    ]


def _told(company: Company) -> dict[str, Any]:
    settings, codes = company_settings.of_company(company), tax_map.codes_by_rate(company)
    rates = [
        {
            "rate_id": rate.rate_id,
            "name": rate.name,
            "percent": None if rate.percent is None else f"{rate.percent.normalize():f}",
            "tax_code_id": codes.get(rate.rate_id, ""),
        }
        for rate in tax_map.known_rates(company.portal)
    ]
    shown = {
        "version": settings.version,
        "unmapped": settings.unmapped_tax,
        "non_taxable_code_id": settings.non_taxable_code_id,
        "rates": rates,
    }
    return dict(TaxMapFields(shown).data)
