"""Who may call: registered apps, codes, access and refresh tokens, static tokens."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.core.clock import Clock

CLIENT_ID = "sandbox-hubspot-client"
CLIENT_SECRET = "sandbox-hubspot-secret"
APP_ID = 100001
STATIC_TOKEN = "pat-na1-sandbox-demo"

SCOPES: dict[str, str] = {
    "oauth": "Basic OAuth functionality",
    "crm.objects.contacts.read": "View contacts, notes and tasks",
    "crm.objects.contacts.write": "Create, change and delete contacts, notes and tasks",
    "crm.objects.companies.read": "View companies",
    "crm.objects.companies.write": "Create, change and delete companies",
    "crm.objects.deals.read": "View deals",
    "crm.objects.deals.write": "Create, change and delete deals",
    "crm.objects.quotes.read": "View quotes",
    "crm.objects.quotes.write": "Create, change and delete quotes",
    "cpq.quotes.read": "View CPQ quotes",
    "cpq.quotes.write": "Create, change and delete CPQ quotes",
    "crm.objects.line_items.read": "View line items",
    "crm.objects.line_items.write": "Create, change and delete line items",
    "crm.objects.products.read": "View products",
    "crm.objects.products.write": "Create, change and delete products",
    "e-commerce": "Manage products, line items and their properties",
    "crm.objects.invoices.read": "View invoices",
    "crm.objects.invoices.write": "Create, change and delete invoices",
    "crm.objects.commercepayments.read": "View payments",
    "crm.objects.commercepayments.write": "Create, change and delete payments",
    **{
        f"crm.schemas.{kind}.{right}": f"{'View' if right == 'read' else 'Change'} {kind} settings"
        for kind in ("contacts", "companies", "deals", "invoices", "quotes", "commercepayments")
        for right in ("read", "write")
    },
    "crm.schemas.line_items.read": "View line item settings",
    "crm.objects.owners.read": "View details about users assigned to a record",
    "settings.currencies.read": "View currencies and exchange rates",
    "settings.currencies.write": "Change currencies and exchange rates",
    "tax_rates.read": "View tax rates",
    "tickets": "View and change tickets",
    "crm.objects.tickets.read": "View tickets",
    "crm.objects.tickets.write": "Create, change and delete tickets",
    "timeline": "Create timeline events",
    "analytics.behavioral_events.send": "Send custom events",
    "webhooks-journal-data-access": "Read the webhooks journal",
    "webhooks-journal-subscription-read": "Read webhooks journal subscriptions",
    "webhooks-journal-subscription-management": "Manage webhooks journal subscriptions",
    "webhooks-journal-snapshot-management": "Manage webhooks journal snapshots",
}
ENTERPRISE_ONLY = ("analytics.behavioral_events.send",)


@dataclass(slots=True)
class Grant:
    """One installation of the app in one portal, or a static token (``all_scopes``)."""

    portal_id: int
    user: dict[str, Any]
    scopes: frozenset[str]
    app_id: int = APP_ID
    client_id: str = CLIENT_ID
    all_scopes: bool = False
    is_static: bool = False
    is_installed: bool = True

    @property
    def is_oauth(self) -> bool:
        return not self.is_static


@dataclass(slots=True)
class Code:
    grant: Grant
    redirect_uri: str
    expires: datetime
    challenge: str = ""
    is_used: bool = False


@dataclass
class Vault:
    """All live tokens. Values are derived from a counter, so that runs repeat byte for byte."""

    clock: Clock
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, tuple[Grant, datetime]] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)
    static: dict[str, Grant] = field(default_factory=dict)
    count: int = 0

    def _new(self, prefix: str) -> str:
        self.count += 1
        digest = hashlib.sha256(f"{prefix} {self.count}".encode()).digest()
        return prefix + base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def issue_code(self, grant: Grant, redirect_uri: str, challenge: str, seconds: float) -> str:
        code = self._new("na1-code-")
        expires = self.clock.now() + timedelta(seconds=seconds)
        self.codes[code] = Code(grant, redirect_uri, expires, challenge)
        return code

    def issue_access(self, grant: Grant, seconds: float) -> str:
        token = self._new("CNsandbox")
        self.access[token] = (grant, self.clock.now() + timedelta(seconds=seconds))
        return token

    def issue_refresh(self, grant: Grant) -> str:
        token = self._new("na1-")
        self.refresh[token] = grant
        return token

    def grant_of(self, token: str) -> tuple[Grant | None, datetime | None]:
        """The installation behind a bearer token, and when it expired if it did."""
        fixed = self.static.get(token)
        if fixed is not None:
            return fixed, None
        grant, expires = self.access.get(token, (None, None))
        if grant is None or not grant.is_installed:
            return None, None
        return grant, expires if expires is not None and expires <= self.clock.now() else None

    def uninstall(self, grant: Grant) -> None:
        """Every token of the app in that portal dies."""
        for other in [*self.refresh.values(), *(row for row, _ in self.access.values())]:
            if other.portal_id == grant.portal_id and other.client_id == grant.client_id:
                other.is_installed = False
        self.refresh = {text: row for text, row in self.refresh.items() if row.is_installed}
