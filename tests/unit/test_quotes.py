"""Which quotes can be used and why not, what changed in one, and how HubSpot's objects are read."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.records.hubspot import Object, TaxRate
from invoices import quote_records
from invoices.quotes import Adjustment, Quote, QuoteLine, changes, obstacle
from tests.unit.quote_builders import TODAY, fixed, line, percent, quote

OURS = {"USD", "GBP"}


@pytest.mark.parametrize(
    ("status", "cpq_status", "expected"),
    [
        ("APPROVAL_NOT_NEEDED", "", None),
        ("APPROVED", "", None),
        ("ACCEPTED", "", None),
        ("", "PUBLISHED", None),
        ("DRAFT", "ACCEPTED", None),
        ("DRAFT", "DRAFT", "quote.draft"),
        ("PENDING_APPROVAL", "", "quote.pending_approval"),
        ("REJECTED", "REJECTED", "quote.rejected"),
        ("", "", "quote.not_published"),
        ("SOMETHING_NEW", "", "quote.not_published"),
    ],
)
def test_s28_only_published_quotes_can_be_used(
    status: str, cpq_status: str, expected: str | None
) -> None:
    found = obstacle(quote(line(), status=status, cpq_status=cpq_status), TODAY, OURS)
    assert (found.code if found else None) == expected


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [
        (TODAY, None),
        (TODAY + timedelta(days=1), None),
        (None, None),
        (TODAY - timedelta(days=1), "quote.expired"),
    ],
)
def test_s28_a_quote_is_good_until_the_end_of_its_last_day(
    expires_on: date | None, expected: str | None
) -> None:
    found = obstacle(quote(line(), expires_on=expires_on), TODAY, OURS)
    assert (found.code if found else None) == expected


def test_s28_an_expired_quote_names_its_last_day() -> None:
    found = obstacle(quote(line(), expires_on=date(2026, 11, 22)), TODAY, OURS)
    assert found is not None
    assert found.parameters == {"day": "2026-11-22"}


@pytest.mark.parametrize(
    ("line_ids", "expected"), [((), "quote.no_lines"), (None, None), (("1",), None)]
)
def test_s28_a_quote_without_lines_has_nothing_to_invoice(
    line_ids: tuple[str, ...] | None, expected: str | None
) -> None:
    found = obstacle(quote(line_ids=line_ids), TODAY, OURS)
    assert (found.code if found else None) == expected


@pytest.mark.parametrize(
    ("currency", "able", "expected"),
    [
        ("EUR", OURS, "quote.currency"),
        ("GBP", OURS, None),
        ("EUR", None, None),
        ("", OURS, None),
    ],
)
def test_s28_a_currency_that_no_company_bills_in(
    currency: str, able: set[str] | None, expected: str | None
) -> None:
    found = obstacle(quote(line(), currency=currency), TODAY, able)
    assert (found.code if found else None) == expected


# ------------------------------------------------------------------------------------- changes
OLD = quote(line("1"), line("2", name="Desk", price="50.00", amount="100.00"))


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (replace(OLD, title="Another name", comments="Hello", modified="later"), []),
        (replace(OLD, currency="GBP"), ["quote.change.currency"]),
        (replace(OLD, lines=OLD.lines[:1]), ["quote.change.line_removed"]),
        (replace(OLD, lines=(*OLD.lines, line("3"))), ["quote.change.line_added"]),
        (
            replace(OLD, lines=(OLD.lines[0], replace(OLD.lines[1], amount=Decimal("90")))),
            ["quote.change.line_amount"],
        ),
        (
            replace(OLD, lines=(replace(OLD.lines[0], sku="CHR-2"), OLD.lines[1])),
            ["quote.change.line"],
        ),
        (replace(OLD, discounts=(percent("5"),)), ["quote.change.discounts"]),
        (replace(OLD, fees=(fixed("75"),)), ["quote.change.fees"]),
        (replace(OLD, taxes=(percent("20"),)), ["quote.change.taxes"]),
    ],
)
def test_s28_what_changed_is_named(new: Quote, expected: list[str]) -> None:
    assert [found.code for found in changes(OLD, new)] == expected


def test_s28_numbers_written_differently_are_the_same() -> None:
    new = replace(OLD, lines=(OLD.lines[0], replace(OLD.lines[1], amount=Decimal("100"))))
    assert changes(OLD, new) == []


# ------------------------------------------------------------------------------------- reading
def test_s27_a_quote_is_read_with_its_lines_in_order() -> None:
    raw = Object(
        "quotes",
        "7",
        {
            "hs_title": " Fit-out ",
            "hs_status": "APPROVED",
            "hs_expiration_date": "2026-12-31",
            "hs_currency": "USD",
            "hs_quote_amount": "180.00",
            "hs_quote_esign_status": None,
        },
        associations={"line_items": ("11", "12"), "contacts": ("5",)},
    )
    found = quote_records.quote(raw, associated=True)
    assert (found.name, found.expires_on, found.amount) == (
        "Fit-out",
        date(2026, 12, 31),
        Decimal("180.00"),
    )
    assert (found.line_ids, found.contact_ids, found.company_ids) == (("11", "12"), ("5",), ())
    second = {"name": "Desk", "quantity": "1", "price": "80", "amount": "80.00",
              "hs_position_on_quote": "1", "hs_tax_rate_group_id": "9001"}  # fmt: skip
    first = {"name": "Chair", "quantity": "1", "price": "111.11", "hs_discount_percentage": "10",
             "hs_position_on_quote": "0", "amount": "oops", "hs_sku": " CHR "}  # fmt: skip
    lines = quote_records.lines(
        [Object("line_items", "12", dict(second)), Object("line_items", "11", dict(first))],
        {"9001": TaxRate("9001", "California", Decimal("8.25"))},
    )
    assert [one.name for one in lines] == ["Chair", "Desk"]
    assert (lines[0].amount, lines[0].discount_percent, lines[0].sku) == (None, 10, "CHR")
    assert (lines[1].tax_percent, lines[1].has_tax) == (Decimal("8.25"), True)
    assert (lines[1].tax_rate_id, lines[1].tax_rate_name) == ("9001", "California")


def test_s27_without_associations_the_lines_are_unknown() -> None:
    assert quote_records.quote(Object("quotes", "7", {}), associated=False).line_ids is None
    assert quote_records.quote(Object("quotes", "7", {}), associated=True).line_ids == ()


NUMBER = st.none() | st.decimals(-1000, 1000, places=4)
ADJUSTMENTS = st.lists(st.builds(Adjustment, st.text(), st.booleans(), NUMBER), max_size=3)
LINES = st.builds(
    QuoteLine, st.text(), quantity=NUMBER, price=NUMBER, amount=NUMBER, discount=NUMBER,
    tax_percent=NUMBER, starts_on=st.none() | st.dates(), frequency=st.text(), has_tax=st.booleans(),
)  # fmt: skip
QUOTES = st.builds(
    Quote, st.text(), amount=NUMBER, expires_on=st.none() | st.dates(),
    line_ids=st.none() | st.lists(st.text()).map(tuple), lines=st.lists(LINES, max_size=4).map(tuple),
    discounts=ADJUSTMENTS.map(tuple), fees=ADJUSTMENTS.map(tuple), taxes=ADJUSTMENTS.map(tuple),
    deal_ids=st.lists(st.text()).map(tuple),
)  # fmt: skip


@given(QUOTES)
def test_s27_a_quote_survives_the_draft(found: Quote) -> None:
    assert quote_records.from_json(quote_records.to_json(found)) == found
    assert changes(found, found) == []


def test_s27_an_older_draft_with_other_names_still_opens() -> None:
    stored: dict[str, Any] = {"id": "7", "forgotten": 1, "lines": [{"id": "1", "old": 2}]}
    found = quote_records.from_json(stored)
    assert (found.id, found.lines) == ("7", (QuoteLine("1"),))
