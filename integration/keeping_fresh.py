"""Connections that nobody uses stay alive, and those that will end are announced (B-03, fault 6)."""

from datetime import datetime, timedelta

import structlog

from integration import audit, disconnecting, grants, vault
from integration.gateways.errors import AccountBlocked, GatewayError, NeedsReconnect
from integration.models import AuditEvent, Grant, PendingConnection, Portal
from integration.models.grants import GrantState

IDLE = timedelta(hours=20)
"""Renewed when not used for so long: looked at hourly, that is once a day."""
WARN_DAYS = (14, 7, 1)
EXPIRING = "connect.expiring"
log = structlog.stdlib.get_logger("dealbooks.grants")


def keep_fresh(portal: Portal, now: datetime) -> None:
    """Renew idle grants of the portal, warn 14, 7 and 1 days before an end, drop stale consents.

    One connection that cannot be renewed does not keep the others from it; what was only a
    moment's trouble is raised at the end, so that the job comes back soon.
    """
    trouble: GatewayError | None = None
    rows = Grant.objects.for_portal(portal).filter(static=False, state__in=grants.ALIVE)
    for grant in rows.select_related("portal", "company"):
        try:
            fresh = _renewed(grant, now)
        except (NeedsReconnect, AccountBlocked) as error:
            log.warning("connection not renewed", vendor=grant.vendor, error_code=error.code)
        except GatewayError as error:
            trouble = error
        else:
            _announce(fresh, now)
    _drop_unconfirmed(portal, now)
    if trouble is not None:
        raise trouble


def _renewed(grant: Grant, now: datetime) -> Grant:
    def is_idle(row: Grant) -> bool:
        return row.refreshed_at is None or now - row.refreshed_at >= IDLE

    return grants.renew(grant, is_idle, now) if is_idle(grant) else grant


def _announce(grant: Grant, now: datetime) -> None:
    """Active or expiring by the days that are left; each threshold is told once."""
    days, end = grants.days_left(grant, now), grants.ends_at(grant)
    is_ending = days is not None and days <= WARN_DAYS[0]
    state = GrantState.EXPIRING if is_ending else GrantState.ACTIVE
    if grant.state != state:
        rows = Grant.objects.for_portal(grant.portal_id).filter(pk=grant.pk, epoch=grant.epoch)
        rows.update(state=state, state_reason=EXPIRING if is_ending else "")
    if days is None or end is None or not is_ending:
        return
    threshold = min(each for each in WARN_DAYS if days <= each)
    told = {"threshold": threshold, "ends": end.date().isoformat()}
    events = AuditEvent.objects.for_portal(grant.portal_id).filter(
        action="grant.expiring", subject_id=str(grant.pk)
    )
    if events.filter(after__contains=told).exists():
        return
    audit.record(
        "grant.expiring", portal=grant.portal, company=grant.company,
        subject=("grant", grant.pk), after={**told, "days": days}, now=now,
    )  # fmt: skip
    grants.tell(grant, EXPIRING, {"days": str(days)}, now)


def _drop_unconfirmed(portal: Portal, now: datetime) -> None:
    """Ten minutes are over: the access is given back (D-02)."""
    rows = PendingConnection.objects.for_portal(portal)
    for pending in rows.filter(expires_at__lte=now):
        token = vault.take(pending, "refresh_token")
        rows.filter(pk=pending.pk).delete()
        disconnecting.give_back("quickbooks", pending.realm_id, token)
