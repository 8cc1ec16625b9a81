"""The way into the frame: the card's launch, the one-time code, and the browser that keeps no cookie.

``POST /card/launch`` (signed by HubSpot) answers ``{"url": …}``; ``GET /embed/start`` burns the code
and answers 302; ``GET /embed/check`` sees whether the cookie came back.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from integration import audit, messages
from integration.access import actors, embed, error_pages
from integration.access.embed import CodeRefused
from integration.access.pages import EMBEDDED
from integration.access.rights import IN_FRAME
from integration.access.routes import Door, entrance
from integration.access.throttles import allowance
from integration.clock import now
from integration.models import EmbedCode, Membership, Portal
from integration.webhooks.signatures import BadSignature, verify_v3

KINDS = {"0-3": "deals", "0-1": "contacts", "0-2": "companies"}
"""HubSpot's object type ids of the records that have the card."""
PURPOSES = {
    "deals": {"wizard": "wizard", "panel": "panel", "existing": "existing-invoices"},
    "contacts": {"panel": "record", "existing": "existing-invoices"},
    "companies": {"panel": "record", "existing": "existing-invoices"},
}
"""What the card may ask for, and the name of the page where the frame then begins."""
OF_A_DEAL = ("wizard", "panel")
"""Pages that ``record_paths`` registered; the others are of ``crm_record_paths``."""
LAUNCHES_A_MINUTE = 30

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Launch:
    """What the signed request of the card says; ``record`` is (kind, id)."""

    hub_id: str
    user_id: str
    record: tuple[str, str]
    purpose: str


@csrf_exempt  # signed by HubSpot instead; it carries no cookie
@require_POST
def launch(request: HttpRequest) -> HttpResponse:
    """An address for the frame, for the person that HubSpot names (control 9).

    The card sends ``{"objectId": "101", "objectTypeId": "0-3", "action": "wizard"}`` (``0-1`` on a
    contact, ``0-2`` on a company; actions ``panel`` and ``existing`` exist on all three); HubSpot adds
    ``portalId`` and ``userId`` to the query and signs all of it. Repeating it is harmless.
    """
    instant = now()
    try:
        _verify(request, instant)
    except BadSignature as refused:
        log.warning("card launch refused", reason=refused.reason)
        return error_pages.show(request, 401, "access.launch_refused")
    wanted = _launch(request)
    if wanted is None:
        return error_pages.show(request, 400, "access.launch_record")
    portal = Portal.objects.filter(hub_id=wanted.hub_id, disconnected_at=None).first()
    if portal is None:
        return error_pages.show(request, 404, "access.launch_portal")
    limit = allowance("launch", f"{wanted.hub_id}/{wanted.user_id}", LAUNCHES_A_MINUTE, 60)
    if not limit.is_free:
        return error_pages.show(request, 429, "generic.too_many", seconds=limit.wait)
    return _issue(request, portal, wanted)


