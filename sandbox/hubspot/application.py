"""HubSpot on one port: token endpoints, the API in all its versions, and pages for people."""

import random
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.core.application import VendorApplication
from sandbox.core.messages import Request, Response, json_response
from sandbox.hubspot import memory
from sandbox.hubspot.calls import Call, UnsupportedMedia
from sandbox.hubspot.consent import Consent
from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.limits import Meter
from sandbox.hubspot.noted import noted
from sandbox.hubspot.oauth_api import OAuth
from sandbox.hubspot.pages import Pages
from sandbox.hubspot.quickbooks_app import QuickBooksApp
from sandbox.hubspot.routes import add_api_routes
from sandbox.hubspot.seed import seed_hubspot
from sandbox.hubspot.store import Portal
from sandbox.hubspot.switches import SWITCHES
from sandbox.hubspot.tokens import Grant, Vault
from sandbox.hubspot.values import iso
from sandbox.hubspot.webhooks import Webhooks
from sandbox.hubspot.wire_state import portal_state

if TYPE_CHECKING:
    from sandbox.core.world import World

__all__ = ["SWITCHES", "HubSpot"]


class HubSpot(VendorApplication):
    vendor = "hubspot"
    kept_classes = memory.CLASSES
    kept_by_name = memory.BY_NAME

    def __init__(self, world: "World") -> None:
        super().__init__(world)
        self.portals: dict[int, Portal] = {}
        self.vault = Vault(world.clock)
        self.meter = Meter(world.switches)
        self.dice = random.Random(0)
        self.oauth = OAuth(self)
        self.webhooks = Webhooks(self)
        self.consent = Consent(self)
        self.pages = Pages(self)
        add_api_routes(self)
        self.consent.add_routes(self.router)
        self.pages.add_routes(self.router)
        self.router.add("GET POST", "/__sandbox/hubspot/webhooks", self.webhook_settings)
        traces = QuickBooksApp(self)
        self.router.add("POST", "/__sandbox/hubspot/quickbooks-app", traces.answer)

    @property
    def base_url(self) -> str:
        return str(self.world.addresses.get("hubspot", "http://localhost:9200"))

    def new_correlation(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))

    def account_of(self, request: Request) -> str:
        grant, _ = self.vault.grant_of(request.bearer())
        return str(grant.portal_id) if grant else ""

    # -- API calls

    def api(
        self, handler: Callable[..., Response], version: str, is_search: bool = False
    ) -> Callable[..., Response]:
        """Authenticate, count against the limits, carry out, and put refusals in HubSpot's words.

        ``version`` is fixed for undated paths; dated ones take it from the path.
        """

        def answer(request: Request, **parameters: str) -> Response:
            try:
                chosen = parameters.pop("version", version)
                grant, portal = self._authenticate(request)
                limited = self._count(portal, grant, is_search)
                call = Call(request, portal, grant, chosen, self.base_url)
                response = handler(call, **parameters)
            except HubSpotError as error:
                return self.refusal(error)
            except UnsupportedMedia:
                return Response(415, b"", {})
            finally:
                self.webhooks.flush()
            response.headers.update(limited)
            return response

        return answer

    def _authenticate(self, request: Request) -> tuple[Grant, Portal]:
        token = request.bearer()
        grant, expired = self.vault.grant_of(token)
        if grant is None:
            raise HubSpotError(
                401,
                "Authentication credentials not found. This API supports OAuth 2.0 authentication "
                "and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
                "INVALID_AUTHENTICATION",
            )
        if expired is not None:
            ago = int((self.world.clock.now() - expired).total_seconds())
            raise HubSpotError(
                401,
                f"The OAuth token used to make this call expired {ago} second(s) ago.",
                "EXPIRED_AUTHENTICATION",
                context={"expire time": [iso(int(expired.timestamp() * 1000))]},
            )
        return grant, self.portals[grant.portal_id]

    def _count(self, portal: Portal, grant: Grant, is_search: bool) -> dict[str, str]:
        """Search answers carry no rate headers."""
        if is_search:
            self.meter.count_search(portal, grant)
            return {}
        self.meter.count_call(portal, grant)
        return self.meter.headers(portal, grant)

    def refusal(self, error: HubSpotError) -> Response:
        correlation = self.new_correlation()
        headers = {"x-hubspot-correlation-id": correlation}
        if error.status == 429 and self.world.switches["retry_after_on_429"]:
            headers["retry-after"] = str(self.world.switches["retry_after_on_429"])
        return json_response(error.body(correlation), error.status, headers)

    def webhook_settings(self, request: Request) -> Response:
        return self.webhooks.settings(request)

    def observe(self, portal: Portal, **facts: Any) -> None:
        """Every change of stored state: into the history, and out as webhooks."""
        self.world.history.change(**noted(portal, facts))
        self.webhooks.notice(portal, facts)

    # -- VendorApplication

    def after(self, request: Request, response: Response) -> Response:
        response.headers.setdefault("x-hubspot-correlation-id", self.new_correlation())
        return response

    def not_found(self, request: Request, allowed: tuple[str, ...]) -> Response:
        if allowed:
            error = HubSpotError(405, "HTTP 405 Method Not Allowed", "")
            answer = self.refusal(error)
            answer.headers["allow"] = ", ".join(allowed)
            return answer
        return self.refusal(HubSpotError(404, "HTTP 404 Not Found", ""))

    def crashed(self, request: Request, trace: str) -> Response:
        return self.refusal(HubSpotError(500, "internal error", "INTERNAL_ERROR"))

    def _start_over(self) -> None:
        self.dice = random.Random(0)
        self.vault = Vault(self.world.clock)
        self.meter = Meter(self.world.switches)
        self.webhooks.postman.clear()
        self.webhooks = Webhooks(self)
        self.portals = {}

    def seed(self, scenario: dict[str, Any]) -> None:
        self._start_over()
        self.portals = seed_hubspot(self, scenario)

    def remember(self) -> dict[str, Any]:
        return memory.remember(self)

    def recall(self, memories: dict[str, Any]) -> None:
        self._start_over()
        memory.recall(self, memories)

    def state(self) -> dict[str, Any]:
        return {str(number): portal_state(portal) for number, portal in self.portals.items()}
