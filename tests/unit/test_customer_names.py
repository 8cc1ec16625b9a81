"""Names that QuickBooks takes for customers (B-14, P-18)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.customer_names import safe_display_name, safe_name, unique_names


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("Acme: Roof", "Acme - Roof"),
        ("  Tab\there\nand there ", "Tab here and there"),
        ("O'Brien & Sons\\", "O'Brien & Sons\\"),
        ("x" * 600, "x" * 500),
        (("word " * 120).strip(), ("word " * 100).strip()),
    ],
)
def test_b14_display_names_are_cleaned_and_cut(given_name: str, safe: str) -> None:
    assert safe_display_name(given_name) == safe


@given(st.text(max_size=700))
def test_b14_what_comes_out_is_always_allowed(text: str) -> None:
    safe = safe_display_name(text)
    assert len(safe) <= 500
    assert not set(":\t\r\n") & set(safe)
    assert len(safe_name(text)) <= 100
    assert safe_display_name(safe) == safe


def test_p18_other_names_are_free_and_telling() -> None:
    taken = {"Acme (Oslo)", "Acme 2"}
    assert unique_names("Acme", taken.__contains__, place="Oslo", person="Ann Li") == [
        "Acme (Ann Li)",
        "Acme 3",
    ]
    assert unique_names("Acme Oslo", set().__contains__, place="Oslo", most=1) == ["Acme Oslo 2"]
    [long] = unique_names("y" * 500, set().__contains__, most=1)
    assert (len(long), long[-2:]) == (500, " 2")
