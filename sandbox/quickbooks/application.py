"""QuickBooks Online behind one port: OAuth, the v3 API, pages for people."""

import hashlib
from typing import Any

from sandbox.core.application import VendorApplication
from sandbox.core.messages import Request, Response, json_response, redirect
from sandbox.core.world import World
from sandbox.quickbooks import memory, pages, refusals, seed
from sandbox.quickbooks.api import Api
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.consent import Consent
from sandbox.quickbooks.controls import Controls
from sandbox.quickbooks.identity import USER, discovery
from sandbox.quickbooks.limits import Limits
from sandbox.quickbooks.noted import noted
from sandbox.quickbooks.oauth import ACCOUNTING, Authority, Grant
from sandbox.quickbooks.records import Record
from sandbox.quickbooks.signing import keys
from sandbox.quickbooks.switches import SWITCHES
from sandbox.quickbooks.webhooks import Webhooks

__all__ = ["SWITCHES", "QuickBooks"]

V3 = "/v3/company/"


class QuickBooks(VendorApplication):
    vendor = "quickbooks"
    kept_classes = memory.CLASSES
    kept_by_name = memory.BY_NAME

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.companies: dict[str, Books] = {}
        self.traces = 0
        self.grant: Grant | None = None
        """The grant of the request being carried out."""
        self._start_over()
        self._add_routes()
        Api(self).add_routes(self.router)
        Consent(self).add_routes(self.router)
        pages.Pages(self).add_routes(self.router)
        Controls(self).add_routes(world.admin.router)

    def _start_over(self) -> None:
        self.companies.clear()
        self.authority = Authority(self.world.clock.now, lambda: self.world.switches)
        self.limits = Limits(self.world)
        self.webhooks = Webhooks(self)
        self.replies: dict[tuple[str, str, str], tuple[float, bytes, Response]] = {}
        """(realm, client, requestid) -> (when, digest of the body, the answer)."""

    def _add_routes(self) -> None:
        add = self.router.add
        add("GET", "/", lambda request: redirect("/app/"))
        for name in ("openid_sandbox_configuration", "openid_configuration"):
            add("GET", f"/.well-known/{name}", self.discovery)
        add("GET", "/op/v1/jwks", lambda request: json_response(keys()))
        add("POST", "/oauth2/v1/tokens/bearer", lambda request: self.authority.token(request))
        add("POST", "/v2/oauth2/tokens/revoke", lambda request: self.authority.revoke(request))
        add("GET", "/v1/openid_connect/userinfo", self.user_info)

    @property
    def base(self) -> str:
        return self.world.addresses.get("quickbooks", "http://localhost:9100")

    def discovery(self, request: Request) -> Response:
        return json_response(discovery(self.base, self.authority.issuer))

    def user_info(self, request: Request) -> Response:
        grant, detail = self.authority.holder(request.bearer())
        if grant is None or "openid" not in grant.scopes:
            return refusals.bad_token(detail or "No openid scope", self._now_ms())
        return json_response(USER)

    # -- books

    def open_books(self, realm: str, zone: str) -> Books:
        """A new, empty company."""
        books = Books(realm, zone, self.world.clock.now, lambda: self.world.switches, self._changed)
        self.companies[realm] = books
        return books

    def _changed(
        self,
        books: Books,
        operation: str,
        record: Record,
        at: int,
        before: Record | None = None,
        merged_id: str = "",
    ) -> None:
        """``at`` in epoch seconds."""
        if books.seeding_at is None:
            facts = noted(books.realm, operation, record, before)
            self.world.history.change(**facts, at=at, merged_id=merged_id)
            self.webhooks.note(books.realm, record.kind, record.id, operation, merged_id)

    # -- VendorApplication

    def is_admin(self, request: Request) -> bool:
        """The test endpoints below ``/__sandbox/quickbooks/`` answer on both ports."""
        return request.path.startswith("/__sandbox")

    def account_of(self, request: Request) -> str:
        if not request.path.startswith(V3):
            return ""
        return request.path[len(V3) :].partition("/")[0]

    def before(self, request: Request) -> Response | None:
        """Token, realm, subscription, limits; then the remembered answer of a requestid."""
        self.grant = None
        if not request.path.startswith(V3):
            return None
        answer = (
            self._refuse_token(request) or self._refuse_limits(request) or self._replay(request)
        )
        if answer is not None:
            self.grant = None
        return answer

    def _refuse_token(self, request: Request) -> Response | None:
        realm = self.account_of(request)
        stamp = self.stamp(realm)
        if self.world.switches["environment_mismatch"]:
            text = "AuthenticationErrorGeneral: Accessing Wrong Cluster"
            return refusals.xml_fault(
                401, "AUTHENTICATION", "130", "Accessing Wrong Cluster", text, stamp
            )
        grant, detail = self.authority.holder(request.bearer())
        if grant is None:
            return refusals.bad_token(detail, self._now_ms())
        books = self.companies.get(realm)
        if books is None or grant.realm != realm or ACCOUNTING not in grant.scopes:
            if self.world.switches["wrong_realm_answer"] == "401":
                text = (
                    "AuthenticationErrorGeneral: SRV-110-Authentication Failure , statusCode: 401"
                )
                return refusals.xml_fault(
                    401, "AUTHENTICATION", "100", "General Authentication Error", text, stamp
                )
            return refusals.forbidden("The app has no access to this company.", self._now_ms())
        self.grant = grant
        return self._refuse_status(books)

    def _refuse_status(self, books: Books) -> Response | None:
        if books.status == "lost_access":
            message = "AuthorizationFailure: the user has no access to this company"
            refusal = refusals.Refusal("120", message, kind="AuthorizatonFault", status=401)
            return self.refused(refusal, books)
        if books.status == "ended":
            refusal = refusals.Refusal(
                "6190",
                "Invalid Company Status",
                "Invalid Company Status : Subscription period has ended or was canceled.",
            )
            return self.refused(refusal, books)
        return None

    def _refuse_limits(self, request: Request) -> Response | None:
        if self.grant is None:
            return None
        realm, client = self.grant.realm, self.grant.client_id
        if self.limits.exceeded(realm, client, request, metered(request)):
            form = str(self.world.switches["throttle_body"])
            return refusals.throttled(form, self.stamp(realm))
        return None

    def _reply_key(self, request: Request) -> tuple[str, str, str] | None:
        word = request.query.get("requestid", "")
        if not word or request.method != "POST" or self.grant is None:
            return None
        heeded = self.world.switches["upload_requestid"] == "honoured"
        if request.path.endswith("/upload") and not heeded:
            return None
        return self.grant.realm, self.grant.client_id, word

    def _replay(self, request: Request) -> Response | None:
        key = self._reply_key(request)
        if key is None or key not in self.replies:
            return None
        at, digest, answer = self.replies[key]
        kept = float(self.world.switches["requestid_retention_seconds"])
        if kept and self.world.clock.now().timestamp() - at > kept:
            del self.replies[key]
            return None
        other = digest != hashlib.sha256(request.body).digest()
        if other and self.world.switches["requestid_other_body"] == "refuse":
            refusal = refusals.Refusal("600", "Duplicate Request ID", "Duplicate Request ID")
            return self.refused(refusal, self.companies[key[0]])
        return answer

    def after(self, request: Request, response: Response) -> Response:
        if self.grant is not None:
            self.limits.count(self.grant, request, response, metered(request))
            self._remember(request, response)
        self.traces += 1
        trace = f"1-{self.traces:08x}-{hashlib.md5(str(self.traces).encode()).hexdigest()[:24]}"
        headers = {**response.headers, "intuit_tid": trace}
        if request.path.startswith(V3):
            headers["QBO-Version"] = "2026.11.0"
        return Response(response.status, response.body, headers)

    def _remember(self, request: Request, response: Response) -> None:
        key = self._reply_key(request)
        if key is None or response.status in (401, 403, 429) or response.status >= 500:
            return
        if response.status != 200 and not self.world.switches["requestid_replays_faults"]:
            return
        digest = hashlib.sha256(request.body).digest()
        self.replies[key] = (self.world.clock.now().timestamp(), digest, response)

    def not_found(self, request: Request, allowed: tuple[str, ...]) -> Response:
        if request.path.startswith(V3) and self.account_of(request) in self.companies:
            books = self.companies[self.account_of(request)]
            what = request.method if allowed else request.path.rpartition("/")[2]
            return self.refused(refusals.unsupported_operation(what), books)
        return Response(
            405 if allowed else 404,
            b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>",
            {"content-type": "text/html"},
        )

    def crashed(self, request: Request, trace: str) -> Response:
        refusal = refusals.Refusal(
            "10000",
            "An application error has occurred while processing your request",
            "System Failure Error: An application error has occurred while processing your request",
            kind="SystemFault",
            status=500,
        )
        return self.refused(refusal, self.companies.get(self.account_of(request)))

    def refused(self, refusal: refusals.Refusal, books: Books | None) -> Response:
        fault = refusal.fault(str(self.world.switches["fault_language"]))
        stamp = books.time() if books else self.world.clock.now().isoformat()
        return json_response({"Fault": fault, "time": stamp}, refusal.status)

    def stamp(self, realm: str) -> str:
        books = self.companies.get(realm)
        return books.time() if books else self.world.clock.now().isoformat(timespec="milliseconds")

    def _now_ms(self) -> int:
        return int(self.world.clock.now().timestamp() * 1000)

    def seed(self, scenario: dict[str, Any]) -> None:
        self.webhooks.stop()
        self._start_over()
        seed.load(self, scenario)

    def remember(self) -> dict[str, Any]:
        return memory.remember(self)

    def recall(self, memories: dict[str, Any]) -> None:
        self._start_over()
        memory.recall(self, memories)

    def state(self) -> dict[str, Any]:
        return {
            "companies": {
                realm: {
                    kind: [record.data for record in table.by_id.values()]
                    for kind, table in books.tables.items()
                    if table.by_id
                }
                for realm, books in self.companies.items()
            },
            "mails": {realm: books.outbox for realm, books in self.companies.items()},
            "meter": self.limits.report(),
            "grants": [
                {"realm": g.realm, "client": g.client_id, "revoked": g.revoked}
                for g in self.authority.grants
            ],
        }


def metered(request: Request) -> bool:
    """CorePlus reads: GET, query, CDC. Writes are free."""
    return request.method == "GET" or request.path.endswith("/query")
