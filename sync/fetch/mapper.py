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
        priced = (self._price_name(),) if kind == PRODUCTS and self._price_name() else ()
        return list(dict.fromkeys((*self._set(kind).properties, *priced, *ours)))

    def texts(self, kind: str) -> frozenset[str]:
        """The properties that hold text, so that "1.10" is not "1.1" there."""
        return self._set(kind).texts

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
        if kind != PRODUCTS or not self._is_foreign():
            return made
        return replace(made, properties=self._priced(made.properties))

    @property
    def context(self) -> Context:
        return self._context

    def way_back(self, kind: str) -> BackMap:
        """In a foreign currency the price is where HubSpot keeps that currency's, the cost nowhere."""
        names: dict[str, str] = {}
        if kind == PRODUCTS and self._is_foreign():
            names = {**dict.fromkeys(PRICES.values(), ""), "price": self._price_name()}
        return back_map(self._set(kind), names)

    def _is_foreign(self) -> bool:
        return bool(self.company.home_currency != self.company.portal.currency)

    def _price_name(self) -> str:
        """Where HubSpot keeps a price in the company's currency beside its own; "" for nowhere."""
        currency = self.company.home_currency
        kept = self._is_foreign() and currency in self.company.portal.additional_currencies
        return f"hs_price_{currency.lower()}" if kept else ""

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
        if "price" in properties and self._price_name():
            kept[self._price_name()] = properties["price"]
        return kept

    def _set(self, kind: str) -> MappingSet:
        if kind not in self._sets:
            self._sets[kind] = mapping.mapping_set(self.company, kind)
        return self._sets[kind]
