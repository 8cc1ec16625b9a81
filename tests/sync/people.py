"""Customers, items and their HubSpot objects, for tests of contact and product sync."""

from datetime import timedelta
from typing import Any

from integration.clock import now
from integration.models import Record, RecordLink
from integration.records.hubspot import Write
from sync.models import SyncObject, SyncSetting
from tests.sync.books import HUB, Books


def turn_on(books: Books, object: SyncObject = SyncObject.CONTACTS, **policies: Any) -> SyncSetting:
    """The tab, on since a second ago."""
    row: SyncSetting = SyncSetting.objects.create(
        portal=books.portal,
        company=books.company,
        object=object,
        enabled=True,
        enabled_at=now() - timedelta(seconds=1),
        **policies,
    )
    return row


def customer(books: Books, name: str, email: str = "", **facts: Any) -> dict[str, Any]:
    """A new customer in QuickBooks; ``facts`` are its own members."""
    body: dict[str, Any] = {"DisplayName": name, **facts}
    if email:
        body["PrimaryEmailAddr"] = {"Address": email}
    return dict(books.do("save", kind="Customer", body=body)["Customer"])


def item(books: Books, name: str, sku: str = "", price: str = "10.00", **facts: Any) -> Any:
    body = {
        "Name": name,
        "Type": "Service",
        "UnitPrice": price,
        "IncomeAccountRef": {"value": income(books)},
        **({"Sku": sku} if sku else {}),
        **facts,
    }
    return dict(books.do("save", kind="Item", body=body)["Item"])


def income(books: Books) -> str:
    accounts = books.sandbox.state("quickbooks")["quickbooks"]["companies"][books.company.realm_id][
        "Account"
    ]
    return str(next(each["Id"] for each in accounts if each["AccountType"] == "Income"))


def change(books: Books, raw: dict[str, Any], kind: str = "Customer", **facts: Any) -> Any:
    """A sparse update as a person saves it, e.g. ``Active=False``."""
    current = latest(books, kind, raw["Id"])
    body = {"Id": raw["Id"], "SyncToken": current["SyncToken"], "sparse": True, **facts}
    return dict(books.do("save", kind=kind, body=body)[kind])


def latest(books: Books, kind: str, qbo_id: str) -> dict[str, Any]:
    state = books.sandbox.state("quickbooks")["quickbooks"]["companies"]
    rows = state[books.company.realm_id][kind]
    return dict(next(row for row in rows if row["Id"] == qbo_id))


def in_hubspot(books: Books, kind: str, **wanted: str) -> list[dict[str, Any]]:
    """Living objects with these property values."""
    state = books.sandbox.state("hubspot")["hubspot"][str(HUB)]["objects"].get(kind, {})
    return [
        each
        for each in state.values()
        if not each["archived"]
        and all(each["properties"].get(name) == text for name, text in wanted.items())
    ]


def in_hubspot_by_id(books: Books, kind: str, id: str) -> dict[str, Any]:
    state = books.sandbox.state("hubspot")["hubspot"][str(HUB)]["objects"][kind]
    return dict(state[id])


def make_in_hubspot(books: Books, kind: str, **properties: str) -> str:
    [made] = books.hubspot().create(kind, [Write("made", dict(properties))])
    assert made.error is None, made
    return made.id


def link(books: Books, raw: dict[str, Any], kind: str = "contacts") -> RecordLink:
    rows = RecordLink.objects.for_portal(books.portal).filter(company=books.company)
    return rows.get(qbo_id=raw["Id"], hubspot_kind=kind)  # type: ignore[no-any-return]


def links(books: Books, raw: dict[str, Any]) -> set[str]:
    rows = RecordLink.objects.for_portal(books.portal).filter(company=books.company)
    return set(rows.filter(qbo_id=raw["Id"]).values_list("hubspot_kind", flat=True))


def record(books: Books, raw: dict[str, Any], kind: str = "Customer") -> Record:
    rows = Record.objects.for_portal(books.portal)
    return rows.get(company=books.company, kind=kind, qbo_id=raw["Id"])  # type: ignore[no-any-return]


def reasons(books: Books, raw: dict[str, Any] | None = None, kind: str = "Customer") -> list[str]:
    """Why it was left alone, oldest first."""
    found = books.entries(subject_kind=kind, outcome="skipped")
    if raw is not None:
        pk = str(record(books, raw, kind).pk)
        found = [each for each in found if each.subject_id == pk]
    return [each.reason for each in found]
