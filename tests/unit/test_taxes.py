"""Tax and totals as Review shows them (D-09 to D-11, B-25)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.currencies import exponent, round_money
from invoices.taxes import (
    TaxedLine,
    TaxMode,
    group_code,
    line_amount,
    mode_of,
    totals,
    us_line_code,
)
from tests.unit.invoice_builders import AMY, CODES, preferences


def lines(*amounts_and_codes: tuple[str, str]) -> list[TaxedLine]:
    return [TaxedLine(Decimal(amount), code) for amount, code in amounts_and_codes]


@pytest.mark.parametrize(
    ("mode", "given_lines", "group", "net", "tax", "total"),
    [
        (
            TaxMode.US_MANUAL,
            lines(("335.25", "TAX"), ("10", "NON")),
            "2",
            "345.25",
            "26.82",
            "372.07",
        ),
        (TaxMode.US_MANUAL, lines(("335.25", "TAX")), "", "335.25", "0", "335.25"),
        (TaxMode.US_OFF, lines(("100", "TAX")), "2", "100", "0", "100"),
        (
            TaxMode.EXCLUDED,
            lines(("100", "6"), ("50", "7"), ("7", "8")),
            "",
            "157",
            "22.50",
            "179.50",
        ),
        (
            TaxMode.EXCLUDED,
            lines(("0.33", "6"), ("0.33", "6"), ("0.33", "6")),
            "",
            "0.99",
            "0.20",
            "1.19",
        ),
        (TaxMode.EXCLUDED, lines(("10.05", "9")), "", "10.05", "1.20", "11.25"),
        (TaxMode.INCLUSIVE, lines(("120", "6")), "", "100.00", "20.00", "120.00"),
        (TaxMode.INCLUSIVE, lines(("100", "6"), ("5", "8")), "", "88.33", "16.67", "105.00"),
        (TaxMode.NOT_APPLICABLE, lines(("100", "6")), "", "100", "0", "100"),
    ],
)
def test_d11_expected_totals(
    mode: TaxMode, given_lines: list[TaxedLine], group: str, net: str, tax: str, total: str
) -> None:
    found = totals(given_lines, mode, CODES, "USD", group)
    assert (found.net, found.tax, found.total) == (Decimal(net), Decimal(tax), Decimal(total))
    assert not found.is_estimate


def test_d11_automated_sales_tax_shows_the_net_only() -> None:
    found = totals(lines(("100", "TAX")), TaxMode.US_AUTOMATED, CODES, "USD", "2")
    assert (found.net, found.tax, found.total, found.is_estimate) == (100, None, 100, True)


def test_d11_half_a_cent_goes_up() -> None:
    found = totals(lines(("0.125", "6")), TaxMode.EXCLUDED, {"6": CODES["6"]}, "USD")
    assert found.tax == Decimal("0.03")


def test_d11_yen_have_no_decimals() -> None:
    found = totals(lines(("1015", "7")), TaxMode.EXCLUDED, CODES, "JPY")
    assert found.tax == Decimal("51")
    assert line_amount(Decimal("3"), Decimal("33.5"), "JPY") == Decimal("101")
    assert (exponent("JPY"), exponent("KWD"), exponent("USD"), exponent("")) == (0, 3, 2, 2)


def test_d09_line_code_follows_the_item_then_the_customers_exemption() -> None:
    assert us_line_code(True, True) == "TAX"
    assert us_line_code(True, False) == "NON"
    assert us_line_code(False, True) == "NON"


def test_d09_the_group_is_the_customers_then_the_companys() -> None:
    own = preferences(tax_group_code_id="2")
    assert group_code(TaxMode.US_MANUAL, own, replace(AMY, default_tax_code_id="9"), CODES) == "9"
    assert group_code(TaxMode.US_MANUAL, own, AMY, CODES) == "2"
    assert group_code(TaxMode.US_MANUAL, preferences(tax_group_code_id=""), AMY, CODES) == ""
    assert group_code(TaxMode.EXCLUDED, own, AMY, CODES) == ""
    assert group_code(TaxMode.US_OFF, own, AMY, CODES) == ""


def test_d09_automated_tax_takes_any_active_code_as_placeholder() -> None:
    bare = preferences(tax_group_code_id="", partner_tax_enabled=True)
    assert group_code(TaxMode.US_AUTOMATED, bare, AMY, CODES) in CODES
    assert group_code(TaxMode.US_AUTOMATED, bare, AMY, {"TAX": CODES["TAX"]}) == ""


def test_d10_the_companys_country_decides() -> None:
    assert mode_of(True, preferences()) is TaxMode.US_MANUAL
    assert mode_of(True, preferences(sales_tax=False)) is TaxMode.US_OFF
    assert mode_of(True, preferences(partner_tax_enabled=False)) is TaxMode.US_AUTOMATED
    assert mode_of(True, preferences(), "inclusive") is TaxMode.US_MANUAL
    assert mode_of(False, preferences()) is TaxMode.EXCLUDED
    assert mode_of(False, preferences(), "inclusive") is TaxMode.INCLUSIVE
    assert mode_of(False, preferences(), "us_manual") is TaxMode.EXCLUDED
    assert mode_of(False, preferences(sales_tax=False)) is TaxMode.NOT_APPLICABLE


amounts = st.decimals(0, 10_000, places=2)
taxed = st.lists(
    st.builds(TaxedLine, amounts, st.sampled_from(["TAX", "NON", "6", "7", "8", "9", "?"])),
    max_size=8,
)


@given(taxed, st.sampled_from(TaxMode))
def test_d11_total_is_net_and_tax_and_order_does_not_matter(
    given_lines: list[TaxedLine], mode: TaxMode
) -> None:
    found = totals(given_lines, mode, CODES, "USD", "2")
    assert found.total == found.net + (found.tax or 0)
    backwards = totals(given_lines[::-1], mode, CODES, "USD", "2")
    assert (backwards.net, backwards.tax) == (found.net, found.tax)
    assert all(round_money(rate.tax, "USD") == rate.tax for rate in found.rates)


@given(taxed)
def test_d11_inclusive_totals_are_what_was_typed(given_lines: list[TaxedLine]) -> None:
    found = totals(given_lines, TaxMode.INCLUSIVE, CODES, "USD")
    assert found.total == sum((line.amount for line in given_lines), Decimal(0))
    assert sum((rate.tax for rate in found.rates), Decimal(0)) == found.tax
