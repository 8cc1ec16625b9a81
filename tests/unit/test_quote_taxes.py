"""HubSpot's tax rates as QuickBooks' tax codes (B-25, D-08, D-09)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.draft import problems
from invoices.line_checks import with_mapped_codes
from invoices.quote_taxes import HubSpotTax, TaxChoice, TaxMap, Unmapped, chosen
from invoices.taxes import TaxMode
from tests.unit.invoice_builders import CODES, FACTS, with_line

UK = {id: code for id, code in CODES.items() if code.sales_rates}
STANDARD = HubSpotTax("9002", Decimal(20), "UK standard rate")
ODD = HubSpotTax("9009", Decimal("17.5"), "Old rate")
UNTOLD = HubSpotTax("9010")


@pytest.mark.parametrize(
    ("tax", "tax_map", "usual", "expected"),
    [
        (STANDARD, TaxMap({"9002": "7"}), ["6"], TaxChoice("7")),
        (STANDARD, TaxMap({"9002": "gone"}), [], TaxChoice("6")),
        (STANDARD, TaxMap(), ["8"], TaxChoice("6")),
        (ODD, TaxMap(), ["6"], TaxChoice(is_open=True)),
        (ODD, TaxMap(policy=Unmapped.STOP), ["6"], TaxChoice(is_open=True)),
        (ODD, TaxMap(policy=Unmapped.DEFAULT), ["?", "7"], TaxChoice("7")),
        (ODD, TaxMap(policy=Unmapped.NON_TAXABLE, non_taxable_id="8"), ["6"], TaxChoice("8")),
        (ODD, TaxMap(policy=Unmapped.NON_TAXABLE), ["6"], TaxChoice(is_open=True)),
        (UNTOLD, TaxMap(), ["6"], TaxChoice(is_open=True)),
        (UNTOLD, TaxMap({"9010": "6"}), [], TaxChoice("6")),
        (HubSpotTax(), TaxMap(policy=Unmapped.STOP), ["?", "7"], TaxChoice("7")),
        (HubSpotTax("", Decimal(20)), TaxMap({"20%": "7"}), [], TaxChoice("7")),
    ],
)
def test_b25_a_rate_outside_the_us(
    tax: HubSpotTax, tax_map: TaxMap, usual: list[str], expected: TaxChoice
) -> None:
    assert chosen(tax, usual, TaxMode.EXCLUDED, UK, tax_map) == expected


@pytest.mark.parametrize(
    ("tax", "tax_map", "expected"),
    [
        (HubSpotTax("1", Decimal("8.25")), TaxMap(), TaxChoice()),
        (HubSpotTax("1", Decimal(0)), TaxMap(), TaxChoice("NON")),
        (HubSpotTax("1", Decimal("8.25")), TaxMap({"1": "NON"}), TaxChoice("NON")),
        (HubSpotTax("1", Decimal(0)), TaxMap({"1": "TAX"}), TaxChoice("TAX")),
        (UNTOLD, TaxMap(), TaxChoice(is_open=True)),
        (UNTOLD, TaxMap(policy=Unmapped.NON_TAXABLE), TaxChoice("NON")),
        (UNTOLD, TaxMap(policy=Unmapped.DEFAULT), TaxChoice()),
        (HubSpotTax(), TaxMap(policy=Unmapped.STOP), TaxChoice()),
    ],
)
def test_b25_d09_a_rate_in_the_us(tax: HubSpotTax, tax_map: TaxMap, expected: TaxChoice) -> None:
    for mode in (TaxMode.US_MANUAL, TaxMode.US_AUTOMATED):
        assert chosen(tax, ["6"], mode, CODES, tax_map) == expected


TAXES = st.builds(
    HubSpotTax, st.sampled_from(["", "1", "9002"]),
    st.none() | st.sampled_from([Decimal(0), Decimal(5), Decimal(20), Decimal(99)]),
)  # fmt: skip
MAPS = st.builds(
    TaxMap,
    st.dictionaries(st.sampled_from(["1", "9002", "20%"]), st.sampled_from(["6", "7", "?", "TAX"])),
    st.sampled_from(Unmapped),
    st.sampled_from(["", "8", "?"]),
)


@given(TAXES, MAPS, st.sampled_from([TaxMode.EXCLUDED, TaxMode.INCLUSIVE]))
def test_b25_a_line_never_gets_a_code_quickbooks_does_not_have(
    tax: HubSpotTax, tax_map: TaxMap, mode: TaxMode
) -> None:
    found = chosen(tax, ["6", "?"], mode, UK, tax_map)
    assert found.code_id in {"", *UK}
    assert not (found.is_open and found.code_id)
    assert found.is_open or found.code_id


def test_b25_the_policy_ask_is_answered_by_a_person_and_stop_by_the_map_only() -> None:
    uk = replace(FACTS, is_us=False)
    open_line = with_line(tax_code_id="", tax_rate_id="9009", tax_rate_name="Old rate")
    assert [found.code for found in problems(open_line, uk)] == ["quote.tax_unmapped"]
    assert not problems(with_line(tax_code_id="6", tax_rate_id="9009"), uk)
    stop = replace(uk, tax_map=TaxMap(policy=Unmapped.STOP))
    typed = with_line(tax_code_id="6", tax_rate_id="9009", tax_rate_name="Old rate")
    assert [found.code for found in problems(typed, stop)] == ["quote.tax_stopped"]
    mended = replace(stop, tax_map=replace(stop.tax_map, codes={"9009": "6"}))
    assert not problems(with_mapped_codes(open_line, mended), mended)


def test_b25_a_code_chosen_by_hand_outlives_a_later_map() -> None:
    mapped = replace(FACTS, is_us=False, tax_map=TaxMap({"9009": "7"}))
    chosen_by_hand = with_line(tax_code_id="6", tax_rate_id="9009")
    assert with_mapped_codes(chosen_by_hand, mapped) == chosen_by_hand
