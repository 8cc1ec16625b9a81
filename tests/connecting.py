"""Going through the vendors' consent pages as a person does, and the connections that come of it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from integration import connections
from integration.access import actors
from integration.access.actors import Actor
from integration.clock import now
from integration.connections import Purpose
from integration.models import Company, Grant, PendingConnection, Person, Portal
from tests import tenants
from tests.sandbox_process import SandboxProcess

US, AST, UK, ADVANCED = (f"934145000000000{number}" for number in (1, 2, 3, 4))
HUB, OTHER_HUB = 48100001, 48100002
ADMIN = "admin@dealbooks.example"
SESSION = "a-session-of-the-browser"
SECONDS = 10


class _Fields(HTMLParser):
    """The hidden fields of a consent page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.found[given.get("name") or ""] = given.get("value") or ""


def consent(url: str, **answers: str) -> dict[str, str]:
    """Open the consent page, answer its form; the parameters of the way back."""
    page = requests.get(url, timeout=SECONDS)
    assert page.status_code == 200, page.text
    fields = _Fields()
    fields.feed(page.text)
    target = url.split("?")[0]
    answer = requests.post(
        target, data={**fields.found, **answers}, timeout=SECONDS, allow_redirects=False
    )
    assert answer.status_code in (302, 303), answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def allow_hubspot(url: str, hub_id: int = HUB, email: str = "") -> dict[str, str]:
    """As the portal's first Super Admin unless an address says who."""
    url = url.replace(f"/oauth/{hub_id}/authorize", "/oauth/authorize")
    return consent(url, decision="connect", portal_id=str(hub_id), user_email=email)


def allow_quickbooks(url: str, realm: str = US) -> dict[str, str]:
    return consent(url, decision="allow", realm=realm)


def begin(person: Person | Actor, vendor: str, purpose: str = "new", **more: Any) -> str:
    return connections.begin(
        person, vendor, Purpose(purpose), session_key=SESSION, now=now(), **more
    )


def connected_portal(person: Person | None = None, hub_id: int = HUB) -> Portal:
    """A portal connected over OAuth; its first owner is the person."""
    who = person or tenants.person()
    params = allow_hubspot(begin(who, "hubspot"), hub_id)
    return connections.finish_hubspot(who, params, SESSION, now())


def owner_of(portal: Portal) -> Actor:
    member = portal_members(portal)[0]
    found = actors.of_person(member, portal, origin="session")
    assert found is not None
    return found


def portal_members(portal: Portal) -> list[Person]:
    from integration.models import Membership

    rows = Membership.objects.for_portal(portal).select_related("person")
    return [member.person for member in rows]


def held_company(actor: Actor, realm: str = US) -> PendingConnection:
    """Allowed at Intuit, waiting for the confirmation here."""
    params = allow_quickbooks(begin(actor, "quickbooks"), realm)
    assert actor.person is not None
    found = connections.finish_quickbooks(actor.person, params, SESSION, now())
    assert isinstance(found, PendingConnection)
    return found


def connected_company(actor: Actor, realm: str = US) -> Company:
    return connections.confirm(actor, held_company(actor, realm).pk, now())


def grant_of(portal: Portal, company: Company | None = None) -> Grant:
    found = Grant.objects.for_portal(portal).filter(company=company).first()
    assert found is not None
    return found  # type: ignore[no-any-return]


def api_calls(sandbox: SandboxProcess, vendor: str = "") -> Iterator[dict[str, Any]]:
    """Requests since the history was forgotten, without admin and token endpoints."""
    for entry in sandbox.history():
        path = entry.get("path", "")
        if path and vendor in ("", entry["vendor"]) and "oauth" not in path:
            yield entry


def token_calls(sandbox: SandboxProcess, vendor: str = "") -> list[dict[str, Any]]:
    """POSTs to the token endpoints since the history was forgotten."""
    return [
        entry
        for entry in sandbox.history()
        if entry.get("path", "").endswith(("/tokens/bearer", "/2026-03/token"))
        and vendor in ("", entry["vendor"])
    ]
