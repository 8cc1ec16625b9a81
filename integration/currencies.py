"""Currency exponents (ISO 4217) and rounding to them. Pure."""

from decimal import ROUND_HALF_UP, Decimal

NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
)
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


def exponent(currency: str) -> int:
    """How many decimals an amount of this currency has; two when the code is unknown or empty."""
    code = currency.upper()
    if code in NO_DECIMALS:
        return 0
    return 3 if code in THREE_DECIMALS else 2


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Half up (away from zero), as QuickBooks rounds, to the currency's exponent."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_UP)


def decimals(number: Decimal) -> int:
    """Decimals that carry information: 1.50 has one, 12.345 three, 100 none."""
    shown = number.normalize().as_tuple().exponent
    return max(0, -shown) if isinstance(shown, int) else 0
