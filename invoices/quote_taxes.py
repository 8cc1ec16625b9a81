"""The tax code of a quote's line: what HubSpot's tax rate means in the company (B-25, D-08). Pure.

A rate of the company's tax map decides; else the one code with the same percentage; else the
company's policy for rates that nobody mapped. In the US no rate is sent (D-09): a line that HubSpot
taxes follows its product and customer, one that HubSpot does not tax is not taxed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from integration.records.quickbooks import TaxCode
from invoices.taxes import NOT_TAXABLE, TAXABLE, US_MODES, TaxMode

ZERO = Decimal(0)


class Unmapped(StrEnum):
    """What happens to a rate without a tax code; the values of ``CompanySettings``."""

    ASK = "ask"
    DEFAULT = "default"
    NON_TAXABLE = "non_taxable"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class TaxMap:
    """``codes`` by the id of HubSpot's tax rate; ``non_taxable_id`` the code of untaxed lines
    outside the US."""

    codes: Mapping[str, str] = field(default_factory=dict)
    policy: Unmapped = Unmapped.ASK
    non_taxable_id: str = ""


@dataclass(frozen=True, slots=True)
class HubSpotTax:
    """Of one line: the rate's id (empty: a tax of the whole quote), its percentage and name.

    ``percent`` None with an id: HubSpot does not tell the portal's rates.
    """

    rate_id: str = ""
    percent: Decimal | None = None
    name: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.rate_id) or self.percent is not None

    @property
    def key(self) -> str:
        """What the map and the draft know it by."""
        return self.rate_id or ("" if self.percent is None else f"{self.percent.normalize():f}%")


@dataclass(frozen=True, slots=True)
class TaxChoice:
    """``code_id`` empty: nothing decides yet. ``is_open``: a person has to (ask) or must not (stop)."""

    code_id: str = ""
    is_open: bool = False


def chosen(
    tax: HubSpotTax,
    usual: Sequence[str],
    mode: TaxMode,
    codes: Mapping[str, TaxCode],
    tax_map: TaxMap,
) -> TaxChoice:
    """``usual``: the product's own code, then the company's default; ``codes`` those for sales."""
    if mode in (TaxMode.US_OFF, TaxMode.NOT_APPLICABLE):
        return TaxChoice(_first(usual, codes))
    is_us = mode in US_MODES
    default = "" if is_us else _first(usual, codes)
    if not tax.is_known:
        return TaxChoice(default)
    found = mapped(tax.key, mode, codes, tax_map)
    if not found and is_us and tax.percent is not None:
        return TaxChoice(NOT_TAXABLE if tax.percent == 0 else "")
    found = found or _by_percent(tax, usual, codes)
    if found:
        return TaxChoice(found)
    if tax_map.policy is Unmapped.DEFAULT:
        return TaxChoice(default)
    if tax_map.policy is Unmapped.NON_TAXABLE:
        untaxed = NOT_TAXABLE if is_us else _first([tax_map.non_taxable_id], codes)
        return TaxChoice(untaxed, is_open=not untaxed)
    return TaxChoice(is_open=True)


def mapped(key: str, mode: TaxMode, codes: Mapping[str, TaxCode], tax_map: TaxMap) -> str:
    """The map's code for this rate, as long as QuickBooks still has it for sales."""
    found = tax_map.codes.get(key, "")
    if mode in US_MODES:
        return found if found in (TAXABLE, NOT_TAXABLE) else ""
    return found if found in codes else ""


def _by_percent(tax: HubSpotTax, usual: Sequence[str], codes: Mapping[str, TaxCode]) -> str:
    if tax.percent is None:
        return ""
    same = [code.id for code in codes.values() if percent_of(code) == tax.percent]
    preferred = next((id for id in usual if id in same), "")
    return preferred or (same[0] if len(same) == 1 else "")


def percent_of(code: TaxCode) -> Decimal | None:
    """All its rates together; None of a code without rates."""
    if not code.sales_rates:
        return None
    return sum((percent for _rate_id, percent in code.sales_rates), ZERO)


def _first(ids: Sequence[str], codes: Mapping[str, TaxCode]) -> str:
    return next((id for id in ids if id in codes), "")
