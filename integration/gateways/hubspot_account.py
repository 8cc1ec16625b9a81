"""What belongs to a HubSpot account rather than to a record: facts, rates, owners, stages, properties.

Properties, groups, owners and pipelines go through HubSpot's library (``hubspot_sdk``).
"""

from collections.abc import Callable, Sequence
from typing import Any

from integration.gateways.channel import Channel
from integration.gateways.fields import as_list, as_text, either
from integration.gateways.hubspot_objects import exchange_rate, portal_facts, tax_rate
from integration.gateways.hubspot_sdk import Sdk
from integration.gateways.hubspot_wire import VERSION, HubSpotWire
from integration.records.hubspot import (
    DealStage,
    ExchangeRate,
    Owner,
    PortalFacts,
    PropertyDefinition,
    TaxRate,
)

Introspect = Callable[[str], dict[str, Any]]


class HubSpotAccount(HubSpotWire):
    """``introspect`` asks HubSpot about an access token."""

    def __init__(
        self, channel: Channel, api_url: str, introspect: Introspect | None = None
    ) -> None:
        super().__init__(channel, api_url)
        self._introspect = introspect
        self._sdk = Sdk(channel, api_url, VERSION)

    def token_info(self) -> dict[str, Any]:
        """hub_id, hub_domain, scopes, user …; empty for a service key."""
        return self._introspect(self.channel.tokens.current()) if self._introspect else {}

    def portal_facts(self) -> PortalFacts:
        domain = as_text(self.token_info().get("hub_domain"))
        content = self._get(f"account-info/{VERSION}/details")
        return self._parsed(portal_facts, content, domain)

    def exchange_rates(self) -> tuple[ExchangeRate, ...]:
        """The rates in force now, as the portal's admins set them."""
        content = self._get(f"settings/currencies/{VERSION}/exchange-rates/current")
        return self._parsed(
            lambda: tuple(exchange_rate(row) for row in as_list(content.get("results")))
        )

    def tax_rates(self) -> tuple[TaxRate, ...]:
        """Inactive ones too: lines may still name them. The scope is optional."""
        found: list[TaxRate] = []
        after = ""
        while True:
            params = {"limit": "100", **({"after": after} if after else {})}
            content = self._get(f"tax-rates/{VERSION}/tax-rates", params)
            found += [self._parsed(tax_rate, row) for row in as_list(content.get("results"))]
            after = as_text(either(either(content.get("paging"), "next"), "after"))
            if not after:
                return tuple(found)

    def owners(self) -> list[Owner]:
        return self._sdk.owners()

    def deal_pipelines(self) -> dict[str, str]:
        """Stage id -> "Pipeline: Stage", or the stage alone in a portal with one pipeline."""
        return self._sdk.deal_stages()

    def pipeline_stages(self) -> list[DealStage]:
        """Every stage in the order of its pipeline, with what it means."""
        return self._sdk.pipeline_stages()

    def properties(self, kind: str) -> list[PropertyDefinition]:
        """Every property of the object type, HubSpot's own included."""
        return self._sdk.properties(kind)

    def ensure_properties(
        self, kind: str, group: tuple[str, str], definitions: Sequence[PropertyDefinition]
    ) -> list[str]:
        """Create what is missing, in this order; the names created. Repeating it changes nothing.

        ``group`` is (name, label). Raises ``AccountBlocked`` ``hubspot.property_limit`` after
        creating those that still fit, and ``Rejected`` ``hubspot.property_mismatch`` when a
        property of that name exists with another type.
        """
        return self._sdk.ensure_properties(kind, group, definitions)
