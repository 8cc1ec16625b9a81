"""Type-ahead and searches over long lists: 50,000 products and invoices, 20,000 customers of a company.

Server time of whole requests, as the wizard's pickers, the invoice list and Ctrl-K make them; time
without a free core is not counted. Every search is asked for several times with different words.
"""

import itertools
import os
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.urls import get_resolver

from bench.measures import Measure
from bench.wizard import TimedClient
from integration.access import actors
from integration.models import Record
from integration.models.people import Role
from integration.reference import search_text_of
from invoices import existing
from invoices.draft import DraftContent
from invoices.existing import Criteria
from invoices.models import DealRef, Draft, Invoice
from invoices.models.invoices import Origin, Stage
from tests import tenants
from tests.invoices.pages import BACKEND
from tests.tenants import NOON

MANY, CUSTOMERS_THERE = 50_000, 20_000
CHUNK = 2_000
TARGET, PAGE_TARGET = 80, 250
FIRST = ("Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo",
         "Juniper", "Kestrel", "Lagoon", "Maple", "Nordic", "Opal", "Pine", "Quartz", "River",
         "Sable", "Tundra", "Umber", "Violet", "Willow", "Yarrow", "Zephyr")  # fmt: skip
SECOND = ("lamp", "table", "chair", "cable", "panel", "filter", "pump", "valve", "frame", "shelf",
          "bracket", "sensor", "hinge", "motor", "rotor", "switch")  # fmt: skip
PRODUCTS = ("la", "lamp", "am", "amber la", "P-04210", "4210", "nordic valve 12", "ampu", "zzzz",
            "sensor 499", "q", "rotor")  # fmt: skip
CUSTOMERS = ("ha", "harbor", "harbor table", "maple12@", "example", "iver", "nobody at all",
             "birch shelf 77")  # fmt: skip
INVOICES: tuple[dict[str, str], ...] = (
    {"q": "INV-04210"}, {"q": "4210"}, {"q": "harbor table"}, {"q": "zzzz"},
    {"q": "lagoon", "stage": "overdue"}, {"stage": "paid", "sort": "-total"},
    {"date_from": "2026-03-01", "date_to": "2026-03-31"}, {"sort": "customer"},
)  # fmt: skip
EXISTING = (
    Criteria(number="4210"), Criteria(customer="harbor table"), Criteria(status="overdue"),
    Criteria(total_from=Decimal(300), total_to=Decimal(301)),
    Criteria(since=date(2026, 3, 1), until=date(2026, 3, 31), status="paid"),
    Criteria(number="0421", customer="maple", status="paid"),
)  # fmt: skip


def run() -> list[Measure]:
    _routes = get_resolver().url_patterns  # loaded before anything is measured
    portal = tenants.portal()
    company = tenants.company(portal)
    member = tenants.member(portal, Role.OWNER)
    _fill(company)
    address = urlsplit(settings.DEALBOOKS["PUBLIC_URL"])
    client = TimedClient(SERVER_NAME=address.hostname, SERVER_PORT=str(address.port or 80))
    client.force_login(member.person, backend=BACKEND)
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        client.processes = [os.getpid(), cursor.fetchone()[0]]
    deal = DealRef.objects.create(portal=portal, hubspot_id="1", name="Deal", fetched_at=NOON)
    wizard = f"/p/{portal.pk}/deals/1/invoice/{_draft(company, deal, member.person).pk}"
    actor = actors.of_person(member.person, portal, origin="session")
    assert actor is not None
    return [
        _measure(f"type-ahead: {MANY:,} products", client, f"{wizard}/products/", PRODUCTS),
        _measure(
            f"type-ahead: {CUSTOMERS_THERE:,} customers", client, f"{wizard}/customers/", CUSTOMERS
        ),
        _measure(
            f"search: Ctrl-K, {MANY:,} invoices", client, f"/p/{portal.pk}/search/", CUSTOMERS
        ),
        _lists(client, f"/p/{portal.pk}/invoices/"),
        _existing(
            client, lambda criteria: existing.search(actor, company, criteria, QueryDict(), NOON)
        ),
    ]


def _measure(name: str, client: TimedClient, url: str, texts: tuple[str, ...]) -> Measure:
    queries = [{"q": text} for text in texts]
    return _p95(f"{name}, p95", client, [f"{url}?{urlencode(q)}" for q in queries])


def _lists(client: TimedClient, url: str) -> Measure:
    urls = [f"{url}?{urlencode(query)}" for query in INVOICES]
    return _p95(f"search: list of {MANY:,} invoices, page p95", client, urls, PAGE_TARGET)


def _p95(name: str, client: TimedClient, urls: list[str], target: int = TARGET) -> Measure:
    for url in urls:
        assert client.get(url).status_code == 200, url
    client.pages.clear()
    for url in urls * 3:
        client.get(url)
    if os.environ.get("BENCH_DETAIL"):
        for place, url in enumerate(urls):
            print(f"  {min(client.pages[place :: len(urls)]):7.1f} ms  {url[-60:]}")
    return Measure(name, round(quantiles(client.pages, n=20)[-1]), target, "ms")


