"""Trips to a vendor's consent page and back: the OAuth ``state`` (D-02, control 1).

256 random bits, stored hashed, bound to vendor, purpose, portal, company, person, session and
environment; valid once and for ten minutes.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from integration import audit
from integration.access.actors import Actor
from integration.messages import VENDORS
from integration.models import Company, OAuthState, Person, Portal
from integration.models.grants import Purpose

LIFE = timedelta(minutes=10)
LONGEST_CODE = 2048


class ConnectRefused(Exception):
    """No connection was made; ``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Consent:
    """A trip that came back in order: what was asked for, and the vendor's code."""

    state: OAuthState
    code: str
    secret: str
    """The state itself, from which PKCE's secret is made."""


def depart(
    vendor: str,
    purpose: Purpose,
    person: Person,
    *,
    portal: Portal | None,
    company: Company | None,
    session_key: str,
    now: datetime,
) -> str:
    """Remember the trip; the ``state`` to send along."""
    secret = secrets.token_urlsafe(32)
    OAuthState.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    OAuthState.objects.create(
        state_sha256=_hash(secret),
        vendor=vendor,
        purpose=purpose,
        portal=portal,
        company=company,
        person=person,
        session_key=_hash(session_key),
        environment=settings.DEALBOOKS["VENDORS"],
        created_at=now,
        expires_at=now + LIFE,
    )
    return secret


def arrive(
    vendor: str, person: Person, params: Mapping[str, str], session_key: str, now: datetime
) -> Consent:
    """Check the way back and burn the state; raises ``ConnectRefused``, always audited."""
    secret = params.get("state", "")
    row = _find(secret)
    try:
        _check(row, vendor, person, session_key, now) if secret else _refuse(
            "state_missing", vendor
        )
        assert row is not None  # noqa: S101 _check refused None
        return Consent(row, _code(vendor, params), secret)
    except ConnectRefused as refusal:
        note_refusal(refusal, vendor, person, row.portal if row else None, now)
        raise


def note_refusal(
    refusal: ConnectRefused, vendor: str, person: Person, portal: Portal | None, now: datetime
) -> None:
    """One row of history for every connection that was not made."""
    audit.record(
        "connection.refused",
        person=person,
        portal=portal,
        subject=("vendor", vendor),
        after={"reason": refusal.code},
        now=now,
    )


def owner(actor: Actor | Person) -> Person:
    """The person behind either; connecting needs one."""
    person = actor.person if isinstance(actor, Actor) else actor
    if person is None:
        raise ValueError("a person connects, not a machine")
    return person


def _find(secret: str) -> OAuthState | None:
    rows = OAuthState.objects.select_related("portal", "company", "person")
    return rows.filter(state_sha256=_hash(secret)).first() if secret else None


def _check(
    row: OAuthState | None, vendor: str, person: Person, session_key: str, now: datetime
) -> None:
    """Burn first, judge then: a state that is shown in the wrong place is spent as well."""
    if row is None:
        _refuse("state_unknown", vendor)
        return
    burnt = OAuthState.objects.filter(pk=row.pk, used_at=None).update(used_at=now)
    refusals = (
        ("state_used", not burnt),
        ("state_expired", row.expires_at <= now),
        ("other_vendor", row.vendor != vendor),
        ("other_session", row.person_id != person.pk or row.session_key != _hash(session_key)),
        ("other_environment", row.environment != settings.DEALBOOKS["VENDORS"]),
    )
    for code, is_wrong in refusals:
        if is_wrong:
            _refuse(code, vendor)


def _code(vendor: str, params: Mapping[str, str]) -> str:
    error = params.get("error", "")
    if error == "access_denied":
        _refuse("denied", vendor)
    if error:
        raise ConnectRefused("connect.vendor_error", vendor=VENDORS[vendor], detail=error[:100])
    code = params.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        _refuse("code_missing", vendor)
    return code


def _refuse(code: str, vendor: str) -> None:
    raise ConnectRefused(f"connect.{code}", vendor=VENDORS[vendor])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
