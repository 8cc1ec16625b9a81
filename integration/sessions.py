"""Gateways with the right token: load the grant, renew it in time, survive an unforeseen 401.

``quickbooks(company)`` and ``hubspot(portal)`` are cheap; take one for each unit of work. A person
waiting at a page passes ``urgent=True``. They raise ``NeedsReconnect`` at once, without a call,
when the connection is known to be lost.
"""

from django.conf import settings
from django.db import transaction

from integration import grants, oauth, transports, vault
from integration.clock import now as clock_now  # noqa: TID251 a session outlives the instant it began
from integration.gateways.channel import Channel, FixedToken, Tokens
from integration.gateways.errors import NeedsReconnect
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.rehearsal import (
    Notebook,
    RehearsalChannel,
    RehearsedHubSpot,
    RehearsedQuickBooks,
)
from integration.models import Company, Grant, Portal

__all__ = ["for_new_company", "for_new_portal", "hubspot", "quickbooks"]


class GrantTokens:
    """The tokens of one stored grant, as the gateways ask for them."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    def current(self) -> str:
        instant = clock_now()
        if grants.is_due(self._grant, instant):
            self._grant = grants.renew(
                self._grant, lambda row: grants.is_due(row, instant), instant
            )
        return vault.take(self._grant, "access_token")

    def renew(self, rejected: str) -> str:
        if self._grant.static:
            error = NeedsReconnect("connect.static_refused", vendor="hubspot", status=401)
            self.give_up(error)
            raise error
        self._grant = grants.renew(
            self._grant, lambda row: vault.take(row, "access_token") == rejected, clock_now()
        )
        return vault.take(self._grant, "access_token")

    def give_up(self, error: NeedsReconnect) -> None:
        rejected = vault.take(self._grant, "access_token")
        grants.lose(self._grant, rejected, error.code, clock_now())


def quickbooks(
    company: Company, *, urgent: bool = False, notebook: Notebook | None = None
) -> QuickBooks:
    """The company's books; with a ``notebook`` for a rehearsal, which writes nothing (B-22)."""
    rows = Grant.objects.for_portal(company.portal_id).filter(company=company)
    grant = grants.require_alive(rows.first(), "quickbooks")
    return _quickbooks(company.realm_id, GrantTokens(grant), urgent, notebook)


def hubspot(portal: Portal, *, urgent: bool = False, notebook: Notebook | None = None) -> HubSpot:
    """The portal's CRM; with a ``notebook`` for a rehearsal, which writes nothing (B-22)."""
    rows = Grant.objects.for_portal(portal).filter(company=None)
    grant = grants.require_alive(rows.first(), "hubspot")
    hub_id, tokens = str(portal.hub_id), GrantTokens(grant)
    return _hubspot(hub_id, tokens, urgent, is_static=grant.static, notebook=notebook)


def for_new_company(realm_id: str, access_token: str) -> QuickBooks:
    """With a token fresh from the consent page: is this company real, and which is it?"""
    return _quickbooks(realm_id, FixedToken(access_token), urgent=True)


def for_new_portal(hub_id: str, access_token: str, *, is_static: bool = False) -> HubSpot:
    return _hubspot(hub_id, FixedToken(access_token), urgent=True, is_static=is_static)


def _quickbooks(
    realm_id: str, tokens: Tokens, urgent: bool, notebook: Notebook | None = None
) -> QuickBooks:
    channel = _channel("quickbooks", realm_id, tokens, urgent, notebook)
    kind = QuickBooks if notebook is None else RehearsedQuickBooks
    return kind(channel, settings.DEALBOOKS["QUICKBOOKS"]["API_URL"])


def _hubspot(
    hub_id: str,
    tokens: Tokens,
    urgent: bool,
    *,
    is_static: bool,
    notebook: Notebook | None = None,
) -> HubSpot:
    channel = _channel("hubspot", hub_id, tokens, urgent, notebook)
    introspect = None if is_static else oauth.introspect
    kind = HubSpot if notebook is None else RehearsedHubSpot
    return kind(channel, settings.DEALBOOKS["HUBSPOT"]["API_URL"], introspect)


def _channel(
    vendor: str, account: str, tokens: Tokens, urgent: bool, notebook: Notebook | None
) -> Channel:
    transport = transports.to(vendor)
    if notebook is None:
        return Channel(transport, account, tokens, urgent, outside_transaction)
    return RehearsalChannel(
        transport, account, tokens, urgent, outside_transaction, notebook=notebook
    )


def outside_transaction() -> None:
    """Decision 6, enforced: no vendor call while a transaction is open.

    The transaction a test case wraps itself in does not count.
    """
    blocks = transaction.get_connection().atomic_blocks
    if any(not block._from_testcase for block in blocks):
        raise RuntimeError("A vendor call inside a transaction: commit first, call out, then save.")
