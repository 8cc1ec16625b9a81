"""HubSpot's own exchange rates, for companies that convert and book in another currency (D-23)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from integration.gateways.hubspot import HubSpot
from integration.models import Company, Portal
from integration.models.company_settings import CurrencyPolicy
from integration.records.hubspot import ExchangeRate


@dataclass(frozen=True, slots=True)
class RateTable:
    """``portal_currency`` units for one unit of another currency."""

    portal_currency: str = ""
    rates: tuple[ExchangeRate, ...] = ()

    def on(self, currency: str, day: date | None) -> Decimal | None:
        """The rate in force on that day; None when HubSpot names only a later one."""
        if not self.rates:
            return None
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


def rates_of(portal: Portal, hubspot: Callable[[], HubSpot]) -> RateTable:
    """HubSpot is asked only where a company needs its rates."""
    needed = (
        Company.objects.for_portal(portal)
        .filter(disconnected_at=None, settings__currency_policy=CurrencyPolicy.CONVERT)
        .exclude(home_currency=portal.currency)
        .exists()
    )
    return RateTable(portal.currency, tuple(hubspot().exchange_rates()) if needed else ())
