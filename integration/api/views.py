"""``/api/v1/``: who am I, and what is connected; the document of all endpoints and its page."""

from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

import integration.api.schema  # noqa: F401  registers how tokens are described
from integration.access import api_tokens, error_pages
from integration.access.pages import signed_in_page
from integration.access.rights import Right
from integration.access.routes import Door, entrance
from integration.api.base import PortalApiView
from integration.api.paging import pages
from integration.api.serializers import ConnectionFields, MeFields
from integration.clock import now
from integration.models import Grant
from integration.models.tenancy import PortalQuerySet

OPENAPI_TYPE = "application/vnd.oai.openapi+json"


class Me(PortalApiView):
    """Whom the token speaks for, in which portal, and what it may do now."""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="me", responses=MeFields, tags=["Account"])
    def get(self, request: Request) -> Response:
        actor = self.actor
        found = {
            "person": actor.person,
            "portal": actor.portal,
            "role": actor.membership.role if actor.membership else "",
            "rights": sorted(actor.rights),
            "companies": actor.companies().order_by("name"),
            "token": request._request.api_token,
        }
        return Response(MeFields(found).data)


@extend_schema_view(get=extend_schema(operation_id="connections", tags=["Account"]))
class Connections(PortalApiView, ListAPIView[Grant]):
    """HubSpot and the QuickBooks companies of the portal, with the state of each connection."""

    rights: ClassVar = {"GET": Right.VIEW}
    serializer_class = ConnectionFields
    pagination_class = pages("created_at")
    filter_backends: ClassVar[list[Any]] = []

    def get_queryset(self) -> PortalQuerySet:
        grants = Grant.objects.for_portal(self.actor.portal).select_related("company", "portal")
        return grants.filter(Q(company=None) | self.actor.company_condition())


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for signed-in people and for tokens."""
    if not _may_read(request):
        return error_pages.show(request, 401, "access.token_missing")
    found = SchemaGenerator().get_schema(request=None, public=True)
    return JsonResponse(found, content_type=OPENAPI_TYPE)


@signed_in_page
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page, from files of our own: no other site is asked."""
    return render(request, "api/docs.html", {"schema_url": reverse("api-schema")})


def _may_read(request: HttpRequest) -> bool:
    if getattr(request, "user", AnonymousUser()).is_authenticated:
        return True
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and api_tokens.find(text.strip(), now()) is not None


entrance(openapi, Door.SIGNED_IN, reason="describes the API; shows no data")
