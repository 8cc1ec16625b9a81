"""As much of a product as the checker's invariants speak of, with mistakes made on demand."""

from dataclasses import dataclass, field
from typing import Any

import requests

from sandbox.check import Finding, check
from tests.sandbox.qbo_client import US, Body, Company
from tests.sandbox_process import SandboxProcess

TOKEN = {"authorization": "Bearer pat-na1-sandbox-demo"}
PROPERTIES = ("dealbooks_key", "dealbooks_open", "dealbooks_deleted_at")


@dataclass
class Product:
    """One company and one portal; ``tell…`` writes to HubSpot what ``books`` hold."""

    sandbox: SandboxProcess
    books: Company
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.seeded = self.books.first("Invoice", "Balance > '10'")["Id"]
        self.sandbox.switch(search_lag_seconds=0)
        for name in PROPERTIES:
            row = {"name": name, "label": name, "groupName": "invoiceinformation"}
            kind = {"type": "string", "fieldType": "text", "hasUniqueValue": name == PROPERTIES[0]}
            self.hubspot("POST", "/crm/v3/properties/invoices", {**row, **kind})
        for name in ("dealbooks_invoice_number", "dealbooks_amount_invoiced"):
            row = {"name": name, "label": name, "groupName": "dealinformation"}
            self.hubspot(
                "POST", "/crm/v3/properties/deals", {**row, "type": "string", "fieldType": "text"}
            )

    def hubspot(self, method: str, path: str, body: Any = None) -> Body:
        answer = self.session.request(
            method, self.sandbox.hubspot + path, json=body, headers=TOKEN, timeout=10
        )
        assert answer.status_code < 300, answer.text
        return dict(answer.json()) if answer.content else {}

    def values(self, invoice: Body) -> dict[str, str]:
        return {
            "dealbooks_key": f"{US}:Invoice:{invoice['Id']}",
            "dealbooks_open": str(invoice["Balance"]),
            "hs_amount_billed": str(invoice["TotalAmt"]),
            "hs_number": invoice["DocNumber"],
            "hs_due_date": f"{invoice['DueDate']}T12:00:00Z",
        }

    def tell(self, invoice: Body) -> str:
        """A new HubSpot invoice; its id."""
        fixed = {"hs_currency": "USD", "hs_invoice_billable": "false", "hs_invoice_status": "open"}
        body = {"properties": {**self.values(invoice), **fixed}}
        return str(self.hubspot("POST", "/crm/v3/objects/invoices", body)["id"])

    def tell_again(self, identity: str, invoice: Body, **more: str) -> None:
        body = {"properties": {**self.values(invoice), **more}}
        self.hubspot("PATCH", f"/crm/v3/objects/invoices/{identity}", body)

    def tell_deal(self, deal: str, number: str, amount: str) -> None:
        values = {"dealbooks_invoice_number": number, "dealbooks_amount_invoiced": amount}
        self.hubspot("PATCH", f"/crm/v3/objects/deals/{deal}", {"properties": values})

    def note(self, text: str) -> str:
        values = {"hs_timestamp": "2026-11-23T12:00:00Z", "hs_note_body": text}
        return str(self.hubspot("POST", "/crm/v3/objects/notes", {"properties": values})["id"])

    def look(self, since: str) -> None:
        assert self.books.get("cdc", entities="Invoice,Customer", changedSince=since).status == 200

    def time(self) -> str:
        return str(self.sandbox.admin("GET", "health")["now"])

    def wait(self, seconds: int = 10) -> None:
        self.sandbox.advance(seconds)

    def findings(self, *, at_rest: bool = True) -> list[Finding]:
        return check(self.sandbox.history(), at_rest)


def marked(reference: str) -> Body:
    return {"CustomField": [{"DefinitionId": "1", "Name": "Reference", "Type": "StringType",
                             "StringValue": f"Ref {reference}"}]}  # fmt: skip


def only(found: list[Finding], invariant: str) -> Finding:
    assert [one.invariant for one in found] == [invariant], found
    return found[0]
