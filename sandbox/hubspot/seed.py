"""Scenarios to portals: small lists expanded, always to the same records and ids.

Instants are set relative to the day of the reset, so that a demo never looks old.
"""

import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.hubspot import commerce
from sandbox.hubspot.account_api import pipeline_row
from sandbox.hubspot.objects import link_default
from sandbox.hubspot.quickbooks_app import leave_traces
from sandbox.hubspot.seed_many import generated, nasty
from sandbox.hubspot.seed_quotes import add_quote
from sandbox.hubspot.seed_records import DAY_MS, add, add_lines, link_primary
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.tokens import SCOPES, Grant
from sandbox.hubspot.values import iso, number

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot

CUSTOMERS = Path(__file__).resolve().parent.parent / "data" / "shared_customers.json"
COUNTRIES = {"US": "United States", "GB": "United Kingdom", "DE": "Germany", "FR": "France"}
CURRENCY_OF = {"GB": "GBP", "DE": "EUR", "FR": "EUR"}
DEAL_STAGES = (
    ("appointmentscheduled", "Appointment scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified to buy", "0.4"),
    ("presentationscheduled", "Presentation scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision maker bought-in", "0.8"),
    ("contractsent", "Contract sent", "0.9"),
    ("closedwon", "Closed won", "1.0"),
    ("closedlost", "Closed lost", "0.0"),
)
TICKET_STAGES = ("New", "Waiting on contact", "Waiting on us", "Closed")


def seed_hubspot(hubspot: "HubSpot", scenario: dict[str, Any]) -> dict[int, Portal]:
    portals = {}
    for place, given in enumerate(scenario.get("portals", [])):
        portal = _portal(hubspot, given)
        portals[portal.id] = portal
        _owners(portal, given.get("owners", []), place)
        _static_token(hubspot, portal, given.get("static_token", ""))
        _records(portal, given)
        for rows in portal.records.values():
            for record in rows.values():
                record.index = []
        portal.last_stamp = portal.now_ms()
        portal.observe = partial(hubspot.observe, portal)
    return portals


def _portal(hubspot: "HubSpot", given: dict[str, Any]) -> Portal:
    world = hubspot.world
    portal = Portal(
        int(given["id"]),
        world.clock,
        given["name"],
        given.get("time_zone", "America/New_York"),
        list(given.get("currencies", ["USD"])),
        settings={"base_url": hubspot.base_url, **given.get("settings", {})},
        switches=world.switches,
        rates=dict(given.get("rates", {})),
    )
    now = iso(portal.now_ms())
    stages = [
        {
            "id": name,
            "label": label,
            "metadata": {"probability": share, "isClosed": str(name.startswith("closed")).lower()},
        }
        for name, label, share in DEAL_STAGES
    ]
    portal.pipelines["deals"] = [pipeline_row("default", "Sales Pipeline", stages, now)]
    tickets = [
        {"id": str(n), "label": label, "metadata": {"ticketState": "OPEN" if n < 4 else "CLOSED"}}
        for n, label in enumerate(TICKET_STAGES, 1)
    ]
    portal.pipelines["tickets"] = [pipeline_row("0", "Support Pipeline", tickets, now)]
    portal.tax_rates = [
        {
            "id": str(n), "name": name, "label": name, "percentageRate": number(rate),
            "active": True, "createdAt": now, "updatedAt": now,
        }
        for n, (name, rate) in enumerate(given.get("tax_rates", []), 9001)
    ]  # fmt: skip
    return portal


def _owners(portal: Portal, rows: list[dict[str, Any]], place: int) -> None:
    now = iso(portal.now_ms())
    for number_, row in enumerate(rows, 1):
        user = 61_000_000 + place * 100 + number_
        portal.owners.append(
            {
                "id": str(71_000_000 + place * 100 + number_),
                "email": row["email"],
                "type": "PERSON",
                "firstName": row["firstName"],
                "lastName": row["lastName"],
                "userId": user,
                "userIdIncludingInactive": user,
                "createdAt": now,
                "updatedAt": now,
                "archived": False,
                "teams": [{"id": str(500 + number_), "name": row["team"], "primary": True}],
            }
        )
        portal.settings.setdefault("super_admins", []).extend([user] * bool(row.get("admin")))


