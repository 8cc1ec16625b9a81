"""Pieces of the invoice page: status, lines, payments, what a person may do."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks import bookkeeper
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.markup import button, e, hidden, table


def status_of(books: Books, data: dict[str, Any]) -> str:
    """What QuickBooks shows beside an invoice."""
    if str(data.get("PrivateNote", "")).startswith("Voided") and not data["TotalAmt"]:
        return "Voided"
    if not data["Balance"]:
        return "Paid"
    if data.get("DueDate", "") < books.today():
        return "Overdue"
    if data["Balance"] < data["TotalAmt"]:
        return "Partly paid"
    return "Sent" if data.get("EmailStatus") == "EmailSent" else "Open"


def shown(amount: Any, data: dict[str, Any]) -> str:
    code = (data.get("CurrencyRef") or {}).get("value", "")
    return f"{Decimal(amount or 0):,.2f} {e(code)}".strip()


def lines_of(data: dict[str, Any]) -> str:
    rows = []
    for line in data["Line"]:
        if line["DetailType"] == "SubTotalLineDetail":
            continue
        detail = line.get("SalesItemLineDetail") or {}
        rows.append(
            [
                e((detail.get("ItemRef") or {}).get("name", "")),
                e(line.get("Description", "")),
                str(detail.get("Qty", "")),
                str(detail.get("UnitPrice", "")),
                e((detail.get("TaxCodeRef") or {}).get("value", "")),
                f"{Decimal(line.get('Amount', 0)):,.2f}",
            ]
        )
    heads = [
        ("Item", ""),
        ("Description", ""),
        ("Qty", "n"),
        ("Rate", "n"),
        ("Tax", ""),
        ("Amount", "n"),
    ]
    return table(heads, rows)


def payments_of(books: Books, record: Record) -> str:
    payments = bookkeeper.payments_of(books, record.id)
    if not payments:
        return ""
    shares = books.settlements[("Invoice", record.id)]
    rows = [
        [
            e(payment.data["TxnDate"]),
            shown(shares[payment.id], record.data),
            button(
                f"/app/{books.realm}/invoices/{record.id}/void-payment",
                "Void payment",
                "bad",
                payment=payment.id,
            ),
        ]
        for payment in payments
    ]
    heads = [("Payment date", ""), ("Applied", "n"), ("", "")]
    return f'<h2>Payments</h2><div class="card">{table(heads, rows)}</div>'


def actions_of(books: Books, record: Record, status: str) -> str:
    base = f"/app/{books.realm}/invoices/{record.id}"
    data = record.data
    if status == "Voided":
        return (
            f'<h2>Actions</h2><div class="card">{button(base + "/delete", "Delete", "bad")}</div>'
        )
    priced = [line for line in data["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    options = "".join(
        f'<option value="{e(line["Id"])}">{line["LineNum"]}. '
        f"{e(line['SalesItemLineDetail']['ItemRef'].get('name', ''))}</option>"
        for line in priced
    )
    return (
        '<h2>Receive payment</h2><div class="card">'
        f'<form method="post" action="{base}/pay" class="row"><span><label for="amount">Amount '
        '(empty: the whole balance)</label><input id="amount" name="amount" inputmode="decimal">'
        '</span><button class="main">Receive payment</button></form></div>'
        '<h2>Edit</h2><div class="card">'
        f'<form method="post" action="{base}/edit" class="row">{hidden("token", data["SyncToken"])}'
        '<span><label for="due_date">Due date</label>'
        f'<input id="due_date" name="due_date" type="date" value="{e(data.get("DueDate", ""))}"></span>'
        f'<span><label for="line">Line</label><select id="line" name="line">{options}</select></span>'
        '<span><label for="quantity">New quantity</label><input id="quantity" name="quantity"></span>'
        '<span><label for="amount_of_line">New amount</label>'
        '<input id="amount_of_line" name="amount"></span>'
        "<button>Save</button></form></div>"
        '<h2>Actions</h2><div class="card row">'
        f'<form method="post" action="{base}/send" class="row"><span>'
        '<label for="address">Send to (empty: the address above)</label>'
        '<input id="address" name="address" type="email"></span><button>Send</button></form>'
        f"{button(base + '/void', 'Void', 'bad')}"
        f"{button(base + '/delete', 'Delete', 'bad', unlink='yes')}</div>"
    )
