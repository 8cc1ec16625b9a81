"""The shape of invoice numbers (D-12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.series import Series, guess, read


@pytest.mark.parametrize(
    ("number", "series"),
    [
        ("1037", Series("", 0, 1038)),
        ("INV-0099", Series("INV-", 4, 100)),
        ("2026/007", Series("2026/", 3, 8)),
        ("A9", Series("A", 0, 10)),
        ("0", Series("", 1, 1)),
        ("INV-", None),
        ("", None),
    ],
)
def test_d12_a_number_tells_its_series(number: str, series: Series | None) -> None:
    assert read(number) == series


def test_d12_the_highest_value_counts_not_the_highest_text() -> None:
    assert guess(["999", "1000", "998"]) == Series("", 0, 1001)


def test_d12_the_commonest_prefix_wins_and_keeps_its_padding() -> None:
    assert guess(["INV-0007", "INV-0009", "X1", "draft"]) == Series("INV-", 4, 10)
    assert guess([]) == Series("", 0, 1001)
    assert Series("INV-", 4, 10).text(10) == "INV-0010"
    assert Series("INV-", 2, 10).text(1234) == "INV-1234"


@given(st.text(alphabet="AB-/", max_size=5), st.integers(0, 6), st.integers(1, 99_999))
def test_d12_texts_read_back_to_the_next_number(prefix: str, padding: int, number: int) -> None:
    found = read(Series(prefix, padding, number).text(number))
    assert found is not None
    assert (found.prefix, found.next_number) == (prefix, number + 1)
