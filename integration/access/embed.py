"""The wizard inside HubSpot's frame: one-time codes, frame sessions and their cookie (control 9).

The card asks ``/card/launch`` and gets an address with a code. ``/embed/start`` burns the code and
sets the only cookie that comes back in a frame of another site: Secure, SameSite=None and
Partitioned. All tabs of one HubSpot page share that cookie, so it holds a key for each of the last
few records: ``<record id>-<key>`` joined by dots (``c`` or ``o`` before the id of a contact or
company, whose ids may equal a deal's). The label only selects; the session's row decides.

Django's CSRF cookie would not come back in the frame. ``csrf_secret`` derives a secret from the
session key instead; ``integration.middleware.EmbedFrames`` hands it to Django's own middleware in
that cookie's place, so ``{% csrf_token %}`` and the check stay Django's.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from integration.access import actors, error_pages
from integration.access.actors import Actor
from integration.access.rights import IN_FRAME
from integration.accounts import client_address
from integration.models import EmbedCode, EmbedSession, Person, Portal

COOKIE = "__Host-embed"
KEYS_IN_COOKIE = 8
CODE_LIFE = timedelta(seconds=60)
IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
"""A session is marked as seen no more often than this: one write a minute, not one a page."""

PAIR = re.compile(r"([co]?\d{1,32})-([0-9a-f]{64})")
RECORD_PATH = re.compile(r"^/embed/(deals|contacts|companies)/(\d{1,32})/")
PREFIXES = {"deals": "", "contacts": "c", "companies": "o"}
HOST = re.compile(r"^[a-z0-9.-]+(:\d{1,5})?$", re.IGNORECASE)
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CSRF_LENGTH = 32  # what Django's CSRF middleware accepts


class CodeRefused(Exception):
    """A one-time code that does not open anything; ``code`` is for ``integration.messages``."""

    def __init__(self, code: str, portal: Portal | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.portal = portal


def issue_code(
    person: Person, portal: Portal, record: tuple[str, str], purpose: str, now: datetime
) -> str:
    """A code for 60 seconds, bound to person, portal, record and purpose; only its hash is kept."""
    code = secrets.token_urlsafe(24)
    EmbedCode.objects.create(
        portal=portal,
        code_sha256=_hash(code),
        person=person,
        object_kind=record[0],
        object_id=record[1],
        purpose=purpose,
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    return code


def burn(code: str, now: datetime) -> EmbedCode:
    """Take a code once. Raises CodeRefused when it is unknown, used or expired."""
    found = EmbedCode.objects.everywhere("a code names its portal").filter(code_sha256=_hash(code))
    # The condition is in the UPDATE, so that of two requests at once only one wins.
    taken = found.filter(used_at=None, expires_at__gt=now).update(used_at=now)
    row = found.select_related("portal", "person").first()
    if row is None:
        raise CodeRefused("access.code_unknown")
    if not taken:
        was_used = row.used_at is not None
        raise CodeRefused(f"access.code_{'used' if was_used else 'expired'}", row.portal)
    return row  # type: ignore[no-any-return]


def open_session(code: EmbedCode, now: datetime) -> str:
    """A session for the record of a burnt code; the key, of which only the hash is kept."""
    key = secrets.token_hex(32)
    with transaction.atomic():
        EmbedCode.objects.for_portal(code.portal).filter(
            expires_at__lt=now - timedelta(days=1)
        ).delete()
        EmbedSession.objects.create(
            portal=code.portal,
            key_sha256=_hash(key),
            person=code.person,
            object_kind=code.object_kind,
            object_id=code.object_id,
            created_at=now,
            seen_at=now,
        )
    return key


def label_of(record: tuple[str, str]) -> str:
    """How the cookie names a record (kind, id)."""
    kind, object_id = record
    return f"{PREFIXES.get(kind, '?')}{object_id}"


def session_of(request: HttpRequest, record: tuple[str, str], now: datetime) -> EmbedSession | None:
    """The frame's session for this record: known, not ended, not idle for 30 minutes nor 8 h old."""
    key = _keys(request).get(label_of(record))
    if key is None:
        return None
    found = EmbedSession.objects.everywhere("a session names its portal")
    session = found.filter(key_sha256=_hash(key)).select_related("portal", "person").first()
    if session is None:
        return None
    request.embed_portal = session.portal  # type: ignore[attr-defined]
    if (session.object_kind, session.object_id) != record:
        return None
    if session.ended_at or now - session.seen_at > IDLE or now - session.created_at > LIFE:
        return None
    if now - session.seen_at > SEEN_EVERY:
        session.seen_at = now
        session.save(update_fields=["seen_at"])
    return session  # type: ignore[no-any-return]


