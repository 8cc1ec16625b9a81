"""Values on their way to HubSpot, and back in its own spelling."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import transforms
from mappings.defaults import default_set
from mappings.hubspot_invoices import noon
from mappings.mapped import Context, mapped_back
from mappings.quickbooks_fields import Kind
from sync.operations import WriteProduct
from sync.plan import plan
from sync.plan_back import back_map
from sync.reconcile import changes, same, same_property
from sync.reconciliation_rules import is_as_reported
from tests.unit.record_worlds import linked, record, world


@pytest.mark.parametrize(
    ("amount", "places", "text"),
    [
        (Decimal("1234.5"), 2, "1234.50"),
        (Decimal("1E+3"), 2, "1000.00"),
        (Decimal("0.005"), 2, "0.01"),
        (Decimal("-0.004"), 2, "0.00"),
        (Decimal("-12.345"), 2, "-12.35"),
        (Decimal("1200"), 0, "1200"),
        (None, 2, ""),
    ],
)
def test_f85_money_is_plain_digits(amount: Decimal | None, places: int, text: str) -> None:
    assert transforms.money(amount, places) == text


@given(st.decimals(-(10**12), 10**12, places=2))
def test_f85_money_survives_the_way_out_and_back(amount: Decimal) -> None:
    assert Decimal(transforms.money(amount, 2)) == amount


@given(st.dates(), st.integers(-11, 11))
def test_f86_noon_stays_on_its_day_in_every_zone(day: date, offset: int) -> None:
    zone = timezone(timedelta(hours=offset))
    written = datetime.fromisoformat(noon(day))
    if date(1, 1, 2) < day < date(9999, 12, 30):
        assert written.astimezone(zone).date() == day


def test_f86_instants_are_utc_milliseconds_and_need_a_zone() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert (
        transforms.instant(datetime(2026, 11, 23, 7, tzinfo=eastern)) == "2026-11-23T12:00:00.000Z"
    )
    with pytest.raises(ValueError):
        transforms.instant(datetime(2026, 11, 23))  # noqa: DTZ001


@given(st.text())
def test_f84_text_holds_no_character_that_hubspot_refuses(value: str) -> None:
    written = transforms.text(value)
    assert written.encode("utf-8").decode("utf-8") == written
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in written)
    assert transforms.text(written) == written


def test_f80_an_unknown_option_is_refused_here() -> None:
    assert transforms.enumeration("sent", frozenset({"sent", "paid"})) == "sent"
    with pytest.raises(ValueError, match="is not one of paid, sent"):
        transforms.enumeration("lost", frozenset({"sent", "paid"}))


@pytest.mark.parametrize(
    ("expected", "found", "equal"),
    [
        ("100.00", "100", True),
        ("", None, True),
        ("2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00Z", True),
        ("100.00", "100.01", False),
        ("sent", "paid", False),
        ("", "0", False),
        ("10000000", "1.0E7", True),
        ("01234", "1234", False),
        ("+15551234", "15551234", False),
        ("1_000", "1000", False),
    ],
)
def test_b26_values_are_compared_by_what_they_mean(
    expected: str, found: str | None, equal: bool
) -> None:
    assert same(expected, found) is equal


def test_m14_fingerprints_do_not_depend_on_order_or_on_none() -> None:
    assert transforms.fingerprint({"a": "1", "b": None}) == transforms.fingerprint(
        {"b": "", "a": "1"}
    )
    assert transforms.fingerprint({"a": "1"}) != transforms.fingerprint({"a": "2"})


CODES = [("1.10", "1.1"), ("1000", "1000.0"), ("0.10", "0.1"), ("2026-11-23", "2026-11-23T00:00")]


@pytest.mark.parametrize(("one", "other"), CODES)
def test_s88_a_code_that_looks_like_a_number_is_a_text(one: str, other: str) -> None:
    assert same_property("price", one, other), "as a number or a date they are equal"
    assert not same_property("hs_sku", one, other)
    assert not same_property("part_no", one, other, {"part_no"}), "as the mapping says"
    told: dict[str, str | None] = {"hs_sku": one, "part_no": one, "price": one, "zip": ""}
    shown: dict[str, str | None] = {"hs_sku": other, "part_no": other, "price": other}
    found = changes(told, shown, texts={"part_no"})
    assert [each.name for each in found] == ["hs_sku", "part_no"]


def test_s88_the_sku_of_a_product_follows_both_ways_and_its_price_only_by_value() -> None:
    mapping, here = default_set(Kind.PRODUCTS), Context("1")
    lamp = {"Id": "3", "Name": "Lamp", "Sku": "1.1", "UnitPrice": Decimal(75)}
    said = {"hs_sku": "1.10", "price": "75.00", "name": "Lamp"}
    assert mapped_back(Kind.PRODUCTS, said, mapping, here, lamp).body == {"Sku": "1.10"}
    told = {"name": "Lamp", "hs_sku": "1.10", "price": "75"}
    link = linked("products", told={**told, "hs_sku": "1.1", "price": "75.0"})
    item = record("Item", 3, values={"products": told}, links=(link,))
    [write] = [each for each in plan(world(item)) if isinstance(each, WriteProduct)]
    assert write.properties == {"hs_sku": "1.10"}
    way_back = back_map(mapping, {})
    assert not way_back.same("hs_sku", "1.10", "1.1")
    assert way_back.same("price", "75.00", "75")


def test_d31_what_somebody_made_of_a_code_since_is_no_longer_what_a_run_wrote() -> None:
    line = {"name": "hs_sku", "expected": "1.10", "found": "1.1"}
    assert is_as_reported([line], [line])
    assert not is_as_reported([line], [{**line, "found": "1.10"}])
