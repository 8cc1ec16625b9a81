"""``/api/v1/companies/<id>/sync``: how sync stands, and "Sync now" for programs (D-29)."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.clock import now
from sync import services
from sync.serializers import SyncFields

TAGS = ["Sync"]


class CompanySync(PortalApiView):
    """Sync of one QuickBooks company."""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.RUN_SYNC}

    @extend_schema(operation_id="sync", tags=TAGS, responses=SyncFields)
    def get(self, request: Request, company_id: UUID) -> Response:
        """How it stands."""
        company = self.actor.company(company_id)
        return Response(SyncFields(services.status(company, now())).data)

    @extend_schema(operation_id="sync_now", tags=TAGS, request=None, responses={202: SyncFields})
    def post(self, request: Request, company_id: UUID) -> Response:
        """Look for changes now. Asking again while a run is going on starts no second one."""
        company = self.actor.company(company_id, Right.RUN_SYNC)
        services.sync_now(self.actor, company, now())
        return Response(SyncFields(services.status(company, now())).data, status=202)
