"""How amounts and instants read on a page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from integration.display import amount_text, exact_text, number_text, relative_text

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "USD", "1,234.50"),
        ("0", "USD", "0.00"),
        ("-40", "GBP", "−40.00"),
        ("120000", "JPY", "120,000"),
        ("1.2345", "KWD", "1.235"),
        ("0.005", "EUR", "0.01"),
        ("-0.001", "USD", "0.00"),
        ("1234567890123.4567", "", "1,234,567,890,123.46"),
    ],
)
def test_b11_an_amount_has_the_digits_of_its_currency(
    amount: str, currency: str, shown: str
) -> None:
    with override("en"):
        assert amount_text(Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("number", "least", "shown"),
    [
        ("2150.00", 2, "2,150.00"),
        ("2150", 0, "2,150"),
        ("8.2500", 0, "8.25"),
        ("0.1234567", 2, "0.1234567"),
        ("-1000", 0, "−1,000"),
        ("1E+3", 2, "1,000.00"),
    ],
)
def test_b11_a_number_keeps_every_digit(number: str, least: int, shown: str) -> None:
    with override("en"):
        assert number_text(Decimal(number), least) == shown


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_thousands_are_grouped_in_every_language(language: str) -> None:
    with override(language):
        assert amount_text(Decimal("1234567.5"), "TWD") == "1,234,567.50"


@given(some.decimals(-(10**12), 10**12, places=2))
def test_an_amount_reads_back_to_the_cent(amount: Decimal) -> None:
    with override("en"):
        text = amount_text(amount, "USD").replace(",", "").replace("−", "-")
    assert Decimal(text) == amount


@pytest.mark.parametrize(
    ("distance", "shown"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=5), "in a moment"),
        (timedelta(seconds=-50), "1 minute ago"),
        (timedelta(minutes=-3), "3 minutes ago"),
        (timedelta(minutes=59), "in 59 minutes"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(hours=-11, minutes=-40), "12 hours ago"),
        (timedelta(hours=-20), "yesterday, 16:00"),
        (timedelta(hours=20), "tomorrow, 08:00"),
        (timedelta(days=-8), "November 15"),
        (timedelta(days=-400), "10/19/2025"),
    ],
)
def test_a_distant_instant_becomes_a_day(distance: timedelta, shown: str) -> None:
    with override("en"):
        assert relative_text(NOON + distance, NOON, "UTC") == shown


def test_days_are_those_of_the_companys_zone() -> None:
    """23:30 UTC on the 22nd is the 23rd in Taipei, so it was today there."""
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with override("en"):
        assert relative_text(instant, NOON, "Asia/Taipei") == "today, 07:30"
        assert relative_text(instant, NOON, "UTC") == "yesterday, 23:30"


def test_exact_times_name_their_zone() -> None:
    with override("en"):
        assert exact_text(NOON, "Asia/Taipei") == "Nov. 23, 2026, 20:00:00 (Asia/Taipei)"
        assert exact_text(NOON, "Not/AZone").endswith("12:00:00 (Not/AZone)")
