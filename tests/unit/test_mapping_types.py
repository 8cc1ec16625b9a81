"""Which field may go into which property, and how sets of mappings carry records (S-90, B-30)."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.messages import codes, is_known, placeholders
from integration.records.hubspot import PropertyDefinition
from mappings import compatibility, exchange
from mappings.checks import check
from mappings.defaults import DEFAULTS, default_set
from mappings.editing import Refused, with_locked
from mappings.exchange import NotReadable
from mappings.fitting import for_hubspot, for_quickbooks
from mappings.mapped import Context, mapped, mapped_back
from mappings.pairs import Direction, FieldPair, MappingSet, Property, WhenEmpty
from mappings.quickbooks_fields import FIELDS, FieldType, Kind, fields, read
from mappings.step_functions import Unreadable
from mappings.steps import STEPS, Step, StepKind

HERE = Context("9341", "US")
ADA = {
    "Id": "7",
    "DisplayName": "Ada Lovelace (deleted)",
    "GivenName": "Ada",
    "FamilyName": "Lovelace",
    "PrimaryEmailAddr": {"Address": "ada@lovelace.example, office@lovelace.example"},
    "PrimaryPhone": {"FreeFormNumber": "(555) 123-4567"},
    "BillAddr": {"Id": "2", "Line1": "4581 Finch St.", "Line2": "Apt. 2", "City": "Bayshore",
                 "CountrySubDivisionCode": "CA", "Country": "USA"},
}  # fmt: skip


def definition(name: str, type: str = "string", **more: Any) -> PropertyDefinition:
    return PropertyDefinition(name, name.title(), "x", type, "text", **more)


def pair(field: str, name: str, type: str = "string", **more: Any) -> FieldPair:
    return FieldPair(field, Property(name, type), **more)


# -- types


def test_b30_every_pair_of_types_is_decided() -> None:
    for type in FieldType:
        for property_type in compatibility.HUBSPOT_TAKES:
            code = compatibility.to_hubspot(type, (), property_type)
            assert code == "" or is_known(code)
            code = compatibility.to_quickbooks(property_type, (), type)
            assert code == "" or is_known(code)
            code = compatibility.back_to_quickbooks(property_type, (), type)
            assert code == "" or is_known(code)


@pytest.mark.parametrize(
    ("type", "steps", "property_type", "code"),
    [
        (FieldType.TEXT, (), "string", ""),
        (FieldType.MONEY, (), "string", ""),
        (FieldType.MONEY, (), "number", ""),
        (FieldType.TEXT, (), "number", "mapping.needs_number"),
        (FieldType.TEXT, (StepKind.MONEY,), "number", ""),
        (FieldType.TEXT, (), "date", "mapping.needs_date"),
        (FieldType.DATE, (), "datetime", ""),
        (FieldType.TEXT, (StepKind.DATE,), "date", ""),
        (FieldType.CHOICE, (), "enumeration", "mapping.needs_options"),
        (FieldType.TEXT, (StepKind.OPTIONS,), "enumeration", ""),
        (FieldType.TEXT, (StepKind.CONSTANT,), "number", ""),
        (FieldType.FLAG, (), "bool", ""),
        (FieldType.MONEY, (), "bool", "mapping.needs_yes_no"),
        (FieldType.EMAIL, (), "phone_number", "mapping.needs_phone"),
        (FieldType.TEXT, (), "json", "mapping.type_unknown"),
    ],
)
def test_b30_a_type_that_does_not_fit_is_explained(
    type: FieldType, steps: tuple[StepKind, ...], property_type: str, code: str
) -> None:
    chain = [Step(kind) for kind in steps]
    assert compatibility.to_hubspot(type, chain, property_type) == code


def test_b30_only_transforms_that_can_be_undone_go_both_ways() -> None:
    case = (Step(StepKind.CASE),)
    assert compatibility.back_to_quickbooks("string", case, FieldType.TEXT) == "mapping.not_two_way"
    doubled = (Step(StepKind.OPTIONS, {"pairs": [["a", "x"], ["b", "x"]]}),)
    assert (
        compatibility.back_to_quickbooks("string", doubled, FieldType.TEXT) == "mapping.not_two_way"
    )


# -- validity


PROPERTIES = {
    "nickname": definition("nickname"),
    "score": definition("score", "number", read_only=True),
    "terms": definition("terms", "enumeration", options=(("net30", "Net 30"),)),
}


@pytest.mark.parametrize(
    ("given_pair", "codes"),
    [
        (pair("DisplayName", "nickname"), []),
        (pair("DisplayName", "nick"), ["mapping.property_gone"]),
        (pair("Shoes", "nickname"), ["mapping.field_gone"]),
        (pair("Balance", "score", "number"), ["mapping.property_read_only"]),
        (pair("DisplayName", "nickname", "number"), ["mapping.property_type_changed"]),
        (pair("Balance", "nickname", direction=Direction.BOTH), ["mapping.field_read_only",
                                                                 "mapping.needs_number"]),
        (pair("Title", "dealbooks_key"), ["mapping.reserved", "mapping.property_gone"]),
        (pair("SalesTermRef.name", "terms", "enumeration",
              steps=(Step(StepKind.OPTIONS, {"pairs": [["Net 30", "net_30"]]}),)),
         ["mapping.option_missing"]),
        (pair("SalesTermRef.name", "terms", "enumeration", steps=(Step(StepKind.OPTIONS),)),
         ["mapping.no_pairs"]),
        (pair("Title", "nickname", steps=(Step(StepKind.DEFAULT),)), ["mapping.no_value"]),
        (pair("Title", "nickname", steps=(Step(StepKind.JOIN),)), ["mapping.nothing_to_join"]),
    ],
)  # fmt: skip
def test_s88_the_status_of_a_mapping_says_what_is_wrong(
    given_pair: FieldPair, codes: list[str]
) -> None:
    found = check(given_pair, PROPERTIES, fields(Kind.CONTACTS))
    assert [each.code for each in found] == codes
    assert all(is_known(each.code) for each in found)


def test_s113_a_custom_field_that_was_switched_off_is_noticed() -> None:
    one = pair("CustomField.2", "nickname")
    assert check(one, PROPERTIES, fields(Kind.INVOICES, [("2", "Crew #")])) == []
    (problem,) = check(one, PROPERTIES, fields(Kind.INVOICES))
    assert problem.code == "mapping.field_gone"


def test_s90_the_defaults_fit_their_own_types() -> None:
    for kind, pairs in DEFAULTS.items():
        properties = {each.property.name: definition(each.property.name, each.property.type)
                      for each in pairs}  # fmt: skip
        for each in pairs:
            assert check(each, properties, FIELDS[kind]) == [], each


# -- carrying a record


def test_s90_a_customer_becomes_a_contact() -> None:
    found = mapped(Kind.CONTACTS, ADA, default_set(Kind.CONTACTS), HERE)
    assert found.problems == ()
    assert found.properties == {
        "email": "ada@lovelace.example",
        "firstname": "Ada",
        "lastname": "Lovelace",
        "phone": "(555) 123-4567",
        "address": "4581 Finch St., Apt. 2",
        "city": "Bayshore",
        "state": "CA",
        "country": "USA",
    }
    assert found.on_create == {"dealbooks_key": "9341:Customer:7"}
    assert found.for_create()["dealbooks_key"] == "9341:Customer:7"


def test_s88_a_product_brings_its_price_in_plain_digits() -> None:
    item = {"Id": "3", "Name": "Lamp", "Sku": "L-1", "UnitPrice": Decimal("1E+2")}
    found = mapped("products", item, default_set(Kind.PRODUCTS), HERE)
    assert found.properties == {"name": "Lamp", "hs_sku": "L-1", "price": "100"}


def test_s88_an_item_that_is_not_bought_has_no_cost_and_leaves_hubspots_alone() -> None:
    item = {"Id": "3", "Name": "Lamp", "PurchaseCost": Decimal("0")}
    assert (
        "hs_cost_of_goods_sold"
        not in mapped("products", item, default_set(Kind.PRODUCTS), HERE).properties
    )
    assert read({**item, "ExpenseAccountRef": {"value": "80"}}, "PurchaseCost") == "0"
    assert read({**item, "PurchaseCost": Decimal("4.50")}, "PurchaseCost") == "4.50"


def test_d28_the_mark_of_an_inactive_record_is_no_part_of_its_name() -> None:
    assert read(ADA, "DisplayName") == "Ada Lovelace"


def test_s90_a_value_that_does_not_fit_is_left_out_and_the_rest_goes() -> None:
    bad = {**ADA, "PrimaryEmailAddr": {"Address": "ask her"}}
    found = mapped(Kind.CONTACTS, bad, default_set(Kind.CONTACTS), HERE)
    assert [each.code for each in found.problems] == ["mapping.not_an_email"]
    assert "email" not in found.properties
    assert found.properties["firstname"] == "Ada"


def test_d25_values_of_ours_are_written_only_by_who_knows_them() -> None:
    known = Context("9341", "US", computed={"@open_balance": "12.50", "@deleted_at": ""})
    found = mapped(Kind.CONTACTS, ADA, default_set(Kind.CONTACTS), known)
    assert found.properties["dealbooks_open_balance"] == "12.50"
    assert found.properties["dealbooks_deleted_at"] == ""
    assert "dealbooks_overdue_balance" not in found.properties


def test_s90_what_hubspot_says_changes_only_what_differs() -> None:
    set_ = default_set(Kind.CONTACTS)
    told = mapped(Kind.CONTACTS, ADA, set_, HERE).properties
    assert mapped_back(Kind.CONTACTS, told, set_, HERE, ADA).body == {}
    found = mapped_back(Kind.CONTACTS, {**told, "city": "Oslo"}, set_, HERE, ADA)
    assert found.changed == ("BillAddr.City",)
    assert found.body == {"BillAddr": {**ADA["BillAddr"], "City": "Oslo"}}  # type: ignore[dict-item]


def test_s90_an_empty_property_leaves_quickbooks_alone_unless_told_otherwise() -> None:
    keep = MappingSet(Kind.CONTACTS, (pair("Title", "t", direction=Direction.BOTH),))
    clear = MappingSet(Kind.CONTACTS, (pair("Title", "t", direction=Direction.BOTH,
                                            when_empty=WhenEmpty.CLEAR),))  # fmt: skip
    doctor = {"Id": "1", "Title": "Dr."}
    assert mapped_back(Kind.CONTACTS, {"t": None}, keep, HERE, doctor).body == {}
    assert mapped_back(Kind.CONTACTS, {"t": None}, clear, HERE, doctor).body == {"Title": ""}
    assert mapped_back(Kind.CONTACTS, {}, clear, HERE, doctor).body == {}


def test_s90_a_price_goes_back_as_a_number_and_only_when_it_differs() -> None:
    set_ = default_set(Kind.PRODUCTS)
    lamp = {"Id": "3", "Name": "Lamp", "UnitPrice": Decimal("75")}
    assert mapped_back("products", {"price": "75.00"}, set_, HERE, lamp).body == {}
    assert mapped_back("products", {"price": "80"}, set_, HERE, lamp).body == {
        "UnitPrice": Decimal("80")
    }


@pytest.mark.parametrize(
    ("target", "value", "written"),
    [
        (Property("n", "number"), "12.50", "12.50"),
        (Property("d", "date"), "2026-11-23T10:00:00Z", "2026-11-23"),
        (Property("t", "datetime"), "2026-11-23", "2026-11-23T12:00:00.000Z"),
        (Property("t", "datetime"), "2026-11-23T10:33:39-08:00", "2026-11-23T18:33:39.000Z"),
        (Property("b", "bool"), "Yes", "true"),
        (Property("o", "enumeration", frozenset({"a", "b"})), "a;b", "a;b"),
        (Property("s"), "a\x00b", "ab"),
    ],
)
def test_b30_values_are_written_as_hubspot_wants_them(
    target: Property, value: str, written: str
) -> None:
    assert for_hubspot(target, value) == written


@given(
    st.sampled_from(["string", "number", "date", "datetime", "bool", "enumeration", "other"]),
    st.text(max_size=50),
)
def test_b30_no_value_makes_a_target_fail_otherwise_than_with_a_reason(
    type: str, value: str
) -> None:
    target = Property("p", type, frozenset("ab"))
    assert reason_of(lambda: for_hubspot(target, value)) in ("", *REASONS)
    for field in FIELDS[Kind.CONTACTS].values():
        assert reason_of(lambda field=field: for_quickbooks(field, value)) in ("", *REASONS)


REASONS = frozenset(code for code in codes() if code.startswith("mapping."))


def reason_of(written: Callable[[], object]) -> str:
    try:
        written()
    except Unreadable as found:
        return found.problem.code
    return ""


# -- any record at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)  # fmt: skip
MEMBERS = sorted({path.partition(".")[0] for kind in Kind for path in FIELDS[kind]})
RECORDS = st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=6), JSON, max_size=12)


@given(st.sampled_from(list(Kind)), RECORDS)
def test_s90_no_record_is_too_odd_to_be_mapped(kind: Kind, record: dict[str, Any]) -> None:
    everything = MappingSet(
        kind, tuple(pair(path, f"p{place}") for place, path in enumerate(FIELDS[kind]))
    )
    for set_ in (default_set(kind), everything):
        found = mapped(kind, record, set_, HERE)
        assert all(isinstance(value, str) for value in found.properties.values())
        assert found == mapped(kind, record, set_, HERE)
        back = mapped_back(kind, found.properties, set_, HERE, record)
        assert back.body == {}, "what HubSpot was just told is no news"


@given(RECORDS, st.dictionaries(st.sampled_from(list(default_set(Kind.CONTACTS).properties)),
                                st.none() | st.text(max_size=20)))  # fmt: skip
def test_s90_a_change_from_hubspot_comes_to_rest(
    record: dict[str, Any], said: dict[str, str | None]
) -> None:
    set_ = default_set(Kind.CONTACTS)
    body = mapped_back(Kind.CONTACTS, said, set_, HERE, record).body
    again = mapped_back(Kind.CONTACTS, said, set_, HERE, {**record, **body})
    assert again.body == {}


# -- export and import


def sets() -> st.SearchStrategy[MappingSet]:
    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
    step = st.sampled_from(list(StepKind)).flatmap(
        lambda kind: st.builds(
            Step,
            st.just(kind),
            st.fixed_dictionaries(
                {},
                optional={
                    each.name: st.lists(st.lists(texts, min_size=2, max_size=2), max_size=3)
                    if each.kind == "pairs"
                    else st.sampled_from(each.choices)
                    if each.choices
                    else texts
                    for each in STEPS[kind].parameters
                },
            ),
        )
    )
    names = st.from_regex(r"[a-z_][a-z0-9_]{0,10}", fullmatch=True)
    pairs = st.builds(
        FieldPair,
        st.sampled_from(sorted(FIELDS[Kind.CONTACTS])),
        st.builds(Property, names, st.sampled_from(["string", "number"])),
        st.sampled_from(Direction),
        st.lists(step, max_size=4).map(tuple),
        st.sampled_from(WhenEmpty),
        st.booleans(),
    )
    unique = st.lists(pairs, max_size=6, unique_by=lambda each: each.property.name)
    return unique.map(lambda found: MappingSet(Kind.CONTACTS, tuple(found)))


@given(sets())
def test_b30_an_export_reads_back_and_exports_byte_for_byte(found: MappingSet) -> None:
    text = exchange.as_json(found)
    again = exchange.read_json(text, Kind.CONTACTS)
    assert exchange.as_json(again) == text
    assert again.pairs == found.pairs
    assert exchange.differences(found, again) == []


@given(sets(), sets())
def test_b30_the_differences_of_two_sets_are_what_a_preview_lists(
    before: MappingSet, after: MappingSet
) -> None:
    found = {each.name: each.change for each in exchange.differences(before, after)}
    for name in {*before.by_property, *after.by_property}:
        old, new = before.by_property.get(name), after.by_property.get(name)
        expected = "added" if old is None else "removed" if new is None else "changed"
        assert found.get(name) == (None if old == new else expected)


@given(st.text(max_size=200) | JSON.map(lambda value: json.dumps(value, default=str)))
def test_b30_any_file_is_read_or_refused_with_a_reason(text: str) -> None:
    for whole in (text, json.dumps({"format": exchange.FORMAT, "version": 1, "object": "contacts",
                                    "mappings": text})):  # fmt: skip
        with pytest.raises(NotReadable) as caught:
            exchange.read_json(whole, Kind.CONTACTS)
        assert is_known(caught.value.code)
        assert set(caught.value.parameters) >= placeholders(caught.value.code) - {"target"}


@given(JSON)
def test_b30_any_row_of_a_file_is_read_or_refused(row: Any) -> None:
    text = json.loads(json.dumps([row], default=str))
    with pytest.raises(NotReadable):
        exchange.read_pairs(text)


@pytest.mark.parametrize(
    "change",
    [{"direction": "sideways"}, {"steps": [{"kind": "explode"}]}, {"steps": {"kind": "trim"}},
     {"steps": [{"kind": "trim", "mode": "x"}]}, {"field": ""}, {"property": "a b"},
     {"enabled": "yes"}, {"surprise": 1}, {"steps": [{"kind": "options", "pairs": [["a"]]}]}],
)  # fmt: skip
def test_b30_a_row_with_a_wrong_member_names_its_line(change: dict[str, Any]) -> None:
    good = exchange.plain_pair(pair("Title", "salutation"))
    with pytest.raises(NotReadable) as caught:
        exchange.read_pairs([good, {**good, "property": "other", **change}])
    assert caught.value.parameters["line"] == "2"


def test_c25_every_change_of_mappings_has_its_sentence() -> None:
    actions = ("added", "edited", "deleted", "imported", "restored")
    assert [each for each in actions if not is_known(f"audit.mapping.{each}")] == []
    assert is_known("audit.target.changed")


def test_d25_a_set_from_elsewhere_has_the_same_locked_pairs() -> None:
    bare = MappingSet(Kind.CONTACTS, (pair("Title", "salutation"),))
    whole = with_locked(bare)
    assert [each.property.name for each in whole.pairs] == [
        "dealbooks_key", "dealbooks_deleted_at", "salutation",
    ]  # fmt: skip
    assert with_locked(whole) == whole
    for bad in (
        pair("Title", "salutation", locked=True),
        pair("Title", "salutation", once=True),
        pair("Title", "dealbooks_key"),
    ):
        with pytest.raises(Refused):
            with_locked(MappingSet(Kind.CONTACTS, (bad,)))
