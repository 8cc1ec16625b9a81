"""A quote's lines on an invoice: what is due, at which price, exact to the cent (D-08, B-13)."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.billing_periods import count, period_start
from invoices.currencies import decimals, exponent, round_money
from invoices.quote_amounts import OrderDiscount, lines_sum, order_discount, whole
from invoices.quote_lines import Billed, DiscountStyle, PlannedLine, Timing, fee_key, plan
from invoices.quotes import Adjustment, Quote
from tests.unit.quote_builders import TODAY, fixed, line, percent, quote

ITEM_LINE = DiscountStyle.ITEM_LINE


def one(currency: str = "USD", style: DiscountStyle = DiscountStyle.NET_PRICE, /,
        billed: Billed | None = None, **given_line: Any) -> PlannedLine:  # fmt: skip
    taken = {"1": billed} if billed else {}
    found = plan(
        quote(line("1", **given_line), currency=currency),
        currency,
        TODAY,
        style=style,
        billed=taken,
    )
    return found.lines[0]


# ------------------------------------------------------------------------------- line discounts
@pytest.mark.parametrize(
    ("given_line", "price", "amount", "note"),
    [
        ({}, "100.00", "200.00", ""),
        ({"discount_percent": "10", "amount": "180.00"}, "90", "180.00", "list 100.00 less 10 %"),
        ({"discount_percent": "12.5"}, "87.5", "175.00", "list 100.00 less 12.5 %"),
        ({"discount": "20.00", "amount": "160.00"}, "80", "160.00", "list 100.00 less 20.00"),
        ({"discount_percent": "100"}, "0", "0.00", "list 100.00 less 100 %"),
        (
            {"quantity": "240", "price": "79.90", "discount_percent": "12", "amount": "16874.88"},
            "70.312",
            "16874.88",
            "list 79.90 less 12 %",
        ),
        # HubSpot's own net price counts, whatever the discount would come to.
        (
            {"discount_percent": "10", "amount": "179.99"},
            "89.995",
            "179.99",
            "list 100.00 less 10 %",
        ),
        ({"quantity": "3", "price": "3.33", "amount": "10.00"}, "3.333", "10.00", ""),
    ],
)
def test_b13_line_discounts_as_a_net_price(
    given_line: dict[str, str], price: str, amount: str, note: str
) -> None:
    found = one(**given_line)
    assert (found.unit_price, found.amount, found.note) == (Decimal(price), Decimal(amount), note)
    assert (found.timing, found.trouble, found.deduction) == (Timing.NOW, None, 0)


def test_b13_line_discounts_as_a_line_of_their_own() -> None:
    found = one("USD", ITEM_LINE, discount_percent="10", amount="180.00")
    assert (found.quantity, found.unit_price, found.amount) == (2, 100, 200)
    assert (found.deduction, found.net, found.note) == (20, 180, "list 100.00 less 10 %")
    plain = one("USD", ITEM_LINE)
    assert (plain.deduction, plain.net) == (0, 200)


def test_b13_a_price_that_cannot_be_multiplied_becomes_one_piece() -> None:
    """QuickBooks takes five decimals of a quantity; Amount must be UnitPrice times Qty (6070)."""
    found = one(quantity="0.3333333", price="100.00", amount="33.33")
    assert (found.quantity, found.unit_price, found.amount) == (
        1,
        Decimal("33.33"),
        Decimal("33.33"),
    )
    assert found.note == "0.3333333 × 100.00"


@pytest.mark.parametrize(
    ("currency", "given_line", "code"),
    [
        ("USD", {"amount": "10.005"}, "quote.line_decimals"),
        ("JPY", {"amount": "100.5"}, "quote.line_decimals"),
        ("KWD", {"amount": "1.2345"}, "quote.line_decimals"),
        ("USD", {"quantity": None}, "quote.line_unreadable"),
        ("USD", {"price": None}, "quote.line_unreadable"),
        ("USD", {"quantity": "0"}, "quote.line_quantity"),
        ("USD", {"quantity": "-1"}, "quote.line_quantity"),
        ("USD", {"amount": "-5.00"}, "quote.line_negative"),
    ],
)
def test_b13_a_line_that_cannot_be_billed_to_the_cent_says_why(
    currency: str, given_line: dict[str, Any], code: str
) -> None:
    found = one(currency, **given_line)
    assert found.trouble is not None
    assert found.trouble.code == code
    assert found.trouble.parameters["name"] == "Task chair"
    assert not found.is_due


# --------------------------------------------------------------------------------- recurring
@pytest.mark.parametrize(
    ("given_line", "times", "timing", "bills_from"),
    [
        ({}, 0, Timing.NOW, None),
        ({"frequency": "monthly"}, 0, Timing.PERIOD, None),
        ({"frequency": "monthly", "starts_on": date(2026, 11, 23)}, 0, Timing.PERIOD, None),
        ({"frequency": "monthly", "starts_on": date(2026, 11, 24)}, 0, Timing.LATER, date(2026, 11, 24)),
        ({"frequency": "monthly", "starts_on": date(2026, 11, 3)}, 1, Timing.LATER, date(2026, 12, 3)),
        ({"frequency": "monthly", "starts_on": date(2026, 10, 3)}, 1, Timing.PERIOD, None),
        ({"frequency": "annually", "starts_on": date(2026, 2, 3)}, 1, Timing.LATER, date(2027, 2, 3)),
        ({"frequency": "monthly", "period": "P12M", "starts_on": date(2025, 1, 1)}, 12, Timing.BILLED, None),
        ({"frequency": "monthly", "period": "P12M"}, 11, Timing.PERIOD, None),
        ({"frequency": "someday", "starts_on": date(2026, 1, 1)}, 3, Timing.PERIOD, None),
    ],
)  # fmt: skip
def test_d08_one_period_of_what_started_and_later_starts_wait(
    given_line: dict[str, Any], times: int, timing: Timing, bills_from: date | None
) -> None:
    found = one(billed=Billed(times=times), **given_line)
    assert (found.timing, found.bills_from) == (timing, bills_from)
    assert found.is_due is (timing in (Timing.NOW, Timing.PERIOD))


@pytest.mark.parametrize(
    ("first", "frequency", "number", "expected"),
    [
        (date(2026, 1, 31), "monthly", 1, date(2026, 2, 28)),
        (date(2026, 1, 31), "monthly", 2, date(2026, 3, 31)),
        (date(2026, 11, 1), "quarterly", 1, date(2027, 2, 1)),
        (date(2024, 2, 29), "annually", 1, date(2025, 2, 28)),
        (date(2026, 11, 2), "biweekly", 2, date(2026, 11, 30)),
        (date(2026, 11, 2), "someday", 2, None),
    ],
)
def test_d08_periods_begin(first: date, frequency: str, number: int, expected: date | None) -> None:
    assert period_start(first, frequency, number) == expected


@pytest.mark.parametrize(
    ("frequency", "length", "expected"),
    [
        ("monthly", "P12M", 12),
        ("monthly", "P1Y", 12),
        ("quarterly", "P24M", 8),
        ("annually", "P36M", 3),
        ("annually", "P6M", 1),
        ("weekly", "P4W", 4),
        ("biweekly", "P28D", 2),
        ("weekly", "P1M", None),
        ("monthly", "", None),
        ("monthly", "P", None),
        ("monthly", "twelve", None),
    ],
)
def test_d08_a_contract_has_so_many_periods(
    frequency: str, length: str, expected: int | None
) -> None:
    assert count(frequency, length) == expected


# ------------------------------------------------------------------------- what is left to bill
@pytest.mark.parametrize(
    ("quantity", "amount", "expected"),
    [
        ("1", "100.00", (Timing.NOW, "1", "100.00")),
        ("2", "150.00", (Timing.NOW, "1", "50.00")),
        ("2", "200.00", (Timing.BILLED, "0", "0")),
        ("3", "300.00", (Timing.BILLED, "0", "0")),
    ],
)
def test_d08_only_what_is_left_of_a_line_is_taken_over(
    quantity: str, amount: str, expected: tuple[Timing, str, str]
) -> None:
    found = one(billed=Billed(Decimal(quantity), Decimal(amount), 1))
    assert (found.timing, found.quantity, found.amount) == (
        expected[0],
        Decimal(expected[1]),
        Decimal(expected[2]),
    )


# ------------------------------------------------------------------------------ order discounts
TWO = (line("1"), line("2", name="Desk", quantity="1", price="300.00"))


@pytest.mark.parametrize(
    ("given_quote", "expected"),
    [
        ({}, None),
        ({"discounts": (percent("5", "Framework"),)}, ("5", True, "25.00")),
        ({"discounts": (fixed("5"),)}, ("5.00", False, "5.00")),
        ({"discounts": (percent("5"), percent("10"))}, ("15", True, "75.00")),
        ({"discounts": (percent("5"), fixed("5"))}, ("30.00", False, "30.00")),
        # QuickBooks would take 5 % off the fee too: then the amount is sent.
        ({"discounts": (percent("5"),), "fees": (fixed("75"),)}, ("25.00", False, "25.00")),
        ({"discounts": (fixed("0"),)}, None),
        # HubSpot rounded half a cent the other way: the customer's figure counts.
        (
            {"discounts": (percent("3.333"),), "amount": Decimal("483.34")},
            ("16.66", False, "16.66"),
        ),
    ],
)
def test_b13_order_discounts_are_one_percentage_or_amount(
    given_quote: dict[str, Any], expected: tuple[str, bool, str] | None
) -> None:
    found = order_discount(
        quote(*TWO, **given_quote), Decimal(500), Decimal(75 if "fees" in given_quote else 0), "USD"
    )
    if expected is None:
        assert found is None
    else:
        assert found == OrderDiscount(
            Decimal(expected[0]), expected[1], Decimal(expected[2]), found.label if found else ""
        )


def test_b13_a_fixed_discount_is_shared_out_and_the_last_invoice_takes_the_rest() -> None:
    found = quote(*TWO, discounts=(fixed("10"),))
    first = order_discount(found, Decimal(200), Decimal(0), "USD")
    assert first is not None
    assert first.amount == Decimal("4.00")
    last = order_discount(found, Decimal(300), Decimal(0), "USD", used=first.amount)
    assert last is not None
    assert last.amount == Decimal("6.00")
    assert order_discount(found, Decimal(0), Decimal(0), "USD") is None


def test_d08_fees_come_after_the_discount_and_once() -> None:
    given_quote = quote(
        *TWO, discounts=(percent("10"),), fees=(fixed("75", "Night"), percent("2", "Card"))
    )
    found = plan(given_quote, "USD", TODAY, billed={fee_key(given_quote.fees[0]): Billed(times=1)})
    assert [(fee.amount, fee.is_billed) for fee in found.fees] == [
        (Decimal("75.00"), True),
        (Decimal("9.00"), False),
    ]


@pytest.mark.parametrize(
    ("given_quote", "code"),
    [
        ({"amount": Decimal("499.00")}, "quote.total_differs"),
        ({"discounts": (fixed("600"),)}, "quote.discount_above_lines"),
        ({"discounts": (Adjustment("x", True, None, "Odd"),)}, "quote.adjustment_unreadable"),
        ({"fees": (fixed("-5"),)}, "quote.adjustment_unreadable"),
        ({"amount": Decimal("500.00")}, None),
        ({"amount": None}, None),
        # With tax or recurring lines HubSpot's total means something else.
        ({"amount": Decimal("600.00"), "taxes": (percent("20"),)}, None),
    ],
)
def test_b13_a_quote_whose_total_cannot_be_kept_is_refused(
    given_quote: dict[str, Any], code: str | None
) -> None:
    found = plan(quote(*TWO, **given_quote), "USD", TODAY)
    assert [trouble.code for trouble in found.troubles] == ([code] if code else [])


# --------------------------------------------------------------------------------------- parity
CURRENCIES = ("USD", "GBP", "JPY", "KWD")
ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN)


@st.composite
def quotes(draw: st.DrawFn) -> tuple[Quote, str]:
    """As HubSpot would print it: amounts rounded one way or the other, total from the parts."""
    currency = draw(st.sampled_from(CURRENCIES))
    places, unit = exponent(currency), Decimal(1).scaleb(-exponent(currency))
    rounding = draw(st.sampled_from(ROUNDINGS))
    lines = []
    for number in range(draw(st.integers(1, 8))):
        quantity = draw(st.decimals("0.001", 5000, places=draw(st.integers(0, 6))))
        price = draw(st.decimals(0, 9000, places=draw(st.integers(0, places + 1))))
        kind = draw(st.sampled_from(["", "percent", "unit"]))
        off = draw(st.decimals(0, 100, places=2)) if kind == "percent" else None
        each = draw(st.decimals(0, price, places=places)) if kind == "unit" else None
        quantity = quantity or Decimal(1)
        net = quantity * (price - (each or 0)) * (1 - (off or Decimal(0)) / 100)
        amount = net.quantize(unit, rounding=rounding)
        lines.append(
            line(str(number), quantity=quantity, price=price, amount=amount, discount=each,
                 discount_percent=off)
        )  # fmt: skip
    found = quote(*lines, currency=currency)
    discounts = tuple(
        draw(
            st.lists(
                st.builds(
                    Adjustment,
                    st.uuids().map(str),
                    st.booleans(),
                    st.decimals(0, 20, places=places),
                ),
                max_size=2,
            )
        )
    )
    fees = tuple(
        draw(
            st.lists(
                st.builds(
                    Adjustment,
                    st.uuids().map(str),
                    st.just(False),
                    st.decimals(0, 90, places=places),
                ),
                max_size=2,
            )
        )
    )
    found = replace(found, discounts=discounts, fees=fees)
    total = lines_sum(found, currency)
    off = sum(
        ((total * one.value / 100 if one.is_percent else one.value) for one in discounts),
        Decimal(0),
    )
    printed = (total - off + sum((one.value for one in fees), Decimal(0))).quantize(
        unit, rounding=rounding
    )
    return replace(found, amount=printed), currency


def as_quickbooks_adds_up(found: Quote, currency: str, style: DiscountStyle) -> Decimal:
    """The invoice's net: each Amount as UnitPrice times Qty, one discount on their sum."""
    planned = plan(found, currency, TODAY, style=style)
    assert planned.all_troubles == ()
    fees = sum((fee.amount for fee in planned.fees), Decimal(0))
    chosen = sum((each.net for each in planned.lines if each.is_due), Decimal(0))
    subtotal = fees
    for each in planned.lines:
        assert decimals(each.quantity) <= 5
        assert decimals(each.unit_price) <= 7
        assert round_money(each.quantity * each.unit_price, currency) == each.amount
        assert each.net == each.line.amount
        subtotal += each.amount - each.deduction
    discount = order_discount(found, chosen, fees, currency)
    if discount is None:
        return subtotal
    if discount.is_percent:
        return subtotal - round_money(subtotal * discount.value / 100, currency)
    return subtotal - discount.amount


@given(quotes(), st.sampled_from(list(DiscountStyle)))
def test_b13_totals_equal_the_quotes_to_the_cent_in_every_currency(
    given_quote: tuple[Quote, str], style: DiscountStyle
) -> None:
    found, currency = given_quote
    if whole(found, currency) < 0:
        assert plan(found, currency, TODAY).troubles
        return
    assert as_quickbooks_adds_up(found, currency, style) == found.amount


@given(quotes(), st.decimals("0.01", 900, places=2))
def test_b13_a_total_that_is_not_the_quotes_is_always_refused(
    given_quote: tuple[Quote, str], by: Decimal
) -> None:
    found, currency = given_quote
    assert found.amount is not None
    wrong = replace(found, amount=found.amount + 2 + by.quantize(Decimal(1)))
    assert plan(wrong, currency, TODAY).troubles
