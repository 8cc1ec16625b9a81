"""Ending a connection so that it stays ended (D-03, B-19)."""

from datetime import datetime
from typing import Literal

import structlog
from django.conf import settings
from django.db import transaction

from integration import audit, jobs, oauth, vault
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.errors import GatewayError, RateLimited, Unavailable
from integration.models import Company, Grant, Portal
from integration.models.grants import GrantState

REVOKE = "grants.revoke"
SETTLE = "invoices.settle"
"""What becomes of invoices that were being created when their company's work was forgotten."""
DISCONNECTED = "connect.disconnected"
Choice = Literal["keep", "mark"]
log = structlog.stdlib.get_logger("dealbooks.grants")


def disconnect_company(actor: Actor, company: Company, choice: Choice, now: datetime) -> None:
    """Work stops at once, history stays, the access is given back.

    ``choice`` says what becomes of what was synced: ``keep`` it, or ``mark`` it.
    """
    actor.require(Right.CONNECT, company)
    if choice not in ("keep", "mark"):
        raise ValueError(choice)
    with transaction.atomic():
        rows = Company.objects.for_portal(actor.portal).select_for_update()
        locked = rows.get(pk=company.pk)
        if locked.disconnected_at is not None:
            return
        locked.disconnected_at, locked.after_disconnect = now, choice
        locked.save(update_fields=["disconnected_at", "after_disconnect"])
        grant = _end(actor.portal, locked)
        jobs.cancel(actor.portal, locked)
        owe_settling(locked, now)
        audit.record(
            "company.disconnected", actor=actor, portal=actor.portal, company=locked,
            subject=("company", locked.pk), after={"choice": choice}, now=now,
        )  # fmt: skip
    _revoke_or_owe(grant, now)


def disconnect_portal(actor: Actor, portal: Portal, now: datetime) -> None:
    """Nothing is read from or written to HubSpot any more; companies and history stay."""
    actor.require(Right.CONNECT)
    if actor.portal.pk != portal.pk:
        raise ValueError("another portal's actor")
    with transaction.atomic():
        locked = Portal.objects.select_for_update().get(pk=portal.pk)
        if locked.disconnected_at is not None:
            return
        locked.disconnected_at = now
        locked.save(update_fields=["disconnected_at"])
        grant = _end(locked, None)
        jobs.pause(locked, None, DISCONNECTED, "hubspot")
        audit.record(
            "portal.disconnected", actor=actor, portal=locked,
            subject=("portal", locked.hub_id), now=now,
        )  # fmt: skip
    _revoke_or_owe(grant, now)


def owe_settling(company: Company, now: datetime) -> None:
    """The portal's own work, because the company's is forgotten at its end."""
    jobs.enqueue(
        SETTLE,
        portal=company.portal,
        subject=str(company.pk),
        parameters={"company": str(company.pk)},
        at=now,
    )


def _end(portal: Portal, company: Company | None) -> Grant | None:
    rows = Grant.objects.for_portal(portal).filter(company=company)
    grant = rows.select_for_update(of=("self",)).first()
    if grant is not None:
        grant.state, grant.state_reason = GrantState.DISCONNECTED, DISCONNECTED
        grant.access_token, grant.access_expires_at = "", None
        grant.save()
    return grant  # type: ignore[no-any-return]


def _revoke_or_owe(grant: Grant | None, now: datetime) -> None:
    """Give the access back now, or later by a job when the vendor cannot be asked."""
    if grant is None or grant.static:
        return
    try:
        finish_revoking(grant)
    except (Unavailable, RateLimited):
        jobs.enqueue(
            REVOKE,
            portal=grant.portal,
            subject=str(grant.pk),
            parameters={"grant": str(grant.pk)},
            at=now,
        )


def finish_revoking(grant: Grant) -> None:
    """Revoke a disconnected grant and forget its token; raises while the vendor is away."""
    token = vault.take(grant, "refresh_token")
    if grant.state != GrantState.DISCONNECTED or not token:
        return
    account = grant.company.realm_id if grant.company else str(grant.portal.hub_id)
    if not is_shared(grant.vendor, account):
        try:
            oauth.revoke(grant.vendor, token)
        except (Unavailable, RateLimited):
            raise
        except GatewayError as error:  # it was dead already: just as good
            log.info("revoked token was not alive", vendor=grant.vendor, error_code=error.code)
    rows = Grant.objects.for_portal(grant.portal_id).filter(pk=grant.pk)
    rows.filter(state=GrantState.DISCONNECTED).update(refresh_token="")


def give_back(vendor: str, account: str, refresh_token: str) -> None:
    """Revoke tokens that were never stored, unless a living connection shares their grant.

    A vendor that cannot be asked now is not asked again: nobody holds these tokens any more.
    """
    if not refresh_token or (account and is_shared(vendor, account)):
        return
    try:
        oauth.revoke(vendor, refresh_token)
    except GatewayError as error:
        log.warning("access not given back", vendor=vendor, error_code=error.code)


def is_shared(vendor: str, account: str) -> bool:
    """Whether a connection that is alive uses the same realm or portal."""
    if vendor == "quickbooks":
        return (
            Company.objects.everywhere("another portal may hold the same realm")
            .filter(
                realm_id=account,
                environment=settings.DEALBOOKS["VENDORS"],
                disconnected_at=None,
            )
            .exists()
        )
    connected = Portal.objects.filter(hub_id=int(account or 0), disconnected_at=None)
    return connected.exclude(connected_at=None).exists()
