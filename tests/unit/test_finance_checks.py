"""Finance's limits, required fields, dates, and second thoughts as tables (E-06, E-08, E-11, B-05)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.draft import DraftContent, DraftDiscount, DraftFacts, problems
from invoices.finance_rules import FinanceRules, Overdue, Required, Twin
from tests.unit.invoice_builders import AMY, CONTENT, DESIGN, FACTS, preferences, with_line

D = Decimal


def ruled(**rules: Any) -> DraftFacts:
    return replace(FACTS, rules=FinanceRules(**rules), home_rate=D(1))


def found(content: DraftContent, facts: DraftFacts) -> list[tuple[str, bool, str]]:
    return [(each.code, each.is_blocker, each.step) for each in problems(content, facts)]


def with_discount(value: str, *, is_percent: bool = True, **line: Any) -> DraftContent:
    return replace(with_line(**line), discount=DraftDiscount(value, is_percent))


@pytest.mark.parametrize(
    ("content", "limit", "expected"),
    [
        (CONTENT, "0", []),
        (with_discount("10"), "10", []),
        (with_discount("10.01"), "10", [("finance.discount_over", True, "lines")]),
        (with_discount("15", is_percent=False), "10", []),
        (
            with_discount("15.01", is_percent=False),
            "10",
            [("finance.discount_over", True, "lines")],
        ),
        (with_line(discount="11"), "10", [("finance.discount_over", True, "lines")]),
        (with_discount("6", discount="5"), "10", [("finance.discount_over", True, "lines")]),
        (with_discount("5", discount="5"), "10", []),
    ],
)
def test_e06_the_highest_discount_counts_lines_and_sum(
    content: DraftContent, limit: str, expected: list[Any]
) -> None:
    assert found(content, ruled(max_discount_percent=D(limit))) == expected


@given(st.decimals(min_value=0, max_value=100, places=2), st.decimals(0, 100, places=2))
def test_e06_a_discount_within_the_limit_never_blocks(limit: Decimal, given_: Decimal) -> None:
    codes = [
        code for code, *_ in found(with_discount(str(given_)), ruled(max_discount_percent=limit))
    ]
    slack = D("0.01")  # amounts are rounded to cents
    if given_ <= limit - slack:
        assert "finance.discount_over" not in codes
    if given_ > limit + slack:
        assert "finance.discount_over" in codes


@pytest.mark.parametrize(
    ("price", "percent", "rate", "blocked"),
    [
        ("75.00", "100", D(1), False),
        ("74.99", "100", D(1), True),
        ("60.00", "80", D(1), False),
        ("59.99", "80", D(1), True),
        ("0", "0", D(1), False),
        ("70", "100", None, True),
    ],
)
def test_e06_the_lowest_price(
    price: str, percent: str, rate: Decimal | None, blocked: bool
) -> None:
    facts = replace(ruled(min_price_percent=D(percent)), home_rate=rate)
    codes = [code for code, *_ in found(with_line(unit_price=price), facts)]
    assert ("finance.price_under" in codes) is blocked


def test_e06_the_lowest_price_of_a_foreign_invoice_follows_the_rate() -> None:
    facts = replace(
        ruled(min_price_percent=D(100)),
        preferences=preferences(multicurrency=True),
        customer=replace(AMY, currency="EUR"),
        home_rate=D("1.25"),
    )
    euros = replace(CONTENT, currency="EUR")
    cheap = replace(with_line(unit_price="59.99"), currency="EUR")
    fair = replace(with_line(unit_price="60.00"), currency="EUR")
    assert "finance.price_under" in [code for code, *_ in found(cheap, facts)]
    assert "finance.price_under" not in [code for code, *_ in found(fair, facts)]
    unknown = replace(facts, home_rate=None)
    assert "finance.price_under" not in [code for code, *_ in found(euros, unknown)]


@pytest.mark.parametrize(
    ("line", "blocked"),
    [
        ({"discount": "10"}, False),
        ({"discount": "10.1"}, True),
        ({"discount": "100"}, True),
        ({"discount": "8", "discount_is_percent": False, "quantity": "1"}, True),
        ({"discount": "15", "discount_is_percent": False, "quantity": "2"}, False),
        ({"unit_price": "100.00", "discount": "30"}, False),
    ],
)
def test_e06_a_lines_discount_is_no_way_below_the_lowest_price(
    line: dict[str, Any], blocked: bool
) -> None:
    codes = [code for code, *_ in found(with_line(**line), ruled(min_price_percent=D(90)))]
    assert ("finance.price_under" in codes) is blocked


@given(
    st.decimals(min_value="0.01", max_value=9999, places=2),
    st.integers(1, 50),
    st.integers(0, 100),
)
def test_e06_a_discount_of_just_what_is_allowed_passes(
    price: Decimal, quantity: int, percent: int
) -> None:
    facts = replace(
        ruled(min_price_percent=D(100 - percent)), items={"4": replace(DESIGN, unit_price=price)}
    )
    line = with_line(unit_price=str(price), quantity=str(quantity), discount=str(percent))
    assert "finance.price_under" not in [code for code, *_ in found(line, facts)]


def test_e06_a_product_without_a_price_has_no_lowest_one() -> None:
    facts = replace(ruled(min_price_percent=D(100)), items={"4": replace(DESIGN, unit_price=None)})
    assert found(with_line(unit_price="0.01"), facts) == []


@pytest.mark.parametrize(("allowed", "blocked"), [((), False), (("4",), False), (("5",), True)])
def test_e08_products_that_may_be_invoiced(allowed: tuple[str, ...], blocked: bool) -> None:
    codes = [code for code, *_ in found(CONTENT, ruled(allowed_items=frozenset(allowed)))]
    assert ("finance.product_not_allowed" in codes) is blocked


def test_e08_a_product_made_with_the_invoice_is_none_of_those_allowed() -> None:
    made = with_line(item_id="", item_name="", wanted="Hosting", creates=True)
    facts = replace(ruled(allowed_items=frozenset({"4"})), can_create_products=True)
    assert "finance.product_not_allowed" in [code for code, *_ in found(made, facts)]


@pytest.mark.parametrize(
    ("name", "missing", "there", "expected"),
    [
        (Required.EMAIL, {"bill_email": ""}, {}, "finance.bill_email_required"),
        (Required.TERMS, {"terms_id": ""}, {}, "finance.terms_required"),
        (Required.MESSAGE, {"message": " "}, {}, "finance.message_required"),
        (
            Required.PO_NUMBER, {"po_number": ""}, {"custom_fields": (("2", "P.O. Number"),)},
            "finance.po_number_required",
        ),
        (
            Required.LOCATION, {"location_id": ""}, {"location_tracking": True},
            "finance.location_required",
        ),
        (Required.CLASS, {}, {"class_tracking": True}, "finance.class_required"),
    ],
)  # fmt: skip
def test_e08_required_fields_where_the_company_has_them(
    name: Required, missing: dict[str, str], there: dict[str, Any], expected: str
) -> None:
    content = replace(CONTENT, **{"message": "Thanks", **missing})  # type: ignore[arg-type]
    wanted = ruled(required=frozenset({name}))
    has = replace(wanted, preferences=preferences(**there))
    assert expected in [code for code, is_blocker, _ in found(content, has) if is_blocker]
    if there:
        assert expected not in [code for code, *_ in found(content, wanted)]
    assert expected not in [code for code, *_ in found(content, replace(has, rules=FinanceRules()))]


def test_e08_a_class_of_the_invoice_or_of_each_line_will_do() -> None:
    facts = replace(
        ruled(required=frozenset({Required.CLASS})), preferences=preferences(class_tracking=True),
        class_ids=frozenset({"c"}),
    )  # fmt: skip
    for content in (with_line(class_id="c"), replace(CONTENT, class_id="c")):
        assert "finance.class_required" not in [code for code, *_ in found(content, facts)]


@pytest.mark.parametrize(
    ("day", "rules", "expected"),
    [
        (date(2026, 11, 23), {"backdating_days": 0, "future_days": 0}, None),
        (date(2026, 11, 22), {"backdating_days": 0}, ("finance.too_far_back", True)),
        (date(2026, 11, 24), {"future_days": 0}, ("finance.too_far_ahead", True)),
        (date(2026, 11, 16), {"backdating_days": 7}, None),
        (date(2026, 11, 15), {"backdating_days": 7}, ("finance.too_far_back", True)),
        (date(2025, 11, 23), {}, None),
        (date(2025, 11, 22), {}, ("draft.very_old_date", False)),
        (date(2016, 11, 23), {}, ("draft.very_old_date", False)),
        (date(2027, 11, 24), {}, ("draft.very_late_date", False)),
        (date(2016, 11, 23), {"backdating_days": 7}, ("finance.too_far_back", True)),
    ],
)
def test_e08_how_far_back_and_ahead(
    day: date, rules: dict[str, int], expected: tuple[str, bool] | None
) -> None:
    dated = replace(CONTENT, txn_date=day.isoformat(), due_date="2099-12-31")
    codes = [(code, is_blocker) for code, is_blocker, step in found(dated, ruled(**rules))]
    assert codes == ([expected] if expected else [])


def test_e11_second_thoughts_never_block() -> None:
    facts = replace(
        ruled(credit_limit=D(150)),
        customer=replace(AMY, balance=D("0.01")),
        overdue=Overdue(2, D("99.50")),
        twins=(Twin("1045", "2026-11-20", D(150)), Twin("", "2026-11-22", D(150))),
    )
    assert found(CONTENT, facts) == [
        ("draft.customer_overdue", False, "customer"),
        ("draft.over_credit_limit", False, "customer"),
        ("draft.twin", False, "lines"),
        ("draft.twin_on_its_way", False, "lines"),
    ]
    quiet = replace(facts, rules=FinanceRules(warn_overdue=False), twins=())
    assert found(CONTENT, quiet) == []


def test_e11_exactly_the_limit_is_within_it() -> None:
    facts = replace(ruled(credit_limit=D(150)), customer=replace(AMY, balance=D(0)))
    assert found(CONTENT, facts) == []
