"""Two-way sync's merge (P-47): a table, and its laws over random values and records."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.records.hubspot import Properties
from mappings.defaults import default_set
from mappings.mapped import Context, mapped
from mappings.pairs import Direction, FieldPair, MappingSet, Property, WhenEmpty
from mappings.quickbooks_fields import Kind
from sync.merging import NOTHING, Side, Verdict, verdict
from sync.operations import CreateInQuickBooks, SettleConflict, Skip, Subject
from sync.plan_back import BackPlan, BothSides, Seen, back_map, plan_back
from sync.plan_creation import Maker, Newcomer, Twin, plan_creation
from sync.policies import ObjectPolicy, Rule, Way
from sync.reconcile import same

OLD = datetime(2026, 11, 20, tzinfo=UTC)
NEW = OLD + timedelta(hours=1)
SWAPPED = {Side.QUICKBOOKS: Side.HUBSPOT, Side.HUBSPOT: Side.QUICKBOOKS, Side.NEITHER: Side.NEITHER}
OTHER_RULE = {
    Rule.QUICKBOOKS: Rule.HUBSPOT,
    Rule.HUBSPOT: Rule.QUICKBOOKS,
    Rule.NEWEST: Rule.NEWEST,
}
SIDES = (Side.QUICKBOOKS, Side.HUBSPOT)
OURS, THEIRS = Verdict(Side.QUICKBOOKS), Verdict(Side.HUBSPOT)
CONTEXT = Context("9341450000000001", "US")
VALUES = st.sampled_from([None, "", "1", "1.0", "2", "x"])


@pytest.mark.parametrize(
    ("base", "here", "there", "expected"),
    [
        ("a", "a", "a", NOTHING),
        ("a", "a", "b", THEIRS),
        ("a", "b", "a", OURS),
        ("a", "b", "b", NOTHING),
        ("a", "b", "c", Verdict(Side.QUICKBOOKS, is_conflict=True)),
        ("1.0", "1.00", "1", NOTHING),
        ("a", "a", None, NOTHING),
        ("a", "b", None, OURS),
        ("a", None, "b", THEIRS),
        ("a", None, "a", NOTHING),
        ("a", "a", "", THEIRS),
        (None, "a", "", OURS),
        (None, "", "b", THEIRS),
        (None, None, "b", THEIRS),
        (None, "a", "b", Verdict(Side.QUICKBOOKS, is_conflict=True)),
    ],
)
def test_p47_three_values_and_who_wins(
    base: str | None, here: str | None, there: str | None, expected: Verdict
) -> None:
    assert verdict(base, here, there, Rule.QUICKBOOKS, Side.HUBSPOT) == expected


@given(VALUES, VALUES, VALUES, st.sampled_from(Rule), st.sampled_from(SIDES))
def test_p47_the_rule_treats_both_sides_alike(
    base: str | None, here: str | None, there: str | None, rule: Rule, newest: Side
) -> None:
    one = verdict(base, here, there, rule, newest)
    other = verdict(base, there, here, OTHER_RULE[rule], SWAPPED[newest])
    assert other == Verdict(SWAPPED[one.winner], one.is_conflict)


@given(VALUES, VALUES, VALUES, st.sampled_from(Rule), st.sampled_from(SIDES))
def test_p47_a_merged_field_has_nothing_more_to_say(
    base: str | None, here: str | None, there: str | None, rule: Rule, newest: Side
) -> None:
    winner = verdict(base, here, there, rule, newest).winner
    if winner is not Side.NEITHER:
        agreed = here if winner is Side.QUICKBOOKS else there
        assert verdict(agreed, agreed, agreed, rule, newest) == NOTHING
        assert agreed is not None


# ------------------------------------------------------------------------------- whole records


def sides(raw: dict[str, Any], base: Properties, there: Properties, **facts: Any) -> BothSides:
    mapping = facts.pop("mapping", default_set(Kind.CONTACTS))
    here: Properties = dict(mapped(Kind.CONTACTS, raw, mapping, CONTEXT).properties)
    seen = Seen("contacts", "11", back_map(mapping, {}), base, here, there, facts.pop("at", NEW))
    subject = Subject("Customer", "pk", "Ada", "company", "7")
    return BothSides(subject, raw, "3", facts.pop("updated_at", OLD), CONTEXT, (seen,))


def both(rule: Rule = Rule.QUICKBOOKS, way: Way = Way.BOTH) -> ObjectPolicy:
    return ObjectPolicy(enabled=True, way=way, rule=rule, back_since=OLD)


def conflicts(plan: BackPlan) -> list[str]:
    return [each.reason for each in plan.lines if isinstance(each, SettleConflict)]


RAW = {
    "Id": "7",
    "GivenName": "Ada",
    "PrimaryPhone": {"FreeFormNumber": "1"},
    "BillAddr": {"Id": "9", "Line1": "1 Main St", "City": "Reading"},
    "PrimaryEmailAddr": {"Address": "ada@a.example, office@a.example"},
}
BASE: Properties = {
    "firstname": "Ada",
    "phone": "1",
    "address": "1 Main St",
    "city": "Reading",
    "email": "ada@a.example",
}


def test_p47_only_what_hubspot_changed_is_sent_with_the_rest_of_its_member() -> None:
    plan = plan_back(sides(RAW, BASE, {**BASE, "city": "Oxford", "phone": "1 "}), both())
    assert plan.update is not None
    assert plan.update.body == {"BillAddr": {**RAW["BillAddr"], "City": "Oxford"}}  # type: ignore[dict-item]
    assert (plan.update.before, plan.update.after) == ({"city": "Reading"}, {"city": "Oxford"})
    assert plan.lines == []


def test_p47_a_postcode_is_no_number() -> None:
    raw = {**RAW, "BillAddr": {"Id": "9", "PostalCode": "1234"}}
    base: Properties = {**BASE, "zip": "1234"}
    plan = plan_back(sides(raw, base, {**base, "zip": "01234"}), both())
    assert plan.update is not None
    assert plan.update.body["BillAddr"] == {"Id": "9", "PostalCode": "01234"}


def test_p47_an_address_of_several_keeps_the_others() -> None:
    plan = plan_back(sides(RAW, BASE, {**BASE, "email": "augusta@a.example"}), both())
    assert plan.update is not None
    told = plan.update.body["PrimaryEmailAddr"]
    assert told == {"Address": "augusta@a.example, office@a.example"}


def test_p47_an_emptied_property_leaves_quickbooks_alone_unless_the_mapping_empties() -> None:
    there: Properties = {**BASE, "phone": "", "firstname": None}
    assert plan_back(sides(RAW, BASE, there), both()).update is None
    pairs = tuple(
        FieldPair(each.field, each.property, each.direction, each.steps, WhenEmpty.CLEAR)
        for each in default_set(Kind.CONTACTS).pairs
        if each.direction is Direction.BOTH
    )
    emptied = plan_back(sides(RAW, BASE, there, mapping=MappingSet(Kind.CONTACTS, pairs)), both())
    assert emptied.update is not None
    assert emptied.update.body["GivenName"] == ""
    assert emptied.update.body["PrimaryPhone"] == {"FreeFormNumber": ""}


def test_p47_a_display_name_is_never_emptied_and_a_one_way_pair_never_followed() -> None:
    name = FieldPair("DisplayName", Property("nickname"), Direction.BOTH, (), WhenEmpty.CLEAR)
    phone = FieldPair("PrimaryPhone.FreeFormNumber", Property("phone"), Direction.TO_HUBSPOT)
    mapping = MappingSet(Kind.CONTACTS, (name, phone))
    raw = {**RAW, "DisplayName": "Ada Byron"}
    base: Properties = {"nickname": "Ada Byron", "phone": "1"}
    plan = plan_back(sides(raw, base, {"nickname": "", "phone": "2"}, mapping=mapping), both())
    assert plan.update is None
    assert "phone" not in plan.agreed.get("contacts", {})


def test_p47_what_cannot_be_turned_back_is_told_and_does_not_count_as_agreed() -> None:
    long = "0" * 31
    plan = plan_back(sides(RAW, BASE, {**BASE, "phone": long, "city": "Oxford"}), both())
    [line] = plan.lines
    assert isinstance(line, Skip)
    assert line.reason == "mapping.too_long"
    assert plan.update is not None
    assert set(plan.update.body) == {"BillAddr"}
    assert "phone" not in plan.agreed["contacts"]


def test_p47_newest_wins_by_both_clocks_and_one_way_has_no_conflicts() -> None:
    there: Properties = {**BASE, "phone": "3"}
    raw = {**RAW, "PrimaryPhone": {"FreeFormNumber": "2"}}
    later = plan_back(sides(raw, BASE, there, at=NEW, updated_at=OLD), both(Rule.NEWEST))
    earlier = plan_back(sides(raw, BASE, there, at=OLD, updated_at=NEW), both(Rule.NEWEST))
    assert conflicts(later) == ["sync.conflict_hubspot"]
    assert later.update is not None
    assert (conflicts(earlier), earlier.update) == (["sync.conflict_quickbooks"], None)
    one_way = plan_back(sides(raw, BASE, there), both(way=Way.TO_QUICKBOOKS))
    assert one_way.update is not None
    assert one_way.lines == []


TEXTS = st.sampled_from(["", "a", "b", "c"])
NAMES = ("firstname", "lastname", "phone", "city")
FIELDS = {"firstname": "GivenName", "lastname": "FamilyName"}


def record(values: Properties) -> dict[str, Any]:
    return {
        "Id": "7",
        "GivenName": values["firstname"] or "",
        "FamilyName": values["lastname"] or "",
        "PrimaryPhone": {"FreeFormNumber": values["phone"] or ""},
        "BillAddr": {"City": values["city"] or ""},
    }


VALUES_OF = st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS))


@given(VALUES_OF, VALUES_OF, VALUES_OF, st.sampled_from(Rule), st.sampled_from(Way))
def test_p47_after_both_ways_both_sides_agree_and_nothing_more_is_planned(
    base: Properties, here: Properties, there: Properties, rule: Rule, way: Way
) -> None:
    policy = both(rule, way)
    agreed = {name: text for name, text in base.items() if text}
    raw = record(here)
    first = plan_back(sides(raw, agreed, there), policy)
    raw = {**raw, **(first.update.body if first.update else {})}
    agreed = {**agreed, **first.agreed.get("contacts", {})}
    if way is Way.BOTH:
        told = mapped(Kind.CONTACTS, raw, default_set(Kind.CONTACTS), CONTEXT).properties
        news = {name: text for name, text in told.items() if not same(text, agreed.get(name))}
        there, agreed = {**there, **news}, {**agreed, **told}
    second = plan_back(sides(raw, agreed, there), policy)
    assert second.update is None
    assert conflicts(second) == []
    if way is Way.BOTH:
        told = mapped(Kind.CONTACTS, raw, default_set(Kind.CONTACTS), CONTEXT).properties
        assert all(same(text, agreed.get(name)) for name, text in told.items())


# ------------------------------------------------------------------------------------ creation


def maker(kind: Kind = Kind.CONTACTS, **facts: Any) -> Maker:
    way_back = back_map(default_set(kind), {})
    return Maker("company", way_back, CONTEXT, "USD", **{"is_us": True, **facts})


def test_p47_a_newcomer_gets_a_name_that_quickbooks_takes() -> None:
    [made] = plan_creation(
        Newcomer("companies", "1", {"name": "Looms: North", "phone": "5", "city": "Leeds"}),
        maker(Kind.COMPANIES),
    )
    assert getattr(made, "body", {}) == {
        "DisplayName": "Looms - North",
        "CompanyName": "Looms: North",
        "Taxable": True,
        "PrimaryPhone": {"FreeFormNumber": "5"},
        "BillAddr": {"City": "Leeds"},
    }
    [nobody] = plan_creation(Newcomer("contacts", "1", {"phone": "5"}), maker())
    assert getattr(nobody, "reason", "") == "sync.back_no_name"


@pytest.mark.parametrize(
    ("twins", "reason"),
    [
        ((Twin("a", "1", "Ada"), Twin("b", "2", "Ada L.")), "sync.back_several"),
        ((Twin("a", "1", "Ada", is_free=False),), "sync.back_taken"),
        ((Twin("a", "1", "Ada"),), ""),
    ],
)
def test_p06_a_newcomer_is_linked_only_to_a_single_free_twin(
    twins: tuple[Twin, ...], reason: str
) -> None:
    [made] = plan_creation(Newcomer("contacts", "1", {"email": "ada@a.example"}, twins), maker())
    assert getattr(made, "reason", "") == reason
    assert made.kind == ("skip" if reason else "link_record")


def test_p47_no_product_is_made_without_an_income_account() -> None:
    lamp = Newcomer("products", "1", {"name": "Lamp", "price": "9.99"})
    [refused] = plan_creation(lamp, maker(Kind.PRODUCTS))
    assert getattr(refused, "reason", "") == "sync.back_no_account"
    [made] = plan_creation(lamp, maker(Kind.PRODUCTS, account_id="79"))
    assert str(getattr(made, "body", {})["UnitPrice"]) == "9.99"


def test_p47_a_price_in_another_currency_comes_from_where_hubspot_keeps_it() -> None:
    names = {"price": "hs_price_gbp", "hs_cost_of_goods_sold": ""}
    way_back = back_map(default_set(Kind.PRODUCTS), names)
    lamp = {"name": "Lamp", "price": "12.00", "hs_price_gbp": "9.99", "hs_cost_of_goods_sold": "x"}
    british = replace(maker(Kind.PRODUCTS, account_id="79"), way_back=way_back)
    [made] = plan_creation(Newcomer("products", "1", dict(lamp)), british)
    assert isinstance(made, CreateInQuickBooks)
    assert str(made.body["UnitPrice"]) == "9.99"
    assert "PurchaseCost" not in made.body
    assert made.agreed["products"]["hs_price_gbp"] == "9.99"
    [made, line] = plan_creation(
        Newcomer("products", "1", {"name": "Lamp", "hs_price_gbp": "cheap"}), british
    )
    assert (made.kind, line.kind) == ("create_in_quickbooks", "skip")