def _existing(client: TimedClient, search: Callable[[Criteria], Any]) -> Measure:
    spent: list[float] = []
    for criteria in EXISTING * 3:
        with client.timed() as took:
            search(criteria)
        spent.append(took[0])
        if os.environ.get("BENCH_DETAIL"):
            print(f"  {took[0]:7.1f} ms  {criteria}")
    name = f"search: existing invoices among {MANY:,}, p95"
    return Measure(name, round(quantiles(spent, n=20)[-1]), TARGET, "ms")


# ---------------------------------------------------------------------------------------- rows
def _fill(company: Any) -> None:
    dice = random.Random(7)
    kept = {"portal": company.portal, "company": company, "seen_at": NOON}
    preferences = {"CurrencyPrefs": {"HomeCurrency": {"value": "USD"}}}
    Record.objects.create(kind="Preferences", qbo_id="1", raw=preferences, **kept)
    _create(Record, (_record("Item", _item(number, dice), kept) for number in range(MANY)))
    _create(
        Record,
        (_record("Customer", _customer(number, dice), kept) for number in range(CUSTOMERS_THERE)),
    )
    _create(Invoice, (_invoice(number, dice, kept) for number in range(MANY)))
    with connection.cursor() as cursor:  # as autovacuum does in life
        for table in (Record._meta.db_table, Invoice._meta.db_table):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _create(model: Any, rows: Iterator[Any]) -> None:
    while chunk := list(itertools.islice(rows, CHUNK)):
        model.objects.bulk_create(chunk)


def _record(kind: str, raw: dict[str, Any], kept: dict[str, Any]) -> Record:
    name = raw.get("DisplayName") or raw["Name"]
    return Record(
        kind=kind, qbo_id=raw["Id"], name=name, raw=raw, raw_hash="-",
        search_text=search_text_of(kind, raw), **kept,
    )  # fmt: skip


def _words(number: int) -> str:
    first = FIRST[number % len(FIRST)]
    return f"{first} {SECOND[number // len(FIRST) % len(SECOND)]}"


def _item(number: int, dice: random.Random) -> dict[str, Any]:
    name = f"{_words(number)} {number:05}"
    return {
        "Id": str(number + 1), "SyncToken": "0", "Name": name, "FullyQualifiedName": name,
        "Sku": f"P-{number:05}", "Type": "NonInventory", "Active": True, "Taxable": True,
        "Description": f"{name}, for indoor and outdoor use, {dice.randrange(100)} pieces",
        "UnitPrice": dice.randrange(1, 900), "IncomeAccountRef": {"value": "79", "name": "Sales"},
        "MetaData": {"LastUpdatedTime": "2026-11-20T10:00:00-08:00"},
    }  # fmt: skip


def _customer(number: int, dice: random.Random) -> dict[str, Any]:
    name = f"{_words(number)} {number} Ltd"
    mail = f"{name.split()[0].lower()}{number}@{name.split()[1]}-{number}.example"
    return {
        "Id": str(number + 1), "SyncToken": "0", "DisplayName": name, "CompanyName": name,
        "Active": True, "Balance": dice.randrange(900), "CurrencyRef": {"value": "USD"},
        "PrimaryEmailAddr": {"Address": mail},
        "BillAddr": {"Line1": f"{number} Main Street", "City": "Springfield", "PostalCode": "62701"},
        "MetaData": {"LastUpdatedTime": "2026-11-20T10:00:00-08:00"},
    }  # fmt: skip


def _invoice(number: int, dice: random.Random, kept: dict[str, Any]) -> Invoice:
    total, day = Decimal(dice.randrange(100, 99_999)) / 100, date(2026, 11, 23)
    made = day - timedelta(days=dice.randrange(700))
    stage = dice.choice([Stage.PAID, Stage.PAID, Stage.OVERDUE, Stage.SENT])
    owed = Decimal(0) if stage == Stage.PAID else total
    return Invoice(
        qbo_id=str(number + 1), sync_token="0", doc_number=f"INV-{number:05}",
        customer_id=str(number // 3 + 1), customer_name=f"{_words(number // 3)} {number // 3} Ltd",
        txn_date=made, due_date=made + timedelta(days=30), currency="USD", total=total,
        balance=owed, billed=total, cash=total - owed, open=owed, stage=stage, is_sent=True,
        is_overdue=stage == Stage.OVERDUE, origin=Origin.SYNCED, updated_at=NOON,
        raw={"Id": str(number + 1), "Line": [{"Description": "Custom design " * 40}]},
        raw_hash="-", **kept,
    )  # fmt: skip


def _draft(company: Any, deal: DealRef, person: Any) -> Draft:
    return Draft.objects.create(
        portal=company.portal, company=company, deal=deal, created_by=person, edited_by=person,
        content=DraftContent(currency="USD").to_json(), created_at=NOON, edited_at=NOON,
        expires_at=NOON + timedelta(days=4000),
    )  # fmt: skip
