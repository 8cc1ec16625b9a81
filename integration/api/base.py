"""What every endpoint of ``/api/v1/`` shares: a token's actor, a right, limits, and no cookies.

    class InvoiceList(PortalApiView, ListAPIView):
        rights = {"GET": Right.VIEW}
        pagination_class = pages("-updated_at")

``self.actor`` answers what the caller may see; its portal is the token's. A method without a right
is not allowed. Errors raised anywhere below become problem documents (``integration.api.errors``).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from django.conf import settings
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from integration.access import api_tokens
from integration.access.actors import Actor, Forbidden
from integration.access.rights import Right
from integration.access.routes import Door, Entrance
from integration.access.throttles import Allowance, allowance
from integration.accounts import client_address
from integration.clock import now
from integration.models import ApiToken, Person

SCHEME = "bearer"
WRONG_TOKENS_A_MINUTE = 30


class TokenRefused(exceptions.AuthenticationFailed):
    """401 with a sentence of its own."""

    def __init__(self, message_code: str) -> None:
        super().__init__()
        self.message_code = message_code


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <prefix>.<secret>``; sets the person and, as ``auth``, their actor."""

    def authenticate(self, request: Request) -> tuple[Person, Actor]:
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME or not text.strip():
            raise TokenRefused("access.token_missing")
        instant, address = now(), client_address(request)
        token = api_tokens.find(text.strip(), instant)
        actor = token and self._actor(token, request, address)
        if not token or not actor:
            left = allowance("wrong-token", address, WRONG_TOKENS_A_MINUTE, 60)
            if not left.is_free:
                raise exceptions.Throttled(wait=left.wait)
            raise TokenRefused("access.token_invalid")
        request._request.api_token = token
        structlog.contextvars.bind_contextvars(portal=str(actor.portal.pk), prefix=token.prefix)
        return token.person, actor

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Dealbooks"'

    def _actor(self, token: ApiToken, request: Request, address: str) -> Actor | None:
        trace = getattr(request, "trace_id", "")
        return api_tokens.actor_of(token, now(), ip=address, request_id=trace)


class HasRight(BasePermission):
    """The view names a right for each method it takes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        method = "GET" if request.method == "HEAD" else str(request.method)
        right = view.rights.get(method)
        if right is None:
            raise exceptions.MethodNotAllowed(method)
        actor: Actor = request.auth
        actor.require(right)
        if view.all_deals and not actor.sees_all_deals:
            raise Forbidden("access.all_deals")
        if "company_id" in view.kwargs:
            actor.company(view.kwargs["company_id"], right)
        return True


class TokenThrottle(BaseThrottle):
    """So many calls a minute for each token (control 16); the headers say what is left."""

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.DEALBOOKS.get("API_CALLS_A_MINUTE", 600)
        self.left = allowance("api", str(request._request.api_token.pk), limit, 60)
        request._request.allowance = self.left
        return self.left.is_free

    def wait(self) -> float:
        return float(self.left.wait)


class PortalApiView(APIView):
    """Base, also as a mixin of DRF's generic views and viewsets. ``rights`` is by HTTP method."""

    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = [TokenAuthentication]
    permission_classes: ClassVar[list[type[BasePermission]]] = [HasRight]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [TokenThrottle]
    rights: ClassVar[Mapping[str, Right]] = {}
    all_deals: ClassVar[bool] = False
    """For answers about whole companies: not for those who see only their own deals (D-05)."""
    entrance: ClassVar[Entrance] = Entrance(Door.API)

    @property
    def actor(self) -> Actor:
        """Who is calling; its portal scopes every query."""
        actor: Actor = self.request.auth
        return actor

    def finalize_response(
        self, request: Request, response: Response, *arguments: Any, **named: Any
    ) -> Response:
        answered = super().finalize_response(request, response, *arguments, **named)
        left: Allowance | None = getattr(request._request, "allowance", None)
        for name, value in (left.headers() if left else {}).items():
            answered.headers.setdefault(name, value)
        return answered
