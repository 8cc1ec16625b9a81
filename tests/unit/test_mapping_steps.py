"""The transforms of mappings: tables, and properties that hold for any text (B-30)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.messages import is_known
from mappings import step_functions as functions
from mappings.places import COUNTRIES, REGIONS
from mappings.step_functions import Unreadable
from mappings.steps import STEPS, Step, StepKind, Surroundings, is_reversible, run, run_back

US = Surroundings(country="US", other=lambda path: {"FamilyName": "Lovelace"}.get(path, ""))
ANY_TEXT = st.text(max_size=60)
LIKELY = st.sampled_from(
    ["(555) 123-4567", "+44 20 7946 0958", "020 7946 0958", "$1,234.50", "1.234,50", "11/23/2026",
     "2026-11-23", "USA", "Canada", "California", "ca", "Ada King Lovelace", "Lovelace, Ada",
     "Net 30", "-5", "1e400", "NaN", "Infinity", "0", "  ", "x" * 300]
)  # fmt: skip
VALUES = ANY_TEXT | LIKELY


def step(kind: str, **parameters: Any) -> Step:
    return Step(StepKind(kind), parameters)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """Any step, with parameters that may be nonsense."""
    kind = draw(st.sampled_from(list(StepKind)))
    given_parameters = {}
    for each in STEPS[kind].parameters:
        pairs = st.lists(st.lists(ANY_TEXT, min_size=1, max_size=3), max_size=4)
        likely = st.sampled_from([*each.choices, "", "US", "GB", "3", "FamilyName"])
        nonsense = st.none() | st.integers() | ANY_TEXT
        given_parameters[each.name] = draw(pairs if each.kind == "pairs" else likely | nonsense)
    return Step(kind, given_parameters)


# -- any input, any parameters


@given(VALUES, st.lists(steps(), max_size=5))
def test_b30_no_value_and_no_parameter_makes_a_transform_fail(
    value: str, chain: list[Step]
) -> None:
    for direction in (run, run_back):
        outcome = direction(value, tuple(chain), US)
        assert isinstance(outcome.value, str)
        if outcome.problem is not None:
            assert is_known(outcome.problem.code)
            assert outcome.value == ""


IDEMPOTENT = [
    step("trim"),
    *(step("case", mode=mode) for mode in ("upper", "lower", "title", "sentence")),
    step("phone", country="US"),
    step("phone", country="GB"),
    *(step("country", to=to) for to in ("name", "alpha_2", "alpha_3")),
    *(step("region", to=to, country="US") for to in ("code", "name")),
    *(step("date", order=order) for order in ("year_first", "month_first", "day_first")),
    *(step("money", decimal_sign=sign, places="2") for sign in ("point", "comma")),
    step("default", value="none"),
    step("constant", value="x"),
]


@pytest.mark.parametrize("one", IDEMPOTENT, ids=lambda one: f"{one.kind}-{one.parameters}")
@given(value=VALUES)
def test_b30_twice_is_the_same_as_once(one: Step, value: str) -> None:
    once = run(value, (one,), US)
    if once.problem is None:
        assert run(once.value, (one,), US).value == once.value


REVERSIBLE = [each for each in IDEMPOTENT if is_reversible(each)]


@pytest.mark.parametrize("one", REVERSIBLE, ids=lambda one: f"{one.kind}-{one.parameters}")
@given(value=VALUES)
def test_s90_a_two_way_mapping_settles_after_one_exchange(one: Step, value: str) -> None:
    there = run(value, (one,), US)
    if there.problem is None and there.value:
        back = run_back(there.value, (one,), US)
        assert back.problem is None
        assert run(back.value, (one,), US).value == there.value


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8), min_size=1)
)
def test_b30_a_one_to_one_option_map_comes_back_as_it_went(pairs: dict[str, str]) -> None:
    one = step("options", pairs=[list(each) for each in pairs.items()])
    if is_reversible(one):
        for value, option in pairs.items():
            assert run(value, (one,), US).value == option
            assert run_back(option, (one,), US).value == value


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=2, max_size=4))
def test_b30_a_name_taken_apart_joins_to_itself(words: list[str]) -> None:
    name = " ".join(words)
    first, last = functions.name_part(name, "first"), functions.name_part(name, "last")
    assert f"{first} {last}" == name
    assert functions.name_part(f"{last}, {first}", "first") == first


@given(VALUES, steps())
def test_b30_an_empty_value_stays_empty_but_for_a_default(value: str, one: Step) -> None:
    outcome = run("", (one,), US)
    if one.kind not in (StepKind.DEFAULT, StepKind.CONSTANT, StepKind.JOIN):
        assert outcome.value == ""
        assert outcome.problem is None


# -- tables


@pytest.mark.parametrize(
    ("value", "country", "written"),
    [
        ("(555) 123-4567", "US", "+15551234567"),
        ("1-555-123-4567", "US", "+15551234567"),
        ("555-123-4567 x12", "US", "+15551234567 ext 12"),
        ("+15551234567 ext 12", "US", "+15551234567 ext 12"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("06 1 234 5678", "HU", "+3612345678"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("0912-345-678", "TW", "+886912345678"),
    ],
)
def test_b30_phone_numbers_become_international(value: str, country: str, written: str) -> None:
    assert functions.phone(value, country) == written


@pytest.mark.parametrize("value", ["call Ada", "123", "+1", "555-12-ab-99", "1" * 20])
def test_b30_what_is_no_phone_number_says_so(value: str) -> None:
    outcome = run(value, (step("phone", country="US"),), US)
    assert outcome.problem is not None
    assert outcome.problem.code == "mapping.not_a_phone"


def test_b30_a_phone_number_without_a_country_says_so() -> None:
    outcome = run("020 7946 0958", (step("phone"),), Surroundings())
    assert outcome.problem is not None
    assert outcome.problem.code == "mapping.phone_without_country"


@pytest.mark.parametrize(
    ("value", "to", "written"),
    [("USA", "name", "United States"), ("uk", "alpha_2", "GB"), ("Germany", "alpha_3", "DEU"),
     ("holland", "name", "Netherlands"), ("臺灣", "alpha_2", "TW"), ("GBR", "name",
     "United Kingdom")],
)  # fmt: skip
def test_b30_countries_by_code_and_name(value: str, to: str, written: str) -> None:
    assert functions.country(value, to) == written


def test_b30_every_country_goes_through_every_form_and_back() -> None:
    for code, name in COUNTRIES.items():
        assert functions.country(functions.country(code, "alpha_3"), "name") == name
        assert functions.country(name, "alpha_2") == code


def test_b30_every_state_goes_both_ways() -> None:
    for country, known in REGIONS.items():
        for code, name in known.items():
            assert functions.region(code, country, "name") == name
            assert functions.region(name.lower(), country, "code") == code
    assert functions.region("Kent", "GB", "code") == "Kent"  # no codes there
    with pytest.raises(Unreadable):
        functions.region("Atlantis", "US", "code")


@pytest.mark.parametrize(
    ("value", "sign", "places", "written"),
    [("$1,234.50", "point", 2, "1234.50"), ("1.234,50 €", "comma", 2, "1234.50"),
     ("(12.5)", "point", 2, "-12.50"), ("1234", "point", 0, "1234"), ("0.005", "point", 2, "0.01"),
     ("-0.001", "point", 2, "0.00"), ("¥1200", "point", 0, "1200")],
)  # fmt: skip
def test_b30_money_from_text(value: str, sign: str, places: int, written: str) -> None:
    assert functions.money(value, sign, places) == written


@pytest.mark.parametrize(
    ("value", "order", "written"),
    [("11/23/2026", "month_first", "2026-11-23"), ("23.11.26", "day_first", "2026-11-23"),
     ("2026-11-23T10:33:39-08:00", "day_first", "2026-11-23"),
     ("2026/1/5", "year_first", "2026-01-05")],
)  # fmt: skip
def test_b30_dates_from_text(value: str, order: str, written: str) -> None:
    assert functions.date_text(value, order) == written


@pytest.mark.parametrize("value", ["2026-02-30", "tomorrow", "13/45/2026", "99999-01-01"])
def test_b30_no_date_is_guessed(value: str) -> None:
    with pytest.raises(Unreadable):
        functions.date_text(value, "month_first")


def test_b30_an_option_map_says_what_happens_to_other_values() -> None:
    pairs = [["Net 30", "net30"]]
    assert run("net 30", (step("options", pairs=pairs),), US).value == "net30"
    assert run("Net 60", (step("options", pairs=pairs, otherwise="keep"),), US).value == "Net 60"
    assert run("Net 60", (step("options", pairs=pairs, otherwise="empty"),), US).value == ""
    refused = run("Net 60", (step("options", pairs=pairs),), US).problem
    assert refused is not None
    assert refused.code == "mapping.no_option"


def test_b30_join_puts_other_fields_behind_the_value() -> None:
    assert run("Ada", (step("join", second="FamilyName"),), US).value == "Ada Lovelace"
    assert (
        run("Ada", (step("join", second="FamilyName", separator=", "),), US).value
        == "Ada, Lovelace"
    )
    assert run("", (step("join", second="FamilyName"),), US).value == "Lovelace"


def test_b30_the_trail_shows_the_value_after_each_step() -> None:
    outcome = run("  ada ", (step("trim"), step("case", mode="upper")), US)
    assert outcome.trail == ("ada", "ADA")
