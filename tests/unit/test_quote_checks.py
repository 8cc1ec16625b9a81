"""What stands between a draft made from a quote and its invoice (B-05, B-12, B-13, S-28)."""

import inspect
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.messages import is_known
from invoices import draft_quotes, quote_checks, quote_lines, quotes
from invoices.currencies import round_money
from invoices.draft import DraftContent, DraftDiscount, DraftLine, problems
from invoices.draft_quotes import DraftQuote
from invoices.payload import PayloadFacts, expected_totals, invoice_body
from invoices.quote_lines import Billed
from invoices.quotes import Obstacle
from invoices.taxes import TaxMode
from tests.unit.invoice_builders import CODES, CONTENT, FACTS, TODAY, preferences
from tests.unit.quote_builders import line, quote

QUOTE = quote(line("1", quantity="2", price="75.00", amount="150.00"))
LINE = replace(CONTENT.lines[0], quote_line_id="1", quoted_price="75.00")
FROM_QUOTE = draft_quotes.kept(replace(CONTENT, lines=(LINE,)), DraftQuote(QUOTE))
AT_HOME = replace(FACTS, portal_today=TODAY)


def codes(content: DraftContent, facts: Any = AT_HOME) -> list[str]:
    return [found.code for found in problems(content, facts)]


def with_quote(**changes: Any) -> DraftContent:
    return draft_quotes.kept(FROM_QUOTE, replace(DraftQuote(QUOTE), **changes))


def test_s26_a_draft_from_a_quote_has_no_problem() -> None:
    assert codes(FROM_QUOTE) == []
    assert DraftContent.from_json(FROM_QUOTE.to_json()) == FROM_QUOTE
    assert draft_quotes.quote_id(FROM_QUOTE) == "900"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"obstacle": Obstacle("quote.draft")}, "quote.draft"),
        ({"obstacle": Obstacle("quote.gone")}, "quote.gone"),
        ({"changes": (Obstacle("quote.change.fees"),), "newer": QUOTE}, "quote.changed"),
        ({"quote": replace(QUOTE, expires_on=TODAY - timedelta(days=1))}, "quote.expired"),
        ({"quote": replace(QUOTE, currency="GBP")}, "quote.currency_differs"),
    ],
)
def test_s28_a_quote_that_changed_while_the_wizard_was_open(
    changes: dict[str, Any], expected: str
) -> None:
    content = with_quote(**changes)
    (found,) = problems(content, AT_HOME)
    assert (found.code, found.is_blocker, found.step) == (expected, True, "source")
    assert DraftContent.from_json(content.to_json()) == content


def test_s28_letting_the_quote_go_keeps_or_removes_its_lines() -> None:
    own = DraftLine("own", "4", "Design", "", "1", "10.00", "NON")
    content = replace(FROM_QUOTE, lines=(*FROM_QUOTE.lines, own), discount=DraftDiscount("5"))
    emptied = draft_quotes.let_go(content, with_lines=True)
    assert (emptied.lines, emptied.discount, emptied.source) == ((own,), None, "scratch")
    loose = draft_quotes.let_go(content, with_lines=False)
    assert [one.quote_line_id for one in loose.lines] == ["", ""]
    assert draft_quotes.of(loose) is None


# ------------------------------------------------------------------------------------- products
MISSING = replace(LINE, item_id="", item_name="", wanted="Perch", wanted_sku="P-1", why_not="none")


