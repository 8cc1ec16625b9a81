"""The deal's reference and what it proves (D-32, B-23)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from invoices.attribution import LIKENESS, NEAR_DAYS, REFERENCE, Candidate, DealFacts, verdicts
from invoices.references import LETTERS, check_letter, deals_in, reference

IDS = st.integers(min_value=1, max_value=10**20 - 1).map(str)
DAY = date(2026, 11, 20)
AMY = ("companies", "501")


# --------------------------------------------------------------------------------- the reference
@given(IDS)
def test_d32_what_is_printed_is_read(deal_id: str) -> None:
    assert deals_in(reference(deal_id)) == (deal_id,)


@given(IDS, st.data())
def test_d32_one_wrong_digit_is_caught(deal_id: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(deal_id) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    wrong = deal_id[:place] + digit + deal_id[place + 1 :]
    assume(wrong != deal_id)
    assert deals_in(f"D-{wrong}-{check_letter(deal_id)}") == ()


@given(IDS, st.data())
def test_d32_two_digits_swapped_are_caught(deal_id: str, data: st.DataObject) -> None:
    places = st.integers(0, len(deal_id) - 1)
    one, other = data.draw(places), data.draw(places)
    digits = list(deal_id)
    digits[one], digits[other] = digits[other], digits[one]
    wrong = "".join(digits)
    assume(wrong != deal_id)
    assert deals_in(f"D-{wrong}-{check_letter(deal_id)}") == ()


@given(IDS, st.sampled_from(LETTERS))
def test_d32_only_one_letter_fits(deal_id: str, letter: str) -> None:
    found = deals_in(f"D-{deal_id}-{letter}")
    assert found == ((deal_id,) if letter == check_letter(deal_id) else ())


@given(st.text(max_size=200))
def test_d32_any_text_can_be_read(text: str) -> None:
    assert all(reference(each) in text.upper() for each in deals_in(text))


OURS = reference("20300100001")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (OURS, ("20300100001",)),
        (OURS.lower(), ("20300100001",)),
        (f"Ref DB-7F3K9 {OURS}", ("20300100001",)),
        (f"{OURS}, {reference('7')} and {OURS}", ("20300100001", "7")),
        (f"X{OURS}", ()),
        (f"{OURS}X", ()),
        (f"{OURS}1", ()),
        ("D-007-" + check_letter("7"), ()),
        ("D-" + "9" * 21 + "-A", ()),
        ("D-٧-A", ()),
        ("D--A", ()),
        ("", ()),
    ],
)
def test_d32_references_in_a_field(text: str, wanted: tuple[str, ...]) -> None:
    assert deals_in(text) == wanted


@pytest.mark.parametrize("text", ["", "12a", "٧", "9" * 21, "-1"])
def test_d32_no_letter_for_what_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="HubSpot id"):
        check_letter(text)


# --------------------------------------------------------------------------------------- verdicts
def candidate(**facts: Any) -> Candidate:
    return Candidate(**{
        "total": Decimal("108.00"), "net": Decimal("100.00"), "currency": "USD", "txn_date": DAY,
        "in_field": ("1",), "customers": frozenset({AMY}), **facts,
    })  # fmt: skip


def deal(deal_id: str = "1", **facts: Any) -> DealFacts:
    return DealFacts(**{
        "id": deal_id, "name": f"Deal {deal_id}", "amount": Decimal("100.00"), "currency": "USD",
        "close_date": DAY, "people": frozenset({AMY}), **facts,
    })  # fmt: skip


DEALS = {"1": deal(), "2": deal("2")}


def test_d32_the_reference_in_our_field_with_the_linked_customer_is_proof() -> None:
    [found] = verdicts(candidate(), DEALS)
    assert (found.deal_id, found.reason, found.is_proven) == ("1", REFERENCE, True)


@pytest.mark.parametrize(
    ("facts", "obstacles"),
    [
        ({"in_field": (), "elsewhere": ("1",)}, {"1": ("attach.reference_elsewhere",)}),
        ({"customers": frozenset()}, {"1": ("attach.customer_not_linked",)}),
        ({"customers": frozenset({("contacts", "501")})}, {"1": ("attach.customer_not_linked",)}),
        ({"in_field": ("1", "2")}, {"1": ("attach.another_deal",), "2": ("attach.another_deal",)}),
        ({"in_field": ("1", "404")}, {"1": ("attach.another_deal",)}),
        ({"counted_on": "2"}, {"1": ("attach.another_deal",)}),
        ({"counted_on": "1"}, {"1": ()}),
    ],
)
def test_d32_anything_less_is_a_suggestion(
    facts: dict[str, Any], obstacles: dict[str, tuple[str, ...]]
) -> None:
    found = verdicts(candidate(**facts), DEALS)
    assert {each.deal_id: each.obstacles for each in found} == obstacles


def test_d32_a_reference_to_a_deal_that_is_gone_names_nothing() -> None:
    assert verdicts(candidate(in_field=("404",), customers=frozenset()), DEALS) == []


@pytest.mark.parametrize(
    ("facts", "there"),
    [
        ({}, True),
        ({"amount": Decimal("108.00")}, True),
        ({"amount": Decimal("100")}, True),
        ({"amount": Decimal("99.99")}, False),
        ({"amount": None}, False),
        ({"currency": "GBP"}, False),
        ({"currency": ""}, True),
        ({"close_date": DAY + timedelta(days=NEAR_DAYS)}, True),
        ({"close_date": DAY - timedelta(days=NEAR_DAYS + 1)}, False),
        ({"close_date": None}, False),
        ({"people": frozenset({("companies", "9")})}, False),
    ],
)
def test_d32_customer_amount_and_date_only_suggest(facts: dict[str, Any], there: bool) -> None:
    found = verdicts(candidate(in_field=()), {"1": deal(**facts)})
    assert bool(found) is there
    assert all(each.reason == LIKENESS and not each.is_proven for each in found)


def test_d32_a_voided_invoice_is_like_nothing() -> None:
    nothing = candidate(in_field=(), total=Decimal(0), net=Decimal(0))
    assert verdicts(nothing, {"1": deal(amount=Decimal(0))}) == []
