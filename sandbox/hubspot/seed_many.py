"""Records by number for load tests, and names that software stumbles over.

The e-mail addresses are those of QuickBooks' customers of the same scenario.
"""

import json
from pathlib import Path
from typing import Any

from sandbox.hubspot.objects import link_default
from sandbox.hubspot.seed_records import add, link_primary
from sandbox.hubspot.store import Portal

NASTY_NAMES = Path(__file__).resolve().parent.parent / "data" / "nasty_names.json"
FIRST_NAMES = ("Ada", "Bruno", "Chloé", "Dmitri", "Esra", "Faith", "Gunnar", "Hiroko")
STAGES = ("closedwon", "contractsent", "qualifiedtobuy")


def generated(portal: Portal, wanted: dict[str, int]) -> None:
    """``contacts``, and ``deals`` spread over them."""
    contacts = [
        add(
            portal,
            "contacts",
            {
                "firstname": FIRST_NAMES[number % len(FIRST_NAMES)],
                "lastname": f"Number {number:06d}",
                "email": f"customer{number}@generated.example",
            },
            30,
        )
        for number in range(1, wanted.get("contacts", 0) + 1)
    ]
    for number in range(1, wanted.get("deals", 0) + 1):
        values = {
            "dealname": f"Generated deal {number:06d}",
            "pipeline": "default",
            "dealstage": STAGES[number % len(STAGES)],
            "amount": str(100 + number % 900),
            "deal_currency_code": portal.currency,
        }
        deal = add(portal, "deals", values, 1 + number % 60)
        link_default(portal, deal, contacts[number % len(contacts)])


def nasty(portal: Portal) -> None:
    """A company, a contact and a deal of each name."""
    for number, name in enumerate(json.loads(NASTY_NAMES.read_text()), start=1):
        values: dict[str, Any] = {"name": name, "domain": f"nasty{number}.example"}
        company = add(portal, "companies", values, 90)
        email = f"nasty{number}@nasty.example"
        contact = add(portal, "contacts", {"lastname": name, "email": email}, 90)
        values = {
            "dealname": f"{name} – refit",
            "pipeline": "default",
            "dealstage": "closedwon",
            "amount": "29.70",
            "deal_currency_code": portal.currency,
        }
        deal = add(portal, "deals", values, 60 - number)
        link_primary(portal, contact, company)
        link_primary(portal, deal, company)
        link_default(portal, deal, contact)
