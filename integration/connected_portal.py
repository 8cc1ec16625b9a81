"""Storing a HubSpot portal that proved who it is, and starting its work."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from integration import audit, grants, jobs, oauth, vault
from integration.access import actors
from integration.access.rights import Right
from integration.consents import ConnectRefused
from integration.disconnecting import give_back
from integration.models import Grant, Membership, OAuthState, Person, Portal
from integration.models.grants import GrantState, Vendor
from integration.models.people import Role
from integration.records.hubspot import PortalFacts

DAILY = timedelta(days=1)
HOURLY = timedelta(hours=1)
MINUTELY = timedelta(minutes=1)


def connect_portal(
    person: Person | None,
    state: OAuthState | None,
    facts: PortalFacts,
    tokens: oauth.Tokens,
    now: datetime,
    *,
    static_for: Portal | None = None,
) -> Portal:
    """New, reconnected, or filled in where a portal waited without its HubSpot side.

    Two people who connect one portal at once end up with one portal and one grant. Raises
    ``ConnectRefused`` when it is another portal than the one to reconnect, or one whose people the
    person does not belong to.
    """
    for is_last in (False, True):
        try:
            with transaction.atomic():
                portal = static_for or _chosen(person, state, facts)
                return _store(portal, person, facts, tokens, now, static=static_for is not None)
        except IntegrityError:
            if is_last:
                raise
        except ConnectRefused:
            give_back("hubspot", str(facts.hub_id), tokens.refresh_token)
            raise
    raise AssertionError("the loop returns or raises")


def _chosen(person: Person | None, state: OAuthState | None, facts: PortalFacts) -> Portal:
    wanted = state.portal if state is not None else None
    known = Portal.objects.select_for_update().filter(hub_id=facts.hub_id).first()
    if wanted is not None and wanted.hub_id is not None and wanted.hub_id != facts.hub_id:
        raise ConnectRefused("connect.other_portal", portal=wanted.name)
    if known is not None:
        actor = actors.of_person(person, known, origin="session") if person else None
        if actor is None or not actor.may(Right.CONNECT):
            raise ConnectRefused("connect.portal_taken")
        return known
    if wanted is not None:
        return Portal.objects.select_for_update().get(pk=wanted.pk)
    return Portal()


def _store(
    portal: Portal,
    person: Person | None,
    facts: PortalFacts,
    tokens: oauth.Tokens,
    now: datetime,
    *,
    static: bool,
) -> Portal:
    was_connected = portal.connected_at is not None
    _fill(portal, facts, now)
    members = Membership.objects.for_portal(portal)
    if person is not None and not members.exists():
        Membership.objects.create(portal=portal, person=person, role=Role.OWNER)
    _grant(portal, person, tokens, now, static)
    audit.record(
        "portal.reconnected" if was_connected else "portal.connected",
        person=person,
        portal=portal,
        subject=("portal", portal.hub_id),
        after={"domain": portal.domain, "currency": portal.currency, "static": static},
        now=now,
    )
    start_work(portal, now)
    return portal


def _fill(portal: Portal, facts: PortalFacts, now: datetime) -> None:
    portal.hub_id = facts.hub_id
    portal.name = portal.name or facts.domain or f"HubSpot {facts.hub_id}"
    portal.domain = facts.domain or portal.domain
    portal.ui_domain = facts.ui_domain
    portal.currency = facts.currency
    portal.additional_currencies = list(facts.additional_currencies)
    portal.time_zone = facts.time_zone
    portal.connected_at = now
    portal.disconnected_at = None
    portal.created_at = portal.created_at or now
    portal.save()


def _grant(
    portal: Portal, person: Person | None, tokens: oauth.Tokens, now: datetime, static: bool
) -> None:
    rows = Grant.objects.for_portal(portal).filter(company=None)
    grant = rows.select_for_update().first() or Grant(portal=portal, vendor=Vendor.HUBSPOT)
    grant.created_at = grant.created_at or now
    grant.hard_expires_at = None
    if static:
        vault.put(grant, "access_token", tokens.access_token)
        grant.refresh_token, grant.access_expires_at, grant.refresh_expires_at = "", None, None
    else:
        grants.store(grant, tokens, now)
    grant.static, grant.scopes = static, list(tokens.scopes)
    grant.state, grant.state_reason, grant.connected_by = GrantState.ACTIVE, "", person
    grant.save()


def start_work(portal: Portal, now: datetime) -> None:
    """What a connected portal owes: its properties, its people and stages, fresh tokens, counts."""
    jobs.resume(portal, vendor="hubspot")
    for kind, every in (
        ("hubspot.setup", DAILY),
        ("portal.directory", HOURLY),
        ("mappings.check", DAILY),
        ("deals.won", HOURLY),
        ("grants.keep_fresh", HOURLY),
        ("usage.flush", MINUTELY),
        ("webhooks.forget", DAILY),
    ):
        jobs.ensure_recurring(kind, portal=portal, every=every, at=now)
        jobs.enqueue(kind, portal=portal, at=now)
