"""The page on which a person connects an app, and what it sends back."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from sandbox.core.messages import Request, Response, html_response, redirect
from sandbox.core.routing import Router
from sandbox.hubspot.layout import e, hidden, options, page
from sandbox.hubspot.store import Portal
from sandbox.hubspot.tokens import ENTERPRISE_ONLY, SCOPES, Grant

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
KEPT = (
    "client_id", "redirect_uri", "scope", "optional_scope", "state", "code_challenge",
    "code_challenge_method",
)  # fmt: skip


class Consent:
    """Wrong requests end on an error page and never go back to the app, as an open redirect would."""

    def __init__(self, hubspot: "HubSpot") -> None:
        self.hubspot = hubspot

    def add_routes(self, router: Router) -> None:
        router.add("GET", "/oauth/authorize", self.show)
        router.add("POST", "/oauth/authorize", self.decide)
        router.add("GET", "/oauth/{portal_id}/authorize", self.show)

    def _problem(self, asked: dict[str, str]) -> str:
        if asked.get("client_id") not in self.hubspot.vault.clients:
            return "The client ID is missing or unknown. Check the app's Auth settings."
        target = urlsplit(asked.get("redirect_uri", ""))
        if target.scheme != "http" or target.hostname not in LOOPBACK or target.fragment:
            return (
                "The redirect URL is not one of the app's. The sandbox takes any loopback http URL."
            )
        unknown = [row for row in self._scopes(asked) if row not in SCOPES]
        if unknown:
            return (
                f"Authorization failed: the app does not declare the scopes {', '.join(unknown)}."
            )
        if not self._scopes(asked):
            return "Authorization failed: the URL asks for no scopes."
        return ""

    def _scopes(self, asked: dict[str, str], name: str = "scope") -> list[str]:
        return asked.get(name, "").replace(",", " ").split()

    def show(self, request: Request, portal_id: str = "") -> Response:
        asked = {name: request.query[name] for name in KEPT if name in request.query}
        problem = self._problem(asked)
        if problem:
            return self._refuse(problem)
        chosen = request.query.get("portal_id", portal_id)
        return html_response(page("Connect app", self._form(request, asked, chosen)))

    def _refuse(self, problem: str, status: int = 400) -> Response:
        text = f'<div class="consent"><h1>Couldn\'t connect the app</h1><p>{e(problem)}</p></div>'
        return html_response(page("Authorization error", text), status)

    def _form(self, request: Request, asked: dict[str, str], chosen: str) -> str:
        portals = [(str(row.id), f"{row.name} ({row.id})") for row in self.hubspot.portals.values()]
        signed_in = self.hubspot.pages.user_email(request)
        people = {
            row["email"]: f"{row['firstName']} {row['lastName']} <{row['email']}>"
            for portal in self.hubspot.portals.values()
            for row in portal.owners
        }
        scopes = "".join(
            f"<li>{e(SCOPES[name])} <span class='quiet'>{e(name)}</span></li>"
            for name in self._scopes(asked)
        )
        optional = "".join(
            f"<li>{e(SCOPES.get(name, name))} <span class='quiet'>{e(name)}</span></li>"
            for name in self._scopes(asked, "optional_scope")
        )
        more = f"<p>If your subscription has it:</p><ul>{optional}</ul>" if optional else ""
        return (
            '<form class="consent" method="post" action="/oauth/authorize">'
            "<h1>Connect Dealbooks to HubSpot</h1>"
            f"{hidden(**asked)}"
            '<label for="portal">Account</label>'
            f'<select id="portal" name="portal_id">{options(portals, chosen)}</select>'
            '<label for="person">Signed in as</label>'
            f'<select id="person" name="user_email">{options(list(people.items()), signed_in)}</select>'
            f"<p>This app will be able to:</p><ul>{scopes}</ul>{more}"
            '<div class="row"><button name="decision" value="connect">Connect app</button>'
            '<button class="plain" name="decision" value="cancel">Cancel</button></div></form>'
        )

    def decide(self, request: Request) -> Response:
        form = request.form()
        problem = self._problem(form)
        if problem:
            return self._refuse(problem)
        if form.get("decision") != "connect":
            return self._back(
                form, error="access_denied", error_description="The user refused the connection"
            )
        portal = self.hubspot.portals.get(int(form.get("portal_id") or 0))
        if portal is None:
            return self._refuse("Choose one of your accounts.")
        user = next((o for o in portal.owners if o["email"] == form.get("user_email")), None)
        user = user or portal.owners[0] if not form.get("user_email") else user
        if user is None:
            return self._refuse(f"This person is not a user of {portal.name}.", 403)
        if user["userId"] not in portal.settings.get("super_admins", []):
            return self._refuse(
                f"{user['firstName']} {user['lastName']} may not install apps in {portal.name}. "
                "Ask a Super Admin, or someone with App Marketplace access.",
                403,
            )
        return self._connect(form, portal, user)

    def _connect(self, form: dict[str, str], portal: Portal, user: dict[str, object]) -> Response:
        wanted = self._scopes(form)
        enterprise = bool(portal.switches.get("enterprise_portal"))
        missing = [row for row in wanted if row in ENTERPRISE_ONLY and not enterprise]
        if missing:
            return self._refuse(
                f"{portal.name} has no subscription for: {', '.join(missing)}.", 403
            )
        extra = [
            row
            for row in self._scopes(form, "optional_scope")
            if row in SCOPES and (enterprise or row not in ENTERPRISE_ONLY)
        ]
        grant = Grant(
            portal.id,
            {"userId": user["userId"], "email": user["email"]},
            frozenset([*wanted, *extra, "oauth"]),
            client_id=form["client_id"],
        )
        challenge = form.get("code_challenge", "")
        seconds = float(self.hubspot.world.switches["authorization_code_seconds"])
        code = self.hubspot.vault.issue_code(grant, form["redirect_uri"], challenge, seconds)
        return self._back(form, code=code)

    def _back(self, form: dict[str, str], **answer: str) -> Response:
        if "state" in form:
            answer["state"] = form["state"]
        target = form["redirect_uri"]
        return redirect(f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}")
