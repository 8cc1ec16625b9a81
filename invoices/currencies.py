"""Currency exponents and rounding, under the name that invoices know them by. Pure."""

from integration.currencies import decimals, exponent, round_money

__all__ = ["decimals", "exponent", "round_money"]
