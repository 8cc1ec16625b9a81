"""Totals by month and currency, and which lines can be put right (B-26, D-31). Pure."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.amounts import Amounts, from_ledger
from sync.reconcile import Change, changes, values
from sync.reconciled_sums import DEALBOOKS, HUBSPOT, LEFT_OUT, NOWHERE, QUICKBOOKS, Sums, by_month
from sync.reconciliation_rules import is_as_reported, why_not

ZERO = Decimal(0)
SIDES = (QUICKBOOKS, DEALBOOKS, HUBSPOT)
cents = st.decimals(0, 10**6, places=2)
invoices = st.lists(
    st.tuples(
        st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        st.sampled_from(["USD", "EUR", "JPY"]),
        cents,
        st.booleans(),
    ),
    max_size=30,
)


def bill(total: str, paid: str = "0") -> Amounts:
    amount, cash = Decimal(total), Decimal(paid)
    return from_ledger(amount, amount - cash, cash)


@given(invoices)
def test_b26_equal_sides_agree_in_every_month_and_nothing_is_lost(
    found: list[tuple[date, str, Decimal, bool]],
) -> None:
    sums = Sums()
    for day, currency, total, is_left_out in found:
        amounts = bill(str(total))
        for side in (QUICKBOOKS, DEALBOOKS, LEFT_OUT if is_left_out else HUBSPOT):
            sums.add(day, currency, side, amounts)
    lines = by_month(sums.found)
    assert all(each.agrees for each in lines)
    assert sum((each.quickbooks.billed for each in lines), ZERO) == sum(
        (total for _, _, total, _ in found), ZERO
    )
    assert [each.month for each in lines] == sorted((each.month for each in lines), reverse=True)


@given(invoices.filter(bool), st.sampled_from(SIDES), cents.filter(bool))
def test_b26_a_cent_on_one_side_shows_in_its_month_alone(
    found: list[tuple[date, str, Decimal, bool]], side: str, more: Decimal
) -> None:
    sums = Sums()
    for day, currency, total, _ in found:
        for each in SIDES:
            sums.add(day, currency, each, bill(str(total)))
    day, currency, _, _ = found[0]
    key = (day.replace(day=1), currency, side)
    sums.add(day, currency, side, bill(str(more)))
    wrong = [each for each in by_month(sums.found) if not each.agrees]
    assert [(each.month, each.currency, side) for each in wrong] == [key]
    [line] = wrong
    off = {QUICKBOOKS: line.in_books, HUBSPOT: line.in_hubspot, DEALBOOKS: line.in_books}[side]
    assert abs(off.billed) == more


def test_b26_d18_a_voided_invoice_counts_with_zeros_and_no_date_is_a_month_of_its_own() -> None:
    sums = Sums()
    sums.add(date(2026, 11, 3), "USD", DEALBOOKS, bill("0"))
    sums.add(None, "USD", DEALBOOKS, bill("5.00", "2.00"))
    november, undated = by_month(sums.found)
    assert (november.dealbooks.count, november.dealbooks.billed) == (1, ZERO)
    assert (undated.month, undated.is_dated) == (NOWHERE, False)
    assert (undated.dealbooks.cash, undated.dealbooks.open) == (Decimal("2.00"), Decimal("3.00"))


def test_b26_only_expected_properties_count_and_values_are_compared_by_meaning() -> None:
    expected = {"a": "1.00", "b": "x", "mark": "true", "gone": ""}
    found = {"a": "1", "b": "y", "c": "theirs", "gone": None}
    assert changes(expected, found, frozenset({"mark"})) == (Change("b", "x", "y"),)  # type: ignore[arg-type]
    named = [("total", Decimal("30.00"), Decimal("31")), ("open", Decimal("1.0"), Decimal("1.00"))]
    assert values(named) == (Change("total", "30", "31"),)


@pytest.mark.parametrize(
    ("what", "kind", "reason"),
    [
        ("differs", "Invoice", ""),
        ("differs", "Customer", ""),
        ("missing", "Invoice", ""),
        ("missing", "Deal", "sync.drift_deal_deleted"),
        ("missing", "Customer", "sync.drift_object_deleted"),
        ("missing", "Item", "sync.drift_object_deleted"),
        ("untied", "Invoice", ""),
        ("behind", "Payment", ""),
        ("unknown", "Invoice", ""),
        ("gone", "Invoice", ""),
        ("gone", "Item", "sync.drift_gone_in_quickbooks"),
    ],
)
def test_d31_what_cannot_be_put_right_says_why(what: str, kind: str, reason: str) -> None:
    assert why_not(what, kind) == reason


def test_d31_what_changed_since_the_report_is_told_apart() -> None:
    before = [Change("price", "12.50", "13.50").stored()]
    assert is_as_reported(before, [Change("price", "12.5", "13.50").stored()])
    assert not is_as_reported(before, [Change("price", "12.50", "14").stored()])
    assert not is_as_reported(before, [])
    both = [*before, Change("name", "a", "b").stored()]
    assert not is_as_reported(before, both)
