"""HubSpot's own exchange rates, for companies that convert and book in another currency (D-23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from integration.records.hubspot import ExchangeRate


@dataclass(frozen=True, slots=True)
class RateTable:
    """``portal_currency`` units for one unit of another currency."""

    portal_currency: str = ""
    rates: tuple[ExchangeRate, ...] = ()

    def on(self, currency: str, day: date | None) -> Decimal | None:
        """The rate in force on that day; None when HubSpot names only a later one."""
        fitting = self._fitting(currency, day)
        newest = max(fitting, key=lambda rate: rate.effective_at, default=None)
        return newest.rate if newest else None

    def _fitting(self, currency: str, day: date | None) -> Iterable[ExchangeRate]:
        return (
            rate
            for rate in self.rates
            if rate.from_currency == currency
            and rate.to_currency == self.portal_currency
            and (day is None or rate.effective_at.date() <= day)
        )
