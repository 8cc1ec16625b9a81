"""How likely two records are one: points, reasons and doubts, and the two hundred pairs (B-24, D-06)."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.records.hubspot import Object
from sync.match_pool import Pool
from sync.match_scores import MOST, Doubt, Reason, Side, best, doubts_of, score, variants
from sync.matching import Sought, by_email, by_key, by_name, by_sku, domain_of
from tests.unit.test_matching_pairs import PAIRS, worlds

LOOMS = Side(name="Lovelace Looms, Inc.", domain="looms.example", postcode="94 326")
ADA = Side(
    person="Ada Byron", company="Lovelace Looms", emails=("ada@looms.example",), postcode="1"
)


@pytest.mark.parametrize(
    ("kind", "record", "object", "points", "reasons", "doubts"),
    [
        ("companies", LOOMS, Side(name="lovelace looms"), 60, {"name"}, set()),
        (
            "companies",
            LOOMS,
            Side(name="Lovelace Looms", domain="LOOMS.example", postcode="94326"),
            100,
            {"name", "domain", "postcode"},
            set(),
        ),
        (
            "companies",
            LOOMS,
            Side(name="Lovelace Looms", domain="other.example", postcode="9"),
            20,
            {"name"},
            {"other_domain", "other_postcode"},
        ),
        ("companies", LOOMS, Side(name="Lovelace Loom"), 40, {"name_alike"}, set()),
        ("companies", LOOMS, Side(name="Quarry", postcode="94326"), 0, {"postcode"}, {"other_name"}),
        (
            "companies",
            dataclasses.replace(LOOMS, domain="gmail.com"),
            Side(name="Anything", domain="gmail.com"),
            0,
            set(),
            {"other_name"},
        ),
        ("contacts", ADA, Side(emails=("ADA@looms.example",)), 70, {"email"}, set()),
        (
            "contacts",
            ADA,
            Side(person="Ada Byron", emails=("ada@looms.example",), company="Quarry Ltd"),
            85,
            {"email", "person"},
            {"other_company"},
        ),
        ("contacts", ADA, Side(person="Bea", company="Lovelace Looms", postcode="1"), 0, set(), set()),
        (
            "contacts",
            Side(emails=("a@x.example, ada@looms.example",)),
            Side(emails=("ada@looms.example",)),
            70,
            {"email"},
            set(),
        ),
        ("products", Side(name="Desk", sku="D-1"), Side(name="Desk", sku="d-1"), 100, {"name", "sku"}, set()),
        ("products", Side(name="Desk", sku="D-1"), Side(name="Desk", sku="D-2"), 10, {"name"}, {"other_sku"}),
        (
            "products",
            Side(name="Desk", price="12.50"),
            Side(name="Desk", price="12.5"),
            70,
            {"name", "price"},
            set(),
        ),
        ("contacts", Side(key="r:Customer:1"), Side(key="r:Customer:1", person="X"), 100, {"key"}, set()),
    ],
)  # fmt: skip
def test_b24_what_agrees_adds_points_and_what_differs_takes_them_away(
    kind: str, record: Side, object: Side, points: int, reasons: set[str], doubts: set[str]
) -> None:
    found = score(kind, record, object)
    assert (found.points, set(found.reasons), set(found.doubts)) == (points, reasons, doubts)


@pytest.mark.parametrize("mark", ["shared", "taken"])
def test_b24_a_twin_or_a_taken_object_is_doubted(mark: str) -> None:
    record = dataclasses.replace(LOOMS, shared=mark == "shared")
    object = Side(name="Lovelace Looms", taken=mark == "taken")
    assert score("companies", record, object).points < score("companies", LOOMS, LOOMS).points
    assert Doubt(mark) in score("companies", record, object).doubts


def test_b24_a_pair_that_nothing_suggests_is_doubted_by_its_name() -> None:
    assert Doubt.OTHER_NAME in doubts_of("contacts", ADA, Side(person="Somebody Else"))
    assert doubts_of("contacts", ADA, Side(emails=("ada@looms.example",))) == ()


TEXTS = st.text(max_size=12)
SIDES = st.builds(
    Side, name=TEXTS, person=TEXTS, company=TEXTS, domain=TEXTS, postcode=TEXTS, sku=TEXTS,
    price=TEXTS, emails=st.tuples(TEXTS), phones=st.tuples(TEXTS), shared=st.booleans(),
    taken=st.booleans(),
)  # fmt: skip


@given(st.sampled_from(["contacts", "companies", "products"]), SIDES, SIDES)
def test_b24_a_score_is_within_bounds_and_never_without_a_reason(
    kind: str, record: Side, object: Side
) -> None:
    found = score(kind, record, object)
    assert 0 <= found.points <= MOST
    assert found.reasons or found.points == 0
    assert found == score(kind, record, object)


def test_b24_spellings_to_search_for() -> None:
    assert variants(["Château Foods, Inc"]) == (
        "château foods, inc", "château foods", "chateau foods",
    )  # fmt: skip


@pytest.mark.parametrize("address", ["a@gmail.com", "a@yahoo.co.uk", "a@hotmail.fr"])
def test_d06_free_mail_proves_nothing(address: str) -> None:
    assert domain_of(address) == ""
    domain = address.partition("@")[2]
    record, object = Side(name="A", domain=domain), Side(name="B", domain=domain)
    assert Reason.DOMAIN not in score("companies", record, object).reasons


def test_d06_an_address_does_not_outweigh_another_company() -> None:
    known = {"ada@x.example": Object("contacts", "7", {"company": "Quarry Ltd"})}
    mine = Sought("1", "k", ("ada@x.example",), company="Lovelace Looms")
    assert by_email(mine, known).is_ambiguous
    assert by_email(dataclasses.replace(mine, company="Quarry"), known).hubspot_id == "7"
    assert by_email(dataclasses.replace(mine, company=""), known).hubspot_id == "7"


def test_b24_what_a_person_refused_is_never_linked_again_by_itself() -> None:
    mine = Sought("1", "key", ("a@x.example",), refused=frozenset({"7"}))
    seven, eight = (Object("contacts", each, {"hs_sku": "S"}) for each in ("7", "8"))
    keyed = by_key(mine, {"key": seven})
    assert keyed is not None
    assert keyed.is_refused
    assert by_email(mine, {"a@x.example": seven}).is_refused
    assert by_email(mine, {"a@x.example": eight}).hubspot_id == "8"
    nothing = by_email(mine, {})
    assert (nothing.is_refused, nothing.has_refusals) == (False, True)
    products = dataclasses.replace(mine, values=("s",))
    assert by_sku(products, [seven, eight]).hubspot_id == "8"


# -------------------------------------------------------------------------- the two hundred pairs


def _of_customers() -> tuple[dict[str, Side], dict[str, tuple[str, Side]]]:
    """HubSpot's companies, and customer id to (its company, what is known of the customer)."""
    pairs, customers = worlds()
    objects = {
        company.id or person.id: Side(
            name=company.name, domain=company.domain, postcode=company.postcode
        )
        for company, person, _right in pairs
        if company.name
    }
    right_of = {right: company.id for company, _person, right in pairs}
    records = {
        each.id: (
            right_of.get(each.id, ""),
            Side(
                name=each.company_name or each.display_name,
                emails=each.emails,
                domain=domain_of(each.emails[0]),
                postcode=each.bill_address.postcode,
            ),
        )
        for each in customers
    }
    return objects, records


