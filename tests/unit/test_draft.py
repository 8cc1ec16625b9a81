"""Everything that stands between a draft and an invoice (B-05 and the issue's bad input)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.draft import DraftContent, DraftFacts, DraftLine, NewCustomer, problems, read_number
from tests.unit.invoice_builders import (
    AMY,
    CONTENT,
    DESIGN,
    FACTS,
    PREFERENCES,
    preferences,
    with_line,
)


def codes(content: DraftContent, facts: DraftFacts = FACTS, *, warnings: bool = False) -> list[str]:
    return [found.code for found in problems(content, facts) if found.is_blocker or warnings]


def test_s44_a_complete_draft_has_no_problem() -> None:
    assert problems(CONTENT, FACTS) == []


@pytest.mark.parametrize("quantity", ["0", "-1", "0.00", "-0.5"])
def test_bad_input_quantity_zero_or_negative(quantity: str) -> None:
    found = problems(with_line(quantity=quantity), FACTS)
    assert [entry.code for entry in found if entry.is_blocker] == ["draft.quantity_not_positive"]
    blocked = next(entry for entry in found if entry.is_blocker)
    assert (blocked.field, blocked.step) == ("lines.a.quantity", "lines")
    assert blocked.parameters == {"number": "1", "typed": quantity}


@pytest.mark.parametrize(
    ("price", "currency", "expected"),
    [
        ("12.345", "USD", ["draft.price_decimals"]),
        ("12.340", "USD", []),
        ("1,234.50", "USD", []),
        ("100.5", "JPY", ["draft.price_decimals"]),
        ("100", "JPY", []),
        ("1.234", "KWD", []),
        ("-5", "USD", ["draft.price_negative"]),
        ("", "USD", ["draft.price_missing"]),
        ("12,5", "USD", ["draft.not_a_number"]),
        ("twelve", "USD", ["draft.not_a_number"]),
        ("1e3", "USD", ["draft.not_a_number"]),
        ("NaN", "USD", ["draft.not_a_number"]),
        ("9" * 40, "USD", ["draft.not_a_number"]),
        ("999999999999", "USD", ["draft.amount_too_large"]),
    ],
)
def test_bad_input_price_with_three_decimals_and_other_prices(
    price: str, currency: str, expected: list[str]
) -> None:
    facts = replace(
        FACTS,
        preferences=preferences(home_currency=currency),
        customer=replace(AMY, currency=currency),
    )
    assert codes(replace(with_line(unit_price=price), currency=currency), facts) == expected


def test_s33_a_price_that_quickbooks_itself_has_keeps_its_decimals() -> None:
    facts = replace(FACTS, items={"4": replace(DESIGN, unit_price=Decimal("0.005"))})
    assert codes(with_line(unit_price="0.005"), facts) == []


def test_bad_input_message_of_5000_characters() -> None:
    found = problems(replace(CONTENT, message="x" * 5000), FACTS)
    assert [(entry.code, entry.field, entry.step) for entry in found] == [
        ("draft.too_long", "message", "details")
    ]
    assert found[0].parameters == {"length": "5000", "limit": "1000"}


@pytest.mark.parametrize(
    "name", ["Zoë 🎉 “Quotes” & Söhne", "O'Brien \\ Partner", "名前株式会社", "a" * 500]
)
def test_bad_input_emoji_and_quotes_in_names_are_welcome(name: str) -> None:
    content = replace(CONTENT, customer_id="", new_customer=NewCustomer(display_name=name))
    assert codes(content) == []


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (NewCustomer(), ["draft.new_customer_name_missing"]),
        (NewCustomer(display_name="  "), ["draft.new_customer_name_missing"]),
        (NewCustomer(display_name="a:b"), ["draft.new_customer_name_characters"]),
        (NewCustomer(display_name="a\tb"), ["draft.new_customer_name_characters"]),
        (NewCustomer(display_name="x" * 501), ["draft.too_long"]),
        (NewCustomer(display_name="x", given_name="y" * 101), ["draft.too_long"]),
        (NewCustomer(display_name="x", email="no-at"), ["draft.email_invalid"]),
        (NewCustomer(display_name="x", email="a@b.example, c@d.example"), []),
        (NewCustomer(display_name="x", email="a@b.example,"), ["draft.email_invalid"]),
    ],
)
def test_s31_fields_of_a_new_customer(new: NewCustomer, expected: list[str]) -> None:
    assert codes(replace(CONTENT, customer_id="", new_customer=new)) == expected


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("display_name", 500),
        ("company_name", 100),
        ("given_name", 100),
        ("family_name", 100),
        ("phone", 30),
        ("line1", 500),
        ("line2", 500),
        ("city", 255),
        ("region", 255),
        ("postcode", 30),
        ("country", 255),
    ],
)
def test_f83_text_too_long_for_quickbooks_is_said_before_it_is_sent(field: str, limit: int) -> None:
    for length, expected in ((limit, []), (limit + 1, ["draft.too_long"])):
        new = replace(NewCustomer(display_name="Ada"), **{field: "é" * length})
        found = problems(replace(CONTENT, customer_id="", new_customer=new), FACTS)
        assert [each.code for each in found if each.is_blocker] == expected
        assert {each.field for each in found if each.is_blocker} <= {f"new_customer.{field}"}


@given(
    st.sampled_from([("message", 1000), ("po_number", 31), ("description", 4000)]),
    st.integers(-40, 40),
)
def test_f83_every_text_of_an_invoice_has_its_limit(limit: tuple[str, int], more: int) -> None:
    name, most = limit
    text = "x" * max(most + more, 0)
    if name == "description":
        content = with_line(description=text)
    else:
        content = replace(CONTENT, **{name: text})
    assert ("draft.too_long" in codes(content)) is (len(text) > most)


def test_f83_too_many_lines_are_refused_at_once() -> None:
    [line] = CONTENT.lines
    many = tuple(replace(line, key=f"l{number}") for number in range(751))
    assert codes(replace(CONTENT, lines=many)) == ["draft.too_many_lines"]
    assert codes(replace(CONTENT, lines=many[:-1])) == []


def test_bad_input_archived_customer() -> None:
    facts = replace(FACTS, customer=replace(AMY, active=False))
    found = problems(CONTENT, facts)
    assert [(entry.code, entry.step) for entry in found] == [
        ("draft.customer_inactive", "customer")
    ]
    assert found[0].parameters == {"name": "Amy's Bird Sanctuary"}


PREFERS_NUMBERS = replace(FACTS, preferences=preferences(custom_numbers=True))
UK = replace(
    FACTS,
    is_us=False,
    preferences=preferences(home_currency="GBP", multicurrency=True),
    customer=replace(AMY, currency="GBP"),
)
UK_CONTENT = replace(with_line(tax_code_id="6"), currency="GBP")


@pytest.mark.parametrize(
    ("content", "facts", "expected"),
    [
        (CONTENT, PREFERS_NUMBERS, "draft.custom_numbers"),
        (replace(UK_CONTENT, lines=with_line(tax_code_id="").lines), UK, "draft.tax_code_missing"),
        (
            replace(UK_CONTENT, lines=with_line(tax_code_id="99").lines),
            UK,
            "draft.tax_code_inactive",
        ),
        (replace(UK_CONTENT, currency="EUR"), UK, "draft.currency_mismatch"),
        (CONTENT, replace(FACTS, customer=None), "draft.customer_unknown"),
        (replace(CONTENT, customer_id=""), FACTS, "draft.customer_missing"),
        (
            CONTENT,
            replace(FACTS, items={"4": replace(DESIGN, active=False)}),
            "draft.item_inactive",
        ),
        (CONTENT, replace(FACTS, items={"4": replace(DESIGN, kind="Category")}), "draft.item_kind"),
        (
            replace(CONTENT, customer_id="", new_customer=NewCustomer(display_name="amy")),
            replace(FACTS, name_taken_by=AMY),
            "draft.name_taken",
        ),
        (
            CONTENT,
            replace(FACTS, preferences=preferences(book_close_date=date(2026, 11, 23))),
            "draft.books_closed",
        ),
        (CONTENT, replace(FACTS, tax_filed_up_to=date(2026, 12, 31)), "draft.tax_filed"),
        (CONTENT, replace(FACTS, deal_archived=True), "draft.deal_archived"),
        (CONTENT, replace(FACTS, company_connected=False), "draft.company_disconnected"),
        (with_line(tax_code_id="6"), FACTS, "draft.us_tax_code"),
        (replace(CONTENT, lines=()), FACTS, "draft.no_lines"),
        (with_line(item_id=""), FACTS, "draft.item_missing"),
        (with_line(item_id="77"), FACTS, "draft.item_unknown"),
        (with_line(quantity="1.1234567"), FACTS, "draft.quantity_decimals"),
        (with_line(description="d" * 4001), FACTS, "draft.too_long"),
        (replace(CONTENT, terms_id="8"), FACTS, "draft.terms_inactive"),
        (replace(CONTENT, due_date="2026-11-01"), FACTS, "draft.due_before_date"),
        (replace(CONTENT, txn_date="31/12/2026"), FACTS, "draft.date_unreadable"),
        (replace(CONTENT, due_date=""), FACTS, "draft.date_missing"),
        (replace(CONTENT, bill_email="nobody"), FACTS, "draft.email_invalid"),
    ],
)
def test_b05_each_blocker_has_its_own_code(
    content: DraftContent, facts: DraftFacts, expected: str
) -> None:
    assert codes(content, facts) == [expected]


def test_b05_a_euro_invoice_needs_multicurrency() -> None:
    facts = replace(FACTS, customer=replace(AMY, currency="EUR"))
    assert codes(replace(CONTENT, currency="EUR"), facts) == ["draft.multicurrency_off"]


def test_s62_a_confirmed_series_lifts_the_block() -> None:
    assert codes(CONTENT, replace(PREFERS_NUMBERS, series_ready=True)) == []


def test_s36_every_line_outside_the_us_needs_a_tax_code_at_once() -> None:
    lines = tuple(replace(CONTENT.lines[0], key=key, tax_code_id="") for key in "abc")
    found = problems(replace(UK_CONTENT, lines=lines), UK)
    assert [entry.field for entry in found] == [f"lines.{key}.tax_code" for key in "abc"]


def test_s36_no_code_is_asked_where_tax_does_not_apply() -> None:
    content = replace(UK_CONTENT, lines=with_line(tax_code_id="").lines, tax_mode="not_applicable")
    assert codes(content, UK) == []


def test_b05_all_problems_come_at_once() -> None:
    content = DraftContent(currency="USD", lines=(DraftLine(key="a", quantity="0"),))
    assert {
        "draft.customer_missing",
        "draft.item_missing",
        "draft.quantity_not_positive",
        "draft.price_missing",
        "draft.date_missing",
    } <= set(codes(content))


def test_d07_a_missing_address_only_warns() -> None:
    content = replace(CONTENT, bill_email="")
    assert codes(content) == []
    assert codes(content, warnings=True) == ["draft.email_missing"]


def test_d09_a_missing_state_or_zip_warns_when_a_line_is_taxable() -> None:
    nowhere = replace(AMY.ship_address, region="", postcode="")
    facts = replace(FACTS, customer=replace(AMY, ship_address=nowhere, bill_address=nowhere))
    assert codes(with_line(tax_code_id="TAX"), facts, warnings=True) == ["draft.us_address_missing"]
    assert codes(CONTENT, facts, warnings=True) == []


def test_e02_billing_beyond_the_deal_warns_with_what_is_left() -> None:
    facts = replace(
        FACTS, deal_currency="USD", deal_amount=Decimal("200"), invoiced_so_far=Decimal("100")
    )
    found = problems(CONTENT, facts)
    assert [entry.code for entry in found] == ["draft.over_deal_amount"]
    assert found[0].parameters["left"] == "100"


def test_d23_another_deal_currency_warns() -> None:
    facts = replace(FACTS, deal_currency="EUR", deal_amount=Decimal("1"))
    assert codes(CONTENT, facts, warnings=True) == ["draft.deal_currency_differs"]


def test_d08_deductions_beyond_what_is_charged_are_refused_here() -> None:
    """QuickBooks takes no invoice below zero: the draft stays, with a sentence."""
    line = CONTENT.lines[0]
    below = replace(line, key="off", kind="deduction", quantity="1", unit_price="-9999.00")
    assert codes(replace(CONTENT, lines=(line, below))) == ["draft.total_negative"]
    evened = replace(below, unit_price=f"-{line.amount('USD')}")
    found = codes(replace(CONTENT, lines=(line, evened)), warnings=True)
    assert found == ["draft.total_zero"]


def test_draft_zero_total_warns() -> None:
    assert codes(with_line(unit_price="0"), warnings=True) == ["draft.total_zero"]


texts = st.text(max_size=30)
lines = st.builds(DraftLine, key=texts, item_id=texts, quantity=texts, unit_price=texts)
contents = st.builds(
    DraftContent,
    currency=st.sampled_from(["USD", "EUR", "JPY", ""]),
    customer_id=texts,
    new_customer=st.none() | st.builds(NewCustomer, display_name=texts, email=texts),
    lines=st.lists(lines, max_size=3).map(tuple),
    tax_mode=texts,
    txn_date=texts,
    due_date=texts | st.dates().map(str),
    message=texts,
    due_date_typed=st.booleans(),
)


@given(contents)
def test_draft_survives_storage_and_never_breaks_the_judge(content: DraftContent) -> None:
    assert DraftContent.from_json(content.to_json()) == content
    for found in problems(content, FACTS):
        assert found.code.startswith("draft.")
        assert all(isinstance(value, str) for value in found.parameters.values())


def test_draft_of_another_version_still_opens() -> None:
    stored = {"customer_id": "1", "unheard_of": True, "lines": [{"key": "a", "colour": "red"}]}
    found = DraftContent.from_json(stored)
    assert (found.customer_id, found.lines[0].key) == ("1", "a")


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    )
)
def test_numbers_read_back_as_written(number: Decimal) -> None:
    assert read_number(f"{number:f}") == number
    assert read_number(f"{number:,f}") == number


def test_preferences_without_sales_tax_ask_for_no_address() -> None:
    facts = replace(FACTS, preferences=replace(PREFERENCES, sales_tax=False))
    assert codes(with_line(tax_code_id="TAX"), facts, warnings=True) == []


def test_d23_converted_prices_are_confirmed_on_review() -> None:
    facts = replace(UK, customer=replace(AMY, currency="EUR"))
    euro = replace(UK_CONTENT, currency="EUR", priced_in="EUR", price_rate="0.86")
    found = problems(euro, facts)
    assert [entry.code for entry in found] == ["draft.prices_converted"]
    assert found[0].parameters == {"home": "GBP", "currency": "EUR", "rate": "0.86"}


def test_d23_prices_of_another_currency_are_noticed() -> None:
    moved = replace(UK_CONTENT, priced_in="EUR", price_rate="0.86")
    assert codes(moved, UK, warnings=True) == ["draft.priced_in_other"]
    assert codes(replace(UK_CONTENT, priced_in="GBP"), UK, warnings=True) == []


def test_bad_input_quantity_zero_says_nothing_about_a_zero_total() -> None:
    assert codes(with_line(quantity="0"), warnings=True) == ["draft.quantity_not_positive"]
