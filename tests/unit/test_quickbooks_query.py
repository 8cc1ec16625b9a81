"""Query statements whose values cannot break out (control 19, P-19, fault 84)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.gateways import quickbooks_query as query


def parse_literal(literal: str) -> str:
    """What a reader of the documented grammar takes the literal for; fails if it ends early."""
    assert literal[0] == "'"
    text, place = "", 1
    while literal[place] != "'":
        if literal[place] == "\\":
            place += 1
        text += literal[place]
        place += 1
    assert place == len(literal) - 1, "the literal ended before its end"
    return text


@given(st.text())
def test_c19_any_text_stays_inside_its_quotes(value: str) -> None:
    assert parse_literal(query.quote(value)) == value


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("O'Brien", "'O\\'Brien'"),
        ("back\\", "'back\\\\'"),
        ("\\' OR Id = '1", "'\\\\\\' OR Id = \\'1'"),
        (True, "true"),
        (False, "false"),
        (0, "'0'"),
        (Decimal("1E+3"), "'1000'"),
        (Decimal("0.10"), "'0.10'"),
        (date(2026, 11, 23), "'2026-11-23'"),
        (datetime(2026, 11, 23, 5, 0, 0, 123456, tzinfo=UTC), "'2026-11-23T05:00:00+00:00'"),
    ],
)
def test_c19_literals(value: query.Value, literal: str) -> None:
    assert query.quote(value) == literal


def test_f48_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError):
        query.quote(datetime(2026, 11, 23, 5, 0, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize("field", ["", "Id = '1' AND Id", "Meta Data", "1st", "A.", ".A", "Id--"])
def test_c19_a_field_must_be_a_name(field: str) -> None:
    with pytest.raises(ValueError):
        query.where(field, "=", "1")


def test_c19_operators_and_directions_are_a_closed_list() -> None:
    with pytest.raises(ValueError):
        query.where("Id", "OR", "1")
    with pytest.raises(ValueError):
        query.select("Invoice", order="TxnDate; DROP")
    with pytest.raises(ValueError):
        query.one_of("Id", [])


def test_qbo_rule_27_statements() -> None:
    condition = query.all_of(
        query.where("Balance", ">", 0),
        "",
        query.one_of("Id", ["1", "2"]),
        query.contains("DisplayName", "Bird"),
    )
    statement = query.select(
        "Invoice", condition, "MetaData.LastUpdatedTime ASC", start=0, limit=5000
    )
    assert statement == (
        "SELECT * FROM Invoice WHERE Balance > '0' AND Id IN ('1', '2') AND DisplayName LIKE '%Bird%' "
        "ORDERBY MetaData.LastUpdatedTime ASC STARTPOSITION 1 MAXRESULTS 1000"
    )
    assert query.select_count("Customer") == "SELECT count(*) FROM Customer"
    assert query.select_count("Customer", "Active = true").endswith("WHERE Active = true")
