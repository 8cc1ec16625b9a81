"""What a customer or item says in HubSpot's properties: the mapping with what Dealbooks knows."""

from collections.abc import Mapping
from dataclasses import replace

from integration.currencies import exponent
from integration.models import Company, Record
from integration.records.hubspot import Properties
from mappings import services as mapping
from mappings.mapped import Context, MappedRecord, mapped
from mappings.pairs import MappingSet
from mappings.quickbooks_fields import DELETED_NAME, OPEN_BALANCE, OVERDUE_BALANCE
from mappings.transforms import CLEARED, money
from sync.plan_back import BackMap, back_map
from sync.records import COMPANIES, PRODUCTS, Balance

PRICES = {"UnitPrice": "price", "PurchaseCost": "hs_cost_of_goods_sold"}
"""Item prices are in the company's home currency, HubSpot's in the portal's (D-23)."""


class Mapper:
    """For one run of one company; each kind's mapping is read once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._sets: dict[str, MappingSet] = {}
        self._context = mapping.context(company)

    def names(self, kind: str) -> list[str]:
        """The properties to ask HubSpot for."""
        ours = ("dealbooks_deleted_at", "dealbooks_bulk")
        return list(dict.fromkeys((*self._set(kind).properties, *ours)))

    def made(self, kind: str, row: Record, computed: Mapping[str, str]) -> MappedRecord:
        context = Context(
            self._context.realm_id, self._context.country, self._context.places, computed
        )
        made = mapped(kind, row.raw, self._set(kind), context)
        if made.properties.get("email"):
            # HubSpot keeps addresses in small letters.
            email = made.properties["email"].lower()
            made = replace(made, properties={**made.properties, "email": email})
        if kind == COMPANIES and not made.properties.get("name"):
            # A company needs a name; many customers have theirs in the display name alone.
            name = DELETED_NAME.sub("", row.name)
            made = replace(made, properties={**made.properties, "name": name})
        if kind != PRODUCTS or self.company.home_currency == self.company.portal.currency:
            return made
        return replace(made, properties=self._priced(made.properties))

    @property
    def context(self) -> Context:
        return self._context

    def way_back(self, kind: str) -> BackMap:
        """In a foreign currency the price is where HubSpot keeps that currency's, the cost nowhere."""
        names: dict[str, str] = {}
        currency = self.company.home_currency
        if kind == PRODUCTS and currency != self.company.portal.currency:
            names = dict.fromkeys(PRICES.values(), "")
            if currency in self.company.portal.additional_currencies:
                names["price"] = f"hs_price_{currency.lower()}"
        return back_map(self._set(kind), names)

    def computed(self, balance: Balance | None) -> dict[str, str]:
        """Nothing over mixed currencies: a sum of dollars and euros says nothing."""
        if balance is None:
            return {OPEN_BALANCE: CLEARED, OVERDUE_BALANCE: CLEARED}
        places = exponent(balance.currency)
        return {
            OPEN_BALANCE: money(balance.open, places),
            OVERDUE_BALANCE: money(balance.overdue, places),
        }

    def owed(
        self, kind: str, properties: Mapping[str, str], computed: Mapping[str, str]
    ) -> Properties:
        """The balances alone, emptied where there is no sum any more."""
        return {
            pair.property.name: properties.get(pair.property.name, CLEARED)
            for pair in self._set(kind).to_hubspot()
            if pair.field in computed
        }

    def _priced(self, properties: dict[str, str]) -> dict[str, str]:
        """A price in another currency than the portal's goes where HubSpot keeps that currency's."""
        own = {
            pair.property.name: PRICES[pair.field]
            for pair in self._set(PRODUCTS).to_hubspot()
            if pair.field in PRICES
        }
        kept = {name: value for name, value in properties.items() if own.get(name, CLEARED) != name}
        currency = self.company.home_currency
        if "price" in properties and currency in self.company.portal.additional_currencies:
            kept[f"hs_price_{currency.lower()}"] = properties["price"]
        return kept

    def _set(self, kind: str) -> MappingSet:
        if kind not in self._sets:
            self._sets[kind] = mapping.mapping_set(self.company, kind)
        return self._sets[kind]
