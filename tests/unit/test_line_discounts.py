"""A line's discount by the company's style, text lines, and the order of lines (B-13, D-08)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from invoices.currencies import round_money
from invoices.draft import DraftContent, DraftFacts, DraftLine, problems
from invoices.draft_lines import DEDUCTION, TEXT
from invoices.line_discounts import LineDiscounts, posted_lines
from invoices.line_order import moved, ordered
from invoices.payload import PayloadFacts, expected_totals, invoice_body, same_lines
from invoices.quote_lines import DiscountStyle
from invoices.taxes import TaxMode
from tests.unit.invoice_builders import CODES, CONTENT, FACTS

NET = LineDiscounts()
ITEM = LineDiscounts(DiscountStyle.ITEM_LINE, "77", "Discount")
DESK = replace(CONTENT.lines[0], quantity="2", unit_price="100.00", description="Desk")


def content(*lines: DraftLine) -> DraftContent:
    return replace(CONTENT, lines=lines)


def facts(discounts: LineDiscounts, mode: TaxMode = TaxMode.US_OFF) -> PayloadFacts:
    return PayloadFacts(mode=mode, customer_id="1", discounts=discounts)


def codes(found: DraftContent, **changes: object) -> list[str]:
    return [each.code for each in problems(found, replace(FACTS, **changes))]  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------- the styles
def test_b13_the_net_price_keeps_the_list_price_in_the_description() -> None:
    off = content(replace(DESK, discount="10"))
    [line] = invoice_body(off, facts(NET))["Line"]
    detail = line["SalesItemLineDetail"]
    assert (line["Amount"], detail["Qty"], detail["UnitPrice"]) == (180, 2, 90)
    assert line["Description"] == "Desk\nlist 100.00 less 10 %"


def test_b13_an_amount_off_several_pieces_says_of_how_many() -> None:
    off = content(replace(DESK, discount="15.50", discount_is_percent=False))
    [line] = invoice_body(off, facts(NET))["Line"]
    assert line["Amount"] == Decimal("184.50")
    assert line["Description"] == "Desk\nlist 2 × 100.00 less 15.50"


def test_b13_where_no_price_fits_one_piece_carries_the_amount() -> None:
    odd = replace(DESK, quantity="700000", unit_price="0.01", discount="0.01",
                  discount_is_percent=False)  # fmt: skip
    [line] = posted_lines(content(odd), NET)
    assert line.amount("USD") == Decimal("6999.99")
    assert not line.discount


def test_b13_a_discount_line_stands_below_its_product() -> None:
    off = content(replace(DESK, discount="10", tax_code_id="TAX"), DESK)
    first, below, last = invoice_body(off, facts(ITEM, TaxMode.US_MANUAL))["Line"]
    assert (first["Amount"], below["Amount"], last["Amount"]) == (200, -20, 200)
    assert below["SalesItemLineDetail"] == {
        "ItemRef": {"value": "77"}, "Qty": 1, "UnitPrice": Decimal("-20.00"),
        "TaxCodeRef": {"value": "TAX"},
    }  # fmt: skip
    assert below["Description"] == "Design, list 100.00 less 10 %"


def test_d16_an_invoice_of_ours_is_recognised_with_its_discounts() -> None:
    off = content(replace(DESK, discount="10"), DraftLine("t", kind=TEXT, description="Thanks"))
    for style in (NET, ITEM):
        body = invoice_body(off, facts(style))
        assert same_lines(body, off, style)
    assert not same_lines(invoice_body(off, facts(ITEM)), off, NET)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"discount": "ten"}, ["discount.line_not_a_number"]),
        ({"discount": "-5"}, ["discount.line_out_of_range"]),
        ({"discount": "100.01"}, ["discount.line_out_of_range"]),
        ({"discount": "200.01", "discount_is_percent": False}, ["discount.line_out_of_range"]),
        ({"discount": "100"}, ["draft.total_zero"]),
        ({"discount": "7.5"}, []),
        ({"discount": " "}, []),
    ],
)
def test_b13_b05_a_line_discount_is_judged(line: dict[str, object], expected: list[str]) -> None:
    assert codes(content(replace(DESK, **line))) == expected  # type: ignore[arg-type]


def test_b13_b05_discount_lines_need_their_product() -> None:
    off = content(replace(DESK, discount="10"))
    assert codes(off, line_discounts=replace(ITEM, item_id="")) == ["discount.no_item"]
    assert codes(off, line_discounts=ITEM) == []


MONEY = st.decimals("0.01", 5000, places=2)
QUANTITY = st.decimals("0.25", 400, places=2)
PERCENT = st.decimals(0, 100, places=2)


@given(QUANTITY, MONEY, PERCENT, st.booleans(), st.sampled_from(["USD", "JPY", "KWD"]))
def test_b13_both_styles_come_to_the_same_net(
    quantity: Decimal, price: Decimal, value: Decimal, by_percent: bool, currency: str
) -> None:
    line = replace(
        DESK, quantity=str(quantity), unit_price=str(price), discount=str(value),
        discount_is_percent=by_percent,
    )  # fmt: skip
    listed = line.listed(currency)
    off = line.taken_off(currency)
    assert listed is not None
    assert off is not None
    assume(off <= listed)
    draft = replace(content(line), currency=currency)
    sums = []
    for style in (NET, ITEM):
        amounts = [each.amount(currency) for each in posted_lines(draft, style)]
        assert all(amount is not None for amount in amounts)
        assert all(not each.discount for each in posted_lines(draft, style))
        sums.append(sum((amount for amount in amounts if amount is not None), Decimal(0)))
    assert sums == [listed - off, listed - off]
    assert round_money(sums[0], currency) == sums[0] == line.amount(currency)


@given(st.lists(st.builds(lambda q, p, d: replace(DESK, quantity=str(q), unit_price=str(p),
                                                  discount=str(d)), QUANTITY, MONEY, PERCENT),
                max_size=6))  # fmt: skip
def test_b13_the_preview_is_of_the_lines_as_they_are_sent(lines: list[DraftLine]) -> None:
    draft = content(*(replace(line, key=str(n), tax_code_id="6") for n, line in enumerate(lines)))
    for style in (NET, ITEM):
        body = invoice_body(draft, facts(style, TaxMode.EXCLUDED))
        sent = sum((line["Amount"] for line in body["Line"]), Decimal(0))
        assert expected_totals(draft, TaxMode.EXCLUDED, CODES, "", style).net == sent


# ----------------------------------------------------------------------------------------- text lines
def test_d08_a_text_line_is_free_and_carries_its_words_only() -> None:
    note = DraftLine("t", kind=TEXT, description="Delivered in May\nFloor 3")
    body = invoice_body(content(DESK, note), facts(NET))
    assert body["Line"][1] == {
        "DetailType": "DescriptionOnly",
        "Description": "Delivered in May\nFloor 3",
        "DescriptionLineDetail": {},
    }
    assert note.amount("USD") == 0
    assert note.name == "Delivered in May"
    assert codes(content(DESK, note)) == []


def test_d08_an_empty_text_line_and_an_invoice_of_words_alone_are_refused() -> None:
    assert codes(content(DESK, DraftLine("t", kind=TEXT))) == ["draft.text_missing"]
    words = content(DraftLine("t", kind=TEXT, description="Hello"))
    assert "draft.no_lines" in codes(words)


# --------------------------------------------------------------------------------------------- order
def keys(found: DraftContent) -> str:
    return "".join(line.key for line in found.lines)


ABC = content(*(replace(DESK, key=key) for key in "abc"))
WITH_OFF = content(
    replace(DESK, key="a", quote_line_id="1"),
    replace(DESK, key="b", quote_line_id="1", kind=DEDUCTION),
    replace(DESK, key="c", quote_line_id="2"),
)


def test_s33_lines_move_one_place_and_stop_at_the_ends() -> None:
    assert keys(moved(ABC, "c", -1)) == "acb"
    assert keys(moved(ABC, "a", -1)) == "abc"
    assert keys(moved(ABC, "a", 1)) == "bac"
    assert keys(moved(ABC, "?", 1)) == "abc"


def test_s33_a_quotes_discount_moves_with_its_line() -> None:
    assert keys(moved(WITH_OFF, "a", 1)) == "cab"
    assert keys(moved(WITH_OFF, "c", -1)) == "cab"
    assert keys(ordered(WITH_OFF, ["c", "a"])) == "cab"


@given(st.permutations(["a", "b", "c", "?"]))
def test_s33_dragging_loses_and_doubles_no_line(order: list[str]) -> None:
    found = ordered(ABC, order)
    assert sorted(keys(found)) == ["a", "b", "c"]
    assert keys(found) == "".join(key for key in order if key != "?")
    assert keys(ordered(found, order)) == keys(found)


def test_s33_lines_added_meanwhile_stay_at_the_end() -> None:
    assert keys(ordered(ABC, ["b"])) == "bac"


def test_a_draft_of_before_opens_as_it_was() -> None:
    assert DraftContent.from_json(ABC.to_json()) == ABC
    old = {name: value for name, value in ABC.to_json().items() if name != "custom_fields"}
    assert DraftContent.from_json(old) == ABC
    assert isinstance(
        DraftFacts(True, FACTS.preferences, FACTS.today).line_discounts, LineDiscounts
    )
