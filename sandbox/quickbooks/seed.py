"""Scenario to books. Small data are expanded by rule, so every reset gives the same ids.

Days in a scenario are counted from the clock's today: ``-12`` is twelve days ago.
"""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.quickbooks import (
    bookkeeper,
    references,
    seed_facts,
    seed_settings,
    seed_taxes,
    writing,
)
from sandbox.quickbooks.entities import ROWS
from sandbox.quickbooks.oauth import Client

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks

DEFAULT_CLIENT = {"id": "sandbox-quickbooks-client", "secret": "sandbox-quickbooks-secret"}
SHARED = Path(__file__).resolve().parent.parent / "data" / "shared_customers.json"
NOTHING: frozenset[str] = frozenset()
PAGES_AT_ONCE = range(1_000, 20_000)
"""So many records are rendered while loading, so that no first page of a thousand is slow."""


def load(application: "QuickBooks", scenario: dict[str, Any]) -> None:
    """``{"clients": […], "companies": […]}``; see sandbox/scenarios/demo.quickbooks.json."""
    for facts in scenario.get("clients") or [DEFAULT_CLIENT]:
        client = Client(
            facts["id"],
            facts["secret"],
            facts.get("name", "Dealbooks"),
            tuple(facts.get("redirect_uris", ())),
        )
        application.authority.clients[client.id] = client
    shared = {person["name"]: person for person in json.loads(SHARED.read_text())}
    for facts in scenario.get("companies", []):
        Company(application, facts, shared).load()