def test_b24_of_two_hundred_pairs_nearly_all_are_suggested_first() -> None:
    objects, records = _of_customers()
    pool = Pool(objects)
    sought = {id: pair for id, pair in records.items() if pair[0]}
    first = {
        id: next((found for found, _ in best("companies", side, pool.like(side))), "")
        for id, (_, side) in sought.items()
    }
    right = sum(first[id] == wanted for id, (wanted, _) in sought.items())
    assert len(sought) == PAIRS - PAIRS // 10
    assert right >= len(sought) * 0.95, right
    elsewhere = [id for id in records if id.startswith("9") and not records[id][0]]
    doubted = [best("companies", records[id][1], pool.like(records[id][1])) for id in elsewhere]
    assert all(not found or found[0][1].doubts for found in doubted)


def test_b24_of_two_hundred_pairs_none_is_linked_wrongly_by_itself() -> None:
    objects, records = _of_customers()
    companies = [
        Object("companies", id, {"name": each.name, "domain": each.domain, "zip": each.postcode})
        for id, each in objects.items()
    ]
    linked = {
        id: by_name(
            Sought(id, f"key:{id}", (side.name.casefold(),), side.domain, side.postcode), companies
        ).hubspot_id
        for id, (_, side) in records.items()
    }
    assert any(linked.values())
    assert [id for id, found in linked.items() if found and found != records[id][0]] == []
