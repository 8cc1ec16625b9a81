"""The two sides of every comparison, each worked out from one vendor's own records. Pure.

All values are texts: amounts without needless zeros, days as ISO dates, what is missing is empty.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Raw = Mapping[str, Any]
Facts = dict[str, str]
NOTE = re.compile(
    r"(?P<kind>Payment received|Credit applied|Payment reversed): "
    r"(?P<amount>[\d,.]+) (?P<currency>[A-Z]{3})"
    r".*?Invoice (?P<number>.+?) for .*?paid on (?P<day>\d{4}-\d{2}-\d{2})",
    re.DOTALL,
)
HUBSPOT_STATUS = {"paid": "paid", "voided": "voided", "deleted": "voided"}
"""Our stage to HubSpot's own status of the invoice object; any other is ``open`` (D-24)."""


def plain(value: object) -> str:
    """One spelling for each value: ``Decimal("10.50")`` and ``"10.5"`` are both ``10.5``."""
    if value is None:
        return ""
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return str(value).strip()
    return f"{number.normalize() + 0:f}" if number.is_finite() else str(value)


def money(value: object) -> str:
    """An amount for the report, with cents."""
    return f"{Decimal(str(value)):.2f}"


@dataclass(frozen=True)
class Paid:
    """One payment of an invoice as QuickBooks tells it."""

    id: str
    amount: Decimal
    day: str


def invoice_in_quickbooks(invoice: Raw, terms: Mapping[str, str], company: str) -> dict[str, Any]:
    """An Invoice of the API in the words of the wizard's review. ``terms``: id to name."""
    priced = [line for line in invoice["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    lines = [
        (
            line["SalesItemLineDetail"]["ItemRef"]["name"],
            plain(line["SalesItemLineDetail"].get("Qty")),
            plain(line["SalesItemLineDetail"].get("UnitPrice")),
            plain(line["Amount"]),
        )
        for line in priced
    ]
    return {
        "company": company,
        "customer": _named(invoice, "CustomerRef"),
        "bill_email": (invoice.get("BillEmail") or {}).get("Address", ""),
        "lines": lines,
        "net": plain(sum(Decimal(str(line["Amount"])) for line in priced)),
        "tax": plain((invoice.get("TxnTaxDetail") or {}).get("TotalTax") or 0),
        "total": plain(invoice["TotalAmt"]),
        "currency": _value(invoice, "CurrencyRef"),
        "txn_date": invoice["TxnDate"],
        "due_date": invoice.get("DueDate", ""),
        "terms": terms.get(_value(invoice, "SalesTermRef"), ""),
        "message": (invoice.get("CustomerMemo") or {}).get("value", ""),
    }


def flat(facts: Mapping[str, Any]) -> Facts:
    """Lists as numbered entries, so that a difference names its place."""
    found: Facts = {}
    for name, value in facts.items():
        if isinstance(value, list):
            found |= {
                f"{name}[{place}]": " | ".join(map(plain, row)) for place, row in enumerate(value)
            }
        else:
            found[name] = plain(value)
    return found


def expected_deal(invoice: Raw, payments: Sequence[Paid], stage: str, sent_on: str) -> Facts:
    """What a deal with this one invoice must show (S-56 to S-60, B-06). ``sent_on``: empty if not."""
    total, balance = Decimal(str(invoice["TotalAmt"])), Decimal(str(invoice["Balance"]))
    last = max(payments, key=lambda each: (each.day, int(each.id)), default=None)
    due = invoice.get("DueDate", "")
    shown = {
        "amount_invoiced": total,
        "invoice_recipient": _named(invoice, "CustomerRef"),
        "invoice_number": invoice.get("DocNumber"),
        "invoice_status": stage,
        "invoice_due_date": due,
        "invoice_currency": _value(invoice, "CurrencyRef"),
        "total_invoiced": total,
        "total_paid": sum((each.amount for each in payments), Decimal(0)),
        "open_balance": balance,
        "invoice_count": 1,
        "next_due_date": due if balance else "",
        "worst_status": stage,
        "mixed_currencies": "",
        "last_payment_date": last.day if last else "",
        "last_payment_amount": last.amount if last else "",
        "first_sent_date": sent_on,
    }
    return {f"dealbooks_{name}": plain(value) for name, value in shown.items()}


def expected_object(invoice: Raw, payments: Sequence[Paid], stage: str, company: str) -> Facts:
    """What HubSpot's invoice object must show (D-24)."""
    total, balance = Decimal(str(invoice["TotalAmt"])), Decimal(str(invoice["Balance"]))
    shown = {
        "dealbooks_status": stage,
        "dealbooks_company": company,
        "dealbooks_billed": total,
        "dealbooks_cash": sum((each.amount for each in payments), Decimal(0)),
        "dealbooks_open": balance,
        "hs_invoice_status": HUBSPOT_STATUS.get(stage, "open"),
        "hs_amount_billed": total,
        "hs_balance_due": balance,
        "hs_number": invoice.get("DocNumber"),
        "hs_currency": _value(invoice, "CurrencyRef"),
    }
    return {name: plain(value) for name, value in shown.items()}


def expected_notes(number: str, told: Sequence[tuple[str, Paid]], currency: str) -> list[str]:
    """``told``: what a note says and the payment it is about."""
    return sorted(
        f"{kind}: {plain(paid.amount)} {currency}, invoice {number}, paid on {paid.day}"
        for kind, paid in told
    )


def shown_notes(bodies: Sequence[str]) -> list[str]:
    """The payment notes among the bodies, in the words of ``expected_notes``."""
    found = []
    for body in bodies:
        note = NOTE.search(re.sub(r"<[^>]+>", " ", body))
        if note:
            found.append(
                f"{note['kind']}: {plain(note['amount'])} {note['currency']}, "
                f"invoice {note['number']}, paid on {note['day']}"
            )
    return sorted(found)


def numbered(lines: Sequence[str]) -> Facts:
    return {f"note {place}": line for place, line in enumerate(lines, start=1)}


def _value(record: Raw, name: str) -> str:
    return str((record.get(name) or {}).get("value", ""))


def _named(record: Raw, name: str) -> str:
    return str((record.get(name) or {}).get("name", ""))
