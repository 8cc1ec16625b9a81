"""Two hundred companies as HubSpot has them, and their customers as QuickBooks does (B-24, D-06)."""

import random
from collections.abc import Callable
from dataclasses import replace

from integration.records.quickbooks import Address, Customer
from invoices.matching import CompanySide, ContactSide, suggest
from tests.unit.invoice_builders import AMY

PAIRS = 200
FIRST = (
    "Amber",
    "Bjørn",
    "Château",
    "Délices",
    "El Niño",
    "Früh",
    "Grøn",
    "Harbor",
    "Island",
    "Jäger",
)
SECOND = ("Bakery", "Cycles", "Dental", "Estates", "Foods", "Glass", "Homes", "Imports", "Jewellers",
          "Kitchens", "Labs", "Motors", "Nursery", "Optics", "Paints", "Quarry", "Roofing", "Seeds",
          "Tiles", "Upholstery")  # fmt: skip
SPELT: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda name: f"{name} Ltd.",
    lambda name: f"{name}, Inc",
    lambda name: name.replace("é", "e").replace("ñ", "n").replace("â", "a").replace("ü", "u"),
    lambda name: f"  {name}  ",
    lambda name: f"{name} GmbH (deleted)",
    lambda name: name,
)


def worlds() -> tuple[list[tuple[CompanySide, ContactSide, str]], list[Customer]]:
    """(company, contact, the right customer's id) of each pair, and all customers with decoys."""
    dice = random.Random(24)
    pairs, customers = [], []
    for number in range(PAIRS):
        name = f"{FIRST[number % 10]} {SECOND[number // 10]}"
        domain = f"{SECOND[number // 10].lower()}{number}.example"
        mail = f"office@{domain}" if number % 3 else f"shop{number}@gmail.com"
        key, postcode = str(1000 + number), f"{10_000 + number}"
        customers.append(_customer(key, dice.choice(SPELT)(name), mail, postcode))
        if number % 4 == 0:  # the same name in another town
            customers.append(_customer(f"9{key}", name, f"info@far{number}.example", "99999"))
        if number % 5 == 0:  # a sub-customer with the parent's address
            below = _customer(f"8{key}", f"{name} - Roof", mail, postcode)
            customers.append(replace(below, parent_id=key, company_name=""))
        known = CompanySide(f"c{number}", name, domain if number % 3 else "gmail.com", postcode)
        unknown = CompanySide("", "")
        person = ContactSide(f"p{number}", "Somebody", (mail,))
        pairs.append((unknown if number % 10 == 9 else known, person, key))
    return pairs, customers


def _customer(key: str, name: str, mail: str, postcode: str) -> Customer:
    return replace(
        AMY, id=key, display_name=name, company_name=name, given_name="", family_name="",
        emails=(mail,), bill_address=Address(("1 Main St",), "Town", "CA", postcode, "US"),
    )  # fmt: skip


def test_b24_of_two_hundred_pairs_nearly_all_are_suggested_and_none_linked_unasked() -> None:
    pairs, customers = worlds()
    found = [suggest(company, [person], customers, "USD") for company, person, _right in pairs]
    right = [
        bool(each) and each[0].customer.id == pair[2]
        for each, pair in zip(found, pairs, strict=True)
    ]
    assert sum(right) >= PAIRS * 0.95, sum(right)
    assert not any(entry.is_certain for each in found for entry in each)
    wrong = [pair for each, pair in zip(found, pairs, strict=True)
             if each and pair[0].name and each[0].customer.id.startswith("9")]  # fmt: skip
    assert wrong == []
