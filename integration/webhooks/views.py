"""``POST /webhooks/quickbooks`` and ``POST /webhooks/hubspot`` (B-17, controls 16 and 21).

200 only once the delivery is stored; 401 for a signature that is missing, wrong or old, and then
nothing is stored; 503 while the database is away, so that the vendor tries again (fault 53).
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integration.access.routes import Door, entrance
from integration.access.throttles import allowance
from integration.accounts import client_address
from integration.clock import now
from integration.models.grants import Vendor
from integration.webhooks import inbox
from integration.webhooks.signatures import BadSignature, verify_intuit, verify_v3

LARGEST = 1024 * 1024
REFUSALS_A_MINUTE = 60
"""Of one address; further ones are not even looked at."""
TRY_AGAIN_SECONDS = "60"

log = structlog.stdlib.get_logger("dealbooks.webhooks")

Verify = Callable[[HttpRequest, bytes, datetime], None]


@csrf_exempt  # signed by Intuit instead; it carries no cookie
@require_POST
def quickbooks(request: HttpRequest) -> HttpResponse:
    """Intuit's notifications, in the classic format or as CloudEvents, of any JSON content type."""
    return _take(request, Vendor.QUICKBOOKS, _by_intuit)


@csrf_exempt  # signed by HubSpot instead; it carries no cookie
@require_POST
def hubspot(request: HttpRequest) -> HttpResponse:
    """HubSpot's arrays of events, signed v3."""
    return _take(request, Vendor.HUBSPOT, _by_hubspot)


def _take(request: HttpRequest, vendor: Vendor, verify: Verify) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    instant = now()
    body = request.body
    try:
        verify(request, body, instant)
    except BadSignature as refused:
        return _refuse(request, vendor, refused.reason)
    try:
        inbox.receive(vendor, body, request.headers.get("Content-Type", ""), instant)
    except (DatabaseError, InterfaceError) as trouble:
        log.error("webhook not stored", vendor=str(vendor), trouble=type(trouble).__name__)
        return HttpResponse(status=503, headers={"Retry-After": TRY_AGAIN_SECONDS})
    return HttpResponse(status=200)


def _refuse(request: HttpRequest, vendor: Vendor, reason: str) -> HttpResponse:
    limit = allowance("webhook", client_address(request), REFUSALS_A_MINUTE, 60)
    log.warning("webhook refused", vendor=str(vendor), reason=reason)
    if limit.is_free:
        return HttpResponse(status=401)
    return HttpResponse(status=429, headers={"Retry-After": str(limit.wait)})


def _by_intuit(request: HttpRequest, body: bytes, instant: datetime) -> None:
    verify_intuit(
        body,
        signature=request.headers.get("intuit-signature", ""),
        tokens=settings.DEALBOOKS["QUICKBOOKS_WEBHOOK_TOKENS"],
    )


def _by_hubspot(request: HttpRequest, body: bytes, instant: datetime) -> None:
    query = request.META.get("QUERY_STRING", "")
    address = f"{settings.DEALBOOKS['PUBLIC_URL']}{request.path}"
    verify_v3(
        str(request.method),
        f"{address}?{query}" if query else address,
        body,
        timestamp=request.headers.get("X-HubSpot-Request-Timestamp", ""),
        signature=request.headers.get("X-HubSpot-Signature-v3", ""),
        secrets=settings.DEALBOOKS["HUBSPOT_SIGNING_SECRETS"],
        now=instant,
    )


entrance(quickbooks, Door.SIGNED, reason="Intuit signs the body with the app's verifier token")
entrance(hubspot, Door.SIGNED, reason="HubSpot's signature v3")