class Company:
    """Loads one company; ``at`` moves the clock of its books into the past while it does."""

    def __init__(
        self, application: "QuickBooks", facts: dict[str, Any], shared: dict[str, Any]
    ) -> None:
        self.application = application
        self.facts = facts
        self.shared = shared
        self.books = application.open_books(facts["realm"], facts["zone"])
        self.books.regime = facts["tax"]

    def load(self) -> None:
        self.at(-400)
        books, facts = self.books, self.facts
        seed_settings.settings(books, facts)
        seed_facts.accounts(books)
        seed_facts.terms(books)
        seed_taxes.taxes(books, facts)
        seed_facts.currencies(books, facts)
        seed_facts.payment_methods(books)
        for name in facts.get("classes", ()):
            self.save("Class", {"Name": name})
        for name in facts.get("departments", ()):
            self.save("Department", {"Name": name})
        self.items()
        for number, person in enumerate(facts.get("customers", ())):
            self.at(-390 + number % 300)
            self.customer(person)
        for number, vendor in enumerate(facts.get("vendors", ())):
            self.at(-380 + number)
            self.save("Vendor", {"DisplayName": vendor, "CompanyName": vendor})
        seed_facts.nasty(self, facts)
        seed_facts.generated(self, facts)
        if "last_number" in facts:
            books.last_number = facts["last_number"]
        self.forms()
        seed_settings.late_settings(books, facts)
        books.seeding_at = None
        for table in books.tables.values():
            if len(table.by_id) in PAGES_AT_ONCE:
                table.render()

    def at(self, days: int, hour: int = 10) -> None:
        zone = ZoneInfo(self.facts["zone"])
        today = self.application.world.clock.now().astimezone(zone).date()
        day = today + timedelta(days=days)
        self.books.seeding_at = datetime(day.year, day.month, day.day, hour, tzinfo=zone)

    def day(self, days: int) -> str:
        zone = ZoneInfo(self.facts["zone"])
        today = self.application.world.clock.now().astimezone(zone).date()
        return (today + timedelta(days=days)).isoformat()

    def save(self, kind: str, body: dict[str, Any]) -> Any:
        return writing.save(self.books, ROWS[kind], body, NOTHING)

    # -- names

    def items(self) -> None:
        income = {"value": seed_facts.account_id(self.books, "SalesOfProductIncome")}
        service = {"value": seed_facts.account_id(self.books, "ServiceFeeIncome")}
        cost = {"value": seed_facts.account_id(self.books, "SuppliesMaterialsCogs")}
        for name, sku, price, kind in self.facts.get("items", ()):
            body: dict[str, Any] = {
                "Name": name,
                "Sku": sku or None,
                "Description": name,
                "Type": kind,
                "UnitPrice": Decimal(price),
                "Taxable": kind != "Service",
            }
            if kind != "Category":
                body["IncomeAccountRef"] = service if kind == "Service" else income
            if kind == "NonInventory":
                body["ExpenseAccountRef"] = cost
            if self.books.regime == "vat" and kind != "Category":
                body["SalesTaxCodeRef"] = {"value": self.facts.get("item_tax_code", "2")}
            self.save("Item", body)

    def customer(self, person: Any) -> Any:
        """A name of the shared list, or an object ``{name, email, currency, term, …}``."""
        if isinstance(person, str):
            person = self.shared[person]
        given, _, family = str(person.get("contact", "")).rpartition(" ")
        body: dict[str, Any] = {
            "DisplayName": person["name"],
            "CompanyName": person.get("company", person["name"]),
            "GivenName": given or None,
            "FamilyName": family or None,
            "Notes": person.get("notes"),
            "Taxable": person.get("taxable", True),
        }
        if person.get("email"):
            body["PrimaryEmailAddr"] = {"Address": person["email"]}
        if person.get("phone"):
            body["PrimaryPhone"] = {"FreeFormNumber": person["phone"]}
        if person.get("street"):
            body["BillAddr"] = body["ShipAddr"] = self.address(person)
        if person.get("term"):
            term = self.books.tables["Term"].find("Name", person["term"])[0]
            body["SalesTermRef"] = {"value": term.id}
        currency = person.get("currency") or {"DE": "EUR", "FR": "EUR"}.get(person.get("country"))
        if self.books.multicurrency and currency:
            body["CurrencyRef"] = {"value": currency}
        record = self.save("Customer", body)
        if person.get("inactive"):
            version = {"Id": record.id, "SyncToken": record.data["SyncToken"], "sparse": True}
            self.save("Customer", {**version, "Active": False})
        return record

    @staticmethod
    def address(person: dict[str, Any]) -> dict[str, Any]:
        return {
            "Line1": person["street"],
            "City": person.get("city"),
            "CountrySubDivisionCode": person.get("state") or None,
            "PostalCode": person.get("zip"),
            "Country": seed_facts.COUNTRIES.get(person.get("country", ""), person.get("country")),
        }

    # -- transactions

    def forms(self) -> None:
        """Invoices in order of their day, each followed by what happened to it."""
        for facts in sorted(self.facts.get("invoices", ()), key=lambda one: int(one["day"])):
            self.at(int(facts["day"]))
            record = self.invoice(facts)
            if facts.get("sent"):
                bookkeeper.send(self.books, record.id, "")
            if facts.get("paid"):
                self.at(int(facts.get("paid_day", facts["day"])), 15)
                amount = None if facts["paid"] is True else facts["paid"]
                bookkeeper.pay(self.books, record.id, amount)
            if facts.get("voided"):
                self.at(int(facts.get("voided_day", facts["day"])), 16)
                bookkeeper.void(self.books, record.id)

    def invoice(self, facts: dict[str, Any]) -> Any:
        customer = self.books.tables["Customer"].find("DisplayName", facts["customer"])[0]
        body: dict[str, Any] = {
            "CustomerRef": {"value": customer.id},
            "TxnDate": self.day(int(facts["day"])),
            "Line": [self.line(*line) for line in facts["lines"]],
            "BillEmail": customer.data.get("PrimaryEmailAddr"),
            "CustomerMemo": {"value": facts.get("memo", "Thank you for your business.")},
        }
        if "due" in facts:
            body["DueDate"] = self.day(int(facts["due"]))
        if facts.get("number"):
            body["DocNumber"] = facts["number"]
        if self.books.multicurrency:
            body["CurrencyRef"] = {"value": customer.data["CurrencyRef"]["value"]}
        if self.books.regime == "vat":
            body["GlobalTaxCalculation"] = "TaxExcluded"
        else:
            code = self.facts.get("tax_group", "")
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}} if code else None
        return self.save("Invoice", body)

    def line(self, sku: str, quantity: str, price: str = "") -> dict[str, Any]:
        item = next(one for one in self.books.all("Item") if one.data.get("Sku") == sku)
        cost = Decimal(price) if price else item.data["UnitPrice"]
        detail: dict[str, Any] = {
            "ItemRef": references.to(item),
            "Qty": Decimal(quantity),
            "UnitPrice": cost,
        }
        if self.books.regime == "vat":
            detail["TaxCodeRef"] = item.data["SalesTaxCodeRef"]
        else:
            detail["TaxCodeRef"] = {"value": "TAX" if item.data["Taxable"] else "NON"}
        return {
            "Amount": (Decimal(quantity) * cost).quantize(Decimal("0.01"), "ROUND_HALF_UP"),
            "Description": item.data["Description"],
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": detail,
        }
