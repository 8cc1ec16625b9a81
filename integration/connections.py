"""Connecting HubSpot portals and QuickBooks companies (S-11 to S-16, D-01 to D-03).

    url = begin(actor, "quickbooks", Purpose.NEW, portal=portal, session_key=key, now=now)
    … the person allows it at Intuit …
    pending = finish_quickbooks(person, request.GET, session_key=key, now=now)
    company = confirm(actor, pending.pk, now)

Nothing of a new company is stored as connected before the person confirmed it. Vendor calls come
first, then one transaction stores the outcome. Refusals are ``ConnectRefused`` and audited.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from integration import audit, oauth, sessions, vault
from integration.access import actors
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.connected_company import connect_company, hold, renew_company
from integration.connected_portal import connect_portal
from integration.connection_status import ConnectionStatus, status
from integration.consents import ConnectRefused, Consent, arrive, depart, note_refusal, owner
from integration.disconnecting import disconnect_company, disconnect_portal, give_back
from integration.gateways.errors import (
    AccountBlocked,
    GatewayError,
    NeedsReconnect,
    NotFound,
    Rejected,
)
from integration.messages import VENDORS
from integration.models import Company, Membership, PendingConnection, Person, Portal
from integration.models.grants import Purpose
from integration.models.people import Role
from integration.records.hubspot import PortalFacts
from integration.records.quickbooks import CompanyFacts

__all__ = [
    "ConnectRefused", "ConnectionStatus", "Purpose", "begin", "confirm", "decline",
    "disconnect_company", "disconnect_portal", "finish_hubspot", "finish_quickbooks",
    "static_portal", "status",
]  # fmt: skip
REALM = re.compile(r"[0-9]{1,32}")
REFUSED = (NeedsReconnect, Rejected)


def begin(
    actor: Actor | Person,
    vendor: str,
    purpose: Purpose,
    *,
    portal: Portal | None = None,
    company: Company | None = None,
    session_key: str,
    now: datetime,
) -> str:
    """The vendor's consent page to send the person to; raises ``ConnectRefused`` or ``Forbidden``.

    A ``Person`` without an actor connects a HubSpot portal that is new here; an ``Actor`` connects
    what belongs to their portal, or fills a portal that has no HubSpot side yet.
    """
    person = owner(actor)
    if isinstance(actor, Actor):
        actor.require(Right.CONNECT, company)
        portal = portal or actor.portal
    elif vendor != "hubspot" or purpose != Purpose.NEW or portal is not None:
        raise ConnectRefused("connect.no_portal")
    _check_ready(vendor, portal)
    secret = depart(
        vendor, purpose, person, portal=portal, company=company, session_key=session_key, now=now
    )
    subject = ("vendor", vendor)
    audit.record(
        "connection.started",
        person=person,
        portal=portal,
        company=company,
        subject=subject,
        after={"purpose": str(purpose)},
        now=now,
    )
    return oauth.authorize_url(vendor, secret, portal.hub_id if portal else None)


def _check_ready(vendor: str, portal: Portal | None) -> None:
    if not oauth.is_configured(vendor):
        raise ConnectRefused("connect.not_configured", vendor=VENDORS[vendor])
    if vendor == "quickbooks" and (portal is None or portal.hub_id is None):
        raise ConnectRefused("connect.no_portal")


# -- coming back


def finish_hubspot(
    person: Person, params: Mapping[str, str], session_key: str, now: datetime
) -> Portal:
    """The connected portal; its first owner is who connected it. Raises ``ConnectRefused``."""
    consent = arrive("hubspot", person, params, session_key, now)
    try:
        tokens = _exchange("hubspot", consent)
        facts = _verified_portal(tokens)
        return connect_portal(person, consent.state, facts, tokens, now)
    except ConnectRefused as refusal:
        note_refusal(refusal, "hubspot", person, consent.state.portal, now)
        raise


def finish_quickbooks(
    person: Person, params: Mapping[str, str], session_key: str, now: datetime
) -> PendingConnection | Company:
    """A new company waits for ``confirm``; a reconnected one is the Company itself."""
    consent = arrive("quickbooks", person, params, session_key, now)
    try:
        return _finish_quickbooks(person, consent, params.get("realmId", ""), now)
    except ConnectRefused as refusal:
        note_refusal(refusal, "quickbooks", person, consent.state.portal, now)
        raise


def _finish_quickbooks(
    person: Person, consent: Consent, realm_id: str, now: datetime
) -> PendingConnection | Company:
    state = consent.state
    assert state.portal is not None  # noqa: S101 begin refuses QuickBooks without a portal
    tokens = _exchange("quickbooks", consent)
    if not REALM.fullmatch(realm_id):
        oauth_give_back(tokens)
        raise ConnectRefused("connect.realm_missing")
    facts, currency = _verified_company(realm_id, tokens)
    actor = actors.of_person(person, state.portal, origin="session")
    if actor is None or not actor.may(Right.CONNECT):
        give_back("quickbooks", realm_id, tokens.refresh_token)
        raise ConnectRefused("connect.other_session", vendor=VENDORS["quickbooks"])
    if state.company is not None:
        return renew_company(person, state.company, realm_id, facts, tokens, now)
    return hold(person, state.portal, realm_id, facts, currency, tokens, now)


def _exchange(vendor: str, consent: Consent) -> oauth.Tokens:
    try:
        return oauth.exchange(vendor, consent.code, consent.secret)
    except REFUSED:
        raise ConnectRefused("connect.code_refused", vendor=VENDORS[vendor]) from None
    except AccountBlocked as error:
        detail = error.code.partition(".")[2]
        raise ConnectRefused(
            "connect.vendor_error", vendor=VENDORS[vendor], detail=detail
        ) from None
    except GatewayError as error:
        raise ConnectRefused(error.code, vendor=VENDORS[vendor], **error.parameters) from None


def _verified_portal(tokens: oauth.Tokens) -> PortalFacts:
    """HubSpot says itself which portal the token is for; the address is never believed."""
    account = str(tokens.hub_id or "")
    missing = sorted(set(oauth.HUBSPOT_SCOPES) - set(tokens.scopes)) if tokens.scopes else []
    if missing:
        give_back("hubspot", account, tokens.refresh_token)
        raise ConnectRefused(
            "connect.scopes_missing", vendor=VENDORS["hubspot"], detail=", ".join(missing)
        )
    try:
        return sessions.for_new_portal(account, tokens.access_token).portal_facts()
    except GatewayError as error:
        give_back("hubspot", account, tokens.refresh_token)
        raise ConnectRefused(error.code, vendor=VENDORS["hubspot"], **error.parameters) from None


def _verified_company(realm_id: str, tokens: oauth.Tokens) -> tuple[CompanyFacts, str]:
    """The realm in the address is an attacker's to choose: only a call proves it (control 2)."""
    books = sessions.for_new_company(realm_id, tokens.access_token)
    try:
        return books.company_info(), books.preferences().home_currency
    except (NeedsReconnect, AccountBlocked, NotFound, Rejected):
        oauth_give_back(tokens)
        raise ConnectRefused("connect.realm_mismatch") from None
    except GatewayError as error:
        raise ConnectRefused(error.code, vendor=VENDORS["quickbooks"], **error.parameters) from None


