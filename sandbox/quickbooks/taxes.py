"""Sales tax of one transaction (reference section 7). Decimal throughout.

``us_manual``: TAX lines by the group of TxnTaxCodeRef. ``us_ast``: TAX lines by ship-to state.
``vat``: a code on each line; exclusive, inclusive or not applicable.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import ZERO, Books
from sandbox.quickbooks.shapes import money

HUNDRED = Decimal(100)
NO_VAT_RATE = "Make sure all your transactions have a GST/HST (VAT) rate before you save."


@dataclass(slots=True)
class Base:
    """What is taxed under one TaxRate."""

    rate_id: str
    percent: Decimal
    net: Decimal = ZERO
    tax: Decimal = ZERO


@dataclass(slots=True)
class Outcome:
    total: Decimal = ZERO
    bases: dict[str, Base] = field(default_factory=dict)

    def add(self, rate_id: str, percent: Decimal, net: Decimal) -> None:
        base = self.bases.setdefault(rate_id, Base(rate_id, percent))
        base.net += net

    def settle(self) -> None:
        """Per TaxRate on the summed net, half up to two decimals."""
        for base in self.bases.values():
            base.tax = money(base.net * base.percent / HUNDRED)
        self.total = sum((base.tax for base in self.bases.values()), ZERO)

    def override(self, total: Decimal) -> None:
        """An explicit TotalTax, spread over the rates by their own tax; the last takes the rest."""
        left, own = total, self.total
        bases = list(self.bases.values())
        for number, base in enumerate(bases):
            last = number == len(bases) - 1
            base.tax = left if last else money(total * (base.tax / own if own else ZERO))
            left -= base.tax
        self.total = total

    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "Amount": base.tax,
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": base.rate_id},
                    "PercentBased": True,
                    "TaxPercent": base.percent,
                    "NetAmountTaxable": money(base.net),
                },
            }
            for base in self.bases.values()
        ]


def rates_of(books: Books, code_id: str) -> list[tuple[str, Decimal]]:
    """(TaxRate id, percent) of a TaxCode's sales rates."""
    code = books.get("TaxCode", code_id)
    details = ((code.data.get("SalesTaxRateList") or {}) if code else {}).get("TaxRateDetail") or []
    found = []
    for detail in details:
        rate = books.get("TaxRate", detail["TaxRateRef"]["value"])
        if rate is not None:
            found.append((rate.id, Decimal(rate.data.get("RateValue", ZERO))))
    return found


def check_line_code(books: Books, code_id: str | None) -> None:
    """Raises Refusal 6100 (US) or 6000 (elsewhere) for a wrong or missing line code."""
    if books.regime != "vat":
        if code_id not in (None, "TAX", "NON"):
            raise refusals.Refusal(
                "6100",
                "Invalid tax code",
                "Invalid tax code : US companies may use only TAX or NON on a line",
                "Line.SalesItemLineDetail.TaxCodeRef",
            )
    elif code_id is None:
        raise refusals.business(NO_VAT_RATE)


def compute(
    books: Books,
    taxed: list[tuple[Decimal, str]],
    sent: dict[str, Any],
    ship_to: dict[str, Any],
    customer: dict[str, Any],
) -> Outcome:
    """``taxed``: net amounts with their line code, after discounts. ``sent``: TxnTaxDetail."""
    outcome = Outcome()
    if books.regime == "vat":
        for net, code in taxed:
            for rate_id, percent in rates_of(books, code):
                outcome.add(rate_id, percent, net)
    else:
        for net, code in taxed:
            if code == "TAX":
                for rate_id, percent in _us_rates(books, sent, ship_to, customer):
                    outcome.add(rate_id, percent, net)
    outcome.settle()
    honoured = books.switches["ast_override"] == "honoured"
    if books.regime == "us_ast" and honoured and sent.get("TotalTax") is not None:
        outcome.override(sent["TotalTax"])
    return outcome


def _us_rates(
    books: Books, sent: dict[str, Any], ship_to: dict[str, Any], customer: dict[str, Any]
) -> list[tuple[str, Decimal]]:
    if books.regime == "us_ast":
        rate_id = books.ast_rates.get(str(ship_to.get("CountrySubDivisionCode", "")).upper())
        rate = books.get("TaxRate", rate_id) if rate_id else None
        return [(rate.id, Decimal(rate.data["RateValue"]))] if rate else []
    group = sent.get("TxnTaxCodeRef")
    if group is None and books.switches["us_missing_group"] == "company_default":
        group = customer.get("DefaultTaxCodeRef")
        group = group or books.preferences["TaxPrefs"].get("TaxGroupCodeRef")
    return rates_of(books, group["value"]) if group else []
