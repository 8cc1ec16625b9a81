"""The authorize page: choose one company, allow or deny (reference section 1.2)."""

from typing import TYPE_CHECKING

from sandbox.core.messages import Request, Response, html_response, redirect
from sandbox.core.routing import Router
from sandbox.quickbooks.identity import USER, back
from sandbox.quickbooks.markup import e, hidden, page
from sandbox.quickbooks.oauth import SCOPES, Client

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks

PASSED_ON = ("client_id", "response_type", "scope", "redirect_uri", "state")
FRAME_HEADERS = {"x-frame-options": "DENY", "cache-control": "no-store"}


class Consent:
    def __init__(self, application: "QuickBooks") -> None:
        self.application = application

    def add_routes(self, router: Router) -> None:
        router.add("GET", "/connect/oauth2", self.show)
        router.add("POST", "/connect/oauth2", self.decide)

    def _check(self, facts: dict[str, str]) -> Client | Response:
        """The client, or a page (never a redirect) when client or redirect address are wrong."""
        client = self.application.authority.clients.get(facts.get("client_id", ""))
        if client is None:
            return self._sorry("The client_id is not one of the registered apps.")
        if not client.allows(facts.get("redirect_uri", "")):
            return self._sorry(
                "The redirect_uri query parameter value is invalid. Make sure it is listed in the "
                "Redirect URIs section on your app's keys tab and matches it exactly."
            )
        return client

    def _sorry(self, text: str) -> Response:
        body = (
            '<div class="card narrow"><h1>Sorry, but this app did not connect</h1>'
            f"<p>{e(text)}</p></div>"
        )
        return html_response(page("Did not connect", body), 400, FRAME_HEADERS)

    def _refusal(self, facts: dict[str, str]) -> Response | None:
        """Errors that go back to the app."""
        uri, state = facts["redirect_uri"], facts.get("state", "")
        scopes = facts.get("scope", "").split()
        if facts.get("response_type") != "code":
            return redirect(back(uri, error="unsupported_response_type", state=state))
        if not scopes or not set(scopes) <= SCOPES:
            return redirect(back(uri, error="invalid_scope", state=state))
        return None

    def show(self, request: Request) -> Response:
        client = self._check(request.query)
        if isinstance(client, Response):
            return client
        refused = self._refusal(request.query)
        if refused is not None:
            return refused
        fields = "".join(hidden(name, request.query.get(name, "")) for name in PASSED_ON)
        choices = "".join(
            f'<label class="choice"><input type="radio" name="realm" value="{e(realm)}" required>'
            f"<span>{e(books.company['CompanyName'])}<br>"
            f'<span class="soft">{e(books.company["Country"])} · {e(books.home_currency)} · '
            f"{e(realm)}</span></span></label>"
            for realm, books in self.application.companies.items()
        )
        body = (
            f'<div class="card narrow"><h1>Connect {e(client.name)} to QuickBooks</h1>'
            f"<p>Signed in as {e(str(USER['email']))}. {e(client.name)} asks to read and change the "
            "accounting data of one company. Choose the company; for another one, connect again.</p>"
            f'<form method="post" action="/connect/oauth2">{fields}{choices}'
            '<p class="row"><button class="main" name="decision" value="allow">Allow</button>'
            '<button name="decision" value="deny" formnovalidate>Deny</button></p></form></div>'
        )
        return html_response(page("Connect", body), headers=FRAME_HEADERS)

    def decide(self, request: Request) -> Response:
        form = request.form()
        client = self._check(form)
        if isinstance(client, Response):
            return client
        refused = self._refusal(form)
        if refused is not None:
            return refused
        uri, state = form["redirect_uri"], form.get("state", "")
        if form.get("decision") != "allow":
            return redirect(back(uri, error="access_denied", state=state))
        realm = form.get("realm", "")
        if realm not in self.application.companies:
            return self._sorry("No company was chosen. Go back and choose one.")
        scopes = tuple(form["scope"].split())
        code = self.application.authority.consent(client, realm, scopes, uri)
        return redirect(back(uri, code=code, state=state, realmId=realm))
