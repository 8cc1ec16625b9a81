"""The life of a grant's tokens (B-03): one locked renewal at a time, stored before use, lost loudly.

Every change of a grant after its creation goes through here, under the row's lock. The vendor's
token call inside that lock is the one documented exception to "nothing leaves the house inside a
transaction": without it two workers could renew one rotating token at once (fault 2).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction

from integration import audit, jobs, oauth, vault
from integration.crashpoints import crashpoint
from integration.gateways.errors import NeedsReconnect, Unavailable
from integration.models import Grant
from integration.models.grants import GrantState

ALIVE = (GrantState.ACTIVE, GrantState.EXPIRING)
EARLY = timedelta(minutes=5)
"""A token with less left than this is renewed before it is used."""
SHORT_LIVED = 0.25
"""But never before three quarters of its life are over."""
PAUSED = "connect.needs_reconnect"
NOTICE = "connection.notice"
log = structlog.stdlib.get_logger("dealbooks.grants")


def store(grant: Grant, tokens: oauth.Tokens, now: datetime) -> None:
    """Put fresh tokens into the row (not saved): sealed, with their ends as instants."""
    vault.put(grant, "access_token", tokens.access_token)
    vault.put(grant, "refresh_token", tokens.refresh_token)
    grant.access_expires_at = now + timedelta(seconds=tokens.expires_in)
    grant.refresh_expires_at = _after(now, tokens.refresh_expires_in)
    grant.hard_expires_at = _after(now, tokens.hard_expires_in) or grant.hard_expires_at
    grant.refreshed_at = now
    grant.epoch += 1


def is_due(grant: Grant, now: datetime) -> bool:
    """Whether the access token should be renewed before it is used."""
    if grant.static or grant.access_expires_at is None:
        return False
    life = grant.access_expires_at - (grant.refreshed_at or grant.created_at)
    return grant.access_expires_at - now < min(EARLY, life * SHORT_LIVED)


def require_alive(grant: Grant | None, vendor: str) -> Grant:
    """The grant if it may be used; raises ``NeedsReconnect`` without asking the vendor."""
    if grant is None or grant.state not in ALIVE:
        reason = grant.state_reason if grant else ""
        raise NeedsReconnect(reason or PAUSED, vendor=vendor, sent=False)
    return grant


def renew(grant: Grant, wanted: Callable[[Grant], bool], now: datetime) -> Grant:
    """The row as it is after at most one renewal; ``wanted`` judges it under the lock.

    A sibling that renewed it meanwhile makes ``wanted`` false, and its tokens are used. Raises
    ``NeedsReconnect`` (remembered, work paused), ``Unavailable``, or what the token call ended in.
    """
    refused: NeedsReconnect | None = None
    try:
        with transaction.atomic(durable=True):
            row = require_alive(_locked(grant), grant.vendor)
            if wanted(row):
                refused = _renew(row, now)
    except OperationalError:
        # A web request waits for a sibling's renewal only as long as its statements may take.
        raise Unavailable("net.token_busy", vendor=grant.vendor, sent=False) from None
    if refused is not None:
        raise refused
    return row


def _renew(row: Grant, now: datetime) -> NeedsReconnect | None:
    crashpoint("grants.renew.before")
    try:
        tokens = oauth.refresh(row.vendor, vault.take(row, "refresh_token"))
    except NeedsReconnect as error:
        _lose(row, error.code, now)
        return error
    crashpoint("grants.renew.answered")
    store(row, tokens, now)
    row.save()
    return None


def lose(grant: Grant, rejected: str, code: str, now: datetime) -> None:
    """Even a renewed token was refused: stop the connection, unless it was renewed since."""
    with transaction.atomic(durable=True):
        row = _locked(grant)
        if row is not None and row.state in ALIVE and vault.take(row, "access_token") == rejected:
            _lose(row, code, now)


def _lose(row: Grant, code: str, now: datetime) -> None:
    """Needs reconnect: remembered, audited, its work paused, its people told once."""
    before = row.state
    row.state, row.state_reason = GrantState.NEEDS_RECONNECT, code
    row.save(update_fields=["state", "state_reason"])
    log.warning("connection lost", vendor=row.vendor, reason_code=code, portal=str(row.portal_id))
    audit.record(
        "grant.needs_reconnect",
        portal=row.portal,
        company=row.company,
        subject=("grant", row.pk),
        before={"state": before},
        after={"state": row.state, "reason": code},
        now=now,
    )
    jobs.pause(row.portal, row.company, PAUSED, row.vendor)
    tell(row, PAUSED, {}, now)


def tell(row: Grant, code: str, parameters: dict[str, str], now: datetime) -> None:
    """Mail the people who can reconnect, once, by a job of its own."""
    jobs.enqueue(
        NOTICE,
        portal=row.portal,
        subject=f"{code}:{row.pk}",
        parameters={"code": code, "grant": str(row.pk), **parameters},
        at=now,
    )


def days_left(grant: Grant, now: datetime) -> int | None:
    """Whole days until the connection ends by itself; None when nobody knows of an end."""
    end = ends_at(grant)
    return None if end is None else max(0, (end - now).days)


def ends_at(grant: Grant) -> datetime | None:
    """When the vendor ends it: unused for too long, or at its hard end; None when unknown."""
    ends = [at for at in (grant.refresh_expires_at, grant.hard_expires_at) if at is not None]
    return min(ends, default=None)


def _locked(grant: Grant) -> Grant | None:
    rows = Grant.objects.everywhere("one grant by its id, under its lock")
    locked = rows.select_for_update(of=("self",)).select_related("portal", "company")
    return locked.filter(pk=grant.pk).first()  # type: ignore[no-any-return]


def _after(now: datetime, seconds: int | None) -> datetime | None:
    return now + timedelta(seconds=seconds) if seconds is not None else None