def oauth_give_back(tokens: oauth.Tokens) -> None:
    """Tokens of a company nobody could name: nothing of ours can share them."""
    give_back("quickbooks", "", tokens.refresh_token)


# -- confirming


def confirm(actor: Actor, pending_id: UUID | str, now: datetime) -> Company:
    """Connect the company that was held; raises ``ConnectRefused``."""
    actor.require(Right.CONNECT)
    pending = _pending(actor, pending_id)
    if pending.expires_at <= now:
        _drop(actor, pending)
        raise ConnectRefused("connect.pending_expired")
    return connect_company(actor, pending, now)


def decline(actor: Actor, pending_id: UUID | str, now: datetime) -> str:
    """Give the access back; the name of the company that was not connected."""
    actor.require(Right.CONNECT)
    pending = _pending(actor, pending_id)
    name = str(pending.facts.get("name", ""))
    _drop(actor, pending)
    audit.record(
        "company.declined",
        actor=actor,
        portal=actor.portal,
        subject=("realm", pending.realm_id),
        after={"name": name},
        now=now,
    )
    return name


def _pending(actor: Actor, pending_id: UUID | str) -> PendingConnection:
    rows = PendingConnection.objects.for_portal(actor.portal).filter(person=actor.person)
    pending = rows.filter(pk=pending_id).first()
    if pending is None:
        raise ConnectRefused("connect.pending_gone")
    return pending  # type: ignore[no-any-return]


def _drop(actor: Actor, pending: PendingConnection) -> None:
    token = vault.take(pending, "refresh_token")
    PendingConnection.objects.for_portal(actor.portal).filter(pk=pending.pk).delete()
    give_back("quickbooks", pending.realm_id, token)


# -- without OAuth


def static_portal(token: str, now: datetime) -> Portal:
    """Connect the portal of a HubSpot service key from the settings; raises ``ConnectRefused``.

    Nobody consented in a browser, so a portal without people gets the superusers as owners.
    """
    try:
        facts = sessions.for_new_portal("", token, is_static=True).portal_facts()
    except GatewayError:
        raise ConnectRefused("connect.static_refused") from None
    with transaction.atomic():
        portal, _ = Portal.objects.get_or_create(
            hub_id=facts.hub_id, defaults={"name": f"HubSpot {facts.hub_id}", "created_at": now}
        )
        if not Membership.objects.for_portal(portal).exists():
            for person in Person.objects.filter(is_superuser=True, is_active=True):
                Membership.objects.create(portal=portal, person=person, role=Role.OWNER)
    keys = oauth.Tokens(token, "", expires_in=0, hub_id=facts.hub_id)
    return connect_portal(None, None, facts, keys, now, static_for=portal)
