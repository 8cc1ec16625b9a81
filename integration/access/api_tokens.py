"""API tokens ``prefix.secret``: a person in one portal, with scopes that only take away (control 15)."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from integration import audit
from integration.access import actors
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import ApiToken, Person, Portal

PREFIX = "dbk_"
USED_EVERY = timedelta(minutes=1)
"""``last_used_at`` is written no more often than this."""
# What a missing token is compared with, so that an unknown prefix takes as long as a wrong secret.
NOBODY = hashlib.sha256(b"").hexdigest()


def create(
    person: Person,
    portal: Portal,
    name: str,
    scopes: Collection[Right],
    now: datetime,
    *,
    expires_at: datetime | None = None,
    actor: Actor | None = None,
) -> tuple[ApiToken, str]:
    """The token's row and its text, which is shown once and kept nowhere."""
    prefix, secret = PREFIX + secrets.token_hex(5), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        portal=portal,
        person=person,
        name=name,
        prefix=prefix,
        secret_sha256=_hash(secret),
        scopes=sorted(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    audit.record(
        "token.created",
        actor=actor,
        person=person,
        portal=portal,
        subject=("token", token.pk),
        after={"name": name, "scopes": sorted(scopes), "expires_at": expires_at},
        origin="" if actor else "command",
        now=now,
    )
    return token, f"{prefix}.{secret}"


def find(text: str, now: datetime) -> ApiToken | None:
    """The token that was given, if it is known, neither revoked nor expired, and its secret fits."""
    prefix, _, secret = text.partition(".")
    known = ApiToken.objects.everywhere("a token names its portal").filter(prefix=prefix[:16])
    token = known.select_related("person", "portal").first()
    kept = token.secret_sha256 if token is not None else NOBODY
    if not hmac.compare_digest(_hash(secret), kept) or token is None:
        return None
    is_over = token.expires_at is not None and token.expires_at <= now
    if token.revoked_at is not None or is_over:
        return None
    return token  # type: ignore[no-any-return]


def actor_of(token: ApiToken, now: datetime, *, ip: str = "", request_id: str = "") -> Actor | None:
    """The token's person with the rights that both have now; None when they left the portal."""
    known = {right.value for right in Right}
    actor = actors.of_person(
        token.person,
        token.portal,
        origin="token",
        limited_to=frozenset(Right(scope) for scope in token.scopes if scope in known),
        ip=ip,
        request_id=request_id,
    )
    if actor and (token.last_used_at is None or now - token.last_used_at > USED_EVERY):
        mine = ApiToken.objects.for_portal(token.portal).filter(pk=token.pk)
        mine.update(last_used_at=now)
    return actor


def revoke(token: ApiToken, actor: Actor, now: datetime) -> None:
    """End a token; doing it twice changes nothing."""
    open_ones = ApiToken.objects.for_portal(token.portal).filter(pk=token.pk, revoked_at=None)
    if open_ones.update(revoked_at=now):
        audit.record(
            "token.revoked",
            actor=actor,
            portal=token.portal,
            subject=("token", token.pk),
            after={"name": token.name},
            now=now,
        )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
