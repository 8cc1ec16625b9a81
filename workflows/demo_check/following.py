"""Steps after the invoice: what HubSpot must show of it, what the bookkeeper does, the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from workflows.demo_check import compare
from workflows.demo_check.browser import Page
from workflows.demo_check.check import Check, Connected
from workflows.demo_check.compare import Facts, Paid
from workflows.demo_check.progress import Stuck
from workflows.demo_check.vendors import Books, linked

RECEIVED, REVERSED = "Payment received", "Payment reversed"


@dataclass
class Followed:
    """One invoice on its deal, and the notes that the deal's timeline must have by now."""

    company: Connected
    deal_id: str
    number: str
    told: list[tuple[str, Paid]] = field(default_factory=list)


def compare_with_review(check: Check, followed: Followed, review: dict[str, Any]) -> None:
    """What the wizard promised and what QuickBooks keeps, to the cent."""
    books = check.books(followed.company.realm)
    invoice = books.invoice(followed.number)
    kept = compare.invoice_in_quickbooks(invoice, books.terms(), books.name())
    check.report.compare("QuickBooks' invoice", compare.flat(review), compare.flat(kept))


def wait_for_deal(check: Check, followed: Followed, stage: str) -> dict[str, Any]:
    """Deal, invoice object and timeline agree with QuickBooks; the invoice as it stands there."""
    books = check.books(followed.company.realm)
    invoice = books.invoice(followed.number)
    payments = books.payments(invoice)
    expected = _expected(followed, invoice, payments, stage)
    about = f"deal of invoice {followed.number} ({stage})"
    check.settle(about, expected, lambda: _shown(check, followed.deal_id, expected))
    return {
        "stage": stage,
        "balance": compare.money(invoice["Balance"]),
        "payments": [compare.money(each.amount) for each in payments],
        "notes": len(followed.told),
    }


def _expected(
    followed: Followed, invoice: compare.Raw, payments: Sequence[Paid], stage: str
) -> Facts:
    sent = str((invoice.get("DeliveryInfo") or {}).get("DeliveryTime", ""))[:10]
    currency = str(invoice["CurrencyRef"]["value"])
    notes = compare.expected_notes(followed.number, followed.told, currency)
    return {
        **compare.expected_deal(invoice, payments, stage, sent),
        "invoice objects": "1",
        **{
            f"invoice object {name}": text
            for name, text in compare.expected_object(
                invoice, payments, stage, followed.company.name
            ).items()
        },
        **compare.numbered(notes),
    }


def _shown(check: Check, deal_id: str, expected: Facts) -> Facts:
    ours = [name for name in expected if name.startswith("dealbooks_")]
    of_object = [
        name.removeprefix("invoice object ")
        for name in expected
        if name.startswith("invoice object ")
    ]
    deal = check.portal.deal(deal_id, ours)
    invoices = check.portal.objects("invoices", linked(deal, "invoices"), of_object)
    notes = check.portal.objects("notes", linked(deal, "notes"), ["hs_note_body"])
    bodies = [str(note["properties"].get("hs_note_body") or "") for note in notes]
    facts = {name: compare.plain(deal["properties"].get(name)) for name in ours}
    facts["invoice objects"] = str(len(invoices))
    for invoice in invoices[:1]:
        for name in of_object:
            facts[f"invoice object {name}"] = compare.plain(invoice["properties"].get(name))
    return facts | compare.numbered(compare.shown_notes(bodies))


# ------------------------------------------------------------------------ in QuickBooks' own pages
def _open(check: Check, followed: Followed) -> tuple[Books, dict[str, Any], Page]:
    books = check.books(followed.company.realm)
    invoice = books.invoice(followed.number)
    address = f"{check.up.quickbooks}/app/{books.realm}/invoices/{invoice['Id']}"
    return books, invoice, check.bookkeeper.get(address)


def send(check: Check, followed: Followed) -> None:
    _books, _invoice, page = _open(check, followed)
    check.bookkeeper.press(page, "Send")
    check.until(
        "QuickBooks has sent the invoice",
        lambda: _open(check, followed)[1].get("EmailStatus") == "EmailSent",
        "sandbox",
    )


def pay(check: Check, followed: Followed, amount: Decimal | None) -> Paid:
    """Receive a payment; None: the whole balance. The timeline must tell of it from now on."""
    books, invoice, page = _open(check, followed)
    before = {each.id for each in books.payments(invoice)}
    check.bookkeeper.press(page, "Receive payment", {"amount": str(amount or "")})
    new = [each for each in books.payments(invoice) if each.id not in before]
    if len(new) != 1 or (amount is not None and new[0].amount != amount):
        raise Stuck(f"QuickBooks took the payments {new} for {amount}", "sandbox")
    followed.told.append((RECEIVED, new[0]))
    return new[0]


def void_payment(check: Check, followed: Followed) -> Paid:
    """Void the payment that QuickBooks lists first; the timeline must tell of its reversal."""
    books, invoice, page = _open(check, followed)
    chosen = page.form("Void payment").value("payment")
    voided = next(each for each in books.payments(invoice) if each.id == chosen)
    check.bookkeeper.press(page, "Void payment")
    followed.told.append((REVERSED, voided))
    return voided


def sync_now(check: Check, company: Connected) -> None:
    """The button on the Sync page; away while a run is going on, which does as well."""
    page = check.admin.get(f"{check.portal_url}sync/")
    label = f"Sync now {company.name}"
    if label in page.root.text():
        check.admin.press(page, label)


def turn_past_due(check: Check, followed: Followed) -> str:
    """The day after the due date, for both sides at once; the day it is then."""
    invoice = check.books(followed.company.realm).invoice(followed.number)
    day = date.fromisoformat(invoice["DueDate"]) + timedelta(days=1)
    turned = check.quickbooks.ask("/__sandbox/clock", body={"set": f"{day.isoformat()}T20:00:00Z"})
    return str(turned["now"])[:10]
