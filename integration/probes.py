"""For the operator's monitoring: ``/readyz`` and ``/metrics`` (B-18, control 29).

``/readyz`` says to anybody whether this process can work, and to this machine what it lacks.
``/metrics`` answers this machine, or a token with the right to operate for its own portal.
"""

import ipaddress
from collections.abc import Callable
from datetime import datetime

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import generate_latest
from redis.exceptions import RedisError

from integration.access import api_tokens
from integration.access.rights import Right
from integration.access.routes import Door, entrance
from integration.clock import now  # noqa: TID251  a view
from integration.measures import registry
from integration.models import Job, Portal

TEXT = "text/plain; version=0.0.4; charset=utf-8"
PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

log = structlog.stdlib.get_logger(__name__)


def ready(request: HttpRequest) -> HttpResponse:
    """200, or 503 with the names of what is missing; asked before anything else sees the request."""
    missing = [name for name, works in (("database", _database), ("redis", _redis)) if not works()]
    if not missing:
        return _plain("ok", 200)
    log.error("not ready", missing=missing)
    text = f"missing: {', '.join(missing)}" if is_this_machine(request) else "not ready"
    return _plain(text, 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text: lag, work set aside, connections' states and days left, vendor calls."""
    instant = now()
    if is_this_machine(request):
        return _measured(None, instant)
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = api_tokens.find(text.strip(), instant) if scheme.lower() == "bearer" else None
    actor = api_tokens.actor_of(token, instant) if token else None
    if actor is None:
        return _plain("A token is needed.", 401, {"WWW-Authenticate": "Bearer"})
    actor.require(Right.OPERATE)
    return _measured(actor.portal, instant)


def is_this_machine(request: HttpRequest) -> bool:
    """Whether the caller sits on this machine itself, not behind a proxy that does."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback


def _measured(portal: Portal | None, instant: datetime) -> HttpResponse:
    return HttpResponse(generate_latest(registry(portal, instant)), content_type=TEXT)


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    fixed = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(text, status=status, content_type="text/plain", headers=fixed)


def _database() -> bool:
    """It answers, and takes writes: a copy that only reads lets nobody work (fault 68)."""
    return _works(_write_nothing, DatabaseError)


def _write_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{Job._meta.db_table}" WHERE false')  # noqa: S608  our own name


def _redis() -> bool:
    return _works(lambda: cache.get("readiness"), RedisError)


def _works(ask: Callable[[], object], trouble: type[Exception]) -> bool:
    try:
        ask()
    except trouble:
        return False
    return True


entrance(metrics, Door.OPERATOR, reason="this machine, or a token with the right to operate")