def _static_token(hubspot: "HubSpot", portal: Portal, token: str) -> None:
    if token:
        user = {"userId": portal.owners[0]["userId"], "email": portal.owners[0]["email"]}
        hubspot.vault.static[token] = Grant(
            portal.id, user, frozenset(SCOPES), app_id=200000 + portal.id % 1000,
            client_id="", all_scopes=True, is_static=True,
        )  # fmt: skip


def _records(portal: Portal, given: dict[str, Any]) -> None:
    people: list[tuple[Record, Record | None]] = []
    codes: list[str] = []
    if given.get("shared_customers"):
        for place, row in enumerate(json.loads(CUSTOMERS.read_text())):
            people.append(_shared(portal, row, place))
            codes.append(CURRENCY_OF.get(row["country"], portal.currency))
    for row in given.get("companies", []):
        values = {name: value for name, value in row.items() if name != "currency"}
        people.append((add(portal, "companies", values, 90), None))
        codes.append(row.get("currency", portal.currency))
    for place, row in enumerate(given.get("contacts", [])):
        _contact(portal, row, people, place)
    for place, row in enumerate(given.get("products", [])):
        add(portal, "products", row, 300 - place)
    deals = []
    for place, row in enumerate(given.get("deals", [])):
        company, contact = people[row["customer"]]
        deals.append(_deal(portal, row, company, contact, codes[row["customer"]], place))
    for place, row in enumerate(given.get("quotes", [])):
        add_quote(portal, row, deals[row["deal"]], place)
    if given.get("nasty_names"):
        nasty(portal)
    generated(portal, given.get("generate", {}))
    if given.get("quickbooks_app"):
        leave_traces(portal, given["quickbooks_app"])


def _shared(portal: Portal, row: dict[str, str], place: int) -> tuple[Record, Record]:
    address = {
        "address": row["street"], "city": row["city"], "state": row["state"], "zip": row["zip"],
        "country": COUNTRIES.get(row["country"], row["country"]), "phone": row["phone"],
    }  # fmt: skip
    owner = portal.owners[1 + place % max(1, len(portal.owners) - 1)]["id"]
    company = add(
        portal,
        "companies",
        {
            "name": row["name"], "domain": row["domain"], "website": f"https://{row['domain']}",
            "lifecyclestage": "customer", "hubspot_owner_id": owner, **address,
        },
        200 - place,
    )  # fmt: skip
    first, _, last = row["contact"].rpartition(" ")
    contact = add(
        portal,
        "contacts",
        {
            "firstname": first, "lastname": last, "email": row["email"], "company": row["name"],
            "lifecyclestage": "customer", "hubspot_owner_id": owner, **address,
        },
        200 - place,
    )  # fmt: skip
    link_primary(portal, contact, company)
    return company, contact


def _contact(
    portal: Portal, row: dict[str, Any], people: list[tuple[Record, Record | None]], place: int
) -> None:
    company, main = people[row["customer"]]
    values = {name: value for name, value in row.items() if name != "customer"}
    values.setdefault(
        "email", f"{row['firstname']}.{row['lastname']}@{company.values['domain']}".lower()
    )
    contact = add(portal, "contacts", {**values, "company": company.values["name"]}, 120 - place)
    link_primary(portal, contact, company)
    if main is None:
        people[row["customer"]] = (company, contact)


def _deal(
    portal: Portal,
    row: dict[str, Any],
    company: Record,
    contact: Record | None,
    currency: str,
    place: int,
) -> Record:
    days_ago = 75 - place
    is_closed = row["stage"].startswith("closed")
    close = portal.now_ms() + (-days_ago // 3 if is_closed else 10 + place) * DAY_MS
    deal = add(
        portal,
        "deals",
        {
            "dealname": row["name"], "pipeline": "default", "dealstage": row["stage"],
            "closedate": iso(close // 1000 * 1000), "deal_currency_code": currency,
            "hubspot_owner_id": portal.owners[row["owner"]]["id"], "amount": row.get("amount"),
            "dealtype": "newbusiness" if place % 3 else "existingbusiness",
        },
        days_ago,
    )  # fmt: skip
    link_primary(portal, deal, company)
    if contact is not None:
        link_default(portal, deal, contact)
    if row.get("lines"):
        add_lines(portal, deal, row["lines"], currency, days_ago)
        lines = portal.linked_records(deal, "line_items")
        amounts = [number(line.values.get("amount")) or Decimal(0) for line in lines]
        deal.values["amount"] = commerce.money(sum(amounts, Decimal(0)))
    return deal
