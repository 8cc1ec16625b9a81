"""D-15 as tables: what waits, what an approval is worth, who may give it, what loosening is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.approval_policy import (
    Given,
    Policy,
    Rule,
    at_home,
    holds,
    is_looser,
    need,
    refusal,
)

D = Decimal
OVER = Policy(Rule.OVER, D(5000), currency="USD")
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@pytest.mark.parametrize(
    ("policy", "earlier", "amount", "code"),
    [
        (Policy(Rule.NEVER), [D(10**9)], D(10**9), None),
        (Policy(Rule.NEVER), [None], None, None),
        (Policy(Rule.ALWAYS), [], D(0), "approval.every_invoice"),
        (OVER, [], D(5000), None),
        (OVER, [], D("5000.01"), "approval.over_limit"),
        (OVER, [D(4000)], D(1000), None),
        (OVER, [D(4000)], D("1000.01"), "approval.over_limit"),
        (OVER, [D(2500), D(2500)], D("0.01"), "approval.over_limit"),
        (OVER, [None], D(1), "approval.amount_unknown"),
        (OVER, [], None, "approval.amount_unknown"),
        (Policy(Rule.OVER, None), [], D(1), "approval.amount_unknown"),
        (Policy(Rule.OVER, D(0)), [], D(0), None),
        (Policy(Rule.OVER, D(0)), [], D("0.01"), "approval.over_limit"),
    ],
)
def test_d15_what_waits(
    policy: Policy, earlier: list[Decimal | None], amount: Decimal | None, code: str | None
) -> None:
    found = need(policy, earlier, amount)
    assert (found.code if found else None) == code


def test_d15_the_sentence_has_the_numbers() -> None:
    found = need(OVER, [D("4000.00")], D("1200.50"))
    assert found is not None
    assert found.parameters == {
        "limit": "5000", "currency": "USD", "so_far": "4000.00", "now": "1200.50",
    }  # fmt: skip


@given(st.lists(AMOUNTS, max_size=5), AMOUNTS, AMOUNTS)
def test_d15_splitting_an_invoice_never_passes_the_limit(
    earlier: list[Decimal], whole: Decimal, first: Decimal
) -> None:
    part = min(first, whole)
    waits_whole = need(OVER, earlier, whole) is not None
    waits_in_parts = (
        need(OVER, earlier, part) is not None
        or need(OVER, [*earlier, part], whole - part) is not None
    )
    assert waits_whole == waits_in_parts


@pytest.mark.parametrize(
    ("amount", "currency", "rate", "expected"),
    [
        (D("10.00"), "USD", None, D("10.00")),
        (D("10.00"), "EUR", D("1.1"), D("11.00")),
        (D("10.00"), "EUR", None, None),
        (D("10.00"), "EUR", D(0), None),
        (None, "USD", None, None),
    ],
)
def test_d15_amounts_in_home_currency(
    amount: Decimal | None, currency: str, rate: Decimal | None, expected: Decimal | None
) -> None:
    assert at_home(amount, currency, "USD", rate) == expected


@pytest.mark.parametrize(
    ("given_hash", "given_version", "expected"),
    [("a", 1, True), ("b", 1, False), ("a", 2, False)],
)
def test_d15_an_approval_is_for_one_content_under_one_policy(
    given_hash: str, given_version: int, expected: bool
) -> None:
    assert holds([Given(given_hash, given_version)], "a", 1) is expected
    assert not holds([], "a", 1)


@pytest.mark.parametrize(
    ("four_eyes", "approver", "expected"),
    [
        (True, "rep", "approval.own_invoice"),
        (True, "editor", "approval.own_invoice"),
        (True, "accountant", ""),
        (False, "rep", ""),
    ],
)
def test_d15_four_eyes(four_eyes: bool, approver: str, expected: str) -> None:
    policy = Policy(Rule.ALWAYS, four_eyes=four_eyes)
    assert refusal(policy, approver, {"rep", "editor", None}) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Policy(Rule.ALWAYS), OVER, True),
        (OVER, Policy(Rule.NEVER), True),
        (Policy(Rule.NEVER), OVER, False),
        (OVER, Policy(Rule.ALWAYS), False),
        (OVER, Policy(Rule.OVER, D(5001)), True),
        (OVER, Policy(Rule.OVER, D(4999)), False),
        (OVER, OVER, False),
        (OVER, Policy(Rule.OVER, D(5000), four_eyes=False), True),
        (Policy(Rule.OVER, D(5000), four_eyes=False), OVER, False),
        (Policy(Rule.NEVER), Policy(Rule.NEVER, four_eyes=False), False),
        (Policy(Rule.NEVER), Policy(Rule.ALWAYS, four_eyes=False), True),
    ],
)
def test_d15_what_counts_as_loosening(before: Policy, after: Policy, expected: bool) -> None:
    assert is_looser(before, after) is expected


@given(st.sampled_from([Rule.NEVER, Rule.ALWAYS]), AMOUNTS, AMOUNTS, AMOUNTS)
def test_d15_what_is_not_looser_lets_nothing_new_pass(
    rule: Rule, one: Decimal, other: Decimal, amount: Decimal
) -> None:
    policies = [Policy(rule), Policy(Rule.OVER, one), Policy(Rule.OVER, other)]
    for before in policies:
        for after in policies:
            newly_passes = need(before, [], amount) and not need(after, [], amount)
            assert not (newly_passes and not is_looser(before, after))
