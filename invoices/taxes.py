"""Sales tax as Review shows it before QuickBooks answers (D-09 to D-11, S-36, S-39). Pure.

US companies: lines are taxable or not; a manual group has rates, automated sales tax is worked
out by QuickBooks. Elsewhere every priced line has a code, amounts with or without tax. Rounding:
for each TaxRate on its summed net, half up to the currency's exponent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from integration.records.quickbooks import Customer, Preferences, TaxCode
from invoices.currencies import round_money

ZERO = Decimal(0)
HUNDRED = Decimal(100)
TAXABLE = "TAX"
NOT_TAXABLE = "NON"


class TaxMode(StrEnum):
    """How an invoice is taxed. The last three are QuickBooks' GlobalTaxCalculation."""

    US_OFF = "us_off"
    US_MANUAL = "us_manual"
    US_AUTOMATED = "us_automated"
    EXCLUDED = "excluded"
    INCLUSIVE = "inclusive"
    NOT_APPLICABLE = "not_applicable"


US_MODES = frozenset({TaxMode.US_OFF, TaxMode.US_MANUAL, TaxMode.US_AUTOMATED})
ELSEWHERE_MODES = (TaxMode.EXCLUDED, TaxMode.INCLUSIVE, TaxMode.NOT_APPLICABLE)


def mode_of(is_us: bool, preferences: Preferences, chosen: str = "") -> TaxMode:
    """D-10: the company's country decides; ``chosen`` counts outside the US only."""
    if is_us:
        if not preferences.sales_tax:
            return TaxMode.US_OFF
        automated = preferences.automated_sales_tax
        return TaxMode.US_AUTOMATED if automated else TaxMode.US_MANUAL
    if chosen in {mode.value for mode in ELSEWHERE_MODES}:
        return TaxMode(chosen)
    return TaxMode.EXCLUDED if preferences.sales_tax else TaxMode.NOT_APPLICABLE


def us_line_code(item_taxable: bool, customer_taxable: bool) -> str:
    """D-09: the item's flag, then the customer's exemption; the rep may change it."""
    return TAXABLE if item_taxable and customer_taxable else NOT_TAXABLE


def group_code(
    mode: TaxMode,
    preferences: Preferences,
    customer: Customer | None,
    codes: Mapping[str, TaxCode],
) -> str:
    """The id for TxnTaxCodeRef, or "" when none is sent (D-09).

    Manual: the customer's group, else the company's. Automated: any active code serves, the same
    two first, because QuickBooks asks for a code and ignores which one.
    """
    if mode not in (TaxMode.US_MANUAL, TaxMode.US_AUTOMATED):
        return ""
    wanted = [customer.default_tax_code_id if customer else "", preferences.tax_group_code_id]
    named = [found for found in wanted if found in codes and codes[found].active]
    if mode is TaxMode.US_AUTOMATED:
        named += sorted(code.id for code in codes.values() if code.active and code.group)
    return next((found for found in named if found not in (TAXABLE, NOT_TAXABLE)), "")


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """``amount`` as typed: net, or gross when the mode is inclusive."""

    amount: Decimal
    code_id: str = ""


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """What one TaxRate adds."""

    rate_id: str
    percent: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """``net`` is after the discount. With ``is_estimate`` the tax is QuickBooks' to say: ``total``
    is the net, ``tax`` None."""

    net: Decimal
    tax: Decimal | None
    total: Decimal
    rates: tuple[TaxAmount, ...]
    is_estimate: bool
    discount: Decimal = ZERO

    @property
    def subtotal(self) -> Decimal:
        """The lines before the discount."""
        return self.net + self.discount

    @property
    def minus_discount(self) -> Decimal:
        """As it stands in a column that is added up."""
        return -self.discount


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """QuickBooks wants Amount = UnitPrice * Qty, rounded (6070 otherwise)."""
    return round_money(quantity * unit_price, currency)


def totals(
    lines: Sequence[TaxedLine],
    mode: TaxMode,
    codes: Mapping[str, TaxCode],
    currency: str,
    group_code_id: str = "",
    discount: Decimal = ZERO,
) -> Totals:
    """The sums of Review. Lines whose code is unknown add no tax (``draft.problems`` blocks them).

    ``discount`` is taken off before tax, from every line by its share.
    """
    if mode is TaxMode.US_AUTOMATED:
        net = sum((line.amount for line in lines), ZERO) - discount
        return Totals(net, None, net, (), is_estimate=True, discount=discount)
    nets = [(_net(line, mode, codes, currency), line.code_id) for line in lines]
    before = sum((amount for amount, _ in nets), ZERO)
    net = before - discount
    taxed = [(amount * net / before if discount and before else amount, id) for amount, id in nets]
    rates = _rates(taxed, mode, codes, group_code_id, currency)
    tax = sum((rate.tax for rate in rates), ZERO)
    if mode is TaxMode.INCLUSIVE and not discount:
        tax = sum((line.amount for line in lines), ZERO) - net
        rates = _adding_up_to(tax, rates)
    return Totals(net, tax, net + tax, rates, is_estimate=False, discount=discount)


def _adding_up_to(tax: Decimal, rates: tuple[TaxAmount, ...]) -> tuple[TaxAmount, ...]:
    """Inclusive prices stay what they are: cents lost in rounding go to the largest tax."""
    if not rates:
        return rates
    largest = max(rates, key=lambda rate: rate.tax)
    rest = tax - sum((rate.tax for rate in rates), ZERO)
    return tuple(replace(rate, tax=rate.tax + rest) if rate is largest else rate for rate in rates)


def _net(line: TaxedLine, mode: TaxMode, codes: Mapping[str, TaxCode], currency: str) -> Decimal:
    """Inclusive amounts are taken apart line by line, as QuickBooks shows them."""
    if mode is not TaxMode.INCLUSIVE:
        return line.amount
    code = codes.get(line.code_id)
    percent = sum((rate for _, rate in code.sales_rates), ZERO) if code else ZERO
    return round_money(line.amount / (1 + percent / HUNDRED), currency)


def _rates(
    taxed: Sequence[tuple[Decimal, str]],
    mode: TaxMode,
    codes: Mapping[str, TaxCode],
    group_code_id: str,
    currency: str,
) -> tuple[TaxAmount, ...]:
    nets: dict[str, Decimal] = {}
    percents: dict[str, Decimal] = {}
    for net, code_id in taxed:
        for rate_id, percent in _applicable(code_id, mode, codes, group_code_id):
            nets[rate_id] = nets.get(rate_id, ZERO) + net
            percents[rate_id] = percent
    return tuple(
        TaxAmount(
            rate_id,
            percents[rate_id],
            round_money(net, currency),
            _tax(net, percents[rate_id], currency),
        )
        for rate_id, net in nets.items()
    )


def _applicable(
    code_id: str, mode: TaxMode, codes: Mapping[str, TaxCode], group_code_id: str
) -> tuple[tuple[str, Decimal], ...]:
    if mode is TaxMode.US_MANUAL:
        code = codes.get(group_code_id) if code_id == TAXABLE else None
    elif mode in (TaxMode.EXCLUDED, TaxMode.INCLUSIVE):
        code = codes.get(code_id)
    else:
        code = None
    return code.sales_rates if code else ()


def _tax(net: Decimal, percent: Decimal, currency: str) -> Decimal:
    return round_money(net * percent / HUNDRED, currency)