@pytest.mark.parametrize(
    ("changes", "facts", "expected"),
    [
        ({}, {}, "quote.product_missing"),
        ({"why_not": "several"}, {}, "quote.product_several"),
        ({"why_not": "inactive"}, {}, "quote.product_inactive"),
        ({"why_not": "unsellable"}, {}, "quote.product_unsellable"),
        ({"why_not": "a new reason"}, {}, "quote.product_missing"),
        ({}, {"product_policy": "block"}, "quote.product_blocked"),
        ({"creates": True}, {}, "quote.no_account"),
        ({"creates": True}, {"can_create_products": True}, None),
        ({"kind": "fee"}, {}, "quote.fee_item_missing"),
        ({"kind": "deduction", "unit_price": "-5.00"}, {}, "quote.discount_item_missing"),
    ],
)
def test_b12_a_line_without_a_product(
    changes: dict[str, Any], facts: dict[str, Any], expected: str | None
) -> None:
    content = replace(FROM_QUOTE, lines=(LINE, replace(MISSING, key="b", **changes)))
    found = [one for one in problems(content, replace(AT_HOME, **facts)) if one.is_blocker]
    assert [one.code for one in found] == ([expected] if expected else [])
    for one in found:
        assert (one.field, one.parameters["number"]) == ("lines.b.item", "2")
        assert (one.parameters["name"], one.parameters["sku"]) == ("Perch", "P-1")


def test_b12_p22_every_bad_line_is_reported_at_once() -> None:
    bad = [replace(MISSING, key=f"b{number}", wanted=f"Perch {number}") for number in (1, 2)]
    content = replace(FROM_QUOTE, lines=(LINE, *bad))
    found = [one for one in problems(content, AT_HOME) if one.is_blocker]
    assert [one.parameters["name"] for one in found] == ["Perch 1", "Perch 2"]


# --------------------------------------------------------------------------------- what is left
def test_d08_already_invoiced_is_a_warning_with_what_is_left() -> None:
    facts = replace(AT_HOME, quote_billed={"1": Billed(Decimal(1), Decimal("75.00"), 1)})
    (found,) = problems(FROM_QUOTE, facts)
    assert (found.code, found.is_blocker) == ("quote.line_billed", False)
    assert (found.parameters["billed"], found.parameters["left"]) == ("75.00", "75.00")


def test_d08_a_recurring_line_says_how_often_it_was_billed() -> None:
    recurring = replace(QUOTE, lines=(replace(QUOTE.lines[0], frequency="monthly"),))
    facts = replace(AT_HOME, quote_billed={"1": Billed(Decimal(2), Decimal("150.00"), 3)})
    (found,) = problems(with_quote(quote=recurring), facts)
    assert (found.code, found.parameters["times"]) == ("quote.period_billed", "3")


def test_b13_an_amount_that_is_not_the_quotes_is_pointed_out() -> None:
    content = replace(FROM_QUOTE, lines=(replace(LINE, quantity="1"),))
    (found,) = problems(content, AT_HOME)
    assert (found.code, found.is_blocker) == ("quote.line_differs", False)
    assert (found.parameters["quoted"], found.parameters["now"]) == ("150.00", "75.00")


def test_b13_a_line_with_its_discount_below_is_as_quoted() -> None:
    listed = replace(QUOTE, lines=(replace(QUOTE.lines[0], amount=Decimal("140.00")),))
    off = DraftLine(
        "d", "4", "Design", "", "1", "-10.00", "NON", kind="deduction", quote_line_id="1"
    )
    content = replace(with_quote(quote=listed), lines=(LINE, off))
    assert codes(content) == []
    assert codes(replace(content, lines=(LINE, replace(off, kind="")))) == ["draft.price_negative"]


def test_b13_a_price_with_many_decimals_is_fine_where_the_quote_has_it() -> None:
    fine = replace(LINE, quantity="240", unit_price="70.312", quoted_price="70.312")
    content = replace(with_quote(quote=quote(line("1", amount="16874.88"))), lines=(fine,))
    assert codes(content) == []
    typed = replace(content, lines=(replace(fine, unit_price="70.313"),))
    assert "draft.price_decimals" in codes(typed)


