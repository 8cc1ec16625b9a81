"""QuickBooks items as HubSpot products (S-83 to S-87, D-27, P-22, P-16)."""

import pytest

from sync.models import SyncObject
from tests.sync.books import UK, Books, connect
from tests.sync.people import (
    change,
    in_hubspot,
    in_hubspot_by_id,
    item,
    link,
    links,
    make_in_hubspot,
    reasons,
    turn_on,
)


def turn_on_products(books: Books, **policies: object) -> None:
    turn_on(books, SyncObject.PRODUCTS, **policies)


def test_s84_with_the_toggle_off_no_product_is_made(books: Books) -> None:
    item(books, "Oak lamp", "OAK-1")
    books.forget()
    books.sync("poll")
    assert books.calls("hubspot") == []


def test_s84_s87_a_new_item_becomes_a_product(books: Books) -> None:
    turn_on_products(books)
    raw = item(books, "Oak lamp", "OAK-1", "129.00", Description="Of oak")
    books.sync()
    [product] = in_hubspot(books, "products", hs_sku="OAK-1")
    told = product["properties"]
    assert (told["name"], told["price"], told["description"]) == ("Oak lamp", "129.00", "Of oak")
    assert told["dealbooks_key"] == f"{books.company.realm_id}:Item:{raw['Id']}"
    assert link(books, raw, "products").source == "created"


@pytest.mark.parametrize(
    ("policy", "made", "price"),
    [
        ("create_and_update", 1, "139.00"),
        ("create_only", 1, "129.00"),
        ("update_only", 0, ""),
        ("do_nothing", 0, ""),
    ],
)
def test_s85_d27_create_and_update_policies(
    books: Books, policy: str, made: int, price: str
) -> None:
    turn_on_products(books, save_policy=policy)
    raw = item(books, "Oak lamp", "OAK-1", "129.00")
    books.sync()
    change(books, raw, "Item", UnitPrice="139.00")
    books.sync()
    found = in_hubspot(books, "products", hs_sku="OAK-1")
    assert [each["properties"]["price"] for each in found] == [price] * made


def test_s87_p22_a_product_is_found_by_its_sku_in_any_letter_case(books: Books) -> None:
    there = make_in_hubspot(books, "products", name="Lamp", hs_sku="oak-1", price="1")
    books.turn(seconds=5)
    turn_on_products(books)
    raw = item(books, "Oak lamp", "OAK-1", "129.00")
    books.sync()
    assert link(books, raw, "products").hubspot_id == there
    product = in_hubspot_by_id(books, "products", there)
    assert product["properties"]["price"] == "129.00"
    assert not product["properties"].get("dealbooks_key")


def test_f88_two_items_with_one_sku_are_linked_by_a_person(books: Books) -> None:
    turn_on_products(books)
    first = item(books, "Oak lamp", "OAK-1")
    second = item(books, "Oak lamp, large", "oak-1")
    books.sync()
    assert links(books, first) == links(books, second) == set()
    assert reasons(books, first, "Item") == ["sync.sku_shared"]


def test_s87_two_products_of_one_sku_in_hubspot_are_a_guess(books: Books) -> None:
    make_in_hubspot(books, "products", name="Lamp", hs_sku="OAK-1")
    make_in_hubspot(books, "products", name="Lamp too", hs_sku="OAK-1")
    books.turn(seconds=5)
    turn_on_products(books)
    raw = item(books, "Oak lamp", "OAK-1")
    books.sync()
    assert reasons(books, raw, "Item") == ["sync.several_in_hubspot"]


def test_s87_a_category_is_no_product(books: Books) -> None:
    turn_on_products(books)
    raw = dict(books.do("save", kind="Item", body={"Name": "Lamps", "Type": "Category"})["Item"])
    books.sync()
    assert reasons(books, raw, "Item") == ["sync.category"]


def test_p16_a_price_in_another_currency_is_never_taken_for_the_portals(books: Books) -> None:
    other = connect(books.sandbox, realm=UK, portal=books.portal)
    turn_on(other, SyncObject.PRODUCTS)
    raw = item(other, "Oak lamp", "OAK-UK", "99.00")
    other.sync()
    product = in_hubspot_by_id(other, "products", link(other, raw, "products").hubspot_id)
    assert not product["properties"].get("price")
    assert product["properties"]["hs_price_gbp"] == "99.00"


def test_m14_an_equal_content_is_never_written(books: Books) -> None:
    there = make_in_hubspot(
        books, "products", name="Oak lamp", hs_sku="OAK-1", price="129", hs_cost_of_goods_sold="0"
    )
    books.turn(seconds=5)
    turn_on_products(books)
    raw = item(books, "Oak lamp", "OAK-1", "129.00")
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []
    assert link(books, raw, "products").hubspot_id == there
    [entry] = books.entries(operation="link_record")
    assert entry.label == "Oak lamp"