def _issue(request: HttpRequest, portal: Portal, wanted: Launch) -> HttpResponse:
    members = Membership.objects.for_portal(portal).filter(hubspot_user_id=wanted.user_id)
    membership = members.select_related("person").first()
    actor = membership and actors.of_person(
        membership.person,
        portal,
        origin="embed",
        limited_to=IN_FRAME,
        record=wanted.record,
    )
    if not actor or actor.person is None:
        return error_pages.show(request, 403, "access.launch_person")
    instant = now()
    code = embed.issue_code(actor.person, portal, wanted.record, wanted.purpose, instant)
    audit.record(
        "embed.started",
        actor=actor,
        portal=portal,
        subject=wanted.record,
        after={"purpose": wanted.purpose},
        now=instant,
    )
    return JsonResponse({"url": _start_url(code)})


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Burn the code and set the cookie; 302 always, or 401 with the reason."""
    instant = now()
    try:
        code = embed.burn(request.GET.get("code", ""), instant)
    except CodeRefused as refused:
        request.embed_portal = refused.portal  # type: ignore[attr-defined]
        return _quiet(error_pages.show(request, 401, refused.code))
    request.embed_portal = code.portal  # type: ignore[attr-defined]
    key = embed.open_session(code, instant)
    spare = _again(code)
    record = (code.object_kind, code.object_id)
    query = urlencode({"record": code.object_id, "purpose": code.purpose, "again": spare})
    response = HttpResponseRedirect(f"{reverse('embed-check')}?{query}")
    embed.set_cookie(request, response, record, key)
    return _quiet(response)


@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """On to the page when the cookie came back; else "Open in a new tab" with a fresh code.

    The code in this address is burnt before anything is shown.
    """
    instant = now()
    try:
        code = embed.burn(request.GET.get("again", ""), instant)
    except CodeRefused as refused:
        request.embed_portal = refused.portal  # type: ignore[attr-defined]
        return _quiet(error_pages.show(request, 401, refused.code))
    request.embed_portal = code.portal  # type: ignore[attr-defined]
    if embed.session_of(request, (code.object_kind, code.object_id), instant) is not None:
        return _quiet(HttpResponseRedirect(_entry(code)))
    context = {
        "message": messages.message("access.cookie_refused"),
        "url": _start_url(_again(code)),
        "embedded": True,
    }
    return _quiet(render(request, "embed_new_tab.html", context))


def _entry(code: EmbedCode) -> str:
    """The page that the code was issued for."""
    name = PURPOSES[code.object_kind][code.purpose]
    if name in OF_A_DEAL:
        return reverse(f"{EMBEDDED}{name}", kwargs={"deal_id": code.object_id})
    named = {"object_kind": code.object_kind, "record_id": code.object_id}
    return reverse(f"{EMBEDDED}{name}", kwargs=named)


def _again(code: EmbedCode) -> str:
    record = (code.object_kind, code.object_id)
    return embed.issue_code(code.person, code.portal, record, code.purpose, now())


def _start_url(code: str) -> str:
    query = urlencode({"code": code})
    return f"{settings.DEALBOOKS['PUBLIC_URL']}{reverse('embed-start')}?{query}"


def _quiet(response: HttpResponse) -> HttpResponse:
    """The address holds a code: it is told to nobody and kept nowhere."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def _verify(request: HttpRequest, instant: Any) -> None:
    query = request.META.get("QUERY_STRING", "")
    address = f"{settings.DEALBOOKS['PUBLIC_URL']}{request.path}"
    verify_v3(
        str(request.method),
        f"{address}?{query}" if query else address,
        request.body,
        timestamp=request.headers.get("X-HubSpot-Request-Timestamp", ""),
        signature=request.headers.get("X-HubSpot-Signature-v3", ""),
        secrets=settings.DEALBOOKS["HUBSPOT_SIGNING_SECRETS"],
        now=instant,
    )


def _launch(request: HttpRequest) -> Launch | None:
    """The record and the person; None when a part is missing, doubled or not a number."""
    query = parse_qs(request.META.get("QUERY_STRING", ""))
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return None
    kind = KINDS.get(str(body.get("objectTypeId", "0-3"))) if isinstance(body, dict) else None
    if kind is None:
        return None
    numbers = [query.get("portalId", []), query.get("userId", []), [str(body.get("objectId", ""))]]
    if any(len(found) != 1 or not _is_id(found[0]) for found in numbers):
        return None
    purpose = str(body.get("action", next(iter(PURPOSES[kind]))))
    if purpose not in PURPOSES[kind]:
        return None
    return Launch(numbers[0][0], numbers[1][0], (kind, numbers[2][0]), purpose)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


entrance(launch, Door.SIGNED, reason="HubSpot's signature v3 names portal and person")
entrance(start, Door.PUBLIC, reason="the one-time code is the key")
entrance(check, Door.PUBLIC, reason="the one-time code is the key")
