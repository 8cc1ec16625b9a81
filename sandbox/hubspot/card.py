"""What ``hubspot.fetch`` does when a person opens the app's card: one signed call to the product."""

import asyncio
import http.client
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sandbox.core.messages import Request, Response, html_response
from sandbox.hubspot.layout import e
from sandbox.hubspot.signatures import signed_headers
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.tokens import APP_ID, CLIENT_SECRET

if TYPE_CHECKING:
    from sandbox.hubspot.pages import Pages

TIMEOUT_SECONDS = 15
MOST_BYTES = 1_000_000
TITLES = {"wizard": "Create invoice", "existing": "Add existing invoice"}
Outgoing = tuple[str, bytes, dict[str, str]]


@dataclass(slots=True)
class Answer:
    """``status`` 0 means that no answer came; ``text`` then says why."""

    status: int
    text: str

    def url(self) -> str:
        """The address to show in the frame, or nothing."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return ""
        found = value.get("url", "") if isinstance(value, dict) else ""
        is_web = isinstance(found, str) and found.startswith(("http://", "https://"))
        return found if is_web and self.status == 200 else ""

    def message(self) -> str:
        try:
            value: Any = json.loads(self.text)
        except ValueError:
            value = None
        for name in ("message", "detail", "error"):
            if isinstance(value, dict) and isinstance(value.get(name), dict):
                value = value[name]
            if isinstance(value, dict) and isinstance(value.get(name), str):
                return str(value[name])
        return self.text[:300]


def send(outgoing: Outgoing) -> Answer:
    """POST once; a failed connection or a 5xx is tried a second time, as HubSpot does."""
    for attempt in (1, 2):
        answer = _send_once(*outgoing)
        if 0 < answer.status < 500 or attempt == 2:
            return answer
    return answer


def _send_once(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", f"{parts.path}?{parts.query}", body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_BYTES).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, f"{parts.netloc} did not answer ({type(error).__name__}).")
    finally:
        connection.close()


class Card:
    def __init__(self, pages: "Pages") -> None:
        self.pages = pages
        self.last: Outgoing | None = None

    def _outgoing(
        self, portal: Portal, record: Record, user: dict[str, Any], action: str, variant: str
    ) -> Outgoing:
        world = self.pages.hubspot.world
        query = (
            f"userId={user['userId']}&userEmail={quote(user['email'], safe='')}"
            f"&portalId={portal.id}&appId={APP_ID}"
        )
        url = f"{world.addresses.get('product', '')}/card/launch?{query}"
        body = json.dumps(
            {"objectId": record.id, "objectTypeId": record.kind.type_id, "action": action}
        ).encode()
        stamp = int(world.clock.now().timestamp() * 1000)
        return url, body, signed_headers(CLIENT_SECRET, "POST", url, body, stamp, variant)

    def open(self, request: Request) -> Awaitable[Response]:
        """``portal``, ``kind`` (type id), ``deal`` (the record's id), ``action`` (wizard, panel,
        existing); ``variant``: stale, tampered, replay."""
        form = request.form()
        portal, record = self.pages.with_card(
            form.get("portal", ""), form.get("kind", ""), form.get("deal", "")
        )
        user = self.pages.user(request, portal)
        variant, action = form.get("variant", ""), form.get("action", "wizard")
        if variant == "replay" and self.last is not None:
            outgoing = self.last
        else:
            outgoing = self._outgoing(portal, record, user, action, variant)
        self.last = outgoing

        async def answer() -> Response:
            loop = asyncio.get_running_loop()
            got = await loop.run_in_executor(None, send, outgoing)
            return self._show(request, portal, record, got, action)

        return answer()

    def _show(
        self, request: Request, portal: Portal, record: Record, got: Answer, action: str
    ) -> Response:
        title = TITLES.get(action, "Invoices")
        if not got.url():
            said = f"Status {got.status}." if got.status else "No answer."
            text = (
                f'<div class="error" role="alert"><strong>{e(title)} could not be opened.</strong> '
                f"{e(said)} {e(got.message())}</div>"
            )
            return html_response(self.pages.record_html(request, portal, record, notice=text))
        back = f"/contacts/{portal.id}/record/{record.kind.type_id}/{record.id}"
        modal = (
            f'<div class="modal" role="dialog" aria-modal="true" aria-label="{e(title)}"><section>'
            f'<header><h2>{e(title)}</h2><a href="{e(back)}">Close</a></header>'
            f'<iframe title="{e(title)}" name="card" src="{e(got.url())}"></iframe></section></div>'
        )
        return html_response(self.pages.record_html(request, portal, record, modal=modal))