def actor_of(request: HttpRequest, record: tuple[str, str], now: datetime) -> Actor | HttpResponse:
    """The actor of a page in the frame, or the page (401) that says how to open it again.

    Raises Http404 when the frame was opened for other records only.
    """
    session = session_of(request, record, now)
    if session is None:
        if _keys(request) and label_of(record) not in _keys(request):
            raise Http404
        return error_pages.show(request, 401, "access.embed_ended")
    actor = actors.of_person(
        session.person,
        session.portal,
        origin="embed",
        limited_to=IN_FRAME,
        record=(session.object_kind, session.object_id),
        ip=client_address(request),
        request_id=getattr(request, "trace_id", ""),
    )
    if actor is None:
        return error_pages.show(request, 401, "access.launch_person")
    request.user = session.person
    return actor


def end_sessions(person: Person, portal: Portal, now: datetime) -> int:
    """End a person's frames in a portal: they left it, or an admin asked for it."""
    open_ones = EmbedSession.objects.for_portal(portal).filter(person=person, ended_at=None)
    return int(open_ones.update(ended_at=now))


# ------------------------------------------------------------------------------- cookie and frame
def set_cookie(
    request: HttpRequest, response: HttpResponse, record: tuple[str, str], key: str
) -> None:
    """Add the key to the keys that the browser has, newest first."""
    label = label_of(record)
    keys = {label: key, **{i: k for i, k in _keys(request).items() if i != label}}
    pairs = [f"{name}-{value}" for name, value in keys.items()][:KEYS_IN_COOKIE]
    response.set_cookie(
        COOKIE, ".".join(pairs), max_age=LIFE, secure=True, httponly=True, samesite="None", path="/"
    )
    # Python's cookies know no Partitioned before 3.14; the attribute is written behind SameSite.
    response.cookies[COOKIE]["samesite"] = "None; Partitioned"


def csrf_secret(request: HttpRequest) -> str:
    """The CSRF secret of the frame whose record the address names; empty without a session key."""
    named = RECORD_PATH.match(request.path)
    key = _keys(request).get(label_of((named[1], named[2]))) if named else None
    if key is None:
        return ""
    digest = salted_hmac("integration.access.embed.csrf", key, algorithm="sha256").digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CSRF_LENGTH])


def ancestor(portal: Portal | None) -> str:
    """The one site that may show our pages in a frame: the portal's HubSpot; ``'none'`` else."""
    host = portal.ui_domain if portal is not None else ""
    if not HOST.match(host):
        return "'none'"
    return f"{urlsplit(settings.DEALBOOKS['HUBSPOT']['APP_URL']).scheme}://{host}"


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this form; absent is not enough."""
    origin = request.headers.get("Origin", "")
    return hmac.compare_digest(origin.encode(), settings.DEALBOOKS["PUBLIC_URL"].encode())


def _keys(request: HttpRequest) -> dict[str, str]:
    """Record label to session key, newest first, of what the cookie holds in proper form."""
    found: dict[str, str] = {}
    for part in request.COOKIES.get(COOKIE, "").split(".")[:KEYS_IN_COOKIE]:
        pair = PAIR.fullmatch(part)
        if pair:
            found.setdefault(pair[1], pair[2])
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