# ------------------------------------------------------------------------------------ discounts
@pytest.mark.parametrize(
    ("discount", "facts", "expected"),
    [
        (DraftDiscount("10"), {}, []),
        (DraftDiscount("20.00", is_percent=False), {}, []),
        (DraftDiscount("ten"), {}, ["discount.not_a_number"]),
        (DraftDiscount("-1"), {}, ["discount.out_of_range"]),
        (DraftDiscount("101"), {}, ["discount.out_of_range"]),
        (DraftDiscount("150.01", is_percent=False), {}, ["discount.above_lines"]),
        (
            DraftDiscount("10"),
            {"preferences": preferences(allow_discount=False)},
            ["discount.switched_off"],
        ),
    ],
)
def test_b13_b05_discounts_on_the_whole_invoice(
    discount: DraftDiscount, facts: dict[str, Any], expected: list[str]
) -> None:
    content = replace(FROM_QUOTE, discount=discount)
    found = [one for one in problems(content, replace(AT_HOME, **facts)) if one.is_blocker]
    assert [one.code for one in found] == expected
    assert all(one.step == "lines" for one in found)


def test_b13_no_discount_while_amounts_include_tax() -> None:
    uk = replace(AT_HOME, is_us=False)
    content = replace(
        FROM_QUOTE, discount=DraftDiscount("10"), tax_mode="inclusive",
        lines=(replace(LINE, tax_code_id="6"),),
    )  # fmt: skip
    assert codes(content, uk) == ["discount.inclusive"]


def test_b13_one_discount_line_and_tax_after_it_in_the_us() -> None:
    content = replace(FROM_QUOTE, discount=DraftDiscount("10", True, "Framework"))
    body = invoice_body(content, PayloadFacts(TaxMode.US_MANUAL, customer_id="1"))
    assert body["Line"][-1] == {
        "DetailType": "DiscountLineDetail",
        "Amount": Decimal("15.00"),
        "Description": "Framework",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": Decimal("10")},
    }
    assert body["ApplyTaxAfterDiscount"] is True
    amount = replace(content, discount=DraftDiscount("20.00", is_percent=False))
    abroad = invoice_body(amount, PayloadFacts(TaxMode.EXCLUDED, customer_id="1"))
    assert abroad["Line"][-1]["DiscountLineDetail"] == {"PercentBased": False}
    assert "ApplyTaxAfterDiscount" not in abroad
    plain = invoice_body(FROM_QUOTE, PayloadFacts(TaxMode.US_MANUAL, customer_id="1"))
    assert "ApplyTaxAfterDiscount" not in plain
    assert len(plain["Line"]) == 1


@given(
    st.lists(st.tuples(st.decimals("0.01", 900, places=2), st.sampled_from("678")), min_size=1,
             max_size=9),
    st.decimals(0, 100, places=2),
)  # fmt: skip
def test_b13_the_discount_lowers_every_tax_by_its_share(
    amounts: list[tuple[Decimal, str]], percent: Decimal
) -> None:
    lines = tuple(
        DraftLine(str(place), "4", "Design", "", "1", str(amount), code)
        for place, (amount, code) in enumerate(amounts)
    )
    content = replace(CONTENT, lines=lines, discount=DraftDiscount(str(percent)))
    found = expected_totals(content, TaxMode.EXCLUDED, CODES, "")
    subtotal = sum((amount for amount, _ in amounts), Decimal(0))
    assert found.subtotal == subtotal
    assert found.net == subtotal - round_money(subtotal * percent / 100, "USD")
    for rate in found.rates:
        whole = expected_totals(replace(content, discount=None), TaxMode.EXCLUDED, CODES, "")
        before = next(one for one in whole.rates if one.rate_id == rate.rate_id)
        assert rate.tax <= before.tax
        off = before.net * found.net / subtotal * rate.percent / 100
        assert abs(rate.tax - off) <= Decimal("0.005")


def test_b08_every_code_of_quotes_has_its_sentence() -> None:
    used = {
        code
        for module in (quotes, quote_lines, quote_checks)
        for code in re.findall(r'"((?:quote|discount)\.[a-z_.]+)"', inspect.getsource(module))
    }
    assert used
    assert {code for code in used if not is_known(code)} == set()
