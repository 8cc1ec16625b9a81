"""Portals, companies and people for tests that need a database."""

import itertools
from datetime import UTC, datetime
from typing import Any

from integration.models import Company, Membership, Person, Portal
from integration.models.people import Role

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def portal(**fields: Any) -> Portal:
    number = next(_numbers)
    return Portal.objects.create(
        **{
            "hub_id": 4_000_000 + number,
            "name": f"Portal {number}",
            "domain": f"portal-{number}.example",
            "ui_domain": "localhost:9200",
            "currency": "USD",
            "created_at": NOON,
            "connected_at": NOON,
            **fields,
        }
    )


def company(of: Portal, **fields: Any) -> Company:
    number = next(_numbers)
    return Company.objects.create(
        portal=of,
        **{
            "realm_id": f"9130{number:06}",
            "environment": "simulated",
            "name": f"Company {number}",
            "country": "US",
            "home_currency": "USD",
            "connected_at": NOON,
            **fields,
        },
    )


def person(**fields: Any) -> Person:
    number = next(_numbers)
    email = fields.pop("email", f"person-{number}@example.test")
    return Person.objects.create_user(email, PASSWORD, **{"name": f"Person {number}", **fields})


def member(of: Portal, role: Role = Role.OWNER, *companies: Company, **fields: Any) -> Membership:
    """A new person in a portal; no companies means all."""
    who = fields.pop("person", None) or person()
    found = Membership.objects.create(portal=of, person=who, role=role, **fields)
    found.companies.set(companies)
    return found
